//! How whoever raised a case rates its answer, and changes his mind. Who rated, who did not, and any single score are told
//! to nobody who handles cases: there is no event of it, and no list.

use huiyin_base::number::Receipt;
use huiyin_base::{Problem, Rng};
use huiyin_db::Tx;
use huiyin_directory::{AccountRef, Viewer};

use crate::words::{limited, seal_comment};
use crate::{CaseItem, CaseRating, CaseRatingPast, CaseRef, Cases, Done, Moment, RatingChannel, State, store};

/// A rating.
#[derive(Clone, Debug, Default)]
pub struct Score {
    /// 1 to 5.
    pub score: i64,
    /// Words of the standard reasons.
    pub reasons: Vec<String>,
    /// What he has to say about it; needed under the score that the rules name.
    pub comment: String,
}

/// Whose rating it is, and who asked for it by telephone.
#[derive(Clone, Copy)]
struct Rater {
    follower: [u8; 32],
    called_by: Option<AccountRef>,
}

/// A rating made ready: checked and sealed.
#[derive(Clone)]
struct Ready {
    score: i64,
    reasons: String,
    comment: Option<Vec<u8>>,
}

impl Cases {
    /// Rates the standing answer, or changes that rating for as many days as the rules allow.
    pub async fn rate(&self, receipt: &Receipt, score: Score, moment: Moment, rng: &mut Rng) -> Result<Done, Problem> {
        let case = self.raised_case(receipt).await?;
        if !self.book.kind(&case.kind).is_some_and(|kind| kind.rated) {
            return Err(Problem::conflict("这类事项不打分。"));
        }
        let rater = Rater { follower: self.receipt_hash(receipt), called_by: None };
        self.rate_as(case.at(), &score, rater, moment, rng).await
    }

