//! What each request does beyond state, clock and event. Called by `decide` alone.

use huiyin_base::{Day, Problem};
use huiyin_directory::{AccountRef, OrgKind, OrgRef};

use crate::actor::{Actor, desk_grant, is_barred, is_free};
use crate::clock::next_step;
use crate::item::month_of;
use crate::recording::{record, without_private};
use crate::records::MessageKind;
use crate::rules::{Escalation, Reached, StepAction, StepTime};
use crate::transition::{Ask, Draft};
use crate::{
    Assignment, CaseItem, CaseOwner, CaseRef, Lines, Posting, Referral, Request, Rulebook, Standing, State, Subject,
    Urgent, answering, back, editing, extension, joint, urgent,
};

pub(crate) type Done = Result<(), Problem>;

pub(crate) fn apply(ask: &Ask<'_, '_>, request: &Request, draft: &mut Draft) -> Done {
    match request {
        Request::Post(posting) => post(ask, posting, draft),
        Request::Appeal(body) => appeal(ask, body, draft),
        Request::Subject(subject) => name_subject(ask, subject.clone(), draft),
        Request::Edit { title, text, over } => edit(ask, title, text, over.as_deref(), draft),
        Request::Assign(assignment) => assign(ask, assignment, draft),
        Request::Return => give_back(ask, draft),
        Request::Sign => sign(ask, draft),
        Request::Entrust(account) => entrust(ask, *account, draft),
        Request::Extend(deadline) => extend(ask, *deadline, draft),
        Request::Pause { reason, until } => pause(ask, reason, *until, draft),
        Request::RequestClose { outcome, text, photos } => {
            draft.after.photos += i64::try_from(photos.len()).unwrap_or(0);
            answering::request_close(ask, *outcome, text, draft)
        }
        Request::Accept => answering::accept(ask, draft),
        Request::Refuse => answering::refuse(ask, draft),
        Request::Object(body) => answering::object(ask, body, draft),
        Request::Contest(body) => answering::contest(ask, body, draft),
        Request::Uphold => answering::uphold(ask, draft),
        Request::Reopen => {
            answering::reopen(ask, draft);
            Ok(())
        }
        Request::Close => {
            draft.after.closed_day = Some(ask.facts.moment.today);
            answering::check_window_over(ask)
        }
        Request::Merge(into) => merge(ask, *into, draft),
        Request::Refer(referral) => refer(ask, referral, draft),
        Request::Escalate => escalate(ask, draft),
        Request::AskExtension(until) => extension::ask(ask, *until, draft),
        Request::RefuseExtension => extension::refuse(ask, draft),
        Request::Alert => urgent::alert(ask, draft),
        Request::Confirm => urgent::decide(ask, Urgent::Confirmed, draft),
        Request::Calm => urgent::decide(ask, Urgent::Lifted, draft),
        Request::AskJoint(tasks) => {
            draft.after.joint_day = Some(ask.facts.moment.today);
            joint::check_tasks(ask, tasks)
        }
        Request::AllowJoint | Request::DenyJoint => {
            draft.after.joint_day = None;
            Ok(())
        }
        Request::Cover { .. } => {
            draft.after.photos += 1;
            Ok(())
        }
        Request::Undo => back::undo(ask, draft),
        Request::Remind => back::remind(ask, draft),
        Request::Record(values) => record(ask, values, draft),
        Request::Decline | Request::Withdraw => {
            draft.after.closed_day = Some(ask.facts.moment.today);
            Ok(())
        }
        Request::Correct(original) => correct(ask, original, draft),
        Request::Begin | Request::Resume => Ok(()),
    }
}

