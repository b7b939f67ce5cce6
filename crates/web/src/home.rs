//! The front door: three ways in, then what the features show of the city.

use askama::Template;

use crate::components::Door;
use crate::{Ctx, Density, Result};

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    city: &'a str,
    doors: [Door; 3],
    panels: Vec<String>,
}

/// In large type a member's front page is three doors, and nothing else: his book, his branch's next meeting, somebody to call.
#[derive(Template)]
#[template(path = "home_elder.html")]
struct ElderPage<'a> {
    name: &'a str,
    doors: Vec<String>,
}

const ELDER: [&str; 3] = ["elder_read", "elder_meeting", "elder_call"];

pub(crate) async fn show(ctx: Ctx) -> Result {
    if let Some(viewer) = ctx.viewer.as_ref().filter(|_| ctx.elder) {
        let mut doors = Vec::new();
        for place in ELDER {
            doors.extend(ctx.site.panels(place, Some(viewer)).await?);
        }
        if doors.len() == ELDER.len() {
            return ctx.page("首页", Density::Calm, &ElderPage { name: &viewer.name, doors });
        }
    }
    ctx.cached(async || {
        let mut panels = Vec::new();
        for place in ["home_figures", "home"] {
            panels.extend(ctx.site.panels(place, ctx.viewer.as_ref()).await?);
        }
        ctx.page("首页", Density::Calm, &HomePage { city: &ctx.site.settings.city, doors: doors(), panels })
    })
    .await
}

fn doors() -> [Door; 3] {
    [
        Door::new("/problems/new", "megaphone", "提问题", "不用注册。写清楚、选好村，几分钟就能交。").main(),
        Door::new("/wall", "message-square-warning", "问题墙", "看大家提了什么，谁在办、办到哪一步。"),
        Door::new("/follow", "ticket", "查回音", "凭回执码看进展、补充情况、给结果打分。"),
    ]
}
