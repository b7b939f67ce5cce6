//! Keys of reading apps: made by their holder, shown once, ended by him.

use askama::Template;
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use huiyin_base::{Id, Problem, ProblemKind};
use huiyin_web::components::{Breadcrumb, Button, Field, Notice, PostButton};
use huiyin_web::store::reading_key::reading_key_list;
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result, SignedIn, reading_key};
use serde::Deserialize;

use super::Nothing;

#[derive(Template)]
#[template(path = "keys.html")]
struct KeysPage {
    crumb: Breadcrumb,
    csrf: Csrf,
    mistake: Option<Notice>,
    /// The new key, once.
    fresh: Option<String>,
    address: String,
    login: String,
    device: Field,
    keys: Vec<(String, PostButton)>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    device: String,
}

pub(crate) async fn show(ctx: Ctx, can: Can<SignedIn>) -> Result {
    draw(&ctx, &can, String::new(), None, None).await
}

pub(crate) async fn open(ctx: Ctx, can: Can<SignedIn>, Form(given): Form<Given>) -> Result {
    match reading_key::open(&ctx.site, can.viewer.account, &given.device, &mut ctx.rng()).await {
        Ok(key) => draw(&ctx, &can, String::new(), Some(key), None).await,
        Err(problem) if matches!(problem.kind, ProblemKind::Invalid | ProblemKind::Conflict) => {
            draw(&ctx, &can, given.device, None, Some(problem.message)).await
        }
        Err(problem) => Err(problem.into()),
    }
}

pub(crate) async fn end(ctx: Ctx, can: Can<SignedIn>, Path(id): Path<String>, Form(_): Form<Nothing>) -> Result {
    let id: Id = id.parse().map_err(|_| Problem::not_found())?;
    reading_key::end(&ctx.site, can.viewer.account, id, &mut ctx.rng()).await?;
    ctx.redirect("/satchel/keys", Some("已作废，那台设备上的阅读软件不能再取书。"))
}

async fn draw(
    ctx: &Ctx,
    can: &Can<SignedIn>,
    device: String,
    fresh: Option<String>,
    mistake: Option<String>,
) -> Result {
    let mut tx = ctx.site.db.read().await?;
    let keys = reading_key_list(&mut tx, can.viewer.account).await?;
    let account = huiyin_directory::account_find(&mut tx, can.viewer.account).await?;
    drop(tx);
    let end = |id: Id, device: &str| {
        let button = Button::danger("作废").small().saying("device", device);
        PostButton::new(format!("/satchel/keys/{id}/removal"), &ctx.csrf(), button)
    };
    let page = KeysPage {
        crumb: Breadcrumb::new("阅读软件口令").step("我的小书包", "/satchel"),
        csrf: ctx.csrf(),
        mistake: mistake.map(Notice::bad),
        fresh,
        address: format!("{}/opds", ctx.address()),
        login: account.map(|account| account.login).unwrap_or_default(),
        device: Field::text("device", "这台设备叫什么")
            .value(device)
            .hint("写给自己看的，例如“我的平板”。")
            .required()
            .longest(20),
        keys: keys.iter().map(|key| (key.device.clone(), end(key.id, &key.device))).collect(),
    };
    if page.mistake.is_some() {
        return ctx.refused("阅读软件口令", Density::Calm, &page);
    }
    let mut response = ctx.page("阅读软件口令", Density::Calm, &page)?;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
