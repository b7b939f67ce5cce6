//! The forms on the page of a receipt, each with what was written when it was refused.

use huiyin_base::number::Receipt;
use huiyin_db::Tx;
use huiyin_web::components::{Choice, Field, RatingInput, Stars};
use huiyin_web::{Ctx, Result};

use super::follow::Written;
use super::follow_case::Mistake;
use super::title_of;
use crate::{Action, CaseItem, CaseRating, Cases, Followed, NoticeChannel, Report, State, gateway, store};

/// How he rated, and the form by which he rates or changes it.
pub(super) struct RatingForm {
    pub(super) given: Option<Stars>,
    pub(super) words: String,
    pub(super) form: Option<(RatingInput, Field, Field)>,
    pub(super) until: String,
}

/// The first objection reopens; from the second on the county decides.
pub(super) struct ObjectionForm {
    pub(super) field: Field,
    pub(super) again: bool,
    pub(super) until: String,
}

/// A telephone instead of the receipt, and news.
pub(super) struct Telling {
    /// A number is bound; the number itself is never shown.
    pub(super) bound: bool,
    /// The field to bind one; none where no code can be sent.
    pub(super) phone: Option<Field>,
    /// How news come to him.
    pub(super) notice: Option<NoticeChannel>,
    /// The fields to ask for them; none where nothing can be sent.
    pub(super) ask: Option<(Field, Field)>,
}

/// What the forms of the page are made from.
pub(super) struct Forms<'a> {
    pub(super) ctx: &'a Ctx,
    pub(super) engine: &'a Cases,
    pub(super) followed: &'a Followed,
    pub(super) case: &'a CaseItem,
    pub(super) mistake: Option<&'a Mistake>,
}

