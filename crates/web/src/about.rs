//! What this site is, what it shows of whom, and where to complain about paper work for its own sake.

use askama::Template;

use crate::components::Button;
use crate::{Ctx, Density, Result};

#[derive(Template)]
#[template(path = "about.html")]
struct AboutPage<'a> {
    city: &'a str,
    phone: &'a str,
    complain: Button,
}

pub(crate) async fn show(ctx: Ctx) -> Result {
    ctx.cached(async || {
        let complain = Button::primary("这个系统给您添负担了吗？").icon("megaphone").to("/burdens/new");
        let settings = &ctx.site.settings;
        ctx.page("关于本站", Density::Calm, &AboutPage { city: &settings.city, phone: &settings.phone, complain })
    })
    .await
}
