#![doc = include_str!("../README.md")]

pub mod invent;
mod scale;

pub use scale::{Scale, Size};
