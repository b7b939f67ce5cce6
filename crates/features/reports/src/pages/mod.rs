//! The pages of figures.

mod bulletins;
pub(crate) mod city;
mod export;
mod field_requests;
mod figure;
pub(crate) mod home;
mod insights;
mod list;
mod targets;

use huiyin_base::Problem;
use huiyin_figures::Figure;
use huiyin_web::components::{Choice, Field, FilterBar, Tabs};
use huiyin_web::{Ctx, Public, Routes, SignedIn};

use crate::asked::{Asked, county_of, month_name};
use crate::store;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get::<Public, _>("/figures", city::show)
        .get::<Public, _>("/figures/{id}", figure::show)
        .get::<Public, _>("/figures/{id}/list", list::show)
        .get::<SignedIn, _>("/figures/{id}/export", export::show)
        .merge(insights::routes())
        .merge(bulletins::routes())
        .merge(targets::routes())
        .merge(field_requests::routes())
}

/// The figure called `id`, if this viewer may see it; otherwise it does not exist.
fn figure_seen<'a>(ctx: &'a Ctx, id: &str) -> Result<&'a Figure, Problem> {
    let found = ctx.site.figures.find(id).filter(|figure| figure.seen_by.includes(ctx.viewer.as_ref()));
    found.ok_or_else(Problem::not_found)
}

/// County, category and month to choose from; `path` is the page itself.
async fn filter(
    tx: &mut huiyin_db::Tx,
    ctx: &Ctx,
    asked: &Asked,
    categories: &[(String, String)],
    path: &str,
) -> Result<FilterBar, huiyin_db::Error> {
    let day = asked.cut.period.to;
    let mut counties: Vec<_> =
        store::county_list(tx).await?.into_iter().map(|region| county_of(&ctx.site.regions, region, day)).collect();
    counties.sort_by(|left, right| left.code.cmp(&right.code));
    let mut bar = FilterBar::new(path);
    let choices = counties.iter().map(|county| Choice::new(&county.code, county.name.as_str()));
    let here = asked.county.as_ref().map(|county| county.code.clone()).unwrap_or_default();
    bar = bar.field(Field::select("county", "县区", with_all("全市", choices)).value(here));
    if !categories.is_empty() {
        let choices = categories.iter().map(|(word, name)| Choice::new(word, name.as_str()));
        let chosen = asked.cut.category.clone().unwrap_or_default();
        bar = bar.field(Field::select("category", "类别", with_all("全部类别", choices)).value(chosen));
    }
    for (name, value) in asked.kept() {
        bar = bar.keep(name, value);
    }
    let months = asked.cut.period.months().into_iter().map(|month| Choice::new(month, month_name(month)));
    let chosen = asked.cut.month.map(|month| month.to_string()).unwrap_or_default();
    bar = bar.field(Field::select("month", "月份", with_all("全年", months)).value(chosen));
    Ok(chips(bar, ctx, asked, categories, path))
}

fn chips(mut bar: FilterBar, ctx: &Ctx, asked: &Asked, categories: &[(String, String)], path: &str) -> FilterBar {
    let subs = sub_names(ctx);
    let sub_name =
        |word: &str| subs.iter().find(|(known, _)| known == word).map_or(word.to_owned(), |(_, name)| name.clone());
    if asked.county.is_some() {
        bar = bar.chip(asked.place_name(""), asked.everywhere().link(path));
    }
    if let Some(word) = &asked.cut.category {
        let name = categories.iter().find(|(known, _)| known == word).map_or(word.as_str(), |(_, name)| name.as_str());
        bar = bar.chip(name, asked.of_every_category().link(path));
    }
    if let Some(unit) = &asked.unit {
        bar = bar.chip(format!("承办：{}", unit.name), asked.of_every_unit().link(path));
    }
    if let Some(word) = &asked.cut.sub_category {
        bar = bar.chip(format!("小类：{}", sub_name(word)), asked.of_every_sub_category().link(path));
    }
    if let Some(score) = asked.cut.score {
        bar = bar.chip(format!("{score} 星"), asked.of_every_score().link(path));
    }
    if let Some(month) = asked.cut.month {
        bar = bar.chip(month_name(month), asked.in_every_month().link(path));
    }
    bar.clear(path)
}

/// The sub-categories that the figures know, word and name.
fn sub_names(ctx: &Ctx) -> Vec<(String, String)> {
    let names = ctx.site.figures.all().iter().map(|figure| (figure.sub_categories)());
    names.max_by_key(Vec::len).unwrap_or_default()
}

fn with_all(all: &str, choices: impl Iterator<Item = Choice>) -> Vec<Choice> {
    std::iter::once(Choice::new("", all)).chain(choices).collect()
}

/// What stands beside the bulletins; officials see more of it.
fn beside(ctx: &Ctx, here: &str) -> Tabs {
    let official = ctx.viewer.as_ref().is_some_and(|viewer| viewer.has_any(crate::permissions::LEADERS));
    let all = [
        ("月度通报", "/bulletins"),
        ("季度综述", "/reviews"),
        ("数据需求", "/field-requests"),
        ("底线目标", "/targets"),
    ];
    let shown = all.into_iter().take(if official { 4 } else { 3 });
    shown.fold(Tabs::new("通报、目标和需求"), |tabs, (label, href)| tabs.tab(label, href, href == here))
}
