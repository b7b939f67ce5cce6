#![doc = include_str!("../README.md")]

mod jobs;
mod pages;
mod permissions;

use std::sync::Arc;

use huiyin_base::Problem;
use huiyin_directory::AllHoldings;
use huiyin_web::{Audience, Feature, NavEntry, Panel, Site};

/// What accounts hold in each feature, over the running city.
pub type HoldingsOf = Arc<dyn Fn(&Site) -> Result<AllHoldings, Problem> + Send + Sync>;

/// What other rooms bring to this one.
#[derive(Clone, Default)]
pub struct Options {
    /// What accounts hold: handed over before anybody leaves. None in a house without work.
    pub holdings: Option<HoldingsOf>,
}

/// What this feature brings to the house, alone.
pub fn feature() -> Feature {
    feature_with(Options::default())
}

/// The same with what other rooms bring.
pub fn feature_with(options: Options) -> Feature {
    Feature {
        name: "account",
        routes: pages::routes(options),
        nav: vec![
            NavEntry {
                label: "账号",
                href: "/accounts",
                icon: "key-round",
                audience: Audience::Roles(permissions::ACCOUNT_KEEPERS),
            },
            NavEntry {
                label: "接口密钥",
                href: "/api-clients",
                icon: "key-round",
                audience: Audience::Roles(&[huiyin_directory::Role::SecurityAdmin]),
            },
            NavEntry {
                label: "审计",
                href: "/audit",
                icon: "history",
                audience: Audience::Roles(permissions::AUDIT_READERS),
            },
        ],
        jobs: Some(jobs::register),
        panels: ["desk", "me"]
            .map(|place| Panel { place, draw: |site, viewer| Box::pin(pages::recovery_notice(site, viewer)) })
            .to_vec(),
        ..Feature::default()
    }
}
