#![doc = include_str!("../README.md")]

mod api;
mod asked;
mod asking;
mod backfill;
mod board;
mod bulletin;
mod compose;
mod issuing;
mod jobs;
mod numbers;
mod pages;
mod paper;
mod permissions;
mod sheet;
mod spread;
mod store;
mod targets;
mod template;

pub use backfill::{Backfill, Issued};
use huiyin_web::{Audience, Feature, NavEntry, Panel};

/// What this feature brings to the house.
pub fn feature() -> Feature {
    Feature {
        name: "reports",
        routes: pages::routes().merge(api::routes()),
        described: Some(include_str!("api/openapi.json")),
        nav: vec![
            NavEntry { label: "数字", href: "/figures", icon: "chart-column", audience: Audience::Everyone },
            NavEntry {
                label: "研判",
                href: "/insights",
                icon: "chart-column",
                audience: Audience::Roles(permissions::LEADERS),
            },
            NavEntry { label: "通报", href: "/bulletins", icon: "file-text", audience: Audience::Everyone },
        ],
        jobs: Some(jobs::jobs),
        panels: vec![Panel {
            place: "home_figures",
            draw: |site, viewer| Box::pin(pages::home::city_figures(site, viewer)),
        }],
        ..Feature::default()
    }
}
