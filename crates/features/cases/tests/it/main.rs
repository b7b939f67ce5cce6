//! The case engine from outside: its rules in memory, its store on both engines.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod after;
mod api;
mod clocks;
mod conflict;
mod ground;
mod holding;
mod invariants;
mod lists;
mod numbers;
mod open311;
mod pages_after;
mod pages_desk;
mod pages_way;
mod plans;
mod posted;
mod private;
mod public;
mod tree;
mod way;
