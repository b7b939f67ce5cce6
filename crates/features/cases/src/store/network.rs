//! Networks of units' offices.

use huiyin_base::{Id, Region};
use huiyin_db::{Result, Tx, query};
use huiyin_directory::OrgRef;

/// The networks of a county's units.
pub async fn network_list(tx: &mut Tx, region: Region) -> Result<Vec<(Id, String)>> {
    let rows = query("select org, network from unit_network where region = $1 order by org, network");
    rows.bind(region).fetch_all(tx).await
}

/// Adds one; twice is once.
pub async fn network_add(tx: &mut Tx, org: OrgRef, network: &str) -> Result<()> {
    let add = query("insert into unit_network (region, org, network) values ($1, $2, $3) on conflict do nothing");
    add.bind(org.region).bind(org.id).bind(network).execute(tx).await?;
    Ok(())
}

/// Takes one off.
pub async fn network_remove(tx: &mut Tx, org: OrgRef, network: &str) -> Result<()> {
    let remove = query("delete from unit_network where region = $1 and org = $2 and network = $3");
    remove.bind(org.region).bind(org.id).bind(network).execute(tx).await?;
    Ok(())
}
