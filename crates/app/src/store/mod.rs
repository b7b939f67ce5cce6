//! The SQL of operations: settings of the installation, and looks across all tables.

pub mod account;
pub mod setting;
pub mod stored_file;
