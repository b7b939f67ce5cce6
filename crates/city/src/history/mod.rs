//! Lets the case engine decide a planned problem step by step: what comes out is what the program itself would have
//! written. Pure; sealing needs the keys, nothing else.

mod acts;
mod erased;
mod mark;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use huiyin_base::number::Receipt;
use huiyin_base::{Day, Id, Problem as Refused, Rng};
use huiyin_cases::{
    CaseAnswer, CaseErasure, CaseEvent, CaseFollow, CaseItem, CaseMessage, CaseOwner, CasePhoto, CaseRating, Lines,
    Rulebook, seq_at,
};
use huiyin_directory::{AccountRef, Grant, OrgKind, OrgRef, Reach, Viewer};
use huiyin_vault::Vault;

use crate::Scale;
use crate::invent::{Account, City, OrgNumber};
use crate::plan::{Deed, Plan, Problem};

pub use words::PLACEHOLDER_NAMES;

/// Everything the histories of a plan are made from.
#[derive(Debug)]
pub struct Historian {
    city: Arc<City>,
    scale: Arc<Scale>,
    plan: Arc<Plan>,
    book: Rulebook,
    vault: Vault,
    viewers: Vec<Viewer>,
    lines: Lines,
    by_serial: BTreeMap<u64, usize>,
    /// Who was merged into a problem, and on which day.
    merged: BTreeMap<u64, Vec<usize>>,
    /// Year and close-out number of each problem whose answer is accepted, in the order of acceptance in its county.
    pub(crate) close_numbers: BTreeMap<u64, (i64, i64)>,
}

/// A case with all that is kept beside it.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each field is named after its table")]
pub struct History {
    pub item: CaseItem,
    pub events: Vec<CaseEvent>,
    pub owners: Vec<CaseOwner>,
    pub answers: Vec<CaseAnswer>,
    pub messages: Vec<CaseMessage>,
    pub ratings: Vec<CaseRating>,
    pub follows: Vec<CaseFollow>,
    pub photos: Vec<CasePhoto>,
    pub erasures: Vec<CaseErasure>,
    /// What whoever raised it was given.
    pub receipt: Receipt,
    /// Under which words search finds it.
    pub words: Vec<String>,
    /// How many photos are to be drawn for it, and of what.
    pub photos_wanted: u8,
}

impl Historian {
    /// Gets ready.
    pub fn new(city: Arc<City>, scale: Arc<Scale>, plan: Arc<Plan>, book: Rulebook, vault: Vault) -> Self {
        let by_serial = plan.problems.iter().enumerate().map(|(index, problem)| (problem.serial, index)).collect();
        let mut merged: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (index, problem) in plan.problems.iter().enumerate() {
            for step in &problem.steps {
                if let Deed::Merge(Some(target)) = step.deed {
                    merged.entry(target).or_default().push(index);
                }
            }
        }
        let viewers = city.accounts.iter().map(|account| viewer(&city, account)).collect();
        let lines = lines(&city);
        let close_numbers = close_numbers(&plan);
        Self { city, scale, plan, book, vault, viewers, lines, by_serial, merged, close_numbers }
    }

    /// The history of the problem at `index` of the plan.
    pub fn tell(&self, index: usize) -> Result<History, Refused> {
        acts::Telling::new(self, &self.plan.problems[index]).tell()
    }

    /// Somebody as the engine sees him.
    pub(crate) fn viewer(&self, account: crate::invent::AccountNumber) -> &Viewer {
        &self.viewers[account]
    }

    /// The holder of an account.
    pub(crate) fn viewer_of(&self, account: AccountRef) -> Option<&Viewer> {
        self.viewers.iter().find(|viewer| viewer.account == account)
    }

    /// Who stands above whom.
    pub(crate) fn lines(&self) -> &Lines {
        &self.lines
    }

    /// The receipt of a problem: it follows from the seed, so that a few can be printed for visitors.
    pub fn receipt(&self, problem: &Problem) -> Receipt {
        Receipt::new(&problem.rng(self.scale.seed, "receipt").bytes())
    }

