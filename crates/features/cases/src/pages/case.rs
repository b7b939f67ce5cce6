//! A case as those see it who work on it: its state, its history, and what this viewer may do to it now.

use std::collections::BTreeMap;

use askama::Template;
use huiyin_base::{Day, Id, Problem, ProblemKind};
use huiyin_db::Tx;
use huiyin_directory::{Role, Viewer};
use huiyin_web::components::{Breadcrumb, DeadlineBar, EchoPair, Field, PhotoStrip, Tag, Timeline, Told};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Permission, Result};
use serde::Deserialize;

use super::action::{self, ActionForm};
use super::card::{self, Cards, cases};
use super::story;
use crate::permissions::CaseSee;
use crate::{CaseItem, CaseRef, Cases, Contact, Decision, Letter, Moment, PhotoPart, Sender, State, Words, store};

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
    /// The original, once the viewer asked for it.
    original: Option<Words>,
    /// Once the viewer asked for it with a reason.
    contact: Option<Option<Contact>>,
    /// The reason, while it is asked for.
    why: Option<Field>,
    may_look: bool,
    /// What was written waits to be read and posted.
    unread: bool,
    /// An answer that waits for its verifier.
    waiting: Option<(String, String)>,
    waiting_photos: PhotoStrip,
    history: Timeline,
    letters: Vec<Letter>,
    handles: bool,
    actions: Vec<ActionForm>,
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

pub(crate) async fn show(ctx: Ctx, can: Can<CaseSee>, Path(id): Path<String>) -> Result {
    draw(&ctx, &can.viewer, &id, Looked::default(), None).await
}

/// The original words and the contact: the look is on record.
pub(crate) async fn original(ctx: Ctx, can: Can<CaseSee>, Path(id): Path<String>) -> Result {
    let at = reference(&id)?;
    let words = cases(&ctx.site)?.original(at, &can.viewer, ctx.real_now(), &mut ctx.rng()).await?;
    let looked = Looked { words: Some(words), contact: None };
    draw(&ctx, &can.viewer, &id, looked, None).await
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
        Ok(contact) => {
            let looked = Looked { words: None, contact: Some(contact) };
            draw(&ctx, &can.viewer, &id, looked, None).await
        }
        Err(problem) if problem.kind == ProblemKind::Invalid => {
            let given = BTreeMap::from([("reason".to_owned(), why.reason)]);
            let refused = Refused { word: "contact".into(), message: problem.message, given };
            again(&ctx, &can.viewer, &id, refused).await
        }
        Err(problem) => Err(problem.into()),
    }
}

/// What was opened for this one page.
#[derive(Debug, Default)]
struct Looked {
    words: Option<Words>,
    contact: Option<Option<Contact>>,
}

/// The page again after a refusal, with everything that was typed.
pub(crate) async fn again(ctx: &Ctx, viewer: &Viewer, id: &str, refused: Refused) -> Result {
    draw(ctx, viewer, id, Looked::default(), Some(refused)).await
}

/// A case by the id in an address.
pub(crate) fn reference(id: &str) -> Result<CaseRef> {
    let id: Id = id.parse().map_err(|_| Problem::not_found())?;
    Ok(CaseRef { region: id.region(), id })
}

async fn draw(ctx: &Ctx, viewer: &Viewer, id: &str, looked: Looked, refused: Option<Refused>) -> Result {
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let roles = match CaseSee::WHO {
        huiyin_web::Who::Roles(roles) => roles,
        _ => Role::ALL,
    };
    let found = store::case_find(&mut tx, &viewer.scope(roles), reference(id)?).await?;
    let case = found.ok_or_else(Problem::not_found)?;
    let page = page(ctx, &mut tx, &engine, &case, viewer, looked, refused).await?;
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
    Looked { words, contact }: Looked,
    refused: Option<Refused>,
) -> Result<CasePage> {
    let cards = Cards::of_case(tx, &ctx.site, engine, case).await?;
    let handles = engine.handler(tx, case, viewer).await.is_ok();
    let number = cards.number(case.region, case.number());
    let late = case.is_overdue(ctx.today());
    let kind_is_public = engine.book.kind(&case.kind).is_some_and(|kind| kind.public);
    let beside = beside(tx, &cards, case).await?;
    let events = store::event_list(tx, case.at(), false).await?;
    let answers = store::answer_list(tx, case.at(), false).await?;
    let waiting = answers.last().filter(|answer| answer.decision == Decision::Waiting);
    let allowed = engine.allowed(tx, case, viewer).await?;
    let actions = action::forms(ctx, tx, engine, case, &allowed, words.as_ref(), refused.as_ref()).await?;
    Ok(CasePage {
        csrf: ctx.csrf(),
        at: case.id.to_string(),
        steps: Breadcrumb::new(number.clone().unwrap_or_else(|| "待审核".into())).step("台账", "/cases"),
        heading: heading(engine, case),
        state: card::state_tag(case.state, case.outcome, late),
        pair: pair(tx, &cards, case, handles, words.as_ref()).await?,
        deadline: cards.deadline(case).filter(|_| case.state.is_open()),
        facts: facts(&cards, engine, case).into_iter().chain(beside).collect(),
        may_look: handles && words.is_none(),
        unread: case.state == State::Submitted && kind_is_public,
        why: (handles && contact.is_none()).then(|| why(case, refused.as_ref())).flatten(),
        contact,
        original: words,
        waiting: waiting.map(|answer| (answer.outcome.label().to_owned(), answer.text.clone())),
        waiting_photos: if waiting.is_some() && handles {
            card::photos(tx, case, PhotoPart::Answer, false).await?
        } else {
            PhotoStrip::default()
        },
        history: story::timeline(&engine.book.rules, &events),
        letters: if handles { engine.letters(tx, case).await? } else { Vec::new() },
        handles,
        actions,
        mistake: refused.map(|refused| refused.message),
        public: number.map(|number| format!("/problems/{number}")),
    })
}

