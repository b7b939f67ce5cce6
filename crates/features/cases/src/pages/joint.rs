//! 吹哨: asking for several units, and the desk's decision.

use std::collections::BTreeMap;

use huiyin_base::Problem;
use huiyin_web::{Can, Ctx, Form, Path, Result};
use serde::Deserialize;

use super::action::org_of;
use super::action_post::{finished, is_told};
use super::card::cases;
use super::case::reference;
use super::doubt::{self, Reader};
use crate::permissions::{CaseHandle, CaseModerate};
use crate::{CaseRef, JointTask, Moment, Request};

/// Asks for the units of `unit_1`, `task_1` …; what was left empty is no row.
pub(crate) async fn request(
    ctx: Ctx,
    can: Can<CaseHandle>,
    Path(id): Path<String>,
    Form(mut given): Form<BTreeMap<String, String>>,
) -> Result {
    let at = reference(&id)?;
    let looked = looked_at(&ctx, at, &mut given).await;
    let done = match looked.and_then(|()| tasks(&given)) {
        Ok(tasks) => {
            let reason = given.get("reason").cloned().unwrap_or_default();
            let act = Request::AskJoint(tasks).because(reason);
            cases(&ctx.site)?.act(at, act, &can.viewer, Moment::at(ctx.now())).await
        }
        Err(problem) => Err(problem),
    };
    finished(&ctx, &can.viewer, &id, "joint-request", given, done).await
}

/// Whether names in the reason and in the tasks were looked at: the public reads both.
async fn looked_at(ctx: &Ctx, at: CaseRef, given: &mut BTreeMap<String, String>) -> std::result::Result<(), Problem> {
    if !is_told(ctx, at, "joint-request").await? {
        return Ok(());
    }
    let written = given.iter().filter(|(name, _)| *name == "reason" || name.starts_with("task_"));
    let doubted = doubt::doubted(Reader::Public, &written.map(|(_, text)| text.as_str()).collect::<Vec<_>>());
    let asked = doubt::ask(Reader::Public, &doubted, given.get(doubt::CHECKED).map_or("", String::as_str));
    given.insert(doubt::DOUBTED.to_owned(), doubted);
    asked
}

fn tasks(given: &BTreeMap<String, String>) -> std::result::Result<Vec<JointTask>, Problem> {
    const MOST: usize = 12;
    let text = |name: String| given.get(&name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let rows = (1..=MOST).map(|row| (text(format!("unit_{row}")), text(format!("task_{row}"))));
    let rows = rows.filter(|(unit, task)| !unit.is_empty() || !task.is_empty());
    let task = |(unit, task): (String, String)| {
        let unit = org_of(&unit).ok_or_else(|| Problem::invalid("写了要办的事，还要选是哪个单位。"))?;
        Ok(JointTask { unit, task })
    };
    rows.map(task).collect()
}

/// Nothing is asked but what he looked at.
#[derive(Debug, Deserialize)]
pub(crate) struct Given {
    #[serde(default)]
    over: String,
}

/// The desk agrees: each unit gets its part.
pub(crate) async fn approve(
    ctx: Ctx,
    can: Can<CaseModerate>,
    Path(id): Path<String>,
    Form(given): Form<Given>,
) -> Result {
    let (engine, seen) = (cases(&ctx.site)?, given.over.parse().ok());
    let done = engine.allow_joint(reference(&id)?, seen, &can.viewer, Moment::at(ctx.now()), &mut ctx.rng()).await;
    finished(&ctx, &can.viewer, &id, "joint-approval", BTreeMap::new(), done).await
}
