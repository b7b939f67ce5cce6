//! The store's own promises, on whichever engine is under test.

mod copy;
mod writes;
