//! What a resident filled in on paper, entered by somebody who has nothing to gain from it: a signed-in official who had no hand in
//! the case and does not belong to the unit that handled it. Each entry is on record: an objection in the case's history, a rating in the audit.

use std::sync::Arc;

use huiyin_base::number::Receipt;
use huiyin_base::{Instant, Problem, Rng};
use huiyin_db::Tx;
use huiyin_directory::audit::{self, AuditKind, Event};
use huiyin_directory::{OrgKind, Role, Viewer};

use crate::cases::{By, With, case_apply};
use crate::rating::{Rater, rated};
use crate::reporter::note;
use crate::words::{limited, seal_body};
use crate::{
    Act, Action, ActorKind, CaseEvent, CaseItem, CaseRef, Cases, Done, Moment, RatingChannel, Request, Score, post_of,
    store,
};

impl Cases {
    /// A rating from a paper form, by the receipt that stands on it. `real_now` is the time of the record.
    pub async fn paper_rate(
        &self,
        receipt: &Receipt,
        score: Score,
        viewer: &Viewer,
        (moment, real_now): (Moment, Instant),
        rng: &mut Rng,
    ) -> Result<Done, Problem> {
        let item = self.raised_case(receipt).await?;
        self.paper_hand(&item, viewer).await?;
        let (case, follower) = (item.at(), self.receipt_hash(receipt));
        let entered_by = Some(viewer.account);
        let rater = Rater { follower, entered_by, channel: RatingChannel::Paper, own_network: false };
        let ready = self.rating_ready(&item, &score, rng)?;
        let change_days = self.book.rules.rating.change_days;
        let entry = entry(&item, viewer, "代录纸质评分", real_now, rng);
        // No event: who rated is told to nobody who handles cases. The audit and the rating itself keep who entered it.
        let write = self.db.write("paper_rate", move |tx| {
            let (ready, entry) = (ready.clone(), entry.clone());
            Box::pin(async move {
                audit::record(tx, &entry).await?;
                rated(tx, case, rater, ready, (moment, change_days)).await
            })
        });
        write.await
    }

    /// An objection from a paper form. `real_now` is the time of the record.
    pub async fn paper_object(
        &self,
        receipt: &Receipt,
        words: &str,
        viewer: &Viewer,
        (moment, real_now): (Moment, Instant),
        rng: &mut Rng,
    ) -> Result<Done, Problem> {
        let item = self.raised_case(receipt).await?;
        self.paper_hand(&item, viewer).await?;
        let case = item.at();
        let words = limited("不满意的原因", words, self.book.rules.limit.reason)?;
        let act: Act = Request::Object(seal_body(&self.vault, case.id, &words, rng)).into();
        let by = By::Reporter(self.receipt_hash(receipt));
        let entry = entry(&item, viewer, "代录纸质异议", real_now, rng);
        let all = Arc::new((self.book.clone(), act, by, entry, viewer.clone()));
        let write = self.db.write("paper_object", move |tx| {
            let all = Arc::clone(&all);
            Box::pin(async move {
                let (book, act, by, entry, viewer) = &*all;
                let done = case_apply(tx, book, case, act, by, moment, &With::default()).await?;
                paper_note(tx, case, viewer, moment).await?;
                audit::record(tx, entry).await?;
                Ok(done)
            })
        });
        write.await
    }

    /// Who had a hand in the case, or belongs to the unit that it is about, does not enter what people say of it.
    async fn paper_hand(&self, case: &CaseItem, viewer: &Viewer) -> Result<(), Problem> {
        let mut tx = self.db.read().await?;
        if self.is_barred(&mut tx, case, viewer).await? {
            return Err(Problem::not_found());
        }
        if had_hand(&mut tx, case, viewer).await? {
            return Err(Problem::forbidden(
                "审核、交办、承办、核验过这件事的人，和承办单位的人，不能代录。请交给没有经手的工作人员录入。",
            ));
        }
        Ok(())
    }

