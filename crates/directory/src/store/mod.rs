//! The directory's SQL. Every function works inside the caller's transaction.

mod org;
mod org_change;
mod region;

pub use org::*;
pub use org_change::*;
pub use region::*;
