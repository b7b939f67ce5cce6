//! A planned row as a case with its history, as far as the sheet tells it and no further.

use chrono::NaiveTime;
use huiyin_base::{Day, Id, Instant, Problem, Rng};
use huiyin_directory::{AccountRef, OrgKind, OrgRef};
use huiyin_vault::Vault;

use super::Planned;
use crate::item::month_of;
use crate::opening::{PlaceOf, blank};
use crate::words::{Words, seal_contact, seal_original};
use crate::{
    Action, ActorKind, CaseAnswer, CaseEvent, CaseItem, Channel, ClockChange, Decision, History, Moment, Outcome,
    Rulebook, State, Subject, covered, covered_answer,
};

/// What a history is made with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Making<'a> {
    pub(crate) book: &'a Rulebook,
    pub(crate) vault: &'a Vault,
    pub(crate) county: OrgRef,
    /// Who brought the file; none for the command line.
    pub(crate) by: Option<AccountRef>,
    pub(crate) moment: Moment,
}

/// The post of whatever an old ledger tells: nobody here did or checked it.
pub(crate) const BY_LEDGER: &str = "原台账";

/// The unit that owns it, with its kind and name.
#[derive(Clone, Debug)]
pub(crate) struct Owner {
    pub(crate) org: OrgRef,
    pub(crate) kind: OrgKind,
    pub(crate) name: String,
}

/// The case that a row makes. Its number is given when it is written. `row` is its place in the file.
pub(crate) fn history(
    make: &Making<'_>,
    planned: &Planned,
    owner: Option<&Owner>,
    row: u32,
    rng: &mut Rng,
) -> Result<History, Problem> {
    let day = |number: i64| Day::from_number(number).ok_or_else(|| Problem::invalid("日期读不出来，请重新检查。"));
    let (submitted, posted) = (day(planned.submitted)?, day(planned.posted)?);
    let place = PlaceOf { county: make.county, township: planned.township, village: planned.village };
    let id = Id::new(make.county.region, make.moment.now, rng);
    let mut item = blank(&place, make.county, seq_of(posted, row, rng), id, submitted);
    item.channel = Channel::Import;
    item.kind_version = make.book.kind("problem").map_or(1, |kind| kind.version);
    (item.category, item.sub_category) = (planned.category.clone(), planned.sub_category.clone());
    (item.title, item.text) = (covered(&planned.title), covered(&planned.text));
    item.edited = item.title != planned.title || item.text != planned.text;
    let words = Words { title: planned.title.clone(), text: planned.text.clone(), contact: planned.contact.clone() };
    item.original = Some(seal_original(make.vault, id, &words, rng));
    item.contact = words.contact.as_ref().map(|contact| seal_contact(make.vault, id, contact, rng));
    let subject = planned.subject.map(|id| OrgRef { region: make.county.region, id });
    item.set_subject(subject.map(|org| Subject { org, office: None }));
    item.events = 0;
    let mut told = Telling { make, item, events: Vec::new(), answers: Vec::new() };
    told.event(Action::Submit, submitted, None);
    (told.item.posted_day, told.item.posted_month) = (Some(posted), Some(month_of(posted)));
    told.moved(Action::Post, State::Posted, posted);
    if let Some(owner) = owner {
        told.item.assigned_day = Some(posted);
        "按原台账办理".clone_into(&mut told.item.goal);
        told.item.set_owner(owner.org, None);
        told.moved(Action::Assign, State::Assigned, posted);
    }
    let deadline = planned.deadline.map(day).transpose()?;
    told.answered(planned, owner, deadline)?;
    told.clocks(owner, deadline);
    let note = note(planned, row);
    told.event(Action::Import, make.moment.today, Some(note));
    let Telling { item, events, answers, .. } = told;
    Ok(History {
        item,
        events,
        answers,
        owners: Vec::new(),
        messages: Vec::new(),
        photos: Vec::new(),
        ratings: Vec::new(),
        follows: Vec::new(),
        values: Vec::new(),
    })
}

/// The same row, which a case says already: it stays in the count, and what happens is told there.
pub(crate) fn merged(make: &Making<'_>, history: &mut History, into: Id) {
    let today = make.moment.today;
    let item = &mut history.item;
    (item.merged_into, item.closed_day, item.outcome) = (Some(into), Some(today), Some(Outcome::Duplicate));
    (item.answered_day, item.due_day, item.next_clock) = (None, None, None);
    history.answers.clear();
    history.item.answers = 0;
    history
        .events
        .retain(|event| !matches!(event.kind, Action::RequestClose | Action::Accept | Action::Close | Action::Import));
    history.item.events = i64::try_from(history.events.len()).unwrap_or(0);
    let mut told = Telling { make, item: history.item.clone(), events: Vec::new(), answers: Vec::new() };
    told.moved(Action::Merge, State::Merged, today);
    history.events.append(&mut told.events);
    for (event, n) in history.events.iter_mut().zip(1..) {
        event.n = n;
    }
    history.item = told.item;
}

