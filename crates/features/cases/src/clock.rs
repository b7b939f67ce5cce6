//! The clocks of a case: what is due when, when a job looks next, and what pauses do. Pure; days count by the working
//! calendar.

use chrono::NaiveTime;
use huiyin_base::{Day, Instant};

use crate::rules::{ClockKind, Escalation, StepTime};
use crate::{Action, CaseItem, ClockChange, Rulebook, State, Urgent};

/// When something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The time of the city's work.
    pub now: Instant,
    /// Its day in Asia/Shanghai.
    pub today: Day,
}

impl Moment {
    /// From the clock's time.
    pub fn at(now: Instant) -> Self {
        Self { now, today: Day::of(now) }
    }
}

/// Which clock runs, and the day it is due.
pub fn running(case: &CaseItem) -> Option<(ClockKind, Day)> {
    let (clock, due) = match case.state {
        State::Submitted => (ClockKind::Moderate, case.due_day),
        State::Posted => (ClockKind::Assign, case.due_day),
        State::Assigned => (ClockKind::Sign, case.due_sign),
        State::Signed | State::InHand | State::Reopened => (ClockKind::Answer, case.due_answer),
        State::CloseRequested => (ClockKind::Verify, case.due_verify),
        State::Answered if case.review_at().is_some() => (ClockKind::Review, case.due_day),
        _ => return None,
    };
    due.map(|due| (clock, due))
}

/// The step that fires next, and its moment: never at night nor on a holiday.
pub fn next_step(book: &Rulebook, case: &CaseItem) -> Option<(Escalation, Instant)> {
    let (clock, due) = running(case)?;
    let step = *book.rules.steps(clock).nth(usize::try_from(case.next_step).ok()?)?;
    Some((step, book.step_moment(case, due, step.when)))
}

impl Rulebook {
    /// Applies what a transition does to the clocks. `after.state` is the new state already.
    /// `sign_halves`: half working days to sign, where that clock starts.
    pub fn change_clock(&self, after: &mut CaseItem, change: ClockChange, sign_halves: u32, moment: Moment) {
        let today = moment.today;
        if change != ClockChange::Keep {
            after.due_at = None;
        }
        match change {
            ClockChange::Moderate => after.due_day = Some(self.working(today, self.rules.desk.moderate)),
            ClockChange::Assign => {
                (after.due_sign, after.due_answer, after.answer_from) = (None, None, None);
                (after.answer_days, after.paused_days) = (0, 0);
                after.due_day = Some(self.working(today, self.rules.desk.assign));
            }
            ClockChange::Review => after.due_day = Some(self.working(today, self.rules.desk.review)),
            ClockChange::Sign => {
                let hours = self.clocks.hours(self.rules.office_hour);
                let due = self.calendar.add_half_days(moment.now, sign_halves, hours);
                (after.due_sign, after.due_at) = (Some(due.day), due.at);
            }
            ClockChange::Answer => {
                if after.answer_from.is_none() {
                    after.answer_from = Some(today);
                }
                after.due_answer = self.due_answer(after);
            }
            ClockChange::Pause => after.paused_day = Some(today),
            ClockChange::Resume => self.resume(after, today),
            ClockChange::Keep | ClockChange::Window | ClockChange::Stop => {}
        }
        if change == ClockChange::Keep {
            return self.keep_clock(after, moment);
        }
        self.restart(after, moment);
    }

    /// A step was taken back: what is due is due no later than it was before that step.
    pub(crate) fn no_later(&self, after: &mut CaseItem, assign: Option<Day>, sign: Option<Day>, moment: Moment) {
        match after.state {
            State::Posted => after.due_day = earlier(after.due_day, assign),
            State::Assigned => after.due_sign = earlier(after.due_sign, sign),
            _ => {}
        }
        self.restart(after, moment);
    }

    /// The deadline to answer: the clock's days, and those it stood still, from where it started.
    pub(crate) fn due_answer(&self, case: &CaseItem) -> Option<Day> {
        let days = u32::try_from(case.answer_days + case.paused_days).unwrap_or(0);
        case.answer_from.map(|from| self.working(from, days))
    }

    /// After a clock began anew: its first step, and the nearest day by which something is due.
    pub(crate) fn restart(&self, after: &mut CaseItem, moment: Moment) {
        after.due_day = due_day(after);
        // A moment belongs to the day that is due first.
        after.due_at = after.due_at.filter(|at| after.due_day == Some(Day::of(*at)));
        after.set_escalated(None);
        after.next_step = 0;
        after.clock_days = match running(after) {
            // The steps of a clock that stood still are counted back from where it ends now.
            Some((ClockKind::Answer, _)) => after.answer_days,
            Some((_, due)) => self.calendar.working_days_between(moment.today, due).max(0),
            None => 0,
        };
        // A step before the end whose moment has passed when the clock starts would only nag.
        while next_step(self, after).is_some_and(|(step, at)| step.when < StepTime::Share(100) && at <= moment.now) {
            after.next_step += 1;
        }
        after.next_clock = self.next_clock(after);
    }

