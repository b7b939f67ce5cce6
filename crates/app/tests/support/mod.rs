//! What tests and measurements of the whole program share: the program as a process, and a client.

pub(crate) mod http;
pub(crate) mod kill;
pub(crate) mod program;
