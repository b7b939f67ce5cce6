//! The cells of staff's lists.

use huiyin_base::Day;
use huiyin_web::components::{DeadlineBar, Html};

use super::card::Cards;
use super::clock_facts::moment;
use crate::State;
use crate::store::CaseLine;

/// The number; a report that has none yet says how it stands, what is handed down says what it is.
pub(crate) fn number(cards: &Cards<'_>, line: &CaseLine) -> Html {
    let number = cards.number(line.region, line.number());
    let number = number.unwrap_or_else(|| cards.issued(&line.kind).unwrap_or(line.state.label()).to_owned());
    let number = nowrap(&number);
    match cards.close_number(line.region, &line.kind, line.close_number()) {
        Some(close) => Html::drawn(format!("{number}<br><small class=\"font-normal\">{}</small>", nowrap(&close))),
        None => number,
    }
}

/// The public title. What residents wrote stays sealed until posting: such a case is named by its day.
pub(crate) fn headline(line: &CaseLine, today: Day) -> String {
    match line.title.as_str() {
        "" if line.kind != "problem" => format!("{}收到，内容不公开", short_day(line.submitted_day, today)),
        "" => format!("{}反映，文字还没有公开", short_day(line.submitted_day, today)),
        title => title.to_owned(),
    }
}

/// 柳河镇 上湾村, with the county before it where the list holds several.
pub(crate) fn place(cards: &Cards<'_>, line: &CaseLine, several_counties: bool) -> String {
    let place = cards.place(line.region, line.township, line.village);
    let below = place.strip_prefix(cards.county(line.region)).map(str::trim);
    match below.filter(|below| !several_counties && !below.is_empty()) {
        Some(below) => below.to_owned(),
        None => place,
    }
}

/// The bar until `due`; where nothing is due, the day of the answer.
pub(crate) fn deadline(line: &CaseLine, due: Option<Day>, today: Day) -> Html {
    let Some(due) = due else {
        if line.state == State::Paused {
            return nowrap("暂停计时");
        }
        let answered = line.answered_day.map(|day| nowrap(&format!("{}答复", short_day(day, today))));
        return answered.unwrap_or_default();
    };
    if let Some(at) = line.due_at.filter(|_| line.state == State::Assigned) {
        // Finer than a day: a bar of days would say nothing.
        let (_, time) =
            moment(at).rsplit_once(' ').map(|(day, time)| (day.to_owned(), time.to_owned())).unwrap_or_default();
        return nowrap(&format!("{} {time}前签收", short_day(Day::of(at), today)));
    }
    let from = line.answer_from.or(line.assigned_day).or(line.posted_day).unwrap_or(line.submitted_day);
    // A clock that began on the day it ends has been given that day at least.
    let from = from.min(due.plus(-1));
    let days = |to: Day| u32::try_from(to.since(from)).unwrap_or(0);
    let bar = DeadlineBar::new(days(today), days(due), short_day(due, today)).calendar_days().brief();
    if line.state == State::Paused { bar.paused(format!("到{}", short_day(due, today))).into() } else { bar.into() }
}

/// 12月20日, with its year where that is not this one.
pub(crate) fn short_day(day: Day, today: Day) -> String {
    let whole = day.chinese();
    match whole.split_once('年') {
        Some((_, rest)) if day.year() == today.year() => rest.to_owned(),
        _ => whole,
    }
}

/// Words that stay on one line.
pub(crate) fn nowrap(words: &str) -> Html {
    Html::drawn(format!("<span class=\"nowrap\">{}</span>", Html::from(words)))
}
