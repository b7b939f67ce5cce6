use std::collections::BTreeMap;

use huiyin_base::Region;
use huiyin_cases::store::{clock_add, cube_add, cube_cells, desk_items, desk_put, search_put_words};
use huiyin_cases::{
    CaseAnswer, CaseErasure, CaseEvent, CaseFollow, CaseItem, CaseMessage, CaseOwner, CasePhoto, CaseRating,
};
use huiyin_db::{Result, Tx, Value, insert_many, values};

use crate::history::History;

/// Writes cases with all that is kept beside them: history, desks, counts and search words.
pub(crate) async fn history_add_many(tx: &mut Tx, histories: &[History]) -> Result<()> {
    insert_many(tx, CaseItem::INSERT, histories.iter().map(|history| history.item.values()).collect(), "").await?;
    clock_add(tx, histories.iter().map(|history| &history.item)).await?;
    all(tx, CaseEvent::INSERT, histories, |history| &history.events, CaseEvent::values).await?;
    all(tx, CaseOwner::INSERT, histories, |history| &history.owners, CaseOwner::values).await?;
    all(tx, CaseAnswer::INSERT, histories, |history| &history.answers, CaseAnswer::values).await?;
    all(tx, CaseMessage::INSERT, histories, |history| &history.messages, CaseMessage::values).await?;
    all(tx, CaseRating::INSERT, histories, |history| &history.ratings, CaseRating::values).await?;
    all(tx, CaseFollow::INSERT, histories, |history| &history.follows, CaseFollow::values).await?;
    all(tx, CasePhoto::INSERT, histories, |history| &history.photos, CasePhoto::values).await?;
    all(tx, CaseErasure::INSERT, histories, |history| &history.erasures, CaseErasure::values).await?;
    let receipts = histories.iter().filter_map(|history| {
        let item = &history.item;
        Some(values![item.receipt?, item.region, item.id])
    });
    insert_many(tx, "insert into receipt_lookup (hash, region, id)", receipts.collect(), "").await?;
    let desks: Vec<_> = histories.iter().flat_map(|history| desk_items(&history.item)).collect();
    desk_put(tx, &[], &desks).await?;
    let mut cells = BTreeMap::new();
    for cell in histories.iter().flat_map(|history| cube_cells(&history.item)) {
        *cells.entry(cell).or_insert(0) += 1;
    }
    cube_add(tx, &cells).await?;
    for history in histories.iter().filter(|history| history.item.posted_day.is_some()) {
        search_put_words(tx, &history.item, &history.words).await?;
    }
    Ok(())
}

async fn all<T>(
    tx: &mut Tx,
    head: &'static str,
    histories: &[History],
    rows: impl Fn(&History) -> &Vec<T>,
    values: impl Fn(&T) -> Vec<Value>,
) -> Result<()> {
    insert_many(tx, head, histories.iter().flat_map(|history| rows(history).iter().map(&values)).collect(), "").await?;
    Ok(())
}

/// The last number given in each county this year.
pub(crate) async fn counter_put(tx: &mut Tx, year: i64, last: &BTreeMap<Region, i64>) -> Result<()> {
    let rows = last.iter().map(|(region, n)| values![*region, year, *n]).collect();
    insert_many(tx, "insert into case_counter (region, year, n)", rows, "").await?;
    Ok(())
}

/// The last close-out number of a kind in each county and year.
pub(crate) async fn close_counter_put(tx: &mut Tx, kind: &str, last: &BTreeMap<(Region, i64), i64>) -> Result<()> {
    let rows = last.iter().map(|((region, year), n)| values![*region, kind, *year, *n]).collect();
    insert_many(tx, "insert into case_close_counter (region, kind, year, n)", rows, "").await?;
    Ok(())
}
