//! The directory's SQL. Every function works inside the caller's transaction.

mod account;
mod audit;
mod family;
mod grant;
mod import;
mod import_member;
mod import_org;
mod org;
mod org_change;
mod own_data;
mod person;
mod region;
mod slip;
mod viewer;

pub use account::*;
pub use audit::*;
pub use family::*;
pub use grant::*;
pub use import::*;
pub use import_member::*;
pub use import_org::*;
pub use org::*;
pub use org_change::*;
pub use own_data::*;
pub use person::*;
pub use region::*;
pub use slip::*;
pub use viewer::*;
