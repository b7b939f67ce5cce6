//! The case engine from outside: its rules in memory, its store on both engines.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod after;
mod api;
mod assigning;
mod bulk;
mod callbacks;
mod clock_bugs;
mod clock_properties;
mod clocks;
mod conflict;
mod desk_work;
mod emergencies;
mod extensions;
mod ground;
mod holding;
mod invariants;
mod ledger;
mod lists;
mod moderation;
mod numbers;
mod pages_after;
mod pages_alarm;
mod pages_clock;
mod pages_desk;
mod pages_intake;
mod pages_report;
mod pages_way;
mod parts;
mod plans;
mod posted;
mod private;
mod public;
mod rates;
mod tree;
mod way;
mod worksheet;
