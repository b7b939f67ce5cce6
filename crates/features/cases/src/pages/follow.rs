//! With a receipt: ask and answer, rate, object, appeal, correct, withdraw. `follow_case` draws what he sees.

use std::time::Instant as Monotonic;

use askama::Template;
use huiyin_base::number::Receipt;
use huiyin_base::{Problem, ProblemKind};
use huiyin_web::components::Field;
use huiyin_web::{Allowance, Csrf, Ctx, Density, Form, Path, Result};
use serde::Deserialize;

use super::card::cases;
use super::follow_case::{Mistake, draw};
use super::problem;
use super::problem_form::RECEIPT;
use super::title_of;
use crate::{Moment, NoticeChannel, ReporterAct, Score, gateway};

/// Guessing receipts: 60 bits and few tries.
const TRIES: Allowance = Allowance { name: "receipt", burst: 10.0, per_second: 0.1, debt: 5.0 };

#[derive(Template)]
#[template(path = "follow.html")]
struct EnterPage {
    csrf: Csrf,
    code: Field,
    /// The number, where codes can be sent.
    phone: Option<Field>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Entered {
    #[serde(default)]
    code: String,
}

/// New receipts for what stands on the wall: a meeting may join together.
const JOINS: Allowance = Allowance { name: "join", burst: 60.0, per_second: 0.5, debt: 60.0 };

/// What is written on the page of a receipt.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Written {
    #[serde(default)]
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) score: String,
    #[serde(default)]
    pub(crate) reasons: Vec<String>,
    /// Whether he withdraws of his own free will: `yes` or `no`.
    #[serde(default)]
    pub(crate) free: String,
    #[serde(default)]
    pub(crate) channel: String,
    #[serde(default)]
    pub(crate) recipient: String,
}

pub(crate) async fn enter(ctx: Ctx) -> Result {
    ctx.page("查回音", Density::Calm, &entering(&ctx, "", None))
}

