//! What every crate speaks: ids that carry a region, days, money, the clock, randomness, the working calendar and the
//! one error type that reaches a person. No I/O belongs here.

pub mod calendar;
mod clock;
mod day;
mod id;
mod money;
pub mod number;
mod problem;
mod random;
mod region;
mod report;

pub use calendar::{Due, OfficeHours, WorkCalendar};
pub use clock::Clock;
pub use day::Day;
pub use id::Id;
pub use money::Fen;
pub use problem::{Problem, ProblemKind};
pub use random::{Rng, RngSource};
pub use region::Region;
pub use report::Report;

/// An instant in UTC, truncated to microseconds: the finest both databases keep.
pub type Instant = chrono::DateTime<chrono::Utc>;
