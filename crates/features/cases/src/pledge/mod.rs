//! 责任书: between the city and a county or one of its own departments, and never below. A version never changes: a change is a new
//! version that both sides sign again.

mod draft;
mod rules;
mod signing;

pub use draft::{DraftTarget, PledgeDraft};
pub use rules::PledgeRules;

pub(crate) use draft::issuing_grant;
pub(crate) use signing::side_of;
