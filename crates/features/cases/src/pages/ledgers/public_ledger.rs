//! Public ledgers: what the units of the city are doing about things of one kind, for everybody to read. Only kinds that were made for
//! it, and of these the name of a thing, its unit, its deadline, how far it has come and the fields that were made public: never the
//! words that officials write for each other, a person or a file.

use std::collections::BTreeSet;

use askama::Template;
use huiyin_base::Problem;
use huiyin_db::Tx;
use huiyin_directory::{Reach, RegionEntry, Scope};
use huiyin_web::components::{Breadcrumb, Choice, DataTable, Empty, Field, FilterBar, Html, Pager, Row};
use huiyin_web::{Ctx, Density, Path, Query, Result, Site};
use serde::{Deserialize, Serialize};

use super::super::card::{cases, knowing};
use super::super::place::counties;
use super::asked::{OPEN, STRUCK};
use super::columns::Rows;
use super::overview::link;
use crate::store::{self, CaseLine, EntryFilter, EntryOrder, EntryPage};
use crate::{Kind, KindField, State, Value};

#[derive(Template)]
#[template(path = "public_ledgers.html")]
struct PublicLedgers {
    table: Option<DataTable>,
    empty: Option<Empty>,
}

#[derive(Template)]
#[template(path = "public_ledger.html")]
struct PublicLedger {
    steps: Breadcrumb,
    title: String,
    total: String,
    /// It has more than can be turned through.
    too_long: bool,
    filter: FilterBar,
    table: Option<DataTable>,
    empty: Option<Empty>,
    pager: Pager,
}

const PAGE: i64 = 50;
/// A longer list is narrowed, not turned through. Its places are numbers of pages, because a row's own place holds a time.
const MOST_PAGES: i64 = 20;
/// Of fewer votes nobody is told how they were cast.
const FEWEST_VOTES: i64 = 5;

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Asked {
    #[serde(skip_serializing_if = "String::is_empty")]
    county: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    state: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    page: String,
}

pub(super) async fn list(ctx: Ctx) -> Result {
    let known = cases(&ctx.site)?;
    // A server that was just started knows the kinds of the program alone.
    let engine = if has_public_ledger(&known.book.kinds) { known } else { known.fresh().await? };
    let scope = everywhere(&ctx.site, &counties(&ctx.site));
    let mut tx = ctx.site.db.snapshot().await?;
    let mut rows = Vec::new();
    for kind in engine.book.issued_kinds().into_iter().filter(|kind| kind.public_ledger) {
        rows.push(row(kind, counts(&mut tx, &scope, kind).await?));
    }
    let table = DataTable::new("公开台账").column("台账").figure("在办").figure("已销号");
    let is_empty = rows.is_empty();
    let page = PublicLedgers {
        table: (!is_empty).then(|| table.rows(rows)),
        empty: is_empty.then(|| {
            Empty::new("现在没有对外公开的台账").text("有了会列在这里。群众反映的问题和答复，请看问题墙、回音墙。")
        }),
    };
    ctx.page("公开台账", Density::Calm, &page)
}

pub(super) async fn show(ctx: Ctx, Path(name): Path<String>, Query(asked): Query<Asked>) -> Result {
    let engine = knowing(&ctx.site, &name).await?;
    let kind = engine.book.kind(&name).filter(|kind| kind.is_issued() && kind.public_ledger);
    let kind = kind.ok_or_else(Problem::not_found)?;
    let path = format!("/public-ledgers/{}", kind.name);
    let counties = counties(&ctx.site);
    let scope = everywhere(&ctx.site, &counties);
    let filter = filter(kind, &asked, &counties);
    let number = asked.page.parse::<i64>().unwrap_or(1).clamp(1, MOST_PAGES);
    let mut tx = ctx.site.db.snapshot().await?;
    let whole = EntryPage { order: EntryOrder::Issued, descending: true, at: None, limit: number * PAGE };
    let slice = store::entry_list(&mut tx, &scope, &filter, &whole).await?;
    let shown: Vec<_> = slice.rows.into_iter().skip(usize::try_from((number - 1) * PAGE).unwrap_or(0)).collect();
    let count = store::entry_count(&mut tx, &scope, &filter, false).await?;
    let lines = store::entry_lines(&mut tx, &shown).await?;
    let rows = Rows::find(&mut tx, &ctx.site, &engine, kind, lines).await?;
    let has_more = slice.next.is_some();
    let link = |page: i64| {
        let asked = Asked { page: if page > 1 { page.to_string() } else { String::new() }, ..asked.clone() };
        let query = huiyin_web::to_query(&asked);
        if query.is_empty() { path.clone() } else { format!("{path}?{query}") }
    };
    let is_empty = rows.lines.is_empty();
    if is_empty && number > 1 {
        return ctx.redirect(&link(1), None);
    }
    let title = format!("{}：公开台账", kind.label);
    let page = PublicLedger {
        steps: Breadcrumb::new(kind.label.as_str()).step("公开台账", "/public-ledgers"),
        title: title.clone(),
        total: count.items(),
        too_long: has_more && number == MOST_PAGES && (filter.region.is_none() || filter.states.is_empty()),
        filter: bar(&asked, &counties, &path),
        table: (!is_empty).then(|| table(&rows, filter.region.is_none())),
        empty: is_empty.then(|| Empty::new("没有符合条件的事项").text("减少一个条件再看。").icon("search")),
        pager: Pager::new(
            (number > 1).then(|| link(number - 1)),
            (has_more && number < MOST_PAGES).then(|| link(number + 1)),
        ),
    };
    ctx.page(&title, Density::Sheet, &page)
}

