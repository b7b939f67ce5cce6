//! With a receipt: see every step, ask and answer, rate, object, appeal, withdraw.

use askama::Template;
use huiyin_base::number::Receipt;
use huiyin_base::{Problem, ProblemKind};
use huiyin_web::components::{EchoPair, Field, Html, Notice, PhotoStrip, RatingInput, Timeline, Told};
use huiyin_web::{Allowance, Csrf, Ctx, Density, Form, Path, Result};
use serde::Deserialize;

use super::card::{self, Cards, cases};
use super::problem_form::RECEIPT;
use super::{alarm, problem, story};
use crate::{
    Action, CaseItem, Followed, Letter, MessageKind, Moment, PhotoPart, Report, ReporterAct, Score, Sender, State,
};

/// Guessing receipts: 60 bits and few tries.
const TRIES: Allowance = Allowance { name: "receipt", burst: 10.0, per_second: 0.1, debt: 5.0 };

#[derive(Template)]
#[template(path = "follow.html")]
struct EnterPage {
    csrf: Csrf,
    code: Field,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Entered {
    #[serde(default)]
    code: String,
}

/// What is written on the page of a receipt.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Written {
    #[serde(default)]
    text: String,
    #[serde(default)]
    score: String,
}

#[derive(Template)]
#[template(path = "follow_case.html")]
struct FollowPage {
    csrf: Csrf,
    pair: EchoPair,
    state: Html,
    /// An emergency: whom to call now, and who was told.
    alarm: Option<Notice>,
    next: Option<Notice>,
    number: Option<String>,
    owner: String,
    phone: Option<String>,
    original: Option<String>,
    history: Timeline,
    letters: Vec<Letter>,
    /// The one form that was sent with a mistake.
    mistake: Option<String>,
    rating: Option<RatingInput>,
    comment: Field,
    /// What this receipt may do now.
    may: Vec<&'static str>,
    objection_days: i64,
}

pub(crate) async fn enter(ctx: Ctx) -> Result {
    ctx.page("查回音", Density::Calm, &entering(&ctx, "", None))
}

pub(crate) async fn open(ctx: Ctx, Form(entered): Form<Entered>) -> Result {
    ctx.limit(TRIES, &ctx.current.caller).await?;
    let cases = cases(&ctx.site)?;
    let wrong = "没有查到这个回执码。请对照抄下的 13 位再输一遍，不分大小写，空格和横线可以不输。";
    let Some(receipt) = Receipt::parse(&entered.code) else {
        return ctx.refused("查回音", Density::Calm, &entering(&ctx, &entered.code, Some(wrong)));
    };
    let mut tx = ctx.site.db.read().await?;
    if cases.followed(&mut tx, &receipt).await?.is_none() {
        return ctx.refused("查回音", Density::Calm, &entering(&ctx, &entered.code, Some(wrong)));
    }
    let mut response = ctx.redirect("/follow/case", None)?;
    ctx.remember(&mut response, RECEIPT, &receipt.canonical(), 60);
    Ok(response)
}

fn entering(ctx: &Ctx, code: &str, error: Option<&str>) -> EnterPage {
    let field = Field::text("code", "回执码")
        .value(code)
        .hint("提交问题时给您的 13 位字母和数字，例如 8K3F-29QM-XW4T-7")
        .required()
        .with("autocomplete", "off")
        .with("autocapitalize", "characters")
        .with("spellcheck", "false");
    let code = match error {
        Some(error) => field.error(error),
        None => field,
    };
    EnterPage { csrf: ctx.csrf(), code }
}

pub(crate) async fn show(ctx: Ctx) -> Result {
    let Some(receipt) = remembered(&ctx) else { return ctx.redirect("/follow", None) };
    draw(&ctx, &receipt, Written::default(), None).await
}

pub(crate) async fn leave(ctx: Ctx, Form(_): Form<Entered>) -> Result {
    let mut response = ctx.redirect("/follow", Some("已退出，这台设备上不再保留您的回执码。"))?;
    ctx.forget(&mut response, RECEIPT);
    Ok(response)
}

