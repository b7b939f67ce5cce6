//! One account as those who keep it see it: its roles, and what may be done with it.

use askama::Template;
use huiyin_base::{Day, Id, Problem};
use huiyin_db::Tx;
use huiyin_directory::{
    Account, AccountRef, AccountStatus, Role, RoleGrant, account_find, grant_list, handover_list, org_find,
    scope_contains,
};
use huiyin_web::components::{Button, Choice, DataTable, Field, FormErrors, Html, PostButton, Row, Tag};
use huiyin_web::{Can, Csrf, Ctx, Density, Path, Result};

use super::role::Grant;
use super::words;
use crate::permissions::{AccountList, VOUCHERS};

#[derive(Template)]
#[template(path = "holder.html")]
struct HolderPage {
    name: String,
    login: String,
    status: Tag,
    factor: &'static str,
    roles: Option<DataTable>,
    recoveries: Vec<(String, String, String)>,
    recover: Button,
    granting: Option<Granting>,
    depart: Option<Button>,
    restore: Option<PostButton>,
    /// What, to whom and when, and why.
    handovers: Vec<(String, String)>,
    path: String,
    csrf: Csrf,
}

struct Granting {
    errors: FormErrors,
    role: Field,
    org: Field,
    post: Field,
    from_day: Field,
    to_day: Field,
    submit: Button,
}

pub(crate) async fn show(ctx: Ctx, can: Can<AccountList>, Path(account): Path<Id>) -> Result {
    let account = words::holder_at(&mut ctx.site.db.read().await?, &can.scope, account).await?;
    answer(&ctx, &can, &account, &Grant::default(), FormErrors::new()).await
}

/// The page, or the page again with what was wrong with a grant.
pub(crate) async fn answer<P>(ctx: &Ctx, can: &Can<P>, account: &Account, form: &Grant, errors: FormErrors) -> Result {
    let fine = errors.is_empty();
    let page = page(ctx, can, account, form, errors).await?;
    if fine {
        ctx.page(&account.display_name, Density::Desk, &page)
    } else {
        ctx.refused(&account.display_name, Density::Desk, &page)
    }
}

async fn page<P>(
    ctx: &Ctx,
    can: &Can<P>,
    account: &Account,
    form: &Grant,
    errors: FormErrors,
) -> Result<HolderPage, Problem> {
    let tx = &mut ctx.site.db.read().await?;
    let grants = grant_list(tx, account.at()).await?;
    let admin = can.viewer.has_any(&[Role::SystemAdmin]) && can.viewer.account != account.at();
    let vouches = can.viewer.has_any(VOUCHERS) && can.viewer.account != account.at();
    let path = format!("/holders/{}", account.id);
    Ok(HolderPage {
        name: account.display_name.clone(),
        login: account.login.clone(),
        status: status_tag(account.status),
        factor: if account.has_second_factor() { "已启用" } else { "未启用" },
        roles: roles(tx, ctx, can, &grants, account.status).await?,
        recoveries: if vouches && account.status == AccountStatus::Active {
            recoveries(tx, ctx, can, &grants).await?
        } else {
            Vec::new()
        },
        recover: Button::secondary("提出找回").icon("key-round"),
        granting: (can.viewer.has_any(&[Role::SecurityAdmin]) && account.status == AccountStatus::Active)
            .then(|| granting(form, errors)),
        depart: (admin && account.status != AccountStatus::Closed)
            .then(|| Button::danger("停用或注销").icon("ban").to(format!("{path}/departure"))),
        restore: (admin && account.status == AccountStatus::Suspended).then(|| {
            PostButton::new(format!("{path}/restoration"), &ctx.csrf(), Button::secondary("恢复账号").icon("undo-2"))
        }),
        handovers: handovers(tx, account).await?,
        path,
        csrf: ctx.csrf(),
    })
}

async fn handovers(tx: &mut Tx, account: &Account) -> Result<Vec<(String, String)>, Problem> {
    let mut lines = Vec::new();
    for entry in handover_list(tx, account.at()).await? {
        let to = account_find(tx, AccountRef { region: entry.to_account.region(), id: entry.to_account }).await?;
        let to = to.map(|account| account.display_name).unwrap_or_default();
        let by = words::who(tx, Some(entry.ordered_by)).await?;
        let day = Day::of(entry.at).chinese();
        lines.push((format!("{day}，移交给{to}：{}", entry.items), format!("{}（{by}办理）", entry.reason)));
    }
    Ok(lines)
}

