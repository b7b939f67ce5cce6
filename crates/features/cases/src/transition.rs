//! The one function that decides what happens to a case. It is pure: the store applies what it returns, under the row
//! lock, with its event, clocks, desks and counts.

use huiyin_base::{Day, Problem};
use huiyin_directory::{Grant, Viewer};

use crate::actor::{Known, standing};
use crate::records::{Decision, MessageKind};
use crate::{
    Act, Action, Actor, CaseAnswer, CaseEvent, CaseItem, CaseMessage, CaseOwner, FieldValue, Kind, Lines, Moment,
    Outcome, Request, Rulebook, Sender, State, Transition, moves,
};

/// What the decision reads beside the case: all of it was read under the same lock.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// When.
    pub moment: Moment,
    /// The lines of the actor's organisations and of those the case and the request name.
    pub lines: &'a Lines,
    /// Everybody who ever owned the case.
    pub owners: &'a [CaseOwner],
    /// The newest answer.
    pub answer: Option<&'a CaseAnswer>,
    /// The person whom the request names.
    pub assignee: Option<&'a Viewer>,
    /// The case into which the request merges.
    pub merge_into: Option<&'a CaseItem>,
    /// The next number of county and year, for posting.
    pub number: Option<(i64, i64)>,
    /// The next close-out number of county, kind and year, for accepting an answer.
    pub close_number: Option<(i64, i64)>,
    /// What stands in the fields of its kind.
    pub values: &'a [FieldValue],
    /// By when it had to be assigned before it was, where an assignment is taken back.
    pub assign_due: Option<Day>,
}

/// What happens.
#[derive(Clone, Debug)]
pub struct Change {
    /// The case afterwards.
    pub after: CaseItem,
    /// The line of its history.
    pub event: CaseEvent,
    /// A new owner, as a person.
    pub owner: Option<CaseOwner>,
    /// An answer, new or decided.
    pub answer: Option<CaseAnswer>,
    /// An objection or an appeal.
    pub message: Option<CaseMessage>,
    /// What fields of its kind hold from now on.
    pub values: Vec<FieldValue>,
    /// What the page says when it is done.
    pub done: &'static str,
}

/// Decides whether the actor may do this to the case now, and what follows.
pub fn decide(
    book: &Rulebook,
    case: &CaseItem,
    act: &Act,
    actor: &Actor<'_>,
    facts: &Facts<'_>,
) -> Result<Change, Problem> {
    let kind = book.kind_of(case).ok_or_else(Problem::not_found)?;
    let action = act.request.action();
    let Some(row) = kind.transition(action, case.state) else {
        // Who may not even see the case learns nothing of its state.
        may_look(kind, case, actor, facts)?;
        return Err(Problem::conflict(format!(
            "这件事现在是“{}”，不能{}。可能别人刚处理过，请刷新后再看。",
            kind.state_label(case.state),
            action.label()
        )));
    };
    let known = Known { lines: facts.lines, owners: facts.owners };
    let Some((_, grant)) = standing(kind, &row.who, case, actor, known) else {
        may_look(kind, case, actor, facts)?;
        return Err(refused(row));
    };
    if act.seen.is_some_and(|seen| seen != case.events) {
        return Err(Problem::conflict("您打开以后，这件事又有了变化。请看清现在的情况，再决定一次。"));
    }
    check_reason(book, row, act)?;
    let ends =
        |to| matches!(to, State::CloseRequested | State::Answered | State::Merged | State::Referred | State::Withdrawn);
    if row.to.is_some_and(ends) && case.children_open > 0 {
        return Err(Problem::conflict(format!("下级还有 {} 件没有办结，办结后才能继续。", case.children_open)));
    }
    let mut draft = Draft {
        after: case.clone(),
        owner: None,
        answer: None,
        message: None,
        values: Vec::new(),
        sign_halves: 0,
        said: None,
    };
    draft.after.state = row.to.unwrap_or(case.state);
    if row.to.is_some() {
        draft.after.outcome = outcome(row, facts.answer, case.outcome);
        draft.after.reminded_day = None;
    }
    let ask = Ask { book, kind, case, actor, grant, facts, said: act.reason.trim() };
    moves::apply(&ask, &act.request, &mut draft)?;
    book.change_clock(&mut draft.after, row.clock, draft.sign_halves, facts.moment);
    if action == Action::Undo {
        book.no_later(&mut draft.after, facts.assign_due, case.due_sign, facts.moment);
    }
    if action == Action::Escalate {
        moves::after_escalation(book, case, &mut draft.after);
    }
    let event = event(&ask, row, act, draft.said.take(), &mut draft.after);
    Ok(Change {
        after: draft.after,
        event,
        owner: draft.owner,
        answer: draft.answer,
        message: draft.message,
        values: draft.values,
        done: done(action),
    })
}

