//! Between whom a pledge may be signed: `rules/pledges.toml`.

use std::sync::OnceLock;

use huiyin_base::Problem;
use huiyin_directory::{Org, OrgKind};
use serde::Deserialize;

/// What a pledge may be.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the rule file says what each is")]
pub struct PledgeRules {
    pub from: toml::value::Datetime,
    pub issuers: Vec<String>,
    pub parties: Vec<String>,
    pub basis: String,
    pub longest_days: i64,
    pub limit: PledgeLimits,
}

/// The most of each.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PledgeLimits {
    pub targets: usize,
    pub title: usize,
    pub approval: usize,
    pub approver: usize,
    pub text: usize,
    pub target: usize,
    pub measure: usize,
    pub change: usize,
}

impl PledgeRules {
    /// The rules that are committed with the program.
    pub fn built_in() -> Result<&'static Self, Problem> {
        static RULES: OnceLock<PledgeRules> = OnceLock::new();
        if let Some(rules) = RULES.get() {
            return Ok(rules);
        }
        let rules = toml::from_str(include_str!("../../../../../rules/pledges.toml")).map_err(Problem::broken)?;
        Ok(RULES.get_or_init(|| rules))
    }

    /// Whether an organisation of this kind may issue one.
    pub fn issues(&self, kind: OrgKind) -> bool {
        self.issuers.iter().any(|word| word == kind.as_str())
    }

    /// Refuses whatever is not a pledge of the city with a county or a department of its own.
    pub fn check(&self, issuer: &Org, party: &Org) -> Result<(), Problem> {
        if !self.issues(issuer.kind) {
            return Err(Problem::forbidden(self.refusal()));
        }
        let known = self.parties.iter().any(|word| word == party.kind.as_str());
        let own = party.kind != OrgKind::Department || party.region == issuer.region;
        if known && own && party.id != issuer.id { Ok(()) } else { Err(Problem::invalid(self.refusal())) }
    }

    /// Why it goes no further down.
    pub fn refusal(&self) -> String {
        format!(
            "责任书只在市与县（市、区）、市直部门之间签订，不能再往乡镇、村和县直部门签。这是为了不把责任层层转嫁给基层（依据{}）。要交办的事，请用任务清单分解。",
            self.basis
        )
    }
}
