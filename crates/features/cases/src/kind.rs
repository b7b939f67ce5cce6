//! A kind of case as data: which states it uses, who may move it, what needs a reason, which clocks run.

use std::collections::BTreeMap;

use huiyin_base::Day;
use huiyin_db::text_enum;
use huiyin_directory::{OrgKind, OrgRef, Role};
use serde::Deserialize;

use crate::{KindField, LevelDays, Lines, VoteRule};

text_enum! {
    /// Where a case stands.
    pub enum State {
        Submitted = "submitted" / "待审核",
        Withdrawn = "withdrawn" / "已撤回",
        Declined = "declined" / "未受理",
        Posted = "posted" / "已上墙",
        Assigned = "assigned" / "已交办",
        Signed = "signed" / "已签收",
        InHand = "in_hand" / "办理中",
        Paused = "paused" / "暂缓办理",
        CloseRequested = "close_requested" / "待核验",
        Answered = "answered" / "已答复",
        Closed = "closed" / "已办结",
        Reopened = "reopened" / "重新办理",
        Merged = "merged" / "已合并",
        Referred = "referred" / "已转送",
    }
}

text_enum! {
    /// How a case ended. Only solved counts as solved.
    pub enum Outcome {
        Solved = "solved" / "已解决",
        Explained = "explained" / "已说明",
        NotOurs = "not_ours" / "不属本级职责",
        Duplicate = "duplicate" / "重复反映",
        NotAccepted = "not_accepted" / "未受理",
    }
}

text_enum! {
    /// What is done to a case.
    pub enum Action {
        Submit = "submit" / "提交",
        Issue = "issue" / "下达",
        Record = "record" / "登记进展",
        Post = "post" / "上墙",
        Decline = "decline" / "不予受理",
        Withdraw = "withdraw" / "撤回",
        Appeal = "appeal" / "申请复核",
        Subject = "subject" / "标明涉及单位",
        Edit = "edit" / "修改公开文字",
        Assign = "assign" / "交办",
        Return = "return" / "退回",
        Sign = "sign" / "签收",
        Begin = "begin" / "开始办理",
        Entrust = "entrust" / "换人办理",
        Extend = "extend" / "调整期限",
        Pause = "pause" / "暂缓",
        Resume = "resume" / "恢复办理",
        RequestClose = "request_close" / "申请办结",
        Accept = "accept" / "核验通过",
        Refuse = "refuse" / "核验不通过",
        Object = "object" / "提出异议",
        Close = "close" / "办结",
        Reopen = "reopen" / "重新打开",
        Merge = "merge" / "合并",
        Refer = "refer" / "转送",
        Escalate = "escalate" / "催办",
        AskJoint = "ask_joint" / "申请联合办理",
        AllowJoint = "allow_joint" / "同意联合办理",
        DenyJoint = "deny_joint" / "不同意联合办理",
        Cover = "cover" / "遮挡照片",
        Undo = "undo" / "收回上一步",
        Remind = "remind" / "提醒",
        Message = "message" / "留言",
        Rate = "rate" / "评价",
        AskExtension = "ask_extension" / "申请延期",
        RefuseExtension = "refuse_extension" / "不同意延期",
        Alert = "alert" / "紧急上报",
        Confirm = "confirm" / "紧急处置",
        Calm = "calm" / "取消紧急标记",
        Correct = "correct" / "更正内容",
        Contest = "contest" / "再次提出异议",
        Uphold = "uphold" / "维持答复",
        Contact = "contact" / "查看联系方式",
        Erase = "erase" / "删除个人信息",
        Import = "import" / "台账导入",
        Paper = "paper" / "代录纸质表",
    }
}

text_enum! {
    /// In which standing somebody acts on a case.
    pub enum Standing {
        Reporter = "reporter" / "反映人",
        Desk = "desk" / "受理单位",
        OwnerOrg = "owner_org" / "承办单位",
        Owner = "owner" / "承办人",
        Verifier = "verifier" / "核验人",
        OnCall = "on_call" / "值班人员",
        Reviewer = "reviewer" / "复查单位",
        System = "system" / "系统",
    }
}

