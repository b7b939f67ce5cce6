#![doc = include_str!("../README.md")]

mod act;
mod actor;
mod after_rules;
mod answering;
mod api;
mod assigning;
mod back;
mod bulk;
mod callbacks;
mod case_open;
mod cases;
mod categories;
mod clock;
mod clock_rules;
mod conduct;
mod contact;
mod desk_rules;
pub mod draw;
mod editing;
mod emergency;
mod extension;
mod feature;
mod figures;
mod gateway;
mod handed_in;
mod history;
mod holdings;
mod issuing;
mod item;
mod jobs;
mod joint;
mod kind;
mod kind_field;
mod kind_file;
mod kind_making;
mod kind_shelf;
pub mod ledger;
mod letters;
mod line;
mod lists;
mod moves;
mod names;
mod networks;
mod notes;
mod notice;
mod opening;
mod pages;
mod paper;
mod permissions;
mod phone;
mod pledge;
mod pressure;
mod privacy;
mod rating;
mod recording;
mod records;
mod reporter;
mod retention;
mod roster;
mod rules;
pub mod store;
mod submit;
pub mod supervision;
mod sweep;
mod transition;
mod tree;
mod urgent;
mod words;
pub mod worksheet;

pub use act::{Act, Assignment, JointTask, Posting, Referral, Request};
pub use actor::{Actor, desk_orgs, is_barred};
pub use after_rules::{CodeRules, DeclineReason, RatingReason, RatingRules};
pub use assigning::{filled, is_bare, rule_of};
pub use bulk::{BULK, BulkAct, BulkAction, bulk_rows};
pub use callbacks::{CallResult, check_draws, committed, hold, open_seed};
pub use cases::{Cases, Done};
pub use categories::{Categories, Category, SubCategory};
pub use clock::{Moment, next_step, running};
pub use clock_rules::{CallbackRules, CategoryLimit, ClockRules, CloseNumberRule, ExtensionRules, OwnerLimits};
pub use conduct::{Conduct, ConductSection};
pub use desk_rules::{
    BulkRules, DeskRules, EditRules, FilterRules, JointRules, PresenceRules, QueueRules, ReferralChannel,
};
pub use editing::{Comparison, PieceKind, compare};
pub use emergency::{EmergencyKind, EmergencyRules, EmergencyStep, Told, Urgent};
pub use feature::feature;
pub use figures::figures;
pub use gateway::tell;
pub use history::{Around, History, Opening};
pub use holdings::CaseHoldings;
pub use issuing::{Issue, Issued, Issuing, ReadyIssue, issued_add};
pub use item::{CaseItem, CaseRef, Channel, Subject, seq_at};
pub use jobs::{REINDEX, jobs};
pub use kind::{Action, Begins, ClockChange, Kind, KindCategory, Outcome, Standing, State, Transition, VerifierRule};
pub use kind_field::{FieldOption, FieldType, FieldValue, KindField, MARKED, MOST_TEXT, Value, VoteRule};
pub use kind_file::STATE_SETS;
pub use kind_making::{DESKS, FIELDS, MadeField, MadeKind};
pub use letters::Letter;
pub use line::Lines;
pub use lists::{Breakdown, BreakdownRow, Grown, HANDDOWN, ListRules, NEWS, ParentChange, grown};
pub use notes::Note;
pub use notice::{Parcel, news};
pub use phone::{Opened, Phone};
pub use pledge::{DraftTarget, PledgeDraft, PledgeRules};
pub use pressure::Pressure;
pub use privacy::{Private, PrivateKind, covered, covered_at, private_in, questionable_in};
pub use rating::Score;
pub use records::{
    ActorKind, CaseAnswer, CaseErasure, CaseEvent, CaseFollow, CaseMessage, CaseNotice, CaseOwner, CasePhone,
    CasePhoto, CaseRating, CaseRatingPast, Decision, MessageKind, NoticeChannel, PhoneCode, PhotoPart, RatingChannel,
    Sender,
};
pub use reporter::{Followed, Report, ReporterAct};
pub use retention::SEALED;
pub use roster::{Turn, gaps};
pub use rules::{
    CaseRules, ClockKind, DeskDays, Escalation, FloodRules, LevelDays, Limits, PauseReason, PauseRules, Reached,
    Rulebook, RulesError, StepAction, StepTime,
};
pub use store::{CallState, CallbackDraw, CallbackEntry, CaseNote, RosterEntry};
pub use submit::{Manner, PHOTO_CLEAN, Submission, Submitted};
pub use transition::{Change, Facts, decide, post_of};
pub use words::{Contact, Words, cleaned, limited};
