//! Tests that cross features, the command line, and the invariants of the architecture.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod command;
mod elder;
mod hidden_visits;
mod insights;
mod invariants;
mod openapi;
mod reviews;
mod rights;
mod sealed;
#[path = "../support/mod.rs"]
mod support;