/// Whether an account may be used.
pub(super) fn status_tag(status: AccountStatus) -> Tag {
    match status {
        AccountStatus::Active => Tag::good("正常"),
        AccountStatus::Suspended => Tag::attention("已停用"),
        AccountStatus::Closed => Tag::plain("已注销"),
    }
}

async fn roles<P>(
    tx: &mut Tx,
    ctx: &Ctx,
    can: &Can<P>,
    grants: &[RoleGrant],
    status: AccountStatus,
) -> Result<Option<DataTable>, Problem> {
    let mut rows = Vec::with_capacity(grants.len());
    let grants_roles = can.viewer.has_any(&[Role::SecurityAdmin]);
    for grant in grants {
        let org = org_find(tx, grant.org()).await?.map(|org| org.name).unwrap_or_default();
        let until = grant.to_day.map_or_else(|| "长期".to_owned(), |day| day.to_string());
        let open = grant.to_day.is_none_or(|last| last >= ctx.today());
        let may_end =
            open && grants_roles && scope_contains(tx, &can.viewer.scope(&[Role::SecurityAdmin]), grant.org()).await?;
        let state: Html = match (open, grant.covers(ctx.today()), may_end) {
            (true, _, true) => {
                let button = Button::danger("结束").small();
                PostButton::new(format!("/roles/{}/end", grant.id), &ctx.csrf(), button).into()
            }
            (_, true, _) if status == AccountStatus::Suspended => Tag::attention("已停用").into(),
            (_, true, _) if status == AccountStatus::Closed => Tag::plain("已结束").into(),
            (_, true, _) => Tag::good("在任").into(),
            (true, false, _) => Tag::info("未开始").into(),
            (false, ..) => Tag::plain("已结束").into(),
        };
        let role: Html = if grant.deputy_of.is_some() {
            Html::join([grant.role.label().into(), Tag::info("代理").into()])
        } else {
            grant.role.label().into()
        };
        let dates = format!("{} 至 {until}", grant.from_day);
        rows.push(Row::new([org.into(), role, grant.post.as_str().into(), dates.into(), state]));
    }
    let table = DataTable::new("角色").column("机构").column("角色").column("岗位").column("期限").column("状态");
    Ok((!rows.is_empty()).then(|| table.rows(rows)))
}

/// Where the viewer may vouch for the holder: organisation's id, its name, and what the form sends.
async fn recoveries<P>(
    tx: &mut Tx,
    ctx: &Ctx,
    can: &Can<P>,
    grants: &[RoleGrant],
) -> Result<Vec<(String, String, String)>, Problem> {
    let scope = can.viewer.scope(VOUCHERS);
    let mut places = Vec::new();
    for grant in grants.iter().filter(|grant| grant.covers(ctx.today())) {
        if scope_contains(tx, &scope, grant.org()).await? {
            let name = org_find(tx, grant.org()).await?.map(|org| org.name).unwrap_or_default();
            places.push((grant.org.to_string(), name, grant.post.clone()));
        }
    }
    places.dedup_by(|one, other| one.0 == other.0);
    Ok(places)
}

fn granting(form: &Grant, errors: FormErrors) -> Granting {
    let mut choices = vec![Choice::new("", "请选择")];
    choices.extend(Role::ALL.iter().map(|role| Choice::new(role.as_str(), role.label())));
    Granting {
        role: Field::select("role", "角色", choices).value(&form.role).required().errors(&errors),
        org: Field::text("org", "机构").hint("机构代码或全名").value(&form.org).required().errors(&errors),
        post: Field::text("post", "岗位名称")
            .hint("公众看到的岗位，例如“镇党政办主任”")
            .value(&form.post)
            .longest(40)
            .errors(&errors),
        from_day: Field::date("from_day", "开始日期").hint("不填就是今天").value(&form.from_day).errors(&errors),
        to_day: Field::date("to_day", "结束日期").hint("不填就是长期").value(&form.to_day).errors(&errors),
        submit: Button::primary("授予"),
        errors,
    }
}
