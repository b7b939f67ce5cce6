//! One ledger: a dense table with the kind's marked fields as columns.

use askama::Template;
use huiyin_base::Problem;
use huiyin_db::Tx;
use huiyin_web::components::{Breadcrumb, Button, Choice, DataTable, Empty, Field, FilterBar, Html, Pager, Row};
use huiyin_web::{Can, Ctx, Density, Path, Query, Result};

use super::super::bulk_bar::BulkBar;
use super::super::card::knowing;
use super::super::saved_filter::SavedFilters;
use super::asked::{Asked, Narrowed, OPEN, OWN, STRUCK, narrowed, narrows};
use super::columns::{Rows, marked};
use super::groups;
use crate::permissions::{CaseSee, ISSUERS};
use crate::store::{self, EntryCursor, EntryOrder, EntryPage, FilterPage};
use crate::{FieldType, Kind, KindField, Standing, State};

#[derive(Template)]
#[template(path = "ledger_kind.html")]
struct LedgerPage {
    steps: Breadcrumb,
    title: String,
    total: String,
    exact: Option<String>,
    /// What the order leaves out.
    left_out: Option<String>,
    filter: FilterBar,
    saved: SavedFilters,
    groups: Option<DataTable>,
    table: Option<DataTable>,
    empty: Option<Empty>,
    pager: Pager,
    bulk: Option<BulkBar>,
    tools: Vec<Button>,
}

const PAGE: i64 = 50;
/// A longer list is no choice.
const MOST_CHOICES: i64 = 200;

pub(crate) async fn show(ctx: Ctx, can: Can<CaseSee>, Path(name): Path<String>, Query(asked): Query<Asked>) -> Result {
    let engine = knowing(&ctx.site, &name).await?;
    let kind = engine.book.kind(&name).filter(|kind| kind.is_issued()).ok_or_else(Problem::not_found)?;
    let path = format!("/ledgers/{}", kind.name);
    let mut tx = ctx.site.db.snapshot().await?;
    let narrowed = narrowed(&mut tx, &ctx.site, kind, &can, asked).await?;
    let asked = &narrowed.asked;
    let page = EntryPage {
        order: narrowed.order,
        descending: narrowed.descending,
        at: asked.get("at").parse().ok(),
        limit: PAGE,
    };
    let slice = store::entry_list(&mut tx, &can.scope, &narrowed.filter, &page).await?;
    let exact = asked.get("count") == "exact";
    let count = store::entry_count(&mut tx, &can.scope, &narrowed.filter, exact).await?;
    let lines = store::entry_lines(&mut tx, &slice.rows).await?;
    let rows = Rows::find(&mut tx, &ctx.site, &engine, kind, lines).await?;
    let conditions = conditions(&mut tx, kind, &narrowed).await?;
    let kept = huiyin_web::to_query(&asked.of_kind(&kind.name));
    let saved =
        SavedFilters::find(&mut tx, &ctx, &can.viewer, FilterPage::Ledgers, &kept, !asked.bare().link("").is_empty())
            .await?;
    let link = |at: Option<EntryCursor>| Some(asked.bare().with_place(&at?.to_string()).link(&path));
    let bar = bar(&mut tx, &can.scope, kind, &narrowed, &path).await?;
    let bar = conditions.iter().fold(bar, |bar, (label, without)| bar.chip(label, without.link(&path)));
    let bar = if conditions.len() > 1 { bar.clear(&path) } else { bar };
    let is_empty = rows.lines.is_empty();
    let ledger = LedgerPage {
        steps: Breadcrumb::new(kind.label.as_str()).step("分类台账", "/ledgers"),
        title: format!("{}台账", kind.label),
        total: count.items(),
        exact: (!count.exact).then(|| asked.bare().counted().link(&path)),
        left_out: left_out(kind, narrowed.order),
        filter: bar.export(asked.bare().link(&format!("{path}/sheet"))),
        saved,
        groups: groups::table(&mut tx, &ctx, &can.scope, kind, &narrowed, &path).await?,
        table: (!is_empty).then(|| table(&rows, &narrowed, &path)),
        empty: is_empty.then(|| empty(kind, !conditions.is_empty(), &path)),
        pager: Pager::new(link(slice.previous), link(slice.next)),
        bulk: BulkBar::of(&can.viewer, FilterPage::Ledgers, &kept, count.at_once()).filter(|_| !is_empty),
        tools: tools(&can, kind, &path),
    };
    ctx.page(&ledger.title.clone(), Density::Sheet, &ledger)
}

fn left_out(kind: &Kind, order: EntryOrder) -> Option<String> {
    match order {
        EntryOrder::Issued => None,
        EntryOrder::Due => Some("按期限排的，没有期限的不列。".to_owned()),
        EntryOrder::Mark(slot) => {
            let field = kind.fields.iter().find(|field| field.slot == Some(slot))?;
            Some(format!("按“{}”排的，没有填这一项的不列。", field.label))
        }
    }
}

