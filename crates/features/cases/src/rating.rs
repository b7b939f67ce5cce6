//! How whoever raised a case rates its answer, and changes his mind. Who rated, who did not, and any single score are told
//! to nobody who handles cases: there is no event of it, and no list.

use huiyin_base::number::Receipt;
use huiyin_base::{Problem, Rng};
use huiyin_db::Tx;
use huiyin_directory::AccountRef;

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

/// Whose rating it is, how it came, and who entered it from paper.
#[derive(Clone, Copy)]
pub(crate) struct Rater {
    pub(crate) follower: [u8; 32],
    pub(crate) entered_by: Option<AccountRef>,
    pub(crate) channel: RatingChannel,
    /// It came from the handling unit's own network.
    pub(crate) own_network: bool,
}

/// A rating made ready: checked and sealed.
#[derive(Clone)]
pub(crate) struct Ready {
    score: i64,
    reasons: String,
    comment: Option<Vec<u8>>,
}

impl Cases {
    /// Rates the standing answer, or changes that rating for as many days as the rules allow.
    pub async fn rate(&self, receipt: &Receipt, score: Score, moment: Moment, rng: &mut Rng) -> Result<Done, Problem> {
        self.rate_from(receipt, score, "", moment, rng).await
    }

    /// The same from an address: whether it is the handling unit's own is marked, the address is not kept.
    pub async fn rate_from(
        &self,
        receipt: &Receipt,
        score: Score,
        caller: &str,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<Done, Problem> {
        let case = self.raised_case(receipt).await?;
        let own_network = self.own_network(&mut self.db.read().await?, &case, caller).await?;
        let follower = self.receipt_hash(receipt);
        let rater = Rater { follower, entered_by: None, channel: RatingChannel::Receipt, own_network };
        self.rate_as(&case, &score, rater, moment, rng).await
    }

    /// The last day on which a rating may be changed, by the day it was first given.
    pub fn rating_ends(&self, first: huiyin_base::Day) -> huiyin_base::Day {
        first.plus(self.book.rules.rating.change_days)
    }

    async fn rate_as(
        &self,
        case: &CaseItem,
        score: &Score,
        rater: Rater,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<Done, Problem> {
        let (case, ready) = (case.at(), self.rating_ready(case, score, rng)?);
        let change_days = self.book.rules.rating.change_days;
        let write = self.db.write("case_rate", move |tx| {
            let ready = ready.clone();
            Box::pin(async move { rated(tx, case, rater, ready, (moment, change_days)).await })
        });
        write.await
    }

    /// Checked and sealed; refused where the kind is not rated, however the rating came.
    pub(crate) fn rating_ready(&self, case: &CaseItem, score: &Score, rng: &mut Rng) -> Result<Ready, Problem> {
        if !self.book.kind_of(case).is_some_and(|kind| kind.rated) {
            return Err(Problem::conflict("这类事项不打分。"));
        }
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

/// Puts it in the place of the one before, which is kept.
pub(crate) async fn rated(
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
        // What was written on paper is his own word as well.
        let first = past.first().map_or(old.day, |past| past.day);
        if moment.today > first.plus(change_days) {
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
    let message = match rater.channel {
        RatingChannel::Paper => "纸质评分已录入。",
        RatingChannel::Receipt => THANKS,
    };
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
        channel: rater.channel,
        account_region: rater.entered_by.map(|account| account.region),
        account: rater.entered_by.map(|account| account.id),
        day: moment.today,
        reasons: ready.reasons,
        own_network: rater.own_network,
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