    /// When a job must look at the case again.
    pub(crate) fn next_clock(&self, case: &CaseItem) -> Option<Instant> {
        let ordinary = self.ordinary_clock(case);
        ordinary.into_iter().chain(self.next_alert(case).map(|(_, at)| at)).min()
    }

    /// Who is told next of an emergency that nobody has dealt with, and when: at any hour of any day.
    pub(crate) fn next_alert(&self, case: &CaseItem) -> Option<(crate::EmergencyStep, Instant)> {
        let waits = case.urgent == Some(Urgent::Flagged) && case.state.is_open();
        self.emergency.step(case.urgent_at.filter(|_| waits)?, case.urgent_step)
    }

    fn ordinary_clock(&self, case: &CaseItem) -> Option<Instant> {
        match case.state {
            State::Paused => case.pause_until.map(|until| self.office_moment(until)),
            State::Answered if case.review_at().is_none() => self.window_ends(case).map(|day| day.plus(1).start()),
            _ => next_step(self, case).map(|(_, at)| at),
        }
    }

    /// The last day on which an answer may still fall, by an objection or a relapse; none where the case stays as it is.
    pub fn window_ends(&self, case: &CaseItem) -> Option<Day> {
        let kind = self.kind_of(case)?;
        kind.transition(Action::Close, State::Answered)?;
        Some(case.answered_day?.plus(kind.window.unwrap_or(self.rules.objection_days)))
    }

    /// The last day on which an objection is accepted.
    pub fn objection_ends(&self, answered: Day) -> Day {
        answered.plus(self.rules.objection_days)
    }

    pub(crate) fn working(&self, from: Day, days: u32) -> Day {
        self.calendar.add_working_days(from, days)
    }

    /// A clock goes on when the state leaves its kind as it was; another kind begins anew.
    fn keep_clock(&self, after: &mut CaseItem, moment: Moment) {
        if after.state == State::CloseRequested && after.due_verify.is_none() {
            after.due_verify = Some(self.working(moment.today, self.rules.desk.verify));
            return self.restart(after, moment);
        }
        if after.state != State::CloseRequested && after.due_verify.is_some() {
            after.due_verify = None;
            return self.restart(after, moment);
        }
        after.due_day = due_day(after);
        after.next_clock = self.next_clock(after);
    }

    /// Whether a pause ends with the next word of whoever raised the case.
    pub(crate) fn waits_for_reporter(&self, case: &CaseItem) -> bool {
        let reason = case.pause_reason.as_deref().and_then(|reason| self.rules.pause_reason(reason));
        case.state == State::Paused && reason.is_some_and(|reason| reason.until_reply)
    }

    fn resume(&self, after: &mut CaseItem, today: Day) {
        if let Some(paused) = after.paused_day.take() {
            // Never longer than was granted, even when the job that ends a pause came late.
            let end = after.pause_until.map_or(today, |until| until.min(today));
            after.paused_days += self.calendar.working_days_between(paused, end).max(0);
        }
        (after.pause_until, after.pause_reason) = (None, None);
        after.due_answer = self.due_answer(after);
    }

    fn step_moment(&self, case: &CaseItem, due: Day, when: StepTime) -> Instant {
        let day = match when {
            StepTime::Share(share @ ..100) => {
                let left = (case.clock_days.max(0) * i64::from(100 - share) + 99) / 100;
                self.calendar.sub_working_days(due, u32::try_from(left).unwrap_or(0))
            }
            StepTime::Share(_) => match case.due_at.filter(|at| Day::of(*at) == due) {
                // Due at noon: late in the afternoon of the same day.
                Some(at) => return self.office_hours_from(at),
                None => self.working(due, 1),
            },
            StepTime::Days(days) => self.working(due, days),
        };
        self.office_moment(day)
    }

    fn office_hours_from(&self, at: Instant) -> Instant {
        let hours = self.clocks.hours(self.rules.office_hour);
        self.calendar.next_office_moment(at, hours.open, hours.close)
    }

    /// The office hour of `day`, or of the next working day: nobody is reminded at night or on a holiday.
    fn office_moment(&self, day: Day) -> Instant {
        let day = if self.calendar.is_working(day) { day } else { self.working(day, 1) };
        day.at(NaiveTime::from_hms_opt(self.rules.office_hour, 0, 0).unwrap_or(NaiveTime::MIN))
    }
}

fn due_day(case: &CaseItem) -> Option<Day> {
    match case.state {
        State::Submitted | State::Posted => case.due_day,
        State::Assigned => earlier(case.due_sign, case.due_answer),
        State::Signed | State::InHand | State::Reopened => case.due_answer,
        State::CloseRequested => earlier(case.due_verify, case.due_answer),
        State::Answered if case.review_at().is_some() => case.due_day,
        _ => None,
    }
}

fn earlier(one: Option<Day>, other: Option<Day>) -> Option<Day> {
    one.into_iter().chain(other).min()
}
