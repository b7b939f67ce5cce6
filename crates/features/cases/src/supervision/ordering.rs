//! Ordering an inspection, planning a year of them, forming teams, ending what is over.

use huiyin_base::{Day, Id, Problem, Rng};
use huiyin_db::Tx;
use huiyin_directory::audit::{self, AuditKind, Event};
use huiyin_directory::{OrgKind, OrgRef, Viewer};
use huiyin_jobs::NewJob;

use super::rules::SupervisionRules;
use super::store::{
    Inspection, InspectionItem, InspectionKind, InspectionPlan, crew_add, crew_has, inspection_add, inspection_get,
    inspection_lock, inspection_nonce, inspection_save, item_add, plan_add, plan_find, team_find, unit_list, unit_save,
};
use crate::permissions::INSPECTS;
use crate::words::limited;
use crate::{Cases, Moment};

/// An inspection to be ordered.
#[derive(Clone, Debug)]
pub struct NewInspection {
    /// What kind.
    pub kind: InspectionKind,
    /// Its title.
    pub title: String,
    /// What is looked at.
    pub theme: String,
    /// The line of the yearly plan, or outside it why and by which approval.
    pub plan: Option<Id>,
    /// Why it stands outside.
    pub reason: String,
    /// The approval for that.
    pub approval: String,
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// Which round, for rounds.
    pub round: Option<i64>,
    /// The teams that go.
    pub teams: Vec<Id>,
    /// A question a line; empty for the usual ones.
    pub checklist: Vec<String>,
    /// The same word makes the same inspection.
    pub nonce: String,
}

/// A line for the year's plan.
#[derive(Clone, Debug)]
pub struct NewPlan {
    /// The year.
    pub year: i64,
    /// What kind.
    pub kind: InspectionKind,
    /// Its title.
    pub title: String,
    /// How often.
    pub times: i64,
    /// From this month.
    pub from_month: i64,
    /// To this month.
    pub to_month: i64,
    /// The document that approved it.
    pub approval: String,
}

/// How an inspection ended.
#[derive(Clone, Debug, Default)]
pub struct Closing {
    /// What it came to.
    pub outcome: String,
    /// Of a leadership review: how many were talked to, trained or seconded; a count and nothing else.
    pub talks: Option<i64>,
    /// How many were removed.
    pub removed: Option<i64>,
}

/// Where the viewer orders inspections: his city or county.
pub fn inspecting_org(viewer: &Viewer) -> Option<OrgRef> {
    let of = |kind| viewer.grants_of(INSPECTS).find(|grant| grant.org_kind == kind).map(|grant| grant.org);
    of(OrgKind::City).or_else(|| of(OrgKind::County))
}

pub(super) fn asked_org(viewer: &Viewer) -> Result<OrgRef, Problem> {
    let message = "督查由市、县（市、区）安排，您的岗位不在市、县本级。";
    inspecting_org(viewer).ok_or_else(|| Problem::forbidden(message))
}

