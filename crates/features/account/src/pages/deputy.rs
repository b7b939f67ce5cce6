//! Deputies: a role lent by its holder between two days.

use askama::Template;
use huiyin_base::{Day, Id, Problem};
use huiyin_directory::{
    AccountRef, DeputyOrder, FieldFault, Grant, Role, account_find, grant_find, grant_list_deputies,
};
use huiyin_web::components::{Button, Choice, Field, FormErrors, PostButton};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result, SignedIn};
use serde::Deserialize;

use super::role::day;
use super::sign_in::Nothing;
use super::{door, words};

#[derive(Template)]
#[template(path = "deputies.html")]
struct DeputyPage {
    errors: FormErrors,
    form: Option<LendingForm>,
    /// Who acts for the viewer: words and the way to end it.
    lent: Vec<(String, PostButton)>,
    /// Whose posts he fills, and until when.
    acting: Vec<String>,
    csrf: Csrf,
}

struct LendingForm {
    grant: Field,
    /// Colleagues to choose from; none where there are none.
    person: Option<Field>,
    deputy: Field,
    from_day: Field,
    to_day: Field,
    submit: Button,
}

/// The form of a deputyship, as it was typed.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Lending {
    #[serde(default)]
    grant: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    deputy: String,
    #[serde(default)]
    from_day: String,
    #[serde(default)]
    to_day: String,
}

pub(crate) async fn own(ctx: Ctx, can: Can<SignedIn>) -> Result {
    let page = deputy_page(&ctx, &can, &Lending::default(), FormErrors::new()).await?;
    ctx.page("代理人", Density::Calm, &page)
}

async fn deputy_page(
    ctx: &Ctx,
    can: &Can<SignedIn>,
    form: &Lending,
    errors: FormErrors,
) -> Result<DeputyPage, Problem> {
    let own: Vec<_> = can.viewer.grants.iter().filter(|grant| !grant.deputy && grant.role != Role::Member).collect();
    let form = if own.is_empty() { None } else { Some(lending(ctx, can, &own, form, &errors).await?) };
    Ok(DeputyPage { lent: lent(ctx, can).await?, form, acting: acting(ctx, can).await?, csrf: ctx.csrf(), errors })
}

async fn lending(
    ctx: &Ctx,
    can: &Can<SignedIn>,
    own: &[&Grant],
    form: &Lending,
    errors: &FormErrors,
) -> Result<LendingForm, Problem> {
    let grants = own.iter().map(|grant| Choice::new(grant.id, format!("{} · {}", grant.org_name, grant.post)));
    let orgs: Vec<_> = own.iter().map(|grant| grant.org).collect();
    let tx = &mut ctx.site.db.read().await?;
    let colleagues = words::colleagues(tx, &orgs, can.viewer.account, ctx.today()).await?;
    let person = (!colleagues.is_empty()).then(|| {
        let choices = std::iter::once(Choice::new("", "请选择")).chain(colleagues).collect();
        Field::select("person", "请谁代理", choices).value(&form.person).errors(errors)
    });
    let login = if person.is_some() { "不在上面的，写他的登录名" } else { "代理人的登录名" };
    let login = Field::text("deputy", login).value(&form.deputy).with("autocomplete", "off").errors(errors);
    Ok(LendingForm {
        grant: Field::select("grant", "代理哪个岗位", grants.collect()).value(&form.grant).required().errors(errors),
        deputy: if person.is_some() { login } else { login.required() },
        person,
        from_day: Field::date("from_day", "开始日期").value(&form.from_day).required().errors(errors),
        to_day: Field::date("to_day", "结束日期").value(&form.to_day).required().errors(errors),
        submit: Button::primary("指定代理人").icon("user-check"),
    })
}

/// Whose posts the viewer fills now, in words.
async fn acting(ctx: &Ctx, can: &Can<SignedIn>) -> Result<Vec<String>, Problem> {
    let tx = &mut ctx.site.db.read().await?;
    let mut acting = Vec::new();
    for own in can.viewer.grants.iter().filter(|grant| grant.deputy) {
        let Some(held) = grant_find(tx, own.id).await? else { continue };
        let principal = match held.deputy_of {
            Some(lent) => grant_find(tx, lent).await?,
            None => None,
        };
        let name = match principal {
            Some(principal) => account_find(tx, principal.account()).await?.map(|account| account.display_name),
            None => None,
        };
        let whose = name.map(|name| format!("，替{name}")).unwrap_or_default();
        let until = held.to_day.map(|day| format!("至{}", day.chinese())).unwrap_or_default();
        acting.push(format!("{} · {}{whose}，{}{until}", own.org_name, own.post, held.from_day.chinese()));
    }
    Ok(acting)
}