fn post(ask: &Ask<'_, '_>, posting: &Posting, draft: &mut Draft) -> Done {
    let after = &mut draft.after;
    ask.book.set_text(&posting.title, &posting.text, after)?;
    if !ask.book.categories.allows(&posting.category, &posting.sub_category) {
        return Err(Problem::invalid("请从列表中选择类别。"));
    }
    let today = ask.facts.moment.today;
    let number = ask.facts.number.ok_or_else(Problem::not_found)?;
    (after.number_year, after.number_n) = (Some(number.0), Some(number.1));
    (after.category, after.sub_category) = (posting.category.clone(), posting.sub_category.clone());
    after.edited = posting.edited;
    (after.posted_day, after.posted_month) = (Some(today), Some(month_of(today)));
    // An appeal was decided one level up; what follows is the desk's that would have had it.
    let desk = natural_desk(ask, after)?;
    after.set_desk(desk);
    after.set_owner(desk, None);
    Ok(())
}

fn appeal(ask: &Ask<'_, '_>, body: &[u8], draft: &mut Draft) -> Done {
    if ask.case.appealed {
        return Err(Problem::conflict("每件事可以申请一次复核，这一件已经复核过了。"));
    }
    if ask.case.erased_day.is_some() {
        return Err(Problem::conflict("原文已按规定删除，不能再复核。需要办的，请重新反映。"));
    }
    let above = ask.facts.lines.above(ask.case.desk_org()).next();
    draft.after.appealed = true;
    draft.after.closed_day = None;
    // Where nothing stands above, another look by the same desk is all there is.
    let desk = above.unwrap_or(ask.case.desk_org());
    draft.after.set_desk(desk);
    draft.after.set_owner(desk, None);
    draft.message = Some(ask.message(&mut draft.after, MessageKind::Appeal, body));
    Ok(())
}

fn name_subject(ask: &Ask<'_, '_>, subject: Option<Subject>, draft: &mut Draft) -> Done {
    if subject.as_ref().is_some_and(|subject| !ask.facts.lines.knows(subject.org)) {
        return Err(Problem::invalid("没有找到这个单位，请重新选择。"));
    }
    draft.after.set_subject(subject);
    let desk = natural_desk(ask, &draft.after)?;
    // An appeal stays where it is, unless the subject reaches up to there.
    let current = ask.case.desk_org();
    let higher = ask.facts.lines.below(desk, current);
    let desk = if ask.case.appealed && higher && ask.case.state == State::Submitted { current } else { desk };
    draft.after.set_desk(desk);
    draft.after.set_owner(desk, None);
    Ok(())
}

fn correct(ask: &Ask<'_, '_>, original: &[u8], draft: &mut Draft) -> Done {
    if ask.case.original.as_deref() == Some(original) {
        return Err(Problem::invalid("内容没有变化。"));
    }
    draft.after.original = Some(original.to_vec());
    Ok(())
}

/// Where its kind begins: the county's desk, or one level above the subject.
pub(crate) fn natural_desk(ask: &Ask<'_, '_>, case: &CaseItem) -> Result<OrgRef, Problem> {
    if ask.kind.is_issued() {
        return Ok(case.desk_org());
    }
    let desk = ask.kind.desk(ask.facts.lines, case.county_org(), case.subject_org());
    desk.ok_or_else(|| Problem::invalid("涉及的单位之上没有可以受理的单位，请直接向上级机关反映。"))
}

fn edit(ask: &Ask<'_, '_>, title: &str, text: &str, over: Option<&str>, draft: &mut Draft) -> Done {
    editing::over(ask.case, over.unwrap_or_default())?;
    draft.after.edited = true;
    ask.book.set_text(title, text, &mut draft.after)
}

