//! The rows behind the figures of the wall.
//!
//! A cohort is what was posted between the cut's days; how a case of it stood is told as of the period's last day, and a
//! stock as of the cut's. A case that was never opened again is told by its own row; one that was, by its history.
//!
//! In what is asked of one case's history, `+ 0` and `coalesce` keep the engines from indexes over all histories: a case
//! has some ten events, and the primary key finds them.

use huiyin_base::Day;
use huiyin_db::Filter;
use huiyin_figures::{Columns, Cut, Selection};

const COLUMNS: Columns = Columns {
    id: "x.id",
    region: "x.region",
    day: "x.posted_day",
    title: "x.title",
    township: Some("x.township"),
    village: Some("x.village"),
    owner: Some(("x.owner_region", "x.owner_org")),
    category: Some("x.category"),
    number: Some(("x.number_year", "x.number_n")),
    distinct: Some("x.category"),
    ..Columns::NONE
};

const POSTED: &str = "from case_item x where x.kind = 'problem' and x.posted_day is not null";

/// Posted between the cut's days.
pub(crate) fn raised(cut: &Cut) -> Selection {
    Selection::new(POSTED, COLUMNS).within(cut).during(cut)
}

/// Posted then, and solved.
pub(crate) fn solved(cut: &Cut) -> Selection {
    answered_as(cut, "solved")
}

/// Posted then, and answered with the reason why it cannot be solved.
pub(crate) fn explained(cut: &Cut) -> Selection {
    answered_as(cut, "explained")
}

/// Posted then, and merged into another.
pub(crate) fn merged(cut: &Cut) -> Selection {
    ended_as(cut, "merged")
}

/// Posted then, and referred elsewhere.
pub(crate) fn referred(cut: &Cut) -> Selection {
    ended_as(cut, "referred")
}

/// Posted then, and opened again at least once.
pub(crate) fn reopened(cut: &Cut) -> Selection {
    let reopened = "x.reopened_times > 0 and exists (select 1 from case_event e where e.region = x.region
        and e.case_id = x.id and coalesce(e.to_state, '') = 'reopened' and e.from_state <> 'reopened' and e.day + 0 <= ?)";
    raised(cut).narrowed(|rows| rows.and(reopened).bind(cut.period.to))
}

/// Posted then, and rated by whoever raised it.
pub(crate) fn rated(cut: &Cut) -> Selection {
    raised(cut).narrowed(|rows| rated_from(rows, 1, cut.period.to))
}

/// Posted then, and rated four or five.
pub(crate) fn satisfied(cut: &Cut) -> Selection {
    raised(cut).narrowed(|rows| rated_from(rows, 4, cut.period.to))
}

/// Neither answered nor ended at the end of the cut's last day.
pub(crate) fn open(cut: &Cut) -> Selection {
    Selection::new(POSTED, COLUMNS).within(cut).narrowed(|rows| open_at(rows, cut.until()))
}

/// Open then, and past the day by which something was due.
pub(crate) fn overdue(cut: &Cut) -> Selection {
    let late = "(select e.due_day from case_event e where e.region = x.region and e.case_id = x.id
        and e.day + 0 <= ? order by e.n desc limit 1) < ?";
    open(cut).narrowed(|rows| rows.and(late).bind(cut.until()).bind(cut.until()))
}

fn answered_as(cut: &Cut, outcome: &'static str) -> Selection {
    let never_reopened = "(x.reopened_times = 0 and x.outcome = ? and x.answered_day <= ?) or (x.reopened_times > 0
        and exists (select 1 from case_event e where e.region = x.region and e.case_id = x.id
            and coalesce(e.kind, '') = 'accept' and e.outcome = ? and e.day + 0 <= ?
            and not exists (select 1 from case_event r where r.region = e.region and r.case_id = e.case_id and r.n > e.n
                and coalesce(r.to_state, '') = 'reopened' and r.day + 0 <= ?)))";
    let day = cut.period.to;
    raised(cut).narrowed(|rows| rows.and(never_reopened).bind(outcome).bind(day).bind(outcome).bind(day).bind(day))
}

/// Merging and referring are never undone.
fn ended_as(cut: &Cut, state: &'static str) -> Selection {
    raised(cut).narrowed(|rows| rows.and("x.state = ? and x.closed_day <= ?").bind(state).bind(cut.period.to))
}

fn rated_from(rows: Filter, least: i64, day: Day) -> Filter {
    let rated = "(x.reopened_times = 0 and x.rating >= ? and x.rated_day <= ?) or (x.reopened_times > 0
        and exists (select 1 from case_rating g where g.region = x.region and g.case_id = x.id and g.follower = x.receipt
            and g.score >= ? and g.day <= ? and g.answer = (select max(a.n) from case_answer a where a.region = x.region
                and a.case_id = x.id and a.decision = 'accepted' and a.decided_day <= ?)
            and not exists (select 1 from case_event r where r.region = g.region and r.case_id = g.case_id
                and coalesce(r.to_state, '') = 'reopened' and r.day + 0 > g.day and r.day + 0 <= ?)))
        or ((x.rated_day > ? or x.reopened_times > 0)
        and exists (select 1 from case_rating_past p where p.region = x.region and p.case_id = x.id
            and p.follower = x.receipt and p.score >= ? and p.day <= ?
            and p.answer = (select max(a.n) from case_answer a where a.region = x.region
                and a.case_id = x.id and a.decision = 'accepted' and a.decided_day <= ?)
            and not exists (select 1 from case_rating_past l where l.region = p.region and l.case_id = p.case_id
                and l.answer = p.answer and l.follower = p.follower and l.n > p.n and l.day <= ?)
            and not exists (select 1 from case_rating c where c.region = p.region and c.case_id = p.case_id
                and c.answer = p.answer and c.follower = p.follower and c.day <= ?)
            and not exists (select 1 from case_event r where r.region = p.region and r.case_id = p.case_id
                and coalesce(r.to_state, '') = 'reopened' and r.day + 0 > p.day and r.day + 0 <= ?)))";
    let rows = rows.and(rated).bind(least).bind(day).bind(least).bind(day).bind(day).bind(day);
    // A rating that was changed later counts as it stood on that day.
    rows.bind(day).bind(least).bind(day).bind(day).bind(day).bind(day).bind(day)
}

fn open_at(rows: Filter, day: Day) -> Filter {
    let open = "(x.reopened_times = 0 and (x.answered_day is null or x.answered_day > ?)
            and (x.closed_day is null or x.closed_day > ?))
        or (x.reopened_times > 0 and (select e.to_state from case_event e where e.region = x.region and e.case_id = x.id
            and e.day + 0 <= ? order by e.n desc limit 1) not in ('answered', 'closed', 'merged', 'referred'))";
    rows.and("x.posted_day <= ?").bind(day).and(open).bind(day).bind(day).bind(day)
}
