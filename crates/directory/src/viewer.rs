use std::collections::BTreeSet;

use huiyin_base::{Id, Region};

use crate::{OrgKind, Role};

/// An account by its home shard and id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AccountRef {
    /// The shard that keeps the account.
    pub region: Region,
    /// The account.
    pub id: Id,
}

/// An organisation by its shard and id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OrgRef {
    /// The shard that keeps the organisation.
    pub region: Region,
    /// The organisation.
    pub id: Id,
}

/// A signed-in account with all it may do today.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// The account.
    pub account: AccountRef,
    /// Who holds it, where that is a person of the directory.
    pub person: Option<Id>,
    /// What pages call the holder.
    pub name: String,
    /// The roles in force today, deputies' included.
    pub grants: Vec<Grant>,
    /// Signed in with a second factor.
    pub strong: bool,
}

/// One role in force.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The grant's own id.
    pub id: Id,
    /// What it allows.
    pub role: Role,
    /// Where it is held.
    pub org: OrgRef,
    /// The organisation's name.
    pub org_name: String,
    /// The organisation's kind.
    pub org_kind: OrgKind,
    /// The post as the public reads it.
    pub post: String,
    /// Held for somebody else between two days.
    pub deputy: bool,
    /// What lies under the organisation.
    pub reach: Vec<Reach>,
    /// The organisation and all above it, up to the root of its region.
    pub line: Vec<Id>,
}

/// A part of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// A whole region: a county, or the city's own departments.
    Region(Region),
    /// An organisation and everything below it.
    Subtree(OrgRef),
}

/// What a finder for pages may return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The parts of the tree that may be seen.
    pub reaches: Vec<Reach>,
    /// Who looks; none for the public and for jobs.
    pub account: Option<AccountRef>,
    /// The organisations at which the viewer holds a role, for the conflict-of-interest rule.
    pub held: Vec<OrgRef>,
    /// These organisations and all above them, which may not be complained about before this viewer.
    pub barred: BTreeSet<Id>,
}

impl Viewer {
    /// The grants whose role is one of `roles`.
    pub fn grants_of<'a>(&'a self, roles: &'a [Role]) -> impl Iterator<Item = &'a Grant> {
        self.grants.iter().filter(|grant| roles.contains(&grant.role))
    }

    /// Whether any grant has one of `roles`.
    pub fn has_any(&self, roles: &[Role]) -> bool {
        self.grants_of(roles).next().is_some()
    }

    /// What the viewer may see by virtue of `roles`.
    pub fn scope(&self, roles: &[Role]) -> Scope {
        Scope {
            reaches: self.grants_of(roles).flat_map(|grant| grant.reach.iter().copied()).collect(),
            account: Some(self.account),
            held: self.grants.iter().map(|grant| grant.org).collect(),
            barred: self.grants.iter().flat_map(|grant| grant.line.iter().copied()).collect(),
        }
    }

    /// The post by which the public knows the viewer at `org`, or the first post held.
    pub fn post_at(&self, org: OrgRef) -> &str {
        let grant = self.grants.iter().find(|grant| grant.org == org).or(self.grants.first());
        grant.map_or("", |grant| grant.post.as_str())
    }
}
