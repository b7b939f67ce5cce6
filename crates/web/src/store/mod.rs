//! The statements of sessions and of forms kept over a sign-in.

pub(crate) mod kept_form;
pub mod session;
