//! A year of tasks handed down from the city to the villages, in different progress, decided by the engine in memory; and the pledges
//! between the city and its counties and departments.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveTime;
use huiyin_base::{Day, Id, Instant, Rng};
use huiyin_cases::store::{self, CaseNode};
use huiyin_cases::{
    Actor, Around, FieldValue, Grown, History, Issue, Issuing, Lines, Moment, Outcome, Request, Rulebook, Value, grown,
    seq_at,
};
use huiyin_db::Db;
use huiyin_directory::{AccountRef, OrgRef, Role, Viewer};

use crate::Scale;
use crate::history::Historian;
use crate::invent::{City, OrgNumber};
use crate::store::close_counter_put;
use crate::themes::{Down, THEMES};

/// What is made with.
pub(crate) struct Lists<'a> {
    pub(crate) city: &'a City,
    pub(crate) scale: &'a Scale,
    pub(crate) book: &'a Rulebook,
    pub(crate) historian: &'a Historian,
}

/// One case that is to be told.
struct Plot {
    parent: Option<usize>,
    kind: &'static str,
    org: OrgNumber,
    person: Option<AccountRef>,
    issuer: OrgNumber,
    theme: usize,
    target: i64,
    issued: Day,
    deadline: Day,
    /// Has children: it is in hand while they are open.
    parted: bool,
}

