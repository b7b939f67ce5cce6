//! The rows behind the figures of the wall.
//!
//! A cohort is what was posted between the cut's days; how a case of it stood is told as of the period's last day, and a
//! stock as of the cut's. A case that was never opened again is told by its own row; one that was, by its history.
//!
//! In what is asked of one case's history, `+ 0` and `coalesce` keep the engines from reading histories for all cases
//! at once: a case has some ten events, and the primary key finds them.

use huiyin_base::Day;
use huiyin_db::Filter;
use huiyin_figures::{Columns, Cut, Period, RateBook, Selection};

const COLUMNS: Columns = Columns {
    id: "x.id",
    region: "x.region",
    day: "x.posted_day",
    title: "x.title",
    township: Some("x.township"),
    village: Some("x.village"),
    owner: Some(("x.owner_region", "x.owner_org")),
    category: Some("x.category"),
    sub_category: Some("x.sub_category"),
    number: Some(("x.number_year", "x.number_n")),
    distinct: Some("x.category"),
    ..Columns::NONE
};

/// Only what was rated is told by its mark: by no other figure can one narrow to it and so read a single case's.
const RATED: Columns = Columns { score: Some("x.rating"), ..COLUMNS };

/// A part of a joint handling is work on a problem, and not another problem that a resident has raised.
const POSTED: &str = "from case_item x where x.kind = 'problem' and x.posted_day is not null and x.parent is null";

/// Answered at the end of a day (three times): by its own row where it was never opened again, else by its history. A case and no
/// alternative: of an alternative PostgreSQL collects all rows of either side and reads each from the table.
macro_rules! answered_at {
    () => {
        "case when x.reopened_times = 0 then x.answered_day <= ?
        else exists (select 1 from case_event e where e.region = x.region and e.case_id = x.id
            and coalesce(e.kind, '') = 'accept' and e.day + 0 <= ?
            and not exists (select 1 from case_event r where r.region = e.region and r.case_id = e.case_id and r.n > e.n
                and coalesce(r.to_state, '') = 'reopened' and r.day + 0 <= ?)) end"
    };
}

/// Neither answered nor ended otherwise at the end of a day (three times).
macro_rules! open_at {
    () => {
        "case when x.reopened_times = 0
        then (x.answered_day is null or x.answered_day > ?) and (x.ended_day is null or x.ended_day > ?)
        else (select e.to_state from case_event e where e.region = x.region and e.case_id = x.id
            and e.day + 0 <= ? order by e.n desc limit 1) not in ('answered', 'closed', 'merged', 'referred') end"
    };
}

/// Past what was due at the end of a day (twice).
macro_rules! late_at {
    () => {
        "(select e.due_day from case_event e where e.region = x.region and e.case_id = x.id
        and e.day + 0 <= ? order by e.n desc limit 1) < ?"
    };
}

/// Whether the last request to close by a day (once) came in time: 1 or 0; null where no deadline is on record.
///
/// With the request the verifier's clock begins and never ends before that day: what is due then is the nearer of both, and
/// lies before the request exactly where the answer came too late. How long the verifier took is not the owner's doing.
macro_rules! in_time {
    () => {
        "(select case when q.due_day >= q.day then 1 else 0 end from case_event q where q.region = x.region
        and q.case_id = x.id and coalesce(q.kind, '') = 'request_close' and q.day + 0 <= ? and q.due_day is not null
        order by q.n desc limit 1)"
    };
}
const CALLED: &str = "from callback_entry k join case_item x on x.region = k.region and x.id = k.case_id
    where k.state is not null and x.parent is null";

/// A call counts in the month of the answer.
const CALLS: Columns = Columns { day: "k.month", distinct: None, ..COLUMNS };

/// Struck off: the acceptance that still stood at the end of the period, on its day. The kind's first half lets the engine take the
/// index of what is no problem.
macro_rules! struck {
    ($kind:literal) => {
        concat!(
            "from case_item x join case_event e on e.region = x.region and e.case_id = x.id
            where x.kind <> 'problem' and x.kind = '",
            $kind,
            "' and coalesce(e.kind, '') = 'accept' and e.outcome = 'solved'"
        )
    };
}

