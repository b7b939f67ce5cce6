//! Messages through real connections on loopback.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod gateway;
mod house;
mod mails;
mod messages;
