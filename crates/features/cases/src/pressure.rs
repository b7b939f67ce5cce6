//! 有人让我改口、打高分: a case of its own, one level above all who handle the first one and sealed from them. Nothing in the first
//! case tells that it exists.

use huiyin_base::number::Receipt;
use huiyin_base::{Problem, Rng};
use huiyin_directory::OrgRef;

use crate::{CaseItem, Cases, Channel, Lines, Moment, Subject, Submission, Submitted, store};

/// What somebody was pressed to do.
#[derive(Clone, Debug, Default)]
pub struct Pressure {
    /// A category's word of the kind "pressure".
    pub category: String,
    /// His own words; may be empty.
    pub text: String,
    /// The form's own random word.
    pub nonce: String,
}

impl Cases {
    /// Writes it down. It has a receipt of its own: the first one's page must not tell.
    pub async fn press(
        &self,
        receipt: &Receipt,
        pressure: Pressure,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<Submitted, Problem> {
        let case = self.raised_case(receipt).await?;
        let mut tx = self.db.read().await?;
        let lines = store::lines_find(&mut tx, handlers(&case)).await?;
        drop(tx);
        let nowhere = || Problem::conflict("这件事已经由最上一级办理，请直接打 12345 或 12388 反映。");
        let subject = above_which(&case, &lines).ok_or_else(nowhere)?;
        let text = if pressure.text.trim().is_empty() { "（没有多写）".to_owned() } else { pressure.text };
        let submission = Submission {
            region: case.region,
            township: None,
            village: None,
            category: pressure.category,
            sub_category: String::new(),
            title: String::new(),
            text,
            contact: None,
            subject: Some(Subject { org: subject, office: None }),
            channel: Channel::Web,
            photos: Vec::new(),
            nonce: pressure.nonce,
        };
        let (receipt, mut new) = self.prepared("pressure", &submission, moment, rng).await?;
        (new.item.origin_region, new.item.origin_id) = (Some(case.region), Some(case.id));
        self.add_new(receipt, new).await
    }
}

/// Every organisation at which somebody handles the case.
fn handlers(case: &CaseItem) -> Vec<OrgRef> {
    let named = [case.desk_org(), case.owner()].into_iter();
    named.chain(case.verify_at()).chain(case.review_at()).chain(case.escalated_to()).collect()
}

/// The lowest organisation that has all handlers within it and something above it; at the very top, the owner.
fn above_which(case: &CaseItem, lines: &Lines) -> Option<OrgRef> {
    let all = handlers(case);
    let has_above = |org: &OrgRef| lines.above(*org).next().is_some();
    let tops = std::iter::once(case.desk_org()).chain(lines.above(case.desk_org()));
    let holds_all = |top: &OrgRef| all.iter().all(|org| lines.within(*org, *top));
    tops.into_iter().find(holds_all).filter(has_above).or_else(|| Some(case.owner()).filter(has_above))
}
