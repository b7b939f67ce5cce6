//! Signing in through another house, and tying its identity to an account here.

use std::sync::Arc;

use askama::Template;
use axum::http::HeaderValue;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::response::Response;
use huiyin_base::Problem;
use huiyin_directory::{ExternalIdentity, Outbound, Returned, SignIn};
use huiyin_web::components::Button;
use huiyin_web::{Can, Ctx, Density, Form, Query, Result, SignedIn};
use serde::Deserialize;

use super::door;
use super::sign_in::{self, Nothing};

const NAME: &str = "huiyin_external";

#[derive(Template)]
#[template(path = "external.html")]
struct LeavePage {
    name: String,
    go: Button,
    back: Button,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct CameBack {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
}

fn house(ctx: &Ctx) -> Result<Arc<dyn ExternalIdentity>, Problem> {
    ctx.site.settings.identity.clone().ok_or_else(Problem::not_found)
}

/// Changes nothing here: the browser takes a sealed note along and goes. It never ties: a link on another site could
/// otherwise tie a stranger's identity to the account of whoever follows it.
pub(crate) async fn begin(ctx: Ctx) -> Result {
    let house = house(&ctx)?;
    if ctx.viewer.is_some() {
        return ctx.redirect("/security", None);
    }
    let outbound = door(&ctx).external_begin(&*house, None, &mut ctx.rng()).await?;
    let response = ctx.redirect(&outbound.url, None)?;
    with_note(&ctx, response, &outbound)
}

/// Whoever is signed in wants to tie. A form of ours may not end at another host, so a link leads on from here.
pub(crate) async fn tie(ctx: Ctx, can: Can<SignedIn>, Form(_): Form<Nothing>) -> Result {
    let house = house(&ctx)?;
    let outbound = door(&ctx).external_begin(&*house, Some(can.viewer.account), &mut ctx.rng()).await?;
    let page = LeavePage {
        name: house.label().to_owned(),
        go: Button::primary("前往登录并绑定").icon("arrow-right").to(&outbound.url),
        back: Button::secondary("不绑定，返回").to("/security"),
    };
    let response = ctx.page("绑定外部身份", Density::Calm, &page)?;
    with_note(&ctx, response, &outbound)
}

pub(crate) async fn untie(ctx: Ctx, can: Can<SignedIn>, Form(_): Form<Nothing>) -> Result {
    door(&ctx).external_untie(can.viewer.account, &mut ctx.rng()).await?;
    ctx.redirect("/security", Some("外部身份已解除绑定，以后请用登录名和密码登录。"))
}

fn with_note(ctx: &Ctx, mut response: Response, outbound: &Outbound) -> Result {
    let secure = if ctx.site.settings.secure { "; Secure" } else { "" };
    let cookie =
        format!("{NAME}={}; Path=/sign-in/external; HttpOnly; SameSite=Lax; Max-Age=900{secure}", outbound.cookie);
    let cookie = HeaderValue::from_str(&cookie).map_err(|error| Problem::broken(anyhow::Error::new(error)))?;
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}

pub(crate) async fn back(ctx: Ctx, Query(came): Query<CameBack>) -> Result {
    let house = house(&ctx)?;
    let cookies = ctx.headers().get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split("; "));
    let note = pairs.find_map(|pair| pair.strip_prefix(NAME)?.strip_prefix('=')).unwrap_or_default().to_owned();
    let viewer = ctx.viewer.as_ref().map(|viewer| viewer.account);
    let returned = Returned { cookie: &note, state: &came.state, code: &came.code, viewer };
    let outcome = door(&ctx).external_return(&*house, &returned, &mut ctx.rng()).await?;
    match outcome {
        SignIn::Welcome { .. } if ctx.viewer.is_some() => {
            ctx.redirect("/security", Some("外部身份已绑定，下次可以直接用它登录。"))
        }
        SignIn::Welcome { account, strong } => sign_in::welcome(&ctx, account, strong, "/").await,
        SignIn::NeedsCode { token } => sign_in::code_response(&ctx, token, "/"),
        SignIn::Wrong | SignIn::Suspended => Err(Problem::forbidden(sign_in::SUSPENDED).into()),
    }
}
