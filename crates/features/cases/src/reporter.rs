//! What whoever raised a case does with his receipt: follow, ask, answer, withdraw, appeal, object, rate.

use huiyin_base::number::Receipt;
use huiyin_base::{Problem, Rng};
use huiyin_db::Tx;

use crate::cases::{By, With};
use crate::letters::Letter;
use crate::words::{Words, limited, open_words, seal_body, seal_original};
use crate::{
    Action, ActorKind, CaseAnswer, CaseEvent, CaseFollow, CaseItem, CasePhoto, CaseRating, CaseRef, Cases, Done,
    Moment, Request, store,
};

/// The case behind a receipt.
#[derive(Clone, Debug)]
pub struct Followed {
    /// The case for which the receipt was given.
    pub case: CaseItem,
    /// Where it went on: into which case it was merged, or to which county it was referred.
    pub moved_to: Option<CaseItem>,
    /// Whoever holds the receipt raised it, and does not only follow it.
    pub raised: bool,
}

impl Followed {
    /// The case in which things go on now.
    pub fn current(&self) -> &CaseItem {
        self.moved_to.as_ref().unwrap_or(&self.case)
    }
}

/// All that whoever raised a case may see of it: every state, both texts, and who decided.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What was written.
    pub original: Words,
    /// The whole history.
    pub events: Vec<CaseEvent>,
    /// The accepted answers.
    pub answers: Vec<CaseAnswer>,
    /// Questions and replies.
    pub letters: Vec<Letter>,
    /// The photos of his report, and those of the answers.
    pub photos: Vec<CasePhoto>,
    /// His own ratings.
    pub ratings: Vec<CaseRating>,
}

/// What a receipt allows beside reading.
#[derive(Clone, Debug)]
pub enum ReporterAct {
    /// Takes the case back before anybody decided.
    Withdraw,
    /// Asks the level above to look again, once.
    Appeal(String),
    /// Is not satisfied with the answer: the first time it reopens, after that the county decides.
    Object(String),
    /// Before anybody decided: title and text anew.
    Correct(String, String),
}

impl Cases {
    /// The case behind a receipt; none for a wrong one.
    pub async fn followed(&self, tx: &mut Tx, receipt: &Receipt) -> Result<Option<Followed>, Problem> {
        let hash = self.receipt_hash(receipt);
        let Some(at) = store::receipt_find(tx, hash).await? else { return Ok(None) };
        let Some(case) = store::case_get(tx, at).await? else { return Ok(None) };
        let mut current = case.clone();
        // A case that was merged may be merged again, and referred after that; it never comes back.
        while let Some(next) = moved(&current) {
            let Some(case) = store::case_get(tx, next).await? else { break };
            current = case;
        }
        let raised = store::follow_find(tx, current.at(), hash).await?.is_some_and(|follow| follow.raised);
        let moved_to = (current.id != case.id).then_some(current);
        Ok(Some(Followed { case, moved_to, raised }))
    }

    /// What the holder of the receipt may see of his case, and of where it went on. One who only follows sees what the
    /// public sees.
    pub async fn report(&self, tx: &mut Tx, receipt: &Receipt, followed: &Followed) -> Result<Report, Problem> {
        let hash = self.receipt_hash(receipt);
        let first = &followed.case;
        let mut report = Report::default();
        if first.receipt == Some(hash) {
            report.original = open_words(&self.vault, first)?;
        }
        for case in std::iter::once(first).chain(&followed.moved_to) {
            // A receipt that was given for following, or for a case that was merged, opens nothing of another's.
            let own = case.receipt == Some(hash);
            report.events.extend(store::event_list(tx, case.at(), !own).await?);
            report.answers.extend(store::answer_list(tx, case.at(), true).await?);
            report.photos.extend(store::photo_list(tx, case.at(), !own).await?);
            let messages = store::message_list_of(tx, case.at(), (!own).then_some(hash)).await?;
            report.letters.extend(self.opened(case, messages)?);
            let ratings = store::rating_list(tx, case.at()).await?;
            report.ratings.extend(ratings.into_iter().filter(|rating| rating.follower == hash));
        }
        Ok(report)
    }

