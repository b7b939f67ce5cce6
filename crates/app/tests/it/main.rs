//! Tests that cross features, the command line, and the invariants of the architecture.

mod command;
mod invariants;
mod rights;
mod sealed;
#[path = "../support/mod.rs"]
mod support;