fn assign(ask: &Ask<'_, '_>, assignment: &Assignment, draft: &mut Draft) -> Done {
    let (lines, to) = (ask.facts.lines, assignment.to);
    let kind = lines.kind(to).ok_or_else(|| Problem::invalid("没有找到这个单位，请重新选择。"))?;
    let reaches: fn(&Lines, OrgRef, OrgRef) -> bool =
        if ask.kind.is_issued() { Lines::hands_down } else { Lines::within_from };
    if !reaches(lines, ask.case.desk_org(), to) {
        return Err(Problem::invalid("只能交办给本单位或下级单位。需要上级办理的，请转送。"));
    }
    if ask.kind.is_issued() && to.region != ask.case.region {
        return Err(Problem::invalid("交给别的县区的，请撤回后重新下达。"));
    }
    if to.region != ask.case.region && to.region != ask.case.desk_region {
        return Err(Problem::invalid("别的县区的单位要通过转送办理。"));
    }
    if !is_free(ask.case, lines, to) {
        return Err(Problem::invalid("这件事反映的是这个单位，或者是它的上下级，不能交给它办理，请选择别的单位。"));
    }
    if to == ask.case.owner() && ask.case.state.is_in_hand() {
        let has = "这件事已经在这个单位手里，不用再交一次。要改期限的，请用“延期”；要换人办的，由这个单位转交。";
        return Err(Problem::conflict(has));
    }
    if ask.case.state.is_in_hand() && ask.said.is_empty() {
        return Err(Problem::invalid("已经有单位在办，请写明为什么改派，原来的单位看得到。"));
    }
    let (goal, most) = (assignment.goal.trim(), ask.book.rules.limit.reason);
    if goal.is_empty() || goal.chars().count() > most {
        return Err(Problem::invalid(format!("请写明要办到什么程度，最多 {most} 字。")));
    }
    without_private("要办到的程度", goal)?;
    if let Some(account) = assignment.account {
        check_assignee(ask, account, to)?;
    }
    let today = ask.facts.moment.today;
    let after = &mut draft.after;
    goal.clone_into(&mut after.goal);
    (after.assigned_day, after.signed_day) = (Some(today), None);
    (after.paused_days, after.paused_times) = (0, 0);
    (after.pause_reason, after.paused_day, after.pause_until) = (None, None, None);
    (after.answer_from, after.due_answer, after.answer_days) = (None, None, 0);
    after.set_owner(to, assignment.account);
    after.set_verify(None);
    if ask.kind.is_issued() {
        // What was handed down lies where the unit lies that is to do it; whoever had it has it no longer.
        let place = crate::issuing::place_of(lines, to);
        (after.township, after.village) = (place.township, place.village);
    }
    if let Some(deadline) = assignment.deadline {
        set_deadline(ask, deadline, after)?;
    }
    (after.extend_until, after.extended_times) = (None, 0);
    draft.sign_halves = ask.limits(kind).sign_halves;
    Ok(())
}

/// The person must hold a fitting role there, and none at the subject.
fn check_assignee(ask: &Ask<'_, '_>, account: AccountRef, org: OrgRef) -> Done {
    let unfit = || Problem::invalid("这个人现在不能承办这件事，请另选一位。");
    let assignee = ask.facts.assignee.filter(|viewer| viewer.account == account).ok_or_else(unfit)?;
    let roles = ask.kind.roles(Standing::OwnerOrg);
    let fits = assignee.grants.iter().any(|grant| grant.org == org && roles.contains(&grant.role));
    if fits && !is_barred(assignee, ask.case, ask.facts.lines) { Ok(()) } else { Err(unfit()) }
}

pub(crate) fn set_deadline(ask: &Ask<'_, '_>, deadline: Day, after: &mut CaseItem) -> Done {
    let today = ask.facts.moment.today;
    extension::check_furthest(ask, deadline, after.answer_from.unwrap_or(today))?;
    ask.book.set_deadline(deadline, today, after)
}

fn give_back(ask: &Ask<'_, '_>, draft: &mut Draft) -> Done {
    if ask.case.returned_times >= ask.book.rules.returns {
        let times = ask.book.rules.returns;
        return Err(Problem::conflict(format!("这件事已经退回过 {times} 次，由受理单位决定承办单位，请签收办理。")));
    }
    draft.after.returned_times += 1;
    draft.after.set_owner(ask.case.desk_org(), None);
    Ok(())
}

