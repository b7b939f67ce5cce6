#![doc = include_str!("../README.md")]

mod check;
mod counting;
mod cube;
mod cut;
mod expect;
mod figure;
mod freeze;
mod number;
mod registry;
mod selection;
mod store;
mod terms;

pub use check::{check, check_cuts};
pub use counting::Counting;
pub use cube::Cube;
pub use cut::{Cut, Period, Place};
pub use expect::{Expectation, Relation};
pub use figure::{Dimension, Figure, Kind, Sight};
pub use freeze::{FrozenRow, Snapshot, freeze, freeze_in, frozen_list, frozen_list_in, frozen_regions, snapshot_find};
pub use number::{Cell, CrossCell, Key, Number, Shown, mask};
pub use registry::{List, OrgKey, Registry};
pub use selection::{Columns, Position, Record, Selection, Waiting};
pub use terms::{RateBook, Terms, TermsError};
