#![doc = include_str!("../README.md")]

mod import_file;
mod job;
mod pages;
mod permissions;

use huiyin_directory::Role;
use huiyin_web::{Audience, Feature, NavEntry};

pub use import_file::{ImportFile, ImportReport, import_file, read_import_table};

/// What this feature brings to the house.
pub fn feature() -> Feature {
    const IMPORTERS: Audience = Audience::Roles(&[Role::SystemAdmin, Role::CityStaff, Role::CountyStaff]);
    Feature {
        name: "organisations",
        routes: pages::routes(),
        nav: vec![
            NavEntry { label: "机构", href: "/organisations", icon: "building-2", audience: Audience::Everyone },
            NavEntry { label: "导入", href: "/imports", icon: "upload", audience: IMPORTERS },
        ],
        jobs: Some(job::register),
        ..Feature::default()
    }
}
