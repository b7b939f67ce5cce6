//! Who may ask for what. Whether he may do it to this case is decided by the engine, under the row lock.

use huiyin_directory::Role;
use huiyin_web::{Who, permissions};

/// Everybody who works on cases or looks after those who do.
const STAFF: &[Role] = &[
    Role::BranchSecretary,
    Role::CaseOfficer,
    Role::TownshipStaff,
    Role::CountyStaff,
    Role::CityStaff,
    Role::Inspector,
];
/// Those who moderate and assign: problems at the county or above it; what is about a village, such as a burden, at its township.
const DESK: &[Role] = &[Role::TownshipStaff, Role::CountyStaff, Role::CityStaff];
/// Those whose organisation may own a case.
const OWNERS: &[Role] =
    &[Role::CaseOfficer, Role::BranchSecretary, Role::TownshipStaff, Role::CountyStaff, Role::CityStaff];
/// Those who may verify.
const VERIFIERS: &[Role] = &[Role::TownshipStaff, Role::CountyStaff, Role::CityStaff];

permissions! {
    pub CaseSee = "case_see", "查看问题台账", Who::Roles(STAFF);
    pub CaseExport = "case_export", "导出问题台账", Who::Roles(STAFF);
    pub CaseModerate = "case_moderate", "审核、交办事项", Who::Roles(DESK);
    pub CaseHandle = "case_handle", "办理问题", Who::Roles(OWNERS);
    pub CaseVerify = "case_verify", "核验办理结果", Who::Roles(VERIFIERS);
}

/// The roles whose reach decides which cases are found.
pub(crate) const SEES: &[Role] = STAFF;
