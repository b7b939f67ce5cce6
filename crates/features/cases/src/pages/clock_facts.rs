//! What a page says of deadlines finer than a day, of extensions and of close-out numbers.

use super::card::Cards;
use crate::{CaseItem, State};

/// For those who work on the case.
pub(crate) fn of(cards: &Cards<'_>, case: &CaseItem) -> Vec<(&'static str, Option<String>)> {
    let sign = case.due_sign.filter(|_| case.state == State::Assigned).map(|day| match case.due_at {
        Some(at) => moment(at),
        None => day.chinese(),
    });
    vec![
        ("签收期限", sign.map(|due| format!("{due}前"))),
        ("延期", extension(case)),
        ("销号编号", cards.close_number(case.region, &case.kind, case.close_number())),
    ]
}

/// A longer time that was asked for or granted, for everybody.
pub(crate) fn extension(case: &CaseItem) -> Option<String> {
    if !case.state.is_open() {
        return None;
    }
    if let Some(until) = case.extend_until {
        return Some(format!("承办人申请把答复期限延到{}，受理单位还没有决定；决定之前原期限不变。", until.chinese()));
    }
    let until = case.due_answer.filter(|_| case.extended_times > 0)?;
    Some(format!("经受理单位同意，答复期限延到{}。原因见办理过程。", until.chinese()))
}

/// 2016年12月16日 12:00
pub(crate) fn moment(at: huiyin_base::Instant) -> String {
    let day = huiyin_base::Day::of(at);
    let minutes = (at - day.start()).num_minutes();
    format!("{} {:02}:{:02}", day.chinese(), minutes / 60, minutes % 60)
}
