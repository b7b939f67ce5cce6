//! One step from a case to many below it. The parent takes note of all of them first; then each region writes its own, some hundred at a
//! time. What is interrupted goes on where it stopped, and the same form makes the same run.

use std::collections::BTreeMap;

use huiyin_base::{Day, Id, Problem, Region, Rng};
use huiyin_db::Tx;
use huiyin_directory::{AccountRef, Grant, OrgRef, Viewer};
use tokio::task::JoinSet;

use super::climb::rise;
use super::rows::{asked, handdown_job, link_of, node_of, root_of, row_of, run_of};
use super::rules::ListRules;
use super::share::Share;
use crate::issuing::{apart, check_person};
use crate::store::{self, CaseLink, CaseNode, Handdown, HanddownAct, HanddownRow};
use crate::tree::ancestors_lock;
use crate::{
    CaseItem, CaseRef, Cases, FieldValue, History, Issue, Issuing, Kind, Lines, Moment, Standing, Value, seq_at,
};

/// The job that writes what a run has not written yet.
pub const HANDDOWN: &str = "case_handdown";

/// What is handed down, and to whom.
#[derive(Clone, Debug)]
pub struct Breakdown {
    /// The case that is broken down.
    pub parent: CaseRef,
    /// `task` or `duty`.
    pub kind: String,
    /// What it is called.
    pub title: String,
    /// What is to be done.
    pub text: String,
    /// What is counted; may be empty.
    pub measure: String,
    /// By when; none takes the kind's days.
    pub deadline: Option<Day>,
    /// To whom.
    pub rows: Vec<BreakdownRow>,
    /// The form's own random word.
    pub nonce: String,
}

/// One unit of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakdownRow {
    /// The unit.
    pub unit: OrgRef,
    /// The person there; a duty has one.
    pub person: Option<AccountRef>,
    /// Its own number.
    pub target: Option<i64>,
}