fn tools(can: &Can<CaseSee>, kind: &Kind, path: &str) -> Vec<Button> {
    let roles = kind.roles(Standing::Desk);
    let may = can.viewer.has_any(ISSUERS) && can.viewer.grants.iter().any(|grant| roles.contains(&grant.role));
    let issue = || {
        let one = Button::primary(format!("下达{}", kind.label)).to(format!("{path}/new"));
        [one, Button::secondary("从表格下达").to(format!("{path}/sheet/new"))]
    };
    let public = Button::secondary("群众看到的").to(format!("/public-ledgers/{}", kind.name));
    let public = Some(public).filter(|_| kind.public_ledger);
    may.then(issue).into_iter().flatten().chain(public).collect()
}

/// The conditions that hold now, and the list without each.
async fn conditions(tx: &mut Tx, kind: &Kind, narrowed: &Narrowed) -> Result<Vec<(String, Asked)>> {
    let asked = narrowed.asked.bare();
    let mut all = Vec::new();
    if let Some(county) = narrowed.counties.iter().find(|county| county.code == asked.get("county")) {
        all.push((county.name.clone(), asked.with("county", "").with("town", "")));
    }
    if let Some(town) = narrowed.towns.iter().find(|town| Some(town.id) == narrowed.filter.township) {
        all.push((town.name.clone(), asked.with("town", "")));
    }
    let state = match asked.get("state") {
        OPEN => Some("在办".to_owned()),
        STRUCK => Some("已销号".to_owned()),
        word => State::parse(word).map(|state| kind.state_label(state).to_owned()),
    };
    all.extend(state.map(|label| (label, asked.with("state", ""))));
    if narrowed.filter.overdue_on.is_some() {
        all.push(("已超期".to_owned(), asked.with("due", "")));
    }
    if !narrowed.filter.owners.is_empty() {
        all.push(("本单位承办的".to_owned(), asked.with("owner", "")));
    }
    for field in kind.fields.iter().filter(|field| field.filter) {
        let given = asked.get(&narrows(field));
        let Some(value) = super::super::kind_fields::value_of(field, given).ok().flatten() else { continue };
        let given = crate::FieldValue::new(&field.id, value.clone());
        let named = super::super::kind_fields::Named::find(tx, kind, &[&given]).await?;
        all.push((format!("{}：{}", field.label, named.words(field, &value)), asked.with(&narrows(field), "")));
    }
    Ok(all)
}

/// The fields to narrow by, with what is chosen.
async fn bar(
    tx: &mut Tx,
    scope: &huiyin_directory::Scope,
    kind: &Kind,
    narrowed: &Narrowed,
    path: &str,
) -> Result<FilterBar> {
    let asked = &narrowed.asked;
    let mut bar = FilterBar::new(path);
    if narrowed.counties.len() > 1 {
        let counties = narrowed.counties.iter().map(|county| Choice::new(&county.code, &county.name));
        bar = bar.field(select("county", "县（市、区）", counties).value(asked.get("county")));
    }
    if !narrowed.towns.is_empty() {
        let towns = narrowed.towns.iter().map(|town| Choice::new(&town.code, &town.name));
        bar = bar.field(select("town", "乡镇（街道）", towns).value(asked.get("town")));
    }
    let struck = "已销号";
    let used = |state: &State| {
        kind.transitions.iter().any(|row| row.to == Some(*state)) && *state != State::Withdrawn
            || *state == State::Assigned
    };
    let whole = [Choice::new(OPEN, "在办"), Choice::new(STRUCK, struck)];
    // What the second of these says already is not said again.
    let states = State::ALL.iter().filter(|state| used(state) && kind.state_label(**state) != struck);
    let states = states.map(|state| Choice::new(state.as_str(), kind.state_label(*state)));
    let states = whole.into_iter().chain(states);
    bar = bar.field(select("state", "状态", states).value(asked.get("state")));
    bar = bar.field(select("due", "期限", std::iter::once(Choice::new("late", "已超期"))).value(asked.get("due")));
    for field in kind.fields.iter().filter(|field| field.filter && !(field.is_person() && asked.get("owner") != OWN)) {
        let drawn = narrowing(tx, scope, narrowed, field).await?;
        bar = bar.field(drawn.value(asked.get(&narrows(field))));
    }
    let own = std::iter::once(Choice::new(OWN, "本单位承办的"));
    let groups = [("state", "状态"), ("place", "地方"), ("unit", "承办单位")];
    let groups = groups.iter().map(|(word, label)| Choice::new(word, *label));
    let fields = kind.fields.iter().filter(|field| field.filter && field.kind == FieldType::Choice);
    let groups = groups.chain(fields.map(|field| Choice::new(&field.id, &field.label)));
    let none = std::iter::once(Choice::new("", "不分组"));
    bar = bar.field(select("owner", "承办", own).value(asked.get("owner")));
    bar = bar.field(Field::select("group", "分组", none.chain(groups).collect()).value(asked.get("group")));
    for name in ["sort", "dir"] {
        if !asked.get(name).is_empty() {
            bar = bar.keep(name, asked.get(name));
        }
    }
    Ok(bar)
}

