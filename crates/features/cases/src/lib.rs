#![doc = include_str!("../README.md")]

mod act;
mod actor;
mod after_rules;
mod answering;
mod cases;
mod categories;
mod clock;
mod conduct;
mod contact;
mod feature;
mod figures;
mod gateway;
mod history;
mod holdings;
mod item;
mod jobs;
mod kind;
mod letters;
mod line;
mod moves;
mod notice;
mod opening;
mod pages;
mod permissions;
mod phone;
mod pressure;
mod privacy;
mod rating;
mod records;
mod reporter;
mod retention;
mod rules;
pub mod store;
mod submit;
mod sweep;
mod transition;
mod tree;
mod words;

pub use act::{Act, Assignment, Posting, Referral, Request};
pub use actor::{Actor, desk_orgs, is_barred};
pub use after_rules::{CodeRules, DeclineReason, RatingReason, RatingRules};
pub use cases::{Cases, Done};
pub use categories::{Categories, Category, SubCategory};
pub use clock::{Moment, next_step, running};
pub use conduct::{Conduct, ConductSection};
pub use feature::feature;
pub use figures::figures;
pub use gateway::tell;
pub use history::{Around, History, Opening, seal_letter, seal_words};
pub use holdings::CaseHoldings;
pub use item::{CaseItem, CaseRef, Channel, Subject, seq_at};
pub use jobs::{REINDEX, jobs};
pub use kind::{Action, Begins, ClockChange, Kind, KindCategory, Outcome, Standing, State, Transition};
pub use letters::Letter;
pub use line::Lines;
pub use notice::{Parcel, news};
pub use phone::{Opened, Phone};
pub use pressure::Pressure;
pub use privacy::{Private, PrivateKind, covered, private_in};
pub use rating::Score;
pub use records::{
    ActorKind, CaseAnswer, CaseErasure, CaseEvent, CaseFollow, CaseMessage, CaseNotice, CaseOwner, CasePhone,
    CasePhoto, CaseRating, CaseRatingPast, Decision, MessageKind, NoticeChannel, PhoneCode, PhotoPart, RatingChannel,
    Sender,
};
pub use reporter::{Followed, Report, ReporterAct};
pub use retention::SEALED;
pub use rules::{
    CaseRules, ClockKind, DeskDays, Escalation, LevelDays, Limits, PauseReason, PauseRules, Reached, Rulebook,
    RulesError, StepAction,
};
pub use submit::{PHOTO_CLEAN, Submission, Submitted};
pub use transition::{Change, Facts, decide, post_of};
pub use words::{Contact, Words, cleaned, limited};
