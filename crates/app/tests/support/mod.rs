//! What tests and measurements of the whole program share: the program as a process, and a client.

pub mod http;
pub mod kill;
pub mod program;