pub(crate) async fn open(ctx: Ctx, Form(entered): Form<Entered>) -> Result {
    // Only what went wrong is counted: a village with fresh slips stands behind one address.
    if ctx.site.limiter.is_spent(TRIES, &ctx.current.caller, Monotonic::now()) {
        ctx.limit(TRIES, &ctx.current.caller).await?;
    }
    let cases = cases(&ctx.site)?;
    if entered.code.trim().is_empty() {
        return ctx.refused("查回音", Density::Calm, &entering(&ctx, "", Some("请填写回执码。")));
    }
    let wrong = "没有查到这个回执码。请对照抄下的 13 位再输一遍，不分大小写，空格和横线可以不输。";
    let Some(receipt) = Receipt::parse(&entered.code) else {
        ctx.limit(TRIES, &ctx.current.caller).await?;
        return ctx.refused("查回音", Density::Calm, &entering(&ctx, &entered.code, Some(wrong)));
    };
    let mut tx = ctx.site.db.read().await?;
    if cases.followed(&mut tx, &receipt).await?.is_none() {
        drop(tx);
        ctx.limit(TRIES, &ctx.current.caller).await?;
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
    EnterPage { csrf: ctx.csrf(), code, phone: super::follow_phone::field(ctx, "", None) }
}

pub(crate) async fn show(ctx: Ctx) -> Result {
    let Some(receipt) = remembered(&ctx) else { return ctx.redirect("/follow", None) };
    draw(&ctx, &receipt, None).await
}

pub(crate) async fn leave(ctx: Ctx, Form(_): Form<Entered>) -> Result {
    let mut response = ctx.redirect("/follow", Some("已退出，这台设备上不再保留您的回执码。"))?;
    ctx.forget_all(&mut response);
    Ok(response)
}

/// A receipt of one's own for a problem that one has met as well.
pub(crate) async fn join(ctx: Ctx, Path(number): Path<String>, Form(_): Form<Entered>) -> Result {
    ctx.limit(JOINS, &ctx.current.caller).await?;
    let mut tx = ctx.site.db.read().await?;
    let case = problem::posted(&mut tx, &ctx.site, &number).await?;
    if !case.state.is_open() {
        return Err(Problem::conflict("这一件已经办结，不能再登记关注。情况还在的，请另外反映。").into());
    }
    let before = match remembered(&ctx) {
        Some(receipt) => cases(&ctx.site)?.followed(&mut tx, &receipt).await?,
        None => None,
    };
    drop(tx);
    if before.is_some_and(|before| before.current().at() == case.at()) {
        return ctx.redirect("/follow/case", Some("这件事您已经在关注了，不用再按一次。"));
    }
    let receipt = cases(&ctx.site)?.follow(case.at(), Moment::at(ctx.now()), &mut ctx.rng()).await?;
    let mut response = ctx.redirect("/problems/receipt", None)?;
    ctx.remember(&mut response, RECEIPT, &receipt.canonical(), 24 * 60);
    Ok(response)
}

pub(crate) async fn message(ctx: Ctx, Form(written): Form<Written>) -> Result {
    let receipt = needed(&ctx)?;
    let engine = cases(&ctx.site)?;
    let done = match apart(&ctx, &receipt, false).await {
        Ok(()) => engine.write_as_reporter(&receipt, &written.text, Moment::at(ctx.now()), &mut ctx.rng()).await,
        Err(problem) => Err(problem),
    };
    answered(&ctx, &receipt, "message", written, done.map(|()| "已发给承办单位，回复会显示在这一页。")).await
}

pub(crate) async fn rating(ctx: Ctx, Form(written): Form<Written>) -> Result {
    let receipt = needed(&ctx)?;
    let score = Score {
        score: written.score.parse().unwrap_or(0),
        reasons: written.reasons.clone(),
        comment: written.text.clone(),
    };
    let (engine, caller, moment) = (cases(&ctx.site)?, &ctx.current.caller, Moment::at(ctx.now()));
    let done = match apart(&ctx, &receipt, false).await {
        Ok(()) => engine.rate_from(&receipt, score, caller, moment, &mut ctx.rng()).await,
        Err(problem) => Err(problem),
    };
    answered(&ctx, &receipt, "rating", written, done.map(|done| done.message)).await
}

pub(crate) async fn objection(ctx: Ctx, Form(written): Form<Written>) -> Result {
    let act = ReporterAct::Object(written.text.clone());
    act_on(ctx, "objection", written, act).await
}

pub(crate) async fn appeal(ctx: Ctx, Form(written): Form<Written>) -> Result {
    let act = ReporterAct::Appeal(written.text.clone());
    act_on(ctx, "appeal", written, act).await
}

/// Title and text anew, before anybody decided.
pub(crate) async fn correction(ctx: Ctx, Form(written): Form<Written>) -> Result {
    let title = if written.title.trim().is_empty() { title_of(&written.text) } else { written.title.clone() };
    let act = ReporterAct::Correct(title, written.text.clone());
    act_on(ctx, "correction", written, act).await
}

/// Takes it back, of his own free will; whoever was pressed is led to where that is said.
pub(crate) async fn withdrawal(ctx: Ctx, Form(written): Form<Written>) -> Result {
    match written.free.as_str() {
        "yes" => act_on(ctx, "withdrawal", written, ReporterAct::Withdraw).await,
        "no" => {
            needed(&ctx)?;
            ctx.redirect("/follow/pressure?category=withdraw", Some("没有撤回，您反映的事照常办理。"))
        }
        _ => {
            let receipt = needed(&ctx)?;
            let problem = Problem::invalid("请先选一下：撤回是不是您自愿的。");
            answered(&ctx, &receipt, "withdrawal", written, Err(problem)).await
        }
    }
}

/// Asks to be told of news by short message or mail.
pub(crate) async fn notice(ctx: Ctx, Form(written): Form<Written>) -> Result {
    let receipt = needed(&ctx)?;
    let done = match NoticeChannel::parse(&written.channel).filter(|channel| gateway::offers(&ctx.site, *channel)) {
        Some(channel) => {
            let (engine, moment) = (cases(&ctx.site)?, Moment::at(ctx.now()));
            engine.notice_ask(&receipt, channel, &written.recipient, moment, &mut ctx.rng()).await
        }
        None => Err(Problem::invalid("请选择用短信还是邮件告诉您。")),
    };
    answered(&ctx, &receipt, "notice", written, done.map(|()| "有新进展会告诉您。不想再收到，随时可以停止。")).await
}

/// One tap, and nothing is sent any more.
pub(crate) async fn notice_end(ctx: Ctx, Form(written): Form<Written>) -> Result {
    let receipt = needed(&ctx)?;
    let done = cases(&ctx.site)?.notice_end(&receipt).await;
    answered(&ctx, &receipt, "notice", written, done.map(|()| "已停止，不再发短信、邮件。")).await
}

async fn act_on(ctx: Ctx, word: &'static str, written: Written, act: ReporterAct) -> Result {
    let receipt = needed(&ctx)?;
    let done = match apart(&ctx, &receipt, matches!(act, ReporterAct::Withdraw)).await {
        Ok(()) => cases(&ctx.site)?.act_as_reporter(&receipt, act, Moment::at(ctx.now()), &mut ctx.rng()).await,
        Err(problem) => Err(problem),
    };
    answered(&ctx, &receipt, word, written, done.map(|done| done.message)).await
}

/// Whoever is signed in had no hand in what the receipt was given for; and what he wrote down for another, that other takes back.
pub(super) async fn apart(ctx: &Ctx, receipt: &Receipt, withdraws: bool) -> std::result::Result<(), Problem> {
    let Some(viewer) = ctx.viewer.as_ref() else { return Ok(()) };
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let followed = engine.followed(&mut tx, receipt).await?.filter(|followed| followed.raised);
    let Some(followed) = followed else { return Ok(()) };
    engine.stands_apart(&mut tx, followed.current(), viewer).await?;
    if withdraws && engine.wrote_down(&mut tx, &followed.case, viewer).await? {
        return Err(Problem::conflict("这件是您代别人录的，要由本人凭回执撤回。请把回执交给他，退出登录以后再办。"));
    }
    Ok(())
}

/// Back to the page; what was refused is said there, with everything that was written.
async fn answered(
    ctx: &Ctx,
    receipt: &Receipt,
    word: &'static str,
    written: Written,
    done: std::result::Result<&'static str, Problem>,
) -> Result {
    match done {
        Ok(message) => ctx.redirect("/follow/case", Some(message)),
        Err(problem) if matches!(problem.kind, ProblemKind::Invalid | ProblemKind::Conflict) => {
            draw(ctx, receipt, Some(Mistake { word, message: problem.message, written })).await
        }
        Err(problem) => Err(problem.into()),
    }
}

pub(crate) fn remembered(ctx: &Ctx) -> Option<Receipt> {
    ctx.remembered(RECEIPT).and_then(|code| Receipt::parse(&code))
}

pub(crate) fn needed(ctx: &Ctx) -> Result<Receipt> {
    let message = "回执码已经超过时间，请重新输入一次。您写的内容可以用浏览器的“返回”找回。";
    Ok(remembered(ctx).ok_or_else(|| Problem::invalid(message))?)
}
