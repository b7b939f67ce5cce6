#![doc = include_str!("../README.md")]

mod act;
mod actor;
mod answering;
mod assigning;
mod back;
mod bulk;
mod cases;
mod categories;
mod clock;
mod desk_rules;
mod editing;
mod feature;
mod figures;
mod history;
mod holdings;
mod item;
mod jobs;
mod joint;
mod kind;
mod letters;
mod line;
mod moves;
mod opening;
mod pages;
mod permissions;
mod privacy;
mod records;
mod reporter;
mod rules;
pub mod store;
mod submit;
mod sweep;
mod transition;
mod tree;
mod words;

pub use act::{Act, Assignment, JointTask, Posting, Referral, Request};
pub use actor::{Actor, desk_orgs, is_barred};
pub use assigning::{filled, is_bare, rule_of};
pub use bulk::{BULK, BulkAct, BulkAction, bulk_rows};
pub use cases::{Cases, Done};
pub use categories::{Categories, Category, SubCategory};
pub use clock::{Moment, next_step, running};
pub use desk_rules::{
    BulkRules, DeclineReason, DeskRules, EditRules, FilterRules, JointRules, PresenceRules, QueueRules, ReferralChannel,
};
pub use editing::{Comparison, PieceKind, compare};
pub use feature::feature;
pub use figures::figures;
pub use history::{Around, History, Opening, seal_letter, seal_words};
pub use holdings::CaseHoldings;
pub use item::{CaseItem, CaseRef, Channel, Subject, seq_at};
pub use jobs::{REINDEX, jobs};
pub use kind::{Action, ClockChange, Kind, Outcome, Standing, State, Transition};
pub use letters::Letter;
pub use line::Lines;
pub use privacy::{Private, PrivateKind, covered, private_in};
pub use records::{
    ActorKind, CaseAnswer, CaseEvent, CaseFollow, CaseMessage, CaseOwner, CasePhoto, CaseRating, Decision, MessageKind,
    PhotoPart, RatingChannel, Sender,
};
pub use reporter::{Followed, Report, ReporterAct, Score};
pub use rules::{
    CaseRules, ClockKind, DeskDays, Escalation, LevelDays, Limits, PauseReason, PauseRules, Reached, Rulebook,
    RulesError, StepAction,
};
pub use submit::{PHOTO_CLEAN, Submission, Submitted};
pub use transition::{Change, Facts, decide, post_of};
pub use words::{Contact, Words, cleaned, limited};
