//! The rights of this feature.

use huiyin_directory::Role;
use huiyin_web::{Who, permissions};

/// Those who keep the installation running.
pub(crate) const OPERATORS: &[Role] = &[Role::SystemAdmin];

permissions! {
    pub(crate) OperationsRead = "operations_read", "查看运行状况", Who::Roles(OPERATORS);
    pub(crate) JobRetry = "job_retry", "重试后台任务", Who::Roles(OPERATORS);
}
