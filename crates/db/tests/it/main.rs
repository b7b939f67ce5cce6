//! The store's own promises, on whichever engine is under test.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod copy;
mod lending;
mod many;
mod text;
mod writes;
