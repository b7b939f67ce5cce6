//! `rules/conduct.toml`: what happens when somebody is abused beside a case, for all sides.

use serde::Deserialize;

use crate::RulesError;

/// The procedure.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conduct {
    /// The first day it is in force.
    pub from: toml::value::Datetime,
    /// Its name.
    pub title: String,
    /// What it is for.
    pub lead: String,
    /// Its parts.
    pub section: Vec<ConductSection>,
}

/// One part of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConductSection {
    /// Its heading.
    pub title: String,
    /// What it says.
    pub points: Vec<String>,
}

impl Conduct {
    /// The one built into the program.
    pub fn built_in() -> Result<Self, RulesError> {
        Ok(toml::from_str(include_str!("../../../../rules/conduct.toml"))?)
    }
}
