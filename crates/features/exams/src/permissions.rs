//! The rights of this feature.

use huiyin_directory::Role;
use huiyin_web::{Who, permissions};

/// Those who keep questions and set tests.
pub(crate) const KEEPS: &[Role] = &[Role::TownshipStaff, Role::CountyStaff, Role::CityStaff];

/// Those who print papers for members without a telephone and enter what comes back: who serves branches with kits, too.
pub(crate) const SERVES: &[Role] = &[Role::BranchSecretary, Role::TownshipStaff, Role::CountyStaff, Role::CityStaff];

permissions! {
    pub(crate) TestTake = "test_take", "参加测试", Who::SignedIn;
    pub(crate) TestKeep = "test_keep", "维护题库、组织测试", Who::Roles(KEEPS);
    pub(crate) SheetServe = "sheet_serve", "打印纸质卷、录入答题纸", Who::Roles(SERVES);
}
