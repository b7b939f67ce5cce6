//! Regions, organisations, people, accounts and roles: what every feature speaks of. No pages belong here.

mod initials;
pub mod org;
pub mod region;
pub mod role;
pub mod store;
pub mod viewer;

pub use initials::initials;
pub use org::{FormerCode, Org, OrgStep, PostHolder};
pub use region::{FormerName, RegionEntry, RegionLevel, Regions, RegionsError};
pub use role::{OrgKind, Role};
pub use store::*;
pub use viewer::{AccountRef, Grant, OrgRef, Reach, Scope, Viewer};
