//! The directory on both engines.

mod org;
mod support;
