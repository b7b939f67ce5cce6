//! A desk in numbers: exact where it holds as many things as people deal with; of a longer one the parts are counted up to a few hundred,
//! because nobody plans his day by whether it is eight hundred or nine.

use huiyin_base::Day;
use huiyin_db::{Filter, Result, Tx, row};
use huiyin_directory::{OrgRef, Scope};

use super::count::{Count, MOST_COUNTED};
use super::desk::{DeskView, Duty, narrowed, viewed};

/// So many of each part of a long desk are counted.
const MOST_OF_PART: i64 = 200;

row! {
    /// What lies on a desk for one duty.
    struct Counted {
        duty: Duty,
        total: i64,
        mine: i64,
        today: i64,
        late: i64,
        returned: i64,
        long: i64,
        oldest: i64,
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

/// How many things wait for the viewer: by duty, by view on `today`, and what was handed in before `long_before`.
pub async fn desk_count(tx: &mut Tx, scope: &Scope, at: &[OrgRef], today: Day, long_before: Day) -> Result<DeskCounts> {
    let desk = Desk { scope, at };
    let counted = desk.exactly(tx, today, long_before).await?;
    // An empty desk or a long one.
    if counted.is_empty() { desk.up_to(tx, today, long_before).await } else { Ok(summed(&counted)) }
}

fn summed(rows: &[Counted]) -> DeskCounts {
    let exact = |of: fn(&Counted) -> i64| Count { n: rows.iter().map(of).sum(), exact: true };
    let duty =
        |row: &Counted| DutyCount { duty: row.duty, total: Count { n: row.total, exact: true }, late: Some(row.late) };
    DeskCounts {
        duties: rows.iter().map(duty).collect(),
        total: exact(|row| row.total),
        mine: exact(|row| row.mine),
        today: exact(|row| row.today),
        late: exact(|row| row.late),
        returned: exact(|row| row.returned),
        long: exact(|row| row.long),
        oldest: rows.iter().map(|row| row.oldest).min(),
    }
}

/// Whose desk it is.
struct Desk<'a> {
    scope: &'a Scope,
    at: &'a [OrgRef],
}

impl Desk<'_> {
    /// All numbers in one pass; none of a long desk.
    async fn exactly(&self, tx: &mut Tx, today: Day, long_before: Day) -> Result<Vec<Counted>> {
        let head = "select d.duty, count(*) as total,
            cast(coalesce(sum(case when d.account = ? then 1 else 0 end), 0) as bigint) as mine,
            cast(coalesce(sum(case when d.due_day = ? then 1 else 0 end), 0) as bigint) as today,
            cast(coalesce(sum(case when d.due_day < ? then 1 else 0 end), 0) as bigint) as late,
            cast(coalesce(sum(case when d.returned then 1 else 0 end), 0) as bigint) as returned,
            cast(coalesce(sum(case when d.seq < ? then 1 else 0 end), 0) as bigint) as long,
            min(d.seq) as oldest
            from (select count(*) as n from (select 1 from desk_item d where";
        let Some(account) = self.scope.account else { return Ok(Vec::new()) };
        let head = Filter::new(head).bind(account.id).bind(today).bind(today).bind(first_seq(long_before));
        let Some(base) = narrowed(head, self.scope, self.at) else { return Ok(Vec::new()) };
        // SQLite keeps the order of the two, so that of a long desk nothing more is read. PostgreSQL keeps none, and begins with the one row.
        let base = base.then("limit ?) t) whole cross join desk_item d where whole.n <= ? and").bind(MOST_COUNTED + 1);
        let Some(base) = narrowed(base.bind(MOST_COUNTED), self.scope, self.at) else { return Ok(Vec::new()) };
        base.then("group by d.duty order by d.duty").query().fetch_all(tx).await
    }

    /// Each number by an index of its own, all in one statement.
    async fn up_to(&self, tx: &mut Tx, today: Day, long_before: Day) -> Result<DeskCounts> {
        let first_seq = first_seq(long_before);
        let mut parts = Parts { desk: self, base: Filter::new(""), count: 0 };
        for duty in Duty::ALL {
            parts.add(|base| base.and("d.duty = ?").bind(*duty));
        }
        parts.add(|base| viewed(base, self.scope, Some(DeskView::Mine)));
        parts.add(|base| base.and("d.due_day = ?").bind(today));
        parts.add(|base| base.and("d.due_day < ?").bind(today));
        parts.add(|base| viewed(base, self.scope, Some(DeskView::Returned)));
        parts.add(|base| base.and("d.seq < ?").bind(first_seq));
        let counted = parts.counted(tx).await?;
        if counted.iter().all(|count| count.n == 0) {
            return Ok(DeskCounts::default());
        }
        let mut counts = DeskCounts { total: Count { n: MOST_COUNTED, exact: false }, ..DeskCounts::default() };
        let (duties, views) = counted.split_at_checked(Duty::ALL.len()).unwrap_or_default();
        let held = Duty::ALL.iter().zip(duties).filter(|(_, total)| total.n > 0);
        counts.duties = held.map(|(duty, total)| DutyCount { duty: *duty, total: *total, late: None }).collect();
        if let [mine, today, late, returned, long] = *views {
            counts = DeskCounts { mine, today, late, returned, long, ..counts };
        }
        counts.oldest = self.oldest(tx).await?;
        Ok(counts)
    }

    /// The first of each organisation's own, by the index of its order; of those the first.
    async fn oldest(&self, tx: &mut Tx) -> Result<Option<i64>> {
        let mut all = Filter::new("select min(o.seq) from (");
        for (place, org) in self.at.iter().enumerate() {
            all = all.then(if place == 0 { "select * from (" } else { "union all select * from (" });
            let Some(one) = narrowed(all.then("select d.seq from desk_item d where"), self.scope, &[*org]) else {
                return Ok(None);
            };
            all = one.then("order by d.seq limit 1) first");
        }
        all.then(") o").query().fetch_scalar(tx).await
    }
}

/// Parts of a desk that are counted together.
struct Parts<'a> {
    desk: &'a Desk<'a>,
    base: Filter,
    count: usize,
}

impl Parts<'_> {
    fn add(&mut self, with: impl FnOnce(Filter) -> Filter) {
        let number = i64::try_from(self.count).unwrap_or(i64::MAX);
        let union = if self.count > 0 { "union all select" } else { "select" };
        let base = std::mem::replace(&mut self.base, Filter::new(""));
        let base = base.then(union).then("cast(? as bigint) as part, count(*) as n from").bind(number);
        let base = base.then("(select 1 from desk_item d where");
        if let Some(base) = narrowed(base, self.desk.scope, self.desk.at) {
            self.base = with(base).limit(MOST_OF_PART + 1).then(") t");
            self.count += 1;
        }
    }

    /// How many are in each, in the order in which they were added.
    async fn counted(self, tx: &mut Tx) -> Result<Vec<Count>> {
        if self.count == 0 {
            return Ok(Vec::new());
        }
        let mut rows: Vec<(i64, i64)> = self.base.query().fetch_all(tx).await?;
        rows.sort_unstable();
        Ok(rows.into_iter().map(|(_, n)| up_to(n, MOST_OF_PART)).collect())
    }
}

fn up_to(n: i64, most: i64) -> Count {
    Count { n: n.min(most), exact: n <= most }
}

/// The least place of what is handed in on a day.
fn first_seq(day: Day) -> i64 {
    day.start().timestamp_millis() << 20
}