/// The same of the reform ledger, by its type.
const REFORM: &str = "from case_item x join case_event e on e.region = x.region and e.case_id = x.id
    join case_value v on v.region = x.region and v.case_id = x.id and v.field = 'type'
    where x.kind <> 'problem' and x.kind = 'reform' and coalesce(e.kind, '') = 'accept' and e.outcome = 'solved'";

/// What was struck off counts on the day of its acceptance; it has no number of the wall.
const STRUCK: Columns = Columns {
    // In brackets: a month is computed from it.
    day: "(e.day + 0)",
    category: None,
    sub_category: None,
    number: None,
    distinct: None,
    owner: Some(("x.owner_region", "x.owner_org")),
    ..COLUMNS
};

/// Weak village bodies that were turned round.
pub(crate) fn weak_turned(cut: &Cut) -> Selection {
    standing(Selection::new(struck!("weak_body"), STRUCK), cut)
}

/// Venues that are there.
pub(crate) fn venues_cleared(cut: &Cut) -> Selection {
    standing(Selection::new(struck!("venue"), STRUCK), cut)
}

/// Meetings of the leading group for reform.
pub(crate) fn reform_meetings(cut: &Cut) -> Selection {
    reform(cut, "meeting")
}

/// Plans of reform.
pub(crate) fn reform_plans(cut: &Cut) -> Selection {
    reform(cut, "plan")
}

/// Tasks of reform.
pub(crate) fn reform_tasks(cut: &Cut) -> Selection {
    reform(cut, "task")
}

fn reform(cut: &Cut, what: &'static str) -> Selection {
    standing(Selection::new(REFORM, STRUCK), cut).narrowed(|rows| rows.and("v.text = ?").bind(what))
}

/// Accepted between the cut's days, and not opened again by the end of the period.
fn standing(selection: Selection, cut: &Cut) -> Selection {
    let again =
        "not exists (select 1 from case_event r where r.region = e.region and r.case_id = e.case_id and r.n > e.n
        and coalesce(r.to_state, '') = 'reopened' and r.day + 0 <= ?)";
    selection.within(cut).during(cut).narrowed(|rows| rows.and(again).bind(cut.period.to))
}

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

/// Posted then, and answered, solved or explained.
pub(crate) fn answered(cut: &Cut) -> Selection {
    let day = cut.period.to;
    raised(cut).narrowed(|rows| rows.and(answered_at!()).bind(day).bind(day).bind(day))
}

/// Posted then, and answered at least once, whatever came after.
pub(crate) fn ever_answered(cut: &Cut) -> Selection {
    let ever = "case when x.reopened_times = 0 then x.answered_day <= ?
        else exists (select 1 from case_event e where e.region = x.region and e.case_id = x.id
            and coalesce(e.kind, '') = 'accept' and e.day + 0 <= ?) end";
    let day = cut.period.to;
    raised(cut).narrowed(|rows| rows.and(ever).bind(day).bind(day))
}

/// Posted then, and to be answered by the end of the period: answered with a deadline on record, or late without an answer.
pub(crate) fn due(cut: &Cut) -> Selection {
    let due = concat!(
        "((",
        answered_at!(),
        ") and ",
        in_time!(),
        " is not null) or ((",
        open_at!(),
        ") and ",
        late_at!(),
        ")"
    );
    let day = cut.period.to;
    raised(cut).narrowed(|rows| {
        let rows = rows.and(due).bind(day).bind(day).bind(day).bind(day);
        rows.bind(day).bind(day).bind(day).bind(day).bind(day)
    })
}

/// Of those, answered with a request to close that came on the day it was due or before.
pub(crate) fn on_time(cut: &Cut) -> Selection {
    let in_time = concat!(in_time!(), " = 1");
    let day = cut.period.to;
    answered(cut).narrowed(|rows| rows.and(in_time).bind(day))
}

