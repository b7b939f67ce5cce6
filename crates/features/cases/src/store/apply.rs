//! Writes what was decided: the case with its history, desks, counts and search words, in the caller's transaction.

use std::collections::BTreeMap;

use huiyin_db::{Filter, Result, RowChange, ToValue as _, Tx, insert_many, query, update_many};

use super::stored::Moving as _;
use super::{
    answer_put, clock_add, clock_put, cube_add, cube_cells, desk_items, desk_put, entry_move, event_add, follow_add,
    message_add, notice_mark, owner_add, photo_add, search_put, value_put,
};
use crate::{ActorKind, CaseEvent, CaseFollow, CaseItem, CasePhoto, CaseRef, Change};

/// Adds a new case with its first event. Gives the case back with the place it got in the lists.
pub async fn case_add(
    tx: &mut Tx,
    case: &CaseItem,
    event: &CaseEvent,
    follow: Option<&CaseFollow>,
    photos: &[CasePhoto],
) -> Result<CaseItem> {
    let mut case = case.clone();
    // Two cases of one millisecond may draw the same bits: the later takes the next place.
    while insert_many(tx, CaseItem::INSERT, vec![case.values()], "on conflict (region, seq) do nothing").await? == 0 {
        case.seq += 1;
    }
    clock_add(tx, std::iter::once(&case)).await?;
    event_add(tx, &[event]).await?;
    if let Some(follow) = follow {
        follow_add(tx, follow).await?;
    }
    photo_add(tx, photos).await?;
    desk_put(tx, &[], &desk_items(&case)).await?;
    Ok(case)
}

/// Saves a change of a case that is locked.
pub async fn case_save(tx: &mut Tx, before: &CaseItem, change: &Change) -> Result<()> {
    case_save_all(tx, &[(before, change)]).await
}

/// The same for several at once: what is appended goes in together.
pub async fn case_save_all(tx: &mut Tx, changes: &[(&CaseItem, &Change)]) -> Result<()> {
    let events: Vec<&CaseEvent> = changes.iter().map(|(_, change)| &change.event).collect();
    event_add(tx, &events).await?;
    change_all(tx, changes).await?;
    let moved = changes.iter().filter(|(before, change)| before.next_clock != change.after.next_clock);
    clock_put(tx, &moved.map(|(_, change)| &change.after).collect::<Vec<_>>()).await?;
    mark_all(tx, changes).await?;
    let (mut lay, mut lies) = (Vec::new(), Vec::new());
    let mut cells = BTreeMap::new();
    for &(before, change) in changes {
        beside_put(tx, before, change).await?;
        found_put(tx, before, &change.after).await?;
        entry_move(tx, before, &change.after).await?;
        lay.extend(desk_items(before));
        lies.extend(desk_items(&change.after));
        for (case, by) in [(before, -1), (&change.after, 1)] {
            for cell in cube_cells(case) {
                *cells.entry(cell).or_insert(0) += by;
            }
        }
    }
    desk_put(tx, &lay, &lies).await?;
    cube_add(tx, &cells).await
}

/// What a change writes in tables of its own.
async fn beside_put(tx: &mut Tx, before: &CaseItem, change: &Change) -> Result<()> {
    let after = &change.after;
    if before.original != after.original {
        original_put(tx, after).await?;
    }
    if let Some(owner) = &change.owner {
        owner_add(tx, owner).await?;
    }
    if let Some(answer) = &change.answer {
        answer_put(tx, answer).await?;
    }
    if let Some(message) = &change.message {
        message_add(tx, message).await?;
    }
    if !change.values.is_empty() {
        value_put(tx, after, &change.values).await?;
    }
    Ok(())
}

/// Under which words the case is found, where they are others now.
async fn found_put(tx: &mut Tx, before: &CaseItem, after: &CaseItem) -> Result<()> {
    let found_by = |case: &CaseItem| {
        let place = (case.township, case.village);
        (case.posted_day, case.listed(), place, case.category.clone(), case.text.clone(), case.title.clone())
    };
    if found_by(before) == found_by(after) {
        return Ok(());
    }
    let answer = if after.state.has_outcome() { super::answer_list(tx, after.at(), true).await?.pop() } else { None };
    search_put(tx, after, answer.as_ref().map(|answer| answer.text.as_str())).await
}

/// Writes the columns that have changed.
async fn change_all(tx: &mut Tx, changes: &[(&CaseItem, &Change)]) -> Result<()> {
    let rows = changes.iter().map(|(before, Change { after, .. })| RowChange {
        key: vec![("region", after.region.to_value()), ("id", after.id.to_value())],
        set: after.changed(before),
    });
    update_many(tx, "case_item", rows.collect::<Vec<_>>()).await?;
    Ok(())
}

/// Whoever asked is to be told what happened.
async fn mark_all(tx: &mut Tx, changes: &[(&CaseItem, &Change)]) -> Result<()> {
    let events = changes.iter().map(|(_, change)| &change.event);
    let news = events.filter(|event| event.actor != ActorKind::Reporter && crate::news(event.kind).is_some());
    let marks: Vec<_> = news.map(|event| (CaseRef { region: event.region, id: event.case_id }, event.kind)).collect();
    notice_mark(tx, &marks).await
}

/// What was written anew before anybody decided. It is no moving column: no other change carries it along.
async fn original_put(tx: &mut Tx, case: &CaseItem) -> Result<()> {
    let put = query("update case_item set original = $1 where region = $2 and id = $3").bind(&case.original);
    put.bind(case.region).bind(case.id).execute(tx).await?;
    Ok(())
}

/// Writes every column that may change, of a case that is locked.
pub async fn case_update(tx: &mut Tx, case: &CaseItem) -> Result<()> {
    let case = &CaseItem { touched: case.touched + 1, ..case.clone() };
    // The first assignment changes nothing; it lets every other begin with a comma.
    let update = case.assign(Filter::new("update case_item set kind = kind"));
    update.then("where region = ?").bind(case.region).and("id = ?").bind(case.id).query().execute(tx).await?;
    clock_put(tx, &[case]).await
}
