//! The clocks and limits of `rules/cases.toml`, and everything the engine decides by, in one place.

use std::sync::Arc;

use huiyin_base::{Day, WorkCalendar};
use huiyin_db::text_enum;
use huiyin_directory::OrgKind;
use serde::Deserialize;

use crate::after_rules::RetentionFile;
use crate::{Categories, CodeRules, DeclineReason, Kind, RatingRules};

text_enum! {
    /// A running clock.
    pub enum ClockKind {
        Moderate = "moderate" / "审核",
        Assign = "assign" / "交办",
        Sign = "sign" / "签收",
        Answer = "answer" / "答复",
        Verify = "verify" / "核验",
        Review = "review" / "复查",
    }
}

text_enum! {
    /// Whom an escalation step reaches.
    pub enum Reached {
        Owner = "owner" / "承办人",
        Above = "above" / "上一级",
        Desk = "desk" / "受理单位",
        AboveDesk = "above_desk" / "受理单位上一级",
    }
}

text_enum! {
    /// What an escalation step does.
    pub enum StepAction {
        Remind = "remind" / "提醒",
        Escalate = "escalate" / "催办",
    }
}

/// Everything the engine decides by. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Rulebook {
    /// The kinds, each at its newest version.
    pub kinds: Arc<Vec<Kind>>,
    /// Clocks and limits.
    pub rules: Arc<CaseRules>,
    /// What a problem may be about.
    pub categories: Arc<Categories>,
    /// Working days, make-up days included.
    pub calendar: Arc<WorkCalendar>,
}

/// `rules/cases.toml`.
#[derive(Clone, Debug)]
pub struct CaseRules {
    /// The first day it is in force.
    pub from: Day,
    /// Calendar days for objections after an answer.
    pub objection_days: i64,
    /// How often an assignment may be returned.
    pub returns: i64,
    /// How often a declined case may be appealed.
    pub appeals: i64,
    /// The hour at which clocks fire.
    pub office_hour: u32,
    /// Working days of the desk.
    pub desk: DeskDays,
    /// Working days to sign and to answer, by kind of organisation.
    pub levels: Vec<(Vec<OrgKind>, LevelDays)>,
    /// Pauses.
    pub pause: PauseRules,
    /// Escalation steps in the order of their offsets.
    pub escalations: Vec<Escalation>,
    /// The most characters of each text.
    pub limit: Limits,
    /// Ratings.
    pub rating: RatingRules,
    /// Why a case is not accepted.
    pub declines: Vec<DeclineReason>,
    /// Calendar days after its end for which what is sealed of a case is kept.
    pub sealed_days: i64,
    /// Codes sent to a telephone.
    pub code: CodeRules,
}

/// Working days in which the desk acts.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeskDays {
    /// To post or decline.
    pub moderate: u32,
    /// To assign.
    pub assign: u32,
    /// For a verifier to decide.
    pub verify: u32,
    /// To decide a second objection.
    pub review: u32,
}

/// Working days of an owning organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelDays {
    /// To sign.
    pub sign: u32,
    /// To answer, from signing.
    pub answer: u32,
}

/// How long and how often a case may rest.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PauseRules {
    /// Working days of all pauses of one owner together.
    pub most: i64,
    /// How many pauses.
    pub times: i64,
    /// The reasons to choose from.
    pub reason: Vec<PauseReason>,
}

/// One reason for a pause.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PauseReason {
    /// Its word.
    pub id: String,
    /// What people read.
    pub label: String,
    /// The most working days of one such pause.
    pub days: u32,
}

/// One escalation step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Escalation {
    /// Of which clock.
    pub clock: ClockKind,
    /// Working days after the day it is due; negative before it.
    pub offset: i64,
    /// Whom it reaches.
    pub to: Reached,
    /// What it does.
    pub action: StepAction,
}

/// The most characters of each text, and photos of a report.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is named after the text it limits")]
pub struct Limits {
    pub title: usize,
    pub text: usize,
    pub reason: usize,
    pub answer: usize,
    pub message: usize,
    pub photos: usize,
    pub contact: usize,
}

/// A rule file does not hold together; the program does not start with it.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// Not TOML, or a field missing or unknown.
    #[error("a rule file cannot be read: {0}")]
    Toml(#[from] toml::de::Error),
    /// A word that no list knows, or rules that contradict each other.
    #[error("a rule file does not hold together: {0}")]
    Rule(String),
}

