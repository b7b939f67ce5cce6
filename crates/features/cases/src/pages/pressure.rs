//! 有人让我改口、打高分: one page, one form, one level above those who handle the case.

use askama::Template;
use data_encoding::BASE64URL_NOPAD;
use huiyin_base::number::Receipt;
use huiyin_base::{Problem, ProblemKind};
use huiyin_web::components::{Choice, Field, FormErrors, ReceiptCode};
use huiyin_web::{Csrf, Ctx, Density, Form, Query, Result};
use serde::Deserialize;

use super::card::cases;
use super::follow::{apart, needed, remembered};
use super::problem_form::RECEIPT;
use crate::{Moment, Pressure};

/// The receipt of what was just written, apart from that of the case: sealed in the browser for an hour.
const SECOND: &str = "huiyin_receipt_pressure";

#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Filled {
    #[serde(default)]
    category: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    nonce: String,
}

#[derive(Template)]
#[template(path = "pressure_form.html")]
struct PressureForm {
    csrf: Csrf,
    filled: Filled,
    errors: FormErrors,
    category: Field,
    text: Field,
}

/// The page after what nobody else sees: a burden, or somebody's pressure.
#[derive(Template)]
#[template(path = "sealed_receipt.html")]
struct SealedReceipt {
    csrf: Csrf,
    code: ReceiptCode,
    /// The case beside which it was written is still open in this browser.
    beside: bool,
}

pub(crate) async fn new(ctx: Ctx, Query(filled): Query<Filled>) -> Result {
    let Some(receipt) = remembered(&ctx) else { return ctx.redirect("/follow", None) };
    if let Err(problem) = apart(&ctx, &receipt, false).await {
        return ctx.redirect("/follow", Some(&problem.message));
    }
    let nonce = BASE64URL_NOPAD.encode(&ctx.rng().bytes::<16>());
    let filled = Filled { nonce, text: String::new(), ..filled };
    ctx.page("有人让我改口、打高分", Density::Calm, &form(&ctx, filled, FormErrors::new())?)
}

pub(crate) async fn create(ctx: Ctx, Form(filled): Form<Filled>) -> Result {
    let receipt = needed(&ctx)?;
    apart(&ctx, &receipt, false).await?;
    let engine = cases(&ctx.site)?;
    let known = engine.book.kind("pressure").map_or(&[][..], |kind| &kind.categories);
    if !known.iter().any(|category| category.id == filled.category) {
        let errors = FormErrors::new().with("category", "请选一种，最接近的就行。");
        return ctx.refused("有人让我改口、打高分", Density::Calm, &form(&ctx, filled, errors)?);
    }
    let pressure =
        Pressure { category: filled.category.clone(), text: filled.text.clone(), nonce: filled.nonce.clone() };
    match engine.press(&receipt, pressure, Moment::at(ctx.now()), &mut ctx.rng()).await {
        Ok(submitted) => {
            let mut response = ctx.redirect("/follow/pressure/receipt", None)?;
            ctx.remember(&mut response, SECOND, &submitted.receipt.canonical(), 60);
            Ok(response)
        }
        Err(problem) if matches!(problem.kind, ProblemKind::Invalid | ProblemKind::Conflict) => {
            let page = form(&ctx, filled, FormErrors::whole(problem.message))?;
            ctx.refused("有人让我改口、打高分", Density::Calm, &page)
        }
        Err(problem) => Err(problem.into()),
    }
}

/// The receipt of what was said about pressure.
pub(crate) async fn receipt(ctx: Ctx) -> Result {
    let code = ctx.remembered(SECOND).and_then(|code| Receipt::parse(&code));
    shown(&ctx, code, true)
}

/// The receipt of a burden.
pub(crate) async fn burden_receipt(ctx: Ctx) -> Result {
    let code = ctx.remembered(RECEIPT).and_then(|code| Receipt::parse(&code));
    shown(&ctx, code, false)
}

fn shown(ctx: &Ctx, code: Option<Receipt>, beside: bool) -> Result {
    let Some(code) = code else { return ctx.redirect("/follow", None) };
    let page = SealedReceipt { csrf: ctx.csrf(), code: ReceiptCode::new(&code.to_string()), beside };
    ctx.page("请记下回执码", Density::Calm, &page)
}

fn form(ctx: &Ctx, filled: Filled, errors: FormErrors) -> Result<PressureForm> {
    let engine = cases(&ctx.site)?;
    let kind = engine.book.kind("pressure").ok_or_else(Problem::not_found)?;
    let choice = |category: &crate::KindCategory| {
        let choice = Choice::new(&category.id, &category.label);
        if category.hint.is_empty() { choice } else { choice.hint(&category.hint) }
    };
    Ok(PressureForm {
        csrf: ctx.csrf(),
        category: Field::radio("category", "是哪一种", kind.categories.iter().map(choice).collect())
            .value(&filled.category)
            .errors(&errors)
            .required(),
        text: Field::area("text", "想多说几句的话（可以不填）", 4)
            .hint("谁、什么时候、怎么说的。")
            .value(&filled.text)
            .longest(u32::try_from(engine.book.rules.limit.text).unwrap_or(u32::MAX)),
        filled,
        errors,
    })
}
