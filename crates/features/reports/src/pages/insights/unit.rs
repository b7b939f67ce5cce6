//! 我单位的情况: what the viewer's own unit, with all below it, has been given and what became of it.

use askama::Template;
use huiyin_base::Problem;
use huiyin_directory::{Role, org_find};
use huiyin_figures::Figure;
use huiyin_web::components::{Chart, DataTable, Html, Tabs};
use huiyin_web::{Can, Ctx, Density, Result};

use super::{Asking, tabs};
use crate::asked::{Asked, Township};
use crate::board::Board;
use crate::pages::city::{card, chart};
use crate::permissions::InsightSee;

const COUNTS: [&str; 5] =
    ["problems_raised", "problems_solved", "problems_open", "problems_overdue", "problems_reopened"];
const RATES: [&str; 3] = ["problems_solved_rate", "problems_on_time_rate", "problems_satisfied"];
/// Columns of the tables; the stocks stand at the head.
const TABLED: [&str; 4] = ["problems_raised", "problems_solved", "problems_solved_rate", "problems_on_time_rate"];

#[derive(Template)]
#[template(path = "insight_unit.html")]
struct UnitPage {
    tabs: Tabs,
    unit: String,
    period: String,
    units: Vec<(String, String, bool)>,
    counts: Vec<Html>,
    rates: Vec<Html>,
    categories: Option<DataTable>,
    months: Option<DataTable>,
    chart: Option<Chart>,
}

pub(crate) async fn show(ctx: Ctx, can: Can<InsightSee>, query: Asking) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let mut units: Vec<Township> = Vec::new();
    for grant in can.viewer.grants.iter().filter(|grant| grant.role != Role::Member) {
        let Some(org) = org_find(&mut tx, grant.org).await? else { continue };
        if units.iter().all(|unit| unit.org != org.at()) {
            units.push(Township { org: org.at(), code: org.code, name: org.name });
        }
    }
    let asking = crate::asked::Query { from: query.0.from, to: query.0.to, month: query.0.month, ..Default::default() };
    let asked = Asked::read(&mut tx, &ctx.site.regions, ctx.today(), &asking, ctx.viewer.is_none()).await?;
    // Another unit's code is as if none had been given: this page is about one's own.
    let chosen = units.iter().find(|unit| unit.code == query.0.unit).or(units.first()).cloned();
    let unit = chosen.ok_or_else(Problem::not_found)?;
    let asked = asked.of_unit(unit.clone());
    let figures: Vec<&Figure> = COUNTS.iter().chain(&RATES).filter_map(|id| ctx.site.figures.find(id)).collect();
    let tabled = |figure: &Figure| TABLED.contains(&figure.id);
    let board = Board::load(&mut tx, &ctx.site, Some(&can.viewer), asked.clone(), figures, tabled).await?;
    let months = board.months(&mut tx).await?;
    let cards = |ids: &[&str]| {
        let wanted = board.entries.iter().filter(|entry| ids.contains(&entry.figure.id));
        wanted.map(|entry| card(&board, entry)).collect::<Vec<Html>>()
    };
    let page = UnitPage {
        tabs: tabs(&asked.of_every_unit(), "/insights/unit"),
        unit: unit.name.clone(),
        period: asked.period_name(),
        units: units
            .iter()
            .filter(|_| units.len() > 1)
            .map(|other| (other.name.clone(), format!("/insights/unit?unit={}", other.code), other.code == unit.code))
            .collect(),
        counts: cards(&COUNTS),
        rates: cards(&RATES),
        categories: board.categories(&mut tx).await?.map(|sheet| sheet.table()),
        chart: months.as_ref().and_then(chart),
        months: months.map(|sheet| sheet.table()),
    };
    ctx.page("我单位的情况", Density::Sheet, &page)
}
