//! The directory on both engines.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod account;
mod audit;
mod external;
mod import;
mod org;
mod own_data;
mod person;
mod rights;
mod sign_in;
mod slip;
mod support;
mod viewer;
