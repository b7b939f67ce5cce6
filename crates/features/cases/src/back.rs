//! Taking a step back, and reminding whoever must act. Called by `moves` alone.

use huiyin_base::{Day, Problem};
use huiyin_directory::OrgKind;

use crate::moves::Done;
use crate::transition::{Ask, Draft};
use crate::{CaseEvent, State};

/// An assignment goes back to the desk, a signature back to the organisation. What a deadline was, it stays: nobody gains
/// time by going back and forth.
pub(crate) fn undo(ask: &Ask<'_, '_>, draft: &mut Draft) -> Done {
    let after = &mut draft.after;
    match ask.case.state {
        State::Assigned => {
            after.set_owner(ask.case.desk_org(), None);
            after.set_verify(None);
            (after.assigned_day, after.signed_day) = (None, None);
            after.goal.clear();
        }
        State::Signed => {
            let kind = ask.facts.lines.kind(ask.case.owner()).unwrap_or(OrgKind::Department);
            draft.sign_halves = ask.limits(kind).sign_halves;
            after.signed_day = None;
            after.set_owner_person(None);
        }
        // The transition table lets nothing else come here.
        _ => return Err(Problem::conflict("这一步已经有人接着办了，不能收回。")),
    }
    Ok(())
}

/// By when the desk had to assign, where the last step in its history was an assignment by which it left the wall's desk.
pub(crate) fn assign_due(events: &[CaseEvent]) -> Option<Day> {
    let moved = events.iter().rev().find(|event| event.from_state != Some(event.to_state))?;
    if moved.from_state != Some(State::Posted) {
        return None;
    }
    events.iter().rev().find(|event| event.to_state == State::Posted)?.due_day
}

/// At most once a day, so that a reminder stays one.
pub(crate) fn remind(ask: &Ask<'_, '_>, draft: &mut Draft) -> Done {
    let today = ask.facts.moment.today;
    if ask.case.reminded_day == Some(today) {
        return Err(Problem::conflict("今天已经提醒过，对方的待办里看得到，请明天再看进展。"));
    }
    draft.after.reminded_day = Some(today);
    Ok(())
}