struct Telling<'a, 'b> {
    make: &'a Making<'b>,
    item: CaseItem,
    events: Vec<CaseEvent>,
    answers: Vec<CaseAnswer>,
}

impl Telling<'_, '_> {
    fn moved(&mut self, action: Action, to: State, day: Day) {
        let from = self.item.state;
        self.item.state = to;
        self.event(action, day, None);
        if let Some(event) = self.events.last_mut() {
            event.from_state = Some(from);
        }
    }

    /// Nobody's name stands in an old ledger: the history says that it was imported, and by whom.
    fn event(&mut self, kind: Action, day: Day, reason: Option<String>) {
        self.item.events += 1;
        let by = self.make.by;
        self.events.push(CaseEvent {
            region: self.item.region,
            case_id: self.item.id,
            n: self.item.events,
            kind,
            from_state: (kind == Action::Import).then_some(self.item.state),
            to_state: self.item.state,
            outcome: self.item.outcome,
            owner_region: self.item.owner_region,
            owner_org: self.item.owner_org,
            due_day: self.item.due_day,
            actor: ActorKind::Staff,
            account_region: by.map(|account| account.region),
            account: by.map(|account| account.id),
            org_region: Some(self.make.county.region),
            org: Some(self.make.county.id),
            post: BY_LEDGER.into(),
            reason,
            public: kind != Action::Import,
            at: day.at(NaiveTime::MIN) + chrono::TimeDelta::minutes(self.item.events),
            day,
        });
    }

    fn answered(&mut self, planned: &Planned, owner: Option<&Owner>, deadline: Option<Day>) -> Result<(), Problem> {
        let Some(answer) = &planned.answer else { return Ok(()) };
        let day = Day::from_number(answer.day).ok_or_else(Problem::not_found)?;
        let outcome = if answer.solved { Outcome::Solved } else { Outcome::Explained };
        // What was due is known only where the sheet says so; by it the answer was in time or not.
        self.item.due_day = deadline;
        self.item.due_answer = deadline;
        self.moved(Action::RequestClose, State::CloseRequested, day);
        self.item.due_day = None;
        self.item.answers = 1;
        (self.item.answered_day, self.item.outcome) = (Some(day), Some(outcome));
        self.moved(Action::Accept, State::Answered, day);
        self.answers.push(CaseAnswer {
            region: self.item.region,
            case_id: self.item.id,
            n: 1,
            text: covered_answer(&answer.text),
            outcome,
            account_region: None,
            account: None,
            post: owner.map_or_else(|| BY_LEDGER.to_owned(), |owner| owner.name.clone()),
            requested_day: day,
            decision: Decision::Accepted,
            verifier_region: None,
            verifier: None,
            verifier_post: None,
            decided_day: Some(day),
        });
        let ends = self.make.book.objection_ends(day);
        if self.make.moment.today > ends {
            self.item.closed_day = Some(ends.plus(1));
            self.moved(Action::Close, State::Closed, ends.plus(1));
        }
        Ok(())
    }

    /// What is still open gets its clocks today: nobody is late for days on which he had not been asked here. A deadline
    /// that the sheet names holds.
    fn clocks(&mut self, owner: Option<&Owner>, deadline: Option<Day>) {
        let (book, moment) = (self.make.book, self.make.moment);
        match self.item.state {
            State::Posted => book.change_clock(&mut self.item, ClockChange::Assign, 0, moment),
            State::Assigned => {
                if let Some(deadline) = deadline {
                    let from = self.item.assigned_day.unwrap_or(moment.today);
                    self.item.answer_from = Some(from);
                    self.item.answer_days = book.calendar.working_days_between(from, deadline).max(0);
                    self.item.due_answer = Some(deadline);
                }
                let kind = owner.map_or(OrgKind::Department, |owner| owner.kind);
                let (category, sub) = (&self.item.category, &self.item.sub_category);
                let limits = book.clocks.limits(&book.rules, kind, category, sub, moment.today);
                book.change_clock(&mut self.item, ClockChange::Sign, limits.sign_halves, moment);
            }
            State::Answered => book.change_clock(&mut self.item, ClockChange::Window, 0, moment),
            _ => book.change_clock(&mut self.item, ClockChange::Stop, 0, moment),
        }
        if let Some(event) = self.events.last_mut() {
            event.due_day = self.item.due_day;
        }
    }
}

fn note(planned: &Planned, row: u32) -> String {
    match planned.number.as_str() {
        "" => format!("由台账第 {row} 行导入"),
        number => format!("由台账第 {row} 行导入，原编号 {number}"),
    }
}

/// The lists stand in the order of posting; the row keeps those of one day apart.
fn seq_of(posted: Day, row: u32, rng: &mut Rng) -> i64 {
    let at: Instant = posted.start() + chrono::TimeDelta::milliseconds(i64::from(row) * 10);
    crate::seq_at(at, rng)
}
