//! The selections of others, wrapped; and the tables of frozen numbers.

use huiyin_base::{Id, Region};
use huiyin_db::{Filter, Result, Tx, query};
use huiyin_directory::OrgRef;

use crate::cube::Bucket;
use crate::{Cell, Columns, Dimension, Key, Kind, Number, Position, Record, Selection};

mod snapshot;

pub(crate) use snapshot::{snapshot_add, snapshot_complete, snapshot_find, snapshot_row_add, snapshot_rows};

/// What follows a column that must lie in an organisation's subtree.
pub(crate) const BELOW: &str = "in (select a.org from org_ancestor a where a.region = ? and a.ancestor = ?)";

/// How `kind` adds up the rows: pieces of a select list.
fn measure(kind: Kind, columns: &Columns) -> [&'static str; 3] {
    match kind {
        Kind::Count | Kind::StockAt | Kind::Rate { .. } => ["count(*)", "", ""],
        Kind::Distinct => ["count(distinct", columns.distinct.unwrap_or("null"), ")"],
        Kind::Sum | Kind::Money => ["cast(coalesce(sum(", columns.amount.unwrap_or("0"), "), 0) as bigint)"],
    }
}

/// The plain value: for a rate, the part.
pub(crate) async fn number_count(tx: &mut Tx, kind: Kind, selection: Selection) -> Result<i64> {
    let [open, column, close] = measure(kind, &selection.columns);
    selection.rows.before(&["select", open, column, close]).query().fetch_scalar(tx).await
}