/// The public title; of what has none, what it is.
fn heading(engine: &Cases, case: &CaseItem) -> String {
    let label = engine.book.kind(&case.kind).map_or("事项", |kind| kind.label.as_str());
    match (case.title.as_str(), case.state) {
        ("", State::Submitted) if case.kind == "problem" => "一件待审核的问题".into(),
        ("", _) => format!("一件{label}"),
        (title, _) => title.to_owned(),
    }
}

/// The case beside which somebody was pressed.
async fn beside(tx: &mut Tx, cards: &Cards<'_>, case: &CaseItem) -> Result<Option<(&'static str, String)>> {
    let Some((region, id)) = case.origin_region.zip(case.origin_id).filter(|_| case.kind == "pressure") else {
        return Ok(None);
    };
    let origin = store::case_get(tx, CaseRef { region, id }).await?;
    let number = origin.and_then(|origin| cards.number(origin.region, origin.number()));
    Ok(Some(("说的是哪一件", number.unwrap_or_else(|| "还没有上墙的一件".into()))))
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
        _ if sealed => "内容是加密保存的。打开原文会留下记录。".into(),
        _ => case.text.clone(),
    };
    let told = Told {
        title: String::new(),
        text,
        day: case.submitted_day.chinese(),
        photos: card::photos(tx, case, PhotoPart::Report, !handles).await?,
        href: None,
        number: cards.number(case.region, case.number()).unwrap_or_default(),
        category: cards.category_in(&case.kind, &case.category, &case.sub_category),
    };
    let pair = EchoPair::new(told, cards.place(case.region, case.township, case.village)).level(2);
    let answers = store::answer_list(tx, case.at(), true).await?;
    Ok(match answers.last() {
        Some(answer) if State::ECHOED.contains(&case.state) => {
            let photos = card::photos(tx, case, PhotoPart::Answer, true).await?;
            pair.echo(card::echo(answer, photos))
        }
        _ => pair,
    })
}

fn facts(cards: &Cards<'_>, engine: &Cases, case: &CaseItem) -> Vec<(&'static str, String)> {
    let day = |day: Option<Day>| day.map(Day::chinese);
    let pause = case.pause_reason.as_deref().and_then(|reason| engine.book.rules.pause_reason(reason));
    let rows: [(&'static str, Option<String>); 13] = [
        ("受理单位", Some(cards.unit(case.desk).to_owned())),
        ("承办单位", Some(cards.unit(case.owner_org).to_owned())),
        ("办理目标", Some(case.goal.clone()).filter(|goal| !goal.is_empty())),
        ("涉及对象", case.subject.map(|org| cards.unit(org).to_owned())),
        ("反映渠道", Some(case.channel.label().to_owned())),
        ("上墙", day(case.posted_day)),
        ("交办", day(case.assigned_day)),
        ("签收", day(case.signed_day)),
        ("答复期限", day(case.due_answer)),
        ("异议复查", case.review_org.map(|org| format!("由{}决定", cards.unit(org)))),
        ("暂缓原因", pause.map(|reason| reason.label.clone())),
        ("退回 / 重办", Some(format!("{} 次 / {} 次", case.returned_times, case.reopened_times))),
        ("关注", Some(format!("{} 人", case.followers))),
    ];
    rows.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
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
