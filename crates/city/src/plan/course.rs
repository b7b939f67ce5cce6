use chrono::TimeDelta;
use huiyin_base::{Day, Instant, Rng};
use huiyin_cases::{Categories, Channel, Outcome};
use huiyin_directory::{OrgKind, Role};

use super::time::{Days, home_time};
use super::{Deed, Fate, Problem, Step, season};
use crate::invent::{AccountNumber, City, County, OrgNumber, Township};
use crate::texts::Topic;
use crate::{Scale, Size};

/// Plans one problem after another.
pub(crate) struct Planner<'a> {
    city: &'a City,
    scale: &'a Scale,
    days: &'a Days,
    categories: &'a Categories,
    weights: Vec<u64>,
}

impl<'a> Planner<'a> {
    pub(crate) fn new(city: &'a City, scale: &'a Scale, days: &'a Days, categories: &'a Categories) -> Self {
        let weights = city.counties.iter().map(|county| county.weight).collect();
        Self { city, scale, days, categories, weights }
    }

    /// A problem of this fate: first a day and a place, then what, then how it went; later days are tried earlier until all
    /// of it has happened by the city's now.
    pub(crate) fn problem(&self, serial: u64, fate: Fate) -> Problem {
        let mut rng = Rng::fork(self.scale.seed ^ serial.wrapping_mul(0x9e37_79b9_7f4a_7c15), "plan");
        let number = rng.weighted(&self.weights);
        let county = &self.city.counties[number];
        let township = place(&county.townships, &mut rng);
        let village = township.villages[index(&mut rng, township.villages.len())];
        let community = self.city.orgs[village].kind == OrgKind::Community;
        let wished = if fate.is_open() { self.recent(fate, &mut rng) } else { season::day(self.scale.today, &mut rng) };
        let (topic, category) = season::topic(wished.month(), community, self.categories, &mut rng);
        let about_village = topic.about.is_some() && rng.chance(720);
        let owner = self.owner((county, township, village), topic, &category, about_village, &mut rng);
        let mut problem = Problem {
            serial,
            county: number,
            township: township.org,
            village,
            topic,
            category,
            about_village,
            channel: channel(&mut rng),
            contact: rng.chance(450),
            photos: photos(&topic.sub, self.scale.size, &mut rng),
            edited: rng.chance(45),
            fate,
            number: None,
            submitted: self.days.end,
            steps: Vec::new(),
        };
        let course = Course { planner: self, county, owner, fate, rng: Rng::fork(self.scale.seed ^ serial, "course") };
        (problem.submitted, problem.steps) = course.fit(wished);
        problem
    }

    /// Open problems are as old as what still waits in them.
    fn recent(&self, fate: Fate, rng: &mut Rng) -> Day {
        let back = match fate {
            Fate::Submitted => rng.between(0, 2),
            Fate::Posted => rng.between(1, 4),
            Fate::Returned => rng.between(4, 7),
            Fate::Assigned => rng.between(2, 5),
            Fate::AssignedLate => rng.between(7, 14),
            Fate::Signed => rng.between(3, 8),
            Fate::InHand => rng.between(4, 9),
            Fate::InHandLate => rng.between(26, 62),
            Fate::Paused("season") => rng.between(12, 60),
            Fate::Paused("money") => rng.between(12, 70),
            Fate::Paused(_) => rng.between(9, 18),
            Fate::CloseRequested => rng.between(4, 12),
            _ => rng.between(20, 32),
        };
        let last = self.days.count().saturating_sub(1);
        self.days.day(last.saturating_sub(usize::try_from(back).unwrap_or(0)))
    }

