//! Regions, organisations, people, accounts and roles: what every feature speaks of. No pages belong here.

mod account;
pub mod audit;
pub mod import;
mod initials;
mod org;
mod password;
mod person;
mod recovery;
mod region;
mod role;
mod rules;
mod security;
mod sign_in;
mod slip;
pub mod store;
mod viewer;

pub use account::{Account, AccountStatus, RoleGrant, login_normal};
pub use initials::initials;
pub use org::{FormerCode, Org, OrgStep, PostHolder};
pub use password::password_fault;
pub use person::{BranchMember, MemberStage, Membership, Person, Sex};
pub use recovery::RecoveryRequest;
pub use region::{FormerName, RegionEntry, RegionLevel, Regions, RegionsError};
pub use role::{OrgKind, Role};
pub use rules::AccountRules;
pub use security::FieldFault;
pub use sign_in::{Door, SignIn, WRONG, WRONG_CODE, password_hashed};
pub use slip::{OpenSlip, PrintedSlip, Slip, SlipPurpose, WRONG_SLIP, login_fault, masked};
pub use store::*;
pub use viewer::{AccountRef, Grant, OrgRef, Reach, Scope, Viewer};
