//! One talk. Its frame is shown to those who may know of it; its words after a look that is on record.

use askama::Template;
use huiyin_base::{Day, Problem, ProblemKind};
use huiyin_db::Tx;
use huiyin_directory::{account_find, org_find};
use huiyin_web::components::{Breadcrumb, Field, Notice, Tag};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result, SignedIn};
use serde::Deserialize;

use super::id_of;
use super::talks::state_tag;
use crate::Moment;
use crate::pages::cases;
use crate::permissions::{TalkDecide, TalkHold};
use crate::supervision::store::{BasisKind, Talk, TalkSight, basis_list, look_list, talk_find};
use crate::supervision::{Spoken, SupervisionRules, talk_decides, talk_sight};

#[derive(Template)]
#[template(path = "talk.html")]
struct ShowPage {
    csrf: Csrf,
    crumb: Breadcrumb,
    id: String,
    own: bool,
    kind: String,
    state: Tag,
    who: String,
    unit: String,
    org: String,
    day: String,
    due: Option<String>,
    expires: String,
    basis: Vec<(String, String)>,
    spoken: Option<Spoken>,
    looks: Vec<String>,
    mistake: Option<Notice>,
    statement: Option<Field>,
    appeal: Option<Field>,
    appeal_days: i64,
    decides: bool,
    completes: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    text: String,
    lift: String,
}

pub(crate) async fn show(ctx: Ctx, can: Can<SignedIn>, Path(id): Path<String>) -> Result {
    draw(&ctx, &can.viewer, &id, None, None).await
}

/// Others read what was said: the look is on record before it is shown.
pub(crate) async fn look(ctx: Ctx, can: Can<SignedIn>, Path(id): Path<String>, Form(_): Form<Given>) -> Result {
    let sight = talk_sight(&can.viewer, &ctx.site.regions);
    let when = (Moment::at(ctx.now()), ctx.real_now());
    let spoken = cases(&ctx.site)?.talk_look(id_of(&id)?, &sight, &can.viewer, when, &mut ctx.rng()).await?;
    draw(&ctx, &can.viewer, &id, Some(spoken), None).await
}

pub(crate) async fn statement(
    ctx: Ctx,
    can: Can<SignedIn>,
    Path(id): Path<String>,
    Form(given): Form<Given>,
) -> Result {
    let now = Moment::at(ctx.now());
    let done = cases(&ctx.site)?.talk_state(id_of(&id)?, &given.text, &can.viewer, now, &mut ctx.rng()).await;
    told(&ctx, &can.viewer, &id, done, "您的说明已附在谈话后面。").await
}

pub(crate) async fn appeal(ctx: Ctx, can: Can<SignedIn>, Path(id): Path<String>, Form(given): Form<Given>) -> Result {
    let now = Moment::at(ctx.now());
    let done = cases(&ctx.site)?.talk_appeal(id_of(&id)?, &given.text, &can.viewer, now, &mut ctx.rng()).await;
    told(&ctx, &can.viewer, &id, done, "申诉已交上一级，由没有参加谈话的人答复。").await
}

pub(crate) async fn decide(ctx: Ctx, can: Can<TalkDecide>, Path(id): Path<String>, Form(given): Form<Given>) -> Result {
    let sight = talk_sight(&can.viewer, &ctx.site.regions);
    found(&mut ctx.site.db.read().await?, &ctx, &sight, &id).await?;
    let decision = (given.lift == "1", given.text.as_str());
    let now = Moment::at(ctx.now());
    let done = cases(&ctx.site)?.talk_decide(id_of(&id)?, decision, &sight, now, &mut ctx.rng()).await;
    told(&ctx, &can.viewer, &id, done, "申诉已答复，本人能看到。").await
}

pub(crate) async fn complete(ctx: Ctx, can: Can<TalkHold>, Path(id): Path<String>, Form(_): Form<Given>) -> Result {
    let sight = talk_sight(&can.viewer, &ctx.site.regions);
    let done = cases(&ctx.site)?.talk_done(id_of(&id)?, &sight, Moment::at(ctx.now())).await;
    told(&ctx, &can.viewer, &id, done, "已记下：改好了。").await
}

