//! What the system administrator sees, and what a change of keys does to the data.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod page;
mod reseal;
