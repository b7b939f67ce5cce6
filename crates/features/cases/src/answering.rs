//! The end of a case and what undoes it: close requests, verification, objections.

use huiyin_base::Problem;
use huiyin_directory::{AccountRef, OrgKind, OrgRef};

use crate::actor::Actor;
use crate::moves::{Done, natural_desk};
use crate::recording::without_private;
use crate::records::{Decision, MessageKind};
use crate::transition::{Ask, Draft};
use crate::{CaseAnswer, FieldValue, Outcome, VerifierRule};

pub(crate) fn request_close(ask: &Ask<'_, '_>, outcome: Outcome, text: &str, draft: &mut Draft) -> Done {
    if !matches!(outcome, Outcome::Solved | Outcome::Explained) {
        return Err(Problem::invalid("请选择“已解决”或“已说明”。"));
    }
    let (text, most) = (text.trim(), ask.book.rules.limit.answer);
    if text.is_empty() || text.chars().count() > most {
        let asked =
            if ask.kind.public { "请写给群众看的答复" } else { "请写清怎么办的、办成了什么样" };
        return Err(Problem::invalid(format!("{asked}，最多 {most} 字。")));
    }
    if ask.case.joint_day.is_some() {
        let waits = "联合办理申请还在等受理单位决定。等有了结果再申请办结；写好的答复请先自己存一份。";
        return Err(Problem::conflict(waits));
    }
    ask.kind.check_vote(ask.facts.values)?;
    without_private("答复", text)?;
    let lines = ask.facts.lines;
    let after = &mut draft.after;
    let free = |org: &OrgRef| crate::actor::is_free(ask.case, lines, *org);
    let verify = match ask.kind.verifier {
        VerifierRule::Issuer => after.desk_org(),
        VerifierRule::Above => lines.above(after.owner()).find(free).unwrap_or(after.owner()),
    };
    after.set_verify(Some(verify));
    after.answers += 1;
    let Actor::Staff(viewer) = ask.actor else { return Err(Problem::not_found()) };
    draft.answer = Some(CaseAnswer {
        region: after.region,
        case_id: after.id,
        n: after.answers,
        text: text.to_owned(),
        outcome,
        account_region: Some(viewer.account.region),
        account: Some(viewer.account.id),
        post: ask.post(),
        requested_day: ask.facts.moment.today,
        decision: Decision::Waiting,
        verifier_region: None,
        verifier: None,
        verifier_post: None,
        decided_day: None,
    });
    Ok(())
}

pub(crate) fn accept(ask: &Ask<'_, '_>, draft: &mut Draft) -> Done {
    ask.kind.check_vote(ask.facts.values)?;
    let verifier = decide_answer(ask, Decision::Accepted, draft)?;
    draft.after.set_verifier(Some(verifier));
    draft.after.set_verify(None);
    draft.after.due_verify = None;
    draft.after.answered_day = Some(ask.facts.moment.today);
    draft.after.extend_until = None;
    if let Some((year, n)) = ask.facts.close_number.filter(|_| draft.after.close_n.is_none()) {
        (draft.after.close_year, draft.after.close_n) = (Some(year), Some(n));
    }
    Ok(())
}

pub(crate) fn refuse(ask: &Ask<'_, '_>, draft: &mut Draft) -> Done {
    decide_answer(ask, Decision::Refused, draft)?;
    draft.after.set_verify(None);
    Ok(())
}

fn decide_answer(ask: &Ask<'_, '_>, decision: Decision, draft: &mut Draft) -> Result<AccountRef, Problem> {
    let Actor::Staff(viewer) = ask.actor else { return Err(Problem::not_found()) };
    let waiting = ask.facts.answer.filter(|answer| answer.decision == Decision::Waiting);
    let mut answer = waiting.cloned().ok_or_else(|| Problem::conflict("没有等待核验的答复，请刷新后再看。"))?;
    answer.decision = decision;
    answer.verifier_region = Some(viewer.account.region);
    answer.verifier = Some(viewer.account.id);
    answer.verifier_post = Some(ask.post());
    answer.decided_day = Some(ask.facts.moment.today);
    draft.answer = Some(answer);
    Ok(viewer.account)
}