/// A receipt of one's own for a problem that one has met as well.
pub(crate) async fn join(ctx: Ctx, Path(number): Path<String>, Form(_): Form<Entered>) -> Result {
    ctx.limit(TRIES, &ctx.current.caller).await?;
    let mut tx = ctx.site.db.read().await?;
    let case = problem::posted(&mut tx, &ctx.site, &number).await?;
    drop(tx);
    let receipt = cases(&ctx.site)?.follow(case.at(), Moment::at(ctx.now()), &mut ctx.rng()).await?;
    let mut response = ctx.redirect("/problems/receipt", None)?;
    ctx.remember(&mut response, RECEIPT, &receipt.canonical(), 24 * 60);
    Ok(response)
}

pub(crate) async fn message(ctx: Ctx, Form(written): Form<Written>) -> Result {
    let receipt = needed(&ctx)?;
    let engine = cases(&ctx.site)?;
    let done = engine.write_as_reporter(&receipt, &written.text, Moment::at(ctx.now()), &mut ctx.rng()).await;
    answered(&ctx, &receipt, written, done.map(|()| "已发给承办单位，回复会显示在这一页。")).await
}

pub(crate) async fn rating(ctx: Ctx, Form(written): Form<Written>) -> Result {
    let receipt = needed(&ctx)?;
    let score = Score { score: written.score.parse().unwrap_or(0), comment: written.text.clone() };
    let (caller, moment) = (&ctx.current.caller, Moment::at(ctx.now()));
    let done = cases(&ctx.site)?.rate_from(&receipt, score, caller, moment, &mut ctx.rng()).await;
    answered(&ctx, &receipt, written, done.map(|done| done.message)).await
}

pub(crate) async fn objection(ctx: Ctx, Form(written): Form<Written>) -> Result {
    let act = ReporterAct::Object(written.text.clone());
    act_on(ctx, written, act).await
}

pub(crate) async fn appeal(ctx: Ctx, Form(written): Form<Written>) -> Result {
    let act = ReporterAct::Appeal(written.text.clone());
    act_on(ctx, written, act).await
}

pub(crate) async fn withdrawal(ctx: Ctx, Form(written): Form<Written>) -> Result {
    act_on(ctx, written, ReporterAct::Withdraw).await
}

async fn act_on(ctx: Ctx, written: Written, act: ReporterAct) -> Result {
    let receipt = needed(&ctx)?;
    let done = cases(&ctx.site)?.act_as_reporter(&receipt, act, Moment::at(ctx.now()), &mut ctx.rng()).await;
    answered(&ctx, &receipt, written, done.map(|done| done.message)).await
}

/// Back to the page; what was refused is said there, with everything that was written.
async fn answered(
    ctx: &Ctx,
    receipt: &Receipt,
    written: Written,
    done: std::result::Result<&'static str, Problem>,
) -> Result {
    match done {
        Ok(message) => ctx.redirect("/follow/case", Some(message)),
        Err(problem) if matches!(problem.kind, ProblemKind::Invalid | ProblemKind::Conflict) => {
            draw(ctx, receipt, written, Some(problem.message)).await
        }
        Err(problem) => Err(problem.into()),
    }
}

fn remembered(ctx: &Ctx) -> Option<Receipt> {
    ctx.remembered(RECEIPT).and_then(|code| Receipt::parse(&code))
}

fn needed(ctx: &Ctx) -> Result<Receipt> {
    let message = "回执码已经超过时间，请重新输入一次。您写的内容可以用浏览器的“返回”找回。";
    Ok(remembered(ctx).ok_or_else(|| Problem::invalid(message))?)
}

