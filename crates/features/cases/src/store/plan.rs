//! How the engine would read a list, for tests that read query plans.

use huiyin_db::{Filter, Result, Tx};
use huiyin_directory::{OrgRef, Scope};

use super::desk::{DeskItem, DeskPage};
use super::filter::{CaseFilter, WallFilter, narrowed, scoped, sight};
use super::list::{LINES, Page, ordered};
use super::wall::public;

/// How the engine would read a page of the wall.
pub async fn wall_plan(tx: &mut Tx, filter: &WallFilter, page: &Page) -> Result<Vec<String>> {
    let Some(base) = public(tx, filter, page).await? else { return Ok(Vec::new()) };
    ordered(base, page).query().explain(tx).await
}

/// How the engine would read a page of a staff list.
pub async fn case_plan(tx: &mut Tx, scope: &Scope, filter: &CaseFilter, page: &Page) -> Result<Vec<String>> {
    let sight = sight(tx, scope, filter.wall.region).await?;
    let base = scoped(narrowed(Filter::new(LINES).then("1 = 1"), filter), &sight, filter.wall.region);
    ordered(base, page).query().explain(tx).await
}

/// How the engine would read a page of a desk.
pub async fn desk_plan(tx: &mut Tx, scope: &Scope, at: &[OrgRef], page: &DeskPage) -> Result<Vec<String>> {
    let Some(rows) = super::desk::shown(scope, at, page) else { return Ok(Vec::new()) };
    rows.query().explain(tx).await
}

/// How the engine would take these things off their desks.
pub async fn deletion_plan(tx: &mut Tx, gone: &[&DeskItem]) -> Result<Vec<String>> {
    super::desk::deletion(gone).query().explain(tx).await
}