impl Cases {
    /// Takes note of a breaking down in the parent's region, all at once: from here on the parent counts every child and cannot close.
    /// Gives the run, and whether the same form had made it before. [`Self::handdown_run`] does the rest.
    pub async fn hand_down(
        &self,
        what: Breakdown,
        viewer: &Viewer,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<(Id, bool), Problem> {
        if what.nonce.trim().len() < 8 {
            return Err(Problem::invalid("这张表单不完整，请刷新页面后重新填写。"));
        }
        let nonce = self.vault.blind("submission", what.nonce.trim());
        let parent = what.parent;
        let mut tx = self.db.read().await?;
        if let Some(run) = store::handdown_find_nonce(&mut tx, parent.region, nonce).await? {
            return if run.account == viewer.account.id { Ok((run.id, true)) } else { Err(Problem::not_found()) };
        }
        let whole = store::case_get(&mut tx, parent).await?.ok_or_else(Problem::not_found)?;
        let kind = self.broken_kind(&whole, &what.kind)?;
        let grant = self.breaks(&mut tx, &whole, kind, viewer).await?;
        check_rows(&mut tx, kind, &what, moment).await?;
        check_subject(&mut tx, &whole, &what.rows).await?;
        let lines = lines_of(&mut tx, whole.owner(), &what.rows).await?;
        drop(tx);
        let run = run_of(&what, &whole, viewer, grant, nonce, (moment, rng));
        let rows: Vec<HanddownRow> =
            what.rows.iter().zip(1..).map(|(row, n)| row_of(&run, row, n, moment, rng)).collect();
        // Everything is tried before anything is written: a run that has begun ends well.
        let tried = rows.iter().map(|row| Ok(self.child(&run, row, 0, &lines, moment)?.item.due_day));
        let due = tried.collect::<Result<Vec<Option<Day>>, Problem>>()?;
        let links: Vec<CaseLink> = rows.iter().zip(due).map(|(row, due)| link_of(&run, row, due, &lines)).collect();
        let job = (handdown_job(&run), Id::new(parent.region, moment.now, rng));
        let write = self.db.write("handdown_begin", move |tx| {
            let (run, rows, links, job) = (run.clone(), rows.clone(), links.clone(), job.clone());
            Box::pin(async move {
                if let Some(made) = store::handdown_find_nonce(tx, run.region, run.nonce).await? {
                    return Ok((made.id, true));
                }
                begin(tx, &run, &rows, links, moment).await?;
                huiyin_jobs::enqueue(tx, &job.0, job.1).await?;
                Ok((run.id, false))
            })
        });
        write.await
    }

    /// The kind of the children, where the parent may have such.
    fn broken_kind(&self, whole: &CaseItem, kind: &str) -> Result<&Kind, Problem> {
        if !whole.state.is_open() {
            return Err(Problem::conflict("这件事已经办结，不能再分解。请先重新打开。"));
        }
        if whole.kind == "duty" {
            return Err(Problem::invalid("责任已经落实到人，不再往下分解。"));
        }
        let kind = self.book.kind(kind).filter(|kind| ["task", "duty"].contains(&kind.name.as_str()));
        kind.ok_or_else(|| Problem::invalid("请选分解成任务，还是落实到人的责任。"))
    }

    /// The role by which the viewer breaks a case down: one held at the unit that owns it.
    pub(crate) async fn breaks<'a>(
        &self,
        tx: &mut Tx,
        whole: &CaseItem,
        kind: &Kind,
        viewer: &'a Viewer,
    ) -> Result<&'a Grant, Problem> {
        if self.is_barred(tx, whole, viewer).await? {
            return Err(Problem::not_found());
        }
        let roles = kind.roles(Standing::Desk);
        let found = viewer.grants.iter().find(|grant| grant.org == whole.owner() && roles.contains(&grant.role));
        found.ok_or_else(|| Problem::forbidden("分解由承办这件事的单位来做。需要分解，请与承办单位联系。"))
    }

    /// A child as the rules make it.
    fn child(
        &self,
        run: &Handdown,
        row: &HanddownRow,
        seq: i64,
        lines: &Lines,
        moment: Moment,
    ) -> Result<History, Problem> {
        let mut values = Vec::new();
        values.extend(row.target.map(|target| FieldValue::new("target", Value::Number(target))));
        values.extend((!run.measure.is_empty()).then(|| FieldValue::text("measure", &run.measure)));
        let what = Issuing {
            to: row.unit_at(),
            account: row.person_at(),
            title: run.title.clone(),
            text: run.text.clone(),
            values,
            deadline: run.due_day,
            issuer: run.issuer_at(),
            parent: None,
            nonce: String::new(),
        };
        let by = (run.account_at(), run.post.clone());
        let issue = Issue { kind: &run.kind, id: row.child, seq, by, what };
        let mut history = History::issue(&self.book, issue, lines, Moment { today: run.created_day, ..moment })?;
        history.item.parent = Some(run.parent);
        Ok(history)
    }

    /// Writes what waits of a run, region by region; how many rows were written. Twice does nothing twice.
    pub async fn handdown_run(&self, region: Region, run: Id, moment: Moment) -> Result<usize, Problem> {
        let mut tx = self.db.read().await?;
        let Some(run) = store::handdown_get(&mut tx, region, run).await? else { return Ok(0) };
        let rows = store::handdown_waiting(&mut tx, region, run.id).await?;
        let units: Vec<BreakdownRow> = rows.iter().map(asked).collect();
        let lines = lines_of(&mut tx, run.issuer_at(), &units).await?;
        drop(tx);
        let mut regions: BTreeMap<Region, Vec<HanddownRow>> = BTreeMap::new();
        let count = rows.len();
        for row in rows {
            regions.entry(row.child_region).or_default().push(row);
        }
        let chunk = ListRules::built_in()?.chunk;
        let mut tasks = JoinSet::new();
        for rows in regions.into_values() {
            let (cases, run, lines) = (self.clone(), run.clone(), lines.clone());
            tasks.spawn(async move {
                for rows in rows.chunks(chunk) {
                    match run.act {
                        HanddownAct::Issue => cases.write_children(&run, rows, &lines, moment).await?,
                        HanddownAct::Change => cases.write_proposals(&run, rows).await?,
                    }
                    cases.handdown_mark(&run, rows).await?;
                }
                Ok::<_, Problem>(())
            });
        }
        while let Some(done) = tasks.join_next().await {
            done.map_err(Problem::broken)??;
        }
        Ok(count)
    }

    async fn handdown_mark(&self, run: &Handdown, rows: &[HanddownRow]) -> Result<(), Problem> {
        let (region, run, rows) = (run.region, run.id, rows.iter().map(|row| row.n).collect::<Vec<i64>>());
        let write = self.db.write("handdown_mark", move |tx| {
            let rows = rows.clone();
            Box::pin(async move { Ok(store::handdown_done(tx, region, run, &rows).await?) })
        });
        write.await
    }

    /// The cases of some rows of one region, with their places in the tree.
    async fn write_children(
        &self,
        run: &Handdown,
        rows: &[HanddownRow],
        lines: &Lines,
        moment: Moment,
    ) -> Result<(), Problem> {
        let first = seq_at(moment.now, &mut Rng::fork(0, &run.id.to_string()));
        let made = rows.iter().map(|row| self.child(run, row, first + row.n, lines, moment));
        let histories = made.collect::<Result<Vec<History>, Problem>>()?;
        let kind = self.book.kind(&run.kind).ok_or_else(Problem::not_found)?.clone();
        let (parent, today) = (run.parent_at(), run.created_day);
        let write = self.db.write("handdown_children", move |tx| {
            let (mut histories, kind) = (histories.clone(), kind.clone());
            Box::pin(async move {
                let Some(region) = histories.first().map(|one| one.item.region) else { return Ok(()) };
                let ids: Vec<Id> = histories.iter().map(|one| one.item.id).collect();
                // Another worker may have got so far already.
                let known = store::case_known(tx, region, &ids).await?;
                histories.retain(|one| !known.contains(&one.item.id));
                if histories.is_empty() {
                    return Ok(());
                }
                store::kind_freeze(tx, &kind, today).await?;
                let above = store::node_get(tx, parent).await?.ok_or_else(Problem::not_found)?;
                if parent.region == region {
                    let whole = store::case_get(tx, parent).await?.ok_or_else(Problem::not_found)?;
                    for one in &mut histories {
                        one.item.path = format!("{}{}/", whole.path, one.item.id);
                    }
                }
                apart(tx, &mut histories).await?;
                store::history_add_records(tx, &histories).await?;
                let nodes: Vec<CaseNode> = histories.iter().map(|one| node_of(one, &above)).collect();
                Ok(store::node_add(tx, &nodes).await?)
            })
        });
        write.await
    }
}

