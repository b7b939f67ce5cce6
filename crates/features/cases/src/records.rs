//! What is kept beside a case: its history, owners, answers, messages, photos, ratings, followers.

use huiyin_base::{Day, Id, Instant, Region};
use huiyin_db::text_enum;

use crate::store::stored::stored;
use crate::{Action, Outcome, State};

text_enum! {
    /// Who acted.
    pub enum ActorKind {
        Reporter = "reporter" / "反映人",
        Staff = "staff" / "工作人员",
        System = "system" / "系统",
    }
}

text_enum! {
    /// What became of an answer.
    pub enum Decision {
        Waiting = "waiting" / "待核验",
        Accepted = "accepted" / "已通过",
        Refused = "refused" / "未通过",
    }
}

text_enum! {
    /// Who wrote a message.
    pub enum Sender {
        Reporter = "reporter" / "反映人",
        Officer = "officer" / "承办单位",
    }
}

text_enum! {
    /// What a message is.
    pub enum MessageKind {
        Message = "message" / "留言",
        Objection = "objection" / "异议",
        Appeal = "appeal" / "复核申请",
    }
}

text_enum! {
    /// To what a photo belongs.
    pub enum PhotoPart {
        Report = "report" / "反映",
        Answer = "answer" / "答复",
    }
}

text_enum! {
    /// How a rating came.
    pub enum RatingChannel {
        Receipt = "receipt" / "凭回执",
        Paper = "paper" / "纸质表",
    }
}

stored! {
    /// One thing that happened, and how the case stood after it. Never changed.
    #[derive(Clone, Debug, PartialEq)]
    pub struct CaseEvent in "case_event" {
        fixed {
            region: Region,
            case_id: Id,
            n: i64,
            kind: Action,
            from_state: Option<State>,
            to_state: State,
            outcome: Option<Outcome>,
            owner_region: Region,
            owner_org: Id,
            due_day: Option<Day>,
            actor: ActorKind,
            account_region: Option<Region>,
            account: Option<Id>,
            org_region: Option<Region>,
            org: Option<Id>,
            post: String,
            reason: Option<String>,
            public: bool,
            at: Instant,
            day: Day,
        }
        moving {}
    }
}

stored! {
    /// Somebody who owned the case as a person.
    #[derive(Clone, Debug, PartialEq)]
    pub struct CaseOwner in "case_owner" {
        fixed {
            region: Region,
            case_id: Id,
            n: i64,
            account_region: Region,
            account: Id,
            org_region: Region,
            org: Id,
            from_day: Day,
        }
        moving {}
    }
}

stored! {
    /// An answer, asked to be public and decided by a verifier.
    #[derive(Clone, Debug, PartialEq)]
    pub struct CaseAnswer in "case_answer" {
        fixed {
            region: Region,
            case_id: Id,
            n: i64,
            text: String,
            outcome: Outcome,
            account_region: Option<Region>,
            account: Option<Id>,
            post: String,
            requested_day: Day,
            decision: Decision,
            verifier_region: Option<Region>,
            verifier: Option<Id>,
            verifier_post: Option<String>,
            decided_day: Option<Day>,
        }
        moving {}
    }
}

stored! {
    /// A message between the reporter and the officer. The body is sealed.
    #[derive(Clone, Debug, PartialEq)]
    pub struct CaseMessage in "case_message" {
        fixed {
            region: Region,
            case_id: Id,
            n: i64,
            sender: Sender,
            kind: MessageKind,
            body: Vec<u8>,
            account_region: Option<Region>,
            account: Option<Id>,
            post: String,
            at: Instant,
            day: Day,
        }
        moving {}
    }
}

stored! {
    /// A photo of a case.
    #[derive(Clone, Debug, PartialEq)]
    pub struct CasePhoto in "case_photo" {
        fixed {
            region: Region,
            case_id: Id,
            file: Id,
            part: PhotoPart,
            position: i64,
            public: bool,
            day: Day,
            covers: Option<Id>,
        }
        moving {}
    }
}

stored! {
    /// The rating of one answer by one receipt, as it stands.
    #[derive(Clone, Debug, PartialEq)]
    pub struct CaseRating in "case_rating" {
        fixed {
            region: Region,
            case_id: Id,
            answer: i64,
            follower: [u8; 32],
            score: i64,
            comment: Option<Vec<u8>>,
            channel: RatingChannel,
            account_region: Option<Region>,
            account: Option<Id>,
            day: Day,
            own_network: bool,
            reasons: String,
        }
        moving {}
    }
}

stored! {
    /// What a rating was before it was changed. Never changed itself.
    #[derive(Clone, Debug, PartialEq)]
    pub struct CaseRatingPast in "case_rating_past" {
        fixed {
            region: Region,
            case_id: Id,
            answer: i64,
            follower: [u8; 32],
            n: i64,
            score: i64,
            reasons: String,
            comment: Option<Vec<u8>>,
            channel: RatingChannel,
            account_region: Option<Region>,
            account: Option<Id>,
            day: Day,
        }
        moving {}
    }
}

text_enum! {
    /// How somebody is told of news.
    pub enum NoticeChannel {
        Sms = "sms" / "短信",
        Email = "email" / "邮件",
    }
}

stored! {
    /// A telephone number that opens a case instead of its receipt. Number and receipt are sealed.
    #[derive(Clone, Debug, PartialEq)]
    pub struct CasePhone in "case_phone" {
        fixed {
            region: Region,
            case_id: Id,
            follower: [u8; 32],
            number: [u8; 32],
            phone: Vec<u8>,
            receipt: Vec<u8>,
            since_day: Day,
        }
        moving {}
    }
}

/// A code on its way to a telephone number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneCode {
    /// The house's own region.
    pub region: Region,
    /// Blind index of the number.
    pub number: [u8; 32],
    /// Blind index of the code.
    pub code: [u8; 32],
    /// Wrong ones so far.
    pub tries: i64,
    /// Until when it is good.
    pub expires_at: Instant,
}

stored! {
    /// Who asked to be told of news of his case. The recipient is sealed.
    #[derive(Clone, Debug, PartialEq)]
    pub struct CaseNotice in "case_notice" {
        fixed {
            region: Region,
            case_id: Id,
            follower: [u8; 32],
            channel: NoticeChannel,
            recipient: Vec<u8>,
            since_day: Day,
            pending: Option<Action>,
        }
        moving {}
    }
}

stored! {
    /// What was removed of a case when its time was over.
    #[derive(Clone, Debug, PartialEq)]
    pub struct CaseErasure in "case_erasure" {
        fixed {
            region: Region,
            case_id: Id,
            day: Day,
            what: String,
            n: i64,
        }
        moving {}
    }
}

stored! {
    /// A receipt that follows a case.
    #[derive(Clone, Debug, PartialEq)]
    pub struct CaseFollow in "case_follow" {
        fixed {
            region: Region,
            case_id: Id,
            follower: [u8; 32],
            raised: bool,
            via: Id,
            since_day: Day,
        }
        moving {}
    }
}