    /// Usually whom the category names; what the village is the subject of goes neither there nor to its township.
    fn owner(
        &self,
        (county, township, village): (&County, &Township, OrgNumber),
        topic: &Topic,
        category: &str,
        about_village: bool,
        rng: &mut Rng,
    ) -> OrgNumber {
        let of_sub = self.categories.sub(category, &topic.sub).map_or("township", |sub| sub.owner.as_str());
        let usual = topic.owner.as_deref().unwrap_or(of_sub);
        let owner = match usual {
            "village" => Some(village),
            "township" => Some(township.org),
            department => county.departments.get(department).copied(),
        };
        let owner = match rng.below(100) {
            0..=13 => township.org,
            14..=19 => village,
            _ => owner.unwrap_or(township.org),
        };
        let near = owner == village || owner == township.org;
        match county.departments.get("民政局").filter(|_| about_village && near) {
            Some(bureau) => *bureau,
            None => owner,
        }
    }

    /// Somebody at the organisation with one of these roles.
    fn somebody(&self, org: OrgNumber, roles: &[Role], rng: &mut Rng) -> AccountNumber {
        let holders: Vec<AccountNumber> =
            roles.iter().flat_map(|role| self.city.holders(org, *role)).copied().collect();
        *rng.pick(&holders).unwrap_or_else(|| panic!("nobody at {}", self.city.orgs[org].name))
    }
}

/// The way of one problem.
struct Course<'a> {
    planner: &'a Planner<'a>,
    county: &'a County,
    owner: OrgNumber,
    fate: Fate,
    rng: Rng,
}

impl Course<'_> {
    /// The first try that ends before the city's now.
    fn fit(mut self, wished: Day) -> (Instant, Vec<Step>) {
        let mut day = wished;
        for _ in 0..400 {
            let submitted = day.at(home_time(&mut self.rng));
            let mut way = Way { course: &mut self, now: submitted, steps: Vec::new() };
            way.go();
            let steps = way.steps;
            let last = steps.last().map_or(submitted, |step| step.at);
            if last < self.planner.days.end && submitted < self.planner.days.end {
                return (submitted, steps);
            }
            day = day.plus(-1);
        }
        panic!("no way for {:?} from {wished}", self.fate)
    }

    /// Of a hundred, how often this county is late: pace 100 is the mean.
    fn is_late(&mut self, permille: u64) -> bool {
        let pace = self.county.pace.unsigned_abs().max(1);
        self.rng.chance(permille * 1_000_000 / (pace * pace * pace))
    }

    /// Working days that the owner has to answer.
    fn days(&self) -> i64 {
        match self.planner.city.orgs[self.owner].kind {
            OrgKind::Village | OrgKind::Community | OrgKind::Township => 7,
            _ => 15,
        }
    }
}

/// The steps as they are made.
struct Way<'a, 'b> {
    course: &'a mut Course<'b>,
    now: Instant,
    steps: Vec<Step>,
}

impl Way<'_, '_> {
    fn go(&mut self) {
        match self.course.fate {
            Fate::Submitted => return,
            Fate::Withdrawn => return self.home(0, Deed::Withdraw),
            Fate::Declined | Fate::Appealed => return self.declined(),
            _ => {}
        }
        let late = self.course.is_late(30);
        self.desk(if late { 3 } else { 0 }, if late { 6 } else { 2 }, Deed::Post);
        match self.course.fate {
            Fate::Posted => return,
            Fate::Merged => return self.desk(0, 2, Deed::Merge(None)),
            Fate::Referred => return self.desk(0, 3, Deed::Refer),
            _ => {}
        }
        if self.course.fate == Fate::Returned || self.course.rng.chance(26) {
            self.returned();
        }
        if self.course.fate == Fate::Returned {
            return;
        }
        let owner = self.course.owner;
        self.desk(0, 2, Deed::Assign(owner));
        if matches!(self.course.fate, Fate::Assigned | Fate::AssignedLate) {
            return;
        }
        self.worked();
    }