/// What the parent's region writes: the run, the links, and the parent's own count. Its lock makes all of it one step.
async fn begin(
    tx: &mut Tx,
    run: &Handdown,
    rows: &[HanddownRow],
    mut links: Vec<CaseLink>,
    moment: Moment,
) -> Result<(), Problem> {
    ancestors_lock(tx, run.parent_at()).await?;
    let mut whole = store::case_lock(tx, run.parent_at()).await?.ok_or_else(Problem::not_found)?;
    if !whole.state.is_open() {
        return Err(Problem::conflict("这件事刚办结，没有分解。请先重新打开。"));
    }
    let mut above = if let Some(node) = store::node_get(tx, whole.at()).await? {
        node
    } else {
        let node = root_of(&whole);
        store::node_add(tx, std::slice::from_ref(&node)).await?;
        node
    };
    let last = store::link_last(tx, whole.at()).await?;
    for link in &mut links {
        link.position += last;
        above.exchange(Share::NONE, link.share());
    }
    store::handdown_add(tx, run, rows).await?;
    store::link_add(tx, &links).await?;
    whole.children_open += i64::try_from(links.len()).unwrap_or(0);
    store::case_update(tx, &whole).await?;
    (above.as_of, above.version) = (Some(moment.now), above.version + 1);
    store::node_save(tx, &above).await?;
    rise(tx, &whole, above, moment).await
}

pub(super) async fn lines_of(tx: &mut Tx, issuer: OrgRef, rows: &[BreakdownRow]) -> Result<Lines, Problem> {
    let orgs = std::iter::once(issuer).chain(rows.iter().map(|row| row.unit)).collect();
    Ok(store::lines_find(tx, orgs).await?)
}

/// What is about a unit is broken down neither to it nor to what stands beside it in its line.
async fn check_subject(tx: &mut Tx, whole: &CaseItem, rows: &[BreakdownRow]) -> Result<(), Problem> {
    let Some(subject) = whole.subject_org() else { return Ok(()) };
    let orgs = rows.iter().map(|row| row.unit).chain([subject, whole.desk_org()]);
    let lines = store::lines_find(tx, orgs.collect()).await?;
    if rows.iter().all(|row| crate::actor::is_free(whole, &lines, row.unit)) {
        return Ok(());
    }
    Err(Problem::invalid("这件事反映的是选中的单位，或者是它的上下级，不能分解给它。请去掉这个单位。"))
}

async fn check_rows(tx: &mut Tx, kind: &Kind, what: &Breakdown, moment: Moment) -> Result<(), Problem> {
    let rules = ListRules::built_in()?;
    if what.rows.is_empty() {
        return Err(Problem::invalid("请至少选一个单位。"));
    }
    if what.rows.len() > rules.most {
        return Err(Problem::invalid(format!("一次最多分解给 {} 个单位，请分几次。", rules.most)));
    }
    if what.measure.trim().chars().count() > rules.measure {
        return Err(Problem::invalid(format!("计量单位最多 {} 字，例如“户”“万元”。", rules.measure)));
    }
    if what.rows.iter().any(|row| row.target.is_some_and(|n| !(0..=1_000_000_000).contains(&n))) {
        return Err(Problem::invalid("目标数要在 0 到 10 亿之间。"));
    }
    let mut seen = std::collections::HashSet::new();
    if !what.rows.iter().all(|row| seen.insert((row.unit.id, row.person.map(|person| person.id)))) {
        return Err(Problem::invalid("有单位选了两次，请检查后再提交。"));
    }
    if kind.name != "duty" {
        return Ok(());
    }
    for row in &what.rows {
        let person = row.person.ok_or_else(|| Problem::invalid("责任要落实到人，请给每一行选一位责任人。"))?;
        check_person(tx, kind, person, row.unit, moment.today).await?;
    }
    Ok(())
}
