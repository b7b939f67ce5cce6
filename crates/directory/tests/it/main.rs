//! The directory on both engines.

mod account;
mod audit;
mod import;
mod org;
mod person;
mod sign_in;
mod slip;
mod support;
mod viewer;
