//! What happens by itself: escalations, the end of a pause, the end of the time for objections, the search index anew.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use huiyin_base::{Id, Problem, ProblemKind, Region, Report};
use huiyin_db::{Engine, Tx, padded};
use huiyin_directory::OrgRef;
use tokio::task::JoinSet;

use crate::cases::orgs_of;
use crate::lists::climb_many;
use crate::{Act, Actor, CaseItem, CaseRef, Cases, Change, Facts, Moment, Request, Rulebook, State, decide, store};

/// So many cases are looked at together.
const TOGETHER: i64 = 8_192;

/// In which pieces cases are moved.
#[derive(Clone, Copy, Debug)]
struct Pace {
    /// So many cases of one region by one write.
    one_write: usize,
    /// So many writes are under way at once: somebody else's waits for no more than these.
    at_once: usize,
}

impl Pace {
    /// SQLite has one writer: while it writes some cases the next are read and decided on, and a commit costs more than the rows of a
    /// few. PostgreSQL has several, and what one has locked another waits for.
    const fn on(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self { one_write: 512, at_once: 2 },
            Engine::Postgres => Self { one_write: 128, at_once: 16 },
        }
    }
}

/// What fired may have set a clock that is due as well: where nothing ran for a week, each step of the ladder is. The next sweep goes on.
const PASSES: usize = 8;

impl Cases {
    /// Fires every clock that is due, and tells how many. Firing twice does nothing twice: the case's own row says what is
    /// due, and is read under its lock.
    pub async fn sweep(&self, moment: Moment) -> Result<u64, Problem> {
        let mut all = 0;
        for _ in 0..PASSES {
            match self.sweep_once(moment).await? {
                0 => break,
                fired => all += fired,
            }
        }
        Ok(all)
    }

    /// Each case once. One that breaks keeps none of the others; the first of them is told in the end, when all have had their turn.
    async fn sweep_once(&self, moment: Moment) -> Result<u64, Problem> {
        let (mut fired, mut after, pace) = (Fired::default(), None, Pace::on(self.db.engine()));
        loop {
            let due = store::clock_due(&mut self.db.read().await?, moment.now, after, TOGETHER).await?;
            let Some((last, at)) = due.last() else { return fired.all() };
            after = Some((*at, last.id));
            let mut tasks = JoinSet::new();
            for (region, ids) in writes(due.into_iter().map(|(case, _)| case), pace.one_write) {
                while tasks.len() >= pace.at_once
                    && let Some(done) = tasks.join_next().await
                {
                    fired.take(done.map_err(Problem::broken)?);
                }
                let cases = self.clone();
                tasks.spawn(async move { cases.fire_some(region, ids, moment).await });
            }
            while let Some(done) = tasks.join_next().await {
                fired.take(done.map_err(Problem::broken)?);
            }
        }
    }

    /// Some cases of a region in one write, and in a second those that stand below others. Where one of them breaks it, each goes
    /// alone.
    async fn fire_some(&self, region: Region, ids: Vec<Id>, moment: Moment) -> Fired {
        let mut done = self.fire_decided(region, ids, moment).await;
        let below = std::mem::take(&mut done.below);
        if !below.is_empty() {
            let climbed = self.fire_climbing(region, below, moment).await;
            done.moved += climbed.moved;
            done.alone.extend(climbed.alone);
        }
        let mut fired = Fired { n: done.moved, broken: None };
        for id in done.alone {
            match self.fire(CaseRef { region, id }, moment).await {
                Ok(one) => fired.n += u64::from(one),
                Err(problem) => {
                    tracing::warn!(case = %id, %problem, "a clock did not fire");
                    fired.broken.get_or_insert(problem);
                }
            }
        }
        fired
    }

    /// Those that stand below no other: decided on before the write, which takes those that are still as they were read.
    async fn fire_decided(&self, region: Region, ids: Vec<Id>, moment: Moment) -> Together {
        let decided = match self.decided(region, &ids, moment).await {
            Ok(decided) if decided.changes.is_empty() => {
                return Together { below: decided.below, ..Together::default() };
            }
            Ok(decided) => Arc::new(decided),
            Err(problem) => return broken(region, ids, &problem),
        };
        let all = Arc::clone(&decided);
        let write = self.db.write("case_sweep", move |tx| {
            let all = Arc::clone(&all);
            Box::pin(async move { all.save(tx, region, moment).await })
        });
        match write.await {
            Ok(done) => Together { below: decided.below.clone(), ..done },
            Err(problem) => broken(region, ids, &problem),
        }
    }

    async fn decided(&self, region: Region, ids: &[Id], moment: Moment) -> Result<Decided, Problem> {
        let mut tx = self.db.read().await?;
        let cases = store::case_get_many(&mut tx, region, &padded(ids.to_vec())).await?;
        let (below, cases): (Vec<CaseItem>, Vec<CaseItem>) = cases.into_iter().partition(|case| case.parent.is_some());
        let below = below.into_iter().map(|case| case.id).collect();
        let (changes, _) = decide_all(&mut tx, &self.book, &cases, moment).await?;
        Ok(Decided { cases, changes, below })
    }

