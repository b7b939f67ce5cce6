//! 吹哨: asking for several units, and the desk's decision.

use std::collections::BTreeMap;

use huiyin_base::Problem;
use huiyin_web::{Can, Ctx, Form, Path, Result};
use serde::Deserialize;

use super::action::org_of;
use super::action_post::finished;
use super::card::cases;
use super::case::reference;
use crate::permissions::{CaseHandle, CaseModerate};
use crate::{JointTask, Moment, Request};

/// Asks for the units of `unit_1`, `task_1` …; what was left empty is no row.
pub(crate) async fn request(
    ctx: Ctx,
    can: Can<CaseHandle>,
    Path(id): Path<String>,
    Form(given): Form<BTreeMap<String, String>>,
) -> Result {
    let done = match tasks(&given) {
        Ok(tasks) => {
            let reason = given.get("reason").cloned().unwrap_or_default();
            let act = Request::AskJoint(tasks).because(reason);
            cases(&ctx.site)?.act(reference(&id)?, act, &can.viewer, Moment::at(ctx.now())).await
        }
        Err(problem) => Err(problem),
    };
    finished(&ctx, &can.viewer, &id, "joint-request", given, done).await
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

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    reason: String,
}

/// The desk agrees: each unit gets its part.
pub(crate) async fn approve(ctx: Ctx, can: Can<CaseModerate>, Path(id): Path<String>, Form(_): Form<Given>) -> Result {
    let engine = cases(&ctx.site)?;
    let done = engine.allow_joint(reference(&id)?, &can.viewer, Moment::at(ctx.now()), &mut ctx.rng()).await;
    finished(&ctx, &can.viewer, &id, "joint-approval", BTreeMap::new(), done).await
}

/// The desk does not agree, and says why.
pub(crate) async fn refuse(
    ctx: Ctx,
    can: Can<CaseModerate>,
    Path(id): Path<String>,
    Form(given): Form<Given>,
) -> Result {
    let act = Request::DenyJoint.because(&given.reason);
    let done = cases(&ctx.site)?.act(reference(&id)?, act, &can.viewer, Moment::at(ctx.now())).await;
    let given = BTreeMap::from([("reason".to_owned(), given.reason)]);
    finished(&ctx, &can.viewer, &id, "joint-refusal", given, done).await
}
