//! The ledger: the cases in the viewer's reach.

use askama::Template;
use huiyin_web::components::{Button, DataTable, Empty, FilterBar, Html, Pager, Row};
use huiyin_web::{Can, Ctx, Density, Query, Result};

use super::bulk_bar::BulkBar;
use super::card::{Cards, cases, state_tag};
use super::case_filter::{Asked, Narrowed, narrowed};
use super::cell;
use super::saved_filter::SavedFilters;
use crate::permissions::CaseSee;
use crate::store::{self, CaseLine, Cursor, FilterPage, Order, Page};

#[derive(Template)]
#[template(path = "case_list.html")]
struct CaseList {
    filter: FilterBar,
    saved: SavedFilters,
    bulk: Option<BulkBar>,
    total: String,
    /// Counts to the end, where that was not done.
    exact: Option<String>,
    by_deadline: bool,
    table: Option<DataTable>,
    empty: Option<Empty>,
    pager: Pager,
    tools: Vec<Button>,
}

const PATH: &str = "/cases";

const PAGE: i64 = 50;

pub(crate) async fn show(ctx: Ctx, can: Can<CaseSee>, Query(asked): Query<Asked>) -> Result {
    let cases = cases(&ctx.site)?;
    let categories = &cases.book.categories;
    let mut tx = ctx.site.db.read().await?;
    let narrowed = narrowed(&mut tx, &ctx.site, categories, &can, asked).await?;
    let (asked, filter) = (&narrowed.asked, &narrowed.filter);
    let page = Page { at: asked.at.parse().ok(), ..Page::first(PAGE).by(asked.order()) };
    let scope = store::scope_reduced(&mut tx, &can.scope, filter.wall.region).await?;
    let slice = store::case_list(&mut tx, &scope, filter, &page).await?;
    let count = if asked.count == "exact" {
        store::case_count_exact(&mut tx, &scope, filter).await?
    } else {
        store::case_count(&mut tx, &scope, filter).await?
    };
    let cards = Cards::of_lines(&mut tx, &ctx.site, &cases, &slice.rows).await?;
    let link = |at: Option<Cursor>| Some(Asked { at: at?.to_string(), ..asked.clone() }.link(PATH));
    let conditions = narrowed.conditions(categories);
    let query = huiyin_web::to_query(&asked.bare());
    let saved =
        SavedFilters::find(&mut tx, &ctx, &can.viewer, FilterPage::Cases, &query, !conditions.is_empty()).await?;
    let list = CaseList {
        saved,
        bulk: BulkBar::of(&can.viewer, FilterPage::Cases, &query, count.at_once()).filter(|_| !slice.rows.is_empty()),
        filter: chips(narrowed.bar(categories, PATH), &conditions).export(asked.bare().link("/cases.xlsx")),
        total: count.items(),
        exact: (!count.exact).then(|| Asked { count: "exact".to_owned(), ..asked.clone() }.link(PATH)),
        by_deadline: asked.order() == Order::Due,
        empty: slice.rows.is_empty().then(|| empty(!conditions.is_empty())),
        table: (!slice.rows.is_empty()).then(|| table(&cards, &narrowed, &slice.rows)),
        pager: Pager::new(link(slice.previous), link(slice.next)),
        tools: super::tools::tools(&can.viewer),
    };
    ctx.page("台账", Density::Sheet, &list)
}

fn chips(bar: FilterBar, conditions: &[(String, Asked)]) -> FilterBar {
    let bar = conditions.iter().fold(bar, |bar, (label, without)| bar.chip(label, without.link(PATH)));
    if conditions.len() > 1 { bar.clear(PATH) } else { bar }
}

fn table(cards: &Cards<'_>, narrowed: &Narrowed, lines: &[CaseLine]) -> DataTable {
    let asked = &narrowed.asked;
    let several = narrowed.counties.len() > 1 && narrowed.filter.wall.region.is_none();
    let by = |order: Order| asked.ordered(order).link(PATH);
    let sorted = |order: Order, ascending: bool| (asked.order() == order).then_some(ascending);
    let table = DataTable::new("台账")
        .picks("case", "bulk")
        .column("编号")
        .column("问题")
        .column("地方")
        .column("类别")
        .column("承办单位");
    let table = table.column("状态").column("反映日期").sorted_by(by(Order::Newest), sorted(Order::Newest, false));
    let table = table.column("期限").sorted_by(by(Order::Due), sorted(Order::Due, true));
    table.rows(lines.iter().map(|line| {
        let cells: [Html; 8] = [
            cell::number(cards, line),
            cell::headline(line, cards.today).into(),
            cell::place(cards, line, several).into(),
            cards.category_of(line).into(),
            cards.unit(line.owner_org).into(),
            state_tag(line.state, line.outcome, false),
            cell::nowrap(&line.submitted_day.to_string()),
            cell::deadline(line, line.due_day, cards.today),
        ];
        let key = line.id.to_string();
        Row::new(cells).to(format!("/cases/{}", line.id)).key(key).named(cell::headline(line, cards.today))
    }))
}

fn empty(is_narrowed: bool) -> Empty {
    if is_narrowed {
        let clear = Button::secondary("清除全部条件").to(PATH);
        return Empty::new("没有符合条件的问题").text("减少一个条件，或者换个词再找。").icon("search").action(clear);
    }
    Empty::new("您的范围里还没有问题").text("群众反映的问题上墙或交办以后，会记在这里。")
}
