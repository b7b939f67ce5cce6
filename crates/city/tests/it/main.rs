//! The demo city as its readers meet it.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod invented;
mod made;
mod planned;
mod texts;
