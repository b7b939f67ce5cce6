//! Ratings as they stand, as they were, and how many of each a unit got.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, row};
use huiyin_directory::{Reach, Scope};

use super::record::of;
use crate::{CaseRating, CaseRatingPast, CaseRef};

row! {
    /// How many answers of a unit got a score.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RatingCount {
        /// The owning organisation's shard.
        pub region: Region,
        /// The owning organisation.
        pub org: Id,
        /// 1 to 5.
        pub score: i64,
        /// How many.
        pub n: i64,
    }
}

/// Writes the rating that stands from now on. Once it came from the unit's own network it is never free of that again.
pub async fn rating_put(tx: &mut Tx, rating: &CaseRating) -> Result<()> {
    let tail = "on conflict (region, case_id, answer, follower) do update set score = excluded.score,
        reasons = excluded.reasons, comment = excluded.comment, channel = excluded.channel,
        account_region = excluded.account_region, account = excluded.account, day = excluded.day,
        own_network = case_rating.own_network or excluded.own_network";
    insert_many(tx, CaseRating::INSERT, vec![rating.values()], tail).await?;
    Ok(())
}

/// Keeps what a rating was.
pub async fn rating_past_add(tx: &mut Tx, past: &CaseRatingPast) -> Result<()> {
    insert_many(tx, CaseRatingPast::INSERT, vec![past.values()], "").await?;
    Ok(())
}

/// The rating of one answer by one receipt.
pub async fn rating_find(
    tx: &mut Tx,
    case: CaseRef,
    (answer, follower): (i64, [u8; 32]),
) -> Result<Option<CaseRating>> {
    let base = of(CaseRating::SELECT, case).and("x.answer = ?").bind(answer);
    base.and("x.follower = ?").bind(follower).query().fetch_optional(tx).await
}

/// What it was before, the oldest first.
pub async fn rating_past(
    tx: &mut Tx,
    case: CaseRef,
    (answer, follower): (i64, [u8; 32]),
) -> Result<Vec<CaseRatingPast>> {
    let base = of(CaseRatingPast::SELECT, case).and("x.answer = ?").bind(answer);
    base.and("x.follower = ?").bind(follower).then("order by x.n").query().fetch_all(tx).await
}

/// The ratings, answer by answer.
pub async fn rating_list(tx: &mut Tx, case: CaseRef) -> Result<Vec<CaseRating>> {
    of(CaseRating::SELECT, case).then("order by x.answer, x.day").query().fetch_all(tx).await
}

/// How often each score was given by those who raised problems, unit by unit, between two days of rating: for the units in the
/// viewer's reach, and without what is about an organisation he belongs to.
pub async fn rating_counts(tx: &mut Tx, scope: &Scope, from: Day, to: Day) -> Result<Vec<RatingCount>> {
    let base = Filter::new("select x.owner_region as region, x.owner_org as org, x.rating as score, count(*) as n");
    let base = base.then("from case_item x where x.kind = 'problem' and x.posted_day is not null and x.parent is null");
    let base = base.and("x.rated_day >= ?").bind(from).and("x.rated_day <= ?").bind(to).and("x.rating is not null");
    let regions: Vec<Region> = scope.reaches.iter().filter_map(region_of).collect();
    let mut base = base.then("and (x.owner_region in (?)").bind_list(regions);
    for org in scope.reaches.iter().filter_map(subtree_of) {
        base = base.then("or (x.owner_region = ? and x.owner_org in (select a.org from org_ancestor a where");
        base = base.bind(org.region).then("a.region = ? and a.ancestor = ?))").bind(org.region).bind(org.id);
    }
    base = base.then(")");
    if !scope.barred.is_empty() {
        base = base.and("x.subject is null or x.subject not in (?)").bind_list(scope.barred.iter().copied());
    }
    base.then("group by x.owner_region, x.owner_org, x.rating order by 1, 2, 3").query().fetch_all(tx).await
}

fn region_of(reach: &Reach) -> Option<Region> {
    if let Reach::Region(region) = reach { Some(*region) } else { None }
}

fn subtree_of(reach: &Reach) -> Option<huiyin_directory::OrgRef> {
    if let Reach::Subtree(org) = reach { Some(*org) } else { None }
}
