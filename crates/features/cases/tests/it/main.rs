//! The case engine from outside: its rules in memory, its store on both engines.

mod clocks;
mod invariants;
mod tree;