async fn draw(ctx: &Ctx, receipt: &Receipt, written: Written, mistake: Option<String>) -> Result {
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let Some(followed) = engine.followed(&mut tx, receipt).await? else { return ctx.redirect("/follow", None) };
    let report = engine.report(&mut tx, receipt, &followed).await?;
    let case = followed.current();
    let cards = Cards::of_case(&mut tx, &ctx.site, &engine, case).await?;
    let pair = pair(ctx, &mut tx, &cards, case, &report).await?;
    let kind = engine.book.kind(&case.kind).ok_or_else(Problem::not_found)?;
    let may = |action| followed.raised && kind.transition(action, case.state).is_some();
    let rated = report.ratings.iter().any(|rating| rating.answer == case.answers);
    let rates = followed.raised && State::ECHOED.contains(&case.state) && !rated;
    let words = if report.original.text.trim().is_empty() { None } else { Some(report.original.text.clone()) };
    let offers = [
        ("write", followed.raised && case.state.is_open()),
        ("object", may(Action::Object)),
        ("appeal", may(Action::Appeal) && !case.appealed),
        ("withdraw", may(Action::Withdraw)),
    ];
    let page = FollowPage {
        csrf: ctx.csrf(),
        state: card::state_tag(case.state, case.outcome, case.is_late(ctx.now())),
        alarm: alarm::for_reporter(&cards, &engine, case).filter(|_| followed.raised),
        next: next_step(&followed, case),
        number: cards.number(case.region, case.number()),
        owner: cards.unit(case.owner_org).to_owned(),
        phone: cards.phone(case.owner_org).map(ToOwned::to_owned),
        original: words.filter(|words| *words != case.text),
        history: story::timeline(&engine.book.rules, &report.events),
        letters: report.letters,
        rating: rates.then(|| RatingInput::new("score", "办得怎么样，请打个分").value(written.score.parse().ok())),
        comment: Field::area("text", "想说的话（可以不填）", 2).value(&written.text),
        may: offers.into_iter().filter(|(_, may)| *may).map(|(word, _)| word).collect(),
        objection_days: engine.book.rules.objection_days,
        mistake,
        pair,
    };
    if page.mistake.is_some() {
        return ctx.refused("我反映的问题", Density::Calm, &page);
    }
    ctx.page("我反映的问题", Density::Calm, &page)
}

async fn pair(
    ctx: &Ctx,
    tx: &mut huiyin_db::Tx,
    cards: &Cards<'_>,
    case: &CaseItem,
    report: &Report,
) -> Result<EchoPair> {
    let posted = case.posted_day.is_some();
    let own = &report.original;
    let title = if posted { case.title.clone() } else { own.title.clone() };
    let text = if posted { case.text.clone() } else { own.text.clone() };
    let day = case.posted_day.unwrap_or(case.submitted_day).chinese();
    let told = Told {
        title: if title.is_empty() { "我反映的问题".into() } else { title },
        text,
        day,
        photos: card::photos(tx, case, PhotoPart::Report, false).await?,
        href: None,
        number: cards.number(case.region, case.number()).unwrap_or_default(),
        category: cards.category(&case.category, &case.sub_category),
    };
    let pair = EchoPair::new(told, cards.place(case.region, case.township, case.village)).level(2);
    let late = case.is_late(ctx.now());
    Ok(match report.answers.last() {
        Some(answer) if State::ECHOED.contains(&case.state) => {
            let photos =
                card::photos(tx, case, PhotoPart::Answer, true).await.unwrap_or_else(|_| PhotoStrip::default());
            pair.echo(card::echo(answer, photos, case.rating))
        }
        _ => {
            let pair = pair.state(card::state_tag(case.state, case.outcome, late));
            match cards.deadline(case) {
                Some(bar) => pair.deadline(bar),
                None => pair,
            }
        }
    })
}

/// What happens next, in a sentence.
fn next_step(followed: &Followed, case: &CaseItem) -> Option<Notice> {
    if followed.moved_to.is_some() {
        return Some(Notice::info("您反映的问题和别人的合在一起办（或转到了对口的地方），下面是它现在的情况。"));
    }
    Some(match case.state {
        State::Submitted => Notice::info("已经收到，正在审核。两三个工作日内会有结果。"),
        State::Declined => {
            Notice::attention("这件事没有受理，原因写在下面的办理过程里。不同意的话，可以申请复核一次，由上一级看。")
        }
        State::Answered => Notice::good("已经答复。请看看说的和做的是不是一样，打个分；不满意可以提出异议。"),
        _ => return None,
    })
}

impl FollowPage {
    fn may(&self, word: &str) -> bool {
        self.may.contains(&word)
    }

    fn by_officer(letter: &Letter) -> bool {
        letter.sender == Sender::Officer
    }

    fn label(letter: &Letter) -> String {
        match (letter.kind, letter.sender) {
            (MessageKind::Message, Sender::Officer) => letter.post.clone(),
            (MessageKind::Message, Sender::Reporter) => "我".into(),
            (kind, _) => format!("我 · {}", kind.label()),
        }
    }
}
