//! Who may ask for what. Whether he may do it to this case is decided by the engine, under the row lock.

use huiyin_directory::Role;
use huiyin_web::api::ApiScope;
use huiyin_web::{Who, permissions};

/// Everybody who works on cases or looks after those who do.
const STAFF: &[Role] = &[
    Role::BranchSecretary,
    Role::CaseOfficer,
    Role::TownshipStaff,
    Role::CountyStaff,
    Role::CityStaff,
    Role::Inspector,
];
/// Those who moderate and assign: problems at the county or above it; what is about a village, such as a burden, at its township.
pub(crate) const DESK: &[Role] = &[Role::TownshipStaff, Role::CountyStaff, Role::CityStaff];
/// Those who keep a county's roster, rules and templates, call back, and say which networks are whose.
pub(crate) const KEEPERS: &[Role] = &[Role::CountyStaff, Role::CityStaff];
/// Those whose organisation may own a case.
pub(crate) const OWNERS: &[Role] =
    &[Role::CaseOfficer, Role::BranchSecretary, Role::TownshipStaff, Role::CountyStaff, Role::CityStaff];
/// Those at a counter: of a village, a township or the county.
const COUNTER: &[Role] = &[Role::BranchSecretary, Role::CaseOfficer, Role::TownshipStaff, Role::CountyStaff];
/// Those who bring an office's own ledger: the county's, into their county.
const IMPORTERS: &[Role] = &[Role::CountyStaff];
/// Those who hand work down to others; an inspector what he found.
pub(crate) const ISSUERS: &[Role] =
    &[Role::CaseOfficer, Role::TownshipStaff, Role::CountyStaff, Role::CityStaff, Role::Inspector];
/// Those who may verify: above the owner, or where it was handed down.
pub(crate) const VERIFIERS: &[Role] =
    &[Role::CaseOfficer, Role::TownshipStaff, Role::CountyStaff, Role::CityStaff, Role::Inspector];

/// Those whose organisation may stand in a pledge, and those who inspect: the city, the counties, the city's departments.
pub(crate) const PLEDGED: &[Role] = &[Role::CaseOfficer, Role::CountyStaff, Role::CityStaff, Role::Inspector];
/// Those who sign for their organisation.
const SIGNERS: &[Role] = &[Role::CaseOfficer, Role::CountyStaff, Role::CityStaff];
/// Those who order inspections, go there, and put good practice into the library.
pub(crate) const INSPECTS: &[Role] = &[Role::CountyStaff, Role::CityStaff, Role::Inspector];
/// Those who go along in a team.
pub(crate) const TEAMS: &[Role] = &[Role::TownshipStaff, Role::CountyStaff, Role::CityStaff, Role::Inspector];

permissions! {
    pub PledgeSee = "pledge_see", "查看责任书", Who::Roles(PLEDGED);
    pub PledgeMake = "pledge_make", "起草责任书", Who::Roles(KEEPERS);
    pub PledgeSign = "pledge_sign", "签署责任书", Who::Roles(SIGNERS);
    pub ListSee = "list_see", "查看三张清单", Who::Roles(STAFF);
    pub ListBreak = "list_break", "分解任务", Who::Roles(OWNERS);
    pub CaseSee = "case_see", "查看问题台账", Who::Roles(STAFF);
    pub CaseExport = "case_export", "导出问题台账", Who::Roles(STAFF);
    pub CaseModerate = "case_moderate", "审核、交办事项", Who::Roles(DESK);
    pub CaseIntake = "case_intake", "代群众录入问题", Who::Roles(COUNTER);
    pub CaseSettings = "case_settings", "维护交办规则和答复模板", Who::Roles(KEEPERS);
    pub CaseHandle = "case_handle", "办理问题", Who::Roles(OWNERS);
    pub ProblemPost = "problem_post", "代居民提交问题", Who::Clients(ApiScope::Post);
    pub CaseRoster = "case_roster", "安排紧急情况值班", Who::Roles(KEEPERS);
    pub CaseCallback = "case_callback", "电话回访", Who::Roles(KEEPERS);
    pub CaseVerify = "case_verify", "核验办理结果", Who::Roles(VERIFIERS);
    pub PaperEnter = "paper_enter", "代录纸质评分和异议", Who::Roles(STAFF);
    pub InspectionSee = "inspection_see", "查看督查", Who::Roles(STAFF);
    pub InspectionOrder = "inspection_order", "安排督查", Who::Roles(INSPECTS);
    pub InspectionRecord = "inspection_record", "写现场记录", Who::Roles(TEAMS);
    pub PracticeKeep = "practice_keep", "收录好做法", Who::Roles(INSPECTS);
    pub TalkHold = "talk_hold", "登记谈话", Who::Roles(KEEPERS);
    pub TalkDecide = "talk_decide", "答复谈话申诉", Who::Roles(&[Role::CityStaff]);
    pub CaseIssue = "case_issue", "下达事项", Who::Roles(ISSUERS);
    pub CaseDirect = "case_direct", "改派、调整、收回交办的事项", Who::Roles(ISSUERS);
    pub KindMake = "kind_make", "设置事项种类", Who::Roles(&[Role::SystemAdmin]);
    pub CaseImport = "case_import", "导入台账", Who::Roles(IMPORTERS);
}

/// Those who are offered to enter a report for somebody.
pub(crate) const ENTERS: &[Role] = COUNTER;

/// The roles whose reach decides which cases are found.
pub(crate) const SEES: &[Role] = STAFF;
