//! Pledges with their versions, targets and signatures.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, text_enum};
use huiyin_directory::{OrgRef, Reach, Scope};

use super::stored::stored;
use crate::{CaseRef, State};

text_enum! {
    /// Where a version stands.
    pub enum PledgeState {
        Awaiting = "awaiting" / "待双方签署",
        InForce = "in_force" / "已生效",
        Replaced = "replaced" / "已被新版代替",
    }
}

text_enum! {
    /// Who signs.
    pub enum Side {
        Issuer = "issuer" / "发出方",
        Party = "party" / "承担方",
    }
}

text_enum! {
    /// How somebody signed.
    pub enum SignManner {
        Account = "account" / "账号签署",
        Paper = "paper" / "纸上签署",
    }
}

stored! {
    /// A pledge.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Pledge in "pledge" {
        fixed {
            region: Region,
            id: Id,
            issuer: Id,
            party_region: Region,
            party: Id,
            year: i64,
            created_day: Day,
        }
        moving {
            approval: String,
            approver: String,
            until_day: Day,
            title: String,
            versions: i64,
            in_force: Option<i64>,
            ended_day: Option<Day>,
            end_reason: Option<String>,
        }
    }
}

stored! {
    /// A version; only its state changes.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct PledgeVersion in "pledge_version" {
        fixed {
            region: Region,
            pledge: Id,
            n: i64,
            text: String,
            change: String,
            state: PledgeState,
            made_by_region: Region,
            made_by: Id,
            made_post: String,
            made_day: Day,
            from_day: Option<Day>,
        }
        moving {}
    }
}

stored! {
    /// One target of a version.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct PledgeTarget in "pledge_target" {
        fixed {
            region: Region,
            pledge: Id,
            n: i64,
            position: i64,
            text: String,
            target: Option<i64>,
            measure: String,
            due_day: Option<Day>,
            case_region: Option<Region>,
            case_id: Option<Id>,
        }
        moving {}
    }
}

stored! {
    /// One signature of a version.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct PledgeSignature in "pledge_signature" {
        fixed {
            region: Region,
            pledge: Id,
            n: i64,
            side: Side,
            manner: SignManner,
            account_region: Region,
            account: Id,
            post: String,
            day: Day,
        }
        moving {}
    }
}

impl Pledge {
    /// Who issued it.
    pub fn issuer_org(&self) -> OrgRef {
        OrgRef { region: self.region, id: self.issuer }
    }

    /// With whom.
    pub fn party_org(&self) -> OrgRef {
        OrgRef { region: self.party_region, id: self.party }
    }

    /// Whether it holds on this day.
    pub fn holds(&self, today: Day) -> bool {
        self.in_force.is_some() && self.ended_day.is_none() && self.until_day >= today
    }
}

/// Adds pledges.
pub async fn pledge_add(tx: &mut Tx, pledges: &[Pledge]) -> Result<()> {
    insert_many(tx, Pledge::INSERT, pledges.iter().map(Pledge::values).collect(), "").await?;
    Ok(())
}

/// Adds versions with their targets.
pub async fn pledge_version_add(tx: &mut Tx, versions: &[PledgeVersion], targets: &[PledgeTarget]) -> Result<()> {
    insert_many(tx, PledgeVersion::INSERT, versions.iter().map(PledgeVersion::values).collect(), "").await?;
    insert_many(tx, PledgeTarget::INSERT, targets.iter().map(PledgeTarget::values).collect(), "").await?;
    Ok(())
}

/// Adds signatures, one a side and version; how many were new.
pub async fn pledge_signature_add(tx: &mut Tx, signatures: &[PledgeSignature]) -> Result<u64> {
    let rows = signatures.iter().map(PledgeSignature::values).collect();
    insert_many(tx, PledgeSignature::INSERT, rows, "on conflict do nothing").await
}

/// What a viewer may see: pledges with an organisation that he reaches.
fn seen(base: Filter, scope: &Scope) -> Filter {
    let regions = scope.reaches.iter().filter_map(|reach| match reach {
        Reach::Region(region) => Some(*region),
        Reach::Subtree(_) => None,
    });
    let orgs = scope.reaches.iter().filter_map(|reach| match reach {
        Reach::Subtree(org) => Some(org.id),
        Reach::Region(_) => None,
    });
    base.then("and (x.party_region in (?)").bind_list(regions).then("or x.party in (?))").bind_list(orgs)
}

/// A pledge that the viewer may see.
pub async fn pledge_find(tx: &mut Tx, scope: &Scope, region: Region, id: Id) -> Result<Option<Pledge>> {
    let base = Filter::new(Pledge::SELECT).then("x.region = ?").bind(region).and("x.id = ?").bind(id);
    seen(base, scope).query().fetch_optional(tx).await
}

/// Takes the row lock, then reads: for whoever changes it.
pub async fn pledge_lock(tx: &mut Tx, region: Region, id: Id) -> Result<Option<Pledge>> {
    let base = Filter::new(Pledge::SELECT).then("x.region = ?").bind(region).and("x.id = ?").bind(id);
    base.locked(tx).query().fetch_optional(tx).await
}

/// The pledges of a year that the viewer may see, in the order in which they were made.
pub async fn pledge_list(tx: &mut Tx, scope: &Scope, region: Region, year: i64) -> Result<Vec<Pledge>> {
    let base = Filter::new(Pledge::SELECT).then("x.region = ?").bind(region).and("x.year = ?").bind(year);
    seen(base, scope).then("order by x.id").query().fetch_all(tx).await
}

