//! What a resident filled in on paper, entered by somebody who has nothing to gain from it: a signed-in official who never
//! owned the case and does not belong to the unit that did. Each entry is on record: an objection in the case's history, a rating in the audit.

use huiyin_base::number::Receipt;
use huiyin_base::{Problem, Rng};
use huiyin_directory::{OrgKind, Viewer};

use crate::cases::{By, With};
use crate::rating::Rater;
use crate::reporter::note;
use crate::words::{limited, seal_body};
use crate::{Action, ActorKind, CaseItem, CaseRef, Cases, Done, Moment, RatingChannel, Request, Score, post_of, store};

impl Cases {
    /// A rating from a paper form, by the receipt that stands on it.
    pub async fn paper_rate(
        &self,
        receipt: &Receipt,
        score: Score,
        viewer: &Viewer,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<Done, Problem> {
        let case = self.raised_case(receipt).await?;
        self.paper_hand(&case, viewer).await?;
        let follower = self.receipt_hash(receipt);
        let called_by = Some(viewer.account);
        let rater = Rater { follower, called_by, channel: RatingChannel::Paper, own_network: false };
        // No event: who rated is told to nobody who handles cases. The audit and the rating itself keep who entered it.
        self.rate_as(case.at(), &score, rater, moment, rng).await
    }

    /// An objection from a paper form.
    pub async fn paper_object(
        &self,
        receipt: &Receipt,
        words: &str,
        viewer: &Viewer,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<Done, Problem> {
        let case = self.raised_case(receipt).await?;
        self.paper_hand(&case, viewer).await?;
        let words = limited("不满意的原因", words, self.book.rules.limit.reason)?;
        let body = seal_body(&self.vault, case.id, &words, rng);
        let by = By::Reporter(self.receipt_hash(receipt));
        let done = self.run(case.at(), Request::Object(body).into(), by, moment, With::default()).await?;
        self.paper_note(case.at(), "代录纸质异议", viewer, moment).await?;
        Ok(done)
    }

    /// Who handled the case, belongs to the unit that did or to the one it is about, does not enter what people say of it.
    async fn paper_hand(&self, case: &CaseItem, viewer: &Viewer) -> Result<(), Problem> {
        let mut tx = self.db.read().await?;
        if self.is_barred(&mut tx, case, viewer).await? {
            return Err(Problem::not_found());
        }
        let owners = store::owner_list(&mut tx, case.at()).await?;
        let held = viewer.grants.iter().map(|grant| grant.org);
        let orgs = held.chain(owners.iter().map(crate::CaseOwner::org)).chain([case.owner()]);
        let lines = store::lines_find(&mut tx, orgs.collect()).await?;
        drop(tx);
        let owned = owners.iter().any(|owner| owner.account() == viewer.account);
        let units: Vec<_> = owners.iter().map(crate::CaseOwner::org).chain([case.owner()]).collect();
        let belongs = viewer.grants.iter().any(|grant| {
            units.iter().any(|unit| {
                // A county's own offices are units of their own.
                let whole = matches!(lines.kind(*unit), Some(OrgKind::County | OrgKind::City));
                grant.org == *unit || (!whole && lines.within(grant.org, *unit))
            })
        });
        if owned || case.owner_person() == Some(viewer.account) || belongs {
            return Err(Problem::forbidden("承办过这件事的人和承办单位的人不能代录。请交给别的单位的工作人员录入。"));
        }
        Ok(())
    }

    async fn paper_note(
        &self,
        case: CaseRef,
        words: &'static str,
        viewer: &Viewer,
        moment: Moment,
    ) -> Result<(), Problem> {
        let (account, grant) = (viewer.account, viewer.grants.first().cloned());
        let write = self.db.write("paper_note", move |tx| {
            let grant = grant.clone();
            Box::pin(async move {
                let mut item = store::case_lock(tx, case).await?.ok_or_else(Problem::not_found)?;
                item.events += 1;
                store::case_update(tx, &item).await?;
                let post = grant.as_ref().map(post_of).unwrap_or_default();
                let mut event = note(&item, Action::Paper, ActorKind::Staff, post, moment);
                event.reason = Some(words.to_owned());
                (event.account_region, event.account) = (Some(account.region), Some(account.id));
                (event.org_region, event.org) =
                    (grant.as_ref().map(|grant| grant.org.region), grant.map(|grant| grant.org.id));
                Ok(store::event_add(tx, &[&event]).await?)
            })
        });
        write.await
    }
}