/// One grouped query: every cell that has rows, in the order of its key.
pub(crate) async fn number_group(tx: &mut Tx, kind: Kind, selection: Selection, by: Dimension) -> Result<Vec<Cell>> {
    let columns = selection.columns;
    let [open, column, close] = measure(kind, &columns);
    let group = |key: &[&'static str], tail: &'static str| {
        let pieces = [&["select"], key, &[",", open, column, close]].concat();
        selection.rows.clone().before(&pieces).then(tail).query()
    };
    let cell = |key: Option<Key>, value: i64| Cell { key: key.unwrap_or(Key::None), number: Number::plain(value) };
    match by {
        Dimension::Region => {
            let rows = group(&[columns.region], "group by 1 order by 1").fetch_all::<(Region, i64)>(tx).await?;
            Ok(rows.into_iter().map(|(region, value)| cell(Some(Key::Region(region)), value)).collect())
        }
        Dimension::Category => {
            let key = columns.category.unwrap_or("cast(null as text)");
            let rows = group(&[key], "group by 1 order by 1 nulls last").fetch_all::<(Option<String>, i64)>(tx).await?;
            Ok(rows.into_iter().map(|(word, value)| cell(word.map(Key::Category), value)).collect())
        }
        Dimension::Month => {
            let rows = group(&[columns.day, "/ 100"], "group by 1 order by 1").fetch_all::<(i64, i64)>(tx).await?;
            Ok(rows.into_iter().map(|(month, value)| cell(Some(Key::Month(month)), value)).collect())
        }
        Dimension::Township | Dimension::Village | Dimension::Owner => {
            let (region, org) = org_columns(&columns, by);
            let rows = group(&[region, ",", org], "group by 1, 2 order by 1, 2 nulls last");
            let rows = rows.fetch_all::<(Option<Region>, Option<Id>, i64)>(tx).await?;
            let key = |region: Option<Region>, org: Option<Id>| Some(Key::Org(region?, org?));
            Ok(rows.into_iter().map(|(region, org, value)| cell(key(region, org), value)).collect())
        }
    }
}

/// One grouped query over county, category and month together.
pub(crate) async fn number_cube(tx: &mut Tx, kind: Kind, selection: Selection) -> Result<Vec<Bucket>> {
    let columns = selection.columns;
    let [open, column, close] = measure(kind, &columns);
    let category = columns.category.unwrap_or("cast(null as text)");
    let pieces = ["select", columns.region, ",", category, ",", columns.day, "/ 100,", open, column, close];
    let rows = selection.rows.before(&pieces).then("group by 1, 2, 3").query();
    let rows = rows.fetch_all::<(Region, Option<String>, i64, i64)>(tx).await?;
    let bucket = |(region, category, month, value)| Bucket { region, category, month, value };
    Ok(rows.into_iter().map(bucket).collect())
}

/// Where the row with this short number stands in the list.
pub(crate) async fn position_find(
    tx: &mut Tx,
    selection: Selection,
    region: Region,
    (year, number): (i64, i64),
) -> Result<Option<Position>> {
    let Columns { id, day, .. } = selection.columns;
    let Some((year_column, number_column)) = selection.columns.number else { return Ok(None) };
    let mut rows = selection.rows.before(&["select", day, ",", id]);
    for (column, value) in [(year_column, year), (number_column, number)] {
        rows = rows.then("and").then(column).then("= ?").bind(value);
    }
    rows = rows.then("and").then(selection.columns.region).then("= ?").bind(region);
    let found = rows.query().fetch_optional(tx).await?;
    Ok(found.map(|(day, id)| Position { day, id }))
}

fn org_columns(columns: &Columns, by: Dimension) -> (&'static str, &'static str) {
    const NO_ID: &str = "cast(null as uuid)";
    match by {
        Dimension::Township => (columns.region, columns.township.unwrap_or(NO_ID)),
        Dimension::Village => (columns.region, columns.village.unwrap_or(NO_ID)),
        _ => columns.owner.unwrap_or((columns.region, NO_ID)),
    }
}

/// A page of the rows, newest first. A distinct figure lists the newest row of each value that it tells apart.
pub(crate) async fn record_list(
    tx: &mut Tx,
    kind: Kind,
    selection: Selection,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<Record>> {
    let Columns { day, id, .. } = selection.columns;
    let records = columns_of_record(&selection.columns);
    let mut rows = selection.rows;
    let (mut day, mut id) = (day, id);
    if kind == Kind::Distinct {
        let each = selection.columns.distinct.unwrap_or("null");
        let turn = [", row_number() over (partition by", each, "order by", day, "desc,", id, "desc) as turn"];
        rows = rows.and_present(each).before(&turn).before(&records).before(&["select r.* from ("]);
        rows = rows.then(") as r where r.turn = 1");
        (day, id) = ("r.day", "r.id");
    } else {
        rows = rows.before(&records);
    }
    if let Some(Position { day: last_day, id: last_id }) = after {
        rows = rows.then("and (").then(day).then(",").then(id).then(") < (?, ?)").bind(last_day).bind(last_id);
    }
    rows = rows.then("order by").then(day).then("desc,").then(id).then("desc limit ?").bind(limit);
    rows.query().fetch_all(tx).await
}

fn columns_of_record(columns: &Columns) -> Vec<&'static str> {
    let (year, number) = columns.number.unwrap_or(("cast(null as bigint)", "cast(null as bigint)"));
    let mut pieces = vec!["select", columns.region, "as region,", columns.id, "as id,", columns.day, "as day,"];
    pieces.extend([columns.title, "as title,", columns.category.unwrap_or("cast(null as text)"), "as category,"]);
    pieces.extend([
        year,
        "as year,",
        number,
        "as number,",
        columns.amount.unwrap_or("cast(null as bigint)"),
        "as amount",
    ]);
    pieces
}

trait Present {
    /// `count(distinct x)` leaves nulls out, and so must its list.
    fn and_present(self, column: &'static str) -> Self;
}

impl Present for Filter {
    fn and_present(self, column: &'static str) -> Self {
        self.then("and").then(column).then("is not null")
    }
}

/// The organisation itself and all above it, inside its region.
pub(crate) async fn org_path(tx: &mut Tx, org: OrgRef) -> Result<Vec<Id>> {
    query("select a.ancestor from org_ancestor a where a.region = $1 and a.org = $2")
        .bind(org.region)
        .bind(org.id)
        .fetch_column(tx)
        .await
}
