//! 三张清单: one tree of problems, tasks and duties. A child lives in the region of the unit that owns it; its parent keeps a link to
//! it with what it knows of the child and of all below it. See docs/decisions/0021.

mod climb;
mod climb_many;
mod grown;
mod handdown;
mod news;
mod proposal;
mod rows;
mod rules;
mod share;

pub use grown::{Grown, grown};
pub use handdown::{Breakdown, BreakdownRow, HANDDOWN};
pub use news::NEWS;
pub use proposal::ParentChange;
pub use rules::ListRules;

pub(crate) use climb::climb;
pub(crate) use climb_many::climb_many;
pub(crate) use news::{ASK_FIRST, Leave, border_gate};
pub(crate) use proposal::words;
pub(crate) use rows::root_of;
