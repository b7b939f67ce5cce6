//! A case as those see it who work on it: its state, its history, and what this viewer may do to it now.

use std::collections::BTreeMap;

use askama::Template;
use huiyin_base::{Id, Problem, ProblemKind};
use huiyin_db::Tx;
use huiyin_directory::{Role, Viewer};
use huiyin_web::components::{Breadcrumb, DeadlineBar, EchoPair, Field, Html, Notice, PhotoStrip, Timeline, Told};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Permission, Query, Result};
use serde::Deserialize;

use super::action::{self, ActionForm, Asking};
use super::card::{self, Cards, cases};
use super::case_parts::{self, JointPanel};
use super::issued_panel::IssuedPanel;
use super::presence::Presence;
use super::{alarm, clock_facts, doubt, joint_parts, photo_cover, story};
use crate::permissions::CaseSee;
use crate::{
    Action, CaseAnswer, CaseItem, CaseRef, Cases, Contact, Decision, Involved, Letter, Moment, Note, PhotoPart,
    PieceKind, Sender, State, Words, store,
};

#[derive(Template)]
#[template(path = "case.html")]
struct CasePage {
    csrf: Csrf,
    at: String,
    steps: Breadcrumb,
    heading: String,
    state: Html,
    /// An emergency that is not over.
    alarm: Option<Notice>,
    /// A problem and its echo; or what was handed down.
    pair: Option<EchoPair>,
    issued: Option<IssuedPanel>,
    deadline: Option<DeadlineBar>,
    facts: Vec<(&'static str, String)>,
    more: Vec<(&'static str, String)>,
    /// The original, once the viewer asked for it.
    original: Option<Words>,
    /// What the public text leaves out and puts in, once the original is open.
    changes: Option<Html>,
    /// Once the viewer asked for it with a reason; nothing inside where nothing was left.
    #[expect(clippy::option_option, reason = "not asked for, or asked for and not there")]
    contact: Option<Option<Contact>>,
    /// The reason, while it is asked for.
    why: Option<Field>,
    may_look: bool,
    /// What was written waits to be read and posted.
    unread: bool,
    /// An answer that waits for its verifier.
    waiting: Option<(String, String)>,
    sent_back: Option<(String, String)>,
    waiting_photos: PhotoStrip,
    history: Timeline,
    letters: Option<Vec<Letter>>,
    handles: bool,
    notes: Vec<Note>,
    /// What stands above this case, and the parts below it.
    above: Option<joint_parts::Whole>,
    /// Where a merged or referred one went.
    moved: Option<(String, String)>,
    /// It stands in the tree of the lists, and how many below it are open.
    tree: Option<i64>,
    parts: Vec<joint_parts::Part>,
    joint: Option<JointPanel>,
    covers: Vec<(String, String)>,
    presence: Option<Presence>,
    /// What usually comes next, and what else may be done.
    actions: Vec<ActionForm>,
    others: Vec<ActionForm>,
    /// The form that was refused, and why.
    mistake: Option<(String, String)>,
    /// A message to whoever raised it, and a note for those who handle it.
    message: Vec<Field>,
    note: Field,
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

pub(crate) async fn show(ctx: Ctx, can: Can<CaseSee>, Path(id): Path<String>, Query(shown): Query<Shown>) -> Result {
    draw(&ctx, &can.viewer, &id, Drawn { template: shown.template, ..Drawn::default() }).await
}

/// The original words: the look is on record. The contact has a door of its own.
pub(crate) async fn original(ctx: Ctx, can: Can<CaseSee>, Path(id): Path<String>) -> Result {
    let at = reference(&id)?;
    let words = cases(&ctx.site)?.original(at, &can.viewer, ctx.real_now(), &mut ctx.rng()).await?;
    draw(&ctx, &can.viewer, &id, Drawn { words: Some(words), ..Drawn::default() }).await
}

/// Why somebody wants to reach whoever raised it.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Why {
    #[serde(default)]
    reason: String,
}

/// The contact alone, with a reason that whoever raised it reads.
pub(crate) async fn contact(ctx: Ctx, can: Can<CaseSee>, Path(id): Path<String>, Form(why): Form<Why>) -> Result {
    let times = (Moment::at(ctx.now()), ctx.real_now());
    let engine = cases(&ctx.site)?;
    match engine.contact(reference(&id)?, &why.reason, &can.viewer, times, &mut ctx.rng()).await {
        Ok(contact) => draw(&ctx, &can.viewer, &id, Drawn { contact: Some(contact), ..Drawn::default() }).await,
        Err(problem) if problem.kind == ProblemKind::Invalid => {
            let given = BTreeMap::from([("reason".to_owned(), why.reason)]);
            let refused = Refused { word: "contact".into(), message: problem.message, given };
            again(&ctx, &can.viewer, &id, refused).await
        }
        Err(problem) => Err(problem.into()),
    }
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

/// How the page is come to, and what was opened for it.
#[derive(Default)]
struct Drawn {
    words: Option<Words>,
    #[expect(clippy::option_option, reason = "not asked for, or asked for and not there")]
    contact: Option<Option<Contact>>,
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
    let (mut tx, engine) = if engine.book.kind_of(&case).is_some() {
        (tx, engine)
    } else {
        // Nobody holds one connection while he asks for another.
        drop(tx);
        let engine = engine.knowing(&case.kind, Some(case.kind_version)).await?;
        (ctx.site.db.read().await?, engine)
    };
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
    let Drawn { words, contact, refused, template } = drawn;
    let cards = Cards::of_case(tx, &ctx.site, engine, case).await?;
    let has = store::case_has(tx, case.at()).await?;
    let owners = if has.owners { store::owner_list(tx, case.at()).await? } else { Vec::new() };
    let involved = Involved::with(tx, case, viewer, owners).await?;
    let handles = engine.handler_among(case, viewer, &involved.lines).is_ok();
    let number = cards.number(case.region, case.number());
    let late = case.is_late(ctx.now());
    let kind_is_public = engine.book.kind_of(case).is_some_and(|kind| kind.public);
    let issued = IssuedPanel::find(tx, &cards, engine, case, viewer).await?;
    // Nobody outside raised what was handed down, nor a part.
    let writes = handles && issued.is_none() && !joint_parts::is_part(case);
    let beside = case_parts::beside(tx, &cards, case).await?;
    let events = store::event_list(tx, case.at(), false).await?;
    let answers = if has.answers { store::answer_list(tx, case.at(), false).await? } else { Vec::new() };
    let waiting = answers.last().filter(|answer| answer.decision == Decision::Waiting);
    let allowed = engine.allowed_among(case, viewer, &involved)?;
    let covers = has.photos && allowed.contains(&Action::Cover);
    let (joint, standing) = case_parts::joint_panel(tx, &cards, case, viewer, handles && has.joint).await?;
    let people = super::action_filling::people_at(ctx, tx, case.owner()).await?;
    let asking = Asking {
        viewer,
        people: &people,
        allowed: &allowed,
        words: words.as_ref(),
        refused: refused.as_ref(),
        template: case_parts::chosen_template(tx, &cards, case, &template).await?,
        joint: standing,
    };
    let (actions, others) =
        action::forms(ctx, tx, engine, case, asking).await?.into_iter().partition(|form: &ActionForm| form.first());
    let (facts, more) = case_parts::facts(&cards, engine, case, &people);
    let clocks = clock_facts::of(&cards, case).into_iter().filter_map(|(label, value)| Some((label, value?)));
    Ok(CasePage {
        csrf: ctx.csrf(),
        at: case.id.to_string(),
        steps: match engine.book.kind_of(case).filter(|_| issued.is_some()) {
            Some(kind) => Breadcrumb::new(heading(engine, case))
                .step("分类台账", "/ledgers")
                .step(kind.label.as_str(), format!("/ledgers/{}", kind.name)),
            None => Breadcrumb::new(number.clone().unwrap_or_else(|| "待审核".into())).step("台账", "/cases"),
        },
        heading: heading(engine, case),
        state: cards.state_of(&case.kind, case.state, case.outcome, late),
        pair: match &issued {
            Some(_) => None,
            None => Some(pair(tx, &cards, (case, &answers), handles, words.as_ref()).await?),
        },
        deadline: cards.deadline(case).filter(|_| case.state.is_open()),
        alarm: alarm::notice(&cards, engine, case),
        notes: if handles && has.notes { engine.notes(tx, case).await? } else { Vec::new() },
        facts: facts.into_iter().chain(clocks).chain(beside).chain(case_parts::held(has.hold)).collect(),
        more,
        above: joint_parts::whole(tx, &cards, Some(viewer), case).await?,
        moved: super::problem::moved(tx, &ctx.site, case).await?,
        tree: case_parts::tree(viewer, case, has.node),
        parts: if has.children { joint_parts::parts(tx, &cards, viewer, case, handles).await? } else { Vec::new() },
        joint,
        covers: if covers { photo_cover::links(tx, case).await? } else { Vec::new() },
        may_look: handles && words.is_none() && issued.is_none(),
        unread: case.state == State::Submitted && kind_is_public,
        why: (handles && contact.is_none()).then(|| why(case, refused.as_ref())).flatten(),
        contact,
        changes: words.as_ref().and_then(|words| changes(case, words, refused.as_ref())),
        original: words,
        waiting: waiting.map(|answer| (answer.outcome.label().to_owned(), answer.text.clone())),
        sent_back: case_parts::sent_back(case, &events).filter(|_| handles),
        waiting_photos: if waiting.is_some() && handles {
            card::photos(tx, case, PhotoPart::Answer, false).await?
        } else {
            PhotoStrip::default()
        },
        history: story::timeline(tx, &cards, &events, joint_parts::is_part(case)).await?,
        letters: if writes && has.messages { Some(engine.letters(tx, case).await?) } else { writes.then(Vec::new) },
        presence: if handles { Some(Presence::find(ctx, tx, engine, case, viewer, has.presence).await?) } else { None },
        handles,
        actions,
        others,
        message: message(refused.as_ref()),
        note: area(refused.as_ref(), "note", "记一条备注", 2),
        mistake: refused.map(|refused| (refused.word, refused.message)),
        issued,
        public: number.map(|number| format!("/problems/{number}")),
    })
}

/// The public title; of what has none, what it is.
fn heading(engine: &Cases, case: &CaseItem) -> String {
    let label = engine.book.kind_of(case).map_or("事项", |kind| kind.label.as_str());
    match (case.title.as_str(), case.state) {
        ("", State::Submitted) if case.kind == "problem" => "一件待审核的问题".into(),
        ("", _) => format!("一件{label}"),
        (title, _) => title.to_owned(),
    }
}

/// The field in which a handler says why he needs the contact; none where there is none.
fn why(case: &CaseItem, refused: Option<&Refused>) -> Option<Field> {
    case.contact.as_ref()?;
    let field = Field::area("reason", "为什么要联系反映人", 2)
        .hint("反映人会在他的页面上看到：哪个岗位、哪一天、为什么看了他的电话。")
        .required();
    Some(match refused.filter(|refused| refused.word == "contact") {
        Some(refused) => field.value(refused.given.get("reason").cloned().unwrap_or_default()).error(&refused.message),
        None => field,
    })
}

/// The field of a message or a note, with what was typed and why it was not taken.
fn area(refused: Option<&Refused>, word: &str, label: &str, rows: u8) -> Field {
    let field = Field::area("text", label, rows).required().within(word);
    match refused.filter(|refused| refused.word == word) {
        Some(refused) => field.value(refused.given.get("text").cloned().unwrap_or_default()).error(&refused.message),
        None => field,
    }
}

/// A message, and a tick where something in it is asked about.
fn message(refused: Option<&Refused>) -> Vec<Field> {
    let text = area(refused, "message", "写给反映人", 3).hint("只有他和办理的人看得到。");
    let given = refused.filter(|refused| refused.word == "message").map(|refused| &refused.given);
    let of = |name: &str| given.and_then(|given| given.get(name)).map(String::as_str).unwrap_or_default();
    let tick = doubt::tick(of(doubt::DOUBTED), of(doubt::CHECKED)).map(|tick| tick.within("message"));
    std::iter::once(text).chain(tick).collect()
}

async fn pair(
    tx: &mut Tx,
    cards: &Cards<'_>,
    (case, answers): (&CaseItem, &[CaseAnswer]),
    handles: bool,
    words: Option<&Words>,
) -> Result<EchoPair> {
    let sealed = case.posted_day.is_none();
    let text = match words {
        Some(words) if sealed => words.text.clone(),
        _ if sealed => "内容是加密保存的。打开原文会留下记录。".into(),
        _ => case.text.clone(),
    };
    let told = Told {
        title: String::new(),
        text,
        day: case.submitted_day.chinese(),
        photos: match words {
            Some(_) if handles => card::photos_as_they_came(tx, case).await?,
            _ => card::photos(tx, case, PhotoPart::Report, !handles).await?,
        },
        href: None,
        number: cards.number(case.region, case.number()).unwrap_or_default(),
        category: cards.category_in(&case.kind, &case.category, &case.sub_category),
    };
    let pair = EchoPair::new(told, cards.place(case.region, case.township, case.village)).level(2);
    let pair = if joint_parts::is_part(case) { pair.kind(joint_parts::KIND) } else { pair };
    let accepted = answers.iter().rev().find(|answer| answer.decision == Decision::Accepted);
    Ok(match accepted {
        Some(answer) if State::ECHOED.contains(&case.state) => {
            let photos = card::photos(tx, case, PhotoPart::Answer, true).await?;
            pair.echo(card::echo(answer, photos))
        }
        _ => match card::earlier(case, answers) {
            Some(answer) => pair.earlier(card::echo(answer, PhotoStrip::default())),
            None => case_parts::unanswered(pair, case.state),
        },
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

impl CasePage {
    fn wrong(&self, word: &str) -> bool {
        self.mistake.as_ref().is_some_and(|(wrong, _)| wrong == word)
    }

    /// Whether the form that was refused still stands on the page: another may have moved the case on meanwhile.
    fn stands(&self, word: &str) -> bool {
        let drawn = self.actions.iter().chain(&self.others).any(|form| form.makes(word));
        drawn || ["message", "note", "contact"].contains(&word)
    }

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
