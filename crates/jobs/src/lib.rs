#![doc = include_str!("../README.md")]

mod attempt;
mod job;
mod registry;
pub mod store;
mod worker;

pub use job::{Job, JobState, NewJob};
pub use registry::{Outcome, Registry};
pub use store::{enqueue, job_find, job_has_failed, job_list_failed, job_list_kind, job_progress, job_retry};
pub use worker::{Worker, drain, run_periodic};