impl Rulebook {
    /// The rules built into the program.
    pub fn built_in(calendar: Arc<WorkCalendar>) -> Result<Self, RulesError> {
        Ok(Self {
            kinds: Arc::new(vec![
                Kind::parse(include_str!("../../../../rules/kinds/problem.toml"))?,
                Kind::parse(include_str!("../../../../rules/kinds/burden.toml"))?,
                Kind::parse(include_str!("../../../../rules/kinds/pressure.toml"))?,
            ]),
            rules: Arc::new(CaseRules::parse(include_str!("../../../../rules/cases.toml"))?),
            categories: Arc::new(Categories::parse(include_str!("../../../../rules/problem-categories.toml"))?),
            calendar,
        })
    }

    /// A kind by its word.
    pub fn kind(&self, name: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.name == name)
    }

    /// Whether a case of this kind may be about this.
    pub fn allows(&self, kind: &Kind, category: &str, sub: &str) -> bool {
        if kind.categories.is_empty() {
            return self.categories.allows(category, sub);
        }
        sub.is_empty() && kind.category(category).is_some()
    }
}

impl CaseRules {
    /// Reads `rules/cases.toml`.
    pub fn parse(text: &str) -> Result<Self, RulesError> {
        let file: RulesFile = toml::from_str(text)?;
        let mut escalations =
            file.escalation.iter().map(EscalationFile::read).collect::<Result<Vec<_>, RulesError>>()?;
        escalations.sort_by_key(|step| (step.clock, step.offset));
        let levels = file.level.into_iter().map(|level| {
            let kinds = level.kinds.iter().map(|kind| word(OrgKind::parse, kind)).collect::<Result<Vec<_>, _>>()?;
            Ok((kinds, LevelDays { sign: level.sign, answer: level.answer }))
        });
        let levels = levels.collect::<Result<Vec<_>, RulesError>>()?;
        for kind in OrgKind::ALL {
            if !levels.iter().any(|(kinds, _)| kinds.contains(kind)) {
                return Err(RulesError::Rule(format!("no level for {}", kind.as_str())));
            }
        }
        Ok(Self {
            from: day(file.from)?,
            objection_days: file.objection_days,
            returns: file.returns,
            appeals: file.appeals,
            office_hour: file.office_hour,
            desk: file.desk,
            levels,
            pause: file.pause,
            escalations,
            limit: file.limit,
            rating: file.rating,
            declines: file.decline,
            sealed_days: file.retention.sealed_days,
            code: file.code,
        })
    }

    /// The working days of an organisation of this kind.
    pub fn level(&self, kind: OrgKind) -> LevelDays {
        let found = self.levels.iter().find(|(kinds, _)| kinds.contains(&kind));
        // `parse` has proved that every kind has its level.
        found.map_or(LevelDays { sign: 2, answer: 7 }, |(_, days)| *days)
    }

    /// The steps of one clock, in order.
    pub fn steps(&self, clock: ClockKind) -> impl Iterator<Item = &Escalation> {
        self.escalations.iter().filter(move |step| step.clock == clock)
    }

    /// A reason for a pause by its word.
    pub fn pause_reason(&self, id: &str) -> Option<&PauseReason> {
        self.pause.reason.iter().find(|reason| reason.id == id)
    }
}

/// Reads a word of a list, or says which word is unknown.
pub(crate) fn word<T>(parse: impl Fn(&str) -> Option<T>, text: &str) -> Result<T, RulesError> {
    parse(text).ok_or_else(|| RulesError::Rule(format!("the word {text} is unknown")))
}

pub(crate) fn day(date: toml::value::Datetime) -> Result<Day, RulesError> {
    date.to_string().parse().map_err(|_| RulesError::Rule(format!("{date} is no day")))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    from: toml::value::Datetime,
    objection_days: i64,
    returns: i64,
    appeals: i64,
    office_hour: u32,
    desk: DeskDays,
    level: Vec<LevelFile>,
    pause: PauseRules,
    escalation: Vec<EscalationFile>,
    limit: Limits,
    rating: RatingRules,
    decline: Vec<DeclineReason>,
    retention: RetentionFile,
    code: CodeRules,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LevelFile {
    kinds: Vec<String>,
    sign: u32,
    answer: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EscalationFile {
    clock: String,
    offset: i64,
    to: String,
    action: String,
}

impl EscalationFile {
    fn read(&self) -> Result<Escalation, RulesError> {
        Ok(Escalation {
            clock: word(ClockKind::parse, &self.clock)?,
            offset: self.offset,
            to: word(Reached::parse, &self.to)?,
            action: word(StepAction::parse, &self.action)?,
        })
    }
}
