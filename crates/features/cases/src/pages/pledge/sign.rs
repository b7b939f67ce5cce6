//! Signing, and ending before the day.

use huiyin_base::{Id, Problem, ProblemKind};
use huiyin_directory::{Door, Viewer};
use huiyin_web::store::session::sessions_end;
use huiyin_web::{Can, Ctx, Form, Path, Result};
use serde::Deserialize;

use super::super::card::cases;
use super::show;
use crate::Moment;
use crate::permissions::{PLEDGED, PledgeMake, PledgeSign};
use crate::store::{self, PledgeState, SignManner};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Signing {
    version: String,
    manner: String,
    password: String,
}

/// Signs the version that was read, after the password.
pub(crate) async fn sign(ctx: Ctx, can: Can<PledgeSign>, Path(id): Path<String>, Form(given): Form<Signing>) -> Result {
    let at: Id = id.parse().map_err(|_| Problem::not_found())?;
    let region = ctx.site.home;
    let found = store::pledge_find(&mut ctx.site.db.read().await?, &can.viewer.scope(PLEDGED), region, at).await?;
    found.ok_or_else(Problem::not_found)?;
    let n = given.version.parse().map_err(|_| Problem::not_found())?;
    let manner = SignManner::parse(&given.manner).unwrap_or(SignManner::Account);
    let done = if confirmed(&ctx, &can, &given.password).await? {
        cases(&ctx.site)?.pledge_sign((region, at), n, manner, &can.viewer, Moment::at(ctx.now())).await
    } else {
        Err(Problem::invalid("密码不对，没有签署。请再输一次；连续输错会暂停登录。"))
    };
    match done {
        Ok(PledgeState::InForce) => {
            ctx.redirect(&format!("/pledges/{id}"), Some("已签署。双方都签了，这一版现在生效。"))
        }
        Ok(_) => ctx.redirect(&format!("/pledges/{id}"), Some("已签署，等对方签署后生效。")),
        Err(problem) => again(&ctx, &can.viewer, &id, problem).await,
    }
}

async fn confirmed(ctx: &Ctx, can: &Can<PledgeSign>, password: &str) -> Result<bool> {
    let door = Door {
        db: ctx.site.db.clone(),
        vault: ctx.site.vault.clone(),
        home: ctx.site.home,
        now: ctx.real_now(),
        today: ctx.today(),
        sessions_end,
        session: ctx.current.session,
    };
    Ok(door.confirmed(can.viewer.account, password, &mut ctx.rng()).await?)
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Ending {
    reason: String,
}

/// Ends a pledge before its day.
pub(crate) async fn end(ctx: Ctx, can: Can<PledgeMake>, Path(id): Path<String>, Form(given): Form<Ending>) -> Result {
    let at: Id = id.parse().map_err(|_| Problem::not_found())?;
    let region = ctx.site.home;
    let found = store::pledge_find(&mut ctx.site.db.read().await?, &can.viewer.scope(PLEDGED), region, at).await?;
    found.ok_or_else(Problem::not_found)?;
    let done = cases(&ctx.site)?.pledge_end((region, at), &given.reason, &can.viewer, Moment::at(ctx.now())).await;
    match done {
        Ok(()) => ctx.redirect(&format!("/pledges/{id}"), Some("已终止，原因写在页面上。")),
        Err(problem) => again(&ctx, &can.viewer, &id, problem).await,
    }
}

/// The page once more, with what was wrong.
async fn again(ctx: &Ctx, viewer: &Viewer, id: &str, problem: Problem) -> Result {
    match problem.kind {
        ProblemKind::Invalid | ProblemKind::Conflict => show::draw(ctx, viewer, id, "", Some(problem.message)).await,
        _ => Err(problem.into()),
    }
}
