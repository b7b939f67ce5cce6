//! How many pledges each issuer has: for anybody, without names of persons.

use askama::Template;
use huiyin_web::components::{DataTable, Empty, Html, Row};
use huiyin_web::{Ctx, Density, Result};

use crate::pledge::PledgeRules;
use crate::store::{self, PledgeCount};

#[derive(Template)]
#[template(path = "pledge_counts.html")]
struct CountPage {
    table: Option<DataTable>,
    empty: Option<Empty>,
    day: String,
    basis: String,
}

pub(crate) async fn show(ctx: Ctx) -> Result {
    let mut tx = ctx.site.db.read().await?;
    let counts = store::pledge_counts(&mut tx, ctx.site.home, ctx.today()).await?;
    let names = store::place_names(&mut tx, counts.iter().map(|count| count.issuer).collect()).await?;
    drop(tx);
    let name = |count: &PledgeCount| names.get(&count.issuer).map_or("", |place| place.name.as_str()).to_owned();
    let table = DataTable::new("责任书签订数").column("发出单位").column("年份");
    let table = table.figure("当年签订").figure("现行有效").figure("待签署").figure("已到期或终止");
    let rows = counts.iter().map(|count| {
        let figures = [count.made, count.in_force, count.awaiting, count.over].map(|n| Html::from(n.to_string()));
        let words = [Html::from(name(count)), Html::from(format!("{} 年", count.year))];
        Row::new(words.into_iter().chain(figures))
    });
    let page = CountPage {
        empty: counts.is_empty().then(|| Empty::new("还没有签订过责任书").text("签订后，这里按发出单位公布件数。")),
        table: (!counts.is_empty()).then(|| table.rows(rows)),
        day: ctx.today().chinese(),
        basis: PledgeRules::built_in()?.basis.clone(),
    };
    ctx.page("责任书签订数", Density::Calm, &page)
}