async fn lent(ctx: &Ctx, can: &Can<SignedIn>) -> Result<Vec<(String, PostButton)>, Problem> {
    let tx = &mut ctx.site.db.read().await?;
    let mut lent = Vec::new();
    for own in can.viewer.grants.iter().filter(|grant| !grant.deputy) {
        for deputy in grant_list_deputies(tx, own.org, own.id, ctx.today()).await? {
            let name =
                account_find(tx, deputy.account()).await?.map(|account| account.display_name).unwrap_or_default();
            let until = deputy.to_day.map(Day::chinese).unwrap_or_default();
            let begins = if deputy.from_day > ctx.today() { "（还没开始）" } else { "" };
            let from = deputy.from_day.chinese();
            let words = format!("{name}：{} {}，{from}至{until}{begins}", own.org_name, own.post);
            let button = Button::secondary("提前结束").small();
            lent.push((words, PostButton::new(format!("/deputies/{}/end", deputy.id), &ctx.csrf(), button)));
        }
    }
    Ok(lent)
}

/// Ends a deputyship of one's own role before its day.
pub(crate) async fn dismiss(ctx: Ctx, can: Can<SignedIn>, Path(grant): Path<Id>, Form(_): Form<Nothing>) -> Result {
    let found = grant_find(&mut ctx.site.db.read().await?, grant).await?.ok_or_else(Problem::not_found)?;
    let own = can.viewer.grants.iter().any(|own| !own.deputy && Some(own.id) == found.deputy_of);
    if !own {
        return Err(Problem::not_found().into());
    }
    door(&ctx).role_end(&can.viewer, grant, ctx.today().plus(-1), &mut ctx.rng()).await?;
    ctx.redirect("/deputies", Some("代理已结束，即时生效。"))
}

pub(crate) async fn appoint(ctx: Ctx, can: Can<SignedIn>, Form(form): Form<Lending>) -> Result {
    let appointed = match deputy_order(&ctx, &can, &form).await? {
        Ok(order) => door(&ctx).deputy_appoint(&can.viewer, order, ctx.today(), &mut ctx.rng()).await?,
        Err(fault) => Err(fault),
    };
    match appointed {
        Ok(_) => ctx.redirect("/deputies", Some("代理人已指定，到期自动结束。")),
        Err(fault) => {
            let chosen = fault.field == "deputy" && !form.person.is_empty() && form.deputy.trim().is_empty();
            let fault = if chosen { FieldFault::new("person", fault.message) } else { fault };
            let page = deputy_page(&ctx, &can, &form, FormErrors::new().with(fault.field, fault.message)).await?;
            ctx.refused("代理人", Density::Calm, &page)
        }
    }
}

async fn deputy_order(
    ctx: &Ctx,
    can: &Can<SignedIn>,
    form: &Lending,
) -> Result<Result<DeputyOrder, FieldFault>, Problem> {
    let own = can.viewer.grants.iter().find(|grant| grant.id.to_string() == form.grant && grant.role != Role::Member);
    let Some(own) = own else { return Ok(Err(FieldFault::new("grant", "请选择自己担任的一个岗位。"))) };
    let deputy = match deputy_meant(ctx, form).await? {
        Ok(deputy) => deputy,
        Err(fault) => return Ok(Err(fault)),
    };
    let missing = |field| FieldFault::new(field, "请选择日期。");
    let (from_day, to_day) = match (day("from_day", &form.from_day), day("to_day", &form.to_day)) {
        (Ok(Some(from)), Ok(Some(to))) => (from, to),
        (Ok(None), _) => return Ok(Err(missing("from_day"))),
        (_, Ok(None)) => return Ok(Err(missing("to_day"))),
        (Err(fault), _) | (_, Err(fault)) => return Ok(Err(fault)),
    };
    Ok(Ok(DeputyOrder { grant: own.id, deputy, from_day, to_day }))
}

/// The colleague who was chosen, or whoever has the sign-in name; whether he may is the door's to say.
async fn deputy_meant(ctx: &Ctx, form: &Lending) -> Result<Result<AccountRef, FieldFault>, Problem> {
    if let Ok(id) = form.person.parse::<Id>() {
        if !form.deputy.trim().is_empty() {
            return Ok(Err(FieldFault::new("deputy", words::TWICE)));
        }
        return Ok(Ok(AccountRef { region: id.region(), id }));
    }
    if form.deputy.trim().is_empty() {
        return Ok(Err(FieldFault::new("deputy", "请选一个人，或者写他的登录名。")));
    }
    let found = door(ctx).by_login(&form.deputy).await?;
    let fault = FieldFault::new("deputy", "没有这个登录名，请向对方核对后再填。");
    Ok(found.map(|account| account.at()).ok_or(fault))
}
