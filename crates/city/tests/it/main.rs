//! The demo city as its readers meet it.

mod invented;
mod planned;
mod texts;
