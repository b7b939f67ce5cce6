//! The selections of others, wrapped; and the tables of frozen numbers.

use huiyin_base::{Id, Region};
use huiyin_db::{Filter, Result, Tx, query};
use huiyin_directory::OrgRef;

use crate::cube::Bucket;
use crate::{Cell, Columns, CrossCell, Dimension, Key, Kind, Number, Position, Record, Selection, Waiting};

mod snapshot;

pub(crate) use snapshot::{
    snapshot_add, snapshot_complete, snapshot_find, snapshot_regions, snapshot_row_add, snapshot_rows, snapshot_rows_in,
};

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
        Dimension::SubCategory => {
            let key = columns.sub_category.unwrap_or("cast(null as text)");
            let rows = group(&[key], "group by 1 order by 1 nulls last").fetch_all::<(Option<String>, i64)>(tx).await?;
            Ok(rows.into_iter().map(|(word, value)| cell(word.map(Key::SubCategory), value)).collect())
        }
        Dimension::Score => {
            let key = columns.score.unwrap_or("cast(null as bigint)");
            let rows = group(&[key], "group by 1 order by 1 nulls last").fetch_all::<(Option<i64>, i64)>(tx).await?;
            Ok(rows.into_iter().map(|(score, value)| cell(score.map(Key::Score), value)).collect())
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

/// One grouped query by two things at once.
pub(crate) async fn number_cross(
    tx: &mut Tx,
    kind: Kind,
    selection: Selection,
    by: (Dimension, Dimension),
) -> Result<Vec<CrossCell>> {
    type Part = (Option<i64>, Option<String>, Option<Id>);
    let columns = selection.columns;
    let [open, column, close] = measure(kind, &columns);
    let pieces = [&["select"][..], &parts(&columns, by.0), &[","], &parts(&columns, by.1), &[",", open, column, close]];
    let rows = selection.rows.before(&pieces.concat()).then("group by 1, 2, 3, 4, 5, 6").query();
    let rows = rows
        .fetch_all::<(Option<i64>, Option<String>, Option<Id>, Option<i64>, Option<String>, Option<Id>, i64)>(tx)
        .await?;
    let key = |by: Dimension, (number, word, id): Part| {
        let region = number.and_then(|number| u16::try_from(number).ok()).and_then(Region::new);
        match by {
            Dimension::Region => region.map(Key::Region),
            Dimension::Month => number.map(Key::Month),
            Dimension::Score => number.map(Key::Score),
            Dimension::Category => word.map(Key::Category),
            Dimension::SubCategory => word.map(Key::SubCategory),
            Dimension::Township | Dimension::Village | Dimension::Owner => {
                region.zip(id).map(|(region, id)| Key::Org(region, id))
            }
        }
        .unwrap_or(Key::None)
    };
    let cell = |(n1, w1, i1, n2, w2, i2, value)| CrossCell {
        keys: (key(by.0, (n1, w1, i1)), key(by.1, (n2, w2, i2))),
        number: Number::plain(value),
    };
    Ok(rows.into_iter().map(cell).collect())
}

/// A dimension as number, word and id: what it is not is null.
fn parts(columns: &Columns, by: Dimension) -> Vec<&'static str> {
    const NUMBER: &str = "cast(null as bigint)";
    const WORD: &str = "cast(null as text)";
    const ID: &str = "cast(null as uuid)";
    match by {
        Dimension::Region => vec![columns.region, ",", WORD, ",", ID],
        Dimension::Month => vec![columns.day, "/ 100,", WORD, ",", ID],
        Dimension::Score => vec![columns.score.unwrap_or(NUMBER), ",", WORD, ",", ID],
        Dimension::Category => vec![NUMBER, ",", columns.category.unwrap_or(WORD), ",", ID],
        Dimension::SubCategory => vec![NUMBER, ",", columns.sub_category.unwrap_or(WORD), ",", ID],
        Dimension::Township | Dimension::Village | Dimension::Owner => {
            let (region, org) = org_columns(columns, by);
            vec![region, ",", WORD, ",", org]
        }
    }
}

/// The rows that have waited longest, the oldest first, each with the organisation responsible.
pub(crate) async fn waiting_list(tx: &mut Tx, selection: Selection, limit: i64) -> Result<Vec<Waiting>> {
    let Columns { day, id, region, township, village, .. } = selection.columns;
    let (owner_region, owner) = selection.columns.owner.unwrap_or((region, "cast(null as uuid)"));
    let mut pieces = columns_of_record(&selection.columns);
    pieces.extend([",", owner_region, "as owner_region,", owner, "as owner,"]);
    pieces.extend([township.unwrap_or("cast(null as uuid)"), "as township,"]);
    pieces.extend([village.unwrap_or("cast(null as uuid)"), "as village"]);
    let rows = selection.rows.before(&pieces).then("order by").then(day).then(",").then(id).then("limit ?").bind(limit);
    rows.query().fetch_all(tx).await
}

/// What organisations are called, with the code of each.
pub(crate) async fn org_names(tx: &mut Tx, orgs: &[OrgRef]) -> Result<Vec<(Region, Id, String, String)>> {
    let mut regions: std::collections::BTreeMap<Region, Vec<Id>> = std::collections::BTreeMap::new();
    for org in orgs {
        regions.entry(org.region).or_default().push(org.id);
    }
    let mut names = Vec::new();
    for (region, mut ids) in regions {
        ids.sort_unstable();
        ids.dedup();
        for some in ids.chunks(500) {
            let base = Filter::new("select o.region, o.id, o.code, o.name from org o where o.region = ?").bind(region);
            let found = base.and("o.id in (?)").bind_list(some.iter().copied()).query();
            names.extend(found.fetch_all::<(Region, Id, String, String)>(tx).await?);
        }
    }
    Ok(names)
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
    let (mut rows, day, id) = records(kind, selection);
    if let Some(Position { day: last_day, id: last_id }) = after {
        rows = rows.then("and (").then(day).then(",").then(id).then(") < (?, ?)").bind(last_day).bind(last_id);
    }
    rows = rows.then("order by").then(day).then("desc,").then(id).then("desc limit ?").bind(limit);
    rows.query().fetch_all(tx).await
}

/// The rows as records, with the columns by which they stand in order.
fn records(kind: Kind, selection: Selection) -> (Filter, &'static str, &'static str) {
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
    (rows, day, id)
}

/// Keeps every row of the selection under a snapshot, newest first, without reading them.
pub(crate) async fn snapshot_fill(tx: &mut Tx, kind: Kind, selection: Selection, snapshot: Id) -> Result<u64> {
    let (rows, ..) = records(kind, selection);
    let head = ["insert into figure_snapshot_row
             (region, snapshot, position, fact_region, fact, day, title, category, year, number, amount)
         select h.region, h.id, row_number() over (order by r.day desc, r.id desc), r.region, r.id, r.day, r.title,
             r.category, r.year, r.number, r.amount from ("];
    let rows = rows.before(&head).then(") as r cross join figure_snapshot h where h.region = ? and h.id = ?");
    rows.bind(snapshot.region()).bind(snapshot).query().execute(tx).await
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
