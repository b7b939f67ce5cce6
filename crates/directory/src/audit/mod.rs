//! Who did what, when, with what result: appended freely, sealed into a chain by a job, cut after its time.

mod chain;

use huiyin_base::{Id, Instant, Region, Rng};
use huiyin_db::{Result, Tx, row, text_enum};

use crate::AccountRef;
use crate::store::audit_event_add;

pub use chain::{Sealed, check, cut, seal};

text_enum! {
    /// What an event is about.
    pub enum AuditKind {
        SignIn = "sign_in" / "登录",
        SignOut = "sign_out" / "退出",
        Password = "password" / "修改密码",
        SecondFactor = "second_factor" / "两步验证",
        Activation = "activation" / "激活账号",
        Recovery = "recovery" / "找回账号",
        AccountChange = "account_change" / "账号变更",
        RightsChange = "rights_change" / "权限变更",
        Handover = "handover" / "工作移交",
        Refusal = "refusal" / "拒绝访问",
        SensitiveLook = "sensitive_look" / "查看敏感信息",
        Export = "export" / "导出",
        Import = "import" / "导入",
        Moderation = "moderation" / "审核",
        DataRequest = "data_request" / "个人信息申请",
        Retention = "retention" / "到期清理",
        Setting = "setting" / "系统设置",
        Supervision = "supervision" / "督查",
    }
}

text_enum! {
    /// How an event ended.
    pub enum AuditOutcome {
        Done = "done" / "完成",
        Refused = "refused" / "被拒绝",
        Failed = "failed" / "失败",
    }
}

/// An event to be recorded. Its sentence names no personal data: it says what kind, the id says who.
#[derive(Clone, Debug)]
pub struct Event {
    /// The event. Its region is where it is kept: that of the account which acts, or of the person who was looked at.
    pub id: Id,
    /// Real time.
    pub at: Instant,
    /// What it is about.
    pub kind: AuditKind,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// Who acted, where somebody was signed in.
    pub account: Option<Id>,
    /// What it concerned: a word and an id or number.
    pub subject: Option<String>,
    /// One short sentence.
    pub detail: String,
}

impl Event {
    /// An event that went well. `real_now` is real time, not that of the demo.
    pub fn new(region: Region, kind: AuditKind, real_now: Instant, rng: &mut Rng) -> Self {
        Self {
            id: Id::new(region, real_now, rng),
            at: real_now,
            kind,
            outcome: AuditOutcome::Done,
            account: None,
            subject: None,
            detail: String::new(),
        }
    }

    /// Who acted.
    #[must_use]
    pub fn by(mut self, account: AccountRef) -> Self {
        self.account = Some(account.id);
        self
    }

    /// What it concerned: `about("person", id)`.
    #[must_use]
    pub fn about(mut self, word: &str, what: impl std::fmt::Display) -> Self {
        self.subject = Some(subject(word, what));
        self
    }

    /// One short sentence without personal data.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// It ended otherwise.
    #[must_use]
    pub fn ended(mut self, outcome: AuditOutcome) -> Self {
        self.outcome = outcome;
        self
    }
}

/// A subject as it is stored: `person:018f…`.
pub fn subject(word: &str, what: impl std::fmt::Display) -> String {
    format!("{word}:{what}")
}

/// Appends an event in the transaction of what it tells about.
pub async fn record(tx: &mut Tx, event: &Event) -> Result<()> {
    audit_event_add(tx, event).await
}

row! {
    /// An event as it is kept.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AuditEntry {
        /// The event.
        pub id: Id,
        /// When.
        pub at: Instant,
        /// What it is about.
        pub kind: AuditKind,
        /// How it ended.
        pub outcome: AuditOutcome,
        /// Who acted.
        pub account: Option<Id>,
        /// What it concerned.
        pub subject: Option<String>,
        /// One short sentence.
        pub detail: String,
        /// The seal that covers it; none in the unsealed tail.
        pub seal: Option<i64>,
    }
}

row! {
    /// A link of the chain.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AuditSeal {
        /// From 1, without gaps.
        pub seal: i64,
        /// When it was set.
        pub at: Instant,
        /// How many events it covers.
        pub events: i64,
        /// The head before it.
        pub previous: Vec<u8>,
        /// The MAC over the head before it and its events.
        pub head: Vec<u8>,
        /// The MAC of a cut: everything up to here is gone.
        pub cut: Option<Vec<u8>>,
    }
}
