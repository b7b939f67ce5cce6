//! The history of a case as a reader sees it.

use huiyin_db::Tx;
use huiyin_web::Result;
use huiyin_web::components::{Event, Timeline, Tone};

use super::card::Cards;
use super::{Units, units_of};
use crate::{Action, ActorKind, CaseEvent, CaseRules};

/// The events in order. A pause's reason is a word of the rules; the reader gets its sentence.
pub(crate) async fn timeline(tx: &mut Tx, cards: &Cards<'_>, events: &[CaseEvent], is_part: bool) -> Result<Timeline> {
    let (rules, units) = (cards.rules(), units_of(tx, cards, events).await?.plain());
    let told = events.iter().map(|event| match event.kind {
        Action::Submit if is_part => parted(event),
        _ => told(rules, &units, event),
    });
    Ok(Timeline::new(told))
}

/// How a part begins: nobody outside raised it.
pub(super) fn parted(event: &CaseEvent) -> Event {
    Event::new(Tone::Info, "send", "联合办理，从总的那件里分出来", event.day.chinese())
}

/// Whether the reader, who has seen so many events, has not seen this one, and did not do it himself.
pub(crate) fn is_fresh(event: &CaseEvent, seen: Option<i64>) -> bool {
    seen.is_some_and(|seen| event.n > seen) && event.actor != ActorKind::Reporter
}

fn told(rules: &CaseRules, units: &Units, event: &CaseEvent) -> Event {
    let (tone, icon) = look(event.kind);
    let words = match (event.kind, units.public(event.owner_org)) {
        (Action::Assign | Action::Issue, Some(unit)) => format!("{}给{}", event.kind.label(), unit.name),
        _ => event.kind.label().to_owned(),
    };
    let line = Event::new(tone, icon, words, event.day.chinese());
    let line = match event.actor {
        ActorKind::Staff => line.by(event.post.as_str()),
        ActorKind::Reporter | ActorKind::System => line.by(event.actor.label()),
    };
    match event.reason.as_deref().filter(|reason| !reason.is_empty()) {
        Some(reason) => line.text(rules.pause_reason(reason).map_or(reason, |known| known.label.as_str())),
        None => line,
    }
}

pub(super) fn look(action: Action) -> (Tone, &'static str) {
    match action {
        Action::Submit | Action::Issue | Action::AskJoint | Action::AllowJoint => (Tone::Info, "megaphone"),
        Action::Post => (Tone::Info, "pin"),
        Action::Assign | Action::Entrust => (Tone::Info, "send"),
        Action::Sign | Action::Begin | Action::Resume => (Tone::Info, "wrench"),
        Action::Accept => (Tone::Good, "check"),
        Action::Close => (Tone::Good, "archive"),
        Action::Decline | Action::Return | Action::Refuse | Action::DenyJoint | Action::Undo => {
            (Tone::Attention, "undo-2")
        }
        Action::Uphold => (Tone::Good, "scale"),
        Action::Contact => (Tone::Attention, "eye"),
        Action::Erase => (Tone::Plain, "eraser"),
        Action::Record | Action::Correct => (Tone::Plain, "pencil"),
        Action::Object | Action::Contest | Action::Reopen | Action::Appeal => (Tone::Attention, "rotate-ccw"),
        Action::Pause => (Tone::Attention, "pause"),
        Action::Alert => (Tone::Bad, "triangle-alert"),
        Action::Confirm | Action::Calm => (Tone::Info, "phone"),
        Action::AskExtension | Action::RefuseExtension | Action::Extend => (Tone::Attention, "calendar-clock"),
        Action::Escalate => (Tone::Bad, "clock-alert"),
        Action::Cover => (Tone::Plain, "eye-off"),
        Action::Remind => (Tone::Attention, "clock"),
        Action::Message => (Tone::Plain, "message-circle"),
        Action::Rate => (Tone::Plain, "star"),
        _ => (Tone::Plain, "circle"),
    }
}
