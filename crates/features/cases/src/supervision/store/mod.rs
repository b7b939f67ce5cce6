//! All SQL of supervision.

mod figure;
mod finding;
mod inspection;
mod practice;
mod record;
mod talk;
mod team;
mod unit;

pub(crate) use figure::{
    concentrated, review_counties, review_departments, review_removed, review_talks, rounds, teams, unannounced,
};
pub use finding::{Gravity, InspectionFinding, finding_add, finding_case, finding_list, finding_waiting};
pub use inspection::{
    Burden, Inspection, InspectionFilter, InspectionItem, InspectionKind, burden_list, inspection_add,
    inspection_draws, inspection_find, inspection_get, inspection_give, inspection_list, inspection_lock,
    inspection_nonce, inspection_save, inspections_held, item_add, item_list,
};
pub use practice::{
    Practice, PracticeFilter, practice_add, practice_find, practice_list, practice_nonce, practice_withdraw,
};
pub use record::{
    InspectionMark, InspectionPhoto, InspectionRecord, Verdict, mark_list, photo_list, record_add, record_list,
    record_nonce,
};
pub use talk::{
    BasisKind, Talk, TalkBasis, TalkKind, TalkLook, TalkSight, basis_list, look_add, look_list, talk_add, talk_erase,
    talk_expired, talk_find, talk_list, talk_lock, talk_nonce, talk_save,
};
pub use team::{
    InspectionMember, InspectionPlan, InspectionTeam, crew_add, crew_has, crew_list, member_add, member_list,
    member_remove, plan_add, plan_find, plan_list, team_add, team_end, team_find, team_list,
};
pub use unit::{InspectionUnit, StandingOrg, orgs_standing, unit_add, unit_list, unit_save, visit_list};
