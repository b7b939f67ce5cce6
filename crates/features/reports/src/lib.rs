#![doc = include_str!("../README.md")]

mod api;
mod asked;
mod board;
mod pages;
mod permissions;
mod sheet;
mod spread;
mod store;

use huiyin_web::{Audience, Feature, NavEntry};

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
        ],
        panels: vec![std::sync::Arc::new(pages::home::CityFigures)],
        ..Feature::default()
    }
}
