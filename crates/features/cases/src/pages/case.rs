//! A case as those see it who work on it: its state, its history, and what this viewer may do to it now.

use std::collections::BTreeMap;

use askama::Template;
use huiyin_base::{Day, Id, Problem};
use huiyin_db::Tx;
use huiyin_directory::{Role, Viewer};
use huiyin_web::components::{Breadcrumb, DeadlineBar, EchoPair, Html, PhotoStrip, Tag, Timeline, Told};
use huiyin_web::{Can, Csrf, Ctx, Density, Path, Permission, Query, Result};
use serde::Deserialize;

use super::action::{self, ActionForm, Asking, JointStanding};
use super::card::{self, Cards, cases};
use super::presence::Presence;
use super::story;
use super::{cell, photo_cover};
use crate::permissions::{CaseSee, SEES};
use crate::store::JointDecision;
use crate::{Action, CaseItem, CaseRef, Cases, Decision, Letter, PhotoPart, PieceKind, Sender, State, Words, store};

#[derive(Template)]
#[template(path = "case.html")]
struct CasePage {
    csrf: Csrf,
    at: String,
    steps: Breadcrumb,
    heading: String,
    state: Tag,
    pair: EchoPair,
    deadline: Option<DeadlineBar>,
    facts: Vec<(&'static str, String)>,
    more: Vec<(&'static str, String)>,
    /// The original, once the viewer asked for it.
    original: Option<Words>,
    /// What the public text leaves out and puts in, once the original is open.
    changes: Option<Html>,
    may_look: bool,
    /// What was written waits to be read and posted.
    unread: bool,
    /// An answer that waits for its verifier.
    waiting: Option<(String, String)>,
    waiting_photos: PhotoStrip,
    history: Timeline,
    letters: Vec<Letter>,
    handles: bool,
    /// What stands above this case, and the parts below it.
    above: Option<(String, String)>,
    parts: Vec<Part>,
    joint: Option<JointPanel>,
    covers: Vec<(String, String)>,
    presence: Option<Presence>,
    /// What usually comes next, and what else may be done.
    actions: Vec<ActionForm>,
    others: Vec<ActionForm>,
    mistake: Option<String>,
    public: Option<String>,
}

/// What was typed into the one form that was refused.
#[derive(Clone, Debug, Default)]
pub(crate) struct Refused {
    pub(crate) word: String,
    pub(crate) message: String,
    pub(crate) given: BTreeMap<String, String>,
}

/// `template=…`: the answer begins with it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Shown {
    template: String,
}

/// A part below the case.
struct Part {
    href: Option<String>,
    title: String,
    unit: String,
    state: Tag,
    due: String,
}

/// The newest request for a joint handling.
struct JointPanel {
    state: &'static str,
    post: String,
    day: String,
    reason: String,
    units: Vec<(String, String)>,
    refusal: Option<String>,
}

pub(crate) async fn show(ctx: Ctx, can: Can<CaseSee>, Path(id): Path<String>, Query(shown): Query<Shown>) -> Result {
    draw(&ctx, &can.viewer, &id, Drawn { template: shown.template, ..Drawn::default() }).await
}

/// The original words and the contact: the look is on record.
pub(crate) async fn original(ctx: Ctx, can: Can<CaseSee>, Path(id): Path<String>) -> Result {
    let at = reference(&id)?;
    let words = cases(&ctx.site)?.original(at, &can.viewer, ctx.real_now(), &mut ctx.rng()).await?;
    draw(&ctx, &can.viewer, &id, Drawn { words: Some(words), ..Drawn::default() }).await
}

/// The page again after a refusal, with everything that was typed.
pub(crate) async fn again(ctx: &Ctx, viewer: &Viewer, id: &str, refused: Refused) -> Result {
    draw(ctx, viewer, id, Drawn { refused: Some(refused), ..Drawn::default() }).await
}

/// The page after a text that says something else than the original: both, letter by letter.
pub(crate) async fn compared(ctx: &Ctx, viewer: &Viewer, id: &str, words: Words, refused: Refused) -> Result {
    draw(ctx, viewer, id, Drawn { words: Some(words), refused: Some(refused), ..Drawn::default() }).await
}

/// A case by the id in an address.
pub(crate) fn reference(id: &str) -> Result<CaseRef> {
    let id: Id = id.parse().map_err(|_| Problem::not_found())?;
    Ok(CaseRef { region: id.region(), id })
}

/// How the page is come to.
#[derive(Default)]
struct Drawn {
    words: Option<Words>,
    refused: Option<Refused>,
    template: String,
}

async fn draw(ctx: &Ctx, viewer: &Viewer, id: &str, drawn: Drawn) -> Result {
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let roles = match CaseSee::WHO {
        huiyin_web::Who::Roles(roles) => roles,
        _ => Role::ALL,
    };
    let found = store::case_find(&mut tx, &viewer.scope(roles), reference(id)?).await?;
    let case = found.ok_or_else(Problem::not_found)?;
    let page = page(ctx, &mut tx, &engine, &case, viewer, drawn).await?;
    let title = page.heading.clone();
    if page.mistake.is_some() {
        return ctx.refused(&title, Density::Desk, &page);
    }
    ctx.page(&title, Density::Desk, &page)
}

async fn page(
    ctx: &Ctx,
    tx: &mut Tx,
    engine: &Cases,
    case: &CaseItem,
    viewer: &Viewer,
    drawn: Drawn,
) -> Result<CasePage> {
    let Drawn { words, refused, template } = drawn;
    let cards = Cards::of_case(tx, &ctx.site, engine, case).await?;
    let handles = engine.handler(tx, case, viewer).await.is_ok();
    let number = cards.number(case.region, case.number());
    let late = case.is_overdue(ctx.today());
    let events = store::event_list(tx, case.at(), false).await?;
    let answers = store::answer_list(tx, case.at(), false).await?;
    let waiting = answers.last().filter(|answer| answer.decision == Decision::Waiting);
    let allowed = engine.allowed(tx, case, viewer).await?;
    let (joint, standing) = joint_panel(tx, &cards, case, viewer, handles).await?;
    let asking = Asking {
        viewer,
        allowed: &allowed,
        words: words.as_ref(),
        refused: refused.as_ref(),
        template: chosen_template(tx, &cards, case, &template).await?,
        joint: standing,
    };
    let (actions, others) =
        action::forms(ctx, tx, engine, case, asking).await?.into_iter().partition(|form: &ActionForm| form.first());
    let people = super::action_filling::people_at(ctx, tx, case.owner()).await?;
    let (facts, more) = facts(&cards, engine, case, &people);
    Ok(CasePage {
        csrf: ctx.csrf(),
        at: case.id.to_string(),
        steps: Breadcrumb::new(number.clone().unwrap_or_else(|| "待审核".into())).step("台账", "/cases"),
        heading: if case.title.is_empty() { "一件待审核的问题".into() } else { case.title.clone() },
        state: card::state_tag(case.state, case.outcome, late),
        pair: pair(tx, &cards, case, handles, words.as_ref()).await?,
        deadline: cards.deadline(case).filter(|_| case.state.is_open()),
        facts,
        more,
        above: above(tx, &cards, viewer, case).await?,
        parts: parts(tx, &cards, viewer, case).await?,
        joint,
        covers: if allowed.contains(&Action::Cover) { photo_cover::links(tx, case).await? } else { Vec::new() },
        may_look: handles && words.is_none(),
        unread: case.state == State::Submitted,
        changes: words.as_ref().and_then(|words| changes(case, words, refused.as_ref())),
        original: words,
        waiting: waiting.map(|answer| (answer.outcome.label().to_owned(), answer.text.clone())),
        waiting_photos: if waiting.is_some() && handles {
            card::photos(tx, case, PhotoPart::Answer, false).await?
        } else {
            PhotoStrip::default()
        },
        history: story::timeline(&engine.book.rules, &events),
        letters: if handles { engine.letters(tx, case).await? } else { Vec::new() },
        presence: if handles { Some(Presence::find(ctx, tx, engine, case, viewer).await?) } else { None },
        handles,
        actions,
        others,
        mistake: refused.map(|refused| refused.message),
        public: number.map(|number| format!("/problems/{number}")),
    })
}

async fn pair(
    tx: &mut Tx,
    cards: &Cards<'_>,
    case: &CaseItem,
    handles: bool,
    words: Option<&Words>,
) -> Result<EchoPair> {
    let sealed = case.posted_day.is_none();
    let text = match words {
        Some(words) if sealed => words.text.clone(),
        _ if sealed => "上墙之前，内容是加密保存的。打开原文会留下记录。".into(),
        _ => case.text.clone(),
    };
    let told = Told {
        title: String::new(),
        text,
        day: case.submitted_day.chinese(),
        photos: card::photos(tx, case, PhotoPart::Report, !handles).await?,
        href: None,
        number: cards.number(case.region, case.number()).unwrap_or_default(),
        category: cards.category(&case.category, &case.sub_category),
    };
    let pair = EchoPair::new(told, cards.place(case.region, case.township, case.village)).level(2);
    let answers = store::answer_list(tx, case.at(), true).await?;
    Ok(match answers.last() {
        Some(answer) if State::ECHOED.contains(&case.state) => {
            let photos = card::photos(tx, case, PhotoPart::Answer, true).await?;
            pair.echo(card::echo(answer, photos, case.rating))
        }
        _ => pair,
    })
}

/// The differences between what was written and what is, or is to be, public.
fn changes(case: &CaseItem, words: &Words, refused: Option<&Refused>) -> Option<Html> {
    let typed = refused.and_then(|refused| refused.given.get("text")).map(String::as_str);
    let public = typed.or_else(|| case.posted_day.map(|_| case.text.as_str()))?;
    let compared = crate::compare(words.text.trim(), public.trim());
    if compared.removed + compared.own == 0 && compared.pieces.len() < 2 {
        return None;
    }
    let pieces = compared.pieces.iter().map(|(kind, text)| {
        let text = Html::from(text);
        match kind {
            PieceKind::Same => text.to_string(),
            PieceKind::Out => format!("<del>{text}</del>"),
            PieceKind::In => format!("<ins>{text}</ins>"),
        }
    });
    Some(Html::drawn(pieces.collect()))
}

/// What one must know, and what else is known.
type Facts = Vec<(&'static str, String)>;

fn facts(cards: &Cards<'_>, engine: &Cases, case: &CaseItem, people: &[(String, String)]) -> (Facts, Facts) {
    let day = |day: Option<Day>| day.map(Day::chinese);
    let pause = case.pause_reason.as_deref().and_then(|reason| engine.book.rules.pause_reason(reason));
    let owner = case.owner_account.map(|account| account.to_string());
    let owner = owner.and_then(|id| people.iter().find(|(held, _)| *held == id).map(|(_, name)| name.clone()));
    let times = |n: i64| (n > 0).then(|| format!("{n} 次"));
    let first: [(&'static str, Option<String>); 8] = [
        ("地点", Some(cards.place(case.region, case.township, case.village))),
        ("类别", Some(cards.category(&case.category, &case.sub_category))),
        ("承办单位", Some(cards.unit(case.owner_org).to_owned())),
        ("承办人", owner),
        ("办理目标", Some(case.goal.clone()).filter(|goal| !goal.is_empty())),
        ("答复期限", day(case.due_answer)),
        ("暂缓原因", pause.map(|reason| reason.label.clone())),
        ("涉及对象", case.subject.map(|org| cards.unit(org).to_owned())),
    ];
    let more: [(&'static str, Option<String>); 9] = [
        ("受理单位", Some(cards.unit(case.desk).to_owned())),
        ("反映渠道", Some(case.channel.label().to_owned())),
        ("反映", Some(case.submitted_day.chinese())),
        ("上墙", day(case.posted_day)),
        ("交办", day(case.assigned_day)),
        ("签收", day(case.signed_day)),
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
async fn chosen_template(tx: &mut Tx, cards: &Cards<'_>, case: &CaseItem, id: &str) -> Result<Option<String>> {
    if id.is_empty() {
        return Ok(None);
    }
    let all = store::answer_template_list(tx, case.region, Some(&case.category)).await?;
    let found = all.iter().find(|one| one.id.to_string() == id);
    Ok(found.map(|one| super::action_post::begun(cards, case, &one.text)))
}

/// The newest request for a joint handling, for those who handle the case, and how it stands to the viewer.
async fn joint_panel(
    tx: &mut Tx,
    cards: &Cards<'_>,
    case: &CaseItem,
    viewer: &Viewer,
    handles: bool,
) -> Result<(Option<JointPanel>, JointStanding)> {
    let requests = store::joint_list(tx, case.at()).await?;
    let Some(last) = requests.last().filter(|_| handles) else { return Ok((None, JointStanding::Free)) };
    let standing = match last.decision {
        JointDecision::Waiting if last.account == viewer.account.id => JointStanding::Own,
        JointDecision::Waiting => JointStanding::Decides,
        _ => JointStanding::Free,
    };
    let units = store::joint_units(tx, case.at(), last.n).await?;
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

/// The case above, where the viewer may see it.
async fn above(tx: &mut Tx, cards: &Cards<'_>, viewer: &Viewer, case: &CaseItem) -> Result<Option<(String, String)>> {
    let Some(parent) = case.parent else { return Ok(None) };
    let at = CaseRef { region: case.region, id: parent };
    let lines = store::case_lines(tx, &viewer.scope(SEES), &[at]).await?;
    Ok(lines.first().map(|line| (format!("/cases/{parent}"), cell::headline(line, cards.today))))
}

/// The parts below, each with a link where the viewer may see it.
async fn parts(tx: &mut Tx, cards: &Cards<'_>, viewer: &Viewer, case: &CaseItem) -> Result<Vec<Part>> {
    let children = store::case_children(tx, case.at()).await?;
    if children.is_empty() {
        return Ok(Vec::new());
    }
    let refs: Vec<CaseRef> = children.iter().map(CaseItem::at).collect();
    let seen = store::case_lines(tx, &viewer.scope(SEES), &refs).await?;
    let names = store::place_names(tx, children.iter().map(|child| child.owner_org).collect()).await?;
    let part = |child: &CaseItem| {
        let is_seen = seen.iter().any(|line| line.id == child.id);
        let late = child.is_overdue(cards.today);
        Part {
            href: is_seen.then(|| format!("/cases/{}", child.id)),
            title: if is_seen && !child.title.is_empty() { child.title.clone() } else { "一个分件".to_owned() },
            unit: names.get(&child.owner_org).map(|place| place.name.clone()).unwrap_or_default(),
            state: card::state_tag(child.state, child.outcome, late),
            due: child.due_day.map(|due| format!("{}到期", cell::short_day(due, cards.today))).unwrap_or_default(),
        }
    };
    Ok(children.iter().map(part).collect())
}

impl CasePage {
    fn who(letter: &Letter) -> String {
        match letter.sender {
            Sender::Officer => letter.post.clone(),
            Sender::Reporter => format!("反映人 · {}", letter.kind.label()),
        }
    }

    fn by_officer(letter: &Letter) -> bool {
        letter.sender == Sender::Officer
    }
}
