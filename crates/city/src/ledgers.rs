//! The ledgers of the year: weak village bodies turned round, venues built, and the reform ledger (data/seed-figures.csv). The same rules
//! decide every step, by people of the city; a few of each are still open.

mod public;
mod reform;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{NaiveTime, TimeDelta};
use huiyin_base::{Day, Id, Instant, Problem, Region, Rng};
use huiyin_cases::{
    Act, Actor, Around, FieldValue, History, Issue, Issuing, Moment, Outcome, Request, Rulebook, Value, post_of, seq_at,
};
use huiyin_db::Db;
use huiyin_directory::{OrgKind, OrgRef, Role, Viewer};

use crate::history::Historian;
use crate::invent::{City, OrgNumber, share};
use crate::store::close_counter_put;
use crate::{Scale, Size};

/// What the ledgers are made with.
pub(crate) struct Ledgers<'a> {
    pub(crate) city: &'a City,
    pub(crate) scale: &'a Scale,
    pub(crate) book: &'a Rulebook,
    pub(crate) historian: &'a Historian,
}

/// The last close-out number of each ledger, year by year.
pub(crate) type Numbers = BTreeMap<&'static str, BTreeMap<(Region, i64), i64>>;

/// One entry as it was planned.
struct Entry {
    kind: &'static str,
    from: OrgNumber,
    to: OrgNumber,
    title: String,
    text: String,
    values: Vec<FieldValue>,
    /// Handed down, signed, told of once, asked to be struck off, checked; it stops where there are no more.
    days: [Day; 5],
    steps: usize,
    told: (Vec<FieldValue>, String),
    done: String,
    deadline: Day,
    rng: Rng,
}

/// Written together.
const TOGETHER: usize = 400;

