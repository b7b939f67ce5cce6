//! The parts of a case's page beside its text: what one must know, the tree it stands in, a request for joint handling.

use huiyin_base::{Day, Id};
use huiyin_db::Tx;
use huiyin_directory::Viewer;
use huiyin_web::Result;
use huiyin_web::components::EchoPair;

use super::action::JointStanding;
use super::card::Cards;
use crate::permissions::OWNERS;
use crate::store::{self, JointDecision};
use crate::{Action, CaseEvent, CaseItem, CaseRef, Cases, State};

/// The newest request for a joint handling.
pub(super) struct JointPanel {
    pub(super) state: &'static str,
    pub(super) post: String,
    pub(super) day: String,
    pub(super) reason: String,
    pub(super) units: Vec<(String, String)>,
    pub(super) refusal: Option<String>,
}

/// What one must know, and what else is known.
pub(super) type Facts = Vec<(&'static str, String)>;

pub(super) fn facts(cards: &Cards<'_>, engine: &Cases, case: &CaseItem, people: &[(String, String)]) -> (Facts, Facts) {
    let day = |day: Option<Day>| day.map(Day::chinese);
    let pause = case.pause_reason.as_deref().and_then(|reason| engine.book.rules.pause_reason(reason));
    let owner = case.owner_account.map(|account| account.to_string());
    let owner = owner.and_then(|id| people.iter().find(|(held, _)| *held == id).map(|(_, name)| name.clone()));
    let times = |n: i64| (n > 0).then(|| format!("{n} 次"));
    let issued = engine.book.kind_of(case).filter(|kind| kind.is_issued());
    let named = |asked: &'static str, own: &'static str| if issued.is_some() { own } else { asked };
    let about = match issued {
        Some(kind) => kind.label.clone(),
        None => cards.category_in(&case.kind, &case.category, &case.sub_category),
    };
    let first: [(&'static str, Option<String>); 9] = [
        ("地点", Some(cards.place(case.region, case.township, case.village))),
        (named("类别", "事项"), Some(about)),
        ("承办单位", Some(cards.unit(case.owner_org).to_owned())),
        ("承办人", owner),
        ("办理目标", Some(case.goal.clone()).filter(|goal| !goal.is_empty())),
        (named("答复期限", "完成期限"), day(case.due_answer)),
        ("暂缓到", day(case.pause_until.filter(|_| case.state == State::Paused))),
        ("暂缓原因", pause.map(|reason| reason.label.clone())),
        ("涉及对象", case.subject.map(|org| cards.unit(org).to_owned())),
    ];
    let more: [(&'static str, Option<String>); 10] = [
        (named("受理单位", "下达单位"), Some(cards.unit(case.desk).to_owned())),
        ("反映渠道", Some(case.channel.label().to_owned()).filter(|_| issued.is_none())),
        (named("反映", "下达"), Some(case.submitted_day.chinese())),
        ("上墙", day(case.posted_day).filter(|_| issued.is_none())),
        ("交办", day(case.assigned_day)),
        ("签收", day(case.signed_day)),
        ("异议复查", case.review_org.map(|org| format!("由{}决定", cards.unit(org)))),
        ("退回过", times(case.returned_times)),
        ("重办过", times(case.reopened_times)),
        ("关注", (case.followers > 1).then(|| format!("{} 人", case.followers))),
    ];
    let given = |rows: Vec<(&'static str, Option<String>)>| {
        rows.into_iter().filter_map(|(label, value)| Some((label, value.filter(|value| !value.is_empty())?))).collect()
    };
    (given(first.into()), given(more.into()))
}

/// The template that an address names, with what this case puts into it.
pub(super) async fn chosen_template(
    tx: &mut Tx,
    cards: &Cards<'_>,
    case: &CaseItem,
    id: &str,
) -> Result<Option<String>> {
    if id.is_empty() {
        return Ok(None);
    }
    let all = store::answer_template_list(tx, case.region, Some(&case.category)).await?;
    let found = all.iter().find(|one| one.id.to_string() == id);
    Ok(found.map(|one| super::action_post::begun(cards, case, &one.text)))
}

/// The newest request for a joint handling, for those who handle the case, and how it stands to the viewer.
pub(super) async fn joint_panel(
    tx: &mut Tx,
    cards: &Cards<'_>,
    case: &CaseItem,
    viewer: &Viewer,
    is_asked: bool,
) -> Result<(Option<JointPanel>, JointStanding)> {
    let requests = if is_asked { store::joint_list(tx, case.at()).await? } else { Vec::new() };
    let Some(last) = requests.last() else { return Ok((None, JointStanding::Free)) };
    let standing = match last.decision {
        JointDecision::Waiting if last.account == viewer.account.id => JointStanding::Own,
        JointDecision::Waiting => JointStanding::Decides,
        _ => JointStanding::Free,
    };
    // Once agreed they stand below, each with how far it is.
    let units = match last.decision {
        JointDecision::Approved => Vec::new(),
        _ => store::joint_units(tx, case.at(), last.n).await?,
    };
    let names = store::place_names(tx, units.iter().map(|unit| unit.unit).collect()).await?;
    let name = |id: &Id| names.get(id).map_or_else(|| cards.unit(*id).to_owned(), |place| place.name.clone());
    let panel = JointPanel {
        state: last.decision.label(),
        post: last.post.clone(),
        day: last.day.chinese(),
        reason: last.reason.clone(),
        units: units.iter().map(|unit| (name(&unit.unit), unit.task.clone())).collect(),
        refusal: last.refusal.clone(),
    };
    Ok((Some(panel), standing))
}

/// Who sent it back to whoever handles it now, and why: words that he needs before he goes on.
pub(super) fn sent_back(case: &CaseItem, events: &[CaseEvent]) -> Option<(String, String)> {
    const BACK: [Action; 2] = [Action::Refuse, Action::Reopen];
    const ON: [Action; 3] = [Action::RequestClose, Action::Accept, Action::Assign];
    if !matches!(case.state, State::InHand | State::Reopened) {
        return None;
    }
    let last = events.iter().rev().find(|event| BACK.contains(&event.kind) || ON.contains(&event.kind))?;
    let reason = last.reason.clone().filter(|reason| BACK.contains(&last.kind) && !reason.is_empty())?;
    let what = if last.kind == Action::Refuse { "核验没有通过" } else { "要求重新办理" };
    Some((format!("{what}（{}，{}）", last.post, last.day.chinese()), reason))
}

/// What stands in the place of an answer where none is to come.
pub(super) fn unanswered(pair: EchoPair, state: State) -> EchoPair {
    match state {
        State::Submitted => pair.silent("正在审核", "审核上墙以后，由承办单位答复。"),
        State::Merged => pair.silent("并案办理", "和同一件事合在一起办，答复写在那一件里。"),
        State::Referred => pair.silent("已转送", "已转给对口的地方或单位，由那边答复。"),
        State::Declined => pair.silent("没有受理", "原因见办理过程。"),
        State::Withdrawn => pair.silent("已撤回", "已经撤回，不再办理。"),
        _ => pair,
    }
}

/// Whether the case stands in the tree of the lists, or may begin one; with what is open below it.
pub(super) fn tree(viewer: &Viewer, case: &CaseItem, stands: bool) -> Option<i64> {
    let begins = matches!(case.kind.as_str(), "problem" | "task") && case.state.is_open() && case.posted_day.is_some();
    let begins = begins && viewer.grants_of(OWNERS).any(|grant| grant.org == case.owner());
    (stands || begins).then_some(case.children_open)
}

/// It came when far too many came at once.
pub(super) fn held(is_held: bool) -> Option<(&'static str, String)> {
    let words = "来的时候问题特别集中，没有答题。请照常审核，反映人看到的是“正在人工查看”";
    is_held.then(|| ("待人工查看", words.to_owned()))
}

/// The case beside which somebody was pressed.
pub(super) async fn beside(tx: &mut Tx, cards: &Cards<'_>, case: &CaseItem) -> Result<Option<(&'static str, String)>> {
    let Some((region, id)) = case.origin_region.zip(case.origin_id).filter(|_| case.kind == "pressure") else {
        return Ok(None);
    };
    let origin = store::case_get(tx, CaseRef { region, id }).await?;
    let number = origin.and_then(|origin| cards.number(origin.region, origin.number()));
    Ok(Some(("说的是哪一件", number.unwrap_or_else(|| "还没有上墙的一件".into()))))
}
