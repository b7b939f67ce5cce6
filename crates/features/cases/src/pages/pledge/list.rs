//! The pledges of a year.

use std::collections::{HashMap, HashSet};

use askama::Template;
use huiyin_base::{Day, Id};
use huiyin_web::components::{Button, DataTable, Empty, Html, Number, Row, Tabs, Tag};
use huiyin_web::{Can, Ctx, Density, Query, Result};
use serde::Deserialize;

use crate::permissions::PledgeSee;
use crate::pledge::issuing_grant;
use crate::store::{self, PlaceName, Pledge, Side};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    year: String,
}

#[derive(Template)]
#[template(path = "pledge_list.html")]
struct ListPage {
    years: Option<Tabs>,
    figures: Vec<Number>,
    table: Option<DataTable>,
    empty: Option<Empty>,
    make: Option<Button>,
}

pub(crate) async fn show(ctx: Ctx, can: Can<PledgeSee>, Query(asked): Query<Asked>) -> Result {
    let (home, today) = (ctx.site.home, ctx.today());
    let mut tx = ctx.site.db.snapshot().await?;
    let years = store::pledge_years(&mut tx, home).await?;
    let this = i64::from(today.year());
    let year = asked.year.parse().ok().filter(|year| years.contains(year)).unwrap_or(this);
    let pledges = store::pledge_list(&mut tx, &can.scope, home, year).await?;
    let signed: HashSet<(Id, Side)> = store::pledge_signed_sides(&mut tx, home, year).await?.into_iter().collect();
    let mut names = store::place_names(&mut tx, pledges.iter().map(|pledge| pledge.party).collect()).await?;
    drop(tx);
    let mut pledges = pledges;
    pledges.sort_by_key(|pledge| names.get(&pledge.party).map(|name| name.code.clone()));
    let issues = issuing_grant(&can.viewer).is_some();
    let count = |wanted: fn(&Pledge, Day) -> bool| pledges.iter().filter(|one| wanted(one, today)).count().to_string();
    let figures = vec![
        Number::new("今年签订", pledges.len().to_string(), "份").definition("当年起草并送双方签署的责任书"),
        Number::new("现行有效", count(Pledge::holds), "份").definition("双方都已签署，没有终止，没有过期"),
        Number::new("待签署", count(waits), "份").definition("有一版还缺一方或两方签署"),
    ];
    let page = ListPage {
        years: (years.len() > 1).then(|| {
            let tabs = Tabs::new("年份");
            years
                .iter()
                .fold(tabs, |tabs, one| tabs.tab(format!("{one} 年"), format!("/pledges?year={one}"), *one == year))
        }),
        figures,
        empty: pledges.is_empty().then(|| empty(issues)),
        table: (!pledges.is_empty()).then(|| table(&pledges, &mut names, &signed, today)),
        make: issues.then(|| Button::primary("写一份责任书").icon("file-pen").to("/pledges/new")),
    };
    ctx.page("责任书", Density::Desk, &page)
}

/// A version waits for a signature.
fn waits(pledge: &Pledge, today: Day) -> bool {
    pledge.in_force != Some(pledge.versions) && pledge.ended_day.is_none() && pledge.until_day >= today
}

/// How a pledge stands, in one tag.
pub(super) fn state_tag(pledge: &Pledge, today: Day) -> Tag {
    if pledge.ended_day.is_some() {
        return Tag::plain("已终止");
    }
    if pledge.until_day < today {
        return Tag::plain("已到期");
    }
    match pledge.in_force {
        None => Tag::attention("待签署").icon("file-pen"),
        Some(n) if n < pledge.versions => Tag::attention("新版待签").icon("file-pen"),
        Some(_) => Tag::good("现行有效").icon("check"),
    }
}

fn table(
    pledges: &[Pledge],
    names: &mut HashMap<Id, PlaceName>,
    signed: &HashSet<(Id, Side)>,
    today: Day,
) -> DataTable {
    let table = DataTable::new("责任书").column("承担单位").column("责任书").column("批准文号");
    let table = table.column("版本").column("签署").column("有效期到").column("状态");
    table.rows(pledges.iter().map(|pledge| {
        let party = names.get(&pledge.party).map(|name| name.name.clone()).unwrap_or_default();
        let sides = [(Side::Issuer, "市"), (Side::Party, "对方")];
        let sides = sides.map(|(side, label)| {
            let done = signed.contains(&(pledge.id, side));
            format!("{label}{}", if done { "已签" } else { "未签" })
        });
        let cells = [
            Html::from(party.as_str()),
            Html::from(pledge.title.as_str()),
            Html::from(pledge.approval.as_str()),
            Html::from(format!("第 {} 版", pledge.versions)),
            Html::from(sides.join("，")),
            Html::from(pledge.until_day.chinese()),
            state_tag(pledge, today).into(),
        ];
        Row::new(cells).to(format!("/pledges/{}", pledge.id)).named(party)
    }))
}

fn empty(issues: bool) -> Empty {
    let empty = Empty::new("这一年还没有责任书");
    if issues {
        return empty.text("先有批准文号，再起草：从任务清单里选目标，双方用账号签署后生效。");
    }
    empty.text("责任书由市里起草。送来签署时会出现在这里。")
}