/// The question as the moves see it.
pub(crate) struct Ask<'a, 'v> {
    pub(crate) book: &'a Rulebook,
    pub(crate) kind: &'a Kind,
    pub(crate) case: &'a CaseItem,
    pub(crate) actor: &'a Actor<'v>,
    pub(crate) grant: Option<&'v Grant>,
    pub(crate) facts: &'a Facts<'a>,
    /// The reason, trimmed.
    pub(crate) said: &'a str,
}

/// What the moves write.
pub(crate) struct Draft {
    pub(crate) after: CaseItem,
    pub(crate) owner: Option<CaseOwner>,
    pub(crate) answer: Option<CaseAnswer>,
    pub(crate) message: Option<CaseMessage>,
    pub(crate) values: Vec<FieldValue>,
    /// Half working days to sign.
    pub(crate) sign_halves: u32,
    /// What the history says where the rules know it better than whoever asked.
    pub(crate) said: Option<String>,
}

impl Ask<'_, '_> {
    /// The unit and post that acts, as the public reads them.
    pub(crate) fn post(&self) -> String {
        match (self.actor, self.grant) {
            (Actor::Staff(_), Some(grant)) => post_of(grant),
            (Actor::Reporter, _) => "反映人".to_owned(),
            _ => "系统".to_owned(),
        }
    }

    /// A sealed message of the reporter that belongs to the action.
    pub(crate) fn message(&self, after: &mut CaseItem, kind: MessageKind, body: &[u8]) -> CaseMessage {
        after.messages += 1;
        CaseMessage {
            region: after.region,
            case_id: after.id,
            n: after.messages,
            sender: Sender::Reporter,
            kind,
            body: body.to_vec(),
            account_region: None,
            account: None,
            post: self.post(),
            at: self.facts.moment.now,
            day: self.facts.moment.today,
        }
    }
}

/// 宝塔区 问题墙岗: unit and post.
pub fn post_of(grant: &Grant) -> String {
    format!("{} {}", grant.org_name, grant.post).trim().to_owned()
}

fn may_look(kind: &Kind, case: &CaseItem, actor: &Actor<'_>, facts: &Facts<'_>) -> Result<(), Problem> {
    let Actor::Staff(viewer) = actor else { return Ok(()) };
    let visible = kind.public && case.state.is_public();
    let desk = crate::actor::desk_grant(kind, case.desk_org(), viewer, facts.lines).is_some();
    let barred = crate::actor::is_barred(viewer, case, facts.lines);
    let owns = viewer.grants.iter().any(|grant| grant.org == case.owner());
    if (visible || desk || owns) && !barred { Ok(()) } else { Err(Problem::not_found()) }
}

fn refused(row: &Transition) -> Problem {
    let who: Vec<&str> = row.who.iter().map(|standing| standing.label()).collect();
    Problem::forbidden(format!("“{}”要由{}来做。如果需要处理，请联系他们。", row.action.label(), who.join("或")))
}

fn check_reason(book: &Rulebook, row: &Transition, act: &Act) -> Result<(), Problem> {
    let sealed = match &act.request {
        Request::Appeal(body) | Request::Object(body) | Request::Contest(body) => !body.is_empty(),
        _ => false,
    };
    let reason = act.reason.trim();
    if row.reason && reason.is_empty() && !sealed {
        return Err(Problem::invalid(format!("请写明{}的原因，让反映人看得明白。", row.action.label())));
    }
    if row.public {
        crate::recording::without_private("原因", reason)?;
    }
    if reason.chars().count() > book.rules.limit.reason {
        return Err(Problem::invalid(format!("原因最多 {} 字，请精简后再提交。", book.rules.limit.reason)));
    }
    Ok(())
}

