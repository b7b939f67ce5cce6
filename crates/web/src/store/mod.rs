//! The statements of sessions, of forms kept over a sign-in, of reading apps and of programs that call the interface.

pub mod api;
pub(crate) mod kept_form;
pub mod reading_key;
pub mod session;