    fn declined(&mut self) {
        self.desk(0, 2, Deed::Decline);
        if self.course.fate == Fate::Appealed {
            self.home(2, Deed::Appeal);
            let at = self.course.planner.days.office(self.now, 1, &mut self.course.rng);
            let city = self.course.planner.city.org;
            let actor = self.course.planner.somebody(city, &[Role::CityStaff], &mut self.course.rng);
            self.step(at, Deed::Decline, Some(actor));
        }
    }

    /// Sent to an office that is not the one, and back.
    fn returned(&mut self) {
        let offices: Vec<OrgNumber> =
            self.course.county.departments.values().copied().filter(|org| *org != self.course.owner).collect();
        let wrong = *self.course.rng.pick(&offices).unwrap_or(&self.course.owner);
        self.desk(0, 1, Deed::Assign(wrong));
        let actor = self.course.planner.somebody(wrong, &[Role::CaseOfficer], &mut self.course.rng);
        let right = self.course.owner;
        self.office(1, 2, Deed::Return(right), actor);
    }

    /// From signing to the answer and what follows it.
    fn worked(&mut self) {
        let roles: &[Role] = match self.course.planner.city.orgs[self.course.owner].kind {
            OrgKind::Village | OrgKind::Community => &[Role::BranchSecretary, Role::CaseOfficer],
            _ => &[Role::CaseOfficer],
        };
        let owner = self.course.planner.somebody(self.course.owner, roles, &mut self.course.rng);
        let late = self.course.is_late(45);
        self.office(if late { 3 } else { 0 }, if late { 6 } else { 2 }, Deed::Sign, owner);
        if self.course.fate == Fate::Signed {
            return;
        }
        self.office(0, 1, Deed::Begin, owner);
        self.talk(owner);
        if let Fate::Paused(reason) = self.course.fate {
            return self.office(1, 4, Deed::Pause(reason), owner);
        }
        if matches!(self.course.fate, Fate::InHand | Fate::InHandLate) {
            return;
        }
        if self.course.rng.chance(24) {
            self.rested(owner);
        }
        self.answered(owner, true);
        if matches!(self.course.fate, Fate::SolvedAgain | Fate::Reopened) {
            self.once_more(owner);
        }
    }

    fn talk(&mut self, owner: AccountNumber) {
        if self.course.rng.chance(170) {
            self.office(0, 1, Deed::Ask, owner);
            if self.course.rng.chance(760) {
                self.home(1, Deed::Reply);
            }
        }
    }

    fn rested(&mut self, owner: AccountNumber) {
        let reason = if self.course.rng.chance(500) { "reporter" } else { "higher" };
        self.office(1, 2, Deed::Pause(reason), owner);
        self.office(3, 14, Deed::Resume, owner);
    }

    fn answered(&mut self, owner: AccountNumber, first: bool) {
        let outcome = if self.course.fate == Fate::Explained { Outcome::Explained } else { Outcome::Solved };
        let days = self.course.days();
        let late = first && self.course.is_late(78);
        let (low, high) = if late { (days + 1, days + 24) } else { (1, days - 1) };
        let work = if late { self.course.rng.between(low, high) } else { self.skewed(low, high) };
        self.office(work, work, Deed::RequestClose(outcome), owner);
        if first && self.course.fate == Fate::CloseRequested {
            return;
        }
        if first && self.course.rng.chance(34) {
            self.verifier(Deed::Refuse);
            self.office(1, 4, Deed::RequestClose(outcome), owner);
        }
        self.verifier(Deed::Accept);
        let again = first && matches!(self.course.fate, Fate::SolvedAgain | Fate::Reopened);
        if !again && self.course.rng.chance(560) {
            self.rated();
        }
    }

    fn once_more(&mut self, owner: AccountNumber) {
        if self.course.rng.chance(450) {
            let at = Days::at_home(self.now, 1, &mut self.course.rng);
            let score = self.course.rng.between(1, 2);
            self.step(at, Deed::Rate(score), None);
        }
        if self.course.rng.chance(860) {
            let gap = self.course.rng.between(1, 9);
            self.home(gap, Deed::Object);
        } else {
            self.desk(3, 8, Deed::Reopen);
        }
        if self.course.fate == Fate::Reopened {
            return;
        }
        self.office(0, 1, Deed::Begin, owner);
        self.answered(owner, false);
    }

