#![doc = include_str!("../README.md")]

mod attach;
mod document;
mod file_store;
mod header;
mod picture;
mod reseal;
pub mod store;
mod stored_file;
mod sweep;

pub use document::{DOCUMENTS, DocumentKind};
pub use file_store::{FileStore, FilesError};
pub use picture::Cover;
pub use reseal::Resealed;
pub use stored_file::{FileState, NewFile, StoredFile};
