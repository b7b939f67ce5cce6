//! Figures over a small feature of the tests' own.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod checks;
mod feature;
mod frozen;
mod numbers;