impl Forms<'_> {
    /// Whether this receipt may do this now.
    pub(super) fn may(&self, action: Action) -> bool {
        let kind = self.engine.book.kind_of(self.case);
        self.followed.raised && kind.is_some_and(|kind| kind.transition(action, self.case.state).is_some())
    }

    /// What was written into this form, when it was refused.
    pub(super) fn again(&self, word: &str) -> Option<&Written> {
        self.mistake.filter(|mistake| mistake.word == word).map(|mistake| &mistake.written)
    }

    pub(super) fn area(&self, word: &str, label: &str, rows: u8) -> Field {
        let written = self.again(word).map(|written| written.text.clone()).unwrap_or_default();
        self.marked(word, Field::area("text", label, rows).value(written).required().within(word))
    }

    /// The field with what was wrong with it, when its form was refused.
    fn marked(&self, word: &str, field: Field) -> Field {
        match self.mistake.filter(|mistake| mistake.word == word) {
            Some(mistake) => field.error(mistake.message.as_str()),
            None => field,
        }
    }

    pub(super) fn objection(&self) -> Option<ObjectionForm> {
        let again = self.case.objected_times > 0;
        let action = if again { Action::Contest } else { Action::Object };
        let ends = self.engine.book.objection_ends(self.case.answered_day?);
        let open = self.may(action) && self.case.review_at().is_none() && self.ctx.today() <= ends;
        open.then(|| ObjectionForm {
            field: self.area("objection", "哪里不满意", 3), again, until: ends.chinese()
        })
    }

    pub(super) fn correction(&self, report: &Report) -> (Field, Field) {
        let limit = self.engine.book.rules.limit;
        let most = |most: usize| u32::try_from(most).unwrap_or(u32::MAX);
        let (title, text) = match self.again("correction") {
            Some(written) => (written.title.clone(), written.text.clone()),
            None => (report.original.title.clone(), report.original.text.clone()),
        };
        // A title that was taken from the text is taken from it anew.
        let title = if title == title_of(&report.original.text) { String::new() } else { title };
        let title = Field::text("title", "标题（可以不填）").hint("不填就用第一句话。").value(title);
        let text = Field::area("text", "是什么问题", 6).value(text).required().longest(most(limit.text));
        let is_title = self.mistake.is_some_and(|mistake| mistake.message.contains("标题"));
        let title = title.longest(most(limit.title)).within("correction");
        let text = text.within("correction");
        if is_title { (self.marked("correction", title), text) } else { (title, self.marked("correction", text)) }
    }

    #[expect(clippy::unused_self, reason = "one form among others")]
    pub(super) fn withdrawal(&self) -> Field {
        let choices = vec![
            Choice::new("yes", "是，我自己想撤回"),
            Choice::new("no", "不是，有人让我撤回").hint("不会撤回，转到只有上一级看得到的地方说明"),
        ];
        Field::radio("free", "是您自愿的吗？", choices).required()
    }

    pub(super) async fn rating(
        &self,
        tx: &mut Tx,
        receipt: &Receipt,
        given: Option<&CaseRating>,
    ) -> Result<Option<RatingForm>> {
        if !self.followed.raised || !State::ECHOED.contains(&self.case.state) {
            return Ok(None);
        }
        let rules = &self.engine.book.rules.rating;
        let mut first = given.map(|rating| rating.day);
        if let Some(rating) = given {
            let key = (rating.answer, self.engine.receipt_hash(receipt));
            let past = store::rating_past(tx, self.case.at(), key).await?;
            first = past.first().map(|past| past.day).or(first);
        }
        let until = first.map(|first| self.engine.rating_ends(first));
        let open = until.is_none_or(|until| self.ctx.today() <= until);
        let comment = match given {
            Some(rating) => self.engine.comment(rating)?,
            None => None,
        };
        let labels = given.map(|rating| rules.labels(&rating.reasons).join("、")).unwrap_or_default();
        let words = [labels, comment.clone().unwrap_or_default()];
        let words = words.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("。");
        let again = self.again("rating");
        let score = again.and_then(|written| written.score.parse().ok());
        let score = score.or_else(|| given.and_then(|rating| u8::try_from(rating.score).ok()));
        let text = again.map(|written| written.text.clone()).or(comment).unwrap_or_default();
        let ticked: Vec<String> = match (again, given) {
            (Some(written), _) => written.reasons.clone(),
            (None, Some(rating)) => rating.reasons.split(' ').map(ToOwned::to_owned).collect(),
            (None, None) => Vec::new(),
        };
        let choices = rules.reason.iter().map(|reason| Choice::new(&reason.id, &reason.label)).collect();
        let form = open.then(|| {
            (
                RatingInput::new("score", "办得怎么样？").value(score),
                Field::boxes("reasons", "因为（可以多选，也可以不选）", choices).values(ticked),
                Field::area("text", "想说的话", 2)
                    .hint("选了不满意的，请写一句是哪里没办好。")
                    .value(text)
                    .within("rating"),
            )
        });
        let given = given.and_then(|rating| u8::try_from(rating.score).ok()).map(Stars::new);
        let until = until.map(huiyin_base::Day::chinese).unwrap_or_default();
        Ok(Some(RatingForm { given, words, form, until }))
    }

    pub(super) async fn telling(&self, tx: &mut Tx, receipt: &Receipt) -> Result<Telling> {
        let site = &self.ctx.site;
        let erased = self.followed.case.erased_day.is_some();
        let open = !erased && self.followed.raised;
        let ways = NoticeChannel::ALL.iter().filter(|way| gateway::offers(site, **way));
        let ways: Vec<Choice> = ways.map(|way| Choice::new(way.as_str(), way.label())).collect();
        let (channel, recipient) = self
            .again("notice")
            .map(|written| (written.channel.clone(), written.recipient.clone()))
            .unwrap_or_default();
        let ask =
            (open && !ways.is_empty() && !matches!(self.case.state, State::Closed | State::Withdrawn)).then(|| {
                (
                    Field::radio("channel", "用什么告诉您", ways).value(channel).required(),
                    Field::text("recipient", "手机号或邮箱").value(recipient).required().within("notice"),
                )
            });
        Ok(Telling {
            bound: self.engine.phone_bound(tx, receipt, &self.followed.case).await?,
            phone: super::follow_phone::field(self.ctx, "", None).filter(|_| !erased),
            notice: self.engine.notice_of(tx, receipt, self.case.at()).await?,
            ask,
        })
    }
}