/// The whole city, as nobody in particular.
fn everywhere(site: &Site, counties: &[RegionEntry]) -> Scope {
    let regions = counties.iter().map(|county| county.region).chain([site.home]);
    Scope { reaches: regions.map(Reach::Region).collect(), account: None, held: Vec::new(), barred: BTreeSet::new() }
}

fn filter(kind: &Kind, asked: &Asked, counties: &[RegionEntry]) -> EntryFilter {
    EntryFilter {
        kind: kind.name.clone(),
        region: counties.iter().find(|county| county.code == asked.county).map(|county| county.region),
        states: match asked.state.as_str() {
            OPEN => State::OPEN.to_vec(),
            STRUCK => State::ECHOED.to_vec(),
            _ => Vec::new(),
        },
        ..EntryFilter::default()
    }
}

fn bar(asked: &Asked, counties: &[RegionEntry], path: &str) -> FilterBar {
    let all = || std::iter::once(Choice::new("", "全部"));
    let places = counties.iter().map(|county| Choice::new(&county.code, &county.name));
    let states = [Choice::new(OPEN, "在办"), Choice::new(STRUCK, "已销号")];
    FilterBar::new(path)
        .field(Field::select("county", "县（市、区）", all().chain(places).collect()).value(&asked.county))
        .field(Field::select("state", "状态", all().chain(states).collect()).value(&asked.state))
}

fn table(rows: &Rows<'_>, several: bool) -> DataTable {
    let public: Vec<&KindField> = rows.kind.fields.iter().filter(|field| field.public).collect();
    let table = DataTable::new(rows.kind.label.clone()).column("事项").column("承办单位");
    let table = public.iter().fold(table, |table, field| table.column(field.label.clone()));
    let table = if rows.kind.vote.is_some() { table.column("群众评议") } else { table };
    let table = table.column("状态").column("完成").column("期限");
    table.rows(rows.lines.iter().map(|line| {
        let mut cells = vec![Html::from(line.title.as_str()), rows.unit(line, several)];
        cells.extend(public.iter().map(|field| Html::from(rows.words(line, field))));
        cells.extend(rows.kind.vote.as_ref().map(|_| Html::from(votes(rows, line))));
        cells.extend([rows.state(line), rows.progress(line), rows.deadline(line)]);
        Row::new(cells)
    }))
}

/// How those whom it served voted, once it is struck off and enough of them did.
fn votes(rows: &Rows<'_>, line: &CaseLine) -> String {
    let Some(rule) = rows.kind.vote.as_ref().filter(|_| State::ECHOED.contains(&line.state)) else {
        return String::new();
    };
    let count = |field: &str| match rows.value(line, field) {
        Some(Value::Number(count)) => *count,
        _ => 0,
    };
    let (favour, against, abstained) = (count(&rule.favour), count(&rule.against), count(&rule.abstained));
    match favour + against + abstained {
        0 => String::new(),
        few if few < FEWEST_VOTES => format!("不到 {FEWEST_VOTES} 票，不公布"),
        _ => format!("满意 {favour}，不满意 {against}，弃权 {abstained}"),
    }
}

/// Whether there is anything to read.
pub(crate) fn has_public_ledger(kinds: &[Kind]) -> bool {
    kinds.iter().any(|kind| kind.is_issued() && kind.public_ledger)
}

fn row(kind: &Kind, [open, struck]: [store::Count; 2]) -> Row {
    let path = format!("/public-ledgers/{}", kind.name);
    let number = |count: store::Count, state: &str| {
        if count.n == 0 { Html::from("0") } else { link(&format!("{path}?state={state}"), &count.to_string()) }
    };
    Row::new([link(&path, &kind.label), number(open, OPEN), number(struck, STRUCK)])
}

/// How many of a kind are still to be done, and how many are struck off.
async fn counts(tx: &mut Tx, scope: &Scope, kind: &Kind) -> Result<[store::Count; 2]> {
    let filter = EntryFilter { kind: kind.name.clone(), ..EntryFilter::default() };
    let mut of = [store::Count::default(); 2];
    for (count, states) in of.iter_mut().zip([&State::OPEN[..], &State::ECHOED[..]]) {
        let filter = EntryFilter { states: states.to_vec(), ..filter.clone() };
        *count = store::entry_count(tx, scope, &filter, false).await?;
    }
    Ok(of)
}
