//! Whole histories at once: imports and the demo city.

use std::collections::BTreeMap;

use huiyin_base::{Id, Region};
use huiyin_db::{Result, Tx, Value, insert_many, values};

use super::{
    DeskItem, clock_add, cube_add, cube_cells, desk_items, desk_put, entry_add_many, search_put, value_add_many,
};
use crate::{
    CaseAnswer, CaseEvent, CaseFollow, CaseItem, CaseMessage, CaseOwner, CasePhoto, CaseRating, CaseRef, FieldValue,
    History, Kind,
};

/// Writes cases with everything beside them, their desks, counts and search words. Hand over a few hundred at a time.
pub async fn history_add_many(tx: &mut Tx, histories: &[History]) -> Result<()> {
    history_add_records(tx, histories).await?;
    for history in histories {
        let accepted = history.answers.last().filter(|_| history.item.answered_day.is_some());
        search_put(tx, &history.item, accepted.map(|answer| answer.text.as_str())).await?;
    }
    Ok(())
}

/// The same without the search words, for those who cut them before the write.
pub async fn history_add_records(tx: &mut Tx, histories: &[History]) -> Result<()> {
    let rows = |values: fn(&History) -> Vec<Vec<Value>>| histories.iter().flat_map(values).collect::<Vec<_>>();
    insert_many(tx, CaseItem::INSERT, rows(|history| vec![history.item.values()]), "").await?;
    clock_add(tx, histories.iter().map(|history| &history.item)).await?;
    insert_many(tx, CaseEvent::INSERT, rows(|history| history.events.iter().map(CaseEvent::values).collect()), "")
        .await?;
    insert_many(tx, CaseOwner::INSERT, rows(|history| history.owners.iter().map(CaseOwner::values).collect()), "")
        .await?;
    insert_many(tx, CaseAnswer::INSERT, rows(|history| history.answers.iter().map(CaseAnswer::values).collect()), "")
        .await?;
    insert_many(
        tx,
        CaseMessage::INSERT,
        rows(|history| history.messages.iter().map(CaseMessage::values).collect()),
        "",
    )
    .await?;
    insert_many(tx, CasePhoto::INSERT, rows(|history| history.photos.iter().map(CasePhoto::values).collect()), "")
        .await?;
    insert_many(tx, CaseRating::INSERT, rows(|history| history.ratings.iter().map(CaseRating::values).collect()), "")
        .await?;
    insert_many(tx, CaseFollow::INSERT, rows(|history| history.follows.iter().map(CaseFollow::values).collect()), "")
        .await?;
    let given: Vec<(&CaseItem, &[FieldValue])> =
        histories.iter().map(|history| (&history.item, history.values.as_slice())).collect();
    value_add_many(tx, &given).await?;
    let issued = histories.iter().filter(|history| history.is_issued());
    let entered: Vec<(&CaseItem, &[FieldValue])> =
        issued.map(|history| (&history.item, history.values.as_slice())).collect();
    entry_add_many(tx, &entered).await?;
    let desks: Vec<DeskItem> = histories.iter().flat_map(|history| desk_items(&history.item)).collect();
    desk_put(tx, &[], &desks).await?;
    let mut cells = BTreeMap::new();
    for cell in histories.iter().flat_map(|history| cube_cells(&history.item)) {
        *cells.entry(cell).or_insert(0) += 1;
    }
    cube_add(tx, &cells).await
}

/// Receipts and the cases they lead to.
pub async fn receipt_add_many(tx: &mut Tx, receipts: &[([u8; 32], CaseRef)]) -> Result<()> {
    let rows = receipts.iter().map(|(hash, case)| values![*hash, case.region, case.id]);
    insert_many(tx, "insert into receipt_lookup (hash, region, id)", rows.collect(), "on conflict do nothing").await?;
    Ok(())
}

/// The last numbers given, so that the next posting goes on from them.
pub async fn counter_put_many(tx: &mut Tx, counters: &[(Region, i64, i64)]) -> Result<()> {
    let rows = counters.iter().map(|(region, year, n)| values![*region, *year, *n]);
    let head = "insert into case_counter (region, year, n)";
    let tail = "on conflict (region, year) do update set n = excluded.n where excluded.n > case_counter.n";
    insert_many(tx, head, rows.collect(), tail).await?;
    Ok(())
}

/// Keeps a kind as it was on the day it was first used.
pub async fn kind_put(tx: &mut Tx, kind: &Kind) -> Result<()> {
    super::kind_freeze(tx, kind, kind.from).await
}

/// Which of these ids are cases of the region already: an import that goes on after an interruption asks.
pub async fn case_known(tx: &mut Tx, region: Region, ids: &[Id]) -> Result<Vec<Id>> {
    let base = huiyin_db::Filter::new("select x.id from case_item x where x.region = ?").bind(region);
    base.and("x.id in (?)").bind_list(ids.iter().copied()).query().fetch_column(tx).await
}