    /// Withdraws, appeals, objects or corrects.
    pub async fn act_as_reporter(
        &self,
        receipt: &Receipt,
        act: ReporterAct,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<Done, Problem> {
        let case = self.raised_case(receipt).await?;
        let most = self.book.rules.limit.reason;
        let mut seal = |what: &str, words: &str| -> Result<Vec<u8>, Problem> {
            Ok(seal_body(&self.vault, case.id, &limited(what, words, most)?, &mut *rng))
        };
        let request = match &act {
            ReporterAct::Withdraw => Request::Withdraw,
            ReporterAct::Appeal(words) => Request::Appeal(seal("申请复核的理由", words)?),
            ReporterAct::Object(words) if case.objected_times > 0 => Request::Contest(seal("不满意的原因", words)?),
            ReporterAct::Object(words) => Request::Object(seal("不满意的原因", words)?),
            ReporterAct::Correct(title, text) => {
                let limit = self.book.rules.limit;
                let title =
                    if title.trim().is_empty() { String::new() } else { limited("标题", title, limit.title)? };
                let words = Words { title, text: limited("反映的内容", text, limit.text)?, contact: None };
                if case.receipt != Some(self.receipt_hash(receipt)) {
                    return Err(Problem::not_found());
                }
                Request::Correct(seal_original(&self.vault, case.id, &words, rng))
            }
        };
        let alarm = match &act {
            ReporterAct::Withdraw => None,
            ReporterAct::Appeal(words) | ReporterAct::Object(words) => {
                self.alarm_in(case.at(), ("", words), moment, rng)
            }
            ReporterAct::Correct(title, text) => self.alarm_in(case.at(), (title, text), moment, rng),
        };
        let with = With { alarm, ..With::default() };
        self.run(case.at(), request.into(), By::Reporter(self.receipt_hash(receipt)), moment, with).await
    }

    /// 我也遇到了: follows a public case with a receipt of one's own.
    pub async fn follow(&self, case: CaseRef, moment: Moment, rng: &mut Rng) -> Result<Receipt, Problem> {
        let receipt = Receipt::new(&rng.bytes());
        let hash = self.receipt_hash(&receipt);
        let write = self.db.write("case_follow", move |tx| {
            Box::pin(async move {
                let found = store::case_lock(tx, case).await?.filter(|found| found.posted_day.is_some());
                let mut found = found.ok_or_else(Problem::not_found)?;
                let since_day = moment.today;
                let follow = CaseFollow {
                    region: case.region,
                    case_id: case.id,
                    follower: hash,
                    raised: false,
                    via: case.id,
                    since_day,
                };
                if store::receipt_add(tx, hash, case).await? && store::follow_add(tx, &follow).await? {
                    found.followers += 1;
                    store::case_update(tx, &found).await?;
                }
                Ok(())
            })
        });
        write.await?;
        Ok(receipt)
    }

    /// The case in which things go on, for somebody who raised it; the uniform 404 for anybody else.
    pub(crate) async fn raised_case(&self, receipt: &Receipt) -> Result<CaseItem, Problem> {
        let mut tx = self.db.read().await?;
        let followed = self.followed(&mut tx, receipt).await?.filter(|followed| followed.raised);
        Ok(followed.ok_or_else(Problem::not_found)?.current().clone())
    }
}

fn moved(case: &CaseItem) -> Option<CaseRef> {
    let merged = case.merged_into.map(|id| CaseRef { region: case.region, id });
    let referred = case.referred_region.zip(case.referred_id).map(|(region, id)| CaseRef { region, id });
    merged.or(referred)
}

/// A line of the history that changes no state. Not public: the public reads ratings and answers themselves.
pub(crate) fn note(item: &CaseItem, kind: Action, actor: ActorKind, post: String, moment: Moment) -> CaseEvent {
    CaseEvent {
        region: item.region,
        case_id: item.id,
        n: item.events,
        kind,
        from_state: Some(item.state),
        to_state: item.state,
        outcome: item.outcome,
        owner_region: item.owner_region,
        owner_org: item.owner_org,
        due_day: item.due_day,
        actor,
        account_region: None,
        account: None,
        org_region: None,
        org: None,
        post,
        reason: None,
        public: false,
        at: moment.now,
        day: moment.today,
    }
}
