//! A desk in numbers: exact where it holds as many things as people deal with. Of one with more than five hundred the parts are
//! counted up to fifty: nobody plans his day by how many hundreds they are.

use huiyin_base::Day;
use huiyin_db::{Error, Filter, FromRow, Result, Row, Tx, row};
use huiyin_directory::{OrgRef, Scope};

use super::count::{Count, up_to};
use super::desk::{DeskView, Duty, narrowed, viewed};
use super::has::{DeskBeside, DeskHas, beside};
use crate::item::seq_from;

/// A desk with more is a long one. No desk of the demo city is, and few are where a million cases lie.
const MOST_OF_DESK: i64 = 500;

/// So many of each part of a long desk are counted.
const MOST_OF_PART: i64 = 50;

row! {
    /// What lies on a desk for one duty; of a long one also what lies there in all, in a row without a duty.
    struct Counted {
        long_desk: bool,
        duty: Option<Duty>,
        total: i64,
        mine: i64,
        today: i64,
        late: i64,
        returned: i64,
        long: i64,
        oldest: Option<i64>,
    }
}

/// A desk in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeskCounts {
    /// Each duty that something lies there for.
    pub duties: Vec<DutyCount>,
    /// All of them.
    pub total: Count,
    /// What waits for the viewer by name.
    pub mine: Count,
    /// Due today.
    pub today: Count,
    /// Due before today.
    pub late: Count,
    /// What came back.
    pub returned: Count,
    /// Handed in before the day that was asked for.
    pub long: Count,
    /// The place in the lists of what was handed in first: the milliseconds of its submission stand in it.
    pub oldest: Option<i64>,
}

/// What lies on a desk for one duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DutyCount {
    /// The duty.
    pub duty: Duty,
    /// All of it.
    pub total: Count,
    /// Due before today; not told on a desk that is counted only up to a number.
    pub late: Option<i64>,
}

impl DeskCounts {
    /// What lies there for a duty.
    pub fn of(&self, duty: Duty) -> Option<&DutyCount> {
        self.duties.iter().find(|counted| counted.duty == duty)
    }
}

/// Whose desk is asked for, and what about it.
#[derive(Clone, Copy, Debug)]
pub struct DeskAsked<'a> {
    /// What the viewer may see of it.
    pub scope: &'a Scope,
    /// Where he handles cases.
    pub at: &'a [OrgRef],
    /// The day by which something is due or late.
    pub today: Day,
    /// What was handed in before this day has waited long.
    pub long_before: Day,
    /// What stands beside the cases.
    pub beside: DeskBeside<'a>,
}

/// What stands beside a desk's cases, and with it a line of its numbers, if there is one.
struct Stands {
    has: DeskHas,
    counted: Option<Counted>,
}

impl FromRow for Stands {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let has = DeskHas::from_row(row)?;
        let is_counted = row.get::<Option<bool>>("long_desk")?.is_some();
        Ok(Self { has, counted: is_counted.then(|| Counted::from_row(row)).transpose()? })
    }
}

/// How many things wait for the viewer, by duty and by view, and what stands beside them: all that a desk's page asks before its
/// first row, in one statement.
pub async fn desk_stands(tx: &mut Tx, asked: &DeskAsked<'_>) -> Result<(DeskCounts, DeskHas)> {
    let desk = Desk { scope: asked.scope, at: asked.at };
    let has = beside(Filter::new("select * from (select"), &asked.beside).then(") beside");
    let counted = desk.counted(has.clone().then("left join ("), asked.today, seq_from(asked.long_before));
    let Some(counted) = counted else {
        return Ok((DeskCounts::default(), has.query().fetch_one(tx).await?));
    };
    let rows: Vec<Stands> = counted.then(") counted on 1 = 1").query().fetch_all(tx).await?;
    let has = rows.first().map(|row| row.has).ok_or(Error::NoRow)?;
    let rows: Vec<Counted> = rows.into_iter().filter_map(|row| row.counted).collect();
    Ok((if rows.iter().any(|row| row.long_desk) { up_to_a_few(&rows) } else { summed(&rows) }, has))
}

/// Of a desk that was counted exactly.
fn summed(rows: &[Counted]) -> DeskCounts {
    let exact = |of: fn(&Counted) -> i64| Count { n: rows.iter().map(of).sum(), exact: true };
    let duty = |row: &Counted| {
        row.duty.map(|duty| DutyCount { duty, total: Count { n: row.total, exact: true }, late: Some(row.late) })
    };
    let mut duties: Vec<DutyCount> = rows.iter().filter_map(duty).collect();
    duties.sort_by_key(|counted| counted.duty.as_str());
    DeskCounts {
        duties,
        total: exact(|row| row.total),
        mine: exact(|row| row.mine),
        today: exact(|row| row.today),
        late: exact(|row| row.late),
        returned: exact(|row| row.returned),
        long: exact(|row| row.long),
        oldest: rows.iter().filter_map(|row| row.oldest).min(),
    }
}

