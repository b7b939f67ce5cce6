#![doc = include_str!("../README.md")]

mod app;
mod browser;
mod city;
mod loopback;
mod members;
mod page;
mod upload;

pub use app::TestApp;
pub use browser::Browser;
pub use city::City;
pub use loopback::{Heard, Loopback};
pub use page::Page;
pub use upload::Chosen;
