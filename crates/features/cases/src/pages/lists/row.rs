//! One line of the tree in a table.

use std::collections::HashMap;

use huiyin_base::{Day, Id};
use huiyin_web::components::{Html, Row, Tag};

use super::super::card::state_tag;
use super::super::cell::{nowrap, short_day};
use super::super::fields::grouped;
use crate::State;
use crate::store::{PlaceName, TreeLine};

/// The kinds as the views of the tree call them.
pub(super) const VIEWS: [(&str, &str); 3] = [("problem", "问题清单"), ("task", "任务清单"), ("duty", "责任清单")];

/// 任务
pub(super) fn kind_label(kind: &str) -> &'static str {
    match kind {
        "problem" => "问题",
        "duty" => "责任",
        _ => "任务",
    }
}

/// The bar of what is done below, with its two numbers.
pub(super) fn bar(done: i64, total: i64, late: i64) -> Html {
    if total == 0 {
        return Html::from("未分解");
    }
    let late =
        if late > 0 { format!("<span class=\"tree-late\">超期 {}</span>", grouped(late)) } else { String::new() };
    Html::drawn(format!(
        "<span class=\"tree-bar\"><progress max=\"{total}\" value=\"{done}\" aria-hidden=\"true\"></progress><span class=\"nowrap\">{} / {}</span>{late}</span>",
        grouped(done),
        grouped(total)
    ))
}

/// 900 / 1,200 户
pub(super) fn reached(line: &TreeLine) -> String {
    match line.target {
        Some(target) => format!("{} / {} {}", grouped(line.reached()), grouped(target), line.measure),
        None if line.parts_target > 0 => {
            format!("{} / {} {}", grouped(line.parts_amount), grouped(line.parts_target), line.measure)
        }
        None => String::new(),
    }
}

/// By when, in red once that day is over.
pub(super) fn due(line: &TreeLine, today: Day) -> Html {
    match line.due_day.filter(|_| line.state.is_open()) {
        Some(day) if day < today => Tag::bad(format!("{}已过", short_day(day, today))).into(),
        Some(day) => nowrap(&short_day(day, today)),
        None => Html::default(),
    }
}

/// How it stands.
pub(super) fn state(line: &TreeLine, today: Day) -> Html {
    if line.kind != "problem" && State::ECHOED.contains(&line.state) {
        return Tag::good("已销号").icon("check").into();
    }
    let late = line.state.is_open() && line.due_day.is_some_and(|due| due < today);
    state_tag(line.state, line.outcome, late)
}

/// A row of a list of cases of one title: by their units. Who may not see the case itself gets no link.
pub(super) fn row_of_unit(line: &TreeLine, names: &HashMap<Id, PlaceName>, today: Day, linked: bool) -> Row {
    made(line, names, today, (linked, true))
}

/// A row of a list.
pub(super) fn row(line: &TreeLine, names: &HashMap<Id, PlaceName>, today: Day) -> Row {
    made(line, names, today, (true, false))
}

fn made(line: &TreeLine, names: &HashMap<Id, PlaceName>, today: Day, (linked, by_unit): (bool, bool)) -> Row {
    let unit = names.get(&line.owner_org).map(|name| name.name.clone()).unwrap_or_default();
    let title = if line.title.is_empty() { "文字还没有公开".to_owned() } else { line.title.clone() };
    let (first, second) = if by_unit { (&unit, &title) } else { (&title, &unit) };
    let cells = [
        Html::from(first.as_str()),
        Html::from(second.as_str()),
        bar(line.done, line.total, line.late),
        Html::from(reached(line)),
        state(line, today),
        due(line, today),
    ];
    let row = Row::new(cells).named(format!("{unit} {title}"));
    if linked { row.to(format!("/lists/{}", line.id)) } else { row }
}
