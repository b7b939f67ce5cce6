//! Regions, organisations, people, accounts and roles: what every feature speaks of. No pages belong here.

pub mod role;
pub mod viewer;

pub use role::{OrgKind, Role};
pub use viewer::{AccountRef, Grant, OrgRef, Reach, Scope, Viewer};
