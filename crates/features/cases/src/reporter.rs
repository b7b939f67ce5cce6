//! What whoever raised a case does with his receipt: follow, ask, answer, withdraw, appeal, object, rate.

use huiyin_base::number::Receipt;
use huiyin_base::{Problem, Rng};
use huiyin_db::Tx;

use crate::cases::By;
use crate::letters::Letter;
use crate::words::{Words, limited, open_words, seal_body, seal_comment};
use crate::{
    Action, ActorKind, CaseAnswer, CaseEvent, CaseFollow, CaseItem, CasePhoto, CaseRating, CaseRef, Cases, Done,
    Moment, RatingChannel, Request, State, store,
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
#[derive(Clone, Debug)]
pub struct Report {
    /// What was written.
    pub original: Words,
    /// The whole history.
    pub events: Vec<CaseEvent>,
    /// The accepted answers.
    pub answers: Vec<CaseAnswer>,
    /// Questions and replies.
    pub letters: Vec<Letter>,
    /// His own photos, and those of the answers.
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
    /// Is not satisfied with the answer.
    Object(String),
}

/// A rating.
#[derive(Clone, Debug)]
pub struct Score {
    /// 1 to 5.
    pub score: i64,
    /// What he has to say about it; may be empty.
    pub comment: String,
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

    /// What the holder of the receipt may see of the case it was given for. One who only follows sees what the public sees.
    pub async fn report(&self, tx: &mut Tx, receipt: &Receipt, followed: &Followed) -> Result<Report, Problem> {
        let case = &followed.case;
        let hash = self.receipt_hash(receipt);
        // A receipt that was given for following opens nothing that was sealed.
        let own = case.receipt == Some(hash) && case.origin_id.is_none();
        let ratings = store::rating_list(tx, followed.current().at()).await?;
        Ok(Report {
            original: if own { open_words(&self.vault, case)? } else { Words::default() },
            events: store::event_list(tx, case.at(), !own).await?,
            answers: store::answer_list(tx, followed.current().at(), true).await?,
            letters: if own { self.letters(tx, case).await? } else { Vec::new() },
            photos: store::photo_list(tx, case.at(), !own).await?,
            ratings: ratings.into_iter().filter(|rating| rating.follower == hash).collect(),
        })
    }

    /// Withdraws, appeals or objects.
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
            Ok(seal_body(&self.vault, case.id, &limited(what, words, most)?, rng))
        };
        let request = match &act {
            ReporterAct::Withdraw => Request::Withdraw,
            ReporterAct::Appeal(words) => Request::Appeal(seal("申请复核的理由", words)?),
            ReporterAct::Object(words) => Request::Object(seal("不满意的原因", words)?),
        };
        self.run(case.at(), request.into(), By::Reporter(self.receipt_hash(receipt)), moment, None).await
    }

    /// Rates the standing answer, once.
    pub async fn rate(&self, receipt: &Receipt, score: Score, moment: Moment, rng: &mut Rng) -> Result<Done, Problem> {
        if !(1..=5).contains(&score.score) {
            return Err(Problem::invalid("请在一到五星之间选择。"));
        }
        let case = self.raised_case(receipt).await?.at();
        let hash = self.receipt_hash(receipt);
        let comment = match score.comment.trim() {
            "" => None,
            words => {
                Some(seal_comment(&self.vault, case.id, &limited("评语", words, self.book.rules.limit.message)?, rng))
            }
        };
        let write = self.db.write("case_rate", move |tx| {
            let comment = comment.clone();
            Box::pin(async move { rated(tx, case, hash, score.score, comment, moment).await })
        });
        write.await
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

async fn rated(
    tx: &mut Tx,
    case: CaseRef,
    follower: [u8; 32],
    score: i64,
    comment: Option<Vec<u8>>,
    moment: Moment,
) -> Result<Done, Problem> {
    let mut item = store::case_lock(tx, case).await?.ok_or_else(Problem::not_found)?;
    if !matches!(item.state, State::Answered | State::Closed) {
        return Err(Problem::conflict("现在还没有可以评价的答复。"));
    }
    let rating = CaseRating {
        region: item.region,
        case_id: item.id,
        answer: item.answers,
        follower,
        score,
        comment,
        channel: RatingChannel::Receipt,
        account_region: None,
        account: None,
        day: moment.today,
    };
    if !store::rating_add(tx, &rating).await? {
        return Err(Problem::conflict("您已经评价过这次答复，谢谢。"));
    }
    // The rating of whoever raised it stands; those of merged cases are kept beside it.
    if item.receipt == Some(follower) || item.receipt.is_none() {
        (item.rating, item.rated_day) = (Some(score), Some(moment.today));
    }
    item.events += 1;
    store::case_update(tx, &item).await?;
    store::event_add(tx, &note(&item, Action::Rate, ActorKind::Reporter, "反映人".into(), moment)).await?;
    Ok(Done { case: item, message: "感谢您的评价。" })
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
