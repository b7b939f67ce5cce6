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

/// Those who issue for the whole city.
pub(crate) const ISSUERS: &[Role] = &[Role::CityStaff];
/// From the county up.
pub(crate) const COUNTY_UP: &[Role] = &[Role::CountyStaff, Role::CityStaff];

permissions! {
    pub(crate) BulletinIssue = "bulletin_issue", "印发通报", Who::Roles(ISSUERS);
    pub(crate) TargetSee = "target_see", "查看底线目标", Who::Roles(LEADERS);
    pub(crate) TargetSet = "target_set", "下达底线目标", Who::Roles(ISSUERS);
    pub(crate) TargetEnter = "target_enter", "录入底线目标", Who::Roles(COUNTY_UP);
    pub(crate) FieldRequestSee = "field_request_see", "查看数据需求", Who::Roles(LEADERS);
    pub(crate) FieldRequestMake = "field_request_make", "提出和答复数据需求", Who::Roles(COUNTY_UP);
    pub(crate) InsightSee = "insight_see", "查看研判", Who::Roles(LEADERS);
}
