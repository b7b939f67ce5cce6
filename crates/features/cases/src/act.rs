//! What somebody asks of a case.

use huiyin_base::{Day, Id};
use huiyin_directory::{AccountRef, OrgRef};

use crate::{Action, CaseRef, FieldValue, Outcome, Subject};

/// A request with its reason. Whatever is random, slow or secret in it was made before.
#[derive(Clone, Debug)]
pub struct Act {
    /// What is to be done.
    pub request: Request,
    /// Why, in words the public may read where the action is public. Empty where none is needed.
    pub reason: String,
    /// How many events the case had when whoever acts looked at it; none where nobody did, or where it makes no difference.
    pub seen: Option<i64>,
}

impl Act {
    /// The act of somebody who looked at the case when it had so many events: another's in between is not undone unawares.
    #[must_use]
    pub fn seen(self, events: Option<i64>) -> Self {
        Self { seen: events, ..self }
    }
}

/// What is to be done.
#[derive(Clone, Debug)]
pub enum Request {
    /// Puts the case on the wall.
    Post(Posting),
    /// Does not accept it; it may be appealed once.
    Decline,
    /// Takes it back before anybody decided.
    Withdraw,
    /// Asks the level above to look again at a declined case. The sealed words.
    Appeal(Vec<u8>),
    /// Says whom the case is about.
    Subject(Option<Subject>),
    /// Changes the public text; the original stays.
    Edit {
        /// The public title.
        title: String,
        /// The public text.
        text: String,
        /// The [`text_mark`](crate::text_mark) of what was changed; none where nobody looked at it.
        over: Option<String>,
    },
    /// Gives it to an organisation, and to a person there where one is named.
    Assign(Assignment),
    /// Not ours.
    Return,
    /// Takes it on: from now on it has one owner.
    Sign,
    /// Begins the work.
    Begin,
    /// Hands it to another person of the owning organisation.
    Entrust(AccountRef),
    /// Sets another deadline.
    Extend(Day),
    /// Lets it rest for a listed reason.
    Pause {
        /// The reason's word in `rules/cases.toml`.
        reason: String,
        /// Until when, if sooner than the reason allows.
        until: Option<Day>,
    },
    /// Goes on.
    Resume,
    /// Asks to close with an answer.
    RequestClose {
        /// Solved, or explained.
        outcome: Outcome,
        /// The public answer.
        text: String,
        /// Photos that belong to the answer.
        photos: Vec<Id>,
    },
    /// The verifier accepts: the answer is public.
    Accept,
    /// The verifier does not accept.
    Refuse,
    /// Whoever raised it is not satisfied. The sealed words.
    Object(Vec<u8>),
    /// Before anybody decided, he wrote it anew. Sealed; the words themselves are written with it.
    Correct(Vec<u8>),
    /// He is not satisfied a second time: the county decides. The sealed words.
    Contest(Vec<u8>),
    /// The county finds the answer right; the reason is public.
    Uphold,
    /// The time for objections is over.
    Close,
    /// Opens it again.
    Reopen,
    /// It is the same as another case of the county.
    Merge(CaseRef),
    /// It goes elsewhere.
    Refer(Referral),
    /// A clock's next step.
    Escalate,
    /// The owner asks for a longer time to answer, up to this day.
    AskExtension(Day),
    /// The desk does not grant it.
    RefuseExtension,
    /// Nobody has dealt with an emergency yet: the next are told.
    Alert,
    /// Somebody deals with an emergency; the reason says what was done.
    Confirm,
    /// It is no emergency.
    Calm,
    /// Shows a photo with places covered instead of the one it was made from, which nobody but its handlers sees again.
    Cover {
        /// The photo as it came.
        photo: Id,
        /// The covered copy, whose file is written with the act.
        by: Id,
    },
    /// Asks that several units take a part.
    AskJoint(Vec<JointTask>),
    /// The county agrees: the parts are made with the act.
    AllowJoint,
    /// The county does not.
    DenyJoint,
    /// Takes back an assignment that is not signed, or a signature before the work.
    Undo,
    /// A word to whoever must act.
    Remind,
    /// Fills in fields of the kind; the reason is a line on how things go.
    Record(Vec<FieldValue>),
}

/// How a case is put on the wall.
#[derive(Clone, Debug)]
pub struct Posting {
    /// The public title.
    pub title: String,
    /// The public text.
    pub text: String,
    /// It differs from what was written.
    pub edited: bool,
    /// The category's word.
    pub category: String,
    /// The sub-category's word; may be empty.
    pub sub_category: String,
    /// The photos that the public may see.
    pub photos: Vec<Id>,
}

/// Goal, owner and deadline.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The owning organisation.
    pub to: OrgRef,
    /// The person; none lets the organisation decide who signs.
    pub account: Option<AccountRef>,
    /// What is to be reached; public.
    pub goal: String,
    /// The day to answer by; none takes the level's working days from signing.
    pub deadline: Option<Day>,
}

/// What one unit is to do of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JointTask {
    /// The unit.
    pub unit: OrgRef,
    /// Its part, in words the public will read.
    pub task: String,
}

/// Where a case goes.
#[derive(Clone, Debug)]
pub enum Referral {
    /// The number of a 12345 ticket or of a petition, with its office.
    Number(String),
    /// A linked new case of another county.
    County(CaseRef),
}

impl Request {
    /// The row of the transition table it belongs to.
    pub const fn action(&self) -> Action {
        match self {
            Self::Post(_) => Action::Post,
            Self::Decline => Action::Decline,
            Self::Withdraw => Action::Withdraw,
            Self::Appeal(_) => Action::Appeal,
            Self::Subject(_) => Action::Subject,
            Self::Edit { .. } => Action::Edit,
            Self::Assign(_) => Action::Assign,
            Self::Return => Action::Return,
            Self::Sign => Action::Sign,
            Self::Begin => Action::Begin,
            Self::Entrust(_) => Action::Entrust,
            Self::Extend(_) => Action::Extend,
            Self::Pause { .. } => Action::Pause,
            Self::Resume => Action::Resume,
            Self::RequestClose { .. } => Action::RequestClose,
            Self::Accept => Action::Accept,
            Self::Refuse => Action::Refuse,
            Self::Object(_) => Action::Object,
            Self::Correct(_) => Action::Correct,
            Self::Contest(_) => Action::Contest,
            Self::Uphold => Action::Uphold,
            Self::Close => Action::Close,
            Self::Reopen => Action::Reopen,
            Self::Merge(_) => Action::Merge,
            Self::Refer(_) => Action::Refer,
            Self::Escalate => Action::Escalate,
            Self::AskExtension(_) => Action::AskExtension,
            Self::RefuseExtension => Action::RefuseExtension,
            Self::Alert => Action::Alert,
            Self::Confirm => Action::Confirm,
            Self::Calm => Action::Calm,
            Self::Cover { .. } => Action::Cover,
            Self::AskJoint(_) => Action::AskJoint,
            Self::AllowJoint => Action::AllowJoint,
            Self::DenyJoint => Action::DenyJoint,
            Self::Undo => Action::Undo,
            Self::Remind => Action::Remind,
            Self::Record(_) => Action::Record,
        }
    }
}

impl From<Request> for Act {
    fn from(request: Request) -> Self {
        Self { request, reason: String::new(), seen: None }
    }
}

impl Request {
    /// The request with its reason.
    pub fn because(self, reason: impl Into<String>) -> Act {
        Act { request: self, reason: reason.into(), seen: None }
    }
}
