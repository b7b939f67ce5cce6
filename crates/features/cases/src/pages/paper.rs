//! Rating on paper: the forms to print, and their way back by a hand that did not handle the case.

use askama::Template;
use huiyin_base::number::Receipt;
use huiyin_base::{Problem, ProblemKind};
use huiyin_web::components::{Breadcrumb, Choice, Field, FilterBar, Notice, RatingInput};
use huiyin_web::{Allowance, Can, Csrf, Ctx, Density, Form, Public, Query, Result, Routes};
use serde::Deserialize;

use super::card::{Cards, cases};
use super::follow::apart;
use super::place::{Chosen, chosen};
use super::problem_form::RECEIPT;
use crate::permissions::PaperEnter;
use crate::store::{self, Page, WallFilter};
use crate::{CaseItem, Cases, Moment, Score, State};

/// The routes of paper.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get::<PaperEnter, _>("/paper-ratings", enter)
        .post::<PaperEnter, _>("/paper-ratings", rate)
        .post::<PaperEnter, _>("/paper-objections", object)
        .get::<PaperEnter, _>("/paper-ratings/sheet", sheet)
        .get::<Public, _>("/rating-form", blank)
        .get::<Public, _>("/follow/rating-form", own)
}

/// Guessing receipts: 60 bits and few tries; a pile of forms is entered all the same.
const TRIES: Allowance = Allowance { name: "paper", burst: 60.0, per_second: 0.5, debt: 5.0 };

