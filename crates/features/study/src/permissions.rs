//! The rights of this feature. Reading needs an account and nothing else; whom a book is for, its audience says.

use huiyin_directory::Role;
use huiyin_web::{Who, permissions};

/// Those who keep the library.
pub(crate) const KEEPS: &[Role] = &[Role::CountyStaff, Role::CityStaff];

permissions! {
    pub(crate) LibraryKeep = "library_keep", "管理书库", Who::Roles(KEEPS);
}
