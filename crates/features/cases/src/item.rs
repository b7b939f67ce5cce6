//! A case as it stands now, and what its parts refer to.

use huiyin_base::{Day, Id, Instant, Region, Rng};
use huiyin_db::text_enum;
use huiyin_directory::{AccountRef, OrgRef};

use crate::store::stored::stored;
use crate::{Action, Outcome, State, Urgent};

text_enum! {
    /// How a case came in.
    pub enum Channel {
        Web = "web" / "网上",
        Paper = "paper" / "书面",
        Phone = "phone" / "电话",
        Counter = "counter" / "窗口",
        Helper = "helper" / "代办",
        Inspection = "inspection" / "督查",
        Referral = "referral" / "外县转来",
        Import = "import" / "导入",
        Program = "program" / "接口代提",
        Issued = "issued" / "下达",
    }
}

stored! {
    /// A case. Its original text and contact are sealed; the public reads `title` and `text`.
    #[derive(Clone, Debug, PartialEq)]
    pub struct CaseItem in "case_item" {
        fixed {
            region: Region,
            id: Id,
            seq: i64,
            kind: String,
            kind_version: i64,
            channel: Channel,
            county: Id,
            original: Option<Vec<u8>>,
            contact: Option<Vec<u8>>,
            receipt: Option<[u8; 32]>,
            submitted_day: Day,
            origin_region: Option<Region>,
            origin_id: Option<Id>,
        }
        moving {
            township: Option<Id>,
            village: Option<Id>,
            number_year: Option<i64>,
            number_n: Option<i64>,
            state: State,
            outcome: Option<Outcome>,
            category: String,
            sub_category: String,
            title: String,
            text: String,
            edited: bool,
            subject_region: Option<Region>,
            subject: Option<Id>,
            subject_office: Option<String>,
            desk_region: Region,
            desk: Id,
            owner_region: Region,
            owner_org: Id,
            owner_account_region: Option<Region>,
            owner_account: Option<Id>,
            goal: String,
            verify_region: Option<Region>,
            verify_org: Option<Id>,
            verifier_region: Option<Region>,
            verifier: Option<Id>,
            escalated_region: Option<Region>,
            escalated_org: Option<Id>,
            posted_day: Option<Day>,
            posted_month: Option<Day>,
            assigned_day: Option<Day>,
            signed_day: Option<Day>,
            answered_day: Option<Day>,
            closed_day: Option<Day>,
            due_sign: Option<Day>,
            due_answer: Option<Day>,
            due_verify: Option<Day>,
            answer_from: Option<Day>,
            answer_days: i64,
            paused_days: i64,
            pause_reason: Option<String>,
            paused_day: Option<Day>,
            pause_until: Option<Day>,
            due_day: Option<Day>,
            reminded_day: Option<Day>,
            next_clock: Option<Instant>,
            next_step: i64,
            objected_times: i64,
            review_region: Option<Region>,
            review_org: Option<Id>,
            erased_day: Option<Day>,
            rating: Option<i64>,
            rated_day: Option<Day>,
            returned_times: i64,
            reopened_times: i64,
            paused_times: i64,
            appealed: bool,
            followers: i64,
            parent: Option<Id>,
            path: String,
            children_open: i64,
            merged_into: Option<Id>,
            referred_region: Option<Region>,
            referred_id: Option<Id>,
            referred_number: Option<String>,
            events: i64,
            answers: i64,
            messages: i64,
            photos: i64,
            due_at: Option<Instant>,
            clock_days: i64,
            extend_until: Option<Day>,
            extended_times: i64,
            close_year: Option<i64>,
            close_n: Option<i64>,
            urgent: Option<Urgent>,
            urgent_kind: Option<String>,
            urgent_at: Option<Instant>,
            urgent_org: Option<Id>,
            urgent_account: Option<Id>,
            urgent_step: i64,
            joint_day: Option<Day>,
            touched: i64,
        }
        derived { listed, ended_day }
    }
}

/// A case by its shard and id. Never shown to the public.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CaseRef {
    /// The shard that keeps the case.
    pub region: Region,
    /// The case.
    pub id: Id,
}

/// Whom a case is about: whoever holds a role there never handles it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The organisation.
    pub org: OrgRef,
    /// The office at it, such as 村委会主任; none for the organisation as a whole.
    pub office: Option<String>,
}

impl CaseItem {
    /// Where it is kept.
    pub fn at(&self) -> CaseRef {
        CaseRef { region: self.region, id: self.id }
    }

    /// Year and running number, once it is posted.
    pub fn number(&self) -> Option<(i64, i64)> {
        self.number_year.zip(self.number_n)
    }

    /// What the log calls it: it holds nothing of what was written.
    pub(crate) fn spoken_of(&self) -> String {
        match self.number() {
            Some((year, n)) => format!("{year} 年第 {n} 号"),
            None => format!("{}收到，没有上墙", self.submitted_day.chinese()),
        }
    }

    /// Whom it is about.
    pub fn subject_org(&self) -> Option<OrgRef> {
        self.subject_region.zip(self.subject).map(|(region, id)| OrgRef { region, id })
    }

    /// The desk that moderates and assigns it.
    pub fn desk_org(&self) -> OrgRef {
        OrgRef { region: self.desk_region, id: self.desk }
    }

    /// The one owning organisation.
    pub fn owner(&self) -> OrgRef {
        OrgRef { region: self.owner_region, id: self.owner_org }
    }

    /// The one owning person, from signing on; before it, whom the assignment names.
    pub fn owner_person(&self) -> Option<AccountRef> {
        self.owner_account_region.zip(self.owner_account).map(|(region, id)| AccountRef { region, id })
    }

