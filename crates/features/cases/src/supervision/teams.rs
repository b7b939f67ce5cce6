//! Forming teams, and who is in them.

use huiyin_base::{Day, Id, Problem, Rng};
use huiyin_directory::{AccountRef, Role, Viewer, viewer_find};

use super::ordering::asked_org;
use super::rules::SupervisionRules;
use super::store::{InspectionMember, InspectionTeam, member_add, member_remove, team_add, team_end, team_find};
use crate::words::limited;
use crate::{Cases, Moment};

impl Cases {
    /// Forms a team.
    pub async fn team_form(&self, name: &str, viewer: &Viewer, moment: Moment, rng: &mut Rng) -> Result<Id, Problem> {
        let (org, rules) = (asked_org(viewer)?, SupervisionRules::built_in()?);
        let team = InspectionTeam {
            region: org.region,
            id: Id::new(org.region, moment.now, rng),
            org: org.id,
            name: limited("组名", name, rules.limit.title)?,
            formed_day: moment.today,
            ended_day: None,
        };
        let id = team.id;
        let write = self.db.write("team_form", move |tx| {
            let team = team.clone();
            Box::pin(async move { Ok(team_add(tx, &[team]).await?) })
        });
        write.await?;
        Ok(id)
    }

    /// Ends a team.
    pub async fn team_end(&self, team: Id, viewer: &Viewer, moment: Moment) -> Result<(), Problem> {
        let org = asked_org(viewer)?;
        let write = self.db.write("team_end", move |tx| {
            Box::pin(async move {
                team_find(tx, org, team).await?.ok_or_else(Problem::not_found)?;
                Ok(team_end(tx, team, moment.today).await?)
            })
        });
        write.await
    }

    /// Puts somebody into a team: an inspector, or staff.
    pub async fn team_join(
        &self,
        team: Id,
        (account, leads): (AccountRef, bool),
        viewer: &Viewer,
        today: Day,
    ) -> Result<(), Problem> {
        let org = asked_org(viewer)?;
        let mut tx = self.db.read().await?;
        let person = viewer_find(&mut tx, account, today).await?.ok_or_else(Problem::not_found)?;
        drop(tx);
        if !person.has_any(&[Role::Inspector, Role::CityStaff, Role::CountyStaff, Role::TownshipStaff]) {
            return Err(Problem::invalid("督导组成员要是督查员或市、县、乡镇的工作人员。"));
        }
        let member = InspectionMember {
            region: team.region(),
            team,
            account_region: account.region,
            account: account.id,
            leads,
        };
        let write = self.db.write("team_join", move |tx| {
            let member = member.clone();
            Box::pin(async move {
                team_find(tx, org, team).await?.ok_or_else(Problem::not_found)?;
                Ok(member_add(tx, &[member]).await?)
            })
        });
        write.await
    }

    /// Takes somebody out of a team.
    pub async fn team_leave(&self, team: Id, account: Id, viewer: &Viewer) -> Result<(), Problem> {
        let org = asked_org(viewer)?;
        let write = self.db.write("team_leave", move |tx| {
            Box::pin(async move {
                team_find(tx, org, team).await?.ok_or_else(Problem::not_found)?;
                Ok(member_remove(tx, team, account).await?)
            })
        });
        write.await
    }
}
