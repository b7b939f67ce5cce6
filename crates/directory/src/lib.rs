//! Regions, organisations, people, accounts and roles: what every feature speaks of. No pages belong here.

mod account;
mod initials;
mod org;
mod person;
mod region;
mod role;
pub mod store;
mod viewer;

pub use account::{Account, AccountStatus, RoleGrant, login_normal};
pub use initials::initials;
pub use org::{FormerCode, Org, OrgStep, PostHolder};
pub use person::{BranchMember, MemberStage, Membership, Person, Sex};
pub use region::{FormerName, RegionEntry, RegionLevel, Regions, RegionsError};
pub use role::{OrgKind, Role};
pub use store::*;
pub use viewer::{AccountRef, Grant, OrgRef, Reach, Scope, Viewer};