    /// A rating that was asked for by telephone. Nobody who belongs to the subject, ever owned the case or verified its answer
    /// asks. What whoever raised it said by himself stands; the caller is not told that there is such a rating.
    pub async fn call_back(
        &self,
        case: CaseRef,
        score: Score,
        viewer: &Viewer,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<Done, Problem> {
        let mut tx = self.db.read().await?;
        let item = store::case_get(&mut tx, case).await?.ok_or_else(Problem::not_found)?;
        self.handler(&mut tx, &item, viewer).await?;
        let owners = store::owner_list(&mut tx, case).await?;
        drop(tx);
        let owned = owners.iter().any(|owner| owner.account() == viewer.account);
        if owned || item.verified_by() == Some(viewer.account) {
            return Err(Problem::forbidden("承办、核验过这件事的人不做回访，请受理单位的其他人回访。"));
        }
        // Where there is no receipt, the case itself stands for whoever raised it.
        let follower = item.receipt.unwrap_or_else(|| self.vault.blind("callback", &case.id.to_string()));
        let rater = Rater { follower, called_by: Some(viewer.account) };
        self.rate_as(case, &score, rater, moment, rng).await
    }

    /// The last day on which a rating may be changed, by the day it was first given.
    pub fn rating_ends(&self, first: huiyin_base::Day) -> huiyin_base::Day {
        first.plus(self.book.rules.rating.change_days)
    }

    async fn rate_as(
        &self,
        case: CaseRef,
        score: &Score,
        rater: Rater,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<Done, Problem> {
        let ready = self.rating_ready(case, score, rng)?;
        let change_days = self.book.rules.rating.change_days;
        let write = self.db.write("case_rate", move |tx| {
            let ready = ready.clone();
            Box::pin(async move { rated(tx, case, rater, ready, (moment, change_days)).await })
        });
        write.await
    }

    fn rating_ready(&self, case: CaseRef, score: &Score, rng: &mut Rng) -> Result<Ready, Problem> {
        let rules = &self.book.rules.rating;
        if !(1..=5).contains(&score.score) {
            return Err(Problem::invalid("请先选一个：从“非常满意”到“非常不满意”。"));
        }
        let mut reasons: Vec<&str> = Vec::new();
        for id in score.reasons.iter().filter(|id| !id.is_empty()) {
            let reason = rules.reason(id).ok_or_else(|| Problem::invalid("请从列表中选择原因。"))?;
            // What does not belong to the score was ticked before he thought better of it.
            if reason.scores.contains(&score.score) && !reasons.contains(&reason.id.as_str()) {
                reasons.push(&reason.id);
            }
        }
        let words = score.comment.trim();
        if words.is_empty() && score.score <= rules.words_upto {
            return Err(Problem::invalid("不满意的，请写一句是哪里没办好，好让上面知道该改什么。"));
        }
        let comment = match words {
            "" => None,
            words => {
                let words = limited("评语", words, self.book.rules.limit.message)?;
                Some(seal_comment(&self.vault, case.id, &words, rng))
            }
        };
        Ok(Ready { score: score.score, reasons: reasons.join(" "), comment })
    }
}

const THANKS: &str = "感谢您的评价。办理的人看不到是谁打的分、打了几分。";

async fn rated(
    tx: &mut Tx,
    case: CaseRef,
    rater: Rater,
    ready: Ready,
    (moment, change_days): (Moment, i64),
) -> Result<Done, Problem> {
    let mut item = store::case_lock(tx, case).await?.ok_or_else(Problem::not_found)?;
    if !matches!(item.state, State::Answered | State::Closed) {
        return Err(Problem::conflict("现在还没有可以评价的答复。"));
    }
    let rating = rating_of(&item, rater, ready, moment);
    let key = (item.answers, rater.follower);
    let past = store::rating_past(tx, case, key).await?;
    let next = past.last().map_or(0, |past| past.n) + 1;
    if let Some(old) = store::rating_find(tx, case, key).await? {
        let own = |channel| channel == RatingChannel::Receipt;
        if rating.channel == RatingChannel::Callback && own(old.channel) {
            // His own word stands; what was said on the telephone is kept behind it, and the caller is told nothing.
            store::rating_past_add(tx, &superseded(&rating, next)).await?;
            return Ok(Done { case: item, message: "回访已记录。" });
        }
        let first = past.iter().filter(|past| own(past.channel)).map(|past| past.day).next();
        let first = first.or_else(|| own(old.channel).then_some(old.day));
        if first.is_some_and(|first| moment.today > first.plus(change_days)) {
            let message = format!("打分满 {change_days} 天后不能再改。情况有变化的，请重新反映。");
            return Err(Problem::conflict(message));
        }
        store::rating_past_add(tx, &superseded(&old, next)).await?;
    }
    store::rating_put(tx, &rating).await?;
    // The rating of whoever raised it stands; those of merged cases are kept beside it.
    if item.receipt == Some(rater.follower) || item.receipt.is_none() {
        (item.rating, item.rated_day) = (Some(rating.score), Some(moment.today));
        store::case_update(tx, &item).await?;
    }
    let message = if rater.called_by.is_some() { "回访已记录。" } else { THANKS };
    Ok(Done { case: item, message })
}

fn rating_of(item: &CaseItem, rater: Rater, ready: Ready, moment: Moment) -> CaseRating {
    CaseRating {
        region: item.region,
        case_id: item.id,
        answer: item.answers,
        follower: rater.follower,
        score: ready.score,
        comment: ready.comment,
        channel: if rater.called_by.is_some() { RatingChannel::Callback } else { RatingChannel::Receipt },
        account_region: rater.called_by.map(|account| account.region),
        account: rater.called_by.map(|account| account.id),
        day: moment.today,
        reasons: ready.reasons,
    }
}

fn superseded(old: &CaseRating, n: i64) -> CaseRatingPast {
    CaseRatingPast {
        region: old.region,
        case_id: old.case_id,
        answer: old.answer,
        follower: old.follower,
        n,
        score: old.score,
        reasons: old.reasons.clone(),
        comment: old.comment.clone(),
        channel: old.channel,
        account_region: old.account_region,
        account: old.account,
        day: old.day,
    }
}
