//! The way back into an account: explained to whoever is locked out, done by two people who know him.

use askama::Template;
use huiyin_base::{Id, Problem};
use huiyin_db::Tx;
use huiyin_directory::{Org, OrgRef, account_find, org_find, recovery_find, scope_contains};
use huiyin_web::{Can, Ctx, Density, Form, Path, Result};
use serde::Deserialize;

use super::sign_in::Nothing;
use super::{door, rules, slip, words};
use crate::permissions::RecoveryVouch;

#[derive(Template)]
#[template(path = "recovery.html")]
struct HelpPage {
    hours: i64,
    phone: String,
}

pub(crate) async fn help(ctx: Ctx) -> Result {
    ctx.page(
        "找回账号",
        Density::Calm,
        &HelpPage { hours: rules(&ctx).slip.recovery_code_hours, phone: ctx.site.settings.phone.clone() },
    )
}

#[derive(Debug, Deserialize)]
pub(crate) struct Ask {
    #[serde(default)]
    org: String,
}

pub(crate) async fn create(ctx: Ctx, can: Can<RecoveryVouch>, Path(account): Path<Id>, Form(ask): Form<Ask>) -> Result {
    let mut tx = ctx.site.db.read().await?;
    let account = words::holder_at(&mut tx, &can.scope, account).await?;
    let org: Id = ask.org.parse().map_err(|_| Problem::not_found())?;
    let org = OrgRef { region: org.region(), id: org };
    let org = reached(&mut tx, &can, org).await?;
    drop(tx);
    door(&ctx).recovery_ask(&can.viewer, account.at(), org.at(), ctx.today(), &mut ctx.rng()).await?;
    let words = "已提出。请另一名有权限的工作人员在下面的列表里当面核实并确认，系统会打印一张新的纸条。";
    ctx.redirect(&words::href(&ctx.site.regions, &org), Some(words))
}

pub(crate) async fn confirm(
    ctx: Ctx,
    can: Can<RecoveryVouch>,
    Path(request): Path<Id>,
    Form(_): Form<Nothing>,
) -> Result {
    let org = org_of(&ctx, &can, request).await?;
    let printed = door(&ctx).recovery_confirm(&can.viewer, request, &mut ctx.rng()).await?;
    slip::renewal_page(&ctx, &org.name, printed, &words::href(&ctx.site.regions, &org))
}

/// Taken back before anybody has confirmed it.
pub(crate) async fn withdraw(
    ctx: Ctx,
    can: Can<RecoveryVouch>,
    Path(request): Path<Id>,
    Form(_): Form<Nothing>,
) -> Result {
    let org = org_of(&ctx, &can, request).await?;
    door(&ctx).recovery_withdraw(&can.viewer, request, &mut ctx.rng()).await?;
    ctx.redirect(&words::href(&ctx.site.regions, &org), Some("找回申请已撤回，账号没有变动。"))
}

/// The organisation that vouches in a request, if the viewer may vouch there.
async fn org_of(ctx: &Ctx, can: &Can<RecoveryVouch>, request: Id) -> Result<Org, Problem> {
    let mut tx = ctx.site.db.read().await?;
    let found = recovery_find(&mut tx, request).await?.ok_or_else(Problem::not_found)?;
    account_find(&mut tx, found.account()).await?.ok_or_else(Problem::not_found)?;
    reached(&mut tx, can, found.org()).await
}

/// An organisation at which the viewer may vouch.
async fn reached(tx: &mut Tx, can: &Can<RecoveryVouch>, org: OrgRef) -> Result<Org, Problem> {
    if !scope_contains(tx, &can.scope, org).await? {
        return Err(Problem::not_found());
    }
    org_find(tx, org).await?.ok_or_else(Problem::not_found)
}