/// A field to narrow by: what occurs, or what may be typed.
async fn narrowing(
    tx: &mut Tx,
    scope: &huiyin_directory::Scope,
    narrowed: &Narrowed,
    field: &KindField,
) -> Result<Field> {
    let name = narrows(field);
    Ok(match (field.kind, field.slot) {
        (FieldType::Choice, _) => {
            select(&name, &field.label, field.options.iter().map(|option| Choice::new(&option.id, &option.label)))
        }
        (FieldType::Organisation | FieldType::Place | FieldType::Person, Some(slot)) => {
            let filter = store::EntryFilter { mark: None, ..narrowed.filter.clone() };
            let mut keys = store::entry_marks(tx, scope, &filter, slot, MOST_CHOICES).await?;
            let are_many = keys.len() > usize::try_from(MOST_CHOICES).unwrap_or(usize::MAX);
            if are_many {
                // A part of them would hide the rest; what is chosen stays chosen.
                let chosen = narrowed.asked.get(&name);
                keys = if chosen.is_empty() { Vec::new() } else { vec![chosen.to_owned()] };
            }
            let named = super::super::kind_fields::Named::of_keys(tx, field, &keys).await?;
            let choices = keys.iter().map(|key| Choice::new(key, named.key(field, key)));
            // Whoever sees one county alone has none to choose.
            let all = match (are_many, narrowed.filter.region) {
                (false, _) => "全部",
                (true, None) if narrowed.counties.len() > 1 => "先选县（市、区）",
                (true, _) => "太多，先用别的条件",
            };
            Field::select(&name, &field.label, std::iter::once(Choice::new("", all)).chain(choices).collect())
        }
        (FieldType::Date, _) => Field::date(&name, &field.label),
        _ => Field::text(&name, &field.label),
    })
}

fn select(name: &str, label: &str, choices: impl Iterator<Item = Choice>) -> Field {
    Field::select(name, label, std::iter::once(Choice::new("", "全部")).chain(choices).collect())
}

fn table(rows: &Rows<'_>, narrowed: &Narrowed, path: &str) -> DataTable {
    let several = narrowed.counties.len() > 1 && narrowed.filter.region.is_none();
    let asked = narrowed.asked.bare();
    let sorted = |order: EntryOrder| (narrowed.order == order).then_some(!narrowed.descending);
    // The same column again turns the order round.
    let by = |word: &str, order: EntryOrder| {
        let turned = narrowed.order == order && !narrowed.descending;
        asked.with("sort", word).with("dir", if turned { "desc" } else { "asc" }).link(path)
    };
    let mut table = DataTable::new(rows.kind.label.clone()).picks("case", "bulk").column("事项").column("承办单位");
    for field in marked(rows.kind) {
        let is_figure = matches!(field.kind, FieldType::Number | FieldType::Money);
        let label =
            if field.kind == FieldType::Money { format!("{}（元）", field.label) } else { field.label.clone() };
        table = if is_figure { table.figure(label) } else { table.column(label) };
        if let (true, false, Some(slot)) = (field.sort, field.is_person(), field.slot) {
            table = table.sorted_by(by(&field.id, EntryOrder::Mark(slot)), sorted(EntryOrder::Mark(slot)));
        }
    }
    // A file is neither narrowed nor sorted by; the row says whether there is one.
    let files: Vec<&KindField> = rows.kind.fields.iter().filter(|field| field.kind == FieldType::File).collect();
    table = files.iter().fold(table, |table, field| table.column(field.label.clone()));
    let issued = EntryOrder::Issued;
    let table = table.column("状态").column("完成");
    let table = table.column("下达日期").sorted_by(by("issued", issued), sorted(issued));
    let table = table.column("期限").sorted_by(by("due", EntryOrder::Due), sorted(EntryOrder::Due));
    table.rows(rows.lines.iter().map(|line| {
        let mut cells = vec![Html::from(line.title.as_str()), rows.unit(line, several)];
        cells.extend(marked(rows.kind).map(|field| match field.kind {
            FieldType::Date => super::super::cell::nowrap(&rows.words(line, field)),
            _ => Html::from(rows.words(line, field)),
        }));
        cells.extend(files.iter().map(|field| match rows.value(line, &field.id) {
            Some(_) => Html::from("有"),
            None => Html::from("无"),
        }));
        cells.push(rows.state(line));
        cells.push(rows.progress(line));
        cells.push(super::super::cell::nowrap(&line.submitted_day.to_string()));
        cells.push(rows.deadline(line));
        Row::new(cells).to(format!("/cases/{}", line.id)).key(line.id.to_string()).named(line.title.clone())
    }))
}

fn empty(kind: &Kind, is_narrowed: bool, path: &str) -> Empty {
    if is_narrowed {
        let clear = Button::secondary("清除全部条件").to(path);
        return Empty::new("没有符合条件的事项").text("减少一个条件再找。").icon("search").action(clear);
    }
    Empty::new(format!("您的范围里还没有{}", kind.label)).text("下达以后，会一件一件记在这里，核验后逐号销账。")
}
