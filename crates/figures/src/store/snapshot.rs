use huiyin_base::{Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, values};

use crate::freeze::FrozenRow;
use crate::freeze::Head;
use crate::{Record, Snapshot};

pub(crate) async fn snapshot_add(tx: &mut Tx, head: &Head) -> Result<()> {
    let days = head.cut.days();
    query(
        "insert into figure_snapshot
             (region, id, figure, value, whole, place_region, place_org, owner_region, owner, category, from_day, to_day,
              made_at, complete)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(head.id.region())
    .bind(head.id)
    .bind(head.figure)
    .bind(head.number.value)
    .bind(head.number.over)
    .bind(head.place_region())
    .bind(head.place_org())
    .bind(head.cut.owner.map(|owner| owner.region))
    .bind(head.cut.owner.map(|owner| owner.id))
    .bind(head.cut.category.as_deref())
    .bind(days.from)
    .bind(days.to)
    .bind(head.now)
    .bind(false)
    .execute(tx)
    .await?;
    Ok(())
}

pub(crate) async fn snapshot_row_add(tx: &mut Tx, snapshot: Id, position: i64, records: &[Record]) -> Result<u64> {
    let rows = (position + 1..).zip(records).map(|(position, record)| {
        let Record { region, id, day, title, category, year, number, amount } = record.clone();
        values![snapshot.region(), snapshot, position, region, id, day, title, category, year, number, amount]
    });
    let head = "insert into figure_snapshot_row
        (region, snapshot, position, fact_region, fact, day, title, category, year, number, amount)";
    insert_many(tx, head, rows.collect(), "").await
}

pub(crate) async fn snapshot_complete(tx: &mut Tx, id: Id) -> Result<()> {
    query("update figure_snapshot set complete = $3 where region = $1 and id = $2")
        .bind(id.region())
        .bind(id)
        .bind(true)
        .execute(tx)
        .await?;
    Ok(())
}

pub(crate) async fn snapshot_find(tx: &mut Tx, id: Id) -> Result<Option<Snapshot>> {
    query(
        "select figure, value, whole, from_day, to_day, made_at, complete
         from figure_snapshot where region = $1 and id = $2",
    )
    .bind(id.region())
    .bind(id)
    .fetch_optional(tx)
    .await
}

pub(crate) async fn snapshot_rows(tx: &mut Tx, id: Id, position: i64, limit: i64) -> Result<Vec<Record>> {
    query(
        "select fact_region as region, fact as id, day, title, category, year, number, amount
         from figure_snapshot_row where region = $1 and snapshot = $2 and position > $3 order by position limit $4",
    )
    .bind(id.region())
    .bind(id)
    .bind(position)
    .bind(limit)
    .fetch_all(tx)
    .await
}

/// What the rows of each region add up to: how many, or their amounts.
pub(crate) async fn snapshot_regions(tx: &mut Tx, id: Id, amounts: bool) -> Result<Vec<(Region, i64)>> {
    query(
        "select fact_region, cast(sum(case when $3 then coalesce(amount, 0) else 1 end) as bigint)
         from figure_snapshot_row where region = $1 and snapshot = $2 group by fact_region order by fact_region",
    )
    .bind(id.region())
    .bind(id)
    .bind(amounts)
    .fetch_all(tx)
    .await
}

pub(crate) async fn snapshot_rows_in(
    tx: &mut Tx,
    id: Id,
    region: Option<Region>,
    position: i64,
    limit: i64,
) -> Result<Vec<FrozenRow>> {
    let rows = Filter::new(
        "select position, fact_region as region, day, title, category, year, number
         from figure_snapshot_row where region = ? and snapshot = ? and position > ?",
    );
    let rows = rows.bind(id.region()).bind(id).bind(position).and_some("fact_region = ?", region);
    rows.then("order by position limit ?").bind(limit).query().fetch_all(tx).await
}
