//! A longer time to answer: asked for by the owner, decided by the desk, capped, and seen by the public.

use huiyin_base::{Day, Problem};
use huiyin_directory::OrgKind;

use crate::OwnerLimits;
use crate::actor::Actor;
use crate::moves::Done;
use crate::transition::{Ask, Draft};

impl Ask<'_, '_> {
    /// The time of an owner of this kind for this case.
    pub(crate) fn limits(&self, kind: OrgKind) -> OwnerLimits {
        let (book, case) = (self.book, self.case);
        match self.kind.days(kind) {
            Some(days) => OwnerLimits { sign_halves: days.sign * 2, answer: days.answer },
            None => book.clocks.limits(&book.rules, kind, &case.category, &case.sub_category, self.facts.moment.today),
        }
    }
}

pub(crate) fn ask(ask: &Ask<'_, '_>, until: Day, draft: &mut Draft) -> Done {
    let rules = ask.book.clocks.extension;
    if ask.case.extend_until.is_some() {
        return Err(Problem::conflict("已经申请过延期，受理单位还没有决定，请等一等。"));
    }
    if ask.case.extended_times >= rules.times {
        let times = rules.times;
        return Err(Problem::conflict(format!("已经延期过 {times} 次，不能再延。请在期限内答复，办不到的如实说明。")));
    }
    let due = ask.case.due_answer.ok_or_else(|| Problem::conflict("现在没有答复期限，不用延期。"))?;
    let today = ask.facts.moment.today;
    if due < today {
        return Err(Problem::conflict("期限已经过了，不能再申请延期，请尽快答复并说明原因。"));
    }
    let furthest = furthest(ask, ask.case.answer_from.unwrap_or(today));
    if furthest.is_some_and(|furthest| furthest <= due) {
        return Err(Problem::conflict(format!(
            "群众反映的事，从计时那天起最长 {} 天要答复，期限已经到了最长，不能再延。请在期限内如实答复。",
            rules.furthest
        )));
    }
    let latest = ask.book.working(due, rules.most);
    let latest = furthest.map_or(latest, |furthest| latest.min(furthest));
    if until <= due || until > latest || !ask.book.calendar.is_working(until) {
        return Err(Problem::invalid(format!(
            "现在的期限是{}，一次最多延 {} 个工作日，请选这一天之后、{}之前（含当天）的工作日。",
            due.chinese(),
            rules.most,
            latest.chinese()
        )));
    }
    draft.after.extend_until = Some(until);
    Ok(())
}

pub(crate) fn refuse(ask: &Ask<'_, '_>, draft: &mut Draft) -> Done {
    not_ones_own(ask)?;
    if draft.after.extend_until.take().is_none() {
        return Err(Problem::conflict("没有等待决定的延期申请，请刷新后再看。"));
    }
    Ok(())
}

/// Nobody grants his own request.
pub(crate) fn check_grant(ask: &Ask<'_, '_>, deadline: Day) -> Done {
    let Some(until) = ask.case.extend_until else { return Ok(()) };
    not_ones_own(ask)?;
    if deadline > until {
        return Err(Problem::invalid(format!("承办人只申请延到{}，请选这一天或更早。", until.chinese())));
    }
    Ok(())
}

/// What residents raised is answered by then at the latest, whoever sets the deadline.
pub(crate) fn check_furthest(ask: &Ask<'_, '_>, deadline: Day, from: Day) -> Done {
    // Pauses may have moved it beyond: what is due already may stay.
    let Some(latest) = furthest(ask, from).map(|day| day.max(ask.case.due_answer.unwrap_or(day))) else {
        return Ok(());
    };
    if deadline <= latest {
        return Ok(());
    }
    Err(Problem::invalid(format!(
        "群众反映的事，从计时那天起最长 {} 天要答复，最晚到{}。到那天办不完的，先如实答复办到哪一步、还差什么。",
        ask.book.clocks.extension.furthest,
        latest.chinese()
    )))
}

/// The day after which no deadline of what residents raised may lie; none for what was handed down.
fn furthest(ask: &Ask<'_, '_>, from: Day) -> Option<Day> {
    (ask.case.kind == "problem").then(|| from.plus(ask.book.clocks.extension.furthest))
}

/// A deadline that was asked for counts as an extension; one that the desk sets by itself does not.
pub(crate) fn granted(ask: &Ask<'_, '_>, draft: &mut Draft) {
    draft.after.extended_times += i64::from(ask.case.extend_until.is_some());
    draft.after.extend_until = None;
}

fn not_ones_own(ask: &Ask<'_, '_>) -> Done {
    let Actor::Staff(viewer) = ask.actor else { return Ok(()) };
    if ask.case.extend_until.is_some() && ask.case.owner_person() == Some(viewer.account) {
        return Err(Problem::forbidden("自己申请的延期要由别人决定，请受理单位的其他人处理。"));
    }
    Ok(())
}
