use std::sync::LazyLock;

use chrono::NaiveDate;
use huiyin_base::Day;
use serde::Deserialize;

/// The numbers of accounts, sign-in and the audit: `rules/account.toml`.
#[derive(Clone, Debug, Deserialize)]
pub struct AccountRules {
    from: toml::value::Datetime,
    /// What a password must be.
    pub password: PasswordRules,
    /// When failures close the door, and for how long; in rising order.
    pub lock: Vec<LockStep>,
    /// Printed one-time codes.
    pub slip: SlipRules,
    /// Authenticator apps.
    pub second_factor: SecondFactorRules,
    /// Acting for somebody else.
    pub deputy: DeputyRules,
    /// Signing in through another house.
    pub external: ExternalRules,
    /// The sealed log.
    pub audit: AuditRules,
    /// The log of network addresses.
    pub access_log: AccessLogRules,
}

/// Lengths of a password in characters.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct PasswordRules {
    /// For members.
    pub least: usize,
    /// For holders of a staff role.
    pub least_staff: usize,
    /// For everybody: a longer one only costs time.
    pub most: usize,
}

/// From `failures` in a row on, the account is refused for `seconds` after each further failure.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct LockStep {
    /// Failures in a row.
    pub failures: i64,
    /// Seconds of refusal.
    pub seconds: i64,
}

/// How long printed codes live.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct SlipRules {
    /// Days of an activation slip.
    pub days: i64,
    /// Days a recovery waits for its second person.
    pub recovery_request_days: i64,
    /// Hours of the code printed then.
    pub recovery_code_hours: i64,
}

/// The second factor.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct SecondFactorRules {
    /// How many recovery codes are made at once.
    pub recovery_codes: usize,
}

/// Deputies.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct DeputyRules {
    /// The longest time in days.
    pub days: i64,
}

/// The external identity.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct ExternalRules {
    /// Minutes for the way to the other house and back.
    pub minutes: i64,
}

/// The audit.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct AuditRules {
    /// Seconds between two seals.
    pub seal_seconds: u32,
    /// Days kept.
    pub retention_days: i64,
}

/// The log of network addresses.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct AccessLogRules {
    /// Days kept.
    pub days: i64,
}

impl AccountRules {
    /// The version in force on `day`; before the first one, the first.
    pub fn on(day: Day) -> &'static Self {
        let in_force = RULES.iter().rev().find(|rules| rules.begins().is_none_or(|begins| begins <= day.date()));
        in_force.unwrap_or(&RULES[0])
    }

    /// The newest version: for what is set once, when the program starts.
    pub fn newest() -> &'static Self {
        &RULES[RULES.len() - 1]
    }

    /// How long an account is refused after so many failures in a row; none while it is not.
    pub fn lock_seconds(&self, failures: i64) -> Option<i64> {
        self.lock.iter().rev().find(|step| step.failures <= failures).map(|step| step.seconds)
    }

    fn begins(&self) -> Option<NaiveDate> {
        let date = self.from.date?;
        NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
    }
}

#[derive(Deserialize)]
struct File {
    version: Vec<AccountRules>,
}

static RULES: LazyLock<Vec<AccountRules>> = LazyLock::new(|| {
    let file: Result<File, _> = toml::from_str(include_str!("../../../rules/account.toml"));
    // Committed with the program and read by a test of this crate.
    file.map_or_else(|error| unreachable!("rules/account.toml: {error}"), |file| file.version)
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_rules_are_read() {
        let rules = AccountRules::on(Day::new(2016, 12, 16).unwrap());
        assert_eq!((rules.slip.days, rules.audit.retention_days), (30, 400));
        assert!(rules.audit.retention_days.min(rules.access_log.days) >= 184, "the law asks for six months");
        assert!(rules.begins().is_some());
    }

    #[test]
    fn the_lock_grows_with_the_failures() {
        let rules = AccountRules::on(Day::new(2016, 12, 16).unwrap());
        let first = rules.lock[0].failures;
        assert_eq!(rules.lock_seconds(first - 1), None);
        let steps: Vec<i64> = (first..first + 30).filter_map(|failures| rules.lock_seconds(failures)).collect();
        assert_eq!(steps.len(), 30);
        assert!(steps.is_sorted() && steps[0] < steps[29]);
    }
}
