//! Plans, teams and which team goes where.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query};
use huiyin_directory::{AccountRef, OrgRef};

use super::InspectionKind;
use crate::store::stored::stored;

stored! {
    /// A line of a year's plan.
    #[derive(Clone, Debug, PartialEq)]
    pub struct InspectionPlan in "inspection_plan" {
        fixed {
            region: Region,
            id: Id,
            org: Id,
            year: i64,
            kind: InspectionKind,
            title: String,
            times: i64,
            from_month: i64,
            to_month: i64,
            approval: String,
            created_day: Day,
        }
        moving {}
    }
}

stored! {
    /// A team that inspects.
    #[derive(Clone, Debug, PartialEq)]
    pub struct InspectionTeam in "inspection_team" {
        fixed { region: Region, id: Id, org: Id, name: String, formed_day: Day, ended_day: Option<Day> }
        moving {}
    }
}

stored! {
    /// Somebody in a team.
    #[derive(Clone, Debug, PartialEq)]
    pub struct InspectionMember in "inspection_member" {
        fixed { region: Region, team: Id, account_region: Region, account: Id, leads: bool }
        moving {}
    }
}

impl InspectionMember {
    /// Who.
    pub fn account(&self) -> AccountRef {
        AccountRef { region: self.account_region, id: self.account }
    }
}

/// Adds lines to a plan.
pub async fn plan_add(tx: &mut Tx, lines: &[InspectionPlan]) -> Result<()> {
    insert_many(tx, InspectionPlan::INSERT, lines.iter().map(InspectionPlan::values).collect(), "").await?;
    Ok(())
}

/// An organisation's plan of a year.
pub async fn plan_list(tx: &mut Tx, org: OrgRef, year: i64) -> Result<Vec<InspectionPlan>> {
    let base = Filter::new(InspectionPlan::SELECT).then("x.region = ?").bind(org.region).and("x.org = ?").bind(org.id);
    base.and("x.year = ?").bind(year).then("order by x.from_month, x.id").query().fetch_all(tx).await
}

/// A line of a plan.
pub async fn plan_find(tx: &mut Tx, org: OrgRef, id: Id) -> Result<Option<InspectionPlan>> {
    let base = Filter::new(InspectionPlan::SELECT).then("x.region = ?").bind(org.region).and("x.org = ?").bind(org.id);
    base.and("x.id = ?").bind(id).query().fetch_optional(tx).await
}

/// Forms teams.
pub async fn team_add(tx: &mut Tx, teams: &[InspectionTeam]) -> Result<()> {
    insert_many(tx, InspectionTeam::INSERT, teams.iter().map(InspectionTeam::values).collect(), "").await?;
    Ok(())
}

/// The teams of an organisation that have not ended.
pub async fn team_list(tx: &mut Tx, org: OrgRef) -> Result<Vec<InspectionTeam>> {
    let base = Filter::new(InspectionTeam::SELECT).then("x.region = ?").bind(org.region).and("x.org = ?").bind(org.id);
    base.and("x.ended_day is null").then("order by x.formed_day, x.id").query().fetch_all(tx).await
}

/// A team of an organisation.
pub async fn team_find(tx: &mut Tx, org: OrgRef, id: Id) -> Result<Option<InspectionTeam>> {
    let base = Filter::new(InspectionTeam::SELECT).then("x.region = ?").bind(org.region).and("x.org = ?").bind(org.id);
    base.and("x.id = ?").bind(id).query().fetch_optional(tx).await
}

/// Ends a team.
pub async fn team_end(tx: &mut Tx, id: Id, day: Day) -> Result<()> {
    let end = query("update inspection_team set ended_day = $1 where region = $2 and id = $3 and ended_day is null");
    end.bind(day).bind(id.region()).bind(id).execute(tx).await?;
    Ok(())
}

/// Puts people into teams; twice is once.
pub async fn member_add(tx: &mut Tx, members: &[InspectionMember]) -> Result<()> {
    let rows = members.iter().map(InspectionMember::values).collect();
    insert_many(tx, InspectionMember::INSERT, rows, "on conflict do nothing").await?;
    Ok(())
}

/// Takes somebody out of a team.
pub async fn member_remove(tx: &mut Tx, team: Id, account: Id) -> Result<()> {
    let remove = query("delete from inspection_member where region = $1 and team = $2 and account = $3");
    remove.bind(team.region()).bind(team).bind(account).execute(tx).await?;
    Ok(())
}

/// Who is in these teams, leaders first.
pub async fn member_list(tx: &mut Tx, region: Region, teams: &[Id]) -> Result<Vec<InspectionMember>> {
    let base = Filter::new(InspectionMember::SELECT).then("x.region = ?").bind(region);
    let base = base.and("x.team in (?)").bind_list(teams.iter().copied());
    base.then("order by x.team, x.leads desc, x.account").query().fetch_all(tx).await
}

/// Sends teams to an inspection; twice is once.
pub async fn crew_add(tx: &mut Tx, inspection: Id, teams: &[Id]) -> Result<()> {
    let row = |team: &Id| huiyin_db::values![inspection.region(), inspection, *team];
    let head = "insert into inspection_crew (region, inspection, team)";
    insert_many(tx, head, teams.iter().map(row).collect(), "on conflict do nothing").await?;
    Ok(())
}

/// The teams of an inspection.
pub async fn crew_list(tx: &mut Tx, inspection: Id) -> Result<Vec<InspectionTeam>> {
    let base = Filter::new(InspectionTeam::SELECT).then("x.region = ?").bind(inspection.region());
    let base = base.and("x.id in (select c.team from inspection_crew c where c.region = ? and c.inspection = ?)");
    let base = base.bind(inspection.region()).bind(inspection);
    base.then("order by x.formed_day, x.id").query().fetch_all(tx).await
}

/// Whether somebody is in a team of the inspection; where one is named, in that team.
pub async fn crew_has(tx: &mut Tx, inspection: Id, account: AccountRef, team: Option<Id>) -> Result<bool> {
    let base = Filter::new(
        "select 1 from inspection_crew c join inspection_member m on m.region = c.region and m.team = c.team
         where c.region = ?",
    );
    let base = base.bind(inspection.region()).and("c.inspection = ?").bind(inspection);
    let base = base.and("m.account_region = ? and m.account = ?").bind(account.region).bind(account.id);
    let base = base.and_some("c.team = ?", team).then("limit 1");
    Ok(base.query().fetch_optional::<(i64,)>(tx).await?.is_some())
}
