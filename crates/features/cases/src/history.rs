//! A case with its whole history in memory: imports and the demo city let the same rules run over years of work, and
//! write what comes of it in bulk with [`crate::store::history_add_many`].

use huiyin_base::{Id, Problem};
use huiyin_directory::{OrgRef, Viewer};

use crate::opening::{PlaceOf, blank, first_event, follow};
use crate::{
    Act, Actor, CaseAnswer, CaseEvent, CaseFollow, CaseItem, CaseMessage, CaseOwner, CasePhoto, CaseRating, Channel,
    ClockChange, Facts, FieldValue, Lines, Moment, RatingChannel, Rulebook, Subject, decide,
};

/// A case and everything kept beside it.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each field is named after the records it holds")]
pub struct History {
    pub item: CaseItem,
    pub events: Vec<CaseEvent>,
    pub owners: Vec<CaseOwner>,
    pub answers: Vec<CaseAnswer>,
    pub messages: Vec<CaseMessage>,
    pub photos: Vec<CasePhoto>,
    pub ratings: Vec<CaseRating>,
    pub follows: Vec<CaseFollow>,
    pub values: Vec<FieldValue>,
}

/// How a case begins.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The kind's word.
    pub kind: String,
    /// Its id, of the county's region.
    pub id: Id,
    /// Its place in every list: [`crate::seq_at`].
    pub seq: i64,
    /// The county's root organisation.
    pub county: OrgRef,
    /// The township.
    pub township: Option<Id>,
    /// The village or community.
    pub village: Option<Id>,
    /// The category's word.
    pub category: String,
    /// The sub-category's word; may be empty.
    pub sub_category: String,
    /// How it came.
    pub channel: Channel,
    /// Whom it is about.
    pub subject: Option<Subject>,
    /// What was written, sealed.
    pub original: Option<Vec<u8>>,
    /// How to reach its writer, sealed.
    pub contact: Option<Vec<u8>>,
    /// Blind index of the receipt: [`crate::Cases::receipt_hash`]. The caller adds it to the look-up as well.
    pub receipt: Option<[u8; 32]>,
}

/// What an act reads beside the case.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// The lines of every organisation that is spoken of: the actor's, the case's, the request's.
    pub lines: &'a Lines,
    /// The person whom the request names.
    pub assignee: Option<&'a Viewer>,
    /// The case into which the request merges.
    pub merge_into: Option<&'a CaseItem>,
    /// Year and running number, for posting.
    pub number: Option<(i64, i64)>,
    /// Year and close-out number, for accepting an answer.
    pub close_number: Option<(i64, i64)>,
    /// When.
    pub moment: Moment,
}

impl History {
    /// A case as it came in.
    pub fn open(book: &Rulebook, opening: Opening, lines: &Lines, moment: Moment) -> Result<Self, Problem> {
        let kind = book.kind(&opening.kind).ok_or_else(Problem::not_found)?;
        let desk = kind.desk(lines, opening.county, opening.subject.as_ref().map(|subject| subject.org));
        let desk = desk.ok_or_else(|| Problem::invalid("涉及的单位之上没有可以受理的单位。"))?;
        let place = PlaceOf { county: opening.county, township: opening.township, village: opening.village };
        let mut item = blank(&place, desk, opening.seq, opening.id, moment.today);
        (item.kind, item.kind_version) = (kind.name.clone(), kind.version);
        (item.category, item.sub_category, item.channel) = (opening.category, opening.sub_category, opening.channel);
        (item.original, item.contact, item.receipt) = (opening.original, opening.contact, opening.receipt);
        item.followers = i64::from(opening.receipt.is_some());
        item.set_subject(opening.subject);
        book.change_clock(&mut item, ClockChange::Moderate, 0, moment);
        Ok(Self {
            events: vec![CaseEvent {
                public: kind.public,
                ..first_event(&item, &Actor::Reporter, "反映人".into(), moment)
            }],
            follows: opening.receipt.map(|receipt| follow(&item, receipt, moment.today)).into_iter().collect(),
            owners: Vec::new(),
            answers: Vec::new(),
            messages: Vec::new(),
            photos: Vec::new(),
            ratings: Vec::new(),
            values: Vec::new(),
            item,
        })
    }

    /// Whether it was handed down: then it stands in the ledger of its kind.
    pub fn is_issued(&self) -> bool {
        self.events.first().is_some_and(|event| event.kind == crate::Action::Issue)
    }

    /// Lets somebody act on it, by the same rules as in the running city.
    pub fn act(&mut self, book: &Rulebook, act: &Act, actor: &Actor<'_>, around: Around<'_>) -> Result<(), Problem> {
        let facts = Facts {
            moment: around.moment,
            lines: around.lines,
            owners: &self.owners,
            answer: self.answers.last(),
            assignee: around.assignee,
            merge_into: around.merge_into,
            number: around.number,
            close_number: around.close_number,
            values: &self.values,
            assign_due: crate::back::assign_due(&self.events),
        };
        let change = decide(book, &self.item, act, actor, &facts)?;
        self.item = change.after;
        self.events.push(change.event);
        self.owners.extend(change.owner);
        self.messages.extend(change.message);
        for value in change.values {
            self.values.retain(|known| known.field != value.field);
            self.values.push(value);
        }
        if let Some(answer) = change.answer {
            self.answers.retain(|old| old.n != answer.n);
            self.answers.push(answer);
        }
        Ok(())
    }

    /// Rates the standing answer by the reporter's receipt; nothing without a receipt or an answer. The history does not tell:
    /// who handles the case reads it.
    pub fn rate(&mut self, score: i64, moment: Moment) {
        let Some(follower) = self.item.receipt.filter(|_| self.item.answered_day.is_some()) else { return };
        let (region, case_id, answer, day) = (self.item.region, self.item.id, self.item.answers, moment.today);
        if self.ratings.iter().any(|rating| rating.answer == answer) {
            return;
        }
        self.ratings.push(CaseRating {
            region,
            case_id,
            answer,
            follower,
            score,
            comment: None,
            channel: RatingChannel::Receipt,
            account_region: None,
            account: None,
            day,
            own_network: false,
            reasons: String::new(),
        });
        (self.item.rating, self.item.rated_day) = (Some(score), Some(day));
    }
}
