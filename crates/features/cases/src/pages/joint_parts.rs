//! 联合办理 as its pages show it: what each unit was given to do and how far it is, and the whole that a part belongs to. Every unit
//! of it reads the public text of the whole, wherever it stands in the tree.

use std::collections::HashSet;

use huiyin_db::Tx;
use huiyin_directory::Viewer;
use huiyin_web::Result;
use huiyin_web::components::Html;

use super::card::{Cards, state_tag};
use super::cell;
use crate::permissions::SEES;
use crate::{Action, CaseAnswer, CaseEvent, CaseItem, CaseRef, Decision, State, store};

/// What stands over the text of a part.
pub(super) const KIND: &str = "联合办理分件";

/// A part below a case, as those who work on it read it.
pub(super) struct Part {
    pub(super) href: Option<String>,
    pub(super) unit: String,
    /// What it was given to do.
    pub(super) task: String,
    pub(super) state: Html,
    pub(super) due: String,
    /// How it came out and what its unit answered.
    pub(super) answer: Option<(String, String)>,
}

/// A part as everybody reads it.
pub(super) struct PublicPart {
    pub(super) href: String,
    pub(super) unit: String,
    pub(super) task: String,
    pub(super) state: Html,
}

/// The case that a part belongs to.
pub(super) struct Whole {
    pub(super) href: String,
    pub(super) title: String,
    /// Its public text, where that says more than its title.
    pub(super) text: String,
    /// The unit that leads.
    pub(super) lead: String,
}

/// Whether a case is a part of another: work for a unit, which nobody outside raised.
pub(super) fn is_part(case: &CaseItem) -> bool {
    case.parent.is_some() && case.kind == "problem"
}

/// The whole of a part. Its own page where the viewer may see that, otherwise the one that everybody sees.
pub(super) async fn whole(
    tx: &mut Tx,
    cards: &Cards<'_>,
    viewer: Option<&Viewer>,
    part: &CaseItem,
) -> Result<Option<Whole>> {
    let Some(parent) = part.parent.filter(|_| is_part(part)) else { return Ok(None) };
    let at = CaseRef { region: parent.region(), id: parent };
    let Some(whole) = store::case_get(tx, at).await? else { return Ok(None) };
    let seen = match viewer {
        Some(viewer) => store::case_lines(tx, &viewer.scope(SEES), &[at]).await?,
        None => Vec::new(),
    };
    let number = cards.number(whole.region, whole.number()).map(|number| format!("/problems/{number}"));
    let (href, title) = match (seen.first(), number) {
        (Some(line), _) => (format!("/cases/{parent}"), cell::headline(line, cards.today)),
        (None, Some(number)) => (number, whole.title.clone()),
        (None, None) => return Ok(None),
    };
    let units = cards.units_of(tx, HashSet::from([whole.owner_org])).await?;
    let text = if whole.text == whole.title { String::new() } else { whole.text };
    let lead = units.public(whole.owner_org).map(|unit| unit.name.clone()).unwrap_or_default();
    Ok(Some(Whole { href, title, text, lead }))
}

/// The parts below, each with a link where the viewer may see it. Whoever leads the whole reads answers before they are public.
pub(super) async fn parts(
    tx: &mut Tx,
    cards: &Cards<'_>,
    viewer: &Viewer,
    case: &CaseItem,
    handles: bool,
) -> Result<Vec<Part>> {
    let mut children = store::case_children(tx, case.at()).await?;
    // Tasks and duties stand in the tree, which has a page of its own.
    children.retain(|child| child.kind == "problem");
    if children.is_empty() {
        return Ok(Vec::new());
    }
    let refs: Vec<CaseRef> = children.iter().map(CaseItem::at).collect();
    let seen = store::case_lines(tx, &viewer.scope(SEES), &refs).await?;
    let names = store::place_names(tx, children.iter().map(|child| child.owner_org).collect()).await?;
    let mut parts = Vec::with_capacity(children.len());
    for child in &children {
        let answers = store::answer_list(tx, child.at(), !handles).await?;
        // An answer that was overturned does not stand any more.
        let stands =
            |answer: &&CaseAnswer| answer.decision != Decision::Accepted || State::ECHOED.contains(&child.state);
        let answer = answers.last().filter(stands).map(|answer| {
            let waits = answer.decision != Decision::Accepted;
            let stands = if waits { format!("，{}", answer.decision.label()) } else { String::new() };
            (format!("{}{stands}", answer.outcome.label()), answer.text.clone())
        });
        let is_seen = seen.iter().any(|line| line.id == child.id);
        let public = cards.number(child.region, child.number()).map(|number| format!("/problems/{number}"));
        let late = child.is_overdue(cards.today);
        parts.push(Part {
            href: if is_seen { Some(format!("/cases/{}", child.id)) } else { public },
            unit: names.get(&child.owner_org).map(|place| place.name.clone()).unwrap_or_default(),
            task: if child.text.is_empty() { "还没有交办".to_owned() } else { child.text.clone() },
            state: cards.state_of(&child.kind, child.state, child.outcome, late),
            due: child.due_day.map(|due| format!("{}到期", cell::short_day(due, cards.today))).unwrap_or_default(),
            answer,
        });
    }
    Ok(parts)
}

/// The posted parts of a case whose public history says that it is handled jointly.
pub(super) async fn public_parts(
    tx: &mut Tx,
    cards: &Cards<'_>,
    case: &CaseItem,
    events: &[CaseEvent],
) -> Result<Vec<PublicPart>> {
    if !events.iter().any(|event| event.kind == Action::AllowJoint) {
        return Ok(Vec::new());
    }
    let mut children = store::case_children(tx, case.at()).await?;
    children.retain(|child| child.kind == "problem");
    let owners = children.iter().map(|child| child.owner_org).collect();
    let units = cards.units_of(tx, owners).await?;
    let part = |child: &CaseItem| {
        let number = cards.number(child.region, child.number())?;
        Some(PublicPart {
            href: format!("/problems/{number}"),
            unit: units.public(child.owner_org).map(|unit| unit.name.clone()).unwrap_or_default(),
            task: child.text.clone(),
            state: state_tag(child.state, child.outcome, child.is_overdue(cards.today)),
        })
    };
    Ok(children.iter().filter_map(part).collect())
}
