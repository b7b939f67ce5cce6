//! Who acts, and in which standing: the conflict of interest, the desk, the owner, the verifier.

use huiyin_directory::{AccountRef, Grant, OrgRef, Viewer};

use crate::records::ActorKind;
use crate::{CaseItem, CaseOwner, Kind, Lines, Standing, VerifierRule};

/// Who does something to a case.
#[derive(Clone, Copy, Debug)]
pub enum Actor<'a> {
    /// Whoever holds the receipt of a case he raised, or of one that was merged into it.
    Reporter,
    /// Somebody signed in.
    Staff(&'a Viewer),
    /// A job.
    System,
}

impl Actor<'_> {
    /// The word kept in the history.
    pub fn kind(&self) -> ActorKind {
        match self {
            Self::Reporter => ActorKind::Reporter,
            Self::Staff(_) => ActorKind::Staff,
            Self::System => ActorKind::System,
        }
    }
}

/// The organisations at which the viewer handles cases of this kind: whose desk he sees.
pub fn desk_orgs(kind: &Kind, viewer: &Viewer) -> Vec<OrgRef> {
    let standings = [Standing::Desk, Standing::OwnerOrg, Standing::Verifier, Standing::Reviewer];
    let handles = |grant: &&Grant| standings.iter().any(|standing| kind.roles(*standing).contains(&grant.role));
    viewer.grants.iter().filter(handles).map(|grant| grant.org).collect()
}

/// Whether the viewer holds any role at the case's subject or below it: then he never handles the case, nor sees its
/// original text, photos or contact.
pub fn is_barred(viewer: &Viewer, case: &CaseItem, lines: &Lines) -> bool {
    case.subject_org().is_some_and(|subject| viewer.grants.iter().any(|grant| lines.within(grant.org, subject)))
}

/// Whether an organisation may have to do with a case at all.
pub(crate) fn is_free(case: &CaseItem, lines: &Lines, org: OrgRef) -> bool {
    !case.subject_org().is_some_and(|subject| lines.is_near(org, subject, case.desk_org()))
}

/// In which of `wanted` standings the actor stands to the case, and by which of his roles.
pub(crate) fn standing<'a>(
    kind: &Kind,
    wanted: &[Standing],
    case: &CaseItem,
    actor: &Actor<'a>,
    known: Known<'_>,
) -> Option<(Standing, Option<&'a Grant>)> {
    let viewer = match actor {
        Actor::Reporter => return wanted.contains(&Standing::Reporter).then_some((Standing::Reporter, None)),
        Actor::System => return wanted.contains(&Standing::System).then_some((Standing::System, None)),
        Actor::Staff(viewer) => *viewer,
    };
    if is_barred(viewer, case, known.lines) {
        return None;
    }
    wanted.iter().find_map(|standing| {
        let grant = match standing {
            Standing::Desk => desk_grant(kind, case.desk_org(), viewer, known.lines),
            Standing::OwnerOrg => owner_grant(kind, case, viewer),
            Standing::Owner => {
                let owns = case.state.has_owner() && case.owner_person() == Some(viewer.account);
                owns.then(|| viewer.grants.iter().find(|grant| grant.org == case.owner())).flatten()
            }
            Standing::Verifier => verifier_grant(kind, case, viewer, known),
            Standing::OnCall => on_call_grant(case, viewer),
            Standing::Reviewer => reviewer_grant(kind, case, viewer, known),
            Standing::Reporter | Standing::System => None,
        };
        grant.map(|grant| (*standing, Some(grant)))
    })
}

/// What the standings are judged by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known<'a> {
    pub(crate) lines: &'a Lines,
    pub(crate) owners: &'a [CaseOwner],
}

/// Held at the desk organisation or above it.
pub(crate) fn desk_grant<'a>(kind: &Kind, desk: OrgRef, viewer: &'a Viewer, lines: &Lines) -> Option<&'a Grant> {
    viewer.grants_of_kind(kind, Standing::Desk).find(|grant| lines.within(desk, grant.org))
}

/// Held at the owning organisation; where the assignment names a person, by nobody else.
fn owner_grant<'a>(kind: &Kind, case: &CaseItem, viewer: &'a Viewer) -> Option<&'a Grant> {
    if !case.state.has_owner() && case.owner_person().is_some_and(|named| named != viewer.account) {
        return None;
    }
    viewer.grants_of_kind(kind, Standing::OwnerOrg).find(|grant| grant.org == case.owner())
}

/// Strictly above the owning organisation, or beside its owner where nothing stands above; or at the desk that handed the case
/// down, or above it, where the kind says so. Never somebody who owned the
/// case, and never by a role held below an owner's organisation.
fn verifier_grant<'a>(kind: &Kind, case: &CaseItem, viewer: &'a Viewer, known: Known<'_>) -> Option<&'a Grant> {
    let (lines, owners) = (known.lines, known.owners);
    if owners.iter().any(|owner| owner.account() == viewer.account) || case.owner_person() == Some(viewer.account) {
        return None;
    }
    let owner = case.owner();
    let is_top = lines.above(owner).next().is_none();
    viewer.grants_of_kind(kind, Standing::Verifier).find(|grant| {
        let stands = match kind.verifier {
            VerifierRule::Issuer => lines.within(case.desk_org(), grant.org),
            VerifierRule::Above if is_top => grant.org == owner,
            VerifierRule::Above => lines.below(owner, grant.org),
        };
        stands && !owners.iter().any(|owned| lines.below(grant.org, owned.org()))
    })
}

/// Whoever was on call when an emergency came in, while it is one.
pub(crate) fn on_call_grant<'a>(case: &CaseItem, viewer: &'a Viewer) -> Option<&'a Grant> {
    let told = case.is_urgent() && case.urgent_person() == Some(viewer.account);
    told.then(|| viewer.grants.iter().find(|grant| Some(grant.org) == case.urgent_post())).flatten()
}

/// Where a second objection waits, or above it; never whoever owned the case or verified its answer, and never by a role held
/// below an owner's organisation.
fn reviewer_grant<'a>(kind: &Kind, case: &CaseItem, viewer: &'a Viewer, known: Known<'_>) -> Option<&'a Grant> {
    let (lines, owners, at) = (known.lines, known.owners, case.review_at()?);
    let own = owners.iter().any(|owner| owner.account() == viewer.account);
    if own || case.owner_person() == Some(viewer.account) || case.verified_by() == Some(viewer.account) {
        return None;
    }
    viewer
        .grants_of_kind(kind, Standing::Reviewer)
        .find(|grant| lines.within(at, grant.org) && !owners.iter().any(|owned| lines.below(grant.org, owned.org())))
}

trait GrantsOfKind {
    fn grants_of_kind<'a>(&'a self, kind: &Kind, standing: Standing) -> impl Iterator<Item = &'a Grant>;
}

impl GrantsOfKind for Viewer {
    fn grants_of_kind<'a>(&'a self, kind: &Kind, standing: Standing) -> impl Iterator<Item = &'a Grant> {
        let roles = kind.roles(standing).to_vec();
        self.grants.iter().filter(move |grant| roles.contains(&grant.role))
    }
}

impl CaseOwner {
    /// Who owned it.
    pub fn account(&self) -> AccountRef {
        AccountRef { region: self.account_region, id: self.account }
    }

    /// For which organisation.
    pub fn org(&self) -> OrgRef {
        OrgRef { region: self.org_region, id: self.org }
    }
}