    /// Those that stand below others: what stands above them is locked first.
    async fn fire_climbing(&self, region: Region, ids: Vec<Id>, moment: Moment) -> Together {
        let all = (self.book.clone(), ids.clone());
        let write = self.db.write("case_sweep", move |tx| {
            let (book, ids) = all.clone();
            Box::pin(async move { climbing(tx, &book, region, &ids, moment).await })
        });
        write.await.unwrap_or_else(|problem| broken(region, ids, &problem))
    }

    async fn fire(&self, case: CaseRef, moment: Moment) -> Result<bool, Problem> {
        let Some(item) = store::case_get(&mut self.db.read().await?, case).await? else { return Ok(false) };
        let mut done = Err(Problem::conflict("没有到时间的事。"));
        for act in due_acts(&self.book, &item, moment) {
            done = self.act_as_system(case, act, moment).await;
            if done.is_ok() {
                break;
            }
        }
        match done {
            Ok(_) => Ok(true),
            // Somebody moved the case since it was listed: then its clock is another.
            Err(problem) if passes(&problem) => Ok(false),
            Err(problem) => Err(problem),
        }
    }

    /// Makes the search words of a region anew, a few hundred cases a write.
    pub async fn reindex(&self, region: Region) -> Result<(), Problem> {
        let mut after = Some(0);
        while let Some(from) = after {
            let write = self.db.write("case_reindex", move |tx| {
                Box::pin(async move { Ok(store::reindex(tx, region, from, 200).await?) })
            });
            after = write.await?;
        }
        Ok(())
    }
}

/// Whether every clock that stands in a case is one that the sweep finds.
pub async fn check_clocks(tx: &mut Tx) -> huiyin_db::Result<Report> {
    let waiting = store::clock_count(tx).await?;
    let astray = store::clocks_astray(tx).await?;
    let say = |(region, n): &(Region, i64)| {
        format!("{region}：{n} 件事项的时钟没有登记，不会自动催办和办结。请把这份结果交给维护人员，先手工盯住期限。")
    };
    Ok(Report::new("clocks", u64::try_from(waiting).unwrap_or(0), astray.iter().map(say).collect()))
}

/// How many clocks were fired, and the first thing that broke.
#[derive(Debug, Default)]
struct Fired {
    n: u64,
    broken: Option<Problem>,
}

impl Fired {
    fn take(&mut self, other: Self) {
        self.n += other.n;
        self.broken = self.broken.take().or(other.broken);
    }

    fn all(self) -> Result<u64, Problem> {
        self.broken.map_or(Ok(self.n), Err)
    }
}

/// A write for some cases of one region each: neighbours together, which lie on the same pages; and the regions in turn, by the time at
/// which their cases were made. So those of one commit are neighbours in the city's lists as well, and two writes of one region seldom
/// wait for each other.
fn writes(due: impl Iterator<Item = CaseRef>, one_write: usize) -> Vec<(Region, Vec<Id>)> {
    let mut regions: BTreeMap<Region, Vec<Id>> = BTreeMap::new();
    for case in due {
        regions.entry(case.region).or_default().push(case.id);
    }
    let mut writes = Vec::new();
    for (region, mut ids) in regions {
        ids.sort_unstable();
        writes.extend(ids.chunks(one_write).map(|ids| (region, ids.to_vec())));
    }
    writes.sort_by_key(|(_, ids)| ids.first().copied());
    writes
}

/// What the clock does with a case as it stands; where the first is refused, the next.
fn due_acts(book: &Rulebook, case: &CaseItem, moment: Moment) -> Vec<Act> {
    if case.next_clock.is_none_or(|at| at > moment.now) {
        return Vec::new();
    }
    if book.next_alert(case).is_some_and(|(_, at)| at <= moment.now) {
        return vec![Request::Alert.into()];
    }
    let escalate = || Request::Escalate.because("已到催办时间");
    match case.state {
        State::Paused => vec![Request::Resume.because("暂缓期满")],
        State::Answered => {
            let watched = book.kind_of(case).and_then(|kind| kind.window);
            let reason = match watched {
                Some(days) => format!("巩固期 {days} 天已满，没有反弹"),
                None => format!("公开答复满 {} 天，没有异议", book.rules.objection_days),
            };
            // A second objection waits: then it is not the end that is due, but whoever must decide.
            vec![Request::Close.because(reason), escalate()]
        }
        _ => vec![escalate()],
    }
}

/// Somebody moved the case meanwhile.
fn passes(problem: &Problem) -> bool {
    matches!(problem.kind, ProblemKind::Conflict | ProblemKind::NotFound)
}

