//! Who has waited longest: cases, with the unit that has them; never people.

use askama::Template;
use huiyin_base::number::CaseNumber;
use huiyin_figures::{Key, Number, Waiting};
use huiyin_web::components::{DataTable, Empty, FilterBar, Html, Number as NumberView, Row, Tabs};
use huiyin_web::{Can, Ctx, Density, Query, Result};
use serde::Deserialize;

use super::rules::InsightRules;
use super::{Asking, Doors, figure, filter, read, tabs};
use crate::permissions::InsightSee;

const PATH: &str = "/insights/waiting";
/// More are open in no city.
const MOST: i64 = 100_000;

/// Which group of days.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Group {
    waited: String,
}

#[derive(Template)]
#[template(path = "insight_waiting.html")]
struct WaitingPage {
    tabs: Tabs,
    place: String,
    day: String,
    filter: FilterBar,
    groups: Vec<NumberView>,
    open: Html,
    middle: Option<i64>,
    shown: String,
    table: Option<DataTable>,
    empty: Option<Empty>,
    more: usize,
}

pub(crate) async fn show(ctx: Ctx, can: Can<InsightSee>, query: Asking, Query(group): Query<Group>) -> Result {
    let rules = InsightRules::built_in();
    let mut tx = ctx.site.db.snapshot().await?;
    let asked = read(&mut tx, &ctx, &can.viewer, query.0).await?;
    let open = figure(&ctx, "problems_open")?;
    let rows = ctx.site.figures.oldest(&mut tx, open, &asked.cut, MOST).await?;
    let today = asked.cut.until();
    let waited = |row: &Waiting| today.since(row.day);
    let of = |row: &Waiting| rules.waited.iter().position(|most| waited(row) <= *most).unwrap_or(rules.waited.len());
    let groups = (0..=rules.waited.len()).rev().map(|group| {
        let count = rows.iter().filter(|row| of(row) == group).count();
        let link = with(&asked.link(PATH), group);
        NumberView::new(label(rules, group), Number::plain(i64::try_from(count).unwrap_or(0)).text(), "件").to(link)
    });
    let groups = groups.collect();
    let chosen: Option<usize> = group.waited.parse().ok().filter(|group| *group <= rules.waited.len());
    let wanted: Vec<&Waiting> = rows.iter().filter(|row| chosen.is_none_or(|group| of(row) == group)).collect();
    let longest = &wanted[..wanted.len().min(rules.longest)];
    let keys: Vec<Key> = longest.iter().flat_map(|row| keys(row)).collect();
    let doors = Doors::of(&mut tx, &ctx, keys.iter()).await?;
    let all = NumberView::new("办理中", Number::plain(i64::try_from(rows.len()).unwrap_or(0)).text(), "件").inline();
    let page = WaitingPage {
        tabs: tabs(&asked, PATH),
        place: asked.place_name(&ctx.site.settings.city),
        day: today.chinese(),
        filter: filter(&mut tx, &ctx, &asked, PATH, true).await?,
        groups,
        open: all.to(asked.link("/figures/problems_open/list")).into(),
        // The list stands by age: the middle row is the middle age.
        middle: rows.get(rows.len() / 2).map(waited),
        shown: chosen.map_or_else(
            || "从上墙那天算起，等得最久的在前".to_owned(),
            |group| format!("等了{}的", label(rules, group)),
        ),
        more: wanted.len() - longest.len(),
        empty: wanted.is_empty().then(|| Empty::new("没有在等的").text("这里的问题都已经答复。")),
        table: (!wanted.is_empty()).then(|| table(&ctx, &doors, longest, waited)),
    };
    ctx.page("谁等得最久", Density::Sheet, &page)
}

fn keys(row: &Waiting) -> [Key; 3] {
    let owner = row.owner_region.zip(row.owner).map_or(Key::None, |(region, id)| Key::Org(region, id));
    let at = |id: Option<huiyin_base::Id>| id.map_or(Key::None, |id| Key::Org(row.region, id));
    [owner, at(row.township), at(row.village)]
}

fn table(ctx: &Ctx, doors: &Doors, rows: &[&Waiting], waited: impl Fn(&Waiting) -> i64) -> DataTable {
    let regions = &ctx.site.regions;
    let names = super::category_names(ctx);
    let lines = rows.iter().map(|row| {
        let [owner, township, village] = keys(row);
        let number = row.year.zip(row.number).and_then(|(year, n)| {
            let (year, n) = (u16::try_from(year).ok()?, u32::try_from(n).ok()?);
            Some(CaseNumber { county: regions.short(row.region).to_owned(), year, n }.to_string())
        });
        let below = [township, village].into_iter().filter(|key| *key != Key::None).map(|key| doors.name(&key));
        let county =
            regions.named_on(row.region, ctx.site.today()).map(|(_, name)| name.to_owned()).unwrap_or_default();
        let place = std::iter::once(county).chain(below).collect::<Vec<_>>().join(" ");
        let category = row.category.as_deref().unwrap_or_default();
        let category = names.iter().find(|(word, _)| word == category).map_or(category, |(_, name)| name.as_str());
        let cells: [Html; 6] = [
            Html::drawn(format!("<span class=\"nowrap\">{}</span>", Html::from(number.clone().unwrap_or_default()))),
            row.title.as_str().into(),
            format!("{} 天", waited(row)).into(),
            doors.name(&owner).into(),
            place.into(),
            category.into(),
        ];
        let line = Row::new(cells);
        match number {
            Some(number) => line.to(format!("/problems/{number}")),
            None => line,
        }
    });
    let table = DataTable::new("等得最久的问题").column("编号").column("问题").figure("等了").column("在哪个单位");
    table.column("地方").column("类别").rows(lines.collect::<Vec<_>>())
}

/// 15 天以内, 16–30 天, 90 天以上
fn label(rules: &InsightRules, group: usize) -> String {
    match (group.checked_sub(1).and_then(|before| rules.waited.get(before)), rules.waited.get(group)) {
        (None, Some(most)) => format!("{most} 天以内"),
        (Some(least), Some(most)) => format!("{}–{most} 天", least + 1),
        (Some(least), None) => format!("{least} 天以上"),
        (None, None) => String::new(),
    }
}

fn with(address: &str, group: usize) -> String {
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}waited={group}#longest")
}
