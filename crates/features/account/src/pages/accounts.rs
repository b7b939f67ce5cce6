//! The accounts of an organisation: its members and slips, its posts, ways back that wait for a second person.

use askama::Template;
use huiyin_base::{Id, Problem};
use huiyin_db::Tx;
use huiyin_directory::audit::{self, AuditKind, Event};
use huiyin_directory::{
    AccountRef, Org, OrgSearch, Reach, Role, SlipPurpose, account_find, branch_member_list, org_child_counts,
    org_children, org_find, org_search, recovery_list_waiting, role_holders, scope_contains, slip_list_waiting,
    stopped_holders,
};
use huiyin_gateways::Channel;
use huiyin_web::components::{Button, DataTable, Empty, Field, FormErrors, Html, PostButton, Row, Tag};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Query, Result};
use serde::Deserialize;

use super::{door, slip, words};
use crate::permissions::{ACCOUNT_KEEPERS, ANSWERERS, AccountList, AccountOpen, VOUCHERS};

#[derive(Template)]
#[template(path = "account_list.html")]
struct ListPage {
    search: Field,
    find: Button,
    orgs: Vec<(String, String, &'static str)>,
    empty: Option<Empty>,
    /// He answers what people ask about their data.
    answers: bool,
}

#[derive(Template)]
#[template(path = "account_org.html")]
struct OrgPage {
    name: String,
    path: String,
    below: Vec<(String, String)>,
    members: Option<DataTable>,
    unopened: usize,
    waiting_slips: usize,
    print: Button,
    /// Sends the codes; none without a gateway.
    text: Option<Button>,
    holders: Option<DataTable>,
    /// Suspended and closed ones, to be found again.
    stopped: Option<DataTable>,
    recoveries: Option<DataTable>,
    opening: Option<Opening>,
    csrf: Csrf,
}

struct Opening {
    errors: FormErrors,
    login: Field,
    name: Field,
    submit: Button,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    q: String,
}

pub(crate) async fn list(ctx: Ctx, can: Can<AccountList>, Query(wanted): Query<Wanted>) -> Result {
    let tx = &mut ctx.site.db.read().await?;
    let mut found: Vec<Org> = Vec::new();
    if wanted.q.trim().is_empty() {
        for grant in can.viewer.grants_of(ACCOUNT_KEEPERS) {
            found.extend(org_find(tx, grant.org).await?);
        }
    } else {
        let regions = can.scope.reaches.iter().map(|reach| match reach {
            Reach::Region(region) => *region,
            Reach::Subtree(top) => top.region,
        });
        let search =
            OrgSearch { regions: regions.collect(), text: wanted.q.clone(), limit: 60, ..OrgSearch::default() };
        for org in org_search(tx, &search, ctx.today()).await? {
            if scope_contains(tx, &can.scope, org.at()).await? {
                found.push(org);
            }
        }
    }
    found.dedup_by_key(|org| org.id);
    let orgs =
        found.iter().map(|org| (words::href(&ctx.site.regions, org), org.name.clone(), org.kind.label())).collect();
    let empty =
        found.is_empty().then(|| Empty::new("没有找到机构").text("请换个写法：名称开头、拼音首字母或机构代码。"));
    let search = Field::search("q", "找机构").value(&wanted.q).hint("名称开头、拼音首字母或机构代码");
    let answers = can.viewer.has_any(ANSWERERS);
    let page = ListPage { search, find: Button::secondary("查找").icon("search"), orgs, empty, answers };
    ctx.page("账号", Density::Desk, &page)
}

pub(crate) async fn show(ctx: Ctx, can: Can<AccountList>, Path((county, code)): Path<(String, String)>) -> Result {
    let org = words::org_at(&mut ctx.site.db.read().await?, &ctx.site, &can.scope, &county, &code).await?;
    let page = page(&ctx, &can, &org, ("", ""), FormErrors::new()).await?;
    ctx.page(&org.name, Density::Desk, &page)
}

async fn page<P>(
    ctx: &Ctx,
    can: &Can<P>,
    org: &Org,
    (login, name): (&str, &str),
    errors: FormErrors,
) -> Result<OrgPage, Problem> {
    let tx = &mut ctx.site.db.read().await?;
    let vouches = can.viewer.has_any(VOUCHERS);
    let members = if vouches { branch_member_list(tx, org.at(), ctx.today()).await? } else { Vec::new() };
    let unopened = members.iter().filter(|member| !member.has_account).count();
    let below = org_children(tx, org.at(), ctx.today()).await?;
    let ids: Vec<_> = below.iter().map(|org| org.id).collect();
    let counts = org_child_counts(tx, org.region, &ids, ctx.today()).await?;
    let mark =
        |org: &Org| counts.get(&org.id).map_or_else(|| org.name.clone(), |count| format!("{}（{count}）", org.name));
    let page = OrgPage {
        name: org.name.clone(),
        path: words::href(&ctx.site.regions, org),
        below: below.iter().map(|org| (words::href(&ctx.site.regions, org), mark(org))).collect(),
        members: (!members.is_empty()).then(|| {
            let rows = members.iter().map(|member| {
                let tag = if member.has_account { Tag::good("已开通") } else { Tag::attention("未开通") };
                let row = Row::new([member.name.as_str().into(), member.stage.label().into(), tag.into()]);
                if member.has_account { row } else { row.key(member.person.to_string()) }
            });
            let table = DataTable::new("党员").column("姓名").column("党籍").column("账号");
            table.rows(rows).picks("person", "slips")
        }),
        unopened,
        waiting_slips: waiting_slips(tx, ctx, org).await?,
        print: Button::primary("为勾选的人打印激活条").icon("printer"),
        text: ctx.site.settings.gateways.can(Channel::Sms).then(|| {
            let address = format!("{}/slip-messages", words::href(&ctx.site.regions, org));
            Button::secondary("用短信发给勾选的人").icon("send").sending_to(address)
        }),
        holders: holders(tx, ctx, org).await?,
        stopped: stopped(tx, org).await?,
        recoveries: if vouches { recoveries(tx, ctx, can, org).await? } else { None },
        opening: can.viewer.has_any(&[Role::SystemAdmin]).then(|| Opening {
            login: Field::text("login", "登录名").value(login).with("autocomplete", "off").required().errors(&errors),
            name: Field::text("name", "姓名或岗位").value(name).longest(30).required().errors(&errors),
            submit: Button::secondary("开通并打印激活条").icon("plus"),
            errors,
        }),
        csrf: ctx.csrf(),
    };
    if page.members.is_some() {
        looked(ctx, can.viewer.account, org).await?;
    }
    Ok(page)
}

/// A list of members is sensitive: who opened it is on record.
async fn looked(ctx: &Ctx, by: AccountRef, org: &Org) -> Result<(), Problem> {
    let event = Event::new(org.region, AuditKind::SensitiveLook, ctx.real_now(), &mut ctx.rng()).by(by);
    let event = event.about("org", org.id).detail("查看党员账号名单");
    ctx.site
        .db
        .write("account_list_look", move |tx| {
            let event = event.clone();
            Box::pin(async move { Ok(audit::record(tx, &event).await?) })
        })
        .await
}

async fn holders(tx: &mut Tx, ctx: &Ctx, org: &Org) -> Result<Option<DataTable>, Problem> {
    let holders = role_holders(tx, org.at(), &[], ctx.today()).await?;
    let rows = holders.iter().map(|holder| {
        let until = holder.to_day.map_or_else(|| "长期".to_owned(), |day| format!("至 {day}"));
        let role: Html = if holder.deputy_of.is_some() {
            Html::join([holder.role.label().into(), Tag::info("代理").into()])
        } else {
            holder.role.label().into()
        };
        let cells = [holder.display_name.as_str().into(), role, holder.post.as_str().into(), until.into()];
        Row::new(cells).to(format!("/holders/{}", holder.account))
    });
    let table = DataTable::new("在这里任职的账号").column("账号").column("角色").column("岗位").column("期限");
    Ok((!holders.is_empty()).then(|| table.rows(rows)))
}

async fn stopped(tx: &mut Tx, org: &Org) -> Result<Option<DataTable>, Problem> {
    let stopped = stopped_holders(tx, org.at()).await?;
    let rows = stopped.iter().map(|(account, name, status)| {
        Row::new([name.as_str().into(), super::holder::status_tag(*status).into()]).to(format!("/holders/{account}"))
    });
    Ok((!stopped.is_empty()).then(|| DataTable::new("停用和注销的账号").column("账号").column("状态").rows(rows)))
}

/// Slips for a first sign-in that nobody has used yet; those of a way back are not counted among them.
async fn waiting_slips(tx: &mut Tx, ctx: &Ctx, org: &Org) -> Result<usize, Problem> {
    let waiting = slip_list_waiting(tx, org.at(), ctx.real_now()).await?;
    Ok(waiting.iter().filter(|slip| slip.purpose == SlipPurpose::Open).count())
}

async fn recoveries<P>(tx: &mut Tx, ctx: &Ctx, can: &Can<P>, org: &Org) -> Result<Option<DataTable>, Problem> {
    let mut rows = Vec::new();
    for request in recovery_list_waiting(tx, &[org.at()], ctx.real_now()).await? {
        let account = account_find(tx, request.account()).await?.ok_or_else(Problem::not_found)?;
        let asked = words::who_at(tx, Some(request.asked_by), Some(org.at())).await?;
        let withdraw = Button::quiet("撤回").small();
        let withdraw = PostButton::new(format!("/recoveries/{}/withdrawal", request.id), &ctx.csrf(), withdraw);
        let action: Html = if request.asked_by == can.viewer.account.id || request.account == can.viewer.account.id {
            seconds(tx, ctx, org, [request.asked_by, request.account]).await?.into()
        } else {
            let button = Button::primary("当面核实本人后确认").small().icon("check");
            PostButton::new(format!("/recoveries/{}/confirmation", request.id), &ctx.csrf(), button).into()
        };
        rows.push(Row::new([
            account.display_name.into(),
            asked.into(),
            Html::drawn(format!("<div class=\"row\"><span>{action}</span>{}</div>", Html::from(withdraw))),
        ]));
    }
    let table = DataTable::new("等待第二人确认的找回申请").column("账号").column("提出人").column("办理");
    Ok((!rows.is_empty()).then(|| table.rows(rows)))
}

/// Who may be the second person: colleagues first, otherwise whoever does it one level above.
async fn seconds(tx: &mut Tx, ctx: &Ctx, org: &Org, except: [Id; 2]) -> Result<String, Problem> {
    let holders = role_holders(tx, org.at(), VOUCHERS, ctx.today()).await?;
    let others = holders.into_iter().filter(|holder| !except.contains(&holder.account));
    let names: Vec<String> = others.map(|holder| format!("{}（{}）", holder.display_name, holder.post)).collect();
    Ok(if names.is_empty() {
        "等另一名工作人员确认：本单位没有第二个人能办，请上一级单位的工作人员到这一页确认".to_owned()
    } else {
        format!("等另一名工作人员确认：{}，或者上一级单位的工作人员", names.join("、"))
    })
}

#[derive(Debug, Deserialize)]
pub(crate) struct NewAccount {
    #[serde(default)]
    login: String,
    #[serde(default)]
    name: String,
}

pub(crate) async fn create(
    ctx: Ctx,
    can: Can<AccountOpen>,
    Path((county, code)): Path<(String, String)>,
    Form(form): Form<NewAccount>,
) -> Result {
    let org = words::org_at(&mut ctx.site.db.read().await?, &ctx.site, &can.scope, &county, &code).await?;
    let opened = door(&ctx).account_open(can.viewer.account, org.at(), &form.login, &form.name, &mut ctx.rng()).await?;
    match opened {
        Ok((_, printed)) => slip::page(&ctx, &org.name, vec![printed], &words::href(&ctx.site.regions, &org)),
        Err(fault) => {
            let errors = FormErrors::new().with(fault.field, fault.message);
            let page = page(&ctx, &can, &org, (&form.login, &form.name), errors).await?;
            ctx.refused(&org.name, Density::Desk, &page)
        }
    }
}
