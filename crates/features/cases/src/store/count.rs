//! How many: from the totals where the filter allows, else up to a thousand; what words find, up to a hundred.

use std::fmt;

use huiyin_base::{Day, Region};
use huiyin_db::{Filter, Result, Tx, query};
use huiyin_directory::Scope;

use super::filter::{CaseFilter, WallFilter, narrowed, scoped, shown, sight};
use super::listed::in_states;
use super::search;
use crate::item::month_of;
use crate::{Action, State};

/// A list counts no further; a link counts exactly.
pub const MOST_COUNTED: i64 = 1_000;

/// What words find on the wall is counted no further: each match is a row read.
pub const MOST_FOUND: i64 = 100;

/// How many rows a list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// So many, or at least so many.
    pub n: i64,
    /// Not merely at least.
    pub exact: bool,
}

impl Default for Count {
    fn default() -> Self {
        Self { n: 0, exact: true }
    }
}

impl Count {
    /// 421 件, 1,000 件以上.
    pub fn items(self) -> String {
        let number = Self { exact: true, ..self };
        if self.exact { format!("{number} 件") } else { format!("{number} 件以上") }
    }

    /// What is offered to be dealt with at once: 421, 1,000 以上（一次最多办 1,000）.
    pub fn at_once(self) -> String {
        if self.exact { self.to_string() } else { format!("{self}（一次最多办 1,000）") }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.n.to_string();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        if self.exact { Ok(()) } else { f.write_str(" 以上") }
    }
}

/// How many the wall shows: always exact where neither village nor sub-category, words or single days narrow it.
pub async fn wall_count(tx: &mut Tx, filter: &WallFilter) -> Result<Count> {
    let in_cube =
        filter.village.is_none() && filter.sub_category.is_none() && filter.number.is_none() && whole_months(filter);
    let searched = search::has_words(filter);
    if in_cube && !searched {
        return Ok(Count { n: total(tx, filter).await?, exact: true });
    }
    if search::answers_alone(tx.engine(), filter) {
        return Ok(up_to(search::count(tx, filter, MOST_FOUND + 1).await?, MOST_FOUND));
    }
    let most = if searched { MOST_FOUND } else { MOST_COUNTED };
    counted(tx, shown(Filter::new(COUNTED), filter), filter, most).await
}

/// How many the staff's list shows, up to a thousand.
pub async fn case_count(tx: &mut Tx, scope: &Scope, filter: &CaseFilter) -> Result<Count> {
    staff_count(tx, scope, filter, MOST_COUNTED).await
}

/// How many the staff's list shows, however long it takes.
pub async fn case_count_exact(tx: &mut Tx, scope: &Scope, filter: &CaseFilter) -> Result<Count> {
    staff_count(tx, scope, filter, i64::MAX - 1).await
}

/// Cases that stand declined, by reason and by the day they were declined: the public sees how many and why, not which.
pub async fn decline_counts(tx: &mut Tx, region: Option<Region>, from: Day, to: Day) -> Result<Vec<(String, i64)>> {
    // The cases first, which their state's index finds; then their one event each by its key.
    let base = Filter::new("select coalesce(e.reason, ''), count(*) from case_item x join case_event e on");
    let base = base.then("e.region = x.region and e.case_id = x.id and coalesce(e.kind, '') = ?").bind(Action::Decline);
    let base = base
        .then("and e.to_state = 'declined' where x.kind = 'problem' and x.listed = 'declined'")
        .and_some("x.region = ?", region);
    // An appealed case was declined twice; the last time counts.
    let last =
        "not exists (select 1 from case_event l where l.region = e.region and l.case_id = e.case_id and l.n > e.n
        and coalesce(l.kind, '') = ?)";
    let base = base.and(last).bind(Action::Decline).and("e.day + 0 >= ?").bind(from).and("e.day + 0 <= ?").bind(to);
    base.then("group by coalesce(e.reason, '') order by 2 desc, 1").query().fetch_all(tx).await
}

const COUNTED: &str = "select count(*) from (select 1 from case_item x where";

async fn staff_count(tx: &mut Tx, scope: &Scope, filter: &CaseFilter, most: i64) -> Result<Count> {
    let sight = sight(tx, scope, filter.wall.region).await?;
    let base = narrowed_count(Filter::new(COUNTED), filter);
    let base = scoped(base, &sight, filter.wall.region);
    counted(tx, base, &filter.wall, most).await
}

