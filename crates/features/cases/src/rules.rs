//! The clocks and limits of `rules/cases.toml`, and everything the engine decides by, in one place.

use std::sync::Arc;

use huiyin_base::{Day, WorkCalendar};
use huiyin_db::text_enum;
use huiyin_directory::OrgKind;
use serde::Deserialize;

use crate::after_rules::RetentionFile;
use crate::clock_rules::numbered;
use crate::{CaseItem, Categories, ClockRules, CodeRules, DeclineReason, DeskRules, EmergencyRules, Kind, RatingRules};

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
    /// The kinds, in all their versions.
    pub kinds: Arc<Vec<Kind>>,
    /// Clocks and limits.
    pub rules: Arc<CaseRules>,
    /// What a problem may be about.
    pub categories: Arc<Categories>,
    /// Office hours, limits by category, extensions, close-out numbers, call-backs.
    pub clocks: Arc<ClockRules>,
    /// What is taken for an emergency.
    pub emergency: Arc<EmergencyRules>,
    /// How the desk works: `rules/case-desk.toml`.
    pub desk: Arc<DeskRules>,
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
    /// Escalation steps in their order.
    pub escalations: Vec<Escalation>,
    /// The most characters of each text.
    pub limit: Limits,
    /// A village with fewer people than this is not named to the public, but its township is; 0 names every village.
    pub fewest_people: i64,
    /// When reports come at an unusual rate.
    pub flood: FloodRules,
    /// Ratings.
    pub rating: RatingRules,
    /// Why a case is not accepted.
    pub declines: Vec<DeclineReason>,
    /// Calendar days after its end for which what is sealed of a case is kept.
    pub sealed_days: i64,
    /// Calendar days after its end for which the files in the fields of what was handed down are kept.
    pub file_days: i64,
    /// Codes sent to a telephone.
    pub code: CodeRules,
}

/// When the form asks a question before it takes a report in.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FloodRules {
    /// Reports of one county at once before it asks.
    pub county_burst: u32,
    /// How many of them an hour makes good.
    pub county_hour: u32,
    /// Reports of one browser at once.
    pub device_burst: u32,
    /// How many of them an hour makes good.
    pub device_hour: u32,
    /// How long a question may be answered.
    pub question_minutes: i64,
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
    /// It ends by itself when whoever raised the case has written.
    #[serde(default)]
    pub until_reply: bool,
}

/// When an escalation step fires. In the order in which they follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepTime {
    /// When so many percent of the clock have run, 1 to 100; pauses do not count. 100 is the first morning on which it is late.
    Share(u32),
    /// Working days after the day it is due, at least 1.
    Days(u32),
}

/// One escalation step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Escalation {
    /// Of which clock.
    pub clock: ClockKind,
    /// When.
    pub when: StepTime,
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
                Kind::parse(include_str!("../../../../rules/kinds/task.toml"))?,
                Kind::parse(include_str!("../../../../rules/kinds/duty.toml"))?,
                Kind::parse(include_str!("../../../../rules/kinds/finding.toml"))?,
                Kind::parse(include_str!("../../../../rules/kinds/weak_body.toml"))?,
                Kind::parse(include_str!("../../../../rules/kinds/venue.toml"))?,
                Kind::parse(include_str!("../../../../rules/kinds/reform.toml"))?,
            ]),
            rules: Arc::new(CaseRules::parse(include_str!("../../../../rules/cases.toml"))?),
            categories: Arc::new(Categories::parse(include_str!("../../../../rules/problem-categories.toml"))?),
            clocks: Arc::new(ClockRules::parse(include_str!("../../../../rules/case-clocks.toml"))?),
            emergency: Arc::new(EmergencyRules::parse(include_str!("../../../../rules/emergency.toml"))?),
            desk: Arc::new(DeskRules::parse(include_str!("../../../../rules/case-desk.toml"))?),
            calendar,
        })
    }

    /// A kind by its word, at its newest version.
    pub fn kind(&self, name: &str) -> Option<&Kind> {
        self.kinds.iter().filter(|kind| kind.name == name).max_by_key(|kind| kind.version)
    }

    /// The kind of a case, at the version under which it was made: what was changed since does not touch it.
    pub fn kind_of(&self, case: &CaseItem) -> Option<&Kind> {
        self.kind_at(&case.kind, case.kind_version)
    }

    /// A kind at a version.
    pub fn kind_at(&self, name: &str, version: i64) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.name == name && kind.version == version)
    }

    /// The kinds that are handed down, each at its newest version, in the order of their words.
    pub fn issued_kinds(&self) -> Vec<&Kind> {
        let newest = |kind: &&Kind| self.kind(&kind.name).is_some_and(|newest| newest.version == kind.version);
        self.kinds.iter().filter(|kind| kind.is_issued()).filter(newest).collect()
    }

    /// The close-out number of a case as it is printed; none where its kind has none.
    pub fn close_number(&self, kind: &str, county: &str, number: (i64, i64)) -> Option<String> {
        match self.kind(kind).and_then(|kind| kind.close_number.as_deref()) {
            Some(pattern) => numbered(pattern, county, number),
            None => self.clocks.close_number(kind, county, number),
        }
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
        escalations.sort_by_key(|step| (step.clock, step.when));
        let levels = levels(file.level)?;
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
            file_days: file.retention.file_days,
            code: file.code,
            fewest_people: file.fewest_people,
            flood: file.flood,
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

/// Days by the kind of the organisation.
pub(crate) fn levels(files: Vec<LevelFile>) -> Result<Vec<(Vec<OrgKind>, LevelDays)>, RulesError> {
    let level = |level: LevelFile| {
        let kinds = level.kinds.iter().map(|kind| word(OrgKind::parse, kind)).collect::<Result<Vec<_>, _>>()?;
        Ok((kinds, LevelDays { sign: level.sign, answer: level.answer }))
    };
    files.into_iter().map(level).collect()
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
    fewest_people: i64,
    flood: FloodRules,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LevelFile {
    kinds: Vec<String>,
    sign: u32,
    answer: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EscalationFile {
    clock: String,
    share: Option<u32>,
    offset: Option<u32>,
    to: String,
    action: String,
}

impl EscalationFile {
    fn read(&self) -> Result<Escalation, RulesError> {
        let when = match (self.share, self.offset) {
            (Some(share @ 1..=100), None) => StepTime::Share(share),
            (None, Some(days @ 1..)) => StepTime::Days(days),
            _ => return Err(RulesError::Rule(format!("a step of {}: one of share and offset", self.clock))),
        };
        Ok(Escalation {
            clock: word(ClockKind::parse, &self.clock)?,
            when,
            to: word(Reached::parse, &self.to)?,
            action: word(StepAction::parse, &self.action)?,
        })
    }
}
