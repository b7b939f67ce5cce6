//! Whether public pages name a village for a problem, or its township: where few people live, the place alone would tell who
//! complained.

use askama::Template;
use huiyin_base::Problem;
use huiyin_db::Tx;
use huiyin_directory::audit::{self, AuditKind, Event};
use huiyin_directory::{Org, OrgKind, Scope, org_place_show, org_place_shown};
use huiyin_web::components::{Breadcrumb, Choice, Field};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result};
use serde::Deserialize;

use super::address::{breadcrumb, covers, find, href};
use crate::permissions::PlaceShow;

#[derive(Template)]
#[template(path = "place_shown.html")]
struct PlaceShownPage {
    csrf: Csrf,
    way: Breadcrumb,
    name: String,
    action: String,
    people: Option<i64>,
    shown: Field,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Chosen {
    #[serde(default)]
    shown: String,
}

pub(crate) async fn show(ctx: Ctx, can: Can<PlaceShow>, Path((county, code)): Path<(String, String)>) -> Result {
    let mut tx = ctx.site.db.read().await?;
    let org = place(&mut tx, &ctx, &can.scope, &county, &code).await?;
    let shown = match org_place_shown(&mut tx, org.at()).await? {
        None => "",
        Some(true) => "yes",
        Some(false) => "no",
    };
    let choices = vec![
        Choice::new("", "按人数定").hint("人数少的（全市统一的规则）只写到乡镇（街道），其余写到村（社区）"),
        Choice::new("yes", "写到村（社区）"),
        Choice::new("no", "只写到乡镇（街道）").hint("住的人少、一说地点就认得出是谁家的，选这一项"),
    ];
    let page = PlaceShownPage {
        csrf: ctx.csrf(),
        way: breadcrumb(&mut tx, &ctx.site, &org).await?,
        name: org.name.clone(),
        action: format!("{}/place-shown", href(&ctx.site.regions, org.region, &org.code)),
        people: org.population,
        shown: Field::radio("shown", "这里的问题，公众看到的地点", choices).value(shown),
    };
    ctx.page("公开到哪一级地点", Density::Desk, &page)
}

pub(crate) async fn set(
    ctx: Ctx,
    can: Can<PlaceShow>,
    Path((county, code)): Path<(String, String)>,
    Form(chosen): Form<Chosen>,
) -> Result {
    let mut tx = ctx.site.db.read().await?;
    let org = place(&mut tx, &ctx, &can.scope, &county, &code).await?;
    drop(tx);
    let shown = match chosen.shown.as_str() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    let at = org.at();
    let words = match shown {
        None => "公开到哪一级地点：按人数定",
        Some(true) => "公开到哪一级地点：写到村（社区）",
        Some(false) => "公开到哪一级地点：只写到乡镇（街道）",
    };
    let event = Event::new(org.region, AuditKind::Setting, ctx.real_now(), &mut ctx.rng()).by(can.viewer.account);
    let event = event.about("org", org.id).detail(words);
    let write = ctx.site.db.write("org_place_show", move |tx| {
        let event = event.clone();
        Box::pin(async move {
            org_place_show(tx, at, shown).await?;
            Ok(audit::record(tx, &event).await?)
        })
    });
    write.await?;
    ctx.site.cache.changed();
    ctx.redirect(&href(&ctx.site.regions, org.region, &org.code), Some("已经设好，公众页面马上按新的显示。"))
}

/// A village or community that the viewer answers for.
async fn place(tx: &mut Tx, ctx: &Ctx, scope: &Scope, county: &str, code: &str) -> Result<Org> {
    let org = find(tx, &ctx.site, county, code).await?;
    let is_place = matches!(org.kind, OrgKind::Village | OrgKind::Community);
    if !is_place || !covers(tx, scope, org.at()).await? {
        return Err(Problem::not_found().into());
    }
    Ok(org)
}