fn sign(ask: &Ask<'_, '_>, draft: &mut Draft) -> Done {
    let Actor::Staff(viewer) = ask.actor else { return Err(Problem::not_found()) };
    let after = &mut draft.after;
    after.signed_day = Some(ask.facts.moment.today);
    if after.answer_from.is_none() {
        let kind = ask.facts.lines.kind(after.owner()).unwrap_or(OrgKind::Department);
        after.answer_days = i64::from(ask.limits(kind).answer);
    }
    own(ask, viewer.account, draft);
    Ok(())
}

fn own(ask: &Ask<'_, '_>, account: AccountRef, draft: &mut Draft) {
    let after = &mut draft.after;
    after.set_owner_person(Some(account));
    let n = ask.facts.owners.iter().map(|owner| owner.n).max().unwrap_or(0) + 1;
    draft.owner = Some(CaseOwner {
        region: after.region,
        case_id: after.id,
        n,
        account_region: account.region,
        account: account.id,
        org_region: after.owner_region,
        org: after.owner_org,
        from_day: ask.facts.moment.today,
    });
}

fn entrust(ask: &Ask<'_, '_>, account: AccountRef, draft: &mut Draft) -> Done {
    check_assignee(ask, account, ask.case.owner())?;
    if ask.case.owner_person() == Some(account) {
        return Err(Problem::conflict("这件事已经由他承办。"));
    }
    if ask.case.verified_by() == Some(account) {
        return Err(Problem::conflict("接手的人核验过这件事的答复，不能接着承办。请另选一位。"));
    }
    if ask.case.state.has_owner() {
        own(ask, account, draft);
    } else {
        draft.after.set_owner_person(Some(account));
    }
    Ok(())
}

fn extend(ask: &Ask<'_, '_>, deadline: Day, draft: &mut Draft) -> Done {
    extension::check_grant(ask, deadline)?;
    if ask.case.due_answer == Some(deadline) && ask.case.extend_until.is_none() {
        return Err(Problem::conflict(format!("期限已经是{}，不用再调整。", deadline.chinese())));
    }
    set_deadline(ask, deadline, &mut draft.after)?;
    extension::granted(ask, draft);
    // The steps of the old deadline are no longer those of the new one.
    ask.book.restart(&mut draft.after, ask.facts.moment);
    Ok(())
}

fn pause(ask: &Ask<'_, '_>, reason: &str, until: Option<Day>, draft: &mut Draft) -> Done {
    let rules = &ask.book.rules.pause;
    let listed = ask.book.rules.pause_reason(reason).ok_or_else(|| Problem::invalid("请从列表中选择暂缓的原因。"))?;
    let today = ask.facts.moment.today;
    if ask.case.paused_times >= rules.times {
        return Err(Problem::conflict(format!("已经暂缓过 {} 次，不能再暂缓。可以请受理单位调整期限。", rules.times)));
    }
    let left = rules.most - ask.case.paused_days;
    let most = u32::try_from(left).unwrap_or(0).min(listed.days);
    if most == 0 {
        return Err(Problem::conflict(format!("暂缓累计已满 {} 个工作日，不能再暂缓。", rules.most)));
    }
    let latest = ask.book.working(today, most);
    let until = until.unwrap_or(latest);
    if until <= today || until > latest {
        return Err(Problem::invalid(format!(
            "这个原因最晚可以暂缓到{}，请在明天到这一天之间选择。",
            latest.chinese()
        )));
    }
    let after = &mut draft.after;
    after.pause_reason = Some(listed.id.clone());
    after.pause_until = Some(until);
    after.paused_times += 1;
    Ok(())
}

