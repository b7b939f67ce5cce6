//! An emergency: flagged when it comes in, told to the post on call, then level by level, until a person decides.

use huiyin_base::{Id, Problem, Rng};
use huiyin_db::Tx;
use huiyin_directory::{OrgRef, viewer_find};
use huiyin_jobs::NewJob;

use crate::moves::Done;
use crate::transition::{Ask, Draft};
use crate::{CaseItem, CaseRef, Cases, Moment, RosterEntry, Told, Urgent, Words, store};

/// The job by which those on call are told of an emergency through the gateway, at once.
pub(crate) const ALARM: &str = "case_alarm";

impl Cases {
    /// Flags a new case whose words mean an emergency, and finds whom to tell: whoever is on call, unless the case is about
    /// his own organisation; else the desk.
    pub(crate) async fn raise_alarm(
        &self,
        tx: &mut Tx,
        item: &mut CaseItem,
        words: &Words,
        moment: Moment,
    ) -> Result<(), Problem> {
        let Some(kind) = self.book.emergency.found(&words.title, &words.text) else { return Ok(()) };
        (item.urgent, item.urgent_kind) = (Some(Urgent::Flagged), Some(kind.id.clone()));
        (item.urgent_at, item.urgent_step) = (Some(moment.now), 0);
        (item.urgent_org, item.urgent_account) = (Some(item.desk), None);
        if let Some(entry) = self.on_call(tx, item, moment).await?.first() {
            (item.urgent_org, item.urgent_account) = (Some(entry.org), Some(entry.account));
        }
        item.next_clock = self.book.next_clock(item);
        Ok(())
    }

    /// Who is on call now and may be told of this case: whoever took over last first.
    pub(crate) async fn on_call(
        &self,
        tx: &mut Tx,
        item: &CaseItem,
        moment: Moment,
    ) -> Result<Vec<RosterEntry>, Problem> {
        let mut told = Vec::new();
        for entry in store::roster_on_call(tx, item.region, moment.now).await? {
            let Some(viewer) = viewer_find(tx, entry.account(), moment.today).await? else { continue };
            let org = OrgRef { region: entry.region, id: entry.org };
            let there = viewer.grants.iter().any(|grant| grant.org == org);
            if there && !self.is_barred(tx, item, &viewer).await? {
                told.push(entry);
            }
        }
        Ok(told)
    }

    /// The alarm that a reporter's later words set off; none where they tell of no emergency.
    pub(crate) fn alarm_in(
        &self,
        case: CaseRef,
        (title, text): (&str, &str),
        moment: Moment,
        rng: &mut Rng,
    ) -> Option<Alarm> {
        self.book.emergency.found(title, text)?;
        let words = Words { title: title.to_owned(), text: text.to_owned(), contact: None };
        let (job, job_id) = alarm_job(case, moment, rng);
        Some(Alarm { cases: self.clone(), words, job, job_id })
    }
}

/// An alarm that is raised in the write that brings its words: a stop between two writes would lose it.
#[derive(Clone, Debug)]
pub(crate) struct Alarm {
    cases: Cases,
    words: Words,
    job: NewJob,
    job_id: Id,
}

impl Alarm {
    /// Flags the case, also one that was called off, for this is news.
    pub(crate) async fn raise(&self, tx: &mut Tx, case: CaseRef, moment: Moment) -> Result<(), Problem> {
        let before = store::case_lock(tx, case).await?.ok_or_else(Problem::not_found)?;
        if before.is_urgent() || !before.state.is_open() {
            return Ok(());
        }
        let mut after = before.clone();
        self.cases.raise_alarm(tx, &mut after, &self.words, moment).await?;
        store::case_update(tx, &after).await?;
        huiyin_jobs::enqueue(tx, &self.job, self.job_id).await?;
        Ok(store::desk_put(tx, &store::desk_items(&before), &store::desk_items(&after)).await?)
    }
}

/// The job that tells those on call, with its id.
pub(crate) fn alarm_job(case: CaseRef, moment: Moment, rng: &mut Rng) -> (NewJob, Id) {
    let job = NewJob {
        region: case.region,
        kind: ALARM,
        key: Some(case.id.to_string()),
        payload: serde_json::json!({ "case": case.id.to_string() }),
        run_at: huiyin_base::Instant::UNIX_EPOCH,
        created_by: None,
    };
    (job, Id::new(case.region, moment.now, rng))
}

/// The next are told. Beside the post on call, never instead of it.
pub(crate) fn alert(ask: &Ask<'_, '_>, draft: &mut Draft) -> Done {
    let (step, at) = ask.book.next_alert(ask.case).ok_or_else(|| Problem::conflict("没有等待处置的紧急情况。"))?;
    if at > ask.facts.moment.now {
        return Err(Problem::conflict("还没有到上报的时间。"));
    }
    let (lines, case) = (ask.facts.lines, ask.case);
    let free = |org: &OrgRef| crate::actor::is_free(case, lines, *org);
    let above = lines.above(case.desk_org()).find(free);
    draft.after.urgent_step += 1;
    let minutes = step.minutes;
    draft.said = Some(match (step.to, above) {
        (Told::AboveDesk, Some(above)) => {
            draft.after.set_escalated(Some(above));
            format!("{minutes} 分钟没有人处置，报受理单位上一级")
        }
        _ => format!("{minutes} 分钟没有人处置，报受理单位"),
    });
    Ok(())
}

/// A person has looked: he says what was done, or why it is none.
pub(crate) fn decide(ask: &Ask<'_, '_>, to: Urgent, draft: &mut Draft) -> Done {
    let open = match to {
        Urgent::Confirmed => ask.case.urgent == Some(Urgent::Flagged),
        _ => ask.case.is_urgent(),
    };
    if !open {
        return Err(Problem::conflict("这件事现在没有要处置的紧急标记，可能别人刚处理过，请刷新后再看。"));
    }
    draft.after.urgent = Some(to);
    // What the emergency reached is called off; what another clock reached stays.
    if ask.case.next_step == 0 {
        draft.after.set_escalated(None);
    }
    Ok(())
}
