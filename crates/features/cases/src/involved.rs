//! Who has to do with a case, and what he may do to it.

use huiyin_base::Problem;
use huiyin_db::Tx;
use huiyin_directory::{OrgRef, Viewer};

use crate::actor::{Known, standing};
use crate::cases::orgs_of;
use crate::{Action, Actor, CaseItem, CaseOwner, Cases, Lines, store};

/// Who has to do with a case: its owners, and the lines of all of them and of its viewer.
#[derive(Debug)]
pub(crate) struct Involved {
    pub(crate) lines: Lines,
    owners: Vec<CaseOwner>,
}

impl Involved {
    /// What every page of a case judges standings by.
    pub(crate) async fn find(tx: &mut Tx, case: &CaseItem, viewer: &Viewer) -> Result<Self, Problem> {
        let owners = store::owner_list(tx, case.at()).await?;
        Self::with(tx, case, viewer, owners).await
    }

    /// The same, where it is known who has owned it.
    pub(crate) async fn with(
        tx: &mut Tx,
        case: &CaseItem,
        viewer: &Viewer,
        owners: Vec<CaseOwner>,
    ) -> Result<Self, Problem> {
        let orgs = orgs_of(case).into_iter().chain(viewer.grants.iter().map(|grant| grant.org));
        let orgs: Vec<OrgRef> = orgs.chain(owners.iter().map(CaseOwner::org)).collect();
        Ok(Self { lines: store::lines_find(tx, orgs).await?, owners })
    }
}

impl Cases {
    /// What the viewer may do to the case now: which buttons to show. The order is that of the kind's file.
    pub async fn allowed(&self, tx: &mut Tx, case: &CaseItem, viewer: &Viewer) -> Result<Vec<Action>, Problem> {
        self.allowed_among(case, viewer, &Involved::find(tx, case, viewer).await?)
    }

    /// The same, where it is known who is involved.
    pub(crate) fn allowed_among(
        &self,
        case: &CaseItem,
        viewer: &Viewer,
        involved: &Involved,
    ) -> Result<Vec<Action>, Problem> {
        let kind = self.book.kind_of(case).ok_or_else(Problem::not_found)?;
        let known = Known { lines: &involved.lines, owners: &involved.owners };
        let may = |row: &&crate::Transition| standing(kind, &row.who, case, &Actor::Staff(viewer), known).is_some();
        let fits = |row: &&crate::Transition| case.has_occasion(row.action);
        Ok(kind.actions(case.state).filter(fits).filter(may).map(|row| row.action).collect())
    }
}
