//! The directory on both engines.

mod account;
mod org;
mod person;
mod support;
mod viewer;