/// Answers of one village's sheet.
const SHEET: i64 = 40;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Written {
    code: String,
    score: String,
    /// What is ticked on the paper.
    reasons: Vec<String>,
    text: String,
    /// The same of the other form on the page, under names of its own.
    object_code: String,
    reason: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Where {
    county: String,
    town: String,
    village: String,
}

#[derive(Template)]
#[template(path = "paper_enter.html")]
struct EnterPage {
    csrf: Csrf,
    mistake: Option<Notice>,
    code: Field,
    rating: RatingInput,
    reasons: Field,
    words: Field,
    objection_code: Field,
    reason: Field,
}

#[derive(Template)]
#[template(path = "rating_form.html")]
struct RatingForm {
    /// The letters of the receipt, where it is known.
    code: Vec<String>,
    title: Option<String>,
    number: Option<String>,
    answer: Option<String>,
    /// The standard reasons, to be ticked.
    reasons: Vec<String>,
}

#[derive(Template)]
#[template(path = "rating_sheet.html")]
struct RatingSheet {
    way: Breadcrumb,
    filter: FilterBar,
    place: Option<String>,
    rows: Vec<SheetLine>,
    boxes: Vec<()>,
}

struct SheetLine {
    number: String,
    title: String,
    answer: String,
}

async fn enter(ctx: Ctx, _: Can<PaperEnter>) -> Result {
    ctx.page("代录纸质表", Density::Desk, &page(&ctx, &Written::default(), None)?)
}

fn page(ctx: &Ctx, written: &Written, mistake: Option<String>) -> Result<EnterPage> {
    let engine = cases(&ctx.site)?;
    let reasons = engine.book.rules.rating.reason.iter().map(|reason| Choice::new(&reason.id, &reason.label));
    let code = |name: &str, value: &str| {
        Field::text(name, "表上的回执码")
            .value(value)
            .hint("13 位字母和数字，空格和横线可以不输")
            .required()
            .with("autocomplete", "off")
            .with("spellcheck", "false")
    };
    Ok(EnterPage {
        csrf: ctx.csrf(),
        mistake: mistake.map(Notice::bad),
        code: code("code", &written.code),
        rating: RatingInput::new("score", "表上勾的是").value(written.score.parse().ok()),
        reasons: Field::boxes("reasons", "表上勾的原因（没有勾的，空着）", reasons.collect())
            .values(written.reasons.clone()),
        words: Field::area("text", "表上写的话（没有写的，空着）", 2).value(&written.text),
        objection_code: code("object_code", &written.object_code),
        reason: Field::area("reason", "不满意的原因，照表上的话写", 3).value(&written.reason).required(),
    })
}

async fn rate(ctx: Ctx, can: Can<PaperEnter>, Form(written): Form<Written>) -> Result {
    ctx.limit(TRIES, &can.viewer.account.id.to_string()).await?;
    let engine = cases(&ctx.site)?;
    let rules = &engine.book.rules.rating;
    let ticked = rules.labels(&written.reasons.join(" ")).join("、");
    // Whoever writes it down puts no words into anybody's mouth: what was ticked says what was not done.
    let comment = match written.text.trim() {
        "" if !ticked.is_empty() => format!("纸上没有写话，勾的是：{ticked}。"),
        text => text.to_owned(),
    };
    let score = Score { score: written.score.parse().unwrap_or(0), reasons: written.reasons.clone(), comment };
    let done = match Receipt::parse(&written.code) {
        Some(receipt) => engine.paper_rate(&receipt, score, &can.viewer, times(&ctx), &mut ctx.rng()).await,
        None => Err(unknown()),
    };
    ended(&ctx, &written, done.map(|done| done.case), "评分")
}

async fn object(ctx: Ctx, can: Can<PaperEnter>, Form(written): Form<Written>) -> Result {
    ctx.limit(TRIES, &can.viewer.account.id.to_string()).await?;
    let engine = cases(&ctx.site)?;
    let done = match Receipt::parse(&written.object_code) {
        Some(receipt) => engine.paper_object(&receipt, &written.reason, &can.viewer, times(&ctx), &mut ctx.rng()).await,
        None => Err(unknown()),
    };
    ended(&ctx, &written, done.map(|done| done.case), "异议")
}

/// When it happens in the city's time, and when it is put on record.
fn times(ctx: &Ctx) -> (Moment, huiyin_base::Instant) {
    (Moment::at(ctx.now()), ctx.real_now())
}

fn unknown() -> Problem {
    Problem::invalid("没有查到这个回执码，请对照纸上的 13 位再输一遍。")
}

fn ended(ctx: &Ctx, written: &Written, done: Result<crate::CaseItem, Problem>, what: &str) -> Result {
    let message = match done {
        Ok(case) => {
            let number = super::card::case_number(&ctx.site.regions, case.region, case.number()).unwrap_or_default();
            return ctx.redirect("/paper-ratings", Some(&format!("{number} 的纸质{what}已录入，谁录的已留记录。")));
        }
        // A receipt of somebody else's county and one that does not exist read the same.
        Err(problem) if problem.kind == ProblemKind::NotFound => unknown().message,
        Err(problem) if problem.source.is_none() => problem.message,
        Err(problem) => return Err(problem.into()),
    };
    ctx.refused("代录纸质表", Density::Desk, &page(ctx, written, Some(message))?)
}

async fn blank(ctx: Ctx) -> Result {
    let reasons = labels(&cases(&ctx.site)?);
    let form = RatingForm { code: vec![String::new(); 13], title: None, number: None, answer: None, reasons };
    ctx.page("纸质评分表", Density::Calm, &form)
}

/// The form of the case whose receipt this browser remembers.
async fn own(ctx: Ctx) -> Result {
    let Some(receipt) = ctx.remembered(RECEIPT).and_then(|code| Receipt::parse(&code)) else {
        return ctx.redirect("/follow", None);
    };
    if let Err(problem) = apart(&ctx, &receipt, false).await {
        return ctx.redirect("/follow", Some(&problem.message));
    }
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let Some(followed) = engine.followed(&mut tx, &receipt).await?.filter(|followed| followed.raised) else {
        return ctx.redirect("/follow/case", Some("这个回执码只能跟进，不能打分。"));
    };
    let case = followed.current();
    if !is_to_be_rated(&engine, case) {
        return ctx.redirect("/follow/case", Some("有了答复才打分，现在还不用填表。"));
    }
    let answer = store::answer_list(&mut tx, case.at(), true).await?.pop();
    let title = if case.title.is_empty() { None } else { Some(case.title.clone()) };
    let form = RatingForm {
        code: receipt.canonical().chars().map(String::from).collect(),
        title,
        number: super::card::case_number(&ctx.site.regions, case.region, case.number()),
        answer: answer.map(|answer| answer.text),
        reasons: labels(&engine),
    };
    ctx.page("纸质评分表", Density::Calm, &form)
}

fn labels(engine: &Cases) -> Vec<String> {
    engine.book.rules.rating.reason.iter().map(|reason| reason.label.clone()).collect()
}

/// Only what has an answer is rated, and nothing that is sealed from those who collect the forms.
pub(crate) fn is_to_be_rated(engine: &Cases, case: &CaseItem) -> bool {
    engine.book.kind_of(case).is_some_and(|kind| kind.rated) && State::ECHOED.contains(&case.state)
}

/// The answers of a village that nobody has rated, to be taken round.
async fn sheet(ctx: Ctx, _: Can<PaperEnter>, Query(place): Query<Where>) -> Result {
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let found = chosen(&mut tx, &ctx.site, &place.county, &place.town, &place.village).await?;
    let filter = bar(&mut tx, &ctx, &place, &found).await?;
    let way = Breadcrumb::new("入户评分表").step("代录纸质表", "/paper-ratings");
    let (mut rows, mut name) = (Vec::new(), None);
    if let Chosen::Place(at) = &found {
        name = Some(at.name(&ctx.site));
        let wall = WallFilter {
            region: Some(at.region),
            township: Some(at.township.id),
            village: at.village.as_ref().map(|village| village.id),
            states: State::ECHOED.to_vec(),
            ..WallFilter::default()
        };
        // Rated ones too: a list of those who have not would tell who has.
        let lines = store::wall_list(&mut tx, &wall, &Page::first(SHEET)).await?.rows;
        let answers = store::answers_of(&mut tx, &lines).await?;
        let cards = Cards::of_lines(&mut tx, &ctx.site, &engine, &lines).await?;
        rows = lines
            .iter()
            .map(|line| SheetLine {
                number: cards.number(line.region, line.number()).unwrap_or_default(),
                title: line.title.clone(),
                answer: answers.get(&line.id).map(|answer| answer.text.chars().take(60).collect()).unwrap_or_default(),
            })
            .collect();
    }
    ctx.page("入户评分表", Density::Desk, &RatingSheet { way, filter, place: name, rows, boxes: vec![(); 13] })
}

async fn bar(tx: &mut huiyin_db::Tx, ctx: &Ctx, place: &Where, found: &Chosen) -> Result<FilterBar> {
    let first = |label: &str| Choice::new("", label);
    let counties = super::place::counties(&ctx.site);
    let counties = counties.iter().map(|county| Choice::new(&county.code, &*county.name));
    let counties = std::iter::once(first("选县区")).chain(counties).collect();
    let mut bar =
        FilterBar::new("/paper-ratings/sheet").field(Field::select("county", "县区", counties).value(&place.county));
    let region = match found {
        Chosen::Nothing => return Ok(bar),
        Chosen::County(region) => *region,
        Chosen::Place(at) => at.region,
    };
    let towns = store::place_towns(tx, region, ctx.today()).await?;
    let towns = towns.iter().map(|town| Choice::new(&town.code, &*town.name));
    let towns = std::iter::once(first("选乡镇")).chain(towns).collect();
    bar = bar.field(Field::select("town", "乡镇（街道）", towns).value(&place.town));
    if let Chosen::Place(at) = found {
        let villages = super::place::villages(tx, &ctx.site, at).await?;
        let villages = villages.iter().map(|village| Choice::new(&village.code, &*village.name));
        let villages = std::iter::once(first("全乡镇")).chain(villages).collect();
        bar = bar.field(Field::select("village", "村（社区）", villages).value(&place.village));
    }
    Ok(bar)
}
