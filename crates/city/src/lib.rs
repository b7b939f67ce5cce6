#![doc = include_str!("../README.md")]

mod beside;
mod branch_life;
mod building;
mod bulletins;
mod callbacks;
mod desk;
mod exams;
pub mod history;
pub mod invent;
mod ledgers;
mod library;
mod lists;
mod make;
mod member;
mod photos;
pub mod plan;
mod pledges;
mod scale;
mod store;
mod supervise;
pub mod texts;
mod themes;
mod visit;

pub use building::Building;
pub use make::{DEMO_PASSWORD, House, Progress, make, rulebook};
pub use scale::{Scale, Size};
pub use store::{Marker, marker_find};
pub use visit::{DemoReceipt, Made, SignInSlip};
