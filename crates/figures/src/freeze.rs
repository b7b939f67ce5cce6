//! A number printed in a bulletin keeps the rows behind it as they were, whatever happens to them later.

use huiyin_base::{Id, Instant, Problem};
use huiyin_db::{Db, Result, Tx, row};

use crate::{Cut, Figure, Number, Place, Record, Registry, store};

/// Rows written together: a write stays short.
const CHUNK: usize = 400;

row! {
    /// A frozen number.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Snapshot {
        /// The figure's id.
        pub figure: String,
        /// The value; of a rate the part.
        pub value: i64,
        /// Of a rate the whole.
        pub whole: Option<i64>,
        /// The first day.
        pub from_day: huiyin_base::Day,
        /// The last day.
        pub to_day: huiyin_base::Day,
        /// When it was frozen.
        pub made_at: Instant,
        /// Every row has been written.
        pub complete: bool,
    }
}

row! {
    /// A row behind a frozen number, as it was.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct FrozenRow {
        /// Its place in the list, from 1.
        pub position: i64,
        /// Where it lies.
        pub region: huiyin_base::Region,
        /// Its day.
        pub day: huiyin_base::Day,
        /// What it was called.
        pub title: String,
        /// Its category.
        pub category: Option<String>,
        /// Its number's year.
        pub year: Option<i64>,
        /// Its number in the year.
        pub number: Option<i64>,
    }
}

/// Freezes the number over `cut` under `id`, whose region keeps it; gives the number.
///
/// The rows are read from one snapshot and written in chunks; the snapshot shows only when the last one is in. Of a rate the
/// rows of the part are kept, and the whole as a number.
pub async fn freeze(
    db: &Db,
    registry: &Registry,
    figure: &Figure,
    cut: &Cut,
    id: Id,
    now: Instant,
) -> Result<Number, Problem> {
    let mut tx = db.snapshot().await?;
    let number = registry.value(&mut tx, figure, cut).await?;
    let head = Head { figure: figure.id, cut: cut.clone(), number, id, now };
    db.write("snapshot_add", move |tx| {
        let head = head.clone();
        Box::pin(async move { Ok(store::snapshot_add(tx, &head).await?) })
    })
    .await?;
    let (mut position, mut after) = (0_i64, None);
    loop {
        let list = registry.list(&mut tx, figure, cut, after, CHUNK).await?;
        let next_position = position + i64::try_from(list.records.len()).unwrap_or(0);
        let records = list.records;
        db.write("snapshot_row_add", move |tx| {
            let records = records.clone();
            Box::pin(async move { Ok(store::snapshot_row_add(tx, id, position, &records).await?) })
        })
        .await?;
        position = next_position;
        after = list.next;
        if after.is_none() {
            break;
        }
    }
    db.write("snapshot_complete", move |tx| Box::pin(async move { Ok(store::snapshot_complete(tx, id).await?) }))
        .await?;
    Ok(number)
}

/// Freezes the number over `cut` within a write, once: a second call finds what the first has kept and leaves it alone.
///
/// For what a job freezes figure by figure: each is whole or not there, so a job that died goes on with the next. The rows
/// never leave the database.
pub async fn freeze_in(
    tx: &mut Tx,
    registry: &Registry,
    figure: &Figure,
    cut: &Cut,
    id: Id,
    now: Instant,
) -> Result<Number> {
    if let Some(kept) = store::snapshot_find(tx, id).await? {
        return Ok(Number { value: kept.value, over: kept.whole });
    }
    let number = registry.value(tx, figure, cut).await?;
    store::snapshot_add(tx, &Head { figure: figure.id, cut: cut.clone(), number, id, now }).await?;
    store::snapshot_fill(tx, figure.kind, (figure.rows)(cut), id).await?;
    store::snapshot_complete(tx, id).await?;
    Ok(number)
}

/// What the frozen rows of each region add up to, in the order of the regions.
pub async fn frozen_regions(tx: &mut Tx, id: Id, figure: &Figure) -> Result<Vec<(huiyin_base::Region, i64)>> {
    store::snapshot_regions(tx, id, figure.adds_amounts()).await
}

/// The frozen number, once it is complete.
pub async fn snapshot_find(tx: &mut Tx, id: Id) -> Result<Option<Snapshot>> {
    Ok(store::snapshot_find(tx, id).await?.filter(|snapshot| snapshot.complete))
}

/// The rows as they were, from the one after `position` (0 for the first page).
pub async fn frozen_list(tx: &mut Tx, id: Id, position: i64, limit: i64) -> Result<Vec<Record>> {
    store::snapshot_rows(tx, id, position, limit).await
}

/// The same of one region alone, each row with its position.
pub async fn frozen_list_in(
    tx: &mut Tx,
    id: Id,
    region: Option<huiyin_base::Region>,
    position: i64,
    limit: i64,
) -> Result<Vec<FrozenRow>> {
    store::snapshot_rows_in(tx, id, region, position, limit).await
}

/// What is frozen, as the store writes it.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) figure: &'static str,
    pub(crate) cut: Cut,
    pub(crate) number: Number,
    pub(crate) id: Id,
    pub(crate) now: Instant,
}

impl Head {
    /// The region of the place, or none for the city.
    pub(crate) fn place_region(&self) -> Option<huiyin_base::Region> {
        match self.cut.place {
            Place::City => None,
            Place::Region(region) => Some(region),
            Place::Org(org) => Some(org.region),
        }
    }

    /// The township or village of the place.
    pub(crate) fn place_org(&self) -> Option<Id> {
        if let Place::Org(org) = self.cut.place { Some(org.id) } else { None }
    }
}
