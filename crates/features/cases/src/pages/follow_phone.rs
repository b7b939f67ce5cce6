//! A telephone number instead of a receipt: a code goes to it, and whoever types it has proven that the number is his. Wrong number
//! and unknown number get the same answer.

use askama::Template;
use huiyin_base::{Instant, Problem};
use huiyin_web::components::{Field, Tag};
use huiyin_web::{Allowance, Csrf, Ctx, Density, Form, Result};
use serde::Deserialize;

use super::card::{self, Cards, cases};
use super::follow::remembered;
use super::problem_form::RECEIPT;
use crate::{Moment, NoticeChannel, Opened, Parcel, Phone, gateway};

/// In the browser, sealed: `number|seconds|asked` or `number|seconds|proven`.
pub(crate) const PHONE: &str = "huiyin_phone";
/// Seconds for which a number that was proven opens its cases.
const PROVEN_FOR: i64 = 30 * 60;
/// Codes from one network: a village behind one address may ask for a few.
const CODES: Allowance = Allowance { name: "phone_code", burst: 20.0, per_second: 0.02, debt: 5.0 };
/// Guesses from one network.
const GUESSES: Allowance = Allowance { name: "phone_proof", burst: 20.0, per_second: 0.1, debt: 5.0 };

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    phone: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    case: String,
}

#[derive(Template)]
#[template(path = "phone_code.html")]
struct CodePage {
    csrf: Csrf,
    code: Field,
    minutes: i64,
    tries: i64,
}

#[derive(Template)]
#[template(path = "phone_cases.html")]
struct CasesPage {
    csrf: Csrf,
    cases: Vec<Line>,
}

struct Line {
    /// Leads to the case, and tells nobody its id.
    key: String,
    title: String,
    state: Tag,
    day: String,
    place: String,
}

/// The field for a number; none where no code can be sent.
pub(crate) fn field(ctx: &Ctx, value: &str, error: Option<&str>) -> Option<Field> {
    if !gateway::offers(&ctx.site, NoticeChannel::Sms) {
        return None;
    }
    let field = Field::phone("phone", "手机号").value(value).required().hint("会收到一条验证码短信");
    Some(match error {
        Some(error) => field.error(error),
        None => field,
    })
}

/// Sends a code.
pub(crate) async fn ask(ctx: Ctx, Form(typed): Form<Typed>) -> Result {
    if !gateway::offers(&ctx.site, NoticeChannel::Sms) {
        return Err(Problem::not_found().into());
    }
    ctx.limit(CODES, &ctx.current.caller).await?;
    let phone = Phone::parse(&typed.phone).ok_or_else(|| Problem::invalid("请填 11 位手机号，再发验证码。"))?;
    let engine = cases(&ctx.site)?;
    let hourly = f64::from(engine.book.rules.code.hourly);
    let own = Allowance { name: "phone_hourly", burst: hourly, per_second: hourly / 3600.0, debt: 0.0 };
    ctx.limit(own, &format!("{:?}", engine.phone_hash(&phone))).await?;
    // Whoever holds a receipt binds a new number; for the others only a number that opens something gets a code.
    let binds = remembered(&ctx).is_some();
    let mut tx = ctx.site.db.read().await?;
    let known = !engine.opened_by(&mut tx, &phone).await?.is_empty();
    drop(tx);
    if binds || known {
        let code = engine.code_make(ctx.site.home, &phone, ctx.real_now(), &mut ctx.rng()).await?;
        let minutes = engine.book.rules.code.minutes;
        let text = format!(
            "【{}回音】验证码 {code}，{minutes} 分钟内有效。不是您本人操作的，不用理会。",
            ctx.site.settings.city
        );
        let parcel = Parcel { channel: NoticeChannel::Sms, recipient: phone.digits().to_owned(), text };
        gateway::send_now(&ctx.site, parcel, &mut ctx.rng()).await?;
    }
    let mut response = ctx.redirect("/follow/code", None)?;
    keep(&ctx, &mut response, &phone, "asked");
    Ok(response)
}

pub(crate) async fn enter(ctx: Ctx) -> Result {
    if kept(&ctx, "asked").is_none() {
        return ctx.redirect("/follow", None);
    }
    ctx.page("输入验证码", Density::Calm, &entering(&ctx, None)?)
}