/// What one write did.
#[derive(Debug, Default)]
struct Together {
    /// How many cases were moved.
    moved: u64,
    /// Those that were left because they stand below others.
    below: Vec<Id>,
    /// Those that have to go alone: a parent counts them anew, somebody moved them meanwhile, or the write broke.
    alone: Vec<Id>,
}

fn broken(region: Region, ids: Vec<Id>, problem: &Problem) -> Together {
    tracing::warn!(%region, cases = ids.len(), %problem, "clocks did not fire together; each goes alone");
    Together { alone: ids, ..Together::default() }
}

/// Cases as they were read, with what is to become of them.
struct Decided {
    cases: Vec<CaseItem>,
    changes: Vec<Change>,
    below: Vec<Id>,
}

impl Decided {
    /// Locks the cases and saves what was decided on those that nobody has moved since.
    async fn save(&self, tx: &mut Tx, region: Region, moment: Moment) -> Result<Together, Problem> {
        let same = store::case_lock_same(tx, region, &self.cases).await?;
        let (fit, stale): (Vec<&Change>, Vec<&Change>) =
            self.changes.iter().partition(|change| same.contains(&change.after.id));
        let locked = self.cases.iter().filter(|case| same.contains(&case.id));
        let moved = save_all(tx, region, locked, &fit, moment).await?;
        Ok(Together { moved, below: Vec::new(), alone: stale.iter().map(|change| change.after.id).collect() })
    }
}

/// Saves changes of cases of a region, and tells what stands above them. `locked` are these cases as they were, and those above.
async fn save_all<'a>(
    tx: &mut Tx,
    region: Region,
    locked: impl Iterator<Item = &'a CaseItem>,
    changes: &[&'a Change],
    moment: Moment,
) -> Result<u64, Problem> {
    let mut all: HashMap<Id, &CaseItem> = locked.map(|case| (case.id, case)).collect();
    let saved: Vec<(&CaseItem, &Change)> =
        changes.iter().filter_map(|change| Some((*all.get(&change.after.id)?, *change))).collect();
    store::case_save_all(tx, &saved).await?;
    let moved: Vec<&CaseItem> = changes.iter().map(|change| &change.after).collect();
    all.extend(moved.iter().map(|case| (case.id, *case)));
    climb_many(tx, region, &moved, all, moment).await?;
    Ok(u64::try_from(moved.len()).unwrap_or(0))
}

/// Locks the cases and what stands above them, decides on each, and saves all of them together.
async fn climbing(
    tx: &mut Tx,
    book: &Rulebook,
    region: Region,
    ids: &[Id],
    moment: Moment,
) -> Result<Together, Problem> {
    let mut locked: Vec<Id> = ids.to_vec();
    locked.extend(store::case_ancestors_of(tx, region, &padded(ids.to_vec())).await?);
    let locked = store::case_lock_many(tx, region, &padded(locked)).await?;
    let (cases, above): (Vec<CaseItem>, Vec<CaseItem>) = locked.into_iter().partition(|case| ids.contains(&case.id));
    let (changes, alone) = decide_all(tx, book, &cases, moment).await?;
    let moved = save_all(tx, region, above.iter().chain(&cases), &changes.iter().collect::<Vec<_>>(), moment).await?;
    Ok(Together { moved, below: Vec::new(), alone })
}

/// What the clock does with each of these cases, and those of which a parent has to count anew.
async fn decide_all(
    tx: &mut Tx,
    book: &Rulebook,
    cases: &[CaseItem],
    moment: Moment,
) -> Result<(Vec<Change>, Vec<Id>), Problem> {
    // What closes is told to nobody above.
    let told = cases.iter().filter(|case| case.state != State::Answered || case.review_at().is_some());
    let orgs: Vec<OrgRef> = told.flat_map(orgs_of).collect();
    let lines = store::lines_find(tx, orgs).await?;
    let (mut changes, mut alone) = (Vec::new(), Vec::new());
    for case in cases {
        let facts = Facts {
            moment,
            lines: &lines,
            // Nobody's standing is judged, and nobody gets it.
            owners: &[],
            // What was answered is closed as it was answered.
            answer: None,
            assignee: None,
            merge_into: None,
            number: None,
            close_number: None,
            // Clocks end nothing that was voted on.
            values: &[],
            // Clocks take nothing back.
            assign_due: None,
        };
        match first_that_fits(book, case, &facts)? {
            Some(change) if case.parent.is_some() && case.state.is_open() != change.after.state.is_open() => {
                alone.push(case.id);
            }
            Some(change) => changes.push(change),
            None => {}
        }
    }
    Ok((changes, alone))
}

fn first_that_fits(book: &Rulebook, case: &CaseItem, facts: &Facts<'_>) -> Result<Option<Change>, Problem> {
    for act in due_acts(book, case, facts.moment) {
        match decide(book, case, &act, &Actor::System, facts) {
            Ok(change) => return Ok(Some(change)),
            Err(problem) if passes(&problem) => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok(None)
}