impl Ledgers<'_> {
    /// Writes all of them.
    pub(crate) async fn write(&self, db: &Db) -> Result<(), Problem> {
        let (histories, closed) = self.tell()?;
        for some in histories.chunks(TOGETHER) {
            let some = Arc::new(some.to_vec());
            let write = db.write("demo_ledgers", move |tx| {
                let some = Arc::clone(&some);
                Box::pin(async move { Ok(huiyin_cases::store::history_add_many(tx, &some).await?) })
            });
            write.await?;
        }
        let closed = Arc::new(closed);
        let write = db.write("demo_ledger_numbers", move |tx| {
            let closed = Arc::clone(&closed);
            Box::pin(async move {
                for (kind, last) in &*closed {
                    close_counter_put(tx, kind, last).await?;
                }
                Ok(())
            })
        });
        write.await
    }

    /// All of them, with the numbers they were struck off by.
    fn tell(&self) -> Result<(Vec<History>, Numbers), Problem> {
        let mut entries = self.weak_bodies();
        entries.extend(self.venues());
        entries.extend(self.reform());
        entries.extend(self.lamps());
        // Numbers follow the order in which a county's entries were checked.
        let mut order: Vec<usize> = (0..entries.len()).collect();
        order.sort_by_key(|at| (entries[*at].days[4], *at));
        let (mut last, mut numbers) = (Numbers::new(), BTreeMap::new());
        for at in order.into_iter().filter(|at| entries[*at].steps == 5) {
            let entry = &entries[at];
            let year = i64::from(entry.days[4].year());
            let n = last.entry(entry.kind).or_default().entry((self.city.orgs[entry.to].region, year)).or_insert(0);
            *n += 1;
            numbers.insert(at, (year, *n));
        }
        let mut histories = Vec::with_capacity(entries.len());
        for (at, entry) in entries.iter_mut().enumerate() {
            if entry.steps < 5 {
                self.still_open(entry);
            }
            histories.push(self.tell_one(entry, numbers.get(&at).copied())?);
        }
        Ok((histories, last))
    }

    /// So many in the year, and so many that are still open.
    fn sizes(&self, full: u64, small: u64) -> (u64, u64) {
        match self.scale.size {
            Size::Full => (full, full / 9),
            Size::Small => (small, (small / 4).max(2)),
        }
    }

    /// Villages of every county by its weight: those that were done, then those that are open. None comes twice.
    fn villages(&self, label: &str, (done, open): (u64, u64)) -> Vec<(usize, OrgNumber, bool)> {
        let weights: Vec<u64> = self.city.counties.iter().map(|county| county.weight).collect();
        let (done, open) = (share(done, &weights, 1), share(open, &weights, 0));
        let mut chosen = Vec::new();
        for (at, county) in self.city.counties.iter().enumerate() {
            let mut villages: Vec<OrgNumber> =
                county.townships.iter().flat_map(|township| township.villages.iter().copied()).collect();
            let mut rng = Rng::fork(self.scale.seed ^ u64::from(county.region.ordinal()), label);
            rng.shuffle(&mut villages);
            // A small county may have fewer villages than its share: then it begins anew.
            let all = villages.iter().copied().cycle().take(usize::try_from(done[at] + open[at]).unwrap_or(0));
            chosen.extend(all.zip(0..).map(|(village, n): (_, u64)| (at, village, n < done[at])));
        }
        chosen
    }

    fn weak_bodies(&self) -> Vec<Entry> {
        let chosen = self.villages("weak bodies", self.sizes(223, 13));
        let made = chosen.into_iter().enumerate().map(|(n, (county, village, done))| {
            let mut rng = Rng::fork(self.scale.seed ^ n as u64, "weak body");
            let (cause, plan, said, result) = words::WEAK[n % words::WEAK.len()];
            let county = &self.city.counties[county];
            let leader = self.staff(county.org, &[Role::CountyStaff]).get(2).map(|leader| leader.account.id);
            let helper = self.departments(county.org).get(n % 7).map(|org| self.org(*org).id);
            let mut values = vec![FieldValue::text("cause", cause), FieldValue::text("plan", plan)];
            values.extend(leader.map(|id| FieldValue::new("leader", Value::Ref(id))));
            values.extend(helper.map(|id| FieldValue::new("helper", Value::Ref(id))));
            let days = self.days((10, 130), (95, 150), &mut rng);
            let for_it = rng.between(26, 58);
            let counted =
                [("vote_for", for_it), ("vote_against", rng.between(0, 7)), ("vote_abstained", rng.between(0, 4))];
            let mut told: Vec<FieldValue> =
                counted.iter().map(|(field, n)| FieldValue::new(*field, Value::Number(*n))).collect();
            told.push(FieldValue::new("vote_day", Value::Day(days[2])));
            let name = self.named(village);
            Entry {
                kind: "weak_body",
                from: county.org,
                to: village,
                title: format!("{name}党组织整顿"),
                text: format!("{name}党组织列为软弱涣散，按“一村一策”整顿，转化后由党员和村民代表表决验收。"),
                values,
                steps: if done { 5 } else { 1 + n % 3 },
                deadline: self.deadline(days[3], &mut rng),
                told: if done { (told, "已开会无记名表决".to_owned()) } else { (Vec::new(), said.to_owned()) },
                done: format!("{result}。表决满意 {for_it} 票，转化提高。"),
                days,
                rng,
            }
        });
        made.collect()
    }

    fn venues(&self) -> Vec<Entry> {
        const STAGES: [&str; 4] = ["s2_design", "s3_build", "s3_build", "s4_check"];
        let chosen = self.villages("venues", self.sizes(233, 13));
        let made = chosen.into_iter().enumerate().map(|(n, (county, village, done))| {
            let mut rng = Rng::fork(self.scale.seed ^ n as u64, "venue");
            let (way, said, result) = words::VENUES[n % words::VENUES.len()];
            let county = &self.city.counties[county];
            let area = rng.between(6, 18) * 20;
            let each = if way == "rent" { 30_000 } else { area * rng.between(9, 14) * 100 };
            let yuan = |share: i64| Value::Number(each * share / 100 * 100);
            let values = vec![
                FieldValue::new("place", Value::Ref(self.org(village).id)),
                FieldValue::text("way", way),
                FieldValue::text("stage", "s1_site"),
                FieldValue::new("area", Value::Number(area)),
                FieldValue::new("money_above", yuan(40)),
                FieldValue::new("money_city", yuan(20)),
                FieldValue::new("money_county", yuan(30)),
                FieldValue::new("money_own", yuan(10)),
            ];
            let days = self.days((5, 90), (110, 200), &mut rng);
            let stage = if done { "s5_use" } else { STAGES[n % STAGES.len()] };
            let name = self.named(village);
            Entry {
                kind: "venue",
                from: county.org,
                to: village,
                title: format!("{name}活动阵地"),
                text: format!("解决{name}没有活动阵地的问题，建成后能开会、能办事、能议事，年底前投入使用。"),
                values,
                steps: if done { 5 } else { 2 + n % 2 },
                deadline: self.deadline(days[3], &mut rng),
                told: (vec![FieldValue::text("stage", stage)], if done { "已经用起来了" } else { said }.to_owned()),
                done: format!("{result}，建筑面积 {area} 平方米，已投入使用。"),
                days,
                rng,
            }
        });
        made.collect()
    }

    /// Lets the rules decide an entry step by step.
    fn tell_one(&self, entry: &mut Entry, number: Option<(i64, i64)>) -> Result<History, Problem> {
        let (from, to) = (self.org(entry.from), self.org(entry.to));
        let desk = self.staff(entry.from, &[Role::CountyStaff, Role::CityStaff]);
        let owners = self.staff(entry.to, &[Role::BranchSecretary, Role::CaseOfficer, Role::CountyStaff]);
        let missing = || Problem::broken(std::io::Error::other("nobody works there"));
        let (issuer, checker) = (desk.first().ok_or_else(missing)?, desk.get(1).or(desk.first()).ok_or_else(missing)?);
        // At a county whoever hands down to others is not the one who does its own.
        let owner = owners.last().filter(|_| owners.len() > 2).or(owners.first()).ok_or_else(missing)?;
        let rng = &mut entry.rng;
        let at = moment(entry.days[0], 9, rng);
        let id = Id::new(to.region, at.now, rng);
        let issue = Issue {
            kind: entry.kind,
            id,
            seq: seq_at(at.now, rng),
            by: (issuer.account, issuer.grants.first().map(post_of).unwrap_or_default()),
            what: Issuing {
                to,
                account: None,
                title: entry.title.clone(),
                text: entry.text.clone(),
                values: entry.values.clone(),
                deadline: Some(entry.deadline),
                issuer: from,
                parent: None,
                nonce: String::new(),
            },
        };
        let mut history = History::issue(self.book, issue, self.historian.lines(), at)?;
        let close = Request::RequestClose { outcome: Outcome::Solved, text: entry.done.clone(), photos: Vec::new() };
        let told = Request::Record(entry.told.0.clone()).because(entry.told.1.clone());
        let steps: [(usize, u32, Act, &Viewer); 5] = [
            (1, 10, Request::Sign.into(), owner),
            (1, 15, Request::Begin.into(), owner),
            (2, 10, told, owner),
            (3, 10, close.into(), owner),
            (4, 11, Request::Accept.into(), checker),
        ];
        for (day, hour, act, viewer) in steps {
            if day >= entry.steps || entry.days[day] > self.scale.today {
                break;
            }
            let around = Around {
                lines: self.historian.lines(),
                assignee: None,
                merge_into: None,
                number: None,
                close_number: number,
                moment: moment(entry.days[day], hour, rng),
            };
            history.act(self.book, &act, &Actor::Staff(viewer), around)?;
        }
        Ok(history)
    }

    /// The days of an entry: begun so many working days into the year, done so many later; checked within the week. All of it is over.
    fn days(&self, begun: (i64, i64), took: (i64, i64), rng: &mut Rng) -> [Day; 5] {
        let calendar = &self.book.calendar;
        let on = |from: Day, days: i64| calendar.add_working_days(from, u32::try_from(days.max(0)).unwrap_or(0));
        let issued = on(self.first_day(), rng.between(begun.0, begun.1));
        let took = rng.between(took.0, took.1);
        // Whatever was begun late was done by the end all the same.
        let room = calendar.working_days_between(issued, self.scale.today) - 7;
        let took = took.min(room.max(4));
        let signed = on(issued, rng.between(1, 2));
        let asked = on(issued, took);
        let told = on(signed, (took * 7 / 10).max(1));
        [issued, signed, told.min(asked), asked, on(asked, rng.between(1, 5))]
    }

    /// The year's first day of work.
    fn first_day(&self) -> Day {
        Day::new(self.scale.today.year(), 1, 3).unwrap_or(self.scale.today)
    }

    /// What is still open was handed down not long ago; some of it is late.
    fn still_open(&self, entry: &mut Entry) {
        let (calendar, today) = (&self.book.calendar, self.scale.today);
        let ago = if entry.steps == 1 { entry.rng.between(1, 4) } else { entry.rng.between(20, 70) };
        let days = |ago: i64| calendar.sub_working_days(today, u32::try_from(ago.max(0)).unwrap_or(0));
        entry.days = [days(ago), days(ago - 1), days(ago / 3), today, today];
        let spare = u32::try_from(entry.rng.between(2, 45)).unwrap_or(2);
        entry.deadline = if entry.steps > 1 && entry.rng.chance(250) {
            days(entry.rng.between(2, 12).min(ago / 2))
        } else {
            calendar.add_working_days(today, spare)
        };
    }

    /// A working day after it was done, mostly.
    fn deadline(&self, done: Day, rng: &mut Rng) -> Day {
        let spare = if rng.chance(60) { 0 } else { rng.between(3, 30) };
        self.book.calendar.add_working_days(done, u32::try_from(spare).unwrap_or(0))
    }

    /// Whoever holds one of these roles there.
    fn staff(&self, org: OrgNumber, roles: &[Role]) -> Vec<&Viewer> {
        let mut seen = BTreeSet::new();
        let all = roles.iter().flat_map(|role| self.city.holders(org, *role));
        all.filter(|account| seen.insert(**account)).map(|account| self.historian.viewer(*account)).collect()
    }

    fn departments(&self, of: OrgNumber) -> Vec<OrgNumber> {
        let region = self.city.orgs[of].region;
        let below = |at: &OrgNumber| {
            let org = &self.city.orgs[*at];
            org.region == region && org.kind == OrgKind::Department && org.parent == Some(of)
        };
        (0..self.city.orgs.len()).filter(below).collect()
    }

    fn named(&self, village: OrgNumber) -> &str {
        &self.city.orgs[village].short_name
    }

    fn org(&self, number: OrgNumber) -> OrgRef {
        OrgRef { region: self.city.orgs[number].region, id: self.city.orgs[number].id }
    }
}

fn moment(day: Day, hour: u32, rng: &mut Rng) -> Moment {
    let time = NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or(NaiveTime::MIN);
    let at: Instant = day.at(time) + TimeDelta::milliseconds(rng.between(0, 3_000_000));
    Moment::at(at)
}
