//! The rights of this feature. Reading needs an account and nothing else; whom a book is for, its audience says.

use huiyin_directory::Role;
use huiyin_web::{Who, permissions};

/// Those who keep the library.
pub(crate) const KEEPS: &[Role] = &[Role::CountyStaff, Role::CityStaff];

/// Those who hand kits out.
pub(crate) const KITS: &[Role] = &[Role::BranchSecretary, Role::TownshipStaff, Role::CountyStaff, Role::CityStaff];

permissions! {
    pub(crate) EveningKeep = "evening_keep", "选读书会要念的心得", Who::Roles(&[Role::BranchSecretary]);
    pub(crate) KitSee = "kit_see", "发放实体小书包", Who::Roles(KITS);
    pub(crate) LibraryKeep = "library_keep", "管理书库", Who::Roles(KEEPS);
}
