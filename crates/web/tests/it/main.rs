//! What every page shares, through the whole frame.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod errors;
mod forms;
mod house;
mod limits;
mod public_pages;
mod rights;
mod sessions;
