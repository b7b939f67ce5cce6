//! The rights of this feature.

use huiyin_directory::Role;
use huiyin_directory::import::ImportKind;
use huiyin_web::{Who, permissions};

/// A member list is read by the branch and those above it.
pub(crate) const MEMBER_READERS: &[Role] =
    &[Role::BranchSecretary, Role::TownshipStaff, Role::CountyStaff, Role::CityStaff];
/// Organisations are kept by offices and by whoever runs the system.
const ORGANISATION_IMPORTERS: &[Role] = &[Role::SystemAdmin, Role::CityStaff, Role::CountyStaff];
/// Whoever runs the system need not see people's numbers.
const MEMBER_IMPORTERS: &[Role] = &[Role::CityStaff, Role::CountyStaff];

/// What the public reads of a place is decided by the county, not by the place itself.
pub(crate) const PLACE_KEEPERS: &[Role] = &[Role::CityStaff, Role::CountyStaff];

permissions! {
    pub(crate) MemberList = "member_list", "查看党员名册", Who::Roles(MEMBER_READERS);
    pub(crate) OrganisationImport = "organisation_import", "导入机构", Who::Roles(ORGANISATION_IMPORTERS);
    pub(crate) PlaceShow = "place_show", "设定公开到哪一级地点", Who::Roles(PLACE_KEEPERS);
    pub(crate) MemberImport = "member_import", "导入党员", Who::Roles(MEMBER_IMPORTERS);
}

/// Who may import what.
pub(crate) const fn importers(kind: ImportKind) -> &'static [Role] {
    match kind {
        ImportKind::Organisations => ORGANISATION_IMPORTERS,
        ImportKind::Members => MEMBER_IMPORTERS,
    }
}
