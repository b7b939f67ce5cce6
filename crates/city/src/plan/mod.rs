//! A year of problems: who raised what where, and how it went, day by day. Pure; the case engine later decides every
//! step anew, so that no history can break its rules.

mod course;
mod fate;
mod merging;
mod season;
mod time;

use std::collections::BTreeMap;

use huiyin_base::{Instant, Rng, WorkCalendar};
use huiyin_cases::{Categories, Channel, Outcome};

use crate::Scale;
use crate::invent::{AccountNumber, City, OrgNumber};
use crate::texts::Topic;

pub use fate::{Fate, fates};

/// A year of problems, in the order in which they were submitted.
#[derive(Debug)]
pub struct Plan {
    /// All of them: the posted, and those that never were.
    pub problems: Vec<Problem>,
}

/// One problem and its course.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Its place in the plan before sorting; what its random streams are named after.
    pub serial: u64,
    /// Index into [`City::counties`].
    pub county: usize,
    /// The township.
    pub township: OrgNumber,
    /// The village or community.
    pub village: OrgNumber,
    /// What it is about.
    pub topic: &'static Topic,
    /// The category's word.
    pub category: String,
    /// Whether the case names the village as its subject.
    pub about_village: bool,
    /// How it came in.
    pub channel: Channel,
    /// Whether whoever raised it left name and telephone.
    pub contact: bool,
    /// Photos that came with it.
    pub photos: u8,
    /// Whether the desk changed the public text.
    pub edited: bool,
    /// How it is to end on the city's today.
    pub fate: Fate,
    /// The number it is given at posting, within its county.
    pub number: Option<i64>,
    /// Submitted, then one step after another.
    pub submitted: Instant,
    /// What happened after it was submitted, in order.
    pub steps: Vec<Step>,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Step {
    /// When.
    pub at: Instant,
    /// What.
    pub deed: Deed,
    /// Who; nobody for whoever raised the problem.
    pub actor: Option<AccountNumber>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words are those of the case engine")]
pub enum Deed {
    Post,
    Decline,
    Withdraw,
    Appeal,
    Assign(OrgNumber),
    Return(OrgNumber),
    Sign,
    Begin,
    Pause(&'static str),
    Resume,
    RequestClose(Outcome),
    Accept,
    Refuse,
    Object,
    Reopen,
    /// Into the problem with this serial number; filled in when all are planned.
    Merge(Option<u64>),
    Refer,
    /// Written by the officer.
    Ask,
    /// Written by whoever raised it.
    Reply,
    /// One to five.
    Rate(i64),
}

impl Problem {
    /// A stream of random numbers of its own.
    pub fn rng(&self, seed: u64, label: &str) -> Rng {
        Rng::fork(seed ^ self.serial.wrapping_mul(0x9e37_79b9_7f4a_7c15), label)
    }

    /// Whether it was posted.
    pub fn is_posted(&self) -> bool {
        self.steps.iter().any(|step| step.deed == Deed::Post)
    }

    /// When it was posted.
    pub fn posted(&self) -> Option<Instant> {
        self.steps.iter().find(|step| step.deed == Deed::Post).map(|step| step.at)
    }
}

/// Plans the year for this city.
pub fn year_plan(city: &City, scale: &Scale, calendar: &WorkCalendar, categories: &Categories) -> Plan {
    let days = time::Days::new(calendar, scale.today);
    let planner = course::Planner::new(city, scale, &days, categories);
    let mut problems: Vec<Problem> =
        (0..).zip(fates(scale)).map(|(serial, fate)| planner.problem(serial, fate)).collect();
    problems.sort_by_key(|problem| (problem.submitted, problem.serial));
    merging::choose_targets(&mut problems);
    number(&mut problems);
    Plan { problems }
}

/// Numbers run within a county in the order of posting.
fn number(problems: &mut [Problem]) {
    let mut order: Vec<(Instant, usize)> =
        problems.iter().enumerate().filter_map(|(index, problem)| Some((problem.posted()?, index))).collect();
    order.sort_unstable();
    let mut last: BTreeMap<usize, i64> = BTreeMap::new();
    for (_, index) in order {
        let county = last.entry(problems[index].county).or_insert(0);
        *county += 1;
        problems[index].number = Some(*county);
    }
}
