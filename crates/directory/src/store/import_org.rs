use huiyin_base::{Day, Id, Region};
use huiyin_db::{Result, Tx, query};

use crate::import::organisations::OrgState;

/// Every organisation of the regions, ended ones included, with the codes of former days.
pub async fn import_org_state(tx: &mut Tx, regions: &[Region]) -> Result<OrgState> {
    let orgs = query("select * from org where region in (list)").bind_list(regions.iter().copied());
    let former = query("select region, org, code, to_day from org_code where region in (list)");
    let former = former.bind_list(regions.iter().copied());
    Ok(OrgState { orgs: orgs.fetch_all(tx).await?, former: former.fetch_all::<(Region, Id, String, Day)>(tx).await? })
}
