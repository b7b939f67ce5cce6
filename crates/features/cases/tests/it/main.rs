//! The case engine from outside: its rules in memory, its store on both engines.

mod clocks;
mod conflict;
mod ground;
mod invariants;
mod tree;
mod way;
