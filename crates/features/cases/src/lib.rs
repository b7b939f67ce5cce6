#![doc = include_str!("../README.md")]

mod act;
mod actor;
mod answering;
mod callbacks;
mod cases;
mod categories;
mod clock;
mod clock_rules;
pub mod draw;
mod emergency;
mod extension;
mod feature;
mod figures;
mod history;
mod holdings;
mod item;
mod jobs;
mod kind;
mod letters;
mod line;
mod moves;
mod networks;
mod notes;
mod opening;
mod pages;
mod permissions;
mod privacy;
mod records;
mod reporter;
mod roster;
mod rules;
pub mod store;
mod submit;
mod sweep;
mod transition;
mod tree;
mod urgent;
mod words;

pub use act::{Act, Assignment, Posting, Referral, Request};
pub use actor::{Actor, desk_orgs, is_barred};
pub use callbacks::{CallResult, check_draws, committed, hold, open_seed};
pub use cases::{Cases, Done};
pub use categories::{Categories, Category, SubCategory};
pub use clock::{Moment, next_step, running};
pub use clock_rules::{CallbackRules, CategoryLimit, ClockRules, CloseNumberRule, ExtensionRules, OwnerLimits};
pub use emergency::{EmergencyKind, EmergencyRules, EmergencyStep, Told, Urgent};
pub use feature::feature;
pub use figures::figures;
pub use history::{Around, History, Opening, seal_letter, seal_words};
pub use holdings::CaseHoldings;
pub use item::{CaseItem, CaseRef, Channel, Subject, seq_at};
pub use jobs::{REINDEX, jobs};
pub use kind::{Action, ClockChange, Kind, Outcome, Standing, State, Transition};
pub use letters::Letter;
pub use line::Lines;
pub use notes::Note;
pub use privacy::{Private, PrivateKind, covered, private_in};
pub use records::{
    ActorKind, CaseAnswer, CaseEvent, CaseFollow, CaseMessage, CaseOwner, CasePhoto, CaseRating, Decision, MessageKind,
    PhotoPart, RatingChannel, Sender,
};
pub use reporter::{Followed, Report, ReporterAct, Score};
pub use roster::{Turn, gaps};
pub use rules::{
    CaseRules, ClockKind, DeskDays, Escalation, LevelDays, Limits, PauseReason, PauseRules, Reached, Rulebook,
    RulesError, StepAction, StepTime,
};
pub use store::{CallState, CallbackDraw, CallbackEntry, CaseNote, RosterEntry};
pub use submit::{PHOTO_CLEAN, Submission, Submitted};
pub use transition::{Change, Facts, decide, post_of};
pub use words::{Contact, Words, cleaned, limited};
