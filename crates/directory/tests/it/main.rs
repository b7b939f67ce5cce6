//! The directory on both engines.

mod account;
mod audit;
mod import;
mod org;
mod person;
mod support;
mod viewer;
