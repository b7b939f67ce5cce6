//! The rights of this feature.

use huiyin_directory::Role;
use huiyin_web::{Who, permissions};

/// Everybody who works on what the meetings are about.
pub(crate) const SEES: &[Role] = &[
    Role::BranchSecretary,
    Role::CaseOfficer,
    Role::TownshipStaff,
    Role::CountyStaff,
    Role::CityStaff,
    Role::Inspector,
];
/// Those who call such meetings.
pub(crate) const CALLS: &[Role] = &[Role::CountyStaff, Role::CityStaff];

permissions! {
    pub(crate) MeetingSee = "meeting_see", "查看观摩会和推进会", Who::Roles(SEES);
    pub(crate) MeetingCall = "meeting_call", "安排观摩会和推进会", Who::Roles(CALLS);
}
