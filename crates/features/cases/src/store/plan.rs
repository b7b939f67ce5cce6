//! How the engine would read a list, for tests that read query plans.

use huiyin_base::{Id, Region};
use huiyin_db::{Filter, Result, Tx};
use huiyin_directory::Scope;

use super::desk::DeskItem;
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

/// How the engine would find the parts of these cases.
pub async fn parts_plan(tx: &mut Tx, region: Region, cases: &[Id]) -> Result<Vec<String>> {
    super::joint::parts_of(region, cases).query().explain(tx).await
}

/// How the engine would take these things off their desks.
pub async fn deletion_plan(tx: &mut Tx, gone: &[&DeskItem]) -> Result<Vec<String>> {
    super::desk::deletion(gone).query().explain(tx).await
}