    fn receipt_hash(&self, problem: &Problem) -> [u8; 32] {
        self.vault.blind("receipt", &self.receipt(problem).canonical())
    }

    /// The case as it was when it had just been submitted; text and clocks come after.
    fn blank(&self, problem: &Problem) -> CaseItem {
        let county = &self.city.counties[problem.county];
        let mut rng: Rng = problem.rng(self.scale.seed, "case id");
        let at = problem.submitted + chrono::TimeDelta::milliseconds(rng.between(0, 999));
        let id = Id::new(county.region, at, &mut rng);
        let county = self.org(county.org);
        let subject = problem.about_village.then(|| self.org(problem.village));
        let mut item = words::empty(id, seq_at(at, &mut rng), county, huiyin_base::Day::of(problem.submitted));
        item.channel = problem.channel;
        item.township = Some(self.city.orgs[problem.township].id);
        item.village = Some(self.city.orgs[problem.village].id);
        (item.category, item.sub_category) = (problem.category.clone(), problem.topic.sub.clone());
        item.receipt = Some(self.receipt_hash(problem));
        (item.subject_region, item.subject) = (subject.map(|org| org.region), subject.map(|org| org.id));
        let office = problem.topic.about.as_ref().filter(|about| subject.is_some() && !about.ends_with("支部"));
        item.subject_office = office.filter(|office| *office != "村委会").cloned();
        item
    }

    fn org(&self, number: OrgNumber) -> OrgRef {
        org_ref(&self.city, number)
    }
}

fn org_ref(city: &City, number: OrgNumber) -> OrgRef {
    OrgRef { region: city.orgs[number].region, id: city.orgs[number].id }
}

/// Close-out numbers follow the first acceptance of each county's problems.
fn close_numbers(plan: &Plan) -> BTreeMap<u64, (i64, i64)> {
    let accepted = plan.problems.iter().filter_map(|problem| {
        let step = problem.steps.iter().find(|step| matches!(step.deed, Deed::Accept))?;
        Some((problem.county, step.at, problem.serial))
    });
    let mut accepted: Vec<_> = accepted.collect();
    accepted.sort_unstable();
    let mut last = BTreeMap::new();
    let numbered = accepted.into_iter().map(|(county, at, serial)| {
        let year = i64::from(Day::of(at).year());
        let n: &mut i64 = last.entry((county, year)).or_insert(0);
        *n += 1;
        (serial, (year, *n))
    });
    numbered.collect()
}

/// Everybody as the engine sees him.
fn viewer(city: &City, account: &Account) -> Viewer {
    let grant = |held: &crate::invent::Held| {
        let org = org_ref(city, held.org);
        Grant {
            id: held.id,
            role: held.role,
            org,
            org_name: city.orgs[held.org].name.clone(),
            org_kind: city.orgs[held.org].kind,
            post: held.post.clone(),
            deputy: false,
            reach: vec![Reach::Subtree(org)],
            // The engine judges by lines; only lists of a signed-in viewer look at this.
            line: Vec::new(),
        }
    };
    Viewer {
        account: AccountRef { region: account.region, id: account.id },
        person: Some(city.people[account.person].id),
        name: city.people[account.person].name.clone(),
        grants: account.grants.iter().map(grant).collect(),
        strong: true,
    }
}

/// Who stands above whom; above a county stands the city.
fn lines(city: &City) -> Lines {
    let mut lines = Lines::default();
    for number in 0..city.orgs.len() {
        let mut line: Vec<(OrgRef, OrgKind)> = Vec::new();
        let mut at = Some(number);
        while let Some(number) = at {
            line.push((org_ref(city, number), city.orgs[number].kind));
            at = city.orgs[number].parent.or((city.orgs[number].kind == OrgKind::County).then_some(city.org));
        }
        lines.add(line);
    }
    lines
}
