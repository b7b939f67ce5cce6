#![doc = include_str!("../README.md")]

pub mod history;
pub mod invent;
pub mod plan;
mod scale;
pub mod texts;

pub use scale::{Scale, Size};
