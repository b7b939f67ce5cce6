//! A ledger in groups: how many of each, and the door to them.

use huiyin_base::Id;
use huiyin_db::Tx;
use huiyin_web::components::{DataTable, Html, Row};
use huiyin_web::{Ctx, Result};

use super::super::kind_fields::Named;
use super::asked::{Narrowed, narrows};
use crate::Kind;
use crate::store::{self, EntryGroup, EntryKey};

/// The groups as a table; none where nothing is grouped.
pub(super) async fn table(
    tx: &mut Tx,
    ctx: &Ctx,
    scope: &huiyin_directory::Scope,
    kind: &Kind,
    narrowed: &Narrowed,
    path: &str,
) -> Result<Option<DataTable>> {
    let Some(by) = narrowed.group else { return Ok(None) };
    let groups = store::entry_groups(tx, scope, &narrowed.filter, by).await?;
    let all: i64 = groups.iter().map(|(_, count)| count.n).sum();
    // A share of what was not counted to its end says nothing.
    let exact = groups.iter().all(|(_, count)| count.exact);
    let field = kind.fields.iter().find(|field| field.slot.is_some_and(|slot| by == EntryGroup::Mark(slot)));
    let orgs: Vec<Id> = groups
        .iter()
        .filter_map(|(key, _)| match key {
            EntryKey::Org(org) => *org,
            _ => None,
        })
        .collect();
    let places = store::place_names(tx, orgs).await?;
    let keys: Vec<String> = groups
        .iter()
        .filter_map(|(key, _)| match key {
            EntryKey::Mark(mark) => Some(mark.clone()),
            _ => None,
        })
        .collect();
    let named = match field {
        Some(field) => Named::of_keys(tx, field, &keys).await?,
        None => Named::default(),
    };
    let asked = narrowed.asked.bare();
    let rows = groups.iter().map(|(key, count)| {
        let (label, href) = match key {
            EntryKey::State(state) => (kind.state_label(*state).to_owned(), Some(asked.with("state", state.as_str()))),
            EntryKey::Region(region) => {
                let county = narrowed.counties.iter().find(|county| county.region == *region);
                let name = ctx.site.regions.named_on(*region, ctx.today()).map_or("", |(_, name)| name).to_owned();
                (name, county.map(|county| asked.with("county", &county.code)))
            }
            EntryKey::Org(org) => {
                let place = org.and_then(|org| places.get(&org));
                let name = place.map_or_else(|| "县（市、区）本级".to_owned(), |place| place.name.clone());
                let code = place.map(|place| place.code.clone()).filter(|_| by == EntryGroup::Place);
                (name, code.map(|code| asked.with("town", &code)))
            }
            EntryKey::Mark(mark) => {
                let Some(field) = field else { return Row::new([Html::from(mark.as_str())]) };
                let door = (!mark.is_empty()).then(|| asked.with(&narrows(field), &spoken(field, mark)));
                (named.key(field, mark), door)
            }
        };
        let share = if all > 0 { count.n * 100 / all } else { 0 };
        let label = match href {
            Some(asked) => {
                let href = asked.with("group", "").link(path);
                Html::drawn(format!("<a class=\"link\" href=\"{}\">{}</a>", Html::from(href), Html::from(label)))
            }
            None => Html::from(label),
        };
        let bar = format!(
            "<span class=\"ledger-progress\"><progress value=\"{share}\" max=\"100\" aria-hidden=\"true\"></progress> {share}%</span>"
        );
        let cells = [label, Html::from(count.to_string())];
        Row::new(cells.into_iter().chain(exact.then(|| Html::drawn(bar))))
    });
    let rows: Vec<Row> = rows.collect();
    let table = DataTable::new("分组").titled().column("组").figure("件数");
    Ok(Some(if exact { table.column("占比") } else { table }.rows(rows)))
}

/// A key as a form would say it.
fn spoken(field: &crate::KindField, mark: &str) -> String {
    match field.kind {
        crate::FieldType::Date => {
            mark.parse().ok().and_then(huiyin_base::Day::from_number).map(|day| day.to_string()).unwrap_or_default()
        }
        crate::FieldType::Number => mark.trim_start_matches('0').to_owned(),
        _ => mark.to_owned(),
    }
}
