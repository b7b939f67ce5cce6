//! 文明反映和防骚扰办法: what happens on abuse, who decides, how to object. The same for everybody.

use askama::Template;
use huiyin_base::Problem;
use huiyin_web::{Ctx, Density, Result};

use super::card::cases;
use crate::Conduct;

#[derive(Template)]
#[template(path = "conduct.html")]
struct ConductPage {
    conduct: Conduct,
    objection_days: i64,
    answer_days: u32,
}

pub(crate) async fn show(ctx: Ctx) -> Result {
    ctx.cached(async || {
        let conduct = Conduct::built_in().map_err(Problem::broken)?;
        let rules = std::sync::Arc::clone(&cases(&ctx.site)?.book.rules);
        let answer_days = rules.level(huiyin_directory::OrgKind::County).answer;
        let page = ConductPage { conduct, objection_days: rules.objection_days, answer_days };
        ctx.page("文明反映和防骚扰办法", Density::Calm, &page)
    })
    .await
}
