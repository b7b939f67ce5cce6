//! Who else has a case open: renewed by the open page, gone after minutes or on leaving.

use askama::Template;
use chrono::TimeDelta;
use huiyin_base::Problem;
use huiyin_db::Tx;
use huiyin_directory::Viewer;
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result};
use serde::Deserialize;

use super::card::cases;
use super::case::reference;
use crate::permissions::CaseHandle;
use crate::{CaseItem, CaseRef, Cases, post_of, store};

/// The line that says who has the case open, and the form that says it of this viewer.
#[derive(Clone, Debug, Template)]
#[template(path = "presence.html")]
pub(crate) struct Presence {
    csrf: Csrf,
    at: String,
    renew: u32,
    others: Others,
}

impl askama::filters::HtmlSafe for Presence {}

/// What the renewed line says.
#[derive(Clone, Debug, Template)]
#[template(path = "presence_others.html")]
struct Others {
    names: Vec<String>,
}

impl askama::filters::HtmlSafe for Others {}

impl Presence {
    /// For those who handle the case. Reading the page writes nothing: the lease begins with the first renewal.
    pub(crate) async fn find(
        ctx: &Ctx,
        tx: &mut Tx,
        engine: &Cases,
        case: &CaseItem,
        viewer: &Viewer,
        opened_lately: bool,
    ) -> Result<Self> {
        let names = if opened_lately {
            store::presence_list(tx, case.at(), viewer.account, ctx.real_now()).await?
        } else {
            Vec::new()
        };
        let renew = engine.book.desk.presence.renew_seconds;
        Ok(Self { csrf: ctx.csrf(), at: case.id.to_string(), renew, others: Others { names } })
    }
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Nothing {}

/// Takes or renews the viewer's lease, and says who else has one.
pub(crate) async fn hold(ctx: Ctx, can: Can<CaseHandle>, Path(id): Path<String>, Form(_): Form<Nothing>) -> Result {
    let engine = cases(&ctx.site)?;
    let (at, name) = handled(&ctx, &engine, &can.viewer, &id).await?;
    let (now, account) = (ctx.real_now(), can.viewer.account);
    let until = now + TimeDelta::seconds(engine.book.desk.presence.lease_seconds);
    let write = ctx.site.db.write("presence_hold", move |tx| {
        let name = name.clone();
        Box::pin(async move {
            store::presence_hold(tx, at, account, &name, now, until).await?;
            Ok(store::presence_list(tx, at, account, now).await?)
        })
    });
    let others = Others { names: write.await? };
    if ctx.is_htmx() {
        return ctx.page("", Density::Desk, &others);
    }
    ctx.redirect(&format!("/cases/{id}"), None)
}

/// Gives the lease back.
pub(crate) async fn leave(ctx: Ctx, can: Can<CaseHandle>, Path(id): Path<String>, Form(_): Form<Nothing>) -> Result {
    let (at, account) = (reference(&id)?, can.viewer.account);
    let write = ctx
        .site
        .db
        .write("presence_end", move |tx| Box::pin(async move { Ok(store::presence_end(tx, at, account).await?) }));
    write.await?;
    ctx.redirect("/desk", None)
}

/// The case, and how colleagues read the viewer's name; the uniform 404 for the subject and for strangers.
async fn handled(ctx: &Ctx, engine: &Cases, viewer: &Viewer, id: &str) -> Result<(CaseRef, String)> {
    let mut tx = ctx.site.db.read().await?;
    let case = store::case_get(&mut tx, reference(id)?).await?.ok_or_else(Problem::not_found)?;
    let grant = engine.handler(&mut tx, &case, viewer).await?;
    Ok((case.at(), format!("{}（{}）", viewer.name, post_of(grant))))
}
