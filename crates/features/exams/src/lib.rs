#![doc = include_str!("../README.md")]

pub mod bank;
mod contests;
mod exams;
mod heats;
mod marking;
mod pages;
mod panel;
mod paper;
mod permissions;
pub mod question;
mod sheets;
mod sittings;
pub mod store;
mod written;

pub use exams::exam_lay;

use huiyin_jobs::Registry;
use huiyin_web::{Audience, Feature, NavEntry, Panel, Site};

/// What this feature brings to the house.
pub fn feature() -> Feature {
    Feature {
        name: "exams",
        routes: pages::routes(),
        nav: vec![
            NavEntry { label: "学习测试", href: "/tests", icon: "clipboard-pen", audience: Audience::SignedIn },
            NavEntry { label: "知识竞赛", href: "/contests", icon: "trophy", audience: Audience::SignedIn },
        ],
        jobs: Some(jobs),
        panels: vec![Panel { place: "me", draw: |site, viewer| Box::pin(panel::own_tests(site, viewer)) }],
        ..Feature::default()
    }
}

fn jobs(registry: Registry<Site>) -> Registry<Site> {
    const DAY: u32 = 86_400;
    registry
        .every("sitting_mark", 10, |site: Site, _job| async move { marking::mark_due(&site).await })
        .every("sitting_sweep", DAY, |site: Site, _job| async move { marking::sweep(&site).await })
        .every("contest_settle", 30, |site: Site, _job| async move { heats::settle(&site).await })
        .every("contest_sweep", 3_600, |site: Site, _job| async move { contests::sweep(&site).await })
}
