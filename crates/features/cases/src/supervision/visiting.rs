//! Who goes where: nobody inspects where he works himself, nor what stands above or below it.

use huiyin_base::{Id, Problem};
use huiyin_db::Tx;
use huiyin_directory::{OrgRef, grant_list};

use super::store::{Inspection, InspectionTeam, InspectionUnit, member_list};
use crate::store::lines_find;

/// Whether somebody of the team holds a role at the unit, below it or above it. What he holds at the inspecting organisation is
/// what he inspects by.
pub async fn conflicts(tx: &mut Tx, inspection: &Inspection, team: Id, unit: OrgRef) -> Result<bool, Problem> {
    let mut held: Vec<OrgRef> = Vec::new();
    for member in member_list(tx, team.region(), &[team]).await? {
        let grants = grant_list(tx, member.account()).await?;
        let grants = grants.iter().filter(|grant| grant.to_day.is_none_or(|to| to >= inspection.from_day));
        held.extend(grants.map(|grant| OrgRef { region: grant.org_region, id: grant.org }));
    }
    held.retain(|org| *org != inspection.org());
    let lines = lines_find(tx, held.iter().copied().chain([unit]).collect()).await?;
    Ok(unit == inspection.org() || held.iter().any(|org| lines.within(*org, unit) || lines.below(unit, *org)))
}

/// Sends the teams in turn, each only where nobody of it has to stand aside; a unit for which there is none keeps none.
pub(super) async fn assigned(
    tx: &mut Tx,
    inspection: &Inspection,
    crew: &[InspectionTeam],
    units: &mut [InspectionUnit],
) -> Result<(), Problem> {
    for (place, unit) in units.iter_mut().enumerate() {
        unit.team = None;
        for turn in 0..crew.len() {
            let team = &crew[(place + turn) % crew.len()];
            if !conflicts(tx, inspection, team.id, unit.at()).await? {
                unit.team = Some(team.id);
                break;
            }
        }
    }
    Ok(())
}