async fn told(
    ctx: &Ctx,
    viewer: &huiyin_directory::Viewer,
    id: &str,
    done: std::result::Result<(), Problem>,
    words: &str,
) -> Result {
    match done {
        Ok(()) => ctx.redirect(&format!("/talks/{id}"), Some(words)),
        Err(problem) if matches!(problem.kind, ProblemKind::Invalid | ProblemKind::Conflict) => {
            draw(ctx, viewer, id, None, Some(problem.message)).await
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn found(tx: &mut Tx, ctx: &Ctx, sight: &TalkSight, id: &str) -> Result<Talk> {
    Ok(talk_find(tx, sight, id_of(id)?, ctx.today()).await?.ok_or_else(Problem::not_found)?)
}

async fn draw(
    ctx: &Ctx,
    viewer: &huiyin_directory::Viewer,
    id: &str,
    spoken: Option<Spoken>,
    mistake: Option<String>,
) -> Result {
    let rules = SupervisionRules::built_in()?;
    let sight = talk_sight(viewer, &ctx.site.regions);
    let mut tx = ctx.site.db.read().await?;
    let talk = found(&mut tx, ctx, &sight, id).await?;
    let own = talk.person() == Some(viewer.account);
    let spoken = if own { Some(cases(&ctx.site)?.talk_own(&talk, viewer)?) } else { spoken };
    let who = match talk.person() {
        Some(_) if own => "您本人".to_owned(),
        Some(person) => account_find(&mut tx, person).await?.map(|account| account.display_name).unwrap_or_default(),
        None => String::new(),
    };
    let unit = match talk.unit_at() {
        Some(unit) => org_find(&mut tx, unit).await?.map(|org| org.name).unwrap_or_default(),
        None => String::new(),
    };
    let org = org_find(&mut tx, talk.org()).await?.map(|org| org.name).unwrap_or_default();
    let basis = basis_list(&mut tx, talk.id).await?;
    let looks = if own { look_list(&mut tx, talk.id).await? } else { Vec::new() };
    drop(tx);
    let longest = u32::try_from(rules.limit.talk).unwrap_or(u32::MAX);
    let in_time = ctx.today().since(talk.day) <= rules.talk.appeal_days;
    let written = spoken.as_ref().and_then(|spoken| spoken.statement.clone()).unwrap_or_default();
    let page = ShowPage {
        csrf: ctx.csrf(),
        crumb: Breadcrumb::new(talk.kind.label()).step("谈话", "/talks"),
        id: id.to_owned(),
        own,
        kind: talk.kind.label().to_owned(),
        state: state_tag(&talk, ctx.today()),
        who,
        unit,
        org,
        day: talk.day.chinese(),
        due: talk.due_day.map(Day::chinese),
        expires: talk.expires_day.chinese(),
        basis: basis
            .into_iter()
            .map(|basis| {
                let path = if basis.kind == BasisKind::Case { "cases" } else { "inspections" };
                (basis.label, format!("/{path}/{}", basis.refers))
            })
            .collect(),
        looks: looks.iter().map(|look| format!("{}，{}", look.day.chinese(), look.post)).collect(),
        mistake: mistake.map(Notice::bad),
        statement: own
            .then(|| Field::area("text", "您的说明", 4).value(written).longest(longest).within("state").required()),
        appeal: (own && in_time && talk.appeal_day.is_none())
            .then(|| Field::area("text", "申诉的理由", 4).longest(longest).within("appeal").required()),
        appeal_days: rules.talk.appeal_days,
        decides: talk.appeal_day.is_some() && talk.decided_day.is_none() && talk_decides(&talk, &sight),
        completes: sight.orgs.contains(&talk.org()) && talk.done_day.is_none() && !talk.lifted && !own,
        spoken,
    };
    if page.mistake.is_some() {
        return ctx.refused("谈话", Density::Calm, &page);
    }
    ctx.page("谈话", Density::Calm, &page)
}
