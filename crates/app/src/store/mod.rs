//! The SQL of operations: settings of the installation, and looks across all tables.

pub(crate) mod org;
pub(crate) mod setting;
pub(crate) mod stored_file;
pub(crate) mod work_day;
