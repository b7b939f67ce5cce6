use std::pin::Pin;

use huiyin_directory::{Role, Viewer};
use huiyin_figures::Registry as Figures;
use huiyin_jobs::Registry as Jobs;

use crate::Routes;

/// What a feature brings to the house. `app` lists the features; nothing else knows them all.
#[derive(Default)]
pub struct Feature {
    /// One word: the feature's room.
    pub name: &'static str,
    /// Its pages and interfaces.
    pub routes: Routes,
    /// Its places in the navigation, in order.
    pub nav: Vec<NavEntry>,
    /// Registers its figures.
    pub figures: Option<fn(&mut Figures)>,
    /// Registers its jobs.
    pub jobs: Option<fn(Jobs<crate::Site>) -> Jobs<crate::Site>>,
    /// Its part of the interface for machines, as OpenAPI: `include_str!("api/openapi.json")`.
    pub described: Option<crate::api::Described>,
    /// Panels it shows on other features' pages.
    pub panels: Vec<Panel>,
}

/// A link in the navigation.
#[derive(Clone, Copy, Debug)]
pub struct NavEntry {
    /// What it says.
    pub label: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// Its icon in the lucide set.
    pub icon: &'static str,
    /// Who sees it.
    pub audience: Audience,
}

/// Who sees a link.
#[derive(Clone, Copy, Debug)]
pub enum Audience {
    /// Everybody.
    Everyone,
    /// Whoever is signed in.
    SignedIn,
    /// Holders of one of these roles.
    Roles(&'static [Role]),
}

impl Audience {
    /// Whether `viewer` belongs to it.
    pub fn includes(self, viewer: Option<&Viewer>) -> bool {
        match self {
            Self::Everyone => true,
            Self::SignedIn => viewer.is_some(),
            Self::Roles(roles) => viewer.is_some_and(|viewer| viewer.has_any(roles)),
        }
    }
}

/// A piece of one feature on a page of another: a member's doors on the front page, his tests on 我的信息.
#[derive(Clone, Copy, Debug)]
pub struct Panel {
    /// The page it stands on: `home_figures`, `home`, `me`, `desk`; `elder_read`, `elder_meeting` and `elder_call` are the three doors
    /// of a member's front page in large type.
    pub place: &'static str,
    /// Its HTML for the viewer, or nothing.
    pub draw: for<'a> fn(&'a crate::Site, Option<&'a Viewer>) -> Drawn<'a>,
}

/// What a panel comes to.
pub type Drawn<'a> = Pin<Box<dyn Future<Output = crate::Result<Option<String>>> + Send + 'a>>;
