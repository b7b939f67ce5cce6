//! The pages of figures over a small feature of the tests' own.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod api;
mod bulletins;
mod field_requests;
mod home;
mod insights;
mod lists;
mod pages;
mod parcels;
mod races;
mod reviews;
mod targets;
mod year;
