//! The rights of this feature. Its numbers are public; these pages are laid out for those who lead and those who handle.

use huiyin_directory::Role;
use huiyin_web::{Who, permissions};

/// Those who lead, inspect or handle.
pub(crate) const LEADERS: &[Role] = &[
    Role::CaseOfficer,
    Role::BranchSecretary,
    Role::TownshipStaff,
    Role::CountyStaff,
    Role::CityStaff,
    Role::Inspector,
];

permissions! {
    pub(crate) InsightSee = "insight_see", "查看研判", Who::Roles(LEADERS);
}
