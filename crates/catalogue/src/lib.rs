#![doc = include_str!("../README.md")]

pub mod burden;
mod catalogue;
pub mod complete;
pub mod engines;
pub mod references;
pub mod sealed;

pub use catalogue::{Catalogue, Class, Column, Error, Purpose, Table};
