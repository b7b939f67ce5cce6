//! How the desk works: `rules/case-desk.toml`.

use huiyin_base::Day;
use serde::Deserialize;

use crate::rules::{RulesError, day};

/// Presence, saved filters, bulk acts, moderation, joint handling.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each field is named after the section of the rule file")]
pub struct DeskRules {
    pub from: Day,
    pub presence: PresenceRules,
    pub filter: FilterRules,
    pub bulk: BulkRules,
    pub queue: QueueRules,
    pub edit: EditRules,
    pub joint: JointRules,
    /// Other channels that have numbers of their own.
    pub referrals: Vec<ReferralChannel>,
}

/// Seconds of a lease, and of its renewal.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the rule file says what each is")]
pub struct PresenceRules {
    pub lease_seconds: i64,
    pub renew_seconds: u32,
}

/// How many saved filters, and how long their names.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the rule file says what each is")]
pub struct FilterRules {
    pub most: i64,
    pub name: usize,
}

/// The most cases of one bulk act.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the rule file says what each is")]
pub struct BulkRules {
    pub most: i64,
}

/// From how many working days on a case has waited long.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the rule file says what each is")]
pub struct QueueRules {
    pub long_days: i64,
}

/// How far a public text may differ from what was written.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the rule file says what each is")]
pub struct EditRules {
    pub own_share: usize,
    pub own_letters: usize,
    pub removed_share: usize,
}

/// The most units of a joint request, and characters of each task.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the rule file says what each is")]
pub struct JointRules {
    pub units: usize,
    pub task: usize,
}

/// A channel outside the wall.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferralChannel {
    /// Its word.
    pub id: String,
    /// What people call it.
    pub label: String,
    /// What its numbers look like.
    pub hint: String,
}

impl DeskRules {
    /// Reads `rules/case-desk.toml`.
    pub fn parse(text: &str) -> Result<Self, RulesError> {
        let file: DeskFile = toml::from_str(text)?;
        if file.presence.lease_seconds <= i64::from(file.presence.renew_seconds) {
            return Err(RulesError::Rule("a presence ends before it is renewed".into()));
        }
        Ok(Self {
            from: day(file.from)?,
            presence: file.presence,
            filter: file.filter,
            bulk: file.bulk,
            queue: file.queue,
            edit: file.edit,
            joint: file.joint,
            referrals: file.referral,
        })
    }

    /// The channel and its number as whoever wrote the report reads them: 12345 热线 2016120100021. None where the channel is
    /// not listed, or what was typed holds no number.
    pub fn referral_number(&self, channel: &str, number: &str) -> Option<String> {
        let listed = self.referrals.iter().find(|one| one.id == channel)?;
        let number = number.split_whitespace().collect::<Vec<_>>().join(" ");
        let digits = number.chars().filter(char::is_ascii_digit).count();
        (digits >= 3).then(|| format!("{} {number}", listed.label))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeskFile {
    from: toml::value::Datetime,
    presence: PresenceRules,
    filter: FilterRules,
    bulk: BulkRules,
    queue: QueueRules,
    edit: EditRules,
    joint: JointRules,
    referral: Vec<ReferralChannel>,
}
