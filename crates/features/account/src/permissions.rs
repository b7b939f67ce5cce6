//! The rights of this feature.

use huiyin_directory::Role;
use huiyin_web::{Who, permissions};

/// Who answers what people ask about the data kept of them.
pub(crate) const ANSWERERS: &[Role] = &[Role::BranchSecretary, Role::SecurityAdmin];

/// Those who know the holders: they print slips and vouch for a way back.
pub(crate) const ACCOUNT_KEEPERS: &[Role] = &[
    Role::BranchSecretary,
    Role::TownshipStaff,
    Role::CountyStaff,
    Role::CityStaff,
    Role::SystemAdmin,
    Role::SecurityAdmin,
];
/// Those who vouch; the security administrator only grants.
pub(crate) const VOUCHERS: &[Role] =
    &[Role::BranchSecretary, Role::TownshipStaff, Role::CountyStaff, Role::CityStaff, Role::SystemAdmin];
/// Those who read the log.
pub(crate) const AUDIT_READERS: &[Role] = &[Role::AuditAdmin];

permissions! {
    pub(crate) AccountList = "account_list", "查看本单位账号", Who::Roles(ACCOUNT_KEEPERS);
    pub(crate) SlipPrint = "slip_print", "打印激活条", Who::Roles(VOUCHERS);
    pub(crate) RecoveryVouch = "recovery_vouch", "办理找回账号", Who::Roles(VOUCHERS);
    pub(crate) AccountOpen = "account_open", "开通和停用账号", Who::Roles(&[Role::SystemAdmin]);
    pub(crate) RoleGrant = "role_grant", "授予和结束角色", Who::Roles(&[Role::SecurityAdmin]);
    pub(crate) DataAnswer = "data_answer", "答复个人信息申请", Who::Roles(ANSWERERS);
    pub(crate) ApiClientKeep = "api_client_keep", "发放和停用接口密钥", Who::Roles(&[Role::SecurityAdmin]);
    pub(crate) AuditRead = "audit_read", "查看审计记录", Who::Roles(AUDIT_READERS);
}