text_enum! {
    /// At which desk a case of a kind begins.
    pub enum Begins {
        County = "county" / "县区受理",
        AboveSubject = "above_subject" / "上一级受理",
        Issuer = "issuer" / "单位下达",
    }
}

text_enum! {
    /// Who checks that a case of a kind is done.
    pub enum VerifierRule {
        Above = "above" / "承办单位的上一级",
        Issuer = "issuer" / "下达单位的另一个人",
    }
}

text_enum! {
    /// What a transition does to the clocks.
    pub enum ClockChange {
        Keep = "keep" / "不变",
        Moderate = "moderate" / "审核计时",
        Assign = "assign" / "交办计时",
        Sign = "sign" / "签收计时",
        Answer = "answer" / "答复计时",
        Pause = "pause" / "暂停计时",
        Resume = "resume" / "恢复计时",
        Window = "window" / "异议期",
        Review = "review" / "复查计时",
        Stop = "stop" / "停止计时",
    }
}

impl State {
    /// Still to be done: neither answered nor ended otherwise.
    pub const OPEN: [Self; 8] = [
        Self::Submitted,
        Self::Posted,
        Self::Assigned,
        Self::Signed,
        Self::InHand,
        Self::Paused,
        Self::CloseRequested,
        Self::Reopened,
    ];

    /// The answer is public.
    pub const ECHOED: [Self; 2] = [Self::Answered, Self::Closed];

    /// The state under which lists keep a case: what is closed stays where it was, with the answered. Most of a city's cases are closed
    /// by the clock, and none of their lists has to be written for it.
    #[must_use]
    pub const fn listed(self) -> Self {
        match self {
            Self::Closed => Self::Answered,
            other => other,
        }
    }

    /// Somebody is at work on it.
    pub const WORKING: [Self; 5] = [Self::Assigned, Self::Signed, Self::InHand, Self::CloseRequested, Self::Reopened];

    /// Whether something is still to be done.
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }

    /// Whether a unit has it that was given it: it can be taken from that one and given to another.
    pub const fn is_in_hand(self) -> bool {
        matches!(self, Self::Assigned | Self::Signed | Self::InHand | Self::Paused | Self::Reopened)
    }

    /// Whether exactly one person owns the case in this state.
    pub const fn has_owner(self) -> bool {
        matches!(
            self,
            Self::Signed
                | Self::InHand
                | Self::Paused
                | Self::CloseRequested
                | Self::Answered
                | Self::Closed
                | Self::Reopened
        )
    }

    /// Whether an outcome stands in this state.
    pub const fn has_outcome(self) -> bool {
        matches!(self, Self::Declined | Self::Answered | Self::Closed | Self::Merged | Self::Referred)
    }

    /// Whether the public may see a case in this state.
    pub const fn is_public(self) -> bool {
        !matches!(self, Self::Submitted | Self::Withdrawn | Self::Declined)
    }
}

/// One kind of case, at one version.
#[derive(Clone, Debug, PartialEq)]
pub struct Kind {
    /// Its word: `problem`.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// Frozen once used.
    pub version: i64,
    /// The first day it is in force.
    pub from: Day,
    /// The public sees it from posting on.
    pub public: bool,
    /// Its answers are rated.
    pub rated: bool,
    /// Of what is handed down: everybody may read its ledger, without the words that officials write for each other.
    pub public_ledger: bool,
    /// At which desk its cases begin.
    pub begins: Begins,
    /// What a case of it may be about; empty where `rules/problem-categories.toml` says it.
    pub categories: Vec<KindCategory>,
    /// Who checks that it is done.
    pub verifier: VerifierRule,
    /// What is kept of it beside title and text.
    pub fields: Vec<KindField>,
    /// Working days to sign and to answer, where they are not those of `rules/cases.toml`.
    pub clocks: Vec<(Vec<OrgKind>, LevelDays)>,
    /// How its close-out number is written, where `rules/case-clocks.toml` does not say it.
    pub close_number: Option<String>,
    /// Calendar days from the answer until it is closed, where they are not those of objections.
    pub window: Option<i64>,
    /// The vote by which it is accepted.
    pub vote: Option<VoteRule>,
    /// What its states are called, where they are not called as those of a problem.
    pub labels: BTreeMap<State, String>,
    /// Its printed form: these fields, in this order.
    pub print: Vec<String>,
    /// Which roles a standing needs.
    pub who: BTreeMap<Standing, Vec<Role>>,
    /// The one table of what may happen.
    pub transitions: Vec<Transition>,
    /// The file as it was read, kept with the frozen version.
    pub text: String,
}

