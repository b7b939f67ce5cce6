//! The course of a posted problem in plain words: what happened, who did it, what comes next.

use huiyin_base::Day;
use huiyin_db::Tx;
use huiyin_web::Result;
use huiyin_web::components::{Event, Timeline, Tone};

use super::card::Cards;
use super::public_unit::Units;
use crate::ledger::BY_LEDGER;
use crate::{Action, ActorKind, CaseEvent, CaseItem, CaseRules, Outcome, State};

/// The history and, last, what is awaited.
pub(crate) struct Course {
    pub(crate) timeline: Timeline,
    /// The post that works on it, such as 区水务局 水利股股长; none before somebody took it on.
    pub(crate) post: Option<String>,
}

/// Tells the public events of `case` in order.
pub(crate) async fn course(
    tx: &mut Tx,
    cards: &Cards<'_>,
    case: &CaseItem,
    events: &[CaseEvent],
    objection_until: Option<Day>,
) -> Result<Course> {
    let (rules, units) = (cards.rules(), units_of(tx, cards, events).await?);
    let is_part = super::joint_parts::is_part(case);
    let told = events.iter().map(|event| match event.kind {
        Action::Submit if is_part => super::story::parted(event),
        // The form promises that nobody reads when it was sent.
        Action::Submit => told(rules, &units, event).undated(),
        _ => told(rules, &units, event),
    });
    let next = next(case, &units, objection_until).map(|(words, icon)| {
        let day = case.due_day.filter(|_| case.state.is_open()).map(|day| format!("{}前", day.chinese()));
        Event::new(Tone::Plain, icon, words, day.unwrap_or_default())
    });
    let timeline = Timeline::new(told.chain(next));
    Ok(Course { timeline, post: post(case, events).map(|post| units.public_post(&post)) })
}

/// The same for whoever raised it, before posting too: he is spoken to, and what came after the `seen`-th event is marked.
pub(crate) async fn own(
    tx: &mut Tx,
    cards: &Cards<'_>,
    case: &CaseItem,
    events: &[CaseEvent],
    objection_until: Option<Day>,
    (his_own, seen): (bool, Option<i64>),
) -> Result<Timeline> {
    let (rules, units) = (cards.rules(), units_of(tx, cards, events).await?);
    let units = if his_own { units.plain() } else { units };
    let own = events.iter().map(|event| {
        let words = own_words(event).filter(|_| his_own);
        let line = words.map_or_else(|| told(rules, &units, event), |words| line(rules, &units, event, words));
        let line = if event.kind == Action::Submit && !his_own { line.undated() } else { line };
        if super::story::is_fresh(event, seen) { line.fresh() } else { line }
    });
    let next = match (case.state, objection_until) {
        (State::Submitted, _) => Some(("接下来：工作人员审核".to_owned(), "hourglass")),
        (State::Answered, Some(_)) if case.review_at().is_some() => Some(("接下来：上级复查".to_owned(), "hourglass")),
        (State::Answered, Some(day)) if his_own => {
            Some((format!("接下来：您不满意的，{}前可以提出异议", day.chinese()), "hourglass"))
        }
        _ => next(case, &units, objection_until),
    };
    let next = next.map(|(words, icon)| {
        let day = case.due_day.filter(|_| case.state.is_open() && case.state != State::Submitted);
        Event::new(Tone::Plain, icon, words, day.map(|day| format!("{}前", day.chinese())).unwrap_or_default())
    });
    Ok(Timeline::new(own.chain(next)))
}

/// What whoever raised it reads otherwise than the public.
fn own_words(event: &CaseEvent) -> Option<&'static str> {
    let own = event.actor == ActorKind::Reporter;
    Some(match event.kind {
        Action::Submit => "您反映了这个问题",
        Action::Decline => "没有受理",
        Action::Object => "您不满意，提出异议，重新办理",
        Action::Message if own => "您留了言",
        Action::Message => "给您留了言",
        _ => return None,
    })
}

/// Whoever took it on last, if that was of the unit which owns it now.
fn post(case: &CaseItem, events: &[CaseEvent]) -> Option<String> {
    const TAKES: [Action; 3] = [Action::Sign, Action::Begin, Action::RequestClose];
    let last = events.iter().rev().find(|event| TAKES.contains(&event.kind))?;
    (last.owner_org == case.owner_org && !last.post.is_empty()).then(|| last.post.clone())
}

/// The units that owned the case, as the public reads them.
pub(crate) async fn units_of(tx: &mut Tx, cards: &Cards<'_>, events: &[CaseEvent]) -> Result<Units> {
    let acted = events.iter().filter_map(|event| event.org);
    let ids = events.iter().map(|event| event.owner_org).chain(acted).collect();
    Ok(cards.units_of(tx, ids).await?)
}

fn told(rules: &CaseRules, units: &Units, event: &CaseEvent) -> Event {
    let unit = units.public(event.owner_org).map_or("承办单位", |name| name.name.as_str());
    line(rules, units, event, words(event, unit))
}

