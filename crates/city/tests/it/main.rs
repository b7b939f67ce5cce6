//! The demo city as its readers meet it.

mod invented;
mod made;
mod planned;
mod texts;