/// What ratings are told of: from the beginning of the year to the end of the last whole month. Between two cuts that differ by one day
/// lies one problem, and its rating would be the difference of two numbers.
fn whole_months(cut: &Cut) -> Cut {
    let last = cut.period.to;
    let before = Day::new(last.year(), last.month(), 1).map_or(last, |first| first.plus(-1));
    let to = if last.plus(1).month() == last.month() { before } else { last };
    let from = Day::new(to.year(), 1, 1).unwrap_or(cut.period.from);
    Cut { period: Period { from, to }, ..cut.clone() }
}

/// Posted then, and rated by whoever raised it.
pub(crate) fn rated(cut: &Cut) -> Selection {
    let cut = &whole_months(cut);
    Selection::new(POSTED, RATED).within(cut).during(cut).narrowed(|rows| rated_from(rows, 1, cut.period.to))
}

/// Posted then, and rated as well as the rate in force that day asks for.
pub(crate) fn satisfied(cut: &Cut) -> Selection {
    let cut = &whole_months(cut);
    let terms = RateBook::built_in().in_force("problems_satisfied", cut.period.to);
    let least = terms.and_then(|terms| terms.score).unwrap_or(4);
    Selection::new(POSTED, RATED).within(cut).during(cut).narrowed(|rows| rated_from(rows, least, cut.period.to))
}

/// Neither answered nor ended at the end of the cut's last day.
pub(crate) fn open(cut: &Cut) -> Selection {
    Selection::new(POSTED, COLUMNS).within(cut).narrowed(|rows| open_at(rows, cut.until()))
}

/// Open then, and past the day by which something was due.
pub(crate) fn overdue(cut: &Cut) -> Selection {
    open(cut).narrowed(|rows| rows.and(late_at!()).bind(cut.until()).bind(cut.until()))
}

/// Drawn for a call-back among the cut's months.
pub(crate) fn called(cut: &Cut) -> Selection {
    Selection::new(CALLED, CALLS).within(cut).during(cut)
}

/// Drawn, and whoever raised it answered.
pub(crate) fn call_reached(cut: &Cut) -> Selection {
    called(cut).narrowed(|rows| rows.and("k.state = 'reached'"))
}

/// Reached, and said that it is solved.
pub(crate) fn call_solved(cut: &Cut) -> Selection {
    call_reached(cut).narrowed(|rows| rows.and("k.solved = ?").bind(true))
}

fn answered_as(cut: &Cut, outcome: &'static str) -> Selection {
    let answered = "case when x.reopened_times = 0 then x.outcome = ? and x.answered_day <= ?
        else exists (select 1 from case_event e where e.region = x.region and e.case_id = x.id
            and coalesce(e.kind, '') = 'accept' and e.outcome = ? and e.day + 0 <= ?
            and not exists (select 1 from case_event r where r.region = e.region and r.case_id = e.case_id and r.n > e.n
                and coalesce(r.to_state, '') = 'reopened' and r.day + 0 <= ?)) end";
    let day = cut.period.to;
    raised(cut).narrowed(|rows| rows.and(answered).bind(outcome).bind(day).bind(outcome).bind(day).bind(day))
}

/// Merging and referring are never undone.
fn ended_as(cut: &Cut, state: &'static str) -> Selection {
    raised(cut).narrowed(|rows| rows.and("x.listed = ? and x.ended_day <= ?").bind(state).bind(cut.period.to))
}

fn rated_from(rows: Filter, least: i64, day: Day) -> Filter {
    let rated = "case when x.reopened_times = 0 then x.rating >= ? and x.rated_day <= ?
        else exists (select 1 from case_rating g where g.region = x.region and g.case_id = x.id and g.follower = x.receipt
            and g.score >= ? and g.day <= ? and g.answer = (select max(a.n) from case_answer a where a.region = x.region
                and a.case_id = x.id and a.decision = 'accepted' and a.decided_day <= ?)
            and not exists (select 1 from case_event r where r.region = g.region and r.case_id = g.case_id
                and coalesce(r.to_state, '') = 'reopened' and r.day + 0 > g.day and r.day + 0 <= ?)) end
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
    rows.and("x.posted_day <= ?").bind(day).and(open_at!()).bind(day).bind(day).bind(day)
}