fn line(rules: &CaseRules, units: &Units, event: &CaseEvent, words: impl Into<String>) -> Event {
    let (tone, icon) = super::story::look(event.kind);
    let line = Event::new(tone, icon, words, event.day.chinese());
    // The sentence names the unit already; whoever decided is said where it adds something.
    let line = match event.actor {
        ActorKind::Staff if !event.post.is_empty() => line.by(units.public_post(&event.post)),
        _ => line,
    };
    match event.reason.as_deref().filter(|reason| !reason.is_empty()) {
        Some(reason) => line.text(rules.pause_reason(reason).map_or(reason, |known| known.label.as_str())),
        None => line,
    }
}

fn words(event: &CaseEvent, unit: &str) -> String {
    let until = event.due_day.map(|due| format!("，{}前", due.chinese())).unwrap_or_default();
    if event.post == BY_LEDGER
        && let Some(words) = by_ledger(event, unit)
    {
        return words;
    }
    match event.kind {
        Action::Submit => "有群众反映了这个问题".to_owned(),
        Action::Post => "审核以后上墙公开".to_owned(),
        Action::Assign if until.is_empty() => format!("交给{unit}办理"),
        Action::Assign => format!("交给{unit}办理{until}签收"),
        Action::Sign => {
            format!("{unit}签收，定了承办人{}", if until.is_empty() { String::new() } else { format!("{until}答复") })
        }
        Action::Begin => format!("{unit}开始办理"),
        Action::Entrust => format!("{unit}换了一位承办人接着办"),
        Action::Return => format!("认为不归自己办，退回重新交办，现在由{unit}处理"),
        Action::Extend => {
            event.due_day.map_or_else(|| "调整了期限".to_owned(), |due| format!("期限调整到{}", due.chinese()))
        }
        Action::Pause => "暂缓办理，期限停止计算".to_owned(),
        Action::Resume => format!("恢复办理{}", if until.is_empty() { String::new() } else { format!("{until}答复") }),
        Action::RequestClose => format!("{unit}说办完了，等上级核验"),
        Action::Refuse => "核验没有通过，退回继续办理".to_owned(),
        Action::Accept if event.outcome == Some(Outcome::Solved) => "核验通过，问题已解决，公开答复".to_owned(),
        Action::Accept => "核验通过，公开说明情况和原因".to_owned(),
        Action::Object => "反映人不满意，提出异议，重新办理".to_owned(),
        Action::Reopen => "重新打开，继续办理".to_owned(),
        Action::Close => "异议期满，没有新的意见，归档".to_owned(),
        Action::Merge => "和另一个相同的问题合并办理".to_owned(),
        Action::Refer => "转送给负责的地方或单位".to_owned(),
        Action::Escalate if event.due_day.is_some_and(|due| event.day <= due) => "还没有到期，提醒了一次".to_owned(),
        Action::Escalate => "到期没有办，催了一次".to_owned(),
        Action::Edit => "整理了公开的文字".to_owned(),
        Action::Subject => "标明了涉及的单位，由上一级办理".to_owned(),
        other => other.label().to_owned(),
    }
}

/// What an old ledger tells of a problem that was handled before: it was not checked here, and nobody could object here.
fn by_ledger(event: &CaseEvent, unit: &str) -> Option<String> {
    Some(match event.kind {
        Action::Post => "原台账记有这个问题，公开上墙".to_owned(),
        Action::Assign => format!("原台账记为由{unit}办理"),
        Action::RequestClose => format!("原台账记为{unit}已经办完"),
        Action::Accept if event.outcome == Some(Outcome::Solved) => "原台账记为已解决，没有经过这里核验".to_owned(),
        Action::Accept => "原台账记为已说明情况和原因，没有经过这里核验".to_owned(),
        Action::Close => "原台账早已办结，归档".to_owned(),
        _ => return None,
    })
}

/// What is awaited now, in a sentence.
fn next(case: &CaseItem, units: &Units, until: Option<Day>) -> Option<(String, &'static str)> {
    let unit = units.public(case.owner_org).map_or("承办单位", |name| name.name.as_str());
    let words = match case.state {
        State::Posted => "接下来：确定由谁来办".to_owned(),
        State::Assigned => format!("接下来：{unit}签收"),
        State::Signed | State::InHand | State::Reopened => format!("接下来：{unit}答复"),
        State::CloseRequested => "接下来：由上级另外的人核验，通过了才算数".to_owned(),
        State::Paused => match case.pause_until {
            Some(day) => format!("接下来：最迟{}恢复办理", day.chinese()),
            None => "接下来：恢复办理".to_owned(),
        },
        State::Answered if case.review_at().is_some() => "接下来：上级复查，结果和理由会公开".to_owned(),
        State::Answered => match until {
            Some(day) => format!("接下来：反映人不满意的，{}前可以提出异议", day.chinese()),
            None => return None,
        },
        _ => return None,
    };
    Some((words, "hourglass"))
}
