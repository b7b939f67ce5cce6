#![doc = include_str!("../README.md")]

mod branch;
mod doors;
mod figures;
mod pages;
mod permissions;
mod retention;
pub mod store;
mod verbs;

use huiyin_jobs::Registry;
use huiyin_web::{Audience, Feature, NavEntry, Panel, Site};

pub use figures::figures;
pub use verbs::{Lesson, Meetings, NewMeeting, Stop};

/// What this feature brings to the house.
pub fn feature() -> Feature {
    Feature {
        name: "life",
        routes: pages::routes(),
        nav: vec![
            NavEntry {
                label: "支部会议",
                href: "/branch-meetings",
                icon: "calendar-clock",
                audience: Audience::Roles(branch::CONCERNED),
            },
            NavEntry {
                label: "观摩推进",
                href: "/meetings",
                icon: "route",
                audience: Audience::Roles(permissions::SEES),
            },
        ],
        jobs: Some(jobs),
        panels: vec![Panel {
            place: "elder_meeting",
            draw: |site, viewer| Box::pin(doors::meeting_door(site, viewer)),
        }],
        figures: Some(figures::figures),
        ..Feature::default()
    }
}

fn jobs(registry: Registry<Site>) -> Registry<Site> {
    registry.every("branch_meeting_sweep", 86_400, |site: Site, _job| async move { retention::sweep(&site).await })
}
