//! Roles: granted and ended by the security administrator.

use huiyin_base::{Day, Id, Problem};
use huiyin_directory::{AccountRef, FieldFault, Role, RoleOrder, grant_find, scope_contains};
use huiyin_web::components::FormErrors;
use huiyin_web::{Can, Ctx, Form, Path, Result};
use serde::Deserialize;

use super::sign_in::Nothing;
use super::{door, holder, words};
use crate::permissions::RoleGrant;

/// The form of a grant, as it was typed.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Grant {
    #[serde(default)]
    pub(crate) role: String,
    #[serde(default)]
    pub(crate) org: String,
    #[serde(default)]
    pub(crate) post: String,
    #[serde(default)]
    pub(crate) from_day: String,
    #[serde(default)]
    pub(crate) to_day: String,
}

pub(crate) async fn grant(ctx: Ctx, can: Can<RoleGrant>, Path(account): Path<Id>, Form(form): Form<Grant>) -> Result {
    let account = words::holder_at(&mut ctx.site.db.read().await?, &can.scope, account).await?;
    let order = match order(&ctx, &can, account.at(), &form).await? {
        Ok(order) => order,
        Err(fault) => return again(&ctx, &can, &account, &form, fault).await,
    };
    match door(&ctx).role_grant(&can.viewer, order, &mut ctx.rng()).await? {
        Ok(_) => ctx.redirect(&format!("/holders/{}", account.id), Some("角色已授予。")),
        Err(fault) => again(&ctx, &can, &account, &form, fault).await,
    }
}

async fn again(
    ctx: &Ctx,
    can: &Can<RoleGrant>,
    account: &huiyin_directory::Account,
    form: &Grant,
    fault: FieldFault,
) -> Result {
    // The account stands in the address, not in a field.
    let errors = match fault.field {
        "account" => FormErrors::whole(fault.message),
        field => FormErrors::new().with(field, fault.message),
    };
    holder::answer(ctx, can, account, form, errors).await
}

async fn order(
    ctx: &Ctx,
    can: &Can<RoleGrant>,
    account: AccountRef,
    form: &Grant,
) -> Result<Result<RoleOrder, FieldFault>, Problem> {
    let Some(role) = Role::parse(&form.role) else { return Ok(Err(FieldFault::new("role", "请选择角色。"))) };
    let meant = words::org_meant(ctx, &mut ctx.site.db.read().await?, &can.scope, &form.org).await?;
    let org = match meant {
        Ok(org) => org,
        Err(message) => return Ok(Err(FieldFault::new("org", message))),
    };
    if form.post.chars().count() > 40 || form.post.chars().any(char::is_control) {
        return Ok(Err(FieldFault::new("post", "岗位名称最多 40 个字。")));
    }
    let (from_day, to_day) = match (day("from_day", &form.from_day), day("to_day", &form.to_day)) {
        (Ok(from), Ok(to)) => (from.unwrap_or(ctx.today()), to),
        (Err(fault), _) | (_, Err(fault)) => return Ok(Err(fault)),
    };
    Ok(Ok(RoleOrder { account, role, org, post: form.post.clone(), from_day, to_day }))
}

/// A day of a form; none where it was left empty.
pub(crate) fn day(field: &'static str, text: &str) -> Result<Option<Day>, FieldFault> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| FieldFault::new(field, "日期要写成 2016-12-16 的样子。"))
}

pub(crate) async fn end(ctx: Ctx, can: Can<RoleGrant>, Path(grant): Path<Id>, Form(_): Form<Nothing>) -> Result {
    let mut tx = ctx.site.db.read().await?;
    let found = grant_find(&mut tx, grant).await?.ok_or_else(Problem::not_found)?;
    if !scope_contains(&mut tx, &can.scope, found.org()).await? {
        return Err(Problem::not_found().into());
    }
    drop(tx);
    // Ended means ended now: yesterday is its last day.
    door(&ctx).role_end(&can.viewer, grant, ctx.today().plus(-1), &mut ctx.rng()).await?;
    ctx.redirect(
        &format!("/holders/{}", found.account),
        Some("角色已结束，即时生效。手里的事项请到“停用或注销”里移交，或在承办页面改派。"),
    )
}
