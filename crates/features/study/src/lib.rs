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

use huiyin_web::{Audience, Feature, NavEntry, Panel};

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
            Panel { place: "me", draw: |site, viewer| Box::pin(panel::own_reading(site, viewer)) },
            Panel { place: "me", draw: |site, viewer| Box::pin(panel::own_family(site, viewer)) },
            Panel { place: "home_figures", draw: |site, viewer| Box::pin(doors::member_doors(site, viewer)) },
            Panel { place: "elder_read", draw: |site, viewer| Box::pin(doors::read_door(site, viewer)) },
            Panel { place: "elder_call", draw: |site, viewer| Box::pin(doors::call_door(site, viewer)) },
        ],
        ..Feature::default()
    }
}
