use askama::Template;
use huiyin_web::components::{Button, DataTable, Empty, Html, Row, Tabs, Tag};
use huiyin_web::{Ctx, Density, Result};

use super::{is_open, number_of};
use crate::permissions::{COUNTY_UP, LEADERS};
use crate::store::field_request::{issuer_list, request_list};

/// Requests on the page: what is older is found by its number.
const MOST: i64 = 100;

#[derive(Template)]
#[template(path = "field_requests.html")]
struct ListPage {
    tabs: Tabs,
    /// Everybody sees who asked how often; what was asked for is between offices.
    official: bool,
    make: Option<Button>,
    table: Option<DataTable>,
    empty: Option<Empty>,
    issuers: Option<DataTable>,
}

pub(crate) async fn show(ctx: Ctx) -> Result {
    let viewer = ctx.viewer.as_ref();
    let official = viewer.is_some_and(|viewer| viewer.has_any(LEADERS));
    let mut tx = ctx.site.db.read().await?;
    let requests = if official { request_list(&mut tx, MOST).await? } else { Vec::new() };
    let year = huiyin_base::Day::new(ctx.today().year(), 1, 1).unwrap_or(ctx.today());
    let issuers = issuer_list(&mut tx, year).await?;
    let rows = requests.iter().map(|request| {
        let number = number_of(&ctx, request.region, request.year, request.number);
        let state = if is_open(request, ctx.today()) { Tag::info("进行中") } else { Tag::plain("已停止") };
        let cells: [Html; 4] = [
            Html::from(&request.title),
            Html::from(&request.basis),
            request.until_day.to_string().into(),
            state.into(),
        ];
        Row::new(cells).to(format!("/field-requests/{number}"))
    });
    let table = DataTable::new("数据需求").column("要什么").column("依据").column("到期").column("状态");
    let counted = issuers.iter().map(|(name, month, made, refused)| {
        let month = format!("{}年{}月", month / 100, month % 100);
        Row::new([Html::from(name), month.into(), made.to_string().into(), refused.to_string().into()])
    });
    let counts =
        DataTable::new("谁提了多少").titled().column("单位").column("月份").figure("提出").figure("因重复被退");
    let page = ListPage {
        tabs: crate::pages::beside(&ctx, "/field-requests"),
        official,
        make: viewer
            .is_some_and(|viewer| viewer.has_any(COUNTY_UP))
            .then(|| Button::primary("提出数据需求").icon("plus").to("/field-requests/new")),
        table: (!requests.is_empty()).then(|| table.rows(rows)),
        empty: (requests.is_empty() && (official || issuers.is_empty()))
            .then(|| Empty::new("今年还没有人要数").text("系统有的数直接看；系统没有的，才由县级以上提出需求。")),
        issuers: (!issuers.is_empty()).then(|| counts.rows(counted)),
    };
    ctx.page("数据需求", if official { Density::Desk } else { Density::Calm }, &page)
}
