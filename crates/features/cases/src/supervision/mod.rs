//! Supervision: inspections and what they find, good practice, talks.

mod draws;
mod figures;
mod findings;
mod holdings;
mod ordering;
mod practices;
mod records;
mod rules;
pub mod store;
mod talks;
mod teams;
mod visiting;

pub use draws::{UnitList, draw_faults, frozen, held_draw, seed_sealed};
pub(crate) use figures::figures;
pub(crate) use findings::findings_job;
pub use findings::{FINDINGS, finding_issuing};
pub use holdings::InspectionHoldings;
pub use ordering::{Closing, NewInspection, NewPlan, inspecting_org};
pub use practices::NewPractice;
pub use records::{NewFinding, NewRecord, Recorded};
pub use rules::{InspectionRules, PracticeCategory, SupervisionLimits, SupervisionRules, TalkRules};
pub use talks::{NewTalk, Spoken, talk_decides, talk_sight};
pub use visiting::conflicts;
