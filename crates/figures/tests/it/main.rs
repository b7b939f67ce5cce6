//! Figures over a small feature of the tests' own.

mod checks;
mod feature;
mod frozen;
mod numbers;
