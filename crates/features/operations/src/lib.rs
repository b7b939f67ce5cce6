#![doc = include_str!("../README.md")]

mod pages;
mod permissions;
mod reseal;

use huiyin_web::{Audience, Feature, NavEntry, Site};

pub use reseal::{RESEAL_JOB, Resealing, reseal};

/// What this feature brings to the house.
pub fn feature() -> Feature {
    Feature {
        name: "operations",
        routes: pages::routes(),
        nav: vec![NavEntry {
            label: "运行状况",
            href: "/operations",
            icon: "activity",
            audience: Audience::Roles(permissions::OPERATORS),
        }],
        jobs: Some(register),
        ..Feature::default()
    }
}

fn register(jobs: huiyin_jobs::Registry<Site>) -> huiyin_jobs::Registry<Site> {
    const DAY_SECONDS: u32 = 24 * 3600;
    jobs.every(RESEAL_JOB, DAY_SECONDS, |site: Site, job| async move { reseal::run(&site, &job).await })
}
