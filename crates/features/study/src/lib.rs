#![doc = include_str!("../README.md")]

pub mod book;
mod content;
mod doors;
mod evening;
mod family;
mod figures;
mod invented;
mod kits;
mod labels;
mod library;
mod marking;
mod opds;
mod pages;
mod panel;
mod permissions;
mod reader;
mod reflection;
pub mod store;

use std::sync::Arc;

use huiyin_web::{Audience, Feature, NavEntry};

pub use content::{Content, content};
pub use invented::{Shared, reflection_comment, reflection_written};
pub use library::{Imported, Library, Offer, Outcome};
pub use reader::note_sealed;

/// What this feature brings to the house.
pub fn feature() -> Feature {
    Feature {
        name: "study",
        routes: pages::routes(),
        nav: vec![
            NavEntry { label: "书库", href: "/library", icon: "library", audience: Audience::SignedIn },
            NavEntry {
                label: "实体小书包",
                href: "/kits",
                icon: "package",
                audience: Audience::Roles(permissions::KITS),
            },
        ],
        figures: Some(figures::figures),
        panels: vec![
            Arc::new(panel::OwnReading),
            Arc::new(panel::OwnFamily),
            Arc::new(doors::MemberDoors),
            Arc::new(doors::ReadDoor),
            Arc::new(doors::CallDoor),
        ],
        ..Feature::default()
    }
}
