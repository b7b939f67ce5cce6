//! The statements of sessions, of forms kept over a sign-in and of programs that call the interface.

pub mod api;
pub(crate) mod kept_form;
pub mod session;
