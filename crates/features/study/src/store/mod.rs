//! All SQL of the library.

mod act;
mod book;
mod collection;
mod file;
mod kit;
mod mark;
mod reading;
mod search;

pub use act::*;
pub use book::*;
pub use collection::*;
pub use file::*;
pub use kit::*;
pub use mark::*;
pub use reading::*;
pub use search::*;