/// The years that have pledges, the newest first.
pub async fn pledge_years(tx: &mut Tx, region: Region) -> Result<Vec<i64>> {
    query("select distinct year from pledge where region = $1 order by year desc").bind(region).fetch_column(tx).await
}

/// Writes what may change of a pledge.
pub async fn pledge_save(tx: &mut Tx, pledge: &Pledge) -> Result<()> {
    // The first assignment changes nothing; it lets every other begin with a comma.
    let update = pledge.assign(Filter::new("update pledge set year = year"));
    update.then("where region = ?").bind(pledge.region).and("id = ?").bind(pledge.id).query().execute(tx).await?;
    Ok(())
}

/// The versions of a pledge, the oldest first.
pub async fn pledge_versions(tx: &mut Tx, region: Region, id: Id) -> Result<Vec<PledgeVersion>> {
    let base = Filter::new(PledgeVersion::SELECT).then("x.region = ?").bind(region).and("x.pledge = ?").bind(id);
    base.then("order by x.n").query().fetch_all(tx).await
}

/// The targets of a version in order.
pub async fn pledge_targets(tx: &mut Tx, region: Region, id: Id, n: i64) -> Result<Vec<PledgeTarget>> {
    let base = Filter::new(PledgeTarget::SELECT).then("x.region = ?").bind(region).and("x.pledge = ?").bind(id);
    base.and("x.n = ?").bind(n).then("order by x.position").query().fetch_all(tx).await
}

/// The signatures of a pledge, by version.
pub async fn pledge_signatures(tx: &mut Tx, region: Region, id: Id) -> Result<Vec<PledgeSignature>> {
    let base = Filter::new(PledgeSignature::SELECT).then("x.region = ?").bind(region).and("x.pledge = ?").bind(id);
    base.then("order by x.n, x.side").query().fetch_all(tx).await
}

/// The sides that have signed the newest version of each pledge of a year.
pub async fn pledge_signed_sides(tx: &mut Tx, region: Region, year: i64) -> Result<Vec<(Id, Side)>> {
    let rows = query(
        "select s.pledge, s.side from pledge p
         join pledge_signature s on s.region = p.region and s.pledge = p.id and s.n = p.versions
         where p.region = $1 and p.year = $2",
    );
    rows.bind(region).bind(year).fetch_all(tx).await
}

/// Moves a version on.
pub async fn pledge_version_state(
    tx: &mut Tx,
    version: &PledgeVersion,
    state: PledgeState,
    from: Option<Day>,
) -> Result<()> {
    let update =
        query("update pledge_version set state = $4, from_day = $5 where region = $1 and pledge = $2 and n = $3");
    let update = update.bind(version.region).bind(version.pledge).bind(version.n).bind(state);
    update.bind(from.or(version.from_day)).execute(tx).await?;
    Ok(())
}

/// How many pledges an issuer has: of the year, in force, awaiting, over. Anybody may read it; it names nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the sentence above names them")]
pub struct PledgeCount {
    pub region: Region,
    pub issuer: Id,
    pub year: i64,
    pub made: i64,
    pub in_force: i64,
    pub awaiting: i64,
    pub over: i64,
}

/// Pledges counted by issuer and year, the newest year first.
pub async fn pledge_counts(tx: &mut Tx, region: Region, today: Day) -> Result<Vec<PledgeCount>> {
    let rows = query(
        "select issuer, year, count(*),
         cast(sum(case when in_force is not null and ended_day is null and until_day >= $2 then 1 else 0 end) as bigint),
         cast(sum(case when in_force is null and ended_day is null and until_day >= $2 then 1 else 0 end) as bigint)
         from pledge where region = $1 group by issuer, year order by year desc, issuer",
    );
    let rows = rows.bind(region).bind(today).fetch_all::<(Id, i64, i64, i64, i64)>(tx).await?;
    let count = |(issuer, year, made, in_force, awaiting)| PledgeCount {
        region,
        issuer,
        year,
        made,
        in_force,
        awaiting,
        over: made - in_force - awaiting,
    };
    Ok(rows.into_iter().map(count).collect())
}

/// An open task of a unit, from which a target may be drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
pub struct CaseOffer {
    pub region: Region,
    pub id: Id,
    pub title: String,
    pub due_day: Option<Day>,
    pub target: Option<i64>,
    pub measure: String,
}

impl CaseOffer {
    /// Where it is kept.
    pub fn at(&self) -> CaseRef {
        CaseRef { region: self.region, id: self.id }
    }
}

/// The open tasks of the tree that a unit owns, the oldest first.
pub async fn case_offers(tx: &mut Tx, unit: OrgRef, limit: i64) -> Result<Vec<CaseOffer>> {
    let base = Filter::new(
        "select x.region, x.id, x.title, x.due_day, n.target, n.measure from case_item x
         join case_node n on n.region = x.region and n.case_id = x.id
         where x.kind = 'task' and x.owner_region = ?",
    );
    let base = base.bind(unit.region).and("x.owner_org = ?").bind(unit.id).and("x.posted_day is not null");
    let base = base.and("x.state in (?)").bind_list(State::OPEN).then("order by x.seq limit ?").bind(limit);
    let rows = base.query().fetch_all::<(Region, Id, String, Option<Day>, Option<i64>, String)>(tx).await?;
    let offer =
        |(region, id, title, due_day, target, measure)| CaseOffer { region, id, title, due_day, target, measure };
    Ok(rows.into_iter().map(offer).collect())
}
