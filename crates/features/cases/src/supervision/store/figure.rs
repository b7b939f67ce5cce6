//! The rows behind the figures of supervision. What is hidden is in none of them: only what is over counts.

use huiyin_figures::{Columns, Cut, Selection};

const COLUMNS: Columns =
    Columns { id: "x.id", region: "x.region", day: "x.done_day", title: "x.title", ..Columns::NONE };

const UNITS: Columns =
    Columns { id: "k.unit", region: "x.region", day: "x.done_day", title: "k.name", ..Columns::NONE };

const TALKS: Columns = Columns { amount: Some("x.talks"), ..COLUMNS };
const REMOVED: Columns = Columns { amount: Some("x.removed"), ..COLUMNS };

/// Concentrated inspections that were held.
pub(crate) fn concentrated(cut: &Cut) -> Selection {
    let rows = "from inspection x where x.kind = 'concentrated' and x.done_day is not null";
    Selection::new(rows, COLUMNS).within(cut).during(cut)
}

/// Visits without notice that are over.
pub(crate) fn unannounced(cut: &Cut) -> Selection {
    let rows = "from inspection x where x.kind = 'unannounced' and x.done_day is not null";
    Selection::new(rows, COLUMNS).within(cut).during(cut)
}

/// Rounds of the teams that were held.
pub(crate) fn rounds(cut: &Cut) -> Selection {
    let rows = "from inspection x where x.kind = 'round' and x.done_day is not null";
    Selection::new(rows, COLUMNS).within(cut).during(cut)
}

/// Teams that stand at the end of the cut's last day.
pub(crate) fn teams(cut: &Cut) -> Selection {
    const TEAM: Columns =
        Columns { id: "x.id", region: "x.region", day: "x.formed_day", title: "x.name", ..Columns::NONE };
    let until = cut.until();
    let rows = Selection::new("from inspection_team x where 1 = 1", TEAM).within(cut);
    rows.narrowed(|rows| {
        rows.and("x.formed_day <= ?").bind(until).and("x.ended_day is null or x.ended_day > ?").bind(until)
    })
}

const REVIEWED: &str = "from inspection x join inspection_unit k on k.region = x.region and k.inspection = x.id
    where x.kind = 'review' and x.done_day is not null and k.visited_day is not null
    and not exists (select 1 from inspection y join inspection_unit l on l.region = y.region and l.inspection = y.id
        where y.region = x.region and y.kind = 'review' and l.unit = k.unit and l.visited_day is not null
        and (y.done_day > x.done_day or (y.done_day = x.done_day and y.id > x.id)) and y.done_day <= ?)";

/// Counties that a leadership review has covered, each once: by the last that covered it.
pub(crate) fn review_counties(cut: &Cut) -> Selection {
    reviewed(cut, "k.kind = 'county'")
}

/// Departments that a leadership review has covered, each once.
pub(crate) fn review_departments(cut: &Cut) -> Selection {
    reviewed(cut, "k.kind = 'department'")
}

fn reviewed(cut: &Cut, kind: &'static str) -> Selection {
    let until = cut.until();
    let rows = Selection::new(REVIEWED, UNITS).narrowed(|rows| rows.bind(until));
    rows.within(cut).during(cut).narrowed(|rows| rows.and(kind))
}

/// How many were talked to, trained or seconded after a leadership review.
pub(crate) fn review_talks(cut: &Cut) -> Selection {
    let rows = "from inspection x where x.kind = 'review' and x.done_day is not null and x.talks is not null";
    Selection::new(rows, TALKS).within(cut).during(cut)
}

/// How many were removed after one.
pub(crate) fn review_removed(cut: &Cut) -> Selection {
    let rows = "from inspection x where x.kind = 'review' and x.done_day is not null and x.removed is not null";
    Selection::new(rows, REMOVED).within(cut).during(cut)
}