    /// Ratings are optional: one that would come after the city's now has not come yet.
    fn rated(&mut self) {
        let gap = self.course.rng.between(0, 12);
        let at = Days::at_home(self.now, gap, &mut self.course.rng);
        let pace = self.course.county.pace.unsigned_abs();
        let good = pace * 5;
        let weights: [u64; 5] = match self.course.fate {
            Fate::Explained => [22, 20, 30, 20, 8],
            Fate::SolvedAgain => [6, 12, 26, 38, 18],
            _ => [14, 24, 70, 270, good],
        };
        let score = i64::try_from(self.course.rng.weighted(&weights)).unwrap_or(4) + 1;
        if at < self.course.planner.days.end {
            self.step(at, Deed::Rate(score), None);
        }
    }

    fn verifier(&mut self, deed: Deed) {
        let planner = self.course.planner;
        let owner = self.course.owner;
        let above = planner.city.orgs[owner].parent.unwrap_or(planner.city.org);
        let staff = [Role::TownshipStaff, Role::CountyStaff];
        let actor = planner.somebody(above, &staff, &mut self.course.rng);
        self.office(0, 3, deed, actor);
    }

    /// The county's desk: the people who assign.
    fn desk(&mut self, low: i64, high: i64, deed: Deed) {
        let desk = self.course.county.org;
        let actor = self.course.planner.somebody(desk, &[Role::CountyStaff], &mut self.course.rng);
        self.office(low, high, deed, actor);
    }

    fn office(&mut self, low: i64, high: i64, deed: Deed, actor: AccountNumber) {
        let gap = usize::try_from(self.course.rng.between(low, high)).unwrap_or(0);
        let at = self.course.planner.days.office(self.now, gap, &mut self.course.rng);
        self.step(at, deed, Some(actor));
    }

    fn home(&mut self, gap: i64, deed: Deed) {
        let at = Days::at_home(self.now, gap, &mut self.course.rng);
        self.step(at, deed, None);
    }

    fn step(&mut self, at: Instant, deed: Deed, actor: Option<AccountNumber>) {
        let at = at.max(self.now + TimeDelta::minutes(3));
        self.now = at;
        self.steps.push(Step { at, deed, actor });
    }

    /// Quick work is more common than slow work.
    fn skewed(&mut self, low: i64, high: i64) -> i64 {
        let rng = &mut self.course.rng;
        rng.between(low, high).min(rng.between(low, high + 1))
    }
}

/// Townships by the number of their villages.
fn place<'a>(townships: &'a [Township], rng: &mut Rng) -> &'a Township {
    let weights: Vec<u64> = townships.iter().map(|township| township.villages.len() as u64).collect();
    &townships[rng.weighted(&weights)]
}

fn index(rng: &mut Rng, count: usize) -> usize {
    usize::try_from(rng.below(count as u64)).unwrap_or(0)
}

fn channel(rng: &mut Rng) -> Channel {
    const CHANNELS: [Channel; 4] = [Channel::Web, Channel::Phone, Channel::Paper, Channel::Inspection];
    CHANNELS[rng.weighted(&[77, 11, 9, 3])]
}

/// Few send pictures, and of things that can be seen.
fn photos(sub: &str, size: Size, rng: &mut Rng) -> u8 {
    let permille = match size {
        Size::Full => 10,
        Size::Small => 80,
    };
    let seen = ["water", "road", "housing", "sanitation", "venue", "apple", "irrigation", "greenhouse"];
    if !seen.contains(&sub) || !rng.chance(permille) {
        return 0;
    }
    [1, 1, 2, 3][index(rng, 4)]
}
