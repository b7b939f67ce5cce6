//! What changes above goes down as a proposal: each unit sees it on its case and its desk, and takes it over or says why not.

use huiyin_base::{Day, Id, Problem, Rng};
use huiyin_directory::{Grant, Viewer};

use super::climb::climb;
use super::rows::handdown_job;
use crate::records::ActorKind;
use crate::store::{self, CaseProposal, Handdown, HanddownAct, HanddownRow, HanddownState, LinkFilter, ProposalState};
use crate::tree::ancestors_lock;
use crate::words::limited;
use crate::{Action, CaseEvent, CaseItem, CaseRef, Cases, Change, FieldValue, Moment, Standing, Value, post_of};

/// What is to change below a case.
#[derive(Clone, Debug, Default)]
pub struct ParentChange {
    /// Another title; empty leaves it.
    pub title: String,
    /// Another text; empty leaves it.
    pub text: String,
    /// Another day; none leaves it.
    pub deadline: Option<Day>,
    /// Another number for some of the units: child, number.
    pub targets: Vec<(Id, i64)>,
    /// Why; every unit reads it.
    pub why: String,
    /// The form's own random word.
    pub nonce: String,
}

impl Cases {
    /// Carries a change down to every open child of the next level, as a proposal. With numbers alone only to those who get one.
    pub async fn propose(
        &self,
        parent: CaseRef,
        change: ParentChange,
        viewer: &Viewer,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<(Id, bool), Problem> {
        let limit = self.book.rules.limit;
        let nonce = self.vault.blind("submission", change.nonce.trim());
        let mut tx = self.db.read().await?;
        if let Some(run) = store::handdown_find_nonce(&mut tx, parent.region, nonce).await? {
            return if run.account == viewer.account.id { Ok((run.id, true)) } else { Err(Problem::not_found()) };
        }
        let whole = store::case_get(&mut tx, parent).await?.ok_or_else(Problem::not_found)?;
        let kind = self.book.kind("task").ok_or_else(Problem::not_found)?;
        let grant = self.breaks(&mut tx, &whole, kind, viewer).await?;
        let why = limited("为什么调整", &change.why, limit.reason)?;
        let (title, text) = (change.title.trim(), change.text.trim());
        if title.chars().count() > limit.title || text.chars().count() > limit.text {
            return Err(Problem::invalid("标题或内容太长，请精简。"));
        }
        if let Some(day) = change.deadline
            && (day < moment.today || !self.book.calendar.is_working(day))
        {
            return Err(Problem::invalid("新的期限要是今天以后的一个工作日。"));
        }
        let all = title.len() + text.len() > 0 || change.deadline.is_some();
        if !all && change.targets.is_empty() {
            return Err(Problem::invalid("请写明要调整什么：标题、内容、期限，或某些单位的目标数。"));
        }
        let open = LinkFilter { open: true, ..LinkFilter::default() };
        let links = store::link_all(&mut tx, parent, &open).await?;
        drop(tx);
        let target = |child: Id| change.targets.iter().find(|(of, _)| *of == child).map(|(_, n)| *n);
        let chosen: Vec<_> = links.iter().filter(|link| all || target(link.child).is_some()).collect();
        if chosen.is_empty() {
            return Err(Problem::invalid("下级没有正在办的，不用调整。"));
        }
        let run = Handdown {
            region: parent.region,
            id: Id::new(parent.region, moment.now, rng),
            parent: parent.id,
            act: HanddownAct::Change,
            nonce,
            kind: why,
            title: title.to_owned(),
            text: text.to_owned(),
            measure: String::new(),
            due_day: change.deadline,
            issuer_region: whole.owner_region,
            issuer: whole.owner_org,
            account_region: viewer.account.region,
            account: viewer.account.id,
            post: post_of(grant),
            total: i64::try_from(chosen.len()).unwrap_or(0),
            created_day: moment.today,
        };
        let row = |(link, n): (&&store::CaseLink, i64)| HanddownRow {
            region: run.region,
            run: run.id,
            n,
            unit_region: link.unit_region,
            unit: link.unit,
            person_region: None,
            person: None,
            target: target(link.child),
            child_region: link.child_region,
            child: link.child,
            state: HanddownState::Waiting,
        };
        let rows: Vec<HanddownRow> = chosen.iter().zip(1..).map(row).collect();
        let job = (handdown_job(&run), Id::new(parent.region, moment.now, rng));
        let write = self.db.write("handdown_change", move |tx| {
            let (run, rows, job) = (run.clone(), rows.clone(), job.clone());
            Box::pin(async move {
                if let Some(made) = store::handdown_find_nonce(tx, run.region, run.nonce).await? {
                    return Ok((made.id, true));
                }
                store::handdown_add(tx, &run, &rows).await?;
                huiyin_jobs::enqueue(tx, &job.0, job.1).await?;
                Ok((run.id, false))
            })
        });
        write.await
    }

    /// The proposals of some rows of one region.
    pub(super) async fn write_proposals(&self, run: &Handdown, rows: &[HanddownRow]) -> Result<(), Problem> {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let proposal = |row: &HanddownRow| CaseProposal {
            region: row.child_region,
            case_id: row.child,
            id: run.id,
            unit_region: row.unit_region,
            unit: row.unit,
            title: given(&run.title),
            text: given(&run.text),
            due_day: run.due_day,
            target: row.target,
            why: run.kind.clone(),
            post: run.post.clone(),
            day: run.created_day,
            state: ProposalState::Waiting,
            reason: None,
            decided_region: None,
            decided_by: None,
            decided_post: None,
            decided_day: None,
        };
        let proposals: Vec<CaseProposal> = rows.iter().map(proposal).collect();
        let write = self.db.write("handdown_proposals", move |tx| {
            let proposals = proposals.clone();
            Box::pin(async move { Ok(store::proposal_add(tx, &proposals).await?) })
        });
        write.await
    }

    /// A unit takes a proposal over, or says why not. Whoever comes second is told who was first.
    pub async fn proposal_answer(
        &self,
        case: CaseRef,
        id: Id,
        accept: bool,
        reason: &str,
        viewer: &Viewer,
        moment: Moment,
    ) -> Result<ProposalState, Problem> {
        let limit = self.book.rules.limit.reason;
        let reason = if accept && reason.trim().is_empty() {
            String::new()
        } else {
            limited("不接受的原因", reason, limit)?
        };
        let (book, viewer) = (self.book.clone(), viewer.clone());
        let write = self.db.write("proposal_answer", move |tx| {
            let (book, viewer, reason) = (book.clone(), viewer.clone(), reason.clone());
            Box::pin(async move {
                ancestors_lock(tx, case).await?;
                let before = store::case_lock(tx, case).await?.ok_or_else(Problem::not_found)?;
                let kind = book.kind_of(&before).ok_or_else(Problem::not_found)?;
                let roles = kind.roles(Standing::OwnerOrg);
                let grant =
                    viewer.grants.iter().find(|grant| grant.org == before.owner() && roles.contains(&grant.role));
                let grant = grant.ok_or_else(|| Problem::forbidden("由承办单位来回应。需要的话，请与他们联系。"))?;
                let found = store::proposal_list(tx, case).await?.into_iter().find(|one| one.id == id);
                let proposal = found.ok_or_else(Problem::not_found)?;
                if proposal.state != ProposalState::Waiting {
                    let by = proposal.decided_post.as_deref().unwrap_or("上级");
                    let state = proposal.state.label();
                    return Err(Problem::conflict(format!("这项调整{state}（{by}），不用再回应。")));
                }
                if !before.state.is_open() {
                    return Err(Problem::conflict("这件事已经办结，不用再调整。"));
                }
                let state = if accept { ProposalState::Accepted } else { ProposalState::Declined };
                let decided = CaseProposal {
                    state,
                    reason: (!reason.is_empty()).then(|| reason.clone()),
                    decided_region: Some(viewer.account.region),
                    decided_by: Some(viewer.account.id),
                    decided_post: Some(post_of(grant)),
                    decided_day: Some(moment.today),
                    ..proposal
                };
                store::proposal_decide(tx, &decided).await?;
                let mut after = before.clone();
                let mut values = Vec::new();
                if accept {
                    if let Some(title) = &decided.title {
                        after.title.clone_from(title);
                    }
                    if let Some(text) = &decided.text {
                        after.text.clone_from(text);
                    }
                    if let Some(day) = decided.due_day.filter(|day| *day >= moment.today) {
                        book.set_deadline(day, moment.today, &mut after)?;
                        book.restart(&mut after, moment);
                    }
                    if let Some(target) = decided.target {
                        values = kind.checked(&[FieldValue::new("target", Value::Number(target))], false)?;
                    }
                }
                let said = if accept {
                    format!("接受上级调整：{}", words(&decided))
                } else {
                    format!("不接受上级调整（{}）：{reason}", words(&decided))
                };
                let event = event(&mut after, &before, (&viewer, grant), said, moment);
                let change =
                    Change { after, event, owner: None, answer: None, message: None, values, done: "已回应。" };
                store::case_save(tx, &before, &change).await?;
                climb(tx, &change.after, moment).await?;
                Ok(state)
            })
        });
        write.await
    }
}

/// 期限改为2016年12月30日，目标数改为 30
pub(crate) fn words(proposal: &CaseProposal) -> String {
    let parts = [
        proposal.title.as_ref().map(|title| format!("标题改为“{title}”")),
        proposal.text.as_ref().map(|_| "内容有调整".to_owned()),
        proposal.due_day.map(|day| format!("期限改为{}", day.chinese())),
        proposal.target.map(|n| format!("目标数改为 {n}")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("，")
}

fn event(
    after: &mut CaseItem,
    before: &CaseItem,
    (viewer, grant): (&Viewer, &Grant),
    said: String,
    moment: Moment,
) -> CaseEvent {
    after.events += 1;
    CaseEvent {
        region: after.region,
        case_id: after.id,
        n: after.events,
        kind: Action::Edit,
        from_state: Some(before.state),
        to_state: after.state,
        outcome: after.outcome,
        owner_region: after.owner_region,
        owner_org: after.owner_org,
        due_day: after.due_day,
        actor: ActorKind::Staff,
        account_region: Some(viewer.account.region),
        account: Some(viewer.account.id),
        org_region: Some(grant.org.region),
        org: Some(grant.org.id),
        post: post_of(grant),
        reason: Some(said),
        public: false,
        at: moment.now,
        day: moment.today,
    }
}