impl Cases {
    /// Adds a line to the year's plan.
    pub async fn inspection_plan(
        &self,
        new: NewPlan,
        viewer: &Viewer,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<(), Problem> {
        let (org, rules) = (asked_org(viewer)?, SupervisionRules::built_in()?);
        let months = 1..=12;
        if !months.contains(&new.from_month) || !months.contains(&new.to_month) || new.from_month > new.to_month {
            return Err(Problem::invalid("月份请填 1 到 12，开始的月份不晚于结束的月份。"));
        }
        if !(1..=60).contains(&new.times) {
            return Err(Problem::invalid("次数请填 1 到 60。"));
        }
        let this = i64::from(moment.today.year());
        if new.year != this && new.year != this + 1 {
            return Err(Problem::invalid("计划只能订今年和明年的。"));
        }
        let line = InspectionPlan {
            region: org.region,
            id: Id::new(org.region, moment.now, rng),
            org: org.id,
            year: new.year,
            kind: new.kind,
            title: limited("督查事项", &new.title, rules.limit.title)?,
            times: new.times,
            from_month: new.from_month,
            to_month: new.to_month,
            approval: limited("批准文号", &new.approval, rules.limit.item)?,
            created_day: moment.today,
        };
        let write = self.db.write("inspection_plan", move |tx| {
            let line = line.clone();
            Box::pin(async move { Ok(plan_add(tx, &[line]).await?) })
        });
        write.await
    }

    /// Orders an inspection; the same word gives the same one. `real_now` is real time, for the audit.
    pub async fn inspection_order(
        &self,
        new: NewInspection,
        viewer: &Viewer,
        (moment, real_now): (Moment, huiyin_base::Instant),
        rng: &mut Rng,
    ) -> Result<Id, Problem> {
        let org = asked_org(viewer)?;
        let (inspection, items) = ordered(&new, org, viewer, moment, rng)?;
        let event = inspection_event(&inspection, viewer, "安排了一次督查", real_now, rng);
        let teams = new.teams.clone();
        let write = self.db.write("inspection_order", move |tx| {
            let (inspection, items, teams) = (inspection.clone(), items.clone(), teams.clone());
            let event = event.clone();
            Box::pin(async move {
                if let Some(before) = inspection_nonce(tx, inspection.region, &inspection.nonce).await? {
                    let own = before.orderer() == inspection.orderer();
                    return if own { Ok(before.id) } else { Err(Problem::not_found()) };
                }
                fits_plan(tx, &inspection).await?;
                for team in &teams {
                    let found = team_find(tx, inspection.org(), *team).await?;
                    found.filter(|team| team.ended_day.is_none()).ok_or_else(Problem::not_found)?;
                }
                inspection_add(tx, std::slice::from_ref(&inspection)).await?;
                item_add(tx, &items).await?;
                crew_add(tx, inspection.id, &teams).await?;
                audit::record(tx, &event).await?;
                Ok(inspection.id)
            })
        });
        write.await
    }

    /// Ends an inspection: what it found becomes cases, and a visit without notice is hidden no longer.
    pub async fn inspection_close(
        &self,
        id: Id,
        closing: Closing,
        viewer: &Viewer,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<(), Problem> {
        let rules = SupervisionRules::built_in()?;
        let outcome = limited("督查结果", &closing.outcome, rules.limit.text)?;
        if [closing.talks, closing.removed].into_iter().flatten().any(|n| !(0..=100_000).contains(&n)) {
            return Err(Problem::invalid("人数请填 0 或更大的整数。"));
        }
        let (viewer, job_id) = (viewer.clone(), Id::new(id.region(), moment.now, rng));
        let write = self.db.write("inspection_close", move |tx| {
            let (outcome, closing, viewer) = (outcome.clone(), closing.clone(), viewer.clone());
            Box::pin(async move {
                let mut inspection = inspection_lock(tx, id).await?.ok_or_else(Problem::not_found)?;
                runs(tx, &inspection, &viewer).await?;
                if inspection.done_day.is_some() {
                    return Err(Problem::conflict("这次督查已经结束了，请刷新后再看。"));
                }
                let review = inspection.kind == InspectionKind::Review;
                inspection.done_day = Some(moment.today);
                inspection.outcome = Some(outcome);
                inspection.talks = closing.talks.filter(|_| review);
                inspection.removed = closing.removed.filter(|_| review);
                if review {
                    // What is reviewed is reviewed as a whole: no record is written at each unit.
                    for mut unit in unit_list(tx, id, true).await? {
                        unit.visited_day = Some(moment.today);
                        unit_save(tx, &unit).await?;
                    }
                }
                inspection_save(tx, &inspection).await?;
                huiyin_jobs::enqueue(tx, &findings_of(id), job_id).await?;
                Ok(())
            })
        });
        write.await
    }
}

/// Whether the viewer runs the inspection: he ordered it, or works where it was ordered and may know of it.
pub(super) async fn runs(tx: &mut Tx, inspection: &Inspection, viewer: &Viewer) -> Result<(), Problem> {
    if inspection.orderer() == viewer.account {
        return Ok(());
    }
    let mine = crew_has(tx, inspection.id, viewer.account, None).await?;
    if inspection.is_hidden() && !mine {
        return Err(Problem::not_found());
    }
    let works = viewer.grants_of(INSPECTS).any(|grant| grant.org == inspection.org());
    if works { Ok(()) } else { Err(Problem::forbidden("这一步由安排督查的单位来办。")) }
}

impl Cases {
    /// Refuses whoever does not run the inspection.
    pub async fn inspection_runs(&self, tx: &mut Tx, id: Id, viewer: &Viewer) -> Result<Inspection, Problem> {
        let inspection = inspection_get(tx, id).await?.ok_or_else(Problem::not_found)?;
        runs(tx, &inspection, viewer).await?;
        Ok(inspection)
    }
}

/// The job that makes cases of what was found.
pub(super) fn findings_of(id: Id) -> NewJob {
    NewJob {
        region: id.region(),
        kind: super::FINDINGS,
        key: None,
        payload: serde_json::json!({ "inspection": id.to_string() }),
        run_at: huiyin_base::Instant::UNIX_EPOCH,
        created_by: None,
    }
}

/// What the audit says of it. Of a visit without notice it says that there is one, and nothing more.
pub(super) fn inspection_event(
    inspection: &Inspection,
    viewer: &Viewer,
    what: &str,
    real_now: huiyin_base::Instant,
    rng: &mut Rng,
) -> Event {
    let event = Event::new(viewer.account.region, AuditKind::Supervision, real_now, rng).by(viewer.account);
    if inspection.is_hidden() {
        return event.detail("办理一项尚未公开的督查");
    }
    event.about("inspection", inspection.id).detail(format!("{what}：{}", inspection.kind.label()))
}

async fn fits_plan(tx: &mut Tx, inspection: &Inspection) -> Result<(), Problem> {
    let Some(plan) = inspection.plan else { return Ok(()) };
    let line = plan_find(tx, inspection.org(), plan).await?;
    let fits =
        |line: &InspectionPlan| line.kind == inspection.kind && line.year == i64::from(inspection.from_day.year());
    if line.as_ref().is_some_and(fits) {
        return Ok(());
    }
    Err(Problem::invalid("选的计划事项和这次督查的形式或年份对不上。"))
}

fn ordered(
    new: &NewInspection,
    org: OrgRef,
    viewer: &Viewer,
    moment: Moment,
    rng: &mut Rng,
) -> Result<(Inspection, Vec<InspectionItem>), Problem> {
    let rules = SupervisionRules::built_in()?;
    if new.to < new.from || new.to.since(new.from) > 366 {
        return Err(Problem::invalid("结束日期不早于开始日期，最长一年。"));
    }
    if new.from.year() != moment.today.year() && new.from < moment.today {
        return Err(Problem::invalid("开始日期请从今年起选。"));
    }
    if new.nonce.is_empty() || new.nonce.len() > 60 {
        return Err(Problem::invalid("页面打开太久，请刷新后重新填写。"));
    }
    let outside = |field: &str, text: &str| match new.plan {
        Some(_) => Ok(None),
        None => limited(field, text, rules.limit.reason).map(Some),
    };
    let id = Id::new(org.region, moment.now, rng);
    let inspection = Inspection {
        region: org.region,
        id,
        org: org.id,
        kind: new.kind,
        title: limited("标题", &new.title, rules.limit.title)?,
        theme: limited("看什么", &new.theme, rules.limit.theme)?,
        plan: new.plan,
        outside_reason: outside("计划外督查的理由", &new.reason)?,
        outside_approval: outside("计划外督查的批准文号", &new.approval)?,
        from_day: new.from,
        to_day: new.to,
        round: new.round.filter(|_| new.kind == InspectionKind::Round),
        account_region: viewer.account.region,
        account: viewer.account.id,
        nonce: new.nonce.clone(),
        created_day: moment.today,
        done_day: None,
        outcome: None,
        talks: None,
        removed: None,
        seed_hash: None,
        seed_sealed: None,
        committed_day: None,
        frozen_day: None,
        list_name: None,
        list_hash: None,
        listed: 0,
        drawn: 0,
        seed: None,
        drawn_day: None,
    };
    let asked: Vec<&String> = if new.checklist.is_empty() {
        rules.inspection.checklist.iter().collect()
    } else {
        new.checklist.iter().collect()
    };
    if asked.len() > rules.limit.items {
        return Err(Problem::invalid(format!("清单最多 {} 条，请合并几条。", rules.limit.items)));
    }
    let items = asked.into_iter().zip(1..).map(|(text, n)| {
        let text = limited("清单里的一条", text, rules.limit.item)?;
        Ok(InspectionItem { region: org.region, inspection: id, n, text })
    });
    Ok((inspection, items.collect::<Result<Vec<_>, Problem>>()?))
}
