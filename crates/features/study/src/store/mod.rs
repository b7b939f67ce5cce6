//! All SQL of the library.

mod book;
mod collection;
mod file;
mod mark;
mod reading;
mod search;

pub use book::*;
pub use collection::*;
pub use file::*;
pub use mark::*;
pub use reading::*;
pub use search::*;
