//! The case engine from outside: its rules in memory, its store on both engines.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod after;
mod clocks;
mod conflict;
mod ground;
mod holding;
mod invariants;
mod lists;
mod numbers;
mod pages_after;
mod pages_desk;
mod pages_way;
mod plans;
mod private;
mod tree;
mod way;
