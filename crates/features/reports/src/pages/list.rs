use askama::Template;
use huiyin_base::Problem;
use huiyin_base::number::CaseNumber;
use huiyin_db::Tx;
use huiyin_directory::Regions;
use huiyin_figures::{Figure, Kind, Number, Position, Record, Sight};
use huiyin_web::components::{Breadcrumb, DataTable, Empty, FilterBar, Html, Pager, Row};
use huiyin_web::{Ctx, Density, Path, Query, Result};

use super::figure_seen;
use crate::asked::{self, Asked};

/// Rows of one page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "figure_list.html")]
struct ListPage {
    trail: Breadcrumb,
    name: &'static str,
    place: String,
    period: String,
    definition: &'static str,
    filter: FilterBar,
    table: Option<DataTable>,
    empty: Option<Empty>,
    /// “清单共 31,602 个，与数字一致”.
    foot: String,
    pager: Pager,
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<String>, Query(query): Query<asked::Query>) -> Result {
    ctx.cached(async || draw(&ctx, &id, &query).await).await
}

async fn draw(ctx: &Ctx, id: &str, query: &asked::Query) -> Result {
    let figure = figure_seen(ctx, id)?;
    let mut tx = ctx.site.db.snapshot().await?;
    let asked = Asked::read(&mut tx, &ctx.site.regions, ctx.today(), query, ctx.viewer.is_none()).await?;
    let figures = &ctx.site.figures;
    if !figures.may_open(&mut tx, figure, ctx.viewer.as_ref(), &asked.cut).await? {
        return Err(closed(figure).into());
    }
    let after = position(&mut tx, ctx, figure, &asked, &query.after).await?;
    let number = figures.value(&mut tx, figure, &asked.cut).await?;
    let list = figures.list(&mut tx, figure, &asked.cut, after, PAGE).await?;
    let names = (figure.categories)();
    let path = format!("/figures/{id}/list");
    let next = list.next.and_then(|_| list.records.last());
    let next = next.and_then(|record| Some(add(&asked.link(&path), &short_number(&ctx.site.regions, record)?)));
    let first = after.is_some().then(|| asked.link(&path));
    let mut filter = super::filter(&mut tx, ctx, &asked, &names, &path).await?;
    if ctx.viewer.is_some() {
        filter = filter.export(asked.link(&format!("/figures/{id}/export")));
    }
    let city = &ctx.site.settings.city;
    let page = ListPage {
        trail: Breadcrumb::new("清单")
            .step(asked.place_name(city), asked.link("/figures"))
            .step(figure.name, asked.link(&format!("/figures/{id}"))),
        name: figure.name,
        place: asked.place_name(city),
        period: asked.period_name(),
        definition: figure.definition,
        filter,
        table: (!list.records.is_empty()).then(|| table(ctx, figure, &list.records, &names)),
        empty: list.records.is_empty().then(|| Empty::new("这里没有记录").text("换一个地方、类别或月份看看。")),
        foot: foot(figure, number),
        pager: Pager::new(first, next),
    };
    ctx.page(&format!("{}的清单", figure.name), Density::Calm, &page)
}

/// Who may not open it reads what is counted and who can.
pub(super) fn closed(figure: &Figure) -> Problem {
    if figure.opened_by == Sight::Nobody {
        let (name, definition) = (figure.name, figure.definition);
        return Problem::forbidden(format!("“{name}”不开放清单，对谁都一样。指标的意思是：{definition}"));
    }
    let (name, definition, who) = (figure.name, figure.definition, figure.opened_by.label());
    Problem::forbidden(format!(
        "“{name}”的清单在这个范围内由{who}打开。指标的意思是：{definition}需要核对时，请联系他们。"
    ))
}

fn table(ctx: &Ctx, figure: &Figure, records: &[Record], names: &[(String, String)]) -> DataTable {
    let sums = figure.adds_amounts();
    let table = DataTable::new(figure.name).column("编号").column("内容").column("类别").column("地方").column("日期");
    let table = if sums { table.figure(format!("数额（{}）", figure.unit)) } else { table };
    let regions = &ctx.site.regions;
    let rows = records.iter().map(|record| {
        let number = short_number(regions, record);
        let category = record.category.as_deref().unwrap_or_default();
        let category = names.iter().find(|(word, _)| word == category).map_or(category, |(_, name)| name.as_str());
        let place = regions.named_on(record.region, record.day).map_or("", |(_, name)| name);
        let mut cells: Vec<Html> = vec![
            Html::from(number.as_deref().unwrap_or("—")),
            Html::from(record.title.as_str()),
            Html::from(category),
            Html::from(place),
            Html::from(record.day.to_string()),
        ];
        cells.extend(sums.then(|| Html::from(figure.text(Number::plain(record.amount.unwrap_or(0))))));
        let row = Row::new(cells);
        // An id is told to officials alone.
        let id = ctx.viewer.is_some().then_some(record.id);
        match figure.link(number.as_deref(), id) {
            Some(link) => row.to(link),
            None => row,
        }
    });
    table.rows(rows)
}

/// The same count as the number, or the same sum.
fn foot(figure: &Figure, number: Number) -> String {
    let count = figure.text(Number::plain(number.value));
    match (figure.kind, number.both()) {
        (Kind::Sum | Kind::Money, _) => format!("清单合计 {count} {}，与数字一致。", figure.unit),
        (_, Some(both)) => format!("清单共 {count} 条，是比率的分子（{both}）。"),
        (_, None) => format!("清单共 {count} 条，与数字一致。"),
    }
}

/// Where the page begins: after the row with the short number that the address names.
async fn position(
    tx: &mut Tx,
    ctx: &Ctx,
    figure: &Figure,
    asked: &Asked,
    after: &str,
) -> std::result::Result<Option<Position>, Problem> {
    if after.is_empty() {
        return Ok(None);
    }
    let number: CaseNumber = after.parse().map_err(|_| Problem::not_found())?;
    let regions = &ctx.site.regions;
    let region = regions.by_short(ctx.site.home, &number.county).ok_or_else(Problem::not_found)?;
    let pair = (i64::from(number.year), i64::from(number.n));
    let found = ctx.site.figures.position(tx, figure, &asked.cut, region, pair).await?;
    found.map(Some).ok_or_else(Problem::not_found)
}

/// 宝塔-2016-00421
pub(super) fn short_number(regions: &Regions, record: &Record) -> Option<String> {
    let (year, n) = (u16::try_from(record.year?).ok()?, u32::try_from(record.number?).ok()?);
    Some(CaseNumber { county: regions.short(record.region).to_owned(), year, n }.to_string())
}

fn add(address: &str, after: &str) -> String {
    let after = percent_encoding::utf8_percent_encode(after, percent_encoding::NON_ALPHANUMERIC);
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}after={after}")
}