pub(crate) fn object(ask: &Ask<'_, '_>, body: &[u8], draft: &mut Draft) -> Done {
    let ends = ask.case.answered_day.map(|day| ask.book.objection_ends(day));
    if ends.is_none_or(|ends| ask.facts.moment.today > ends) {
        return Err(Problem::conflict("异议期已过。情况有变化的，请重新反映。"));
    }
    if ask.case.objected_times > 0 {
        return Err(Problem::conflict("再次提出的异议由上级复查决定，请刷新后提交。"));
    }
    draft.after.objected_times += 1;
    draft.message = Some(ask.message(&mut draft.after, MessageKind::Objection, body));
    reopen(ask, draft);
    Ok(())
}

/// A second objection waits where nobody stands who answered: at the desk, or above it where the desk is the owner.
pub(crate) fn contest(ask: &Ask<'_, '_>, body: &[u8], draft: &mut Draft) -> Done {
    let ends = ask.case.answered_day.map(|day| ask.book.objection_ends(day));
    if ends.is_none_or(|ends| ask.facts.moment.today > ends) {
        return Err(Problem::conflict("异议期已过。情况有变化的，请重新反映。"));
    }
    if ask.case.review_at().is_some() {
        return Err(Problem::conflict("您的异议正在复查，结果会写在这一页，不用再提交。"));
    }
    let lines = ask.facts.lines;
    let desk = natural_desk(ask, ask.case)?;
    let above = std::iter::once(desk).chain(lines.above(desk)).find(|org| lines.below(ask.case.owner(), *org));
    draft.after.set_review(Some(above.unwrap_or(desk)));
    draft.after.objected_times += 1;
    draft.message = Some(ask.message(&mut draft.after, MessageKind::Objection, body));
    Ok(())
}

/// Whoever raised it reads why; the case ends here.
pub(crate) fn uphold(ask: &Ask<'_, '_>, draft: &mut Draft) -> Done {
    if ask.case.review_at().is_none() {
        return Err(Problem::conflict("没有等待复查的异议，请刷新后再看。"));
    }
    draft.after.set_review(None);
    draft.after.closed_day = Some(ask.facts.moment.today);
    Ok(())
}

pub(crate) fn check_window_over(ask: &Ask<'_, '_>) -> Done {
    if ask.case.review_at().is_some() {
        return Err(Problem::conflict("有一件异议正在复查，复查结束才能办结。"));
    }
    if ask.book.window_ends(ask.case).is_some_and(|ends| ask.facts.moment.today > ends) {
        Ok(())
    } else {
        Err(Problem::conflict(if ask.kind.public {
            "异议期还没有结束。"
        } else {
            "巩固期还没有结束。"
        }))
    }
}

/// The owner stays; his clock begins anew; the answer no longer stands.
pub(crate) fn reopen(ask: &Ask<'_, '_>, draft: &mut Draft) {
    let kind = ask.facts.lines.kind(ask.case.owner()).unwrap_or(OrgKind::Department);
    let after = &mut draft.after;
    after.reopened_times += 1;
    (after.answered_day, after.closed_day) = (None, None);
    (after.rating, after.rated_day) = (None, None);
    after.set_verifier(None);
    after.set_review(None);
    (after.answer_from, after.paused_days, after.paused_times) = (None, 0, 0);
    after.answer_days = i64::from(ask.limits(kind).answer);
    (after.extend_until, after.extended_times) = (None, 0);
    // What was voted on was the work before.
    let votes = ask.kind.fields.iter().filter(|field| ask.kind.counts_votes(&field.id));
    draft.values.extend(votes.map(|field| FieldValue { field: field.id.clone(), value: None, slot: field.slot }));
}
