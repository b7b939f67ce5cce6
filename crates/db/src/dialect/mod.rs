//! Where the engines differ, asked by what they can do. Nothing outside this crate branches on the engine.

pub(crate) mod postgres;
pub(crate) mod sqlite;
