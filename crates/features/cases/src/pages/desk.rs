//! What waits for whoever is signed in.

use std::collections::{BTreeSet, HashMap, HashSet};

use askama::Template;
use huiyin_base::Id;
use huiyin_directory::OrgRef;
use huiyin_web::components::{Button, DataTable, Empty, Html, Pager, Row, Tabs};
use huiyin_web::{Can, Ctx, Density, Query, Result};
use serde::{Deserialize, Serialize};

use super::card::{Cards, cases, state_tag};
use super::cell;
use crate::permissions::CaseSee;
use crate::store::{self, CaseLine, DeskItem, Duty};

/// What stands behind the question mark of a desk's address.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Asked {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    duty: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    at: String,
}

#[derive(Template)]
#[template(path = "desk.html")]
struct Desk {
    total: i64,
    late: i64,
    tabs: Tabs,
    table: Option<DataTable>,
    empty: Option<Empty>,
    pager: Pager,
}

const PAGE: i64 = 50;

pub(crate) async fn show(ctx: Ctx, can: Can<CaseSee>, Query(asked): Query<Asked>) -> Result {
    let cases = cases(&ctx.site)?;
    let kinds = cases.book.kinds.iter();
    let at: HashSet<OrgRef> = kinds.flat_map(|kind| crate::desk_orgs(kind, &can.viewer)).collect();
    let at: Vec<OrgRef> = at.into_iter().collect();
    let duty = Duty::parse(&asked.duty);
    let mut tx = ctx.site.db.snapshot().await?;
    let counts = store::desk_count(&mut tx, &can.scope, &at, ctx.today()).await?;
    let page = store::DeskPage { duty, at: asked.at.parse().ok(), limit: PAGE };
    let slice = store::desk_list(&mut tx, &can.scope, &at, &page).await?;
    let found = store::desk_lines(&mut tx, &slice.rows).await?;
    let lines: Vec<CaseLine> = found.values().cloned().collect();
    let cards = Cards::of_lines(&mut tx, &ctx.site, &cases, &lines).await?;
    let link = |at: Option<store::DeskCursor>| Some(address(duty, &at?.to_string()));
    let desk = Desk {
        total: counts.iter().map(|(_, all, _)| all).sum(),
        late: counts.iter().map(|(_, _, late)| late).sum(),
        tabs: tabs(&counts, duty),
        empty: slice.rows.is_empty().then(|| empty(at.is_empty(), duty)),
        table: (!slice.rows.is_empty()).then(|| table(&cards, &slice.rows, &found, duty)),
        pager: Pager::new(link(slice.previous), link(slice.next)),
    };
    ctx.page("我的待办", Density::Desk, &desk)
}

fn tabs(counts: &[(Duty, i64, i64)], chosen: Option<Duty>) -> Tabs {
    let words = |all: i64, late: i64| if late > 0 { format!("{all}，超期 {late}") } else { all.to_string() };
    let (all, late) = counts.iter().fold((0, 0), |(all, late), (_, one, old)| (all + one, late + old));
    let tabs = Tabs::new("待办事项").tab("全部", "/desk", chosen.is_none()).count(words(all, late));
    Duty::ALL.iter().fold(tabs, |tabs, duty| {
        let count =
            counts.iter().find(|(counted, _, _)| counted == duty).map_or((0, 0), |(_, all, late)| (*all, *late));
        let is_chosen = chosen == Some(*duty);
        if count.0 == 0 && !is_chosen {
            return tabs;
        }
        tabs.tab(duty.label(), address(Some(*duty), ""), is_chosen).count(words(count.0, count.1))
    })
}

fn address(duty: Option<Duty>, at: &str) -> String {
    let duty = duty.map_or("", Duty::as_str);
    let query = huiyin_web::to_query(&Asked { duty: duty.to_owned(), at: at.to_owned() });
    if query.is_empty() { "/desk".to_owned() } else { format!("/desk?{query}") }
}

fn table(cards: &Cards<'_>, items: &[DeskItem], lines: &HashMap<Id, CaseLine>, duty: Option<Duty>) -> DataTable {
    let counties: BTreeSet<_> = items.iter().map(|item| item.case_region).collect();
    let table = DataTable::new("待办的问题").column("编号").column("问题").column("地方").column("类别");
    let table = if duty.is_none() { table.column("要办的事") } else { table };
    let rows = items.iter().filter_map(|item| {
        let line = lines.get(&item.case_id)?;
        let mut cells = vec![
            cell::number(cards, line),
            Html::from(cell::headline(line, cards.today)),
            Html::from(cell::place(cards, line, counties.len() > 1)),
            Html::from(cards.category_of(line)),
        ];
        cells.extend(duty.is_none().then(|| cell::nowrap(item.duty.label())));
        cells.push(state_tag(line.state, line.outcome, false).into());
        cells.push(cell::deadline(line, item.due_day, cards.today));
        Some(Row::new(cells).to(format!("/cases/{}", item.case_id)))
    });
    table.column("状态").column("期限").rows(rows)
}

fn empty(no_desk: bool, duty: Option<Duty>) -> Empty {
    let ledger = Button::secondary("看台账").to("/cases");
    if no_desk {
        let text = "您的岗位不直接办理问题，办理情况可以在台账里看。";
        return Empty::new("这里没有派给您的事").text(text).action(ledger);
    }
    if duty.is_some() {
        let all = Button::secondary("看全部待办").to("/desk");
        return Empty::new("这一类都办完了").icon("circle-check").action(all);
    }
    let text = "辛苦了。有新的问题交到您这里，会马上出现在这一页。";
    Empty::new("手上没有要办的事").icon("circle-check").text(text).action(ledger)
}