    /// Whoever is signed in and had a hand in the case does not act for whoever raised it, although he may know the receipt: he printed the
    /// slip, or it lies on his table.
    pub(crate) async fn stands_apart(&self, tx: &mut Tx, case: &CaseItem, viewer: &Viewer) -> Result<(), Problem> {
        // Whoever is a member of a village's branch has no hand in what the village handles: it is his own village.
        let grants = viewer.grants.iter().filter(|grant| grant.role != Role::Member).cloned().collect();
        let works = &Viewer { grants, ..viewer.clone() };
        if self.is_barred(tx, case, works).await? || had_hand(tx, case, works).await? {
            return Err(Problem::conflict(
                "您登录的工作账号经手过这件事，或者在承办单位，不能替反映人打分、提异议和撤回，也看不到他打的分。请由反映的群众自己凭回执办；纸上的评分，请交给没有经手的人录入。",
            ));
        }
        Ok(())
    }

    /// Whether he wrote it down for somebody else: then it is not his to take back.
    pub(crate) async fn wrote_down(&self, tx: &mut Tx, case: &CaseItem, viewer: &Viewer) -> Result<bool, Problem> {
        let by_him = |event: &CaseEvent| event.kind == Action::Submit && event.account == Some(viewer.account.id);
        Ok(store::event_list(tx, case.at(), false).await?.iter().any(by_him))
    }
}

/// Whether he moderated, assigned, handled or verified the case, or belongs to a unit that owned it.
async fn had_hand(tx: &mut Tx, case: &CaseItem, viewer: &Viewer) -> Result<bool, Problem> {
    let acted = |event: &CaseEvent| {
        event.account == Some(viewer.account.id) && !matches!(event.kind, Action::Submit | Action::Paper)
    };
    if store::event_list(tx, case.at(), false).await?.iter().any(acted) {
        return Ok(true);
    }
    let owners = store::owner_list(tx, case.at()).await?;
    if owners.iter().any(|owner| owner.account() == viewer.account) || case.owner_person() == Some(viewer.account) {
        return Ok(true);
    }
    let units: Vec<_> = owners.iter().map(crate::CaseOwner::org).chain([case.owner()]).collect();
    let held = viewer.grants.iter().map(|grant| grant.org);
    let lines = store::lines_find(tx, held.chain(units.iter().copied()).collect()).await?;
    Ok(viewer.grants.iter().any(|grant| {
        units.iter().any(|unit| {
            // A county's own offices are units of their own.
            let whole = matches!(lines.kind(*unit), Some(OrgKind::County | OrgKind::City));
            grant.org == *unit || (!whole && lines.within(grant.org, *unit))
        })
    }))
}

/// Who entered it, for the audit.
fn entry(case: &CaseItem, viewer: &Viewer, what: &str, real_now: Instant, rng: &mut Rng) -> Event {
    let event = Event::new(viewer.account.region, AuditKind::Moderation, real_now, rng);
    event.by(viewer.account).about("case", case.id).detail(format!("{what}（{}）", case.spoken_of()))
}

/// That it came on paper, and by whose hand: a line of the case's own history.
async fn paper_note(tx: &mut Tx, case: CaseRef, viewer: &Viewer, moment: Moment) -> Result<(), Problem> {
    let (account, grant) = (viewer.account, viewer.grants.first());
    let mut item = store::case_lock(tx, case).await?.ok_or_else(Problem::not_found)?;
    item.events += 1;
    store::case_update(tx, &item).await?;
    let post = grant.map(post_of).unwrap_or_default();
    let mut event = note(&item, Action::Paper, ActorKind::Staff, post, moment);
    event.reason = Some("代录纸质异议".to_owned());
    (event.account_region, event.account) = (Some(account.region), Some(account.id));
    (event.org_region, event.org) = (grant.map(|grant| grant.org.region), grant.map(|grant| grant.org.id));
    Ok(store::event_add(tx, &[&event]).await?)
}