/// The right code proves the number: it is bound to the case whose receipt this browser holds, or opens its cases.
pub(crate) async fn prove(ctx: Ctx, Form(typed): Form<Typed>) -> Result {
    ctx.limit(GUESSES, &ctx.current.caller).await?;
    let Some(phone) = kept(&ctx, "asked") else { return ctx.redirect("/follow", None) };
    let engine = cases(&ctx.site)?;
    if !engine.code_fits(ctx.site.home, &phone, &typed.code, ctx.real_now()).await? {
        let wrong = "验证码不对，或者过期了。请核对短信再输一遍，或者重新获取。";
        return ctx.refused("输入验证码", Density::Calm, &entering(&ctx, Some(wrong))?);
    }
    if let Some(receipt) = remembered(&ctx) {
        engine.phone_bind(&receipt, &phone, Moment::at(ctx.now()), &mut ctx.rng()).await?;
        let mut response = ctx.redirect("/follow/case", Some("已绑定。下次用手机号加验证码也能查。"))?;
        ctx.forget(&mut response, PHONE);
        return Ok(response);
    }
    let mut response = ctx.redirect("/follow/cases", None)?;
    keep(&ctx, &mut response, &phone, "proven");
    Ok(response)
}

pub(crate) async fn list(ctx: Ctx) -> Result {
    let Some(phone) = kept(&ctx, "proven") else { return ctx.redirect("/follow", None) };
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let opened = engine.opened_by(&mut tx, &phone).await?;
    let mut lines = Vec::new();
    for one in &opened {
        let case = &one.case;
        let cards = Cards::of_case(&mut tx, &ctx.site, &engine, case).await?;
        let title = if case.title.is_empty() { "还没有公开的一件事".to_owned() } else { case.title.clone() };
        lines.push(Line {
            key: key(&ctx, one),
            title,
            state: card::state_tag(case.state, case.outcome, case.is_overdue(ctx.today())),
            day: case.submitted_day.chinese(),
            place: cards.place(case.region, case.township, case.village),
        });
    }
    ctx.page("这个号码绑定的事", Density::Calm, &CasesPage { csrf: ctx.csrf(), cases: lines })
}

/// Opens one of them.
pub(crate) async fn choose(ctx: Ctx, Form(typed): Form<Typed>) -> Result {
    let Some(phone) = kept(&ctx, "proven") else { return ctx.redirect("/follow", None) };
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let opened = engine.opened_by(&mut tx, &phone).await?;
    let chosen = opened.into_iter().find(|one| key(&ctx, one) == typed.case).ok_or_else(Problem::not_found)?;
    let mut response = ctx.redirect("/follow/case", None)?;
    ctx.remember(&mut response, RECEIPT, &chosen.receipt.canonical(), 60);
    Ok(response)
}

/// The number opens the case no more.
pub(crate) async fn release(ctx: Ctx, Form(_): Form<Typed>) -> Result {
    let receipt = super::follow::needed(&ctx)?;
    cases(&ctx.site)?.phone_release(&receipt).await?;
    ctx.redirect("/follow/case", Some("已解除绑定，号码已删除。"))
}

fn entering(ctx: &Ctx, error: Option<&str>) -> Result<CodePage> {
    let rules = cases(&ctx.site)?.book.rules.code;
    let field = Field::number("code", "6 位验证码").required().with("autocomplete", "one-time-code");
    let code = match error {
        Some(error) => field.error(error),
        None => field,
    };
    Ok(CodePage { csrf: ctx.csrf(), code, minutes: rules.minutes, tries: rules.tries })
}

fn key(ctx: &Ctx, one: &Opened) -> String {
    let code = ctx.site.vault.mac("phone_choice", one.case.id.to_string().as_bytes());
    data_encoding::HEXLOWER.encode(&code[..12])
}

fn keep(ctx: &Ctx, response: &mut axum::response::Response, phone: &Phone, step: &str) {
    let until = ctx.real_now().timestamp() + PROVEN_FOR;
    ctx.remember(response, PHONE, &format!("{}|{until}|{step}", phone.digits()), PROVEN_FOR / 60);
}

fn kept(ctx: &Ctx, step: &str) -> Option<Phone> {
    let kept = ctx.remembered(PHONE)?;
    let mut parts = kept.split('|');
    let (phone, until, was) = (parts.next()?, parts.next()?, parts.next()?);
    let until = Instant::from_timestamp(until.parse().ok()?, 0)?;
    (was == step && ctx.real_now() <= until).then(|| Phone::parse(phone)).flatten()
}
