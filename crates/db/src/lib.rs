#![doc = include_str!("../README.md")]

mod config;
mod connect;
mod copy;
mod dialect;
pub mod dump;
mod error;
mod filter;
mod lend;
mod lite;
mod many;
mod migrate;
mod pg;
mod query;
mod row;
pub mod schema;
#[cfg(feature = "scratch")]
pub mod scratch;
pub mod sealed;
pub mod text;
mod text_table;
mod text_walk;
mod tx;
mod value;
mod writer;

pub use config::DbConfig;
pub use connect::{Db, Engine};
pub use error::Error;
pub use filter::Filter;
pub use many::{RowChange, insert_many, padded, update_many};
pub use migrate::SchemaState;
pub use query::{Query, query};
pub use row::{FromColumn, FromRow, Row};
pub use tx::Tx;
pub use value::{Kind, ToValue, Value};

/// What a store function gives back.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The future that a write closure returns: `Box::pin(async move { … })`.
pub type WriteFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = Result<T, huiyin_base::Problem>> + Send + 'a>>;
