//! Both sides sign the same version; nobody signs for both.

use huiyin_base::{Id, Problem, Region};
use huiyin_directory::{Grant, Role, Viewer};

use crate::store::{self, Pledge, PledgeSignature, PledgeState, Side, SignManner};
use crate::{Cases, Moment, post_of};

/// Who signs for a unit: its own staff, and in a department its officer.
const SIGNERS: &[Role] = &[Role::CountyStaff, Role::CityStaff, Role::CaseOfficer];

/// The role by which the viewer signs for a side, held at that organisation itself.
pub(crate) fn signing_grant<'a>(pledge: &Pledge, side: Side, viewer: &'a Viewer) -> Option<&'a Grant> {
    let org = match side {
        Side::Issuer => pledge.issuer_org(),
        Side::Party => pledge.party_org(),
    };
    viewer.grants_of(SIGNERS).find(|grant| grant.org == org)
}

/// For which side the viewer signs.
pub(crate) fn side_of(pledge: &Pledge, viewer: &Viewer) -> Option<Side> {
    [Side::Issuer, Side::Party].into_iter().find(|side| signing_grant(pledge, *side, viewer).is_some())
}

impl Cases {
    /// Signs version `n` for a side. Whoever comes second, or signs what is no longer the newest, gets one clear answer; the
    /// second of both signatures puts the version in force.
    pub async fn pledge_sign(
        &self,
        (region, id): (Region, Id),
        n: i64,
        manner: SignManner,
        viewer: &Viewer,
        moment: Moment,
    ) -> Result<PledgeState, Problem> {
        let viewer = viewer.clone();
        let write = self.db.write("pledge_sign", move |tx| {
            let viewer = viewer.clone();
            Box::pin(async move {
                let mut pledge = store::pledge_lock(tx, region, id).await?.ok_or_else(Problem::not_found)?;
                let side = side_of(&pledge, &viewer)
                    .ok_or_else(|| Problem::forbidden("签署要由双方单位各自的工作人员来做，请联系他们。"))?;
                let grant = signing_grant(&pledge, side, &viewer).ok_or_else(Problem::not_found)?;
                if pledge.ended_day.is_some() || pledge.until_day < moment.today {
                    return Err(Problem::conflict("这份责任书已经终止或过期，不用再签。"));
                }
                if n != pledge.versions {
                    let newest = pledge.versions;
                    return Err(Problem::conflict(format!(
                        "您看的是第 {n} 版，刚改到第 {newest} 版。请看过第 {newest} 版再签。"
                    )));
                }
                let signed = store::pledge_signatures(tx, region, id).await?;
                let mut signed = signed.iter().filter(|one| one.n == n);
                let other = match signed.clone().find(|one| one.side == side) {
                    Some(mine) => {
                        let post = &mine.post;
                        return Err(Problem::conflict(format!("您这一方已由{post}签过第 {n} 版，不用再签。")));
                    }
                    None => signed.next(),
                };
                if other.is_some_and(|other| other.account == viewer.account.id) {
                    return Err(Problem::forbidden("另一方是您签的。双方要由不同的人签，请您的同事来签。"));
                }
                let signature = PledgeSignature {
                    region,
                    pledge: id,
                    n,
                    side,
                    manner,
                    account_region: viewer.account.region,
                    account: viewer.account.id,
                    post: post_of(grant),
                    day: moment.today,
                };
                store::pledge_signature_add(tx, &[signature]).await?;
                if other.is_none() {
                    return Ok(PledgeState::Awaiting);
                }
                for version in store::pledge_versions(tx, region, id).await? {
                    if version.n == n {
                        store::pledge_version_state(tx, &version, PledgeState::InForce, Some(moment.today)).await?;
                    } else if version.state == PledgeState::InForce {
                        store::pledge_version_state(tx, &version, PledgeState::Replaced, None).await?;
                    }
                }
                pledge.in_force = Some(n);
                store::pledge_save(tx, &pledge).await?;
                Ok(PledgeState::InForce)
            })
        });
        write.await
    }
}
