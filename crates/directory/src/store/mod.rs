//! The directory's SQL. Every function works inside the caller's transaction.

mod account;
mod grant;
mod org;
mod org_change;
mod person;
mod region;
mod viewer;

pub use account::*;
pub use grant::*;
pub use org::*;
pub use org_change::*;
pub use person::*;
pub use region::*;
pub use viewer::*;