impl Lists<'_> {
    /// Writes all of it: the trees some hundred cases at a time, then the pledges.
    pub(crate) async fn write(&self, db: &Db) -> anyhow::Result<()> {
        const SOME: usize = 500;
        let (histories, grown, closed) = self.told()?;
        let tasks = Self::county_tasks(&histories);
        let nodes: BTreeMap<Id, CaseNode> = grown.nodes.into_iter().map(|node| (node.case_id, node)).collect();
        for some in histories.chunks(SOME) {
            let nodes: Vec<CaseNode> = some.iter().filter_map(|one| nodes.get(&one.item.id).cloned()).collect();
            let some = Arc::new((some.to_vec(), nodes));
            let write = db.write("demo_lists", move |tx| {
                let some = Arc::clone(&some);
                Box::pin(async move {
                    store::history_add_records(tx, &some.0).await?;
                    Ok(store::node_add(tx, &some.1).await?)
                })
            });
            write.await?;
        }
        let links = Arc::new(grown.links);
        let write = db.write("demo_links", move |tx| {
            let (links, closed) = (Arc::clone(&links), closed.clone());
            Box::pin(async move {
                for some in links.chunks(SOME) {
                    store::link_add(tx, some).await?;
                }
                for (kind, last) in &closed {
                    close_counter_put(tx, kind, last).await?;
                }
                Ok(())
            })
        });
        write.await?;
        crate::pledges::write(self, db, &tasks).await
    }

    pub(crate) fn org(&self, number: OrgNumber) -> OrgRef {
        let org = &self.city.orgs[number];
        OrgRef { region: org.region, id: org.id }
    }

    pub(crate) fn day(&self, month: u32, day: u32) -> Day {
        let day = Day::new(self.scale.today.year(), month, day).unwrap_or(self.scale.today);
        self.book.calendar.add_working_days(day.plus(-1), 1)
    }

    /// The newest of those who hold a role at a unit; where several do, by turns.
    pub(crate) fn holder(&self, org: OrgNumber, roles: &[Role], turn: usize) -> Option<&Viewer> {
        let mut all = roles.iter().filter_map(|role| self.city.holders.get(&(org, *role))).flatten();
        let count = all.clone().count();
        all.nth(turn % count.max(1)).map(|account| self.historian.viewer(*account))
    }

    /// The tasks of each county and of the city's departments: what pledges are drawn from.
    fn county_tasks(histories: &[History]) -> Vec<(OrgRef, usize, huiyin_cases::CaseItem, Option<i64>)> {
        let top: Vec<Id> = histories.iter().filter(|one| one.item.parent.is_none()).map(|one| one.item.id).collect();
        let below = histories.iter().filter(|one| one.item.parent.is_some_and(|parent| top.contains(&parent)));
        let task = |one: &History| {
            let target = one.values.iter().find(|value| value.field == "target").and_then(|value| match value.value {
                Some(Value::Number(n)) => Some(n),
                _ => None,
            });
            let theme = THEMES.iter().position(|theme| theme.title == one.item.title).unwrap_or(0);
            (one.item.owner(), theme, one.item.clone(), target)
        };
        below.map(task).collect()
    }

    /// The measure of a theme, for a target that is drawn from it.
    pub(crate) fn measure(theme: usize) -> &'static str {
        THEMES[theme].measure
    }

    fn plots(&self) -> Vec<Plot> {
        let mut rng = Rng::fork(self.scale.seed, "lists plots");
        let mut plots: Vec<Plot> = Vec::new();
        for (theme, number) in THEMES.iter().zip(0..) {
            let begun = self.day(3, 1 + 7 * u32::try_from(number).unwrap_or(0));
            let root = plots.len();
            plots.push(Self::plot(None, self.city.org, (self.city.org, number, begun, self.day(12, 30))));
            for county in &self.city.counties {
                let at = self.below(&mut plots, root, county.org, 4);
                match theme.down {
                    Down::Departments => {
                        for org in county.departments.values().take(6) {
                            let leaf = self.below(&mut plots, at, *org, 6);
                            plots[leaf].target = rng.between(theme.each.0, theme.each.1);
                        }
                    }
                    Down::Townships | Down::Villages => {
                        for township in &county.townships {
                            let town = self.below(&mut plots, at, township.org, 6);
                            if theme.down == Down::Townships {
                                plots[town].target = rng.between(theme.each.0, theme.each.1);
                                continue;
                            }
                            for village in &township.villages {
                                let leaf = self.below(&mut plots, town, *village, 6);
                                plots[leaf].target = rng.between(theme.each.0, theme.each.1);
                            }
                        }
                    }
                }
            }
            if theme.down == Down::Departments {
                for org in self.city.departments.iter().take(12) {
                    let leaf = self.below(&mut plots, root, *org, 4);
                    plots[leaf].target = rng.between(theme.each.0, theme.each.1);
                }
            }
        }
        self.duties(&mut plots, &mut rng);
        for n in (0..plots.len()).rev() {
            if let Some(above) = plots[n].parent {
                plots[above].parted = true;
                plots[above].target += if plots[n].kind == "duty" { 0 } else { plots[n].target };
            }
        }
        plots
    }

    /// One village in nine, and one township in three of those that a task ends at, has put it into a person's hands.
    fn duties(&self, plots: &mut Vec<Plot>, rng: &mut Rng) {
        let parted: Vec<Option<usize>> = plots.iter().map(|plot| plot.parent).collect();
        for n in 0..plots.len() {
            let is_leaf = !parted.contains(&Some(n)) && plots[n].theme < 2;
            let one_in = if plots[n].theme == 0 { 110 } else { 330 };
            if !is_leaf || !rng.chance(one_in) {
                continue;
            }
            let roles = [Role::CaseOfficer, Role::BranchSecretary];
            if let Some(person) = self.holder(plots[n].org, &roles, 1).map(|viewer| viewer.account) {
                let duty = self.below(plots, n, plots[n].org, 3);
                (plots[duty].kind, plots[duty].person, plots[duty].target) = ("duty", Some(person), plots[n].target);
            }
        }
    }

    fn plot(parent: Option<usize>, org: OrgNumber, rest: (OrgNumber, usize, Day, Day)) -> Plot {
        let (issuer, theme, issued, deadline) = rest;
        Plot { parent, kind: "task", org, person: None, issuer, theme, target: 0, issued, deadline, parted: false }
    }

    fn below(&self, plots: &mut Vec<Plot>, parent: usize, org: OrgNumber, days: u32) -> usize {
        let above = &plots[parent];
        let issued = self.book.calendar.add_working_days(above.issued, days);
        let deadline = self.book.calendar.add_working_days(above.deadline.plus(-5), 1);
        let plot = Self::plot(Some(parent), org, (above.org, above.theme, issued, deadline));
        plots.push(plot);
        plots.len() - 1
    }

    /// Every case as the engine decides it: the leaves first, because a parent waits for them.
    #[expect(clippy::type_complexity, reason = "close-out counters by kind, county and year")]
    fn told(
        &self,
    ) -> anyhow::Result<(Vec<History>, Grown, BTreeMap<&'static str, BTreeMap<(huiyin_base::Region, i64), i64>>)> {
        let plots = self.plots();
        let lines = self.historian.lines();
        let mut closed: BTreeMap<&'static str, BTreeMap<(huiyin_base::Region, i64), i64>> = BTreeMap::new();
        let mut histories: Vec<Option<History>> = Vec::with_capacity(plots.len());
        histories.resize_with(plots.len(), || None);
        let mut open_below = vec![0_i64; plots.len()];
        let mut ids = Vec::with_capacity(plots.len());
        let mut rng = Rng::fork(self.scale.seed, "lists ids");
        for plot in &plots {
            let at = plot.issued.at(clock(8 * 60 + 40));
            ids.push((Id::new(self.city.orgs[plot.org].region, at, &mut rng), seq_at(at, &mut rng)));
        }
        for n in (0..plots.len()).rev() {
            let plot = &plots[n];
            let counter = closed.entry(plot.kind).or_default();
            let parent = plot.parent.map(|above| ids[above].0);
            let mut told = self.tell(plot, (ids[n], parent), open_below[n], lines, counter)?;
            told.item.children_open = 0;
            if let (Some(above), true) = (plot.parent, told.item.state.is_open()) {
                open_below[above] += 1;
            }
            histories[n] = Some(told);
        }
        let mut histories: Vec<History> = histories.into_iter().flatten().collect();
        let grown = grown(&mut histories, lines, Moment::at(self.scale.now()));
        Ok((histories, grown, closed))
    }

    fn tell(
        &self,
        plot: &Plot,
        ((id, seq), parent): ((Id, i64), Option<Id>),
        open_below: i64,
        lines: &Lines,
        closed: &mut BTreeMap<(huiyin_base::Region, i64), i64>,
    ) -> anyhow::Result<History> {
        let theme = &THEMES[plot.theme];
        let mut rng = Rng::fork(self.scale.seed, &format!("list {id}"));
        let staff = [Role::CityStaff, Role::CountyStaff, Role::TownshipStaff, Role::CaseOfficer, Role::BranchSecretary];
        let issuer = self.holder(plot.issuer, &staff, 0);
        let Some(issuer) = issuer else { anyhow::bail!("nobody hands down at {}", self.city.orgs[plot.issuer].name) };
        let mut values = Vec::new();
        if plot.target > 0 {
            values.push(FieldValue::new("target", Value::Number(plot.target)));
            values.push(FieldValue::text("measure", theme.measure));
        }
        let what = Issuing {
            to: self.org(plot.org),
            account: plot.person,
            title: theme.title.into(),
            text: theme.text.into(),
            values,
            deadline: Some(plot.deadline),
            issuer: self.org(plot.issuer),
            parent: None,
            nonce: String::new(),
        };
        let grant = issuer.grants.iter().find(|grant| grant.org == self.org(plot.issuer));
        let post = grant.map(huiyin_cases::post_of).unwrap_or_default();
        let issue = Issue { kind: plot.kind, id, seq, by: (issuer.account, post), what };
        let moment = Moment::at(plot.issued.at(clock(8 * 60 + 40)));
        let mut history = History::issue(self.book, issue, lines, moment)?;
        history.item.parent = parent;
        history.item.children_open = open_below;
        self.acts(plot, &mut history, lines, closed, &mut rng)?;
        Ok(history)
    }

    /// Signed, in hand, reached so far, and struck off where nothing below it is open.
    fn acts(
        &self,
        plot: &Plot,
        history: &mut History,
        lines: &Lines,
        closed: &mut BTreeMap<(huiyin_base::Region, i64), i64>,
        rng: &mut Rng,
    ) -> anyhow::Result<()> {
        let theme = &THEMES[plot.theme];
        let staff = [Role::BranchSecretary, Role::TownshipStaff, Role::CountyStaff, Role::CityStaff, Role::CaseOfficer];
        let named = plot.person.and_then(|person| self.historian.viewer_of(person));
        let Some(owner) = named.or_else(|| self.holder(plot.org, &staff, 0)) else { return Ok(()) };
        let desk = [Role::CityStaff, Role::CountyStaff, Role::TownshipStaff, Role::BranchSecretary, Role::CaseOfficer];
        let checker = (0..4).filter_map(|turn| self.holder(plot.issuer, &desk, turn));
        let checker = checker.into_iter().find(|viewer| viewer.account != owner.account);
        let fate = rng.below(100);
        let days = |n: u32| self.book.calendar.add_working_days(plot.issued, n);
        let step = |history: &mut History, day: Day, request: Request, viewer: &Viewer, n: Option<(i64, i64)>| {
            let at = day.at(clock(9 * 60 + i64::from(u32::try_from(fate).unwrap_or(0)) * 4));
            if at > self.scale.now() {
                return Ok(());
            }
            let around = Around {
                lines,
                assignee: None,
                merge_into: None,
                number: None,
                close_number: n,
                moment: Moment::at(at),
            };
            history.act(self.book, &request.into(), &Actor::Staff(viewer), around)
        };
        // Some have not signed yet, some have only signed.
        if !plot.parted && fate >= 96 {
            return Ok(());
        }
        step(history, days(1), Request::Sign, owner, None)?;
        if !plot.parted && fate >= 92 {
            return Ok(());
        }
        step(history, days(3), Request::Begin, owner, None)?;
        let ends = if plot.parted { history.item.children_open == 0 } else { fate < theme.pace };
        let reached = match (plot.parted, ends) {
            (true, _) => None,
            (false, true) => Some(plot.target),
            (false, false) => Some(plot.target * rng.between(2, 8) / 10),
        };
        let span = u32::try_from(rng.between(20, 120)).unwrap_or(20);
        if let Some(done) = reached.filter(|_| plot.target > 0) {
            let record = Request::Record(vec![FieldValue::new("done", Value::Number(done))]);
            step(history, days(span), record, owner, None)?;
        }
        let asks = ends || (!plot.parted && fate < theme.pace + 6);
        let span = if plot.parted { 165 } else { span + 2 };
        if !asks || days(span + 2) > self.scale.today.plus(-1) {
            return Ok(());
        }
        let text = theme.answer.to_owned();
        let close = Request::RequestClose { outcome: Outcome::Solved, text, photos: Vec::new() };
        step(history, days(span), close, owner, None)?;
        if let (true, Some(checker)) = (ends, checker) {
            let year = i64::from(self.scale.today.year());
            let n = closed.entry((history.item.region, year)).or_insert(0);
            *n += 1;
            step(history, days(span + 2), Request::Accept, checker, Some((year, *n)))?;
        }
        Ok(())
    }
}

fn clock(minute: i64) -> NaiveTime {
    let minute = u32::try_from(minute).unwrap_or(0);
    NaiveTime::from_hms_opt(minute / 60 % 24, minute % 60, 0).unwrap_or_default()
}

/// When something was signed or made.
pub(crate) fn office(day: Day) -> Instant {
    day.at(clock(9 * 60 + 30))
}
