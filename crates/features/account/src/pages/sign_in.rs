//! Name and password, then the code.

use askama::Template;
use huiyin_directory::audit::{self, AuditKind, Event};
use huiyin_directory::{AccountRef, SignIn, WRONG, WRONG_CODE};
use huiyin_web::components::{Button, Field, FormErrors, Notice};
use huiyin_web::{Allowance, Csrf, Ctx, Density, Form, Query, Result, local_path};
use serde::Deserialize;

use super::door;

/// Tries of one network: a village behind one address signs in within minutes, a guesser waits.
const TRIES: Allowance = Allowance { name: "sign_in", burst: 40.0, per_second: 0.5, debt: 20.0 };

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    notice: Option<Notice>,
    login: Field,
    password: Field,
    submit: Button,
    external: Option<Button>,
    next: String,
    csrf: Csrf,
}

#[derive(Template)]
#[template(path = "sign_in_code.html")]
struct CodePage {
    errors: FormErrors,
    code: Field,
    submit: Button,
    token: String,
    next: String,
    csrf: Csrf,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    next: String,
    #[serde(default)]
    kept: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Given {
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct CodeGiven {
    #[serde(default)]
    token: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

pub(crate) fn show(ctx: Ctx, Query(wanted): Query<Wanted>) -> Result {
    let next = local_path(&wanted.next).unwrap_or("/");
    if ctx.viewer.is_some() {
        return ctx.redirect(next, None);
    }
    let kept = "您刚才填写的内容已经替您留着，登录后可以接着提交。";
    let ended = "上次登录已经结束，请重新登录。";
    let notice = match (wanted.kept.is_empty(), ctx.current.ended) {
        (false, _) => Some(Notice::info(kept)),
        (true, true) => Some(Notice::info(ended)),
        (true, false) => None,
    };
    let page = SignInPage { notice, ..page(&ctx, "", next) };
    ctx.page("登录", Density::Calm, &page)
}

fn page(ctx: &Ctx, login: &str, next: &str) -> SignInPage {
    let house = ctx.site.settings.identity.as_ref();
    SignInPage {
        notice: None,
        login: Field::text("login", "登录名")
            .value(login)
            .with("autocomplete", "username")
            .with("autocapitalize", "none")
            .with("spellcheck", "false")
            .required(),
        password: Field::password("password", "密码").with("autocomplete", "current-password").required(),
        submit: Button::primary("登录").icon("log-in"),
        external: house.map(|house| Button::secondary(house.label()).icon("id-card").to("/sign-in/external")),
        next: next.to_owned(),
        csrf: ctx.csrf(),
    }
}

pub(crate) async fn create(ctx: Ctx, Form(given): Form<Given>) -> Result {
    ctx.limit(TRIES, &ctx.current.caller).await?;
    let next = local_path(&given.next).unwrap_or("/").to_owned();
    let refused = |message: &str| {
        let page = SignInPage { notice: Some(Notice::bad(message)), ..page(&ctx, &given.login, &next) };
        ctx.refused("登录", Density::Calm, &page)
    };
    match door(&ctx).password(&given.login, &given.password, &mut ctx.rng()).await? {
        SignIn::Welcome { account, strong } => welcome(&ctx, account, strong, &next).await,
        SignIn::NeedsCode { token } => {
            let page = code_page(&ctx, token, next, FormErrors::new());
            ctx.page("两步验证", Density::Calm, &page)
        }
        SignIn::Wrong => refused(WRONG),
        SignIn::Suspended => refused(SUSPENDED),
    }
}

pub(crate) const SUSPENDED: &str = "这个账号已停用。如果有疑问，请联系本单位的系统管理员。";

pub(crate) fn code_response(ctx: &Ctx, token: String, next: &str) -> Result {
    let page = code_page(ctx, token, next.to_owned(), FormErrors::new());
    ctx.page("两步验证", Density::Calm, &page)
}

fn code_page(ctx: &Ctx, token: String, next: String, errors: FormErrors) -> CodePage {
    CodePage {
        code: Field::text("code", "验证码")
            .hint("打开手机上的验证器应用，输入“回音”下面的 6 位数字；手机不在身边，可以输入一个恢复码。")
            .with("inputmode", "text")
            .with("autocomplete", "one-time-code")
            .with("autofocus", "autofocus")
            .required()
            .errors(&errors),
        submit: Button::primary("验证并登录").icon("shield-check"),
        csrf: ctx.csrf(),
        token,
        next,
        errors,
    }
}

pub(crate) async fn code(ctx: Ctx, Form(given): Form<CodeGiven>) -> Result {
    ctx.limit(TRIES, &ctx.current.caller).await?;
    let next = local_path(&given.next).unwrap_or("/").to_owned();
    match door(&ctx).second_factor(&given.token, &given.code, &mut ctx.rng()).await? {
        SignIn::Welcome { account, strong } => welcome(&ctx, account, strong, &next).await,
        SignIn::NeedsCode { .. } | SignIn::Wrong | SignIn::Suspended => {
            let errors = FormErrors::new().with("code", WRONG_CODE);
            let page = code_page(&ctx, given.token, next, errors);
            ctx.refused("两步验证", Density::Calm, &page)
        }
    }
}

/// Whoever needs a second factor and has none is led to set it up: until then his staff roles rest.
pub(crate) async fn welcome(ctx: &Ctx, account: AccountRef, strong: bool, next: &str) -> Result {
    if !strong && ctx.site.settings.second_factor && door(ctx).is_staff(account).await? {
        return ctx.sign_in(account, strong, "/security/second-factor").await;
    }
    ctx.sign_in(account, strong, next).await
}

#[derive(Debug, Deserialize)]
pub(crate) struct Nothing {}

pub(crate) async fn sign_out(ctx: Ctx, Form(_): Form<Nothing>) -> Result {
    if let Some(viewer) = &ctx.viewer {
        let event = Event::new(viewer.account.region, AuditKind::SignOut, ctx.real_now(), &mut ctx.rng());
        let event = event.by(viewer.account);
        ctx.site
            .db
            .write("sign_out_record", move |tx| {
                let event = event.clone();
                Box::pin(async move { Ok(audit::record(tx, &event).await?) })
            })
            .await?;
    }
    ctx.sign_out("/", "已退出登录，本机保存的草稿和缓存已清除。用的是公共电脑，请再关闭浏览器。").await
}
