//! All SQL of the demo city: bulk inserts into every crate's tables, which nothing else may do.

mod accounts;
mod cases;
mod marker;

pub(crate) use accounts::{AccountRow, account_add_many};
pub(crate) use cases::{close_counter_put, counter_put, history_add_many};
pub use marker::{Marker, marker_find};
pub(crate) use marker::{marker_begin, marker_finish};
