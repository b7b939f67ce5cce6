//! Kinds in the administration: which there are, one made from lists, looked at, published.

mod form;
mod preview;

use askama::Template;
use huiyin_web::components::{Button, DataTable, Html, Row, Tag};
use huiyin_web::{Can, Ctx, Density, Result, Routes};

use super::card::cases;
use crate::permissions::KindMake;
use crate::store::{self, MadeState};
use crate::{Kind, MadeKind};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get::<KindMake, _>("/admin/kinds", list)
        .post::<KindMake, _>("/admin/kinds", form::create)
        .get::<KindMake, _>("/admin/kinds/new", form::new)
        .get::<KindMake, _>("/admin/kinds/{name}/{version}", preview::show)
        .post::<KindMake, _>("/admin/kinds/{name}/{version}/publication", preview::publish)
}

#[derive(Template)]
#[template(path = "kinds.html")]
struct KindList {
    made: Option<DataTable>,
    shipped: DataTable,
    new: Button,
}

async fn list(ctx: Ctx, _can: Can<KindMake>) -> Result {
    let engine = cases(&ctx.site)?;
    let made = store::kind_made_list(&mut ctx.site.db.read().await?).await?;
    // A version of one's own of a kind that comes with the program stands among those that were made.
    let is_made =
        |kind: &&Kind| made.iter().any(|one| (one.name.as_str(), one.version) == (kind.name.as_str(), kind.version));
    let shipped =
        DataTable::new("随程序提供的种类").titled().column("名称").column("版本").column("受理").column("核验");
    let shipped = shipped.rows(engine.book.kinds.iter().filter(|kind| !is_made(kind)).map(|kind| {
        let row = Row::new([
            Html::from(kind.label.as_str()),
            Html::from(kind.version.to_string()),
            kind.begins.label().into(),
            kind.verifier.label().into(),
        ]);
        let newest = made.iter().find(|one| one.name == kind.name);
        match newest {
            _ if !kind.is_issued() => row,
            Some(one) => row.to(format!("/admin/kinds/{}/{}", one.name, one.version)),
            None => row.to(format!("/admin/kinds/new?name={}&version={}", kind.name, kind.version)),
        }
    }));
    let rows = made.iter().map(|one| {
        let form: MadeKind = serde_json::from_str(&one.form).unwrap_or_default();
        let state = match one.state {
            MadeState::Draft => Tag::attention(one.state.label()),
            MadeState::Published => Tag::good(one.state.label()).icon("check"),
        };
        let day = one.published_day.unwrap_or(one.created_day).to_string();
        let cells = [Html::from(form.label), format!("第 {} 版", one.version).into(), state.into(), Html::from(day)];
        Row::new(cells).to(format!("/admin/kinds/{}/{}", one.name, one.version))
    });
    let rows: Vec<Row> = rows.collect();
    let table = DataTable::new("自建的种类和版本").titled().column("名称").column("版本").column("状态").column("日期");
    let page = KindList {
        made: (!rows.is_empty()).then(|| table.rows(rows)),
        shipped,
        new: Button::primary("新建一种").to("/admin/kinds/new"),
    };
    ctx.page("事项种类", Density::Desk, &page)
}