    /// Where a close request waits.
    pub fn verify_at(&self) -> Option<OrgRef> {
        self.verify_region.zip(self.verify_org).map(|(region, id)| OrgRef { region, id })
    }

    /// Where a second objection waits to be decided.
    pub fn review_at(&self) -> Option<OrgRef> {
        self.review_region.zip(self.review_org).map(|(region, id)| OrgRef { region, id })
    }

    /// Who accepted the standing answer.
    pub fn verified_by(&self) -> Option<AccountRef> {
        self.verifier_region.zip(self.verifier).map(|(region, id)| AccountRef { region, id })
    }

    /// What the last escalation reached.
    pub fn escalated_to(&self) -> Option<OrgRef> {
        self.escalated_region.zip(self.escalated_org).map(|(region, id)| OrgRef { region, id })
    }

    /// Whether the wall shows it once it is posted: a part of a joint handling is no problem of its own.
    pub fn is_of_wall(&self) -> bool {
        self.kind == "problem" && self.parent.is_none()
    }

    /// The state under which lists keep it.
    pub fn listed(&self) -> State {
        self.state.listed()
    }

    /// The day on which it ended otherwise than by an answer, for figures: of what the clock closes they ask when it was answered.
    pub fn ended_day(&self) -> Option<Day> {
        self.closed_day.filter(|_| self.state != State::Closed || self.answered_day.is_none())
    }

    /// The county's root organisation of its day.
    pub fn county_org(&self) -> OrgRef {
        OrgRef { region: self.region, id: self.county }
    }

    /// Late today: something was due before it.
    pub fn is_overdue(&self, today: Day) -> bool {
        self.due_day.is_some_and(|due| due < today)
    }

    /// Late now: past a moment that is finer than a day, or past the day.
    pub fn is_late(&self, now: Instant) -> bool {
        self.is_overdue(Day::of(now)) || self.due_at.is_some_and(|at| at < now)
    }

    /// Year and running number of its close-out, while it is struck off.
    pub fn close_number(&self) -> Option<(i64, i64)> {
        self.close_year.zip(self.close_n).filter(|_| State::ECHOED.contains(&self.state))
    }

    /// An emergency that nobody has called off, and that is not over.
    pub fn is_urgent(&self) -> bool {
        matches!(self.urgent, Some(Urgent::Flagged | Urgent::Confirmed)) && self.state.is_open()
    }

    /// Whether there is anything to decide by this action, whoever asks: an emergency, a request for a longer time or for joint
    /// handling.
    pub(crate) fn has_occasion(&self, action: Action) -> bool {
        match action {
            Action::Confirm => self.urgent == Some(Urgent::Flagged),
            Action::Calm => self.is_urgent(),
            Action::RefuseExtension => self.extend_until.is_some(),
            Action::AllowJoint | Action::DenyJoint => self.joint_day.is_some(),
            Action::AskExtension => self.extend_until.is_none() && self.due_answer.is_some(),
            _ => true,
        }
    }

    /// The post that was told of an emergency first.
    pub fn urgent_post(&self) -> Option<OrgRef> {
        self.urgent_org.map(|id| OrgRef { region: id.region(), id })
    }

    /// Who was on call then.
    pub fn urgent_person(&self) -> Option<AccountRef> {
        self.urgent_account.map(|id| AccountRef { region: id.region(), id })
    }

    pub(crate) fn set_desk(&mut self, org: OrgRef) {
        (self.desk_region, self.desk) = (org.region, org.id);
    }

    pub(crate) fn set_owner(&mut self, org: OrgRef, account: Option<AccountRef>) {
        (self.owner_region, self.owner_org) = (org.region, org.id);
        self.set_owner_person(account);
    }

    pub(crate) fn set_owner_person(&mut self, account: Option<AccountRef>) {
        self.owner_account_region = account.map(|account| account.region);
        self.owner_account = account.map(|account| account.id);
    }

    pub(crate) fn set_verify(&mut self, org: Option<OrgRef>) {
        (self.verify_region, self.verify_org) = (org.map(|org| org.region), org.map(|org| org.id));
    }

    pub(crate) fn set_review(&mut self, org: Option<OrgRef>) {
        (self.review_region, self.review_org) = (org.map(|org| org.region), org.map(|org| org.id));
    }

    pub(crate) fn set_verifier(&mut self, account: Option<AccountRef>) {
        (self.verifier_region, self.verifier) = (account.map(|who| who.region), account.map(|who| who.id));
    }

    pub(crate) fn set_escalated(&mut self, org: Option<OrgRef>) {
        (self.escalated_region, self.escalated_org) = (org.map(|org| org.region), org.map(|org| org.id));
    }

    pub(crate) fn set_subject(&mut self, subject: Option<Subject>) {
        self.subject_region = subject.as_ref().map(|subject| subject.org.region);
        self.subject = subject.as_ref().map(|subject| subject.org.id);
        self.subject_office = subject.and_then(|subject| subject.office);
    }
}

/// The place of a case in every list: (milliseconds << 20) | 20 random bits.
pub fn seq_at(at: Instant, rng: &mut Rng) -> i64 {
    let millis = at.timestamp_millis().max(0) & 0x07ff_ffff_ffff;
    (millis << 20) | i64::try_from(rng.below(1 << 20)).unwrap_or(0)
}

/// Where a day begins in every list.
pub(crate) fn seq_from(day: Day) -> i64 {
    (day.start().timestamp_millis().max(0) & 0x07ff_ffff_ffff) << 20
}

/// The first day of a day's month.
pub(crate) fn month_of(day: Day) -> Day {
    Day::new(day.year(), day.month(), 1).unwrap_or(day)
}
