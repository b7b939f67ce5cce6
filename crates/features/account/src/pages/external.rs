//! Signing in through another house, and tying its identity to an account here.

use std::sync::Arc;

use axum::http::HeaderValue;
use axum::http::header::{COOKIE, SET_COOKIE};
use huiyin_base::Problem;
use huiyin_directory::{ExternalIdentity, SignIn};
use huiyin_web::{Ctx, Query, Result};
use serde::Deserialize;

use super::{door, sign_in};

const NAME: &str = "huiyin_external";

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Returned {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
}

/// Changes nothing here: the browser takes a sealed note along and goes.
pub(crate) fn begin(ctx: Ctx, house: Option<Arc<dyn ExternalIdentity>>) -> Result {
    let house = house.ok_or_else(Problem::not_found)?;
    let link = ctx.viewer.as_ref().map(|viewer| viewer.account);
    let outbound = door(&ctx).external_begin(&*house, link, &mut ctx.rng());
    let mut response = ctx.redirect(&outbound.url, None)?;
    let secure = if ctx.site.settings.secure { "; Secure" } else { "" };
    let cookie =
        format!("{NAME}={}; Path=/sign-in/external; HttpOnly; SameSite=Lax; Max-Age=900{secure}", outbound.cookie);
    let cookie = HeaderValue::from_str(&cookie).map_err(|error| Problem::broken(anyhow::Error::new(error)))?;
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}

pub(crate) async fn back(
    ctx: Ctx,
    Query(returned): Query<Returned>,
    house: Option<Arc<dyn ExternalIdentity>>,
) -> Result {
    let house = house.ok_or_else(Problem::not_found)?;
    let cookies = ctx.headers().get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split("; "));
    let note = pairs.find_map(|pair| pair.strip_prefix(NAME)?.strip_prefix('=')).unwrap_or_default().to_owned();
    let outcome = door(&ctx).external_return(&*house, &note, &returned.state, &returned.code, &mut ctx.rng()).await?;
    match outcome {
        SignIn::Welcome { .. } if ctx.viewer.is_some() => {
            ctx.redirect("/security", Some("外部身份已绑定，下次可以直接用它登录。"))
        }
        SignIn::Welcome { account, strong } => sign_in::welcome(&ctx, account, strong, "/").await,
        SignIn::NeedsCode { token } => sign_in::code_response(&ctx, token, "/"),
        SignIn::Wrong | SignIn::Suspended => Err(Problem::forbidden(sign_in::SUSPENDED).into()),
    }
}
