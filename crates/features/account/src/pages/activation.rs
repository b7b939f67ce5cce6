//! A printed slip opens an account, or gives it back.

use askama::Template;
use huiyin_directory::{FieldFault, OpenSlip, WRONG_SLIP, account_find};
use huiyin_web::components::{Button, Field, FormErrors};
use huiyin_web::{Allowance, Csrf, Ctx, Density, Form, Result};
use serde::Deserialize;

use super::{door, password_hint, rules, sign_in};

/// 60 random bits need no help, but nobody has a reason to type hundreds of codes.
const TRIES: Allowance = Allowance { name: "activation", burst: 30.0, per_second: 0.2, debt: 15.0 };

#[derive(Template)]
#[template(path = "activation.html")]
struct CodePage {
    days: i64,
    errors: FormErrors,
    code: Field,
    submit: Button,
    csrf: Csrf,
}

#[derive(Template)]
#[template(path = "activation_open.html")]
struct OpenPage {
    errors: FormErrors,
    name: String,
    /// The sign-in name of an account that exists: it stays.
    known: Option<String>,
    login: Field,
    new: Field,
    again: Field,
    submit: Button,
    code: String,
    csrf: Csrf,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Given {
    #[serde(default)]
    code: String,
    #[serde(default)]
    login: String,
    #[serde(default)]
    new: String,
    #[serde(default)]
    again: String,
}

pub(crate) async fn show(ctx: Ctx) -> Result {
    let page = code_page(&ctx, "", FormErrors::new());
    ctx.page("开通账号", Density::Calm, &page)
}

fn code_page(ctx: &Ctx, code: &str, errors: FormErrors) -> CodePage {
    CodePage {
        days: rules(ctx).slip.days,
        code: Field::text("code", "激活码")
            .value(code)
            .hint("纸条上的 13 个字母和数字，大小写、空格和横线都不要紧。")
            .with("autocomplete", "off")
            .with("autocapitalize", "characters")
            .with("spellcheck", "false")
            .longest(40)
            .required()
            .errors(&errors),
        submit: Button::primary("下一步").icon("arrow-right"),
        csrf: ctx.csrf(),
        errors,
    }
}

fn wrong_code(ctx: &Ctx, code: &str) -> Result {
    let page = code_page(ctx, code, FormErrors::new().with("code", WRONG_SLIP));
    ctx.refused("开通账号", Density::Calm, &page)
}

pub(crate) async fn open(ctx: Ctx, Form(given): Form<Given>) -> Result {
    ctx.limit(TRIES, &ctx.current.caller).await?;
    match door(&ctx).slip_open(&given.code).await? {
        Some(slip) => ctx.page("设置密码", Density::Calm, &open_page(&ctx, &slip, &given, FormErrors::new())),
        None => wrong_code(&ctx, &given.code),
    }
}

fn open_page(ctx: &Ctx, slip: &OpenSlip, given: &Given, errors: FormErrors) -> OpenPage {
    OpenPage {
        name: slip.masked_name.clone(),
        known: slip.login.clone(),
        login: Field::text("login", "给自己取一个登录名")
            .value(&given.login)
            .hint("3 到 30 个字符，自己好记：手机号、拼音、姓名加数字都可以。")
            .with("autocomplete", "username")
            .with("autocapitalize", "none")
            .longest(60)
            .required()
            .errors(&errors),
        new: Field::password("new", "密码")
            .hint(password_hint(ctx))
            .with("autocomplete", "new-password")
            .required()
            .errors(&errors),
        again: Field::password("again", "再输入一次密码")
            .with("autocomplete", "new-password")
            .required()
            .errors(&errors),
        submit: Button::primary("完成并登录").icon("check"),
        code: given.code.clone(),
        csrf: ctx.csrf(),
        errors,
    }
}

pub(crate) async fn create(ctx: Ctx, Form(given): Form<Given>) -> Result {
    ctx.limit(TRIES, &ctx.current.caller).await?;
    let door = door(&ctx);
    let Some(slip) = door.slip_open(&given.code).await? else { return wrong_code(&ctx, &given.code) };
    let used = door.slip_use(&given.code, &given.login, &given.new, &given.again, ctx.today(), &mut ctx.rng()).await?;
    let at = match used {
        Ok(at) => at,
        Err(FieldFault { field, message }) => {
            let page = open_page(&ctx, &slip, &given, FormErrors::new().with(field, message));
            return ctx.refused("设置密码", Density::Calm, &page);
        }
    };
    let strong =
        account_find(&mut ctx.site.db.read().await?, at).await?.is_some_and(|account| account.has_second_factor());
    // The password alone was shown; a second factor, where there is one, is asked for at the door.
    if strong { ctx.redirect("/sign-in", None) } else { sign_in::welcome(&ctx, at, false, "/me").await }
}
