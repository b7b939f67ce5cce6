//! The public wall and the echo wall, page by page.

use huiyin_base::{Day, Region};
use huiyin_db::text::Side;
use huiyin_db::{Filter, Result, Tx, padded};

use super::case::posted;
use super::count::{Count, MOST_FOUND, up_to, wall_count};
use super::filter::{WallFilter, shown};
use super::list::{CaseLine, Cursor, LINES, Order, Page, Slice, Towards, paged};
use super::listed::{merged, merges};
use super::search;
use crate::State;

/// The public wall: what was posted.
pub async fn wall_list(tx: &mut Tx, filter: &WallFilter, page: &Page) -> Result<Slice<CaseLine>> {
    let Some(base) = public(tx, filter, page).await? else { return Ok(Slice::empty()) };
    paged(tx, base, page).await
}

/// The echo wall: what was answered. [`answers_of`](super::answers_of) finds the answers.
pub async fn echo_list(tx: &mut Tx, filter: &WallFilter, page: &Page) -> Result<Slice<CaseLine>> {
    wall_list(tx, &echoed(filter), page).await
}

/// The same filter on the echo wall.
pub fn echoed(filter: &WallFilter) -> WallFilter {
    WallFilter { states: State::ECHOED.to_vec(), ..filter.clone() }
}

/// A page of the wall, and how many problems the whole list has.
pub async fn wall_page(tx: &mut Tx, filter: &WallFilter, page: &Page) -> Result<(Slice<CaseLine>, Count)> {
    if page.at.is_none() && is_searched(tx, filter, page) {
        // Looked for once, for the rows and for the count.
        let mut found = search::newest(tx, filter, None, MOST_FOUND.max(page.limit) + 1).await?;
        let count = up_to(i64::try_from(found.len()).unwrap_or(i64::MAX), MOST_FOUND);
        found.truncate(usize::try_from(page.limit + 1).unwrap_or(usize::MAX));
        let Some(base) = at_places(filter, found) else { return Ok((Slice::empty(), count)) };
        return Ok((paged(tx, base, page).await?, count));
    }
    let slice = wall_list(tx, filter, page).await?;
    let count = match i64::try_from(slice.rows.len()) {
        // The whole list is in sight.
        Ok(n) if page.at.is_none() && slice.next.is_none() => Count { n, exact: true },
        _ => wall_count(tx, filter).await?,
    };
    Ok((slice, count))
}

/// Where a page of the public wall begins that a link names by the number of the case beside it, as it is named there
/// because a place in the list holds a time.
pub async fn wall_cursor(
    tx: &mut Tx,
    region: Region,
    number: (i64, i64),
    order: Order,
    towards: Towards,
) -> Result<Option<Cursor>> {
    let base = Filter::new("select x.seq, x.followers, x.answered_day from case_item x where");
    let row: Option<(i64, i64, Option<Day>)> = posted(base, region, number).query().fetch_optional(tx).await?;
    let cursor =
        |(seq, followers, answered)| Cursor { towards, due: None, mark: order.chosen(followers, answered), seq };
    Ok(row.map(cursor))
}

/// The wall's statement without order and page, for the list and for tests that read its plan.
pub(super) async fn public(tx: &mut Tx, filter: &WallFilter, page: &Page) -> Result<Option<Filter>> {
    let found = if is_searched(tx, filter, page) {
        search::newest(tx, filter, side(page), page.limit + 1).await?
    } else if page.order == Order::Newest && merges(filter) {
        merged(tx, filter, page).await?
    } else {
        return search::narrowed(tx, shown(Filter::new(LINES), filter), filter).await;
    };
    Ok(at_places(filter, found))
}

/// Whether the index of words finds the page's rows in their order.
fn is_searched(tx: &Tx, filter: &WallFilter, page: &Page) -> bool {
    page.order == Order::Newest && search::answers_alone(tx.engine(), filter)
}

/// What lies at these places of the list; none where there are none.
fn at_places(filter: &WallFilter, places: Vec<i64>) -> Option<Filter> {
    let base = shown(Filter::new(LINES), filter);
    (!places.is_empty()).then(|| base.and("x.seq in (?)").bind_list(padded(places)))
}

fn side(page: &Page) -> Option<Side> {
    page.at.map(|at| match at.towards {
        Towards::Next => Side::Before(at.seq),
        Towards::Previous => Side::After(at.seq),
    })
}