/// One thing that a case of a kind may be about.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindCategory {
    /// Its word.
    pub id: String,
    /// What people read.
    pub label: String,
    /// What is meant, for whoever chooses.
    #[serde(default)]
    pub hint: String,
}

/// One row of the transition table.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    /// What is done.
    pub action: Action,
    /// In which states it may be done.
    pub from: Vec<State>,
    /// The state after it; none leaves the state as it is.
    pub to: Option<State>,
    /// Any of these may do it.
    pub who: Vec<Standing>,
    /// It needs a reason.
    pub reason: bool,
    /// The public sees it in the history.
    pub public: bool,
    /// What may stand as the outcome after it.
    pub outcome: Vec<Outcome>,
    /// What it does to the clocks.
    pub clock: ClockChange,
}

impl Kind {
    /// The row for an action in a state, if it is allowed there.
    pub fn transition(&self, action: Action, state: State) -> Option<&Transition> {
        self.transitions.iter().find(|row| row.action == action && row.from.contains(&state))
    }

    /// Whether the public reads of this action in this state, and so the reason that is given for it.
    pub fn is_told(&self, action: Action, state: State) -> bool {
        self.transition(action, state).is_some_and(|row| row.public)
    }

    /// What may be done in a state, whoever asks.
    pub fn actions(&self, state: State) -> impl Iterator<Item = &Transition> {
        self.transitions.iter().filter(move |row| row.from.contains(&state))
    }

    /// The roles that a standing needs.
    pub fn roles(&self, standing: Standing) -> &[Role] {
        self.who.get(&standing).map_or(&[], Vec::as_slice)
    }

    /// The desk at which a case of this kind begins.
    pub fn desk(&self, lines: &Lines, county: OrgRef, subject: Option<OrgRef>) -> Option<OrgRef> {
        match (self.begins, subject) {
            (Begins::AboveSubject, Some(subject)) => lines.above(subject).next(),
            // Only `issue` makes one, and names its desk.
            (Begins::Issuer, _) => None,
            _ => lines.desk(county, subject),
        }
    }

    /// What people call a category of this kind; none where the categories of problems hold.
    pub fn category(&self, id: &str) -> Option<&str> {
        self.categories.iter().find(|category| category.id == id).map(|category| category.label.as_str())
    }

    /// What a state of it is called.
    pub fn state_label(&self, state: State) -> &str {
        self.labels.get(&state).map_or(state.label(), String::as_str)
    }

    /// A field by its word.
    pub fn field(&self, id: &str) -> Option<&KindField> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// What everybody may read of it, beside the votes: in the order of the public ledger.
    pub fn public_columns(&self) -> Vec<&str> {
        let own = self.fields.iter().filter(|field| field.public).map(|field| field.label.as_str());
        ["名称", "承办单位"].into_iter().chain(own).chain(["状态（含销号编号、核验岗位）", "完成", "期限"]).collect()
    }

    /// Whether a field holds votes: they are entered before it is struck off, not when it is handed down.
    pub fn counts_votes(&self, id: &str) -> bool {
        self.vote
            .as_ref()
            .is_some_and(|vote| [&vote.favour, &vote.against, &vote.abstained].iter().any(|field| *field == id))
    }

    /// Working days of an owner of this kind, where the kind has days of its own.
    pub fn days(&self, kind: OrgKind) -> Option<LevelDays> {
        self.clocks.iter().find(|(kinds, _)| kinds.contains(&kind)).map(|(_, days)| *days)
    }

    /// Whether it is handed down by a unit: then it stands in a ledger of its own.
    pub fn is_issued(&self) -> bool {
        self.begins == Begins::Issuer
    }

    /// Whether the rules of `text` are these, whatever stands in their comments.
    pub fn says_the_same(&self, text: &str) -> bool {
        Self::parse(text).is_ok_and(|other| Self { text: self.text.clone(), ..other } == *self)
    }
}