fn merge(ask: &Ask<'_, '_>, into: CaseRef, draft: &mut Draft) -> Done {
    let missing = || Problem::invalid("没有找到要并入的那一件，请核对编号。只能并入本县区已上墙的事项。");
    let target = ask.facts.merge_into.filter(|target| target.at() == into).ok_or_else(missing)?;
    let fits = target.region == ask.case.region
        && target.id != ask.case.id
        && target.kind == ask.case.kind
        && target.state.is_public()
        && !matches!(target.state, State::Merged | State::Referred);
    // What is closed is on nobody's desk; whoever joined an answered one may still object.
    let ended = fits && !target.state.is_open() && target.state != State::Answered;
    let Actor::Staff(viewer) = ask.actor else { return Err(Problem::not_found()) };
    let allowed = !is_barred(viewer, target, ask.facts.lines)
        && desk_grant(ask.kind, target.desk_org(), viewer, ask.facts.lines).is_some();
    if !fits || !allowed {
        return Err(missing());
    }
    if ended {
        return Err(Problem::invalid(
            "那一件已经办结，并过去就没有人办了。请单独办理这一件，可以在答复里写上那件的编号。",
        ));
    }
    if target.path.starts_with(&ask.case.path) || ask.case.path.starts_with(&target.path) {
        return Err(Problem::invalid("这两件一件是另一件分解出来的，不能并在一起。请核对编号，或者分别办理。"));
    }
    draft.after.merged_into = Some(into.id);
    draft.after.closed_day = Some(ask.facts.moment.today);
    Ok(())
}

fn refer(ask: &Ask<'_, '_>, referral: &Referral, draft: &mut Draft) -> Done {
    draft.after.closed_day = Some(ask.facts.moment.today);
    match referral {
        Referral::Number(number) => {
            let number = number.trim();
            if number.is_empty() || number.chars().count() > ask.book.rules.limit.contact {
                return Err(Problem::invalid("请填写转送的单位和编号，例如“12345 热线 2016120100021”。"));
            }
            draft.after.referred_number = Some(number.to_owned());
        }
        Referral::County(to) if to.region != ask.case.region => {
            (draft.after.referred_region, draft.after.referred_id) = (Some(to.region), Some(to.id));
        }
        Referral::County(_) => return Err(Problem::invalid("就在本县区的事项请直接交办，不用转送。")),
    }
    Ok(())
}

fn escalate(ask: &Ask<'_, '_>, draft: &mut Draft) -> Done {
    let (step, at) = next_step(ask.book, ask.case).ok_or_else(|| Problem::conflict("没有要催办的期限。"))?;
    if at > ask.facts.moment.now {
        return Err(Problem::conflict("还没有到催办的时间。"));
    }
    let (lines, case) = (ask.facts.lines, ask.case);
    let free = |org: &OrgRef| is_free(case, lines, *org);
    let reached = match step.to {
        Reached::Owner => Some(case.owner()),
        Reached::Above => lines.above(case.owner()).find(free),
        Reached::Desk => Some(case.desk_org()),
        Reached::AboveDesk => lines.above(case.desk_org()).find(free),
    };
    draft.said = Some(told(step));
    if step.action == StepAction::Escalate {
        draft.after.set_escalated(reached.or(case.escalated_to()));
    }
    Ok(())
}

/// What the history says of a step: why now, and to whom.
fn told(step: Escalation) -> String {
    let when = match step.when {
        StepTime::Share(100) => "期限已到".to_owned(),
        StepTime::Share(share) => format!("期限已过 {share}%"),
        StepTime::Days(days) => format!("已超期 {days} 个工作日"),
    };
    format!("{}{when}，{}{}", step.clock.label(), step.action.label(), step.to.label())
}

/// The next step of the same clock; another firing of this one finds nothing to do.
pub(crate) fn after_escalation(book: &Rulebook, before: &CaseItem, after: &mut CaseItem) {
    after.next_step = before.next_step + 1;
    after.next_clock = book.next_clock(after);
}
