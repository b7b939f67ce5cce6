//! What jobs promise, on the engine under test.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod keys;
mod leases;
mod support;
mod work;