/// The states of problems by name: a count keeps no order, and the index `case_item_counted` begins with them. Of the few that
/// have a deadline all are found by an index of their own, where nothing else narrows them.
fn narrowed_count(base: Filter, filter: &CaseFilter) -> Filter {
    let wall = &filter.wall;
    let placed = wall.township.is_some() || wall.village.is_some() || wall.category.is_some();
    let dated = filter.has_deadline || filter.overdue_on.is_some();
    if filter.kind.is_some() || dated && !placed && filter.owner.is_none() {
        return narrowed(base.then("1 = 1"), filter);
    }
    let wall = WallFilter { states: Vec::new(), ..filter.wall.clone() };
    let any = CaseFilter { wall, ended_before_posting: true, ..filter.clone() };
    narrowed(in_states(base, &filter.states()), &any)
}

async fn counted(tx: &mut Tx, base: Filter, filter: &WallFilter, most: i64) -> Result<Count> {
    let Some(base) = search::narrowed(tx, base, filter).await? else { return Ok(up_to(0, most)) };
    let n: i64 = base.limit(most.saturating_add(1)).then(") c").query().fetch_scalar(tx).await?;
    Ok(up_to(n, most))
}

/// Whether the time asked for begins and ends with a month, as the cells of the cube do.
fn whole_months(filter: &WallFilter) -> bool {
    filter.posted_from.is_none_or(|day| day == month_of(day))
        && filter.posted_to.is_none_or(|day| day.plus(1) == month_of(day.plus(1)))
}

/// How many cases each county has in each state, of a category and of whole months.
pub async fn county_counts(tx: &mut Tx, filter: &WallFilter) -> Result<Vec<(Region, State, i64)>> {
    let base = Filter::new("select c.region, c.state, cast(sum(c.n) as bigint) from case_cube c where");
    let base = base.then("c.level = 'county' and c.kind = 'problem'");
    let base = base.and_some("c.category = ?", filter.category.as_deref());
    let base = base.and_some("c.day >= ?", filter.posted_from).and_some("c.day <= ?", filter.posted_to);
    base.then("group by c.region, c.state order by c.region, c.state").query().fetch_all(tx).await
}

pub(super) fn up_to(n: i64, most: i64) -> Count {
    Count { n: n.min(most), exact: n <= most }
}

/// From the totals; those of single months stand in the cube.
async fn total(tx: &mut Tx, filter: &WallFilter) -> Result<i64> {
    let months = filter.posted_from.is_some() || filter.posted_to.is_some();
    let base = if months {
        Filter::new("select cast(coalesce(sum(c.n), 0) as bigint) from case_cube c where")
    } else {
        Filter::new("select cast(coalesce(sum(c.n), 0) as bigint) from case_total c where")
    };
    let base = match filter.township {
        Some(township) => base.then("c.level = 'township'").and("c.org = ?").bind(township),
        None => base.then("c.level = 'county'"),
    };
    let base = base.and("c.kind = 'problem'").and_some("c.region = ?", filter.region);
    let base = base.and_some("c.category = ?", filter.category.as_deref());
    let base = base.and_some("c.day >= ?", filter.posted_from).and_some("c.day <= ?", filter.posted_to);
    let base = if filter.states.is_empty() {
        base
    } else {
        base.and("c.state in (?)").bind_list(filter.states.iter().copied())
    };
    base.query().fetch_scalar(tx).await
}

/// How many cases stand in each state, for the chips above the wall.
pub async fn state_counts(tx: &mut Tx, filter: &WallFilter) -> Result<Vec<(State, i64)>> {
    let all = query(
        "select c.state, cast(sum(c.n) as bigint) from case_total c where c.level = 'county'
        and c.kind = 'problem' group by c.state",
    );
    let Some(region) = filter.region else { return all.fetch_all(tx).await };
    let one = query(
        "select c.state, cast(sum(c.n) as bigint) from case_total c
         where c.level = 'county' and c.kind = 'problem' and c.region = $1 group by c.state",
    );
    one.bind(region).fetch_all(tx).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_stopped_says_so() {
        assert_eq!(up_to(1_001, MOST_COUNTED).to_string(), "1,000 以上");
        assert_eq!(up_to(1_000, MOST_COUNTED).to_string(), "1,000");
        assert!(up_to(31_602, i64::MAX - 1).exact);
    }
}
