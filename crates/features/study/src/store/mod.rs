//! All SQL of the library.

mod act;
mod book;
mod collection;
mod evening;
mod file;
mod kit;
mod mark;
mod reading;
mod reflection;
mod search;

pub use act::*;
pub use book::*;
pub use collection::*;
pub use evening::*;
pub use file::*;
pub use kit::*;
pub use mark::*;
pub use reading::*;
pub use reflection::*;
pub use search::*;
