//! The live round: on the telephone of whoever plays, and on the big screen.

use askama::Template;
use huiyin_web::components::Breadcrumb;
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result};
use serde::Deserialize;

use super::contests::found;
use super::{id_of, live};
use crate::bank::Keeper;
use crate::contests::{self, Stage, seen, stage};
use crate::permissions::{TestKeep, TestTake};
use crate::sittings::taker;
use crate::store::{Phase, contest_answer_find, entry_find, heat_list};

#[derive(Template)]
#[template(path = "round.html")]
struct RoundPage {
    crumb: Breadcrumb,
    csrf: Csrf,
    id: String,
    title: String,
    stage: Stage,
    given: Option<String>,
    name: String,
}

#[derive(Template)]
#[template(path = "screen.html")]
struct ScreenPage {
    csrf: Csrf,
    id: String,
    title: String,
    stage: Stage,
    label: &'static str,
    known: String,
}

pub(crate) async fn play(ctx: Ctx, can: Can<TestTake>, Path(id): Path<String>) -> Result {
    let mut tx = ctx.site.db.read().await?;
    let contest = found(&mut tx, &id).await?;
    let Some(entry) = entry_find(&mut tx, contest.id, taker(&can.viewer)).await? else {
        return ctx.redirect(&format!("/contests/{}", contest.id), None);
    };
    if !contests::plays(&entry, heat_list(&mut tx, contest.id).await?.len()) {
        let said = "现场由前面几场晋级的人答题，您可以在旁边看。";
        return ctx.redirect(&format!("/contests/{}", contest.id), Some(said));
    }
    let given = contest_answer_find(&mut tx, contest.id, entry.taker, contest.item).await?;
    let stage = stage(&mut tx, &contest).await?;
    drop(tx);
    let given = given.map(|given| stage.said(&given));
    let page = RoundPage {
        crumb: Breadcrumb::new("答题")
            .step("知识竞赛", "/contests")
            .step(&*contest.title, format!("/contests/{}", contest.id)),
        csrf: ctx.csrf(),
        id: contest.id.to_string(),
        title: contest.title,
        stage,
        given,
        name: entry.name,
    };
    ctx.page(&page.title.clone(), Density::Calm, &page)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    item: i64,
    /// Several where several may be right.
    value: Vec<String>,
}

pub(crate) async fn answer(ctx: Ctx, can: Can<TestTake>, Path(id): Path<String>, Form(given): Form<Given>) -> Result {
    let contest = id_of(&id)?;
    let value = (given.item, given.value.join(","));
    let first = contests::answer(&ctx.site.db, &can.viewer, contest, value, ctx.now()).await?;
    let said = if first { "已收到您的答案。" } else { "这道题您已经答过，以第一次的为准。" };
    ctx.redirect(&format!("/contests/{contest}/live"), Some(said))
}

pub(crate) async fn screen(ctx: Ctx, can: Can<TestKeep>, Path(id): Path<String>) -> Result {
    let keeper = Keeper::of(&ctx.site, &can.viewer).await?;
    let mut tx = ctx.site.db.read().await?;
    let contest = found(&mut tx, &id).await?;
    if !keeper.keeps(contest.org) {
        return Err(huiyin_base::Problem::not_found().into());
    }
    let stage = stage(&mut tx, &contest).await?;
    drop(tx);
    let page = ScreenPage {
        csrf: ctx.csrf(),
        id: contest.id.to_string(),
        title: contest.title.clone(),
        label: match contest.phase {
            Phase::Asked => "公布答案",
            Phase::Waiting => "开始，出第一题",
            _ if stage.item < stage.of => "出下一题",
            _ => "结束竞赛",
        },
        known: seen(&contest),
        stage,
    };
    ctx.page(&contest.title, Density::Calm, &page)
}

/// What is asked, as it happens.
pub(crate) async fn events(ctx: Ctx, _can: Can<TestTake>, Path(id): Path<String>) -> Result {
    let mut tx = ctx.site.db.read().await?;
    let contest = found(&mut tx, &id).await?;
    drop(tx);
    Ok(live::listen(&ctx.site, contest.id).await?)
}
