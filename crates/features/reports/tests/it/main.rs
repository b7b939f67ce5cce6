//! The pages of figures over a small feature of the tests' own.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod api;
mod home;
mod insights;
mod lists;
mod pages;
mod parcels;
