//! The case engine from outside: its rules in memory, its store on both engines.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod after;
mod assigning;
mod bulk;
mod clocks;
mod conflict;
mod desk_work;
mod ground;
mod holding;
mod invariants;
mod lists;
mod moderation;
mod numbers;
mod pages_after;
mod pages_desk;
mod pages_way;
mod plans;
mod private;
mod tree;
mod way;
