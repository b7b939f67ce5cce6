//! Somebody leaves or rests: what he holds is handed over first.

use askama::Template;
use huiyin_base::{Id, Problem};
use huiyin_db::Tx;
use huiyin_directory::{
    Account, AccountRef, AccountStatus, AllHoldings, Departure, FieldFault, HandoverOrder, Role, Scope, account_find,
    grant_list_in_force, held, scope_contains,
};
use huiyin_web::components::{Button, Choice, Field, FormErrors};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result};
use serde::Deserialize;

use super::sign_in::Nothing;
use super::{door, words};
use crate::HoldingsOf;
use crate::permissions::AccountOpen;

#[derive(Template)]
#[template(path = "departure.html")]
struct DeparturePage {
    name: String,
    path: String,
    held: Vec<(&'static str, i64)>,
    errors: FormErrors,
    kind: Field,
    /// Colleagues to choose from; none where there are none.
    person: Option<Field>,
    successor: Field,
    reason: Field,
    submit: Button,
    back: Button,
    csrf: Csrf,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Leaving {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    successor: String,
    #[serde(default)]
    reason: String,
}

pub(crate) async fn show(
    ctx: Ctx,
    can: Can<AccountOpen>,
    Path(account): Path<Id>,
    holdings: Option<HoldingsOf>,
) -> Result {
    let account = words::holder_at(&mut ctx.site.db.read().await?, &can.scope, account).await?;
    if account.status == AccountStatus::Closed {
        return ctx.redirect(&format!("/holders/{}", account.id), Some("这个账号已经注销，不用再办。"));
    }
    let holdings = holdings_of(&ctx, holdings)?;
    let page = page(&ctx, &can.scope, &account, &Leaving::default(), &holdings, FormErrors::new()).await?;
    ctx.page("停用或注销", Density::Desk, &page)
}

fn holdings_of(ctx: &Ctx, holdings: Option<HoldingsOf>) -> Result<AllHoldings, Problem> {
    holdings.map_or_else(|| Ok(AllHoldings::new()), |holdings| holdings(&ctx.site))
}

async fn page(
    ctx: &Ctx,
    scope: &Scope,
    account: &Account,
    form: &Leaving,
    holdings: &AllHoldings,
    errors: FormErrors,
) -> Result<DeparturePage, Problem> {
    let tx = &mut ctx.site.db.read().await?;
    let held = held(tx, account.at(), holdings).await?;
    let colleagues = colleagues(tx, ctx, scope, account).await?;
    let path = format!("/holders/{}", account.id);
    let kinds = vec![
        Choice::new("suspend", "停用").hint("暂时离开：角色保留，可以恢复"),
        Choice::new("close", "注销").hint("调走、退休、退出：角色全部结束，不能恢复"),
    ];
    let hint = if held.is_empty() {
        "手里没有事项，可以不填"
    } else {
        "接手全部事项的人，要有同样的权限"
    };
    Ok(DeparturePage {
        name: account.display_name.clone(),
        kind: Field::radio("kind", "怎样处理", kinds).value(&form.kind).required().errors(&errors),
        successor: Field::text(
            "successor",
            if colleagues.is_empty() { "接手人的登录名" } else { "不在上面的，写他的登录名" },
        )
        .hint(hint)
        .value(&form.successor)
        .with("autocomplete", "off")
        .errors(&errors),
        person: (!colleagues.is_empty()).then(|| {
            let choices = std::iter::once(Choice::new("", "请选择")).chain(colleagues).collect();
            Field::select("person", "接手人", choices).value(&form.person).errors(&errors)
        }),
        reason: Field::text("reason", "原因").value(&form.reason).longest(100).required().errors(&errors),
        submit: Button::danger("移交并办理"),
        back: Button::quiet("返回").to(path.clone()),
        csrf: ctx.csrf(),
        path,
        held,
        errors,
    })
}

pub(crate) async fn create(
    ctx: Ctx,
    can: Can<AccountOpen>,
    Path(account): Path<Id>,
    Form(form): Form<Leaving>,
    holdings: Option<HoldingsOf>,
) -> Result {
    let account = words::holder_at(&mut ctx.site.db.read().await?, &can.scope, account).await?;
    let holdings = holdings_of(&ctx, holdings)?;
    let mut errors = FormErrors::new();
    let departure = match form.kind.as_str() {
        "suspend" => Some(Departure::Suspend),
        "close" => Some(Departure::Close),
        _ => {
            errors.add("kind", "请选择停用还是注销。");
            None
        }
    };
    let reason = form.reason.trim();
    if reason.is_empty() || reason.chars().count() > 100 {
        errors.add("reason", "请写明原因，最多 100 个字。");
    }
    let successor = match successor(&ctx, &can.scope, &account, &form, &holdings).await? {
        Ok(successor) => successor,
        Err(fault) => {
            errors.add(fault.field, fault.message);
            None
        }
    };
    if let (Some(departure), true) = (departure, errors.is_empty()) {
        let order = HandoverOrder {
            from: account.at(),
            to: successor,
            by: can.viewer.account,
            reason: reason.to_owned(),
            at: ctx.now(),
            day: ctx.today(),
            rng: ctx.rng(),
        };
        match door(&ctx).depart(&can.viewer, order, departure, holdings.clone(), &mut ctx.rng()).await {
            Ok(given) => return done(&ctx, &account, &given),
            Err(problem) if problem.source.is_none() => errors = FormErrors::whole(problem.message),
            Err(problem) => return Err(problem.into()),
        }
    }
    let page = page(&ctx, &can.scope, &account, &form, &holdings, errors).await?;
    ctx.refused("停用或注销", Density::Desk, &page)
}

/// Whoever serves where he serves now, as far as the viewer reaches.
async fn colleagues(tx: &mut Tx, ctx: &Ctx, scope: &Scope, account: &Account) -> Result<Vec<Choice>, Problem> {
    let mut orgs = Vec::new();
    for grant in grant_list_in_force(tx, account.at(), ctx.today()).await? {
        if grant.role != Role::Member && scope_contains(tx, scope, grant.org()).await? {
            orgs.push(grant.org());
        }
    }
    words::colleagues(tx, &orgs, account.at(), ctx.today()).await
}

/// Who takes over: chosen or written. Where something is held, somebody must, and he must be able to.
async fn successor(
    ctx: &Ctx,
    scope: &Scope,
    account: &Account,
    form: &Leaving,
    holdings: &AllHoldings,
) -> Result<Result<Option<AccountRef>, FieldFault>, Problem> {
    let (field, found) = match (form.person.parse::<Id>(), form.successor.trim()) {
        (Ok(_), login) if !login.is_empty() => return Ok(Err(FieldFault::new("successor", words::TWICE))),
        (Ok(id), _) => {
            let at = AccountRef { region: id.region(), id };
            ("person", account_find(&mut ctx.site.db.read().await?, at).await?)
        }
        (Err(_), "") => {
            let tx = &mut ctx.site.db.read().await?;
            let held = held(tx, account.at(), holdings).await?;
            let field = if colleagues(tx, ctx, scope, account).await?.is_empty() { "successor" } else { "person" };
            let needed = FieldFault::new(field, "手里还有事项。请先选择接手人，再办理。");
            return Ok(if held.is_empty() { Ok(None) } else { Err(needed) });
        }
        (Err(_), login) => ("successor", door(ctx).by_login(login).await?),
    };
    Ok(match found {
        None if field == "person" => Err(FieldFault::new(field, "没有这个账号，请另选一人。")),
        None => Err(FieldFault::new(field, "没有这个登录名，请核对接手人。")),
        Some(found) if found.id == account.id => Err(FieldFault::new(field, "接手人不能是本人，请另选一人。")),
        Some(found) if found.status != AccountStatus::Active => {
            Err(FieldFault::new(field, "接手人的账号已停用，请另选一人。"))
        }
        Some(found) => Ok(Some(found.at())),
    })
}

fn done(ctx: &Ctx, account: &Account, given: &[(&'static str, i64)]) -> Result {
    let items: Vec<String> = given.iter().map(|(label, count)| format!("{label} {count} 件")).collect();
    let words = if items.is_empty() {
        "已办理。".to_owned()
    } else {
        format!("已办理，已移交：{}。", items.join("，"))
    };
    ctx.redirect(&format!("/holders/{}", account.id), Some(&words))
}

pub(crate) async fn restore(
    ctx: Ctx,
    can: Can<AccountOpen>,
    Path(account): Path<Id>,
    Form(_): Form<Nothing>,
) -> Result {
    let account = words::holder_at(&mut ctx.site.db.read().await?, &can.scope, account).await?;
    door(&ctx).restore(&can.viewer, account.at(), &mut ctx.rng()).await?;
    ctx.redirect(&format!("/holders/{}", account.id), Some("账号已恢复，可以登录。"))
}