/// Of a long desk.
fn up_to_a_few(rows: &[Counted]) -> DeskCounts {
    let part = |n| up_to(n, MOST_OF_PART);
    let duty = |row: &Counted| row.duty.map(|duty| DutyCount { duty, total: part(row.total), late: None });
    let duties = rows.iter().filter_map(duty).filter(|counted| counted.total.n > 0).collect();
    let total = Count { n: MOST_OF_DESK, exact: false };
    let Some(all) = rows.iter().find(|row| row.duty.is_none()) else {
        return DeskCounts { duties, total, ..DeskCounts::default() };
    };
    DeskCounts {
        duties,
        total,
        mine: part(all.mine),
        today: part(all.today),
        late: part(all.late),
        returned: part(all.returned),
        long: part(all.long),
        oldest: all.oldest,
    }
}

/// Whose desk it is.
struct Desk<'a> {
    scope: &'a Scope,
    at: &'a [OrgRef],
}

impl Desk<'_> {
    /// All in one statement, which asks first whether the desk is a long one: then each part by an index of its own, else
    /// everything in one pass. None for a viewer who has no desk.
    fn counted(&self, base: Filter, today: Day, first_seq: i64) -> Option<Filter> {
        let whole = base.then("with whole as (select exists (select 1 from desk_item d where");
        let whole = narrowed(whole, self.scope, self.at)?.limit(1).then("offset ?").bind(MOST_OF_DESK);
        let whole = whole.then(") as is_long)");
        let base = self.exactly(whole, today, first_seq)?;
        self.views(self.duties(base)?, today, first_seq)
    }

    /// All numbers in one pass; none of a long desk.
    fn exactly(&self, whole: Filter, today: Day, first_seq: i64) -> Option<Filter> {
        let head = "select 1 = 0 as long_desk, d.duty, count(*) as total,
            cast(coalesce(sum(case when d.account = ? then 1 else 0 end), 0) as bigint) as mine,
            cast(coalesce(sum(case when d.due_day = ? then 1 else 0 end), 0) as bigint) as today,
            cast(coalesce(sum(case when d.due_day < ? then 1 else 0 end), 0) as bigint) as late,
            cast(coalesce(sum(case when d.returned then 1 else 0 end), 0) as bigint) as returned,
            cast(coalesce(sum(case when d.seq < ? then 1 else 0 end), 0) as bigint) as long,
            min(d.seq) as oldest
            from whole cross join desk_item d where not whole.is_long and";
        let head = whole.then(head).bind(self.scope.account?.id).bind(today).bind(today).bind(first_seq);
        // SQLite keeps the order of the two, so that of a long desk nothing more is read. PostgreSQL keeps none, and begins with the one row.
        Some(narrowed(head, self.scope, self.at)?.then("group by d.duty"))
    }

    /// How many things a long desk holds for each duty. One plan for all of them: preparing a plan of each to run costs PostgreSQL
    /// more than running it.
    fn duties(&self, base: Filter) -> Option<Filter> {
        let base = base.then("union all select 1 = 1, k.column1,");
        let base = self.part(base, |base| base.and("d.duty = k.column1"))?;
        let mut base = base.then(", 0, 0, 0, 0, 0, cast(null as bigint) from whole cross join (");
        for (place, duty) in Duty::ALL.iter().enumerate() {
            base = base.then(if place == 0 { "values (?)" } else { ", (?)" }).bind(*duty);
        }
        Some(base.then(") k where whole.is_long"))
    }

    /// How many things of a long desk each view shows, and what was handed in first.
    fn views(&self, base: Filter, today: Day, first_seq: i64) -> Option<Filter> {
        let base = base.then("union all select 1 = 1, cast(null as text), 0,");
        let base = self.part(base, |base| viewed(base, self.scope, Some(DeskView::Mine)))?;
        let base = self.part(base.then(","), |base| base.and("d.due_day = ?").bind(today))?;
        let base = self.part(base.then(","), |base| base.and("d.due_day < ?").bind(today))?;
        let base = self.part(base.then(","), |base| viewed(base, self.scope, Some(DeskView::Returned)))?;
        let base = self.part(base.then(","), |base| base.and("d.seq < ?").bind(first_seq))?;
        Some(self.oldest(base.then(","))?.then("from whole where whole.is_long"))
    }

    /// How many things there are with this, up to a few.
    fn part(&self, base: Filter, with: impl FnOnce(Filter) -> Filter) -> Option<Filter> {
        let base = narrowed(base.then("(select count(*) from (select 1 from desk_item d where"), self.scope, self.at)?;
        Some(with(base).limit(MOST_OF_PART + 1).then(") t)"))
    }

    /// The first of each organisation's own, by the index of its order; of those the first.
    fn oldest(&self, base: Filter) -> Option<Filter> {
        let mut base = base.then("(select min(o.seq) from (");
        for (place, org) in self.at.iter().enumerate() {
            base = base.then(if place == 0 { "select * from (" } else { "union all select * from (" });
            let one = narrowed(base.then("select d.seq from desk_item d where"), self.scope, &[*org])?;
            base = one.then("order by d.seq limit 1) first");
        }
        Some(base.then(") o)"))
    }
}
