//! Keys for programs of other offices that call the interface: made, listed, ended.

use askama::Template;
use huiyin_base::{Day, Id, Problem, ProblemKind};
use huiyin_web::api::{ApiScope, NewClient, client_end, client_open};
use huiyin_web::components::{Button, Choice, DataTable, Field, FormErrors, Html, PostButton, Row};
use huiyin_web::store::api::{ApiClient, api_client_list};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result};
use serde::Deserialize;

use crate::permissions::ApiClientKeep;

#[derive(Template)]
#[template(path = "api_clients.html")]
struct ApiClientsPage {
    made: Option<Made>,
    table: Option<DataTable>,
    errors: FormErrors,
    fields: [Field; 5],
    submit: Button,
    csrf: Csrf,
}

/// A key, in sight this once.
struct Made {
    name: String,
    key: String,
    until: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Written {
    name: String,
    contact: String,
    scope: String,
    per_minute: String,
    days: String,
}

pub(crate) async fn list(ctx: Ctx, _: Can<ApiClientKeep>) -> Result {
    let page = page(&ctx, &Written::default(), FormErrors::new(), None).await?;
    ctx.page("接口密钥", Density::Desk, &page)
}

pub(crate) async fn create(ctx: Ctx, can: Can<ApiClientKeep>, Form(written): Form<Written>) -> Result {
    let mut errors = FormErrors::new();
    let scope = ApiScope::parse(&written.scope);
    let number = |text: &str| text.trim().parse::<i64>().unwrap_or(0);
    if scope.is_none() {
        errors.add("scope", "请选择这个密钥能做什么。");
    }
    let site = &ctx.site;
    let made = match scope {
        Some(scope) => {
            let new = NewClient {
                name: written.name.clone(),
                contact: written.contact.clone(),
                scope,
                per_minute: number(&written.per_minute),
                days: number(&written.days),
                by: Some(can.viewer.account),
            };
            let made = client_open(&site.db, &site.vault, site.home, &new, ctx.real_now(), &mut ctx.rng()).await;
            match made {
                Ok(made) => Some(made),
                Err(problem) if problem.kind == ProblemKind::Invalid => {
                    errors.add("name", problem.message);
                    None
                }
                Err(problem) => return Err(problem.into()),
            }
        }
        None => None,
    };
    if let Some((client, key)) = made {
        let made = Made { name: client.name, key, until: client.until_day.chinese() };
        let page = page(&ctx, &Written::default(), errors, Some(made)).await?;
        ctx.page("接口密钥", Density::Desk, &page)
    } else {
        let page = page(&ctx, &written, errors, None).await?;
        ctx.refused("接口密钥", Density::Desk, &page)
    }
}

pub(crate) async fn end(ctx: Ctx, can: Can<ApiClientKeep>, Path(client): Path<String>, _: Form<Nothing>) -> Result {
    let id: Id = client.parse().map_err(|_| Problem::not_found())?;
    let (site, by) = (&ctx.site, Some(can.viewer.account));
    client_end(&site.db, site.home, id, by, ctx.real_now(), &mut ctx.rng()).await?;
    ctx.redirect("/api-clients", Some("已停用，立即生效。"))
}

/// A form that only presses a button.
#[derive(Debug, Deserialize)]
pub(crate) struct Nothing {}

async fn page(ctx: &Ctx, written: &Written, errors: FormErrors, made: Option<Made>) -> Result<ApiClientsPage> {
    let clients = api_client_list(&mut ctx.site.db.read().await?, ctx.site.home).await?;
    let today = Day::of(ctx.real_now());
    let rows = clients.iter().map(|client| row(ctx, client, today));
    let table = DataTable::new("已经发放的密钥").column("程序").column("单位和电话").column("能做什么");
    let table = table.figure("每分钟").column("有效").column("停用").rows(rows);
    let scopes = ApiScope::ALL.iter().map(|scope| Choice::new(scope.as_str(), scope.label())).collect();
    let or = |text: &str, usual: &str| if text.is_empty() { usual.to_owned() } else { text.to_owned() };
    Ok(ApiClientsPage {
        made,
        table: (!clients.is_empty()).then_some(table),
        fields: [
            Field::text("name", "程序的名称").value(&written.name).required().errors(&errors),
            Field::text("contact", "哪个单位在用，办公电话").value(&written.contact).required().errors(&errors),
            Field::radio("scope", "能做什么", scopes).value(or(&written.scope, "read")).required().errors(&errors),
            Field::number("per_minute", "每分钟最多多少次").value(or(&written.per_minute, "120")).required(),
            Field::number("days", "有效多少天")
                .hint("最长三年，到期自动失效。")
                .value(or(&written.days, "365"))
                .required(),
        ],
        submit: Button::primary("发放密钥").icon("key-round"),
        csrf: ctx.csrf(),
        errors,
    })
}

fn row(ctx: &Ctx, client: &ApiClient, today: Day) -> Row {
    let stands = match client.ended_day {
        Some(day) => format!("{}停用", day.chinese()),
        None if client.holds_on(today) => format!("到{}", client.until_day.chinese()),
        None => "已过期".to_owned(),
    };
    let end = if client.holds_on(today) {
        let button = Button::danger("停用").small();
        PostButton::new(format!("/api-clients/{}/end", client.id), &ctx.csrf(), button).into()
    } else {
        Html::default()
    };
    Row::new([
        client.name.as_str().into(),
        client.contact.as_str().into(),
        client.scope.label().into(),
        client.per_minute.to_string().into(),
        stands.into(),
        end,
    ])
}