/// One listed outcome is the outcome; of several the answer says which, and without one it stays what it was: so it does where
/// the clock closes, and where what was answered elsewhere came without its answer.
fn outcome(row: &Transition, answer: Option<&CaseAnswer>, before: Option<Outcome>) -> Option<Outcome> {
    let answered = match answer {
        Some(answer) => Some(answer.outcome).filter(|_| answer.decision != Decision::Refused),
        None => before,
    };
    match row.outcome[..] {
        [] => None,
        [only] => Some(only),
        _ => answered.filter(|outcome| row.outcome.contains(outcome)),
    }
}

fn event(ask: &Ask<'_, '_>, row: &Transition, act: &Act, said: Option<String>, after: &mut CaseItem) -> CaseEvent {
    after.events += 1;
    let account = match ask.actor {
        Actor::Staff(viewer) => Some(viewer.account),
        Actor::Reporter | Actor::System => None,
    };
    let said = said.unwrap_or_else(|| act.reason.trim().to_owned());
    CaseEvent {
        region: after.region,
        case_id: after.id,
        n: after.events,
        kind: row.action,
        from_state: Some(ask.case.state),
        to_state: after.state,
        outcome: after.outcome,
        owner_region: after.owner_region,
        owner_org: after.owner_org,
        due_day: after.due_day,
        actor: ask.actor.kind(),
        account_region: account.map(|account| account.region),
        account: account.map(|account| account.id),
        org_region: ask.grant.map(|grant| grant.org.region),
        org: ask.grant.map(|grant| grant.org.id),
        post: ask.post(),
        reason: (!said.is_empty()).then_some(said),
        public: row.public,
        at: ask.facts.moment.now,
        day: ask.facts.moment.today,
    }
}

const fn done(action: Action) -> &'static str {
    match action {
        Action::Post => "已上墙，公开编号已生成。",
        Action::Decline => "已不予受理，反映人能看到原因，可以申请复核一次。",
        Action::Withdraw => "已撤回。",
        Action::Appeal => "复核申请已提交，由上一级重新审核。",
        Action::Subject => "涉及单位已更新，该单位人员不再经手。",
        Action::Edit => "公开文字已修改，原文保留。",
        Action::Assign => "已交办，对方的待办里看得到。",
        Action::Return => "已退回受理单位。",
        Action::Sign => "已签收，您现在是承办人。",
        Action::Begin => "已开始办理。",
        Action::Entrust => "已换人办理。",
        Action::Extend => "期限已调整。",
        Action::Pause => "已暂缓，到期自动恢复。",
        Action::Resume => "已恢复办理。",
        Action::RequestClose => "办结申请已提交，等待上一级核验。",
        Action::Accept => "核验通过，答复已公开。",
        Action::Refuse => "核验不通过，已退给承办人继续办理。",
        Action::Object => "异议已提交，事项重新办理。",
        Action::Correct => "已按您新写的保存。",
        Action::Contest => "异议已交上一级复查，结果和理由会公开写在这一页。",
        Action::Uphold => "已维持原答复，理由已公开。",
        Action::Close => "已办结。",
        Action::Reopen => "已重新打开。",
        Action::Merge => "已合并，所有关注者都会看到后续进展。",
        Action::Refer => "已转送。",
        Action::AskExtension => "延期申请已提交，由受理单位决定；公众能看到您在申请延期。",
        Action::RefuseExtension => "已答复：不同意延期，原期限不变。",
        Action::Confirm => "处置情况已记录，不再向上级报警。事情仍按程序办理、答复。",
        Action::Calm => "紧急标记已取消，按一般事项办理。",
        Action::AskJoint => "申请已提交，由受理单位决定。",
        Action::AllowJoint => "已同意，各单位的分件已交办，本件由原承办人牵头。",
        Action::DenyJoint => "已答复申请人，由他继续办理。",
        Action::Cover => "照片已遮挡，原照片封存。",
        Action::Undo => "已收回，历史里留有记录。",
        Action::Remind => "已提醒，对方的待办里看得到。",
        Action::Record => "已登记，历史里看得到。",
        Action::Submit
        | Action::Issue
        | Action::Escalate
        | Action::Alert
        | Action::Message
        | Action::Rate
        | Action::Contact
        | Action::Erase
        | Action::Import
        | Action::Paper => "已完成。",
    }
}
