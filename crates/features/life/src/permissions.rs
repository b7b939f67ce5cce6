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

/// Those who announce a branch's meeting: its secretary, and the township for those that have none at hand.
pub(crate) const ANNOUNCES: &[Role] = &[Role::BranchSecretary, Role::TownshipStaff];

permissions! {
    pub(crate) BranchAnnounce = "branch_announce", "通知支部会议", Who::Roles(ANNOUNCES);
    pub(crate) MeetingSee = "meeting_see", "查看观摩会和推进会", Who::Roles(SEES);
    pub(crate) MeetingCall = "meeting_call", "安排观摩会和推进会", Who::Roles(CALLS);
}
