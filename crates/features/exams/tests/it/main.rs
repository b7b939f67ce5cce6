//! Questions, tests and contests, as browsers and other programs meet them.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod api;
mod banks;
mod contests;
mod formats;
mod heats;
mod house;
mod late;
mod sheets;
mod taking;
