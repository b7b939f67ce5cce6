//! The rules of what follows an answer: ratings, standard reasons, the end of what is sealed, codes.

use serde::Deserialize;

use crate::CaseRules;

/// How answers are rated.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatingRules {
    /// Calendar days for which a rating may be changed.
    pub change_days: i64,
    /// Own words are needed from this score down.
    pub words_upto: i64,
    /// Ratings under this many are told to nobody, and no cell under it.
    pub least: i64,
    /// Standard reasons.
    pub reason: Vec<RatingReason>,
}

/// A standard reason beside a rating.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatingReason {
    /// Its word.
    pub id: String,
    /// What people read.
    pub label: String,
    /// For which scores it is offered.
    pub scores: Vec<i64>,
}

/// Why a case is not accepted, in words for whoever raised it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclineReason {
    /// Its word.
    pub id: String,
    /// What he reads.
    pub label: String,
    /// What he can do.
    pub next: String,
}

/// A code on its way to a telephone.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeRules {
    /// Minutes it holds.
    pub minutes: i64,
    /// How often it may be typed wrongly.
    pub tries: i64,
    /// Codes an hour for one number.
    pub hourly: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RetentionFile {
    pub(crate) sealed_days: i64,
    pub(crate) file_days: i64,
}

impl RatingRules {
    /// A standard reason by its word.
    pub fn reason(&self, id: &str) -> Option<&RatingReason> {
        self.reason.iter().find(|reason| reason.id == id)
    }

    /// The labels of the reasons kept beside a rating.
    pub fn labels(&self, kept: &str) -> Vec<&str> {
        kept.split(' ').filter_map(|id| self.reason(id)).map(|reason| reason.label.as_str()).collect()
    }
}

impl CaseRules {
    /// A standard reason to decline by its word.
    pub fn decline(&self, id: &str) -> Option<&DeclineReason> {
        self.declines.iter().find(|reason| reason.id == id)
    }

    /// Counts by what was written, told by standard reason: own words behind one are for whoever raised the case alone.
    pub fn declines_by_reason(&self, counts: &[(String, i64)]) -> Vec<(String, i64)> {
        let mut told: Vec<(String, i64)> = Vec::new();
        for (kept, n) in counts {
            let known = self.decline_of(kept).or_else(|| self.decline("other"));
            let label = known.map_or("其他原因", |reason| reason.label.as_str());
            match told.iter_mut().find(|(word, _)| word == label) {
                Some((_, sum)) => *sum += n,
                None => told.push((label.to_owned(), *n)),
            }
        }
        told.sort_by_key(|(_, n)| -n);
        told
    }

    /// The standard reason with which a kept reason begins: own words may follow it.
    pub fn decline_of(&self, kept: &str) -> Option<&DeclineReason> {
        self.declines.iter().find(|reason| kept.starts_with(&reason.label))
    }
}
