//! What waits for whoever is signed in.

use std::collections::{BTreeSet, HashSet};

use askama::Template;
use huiyin_base::{Day, Instant, WorkCalendar};
use huiyin_directory::{OrgRef, Role, Viewer};
use huiyin_web::components::{Button, DataTable, Empty, Html, Notice, Pager, Row, Tabs, Tag};
use huiyin_web::{Can, Ctx, Density, Query, Result};
use serde::{Deserialize, Serialize};

use super::alarm::{Alarms, DeskLinks, alarms, kept_county, links};
use super::bulk_bar::BulkBar;
use super::card::{Cards, cases};
use super::cell;
use super::recall::Recalls;
use super::saved_filter::SavedFilters;
use crate::Cases;
use crate::permissions::{CaseSee, KEEPERS};
use crate::store::{self, Count, DeskAsked, DeskBeside, DeskCounts, DeskRow, DeskView, Duty, FilterPage};

/// What stands behind the question mark of a desk's address.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Asked {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) duty: String,
    /// `mine`, `today`, `late`, `returned`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) view: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) at: String,
}

#[derive(Template)]
#[template(path = "desk.html")]
struct Desk {
    alarms: Option<Alarms>,
    links: Option<DeskLinks>,
    /// What waits in other rooms.
    panels: Vec<String>,
    /// What changed above the viewer's tasks.
    band: Option<Notice>,
    /// What the viewer's units no longer have.
    recalls: Option<Recalls>,
    total: Count,
    late: Count,
    queue: Option<Queue>,
    saved: SavedFilters,
    tabs: Tabs,
    bulk: Option<BulkBar>,
    table: Option<DataTable>,
    empty: Option<Empty>,
    pager: Pager,
    /// Keeps the county's rules and templates.
    keeps: bool,
}

/// How long the desk lets people wait.
struct Queue {
    /// Working days since the oldest was handed in.
    oldest: i64,
    /// From how many working days on it is long.
    long_days: i64,
    /// How many have waited so long.
    long: Count,
}

const PAGE: i64 = 30;

/// The word of each view, and what it is called.
const VIEWS: [(&str, &str); 4] =
    [("mine", "我承办的"), ("today", "今天到期"), ("late", "已超期"), ("returned", "退回来的")];

pub(crate) async fn show(ctx: Ctx, can: Can<CaseSee>, Query(asked): Query<Asked>) -> Result {
    let cases = cases(&ctx.site)?;
    let at = orgs_of(&cases, &can.viewer);
    let (today, duty) = (ctx.today(), Duty::parse(&asked.duty));
    let view = view_of(&asked.view, today);
    let long_days = cases.book.desk.queue.long_days;
    let panels = ctx.site.panels("desk", Some(&can.viewer)).await?;
    let mut tx = ctx.site.db.read().await?;
    let long_before = long_before(&ctx.site.calendar, today, long_days);
    let keeps = can.viewer.has_any(KEEPERS);
    let county = if keeps { kept_county(&ctx, &can.scope) } else { None };
    let (units, all) = (super::recall::own(&can.viewer), can.viewer.scope(Role::ALL));
    let beside = DeskBeside { units: &units, scope: &all, county };
    let asked_of = DeskAsked { scope: &can.scope, at: &at, today, long_before, beside };
    let (counts, has) = store::desk_stands(&mut tx, &asked_of).await?;
    let page = store::DeskPage { duty, view, at: asked.at.parse().ok(), limit: PAGE };
    let slice = store::desk_rows(&mut tx, &can.scope, &at, &page).await?;
    let cards = Cards::of_lines(&mut tx, &ctx.site, &cases, slice.rows.iter().map(|row| &row.line)).await?;
    let asked = Asked { at: String::new(), ..asked };
    let query = huiyin_web::to_query(&asked);
    let link = |at: Option<store::DeskCursor>| Some(address(&Asked { at: at?.to_string(), ..asked.clone() }));
    let chosen = duty.is_some() || view.is_some();
    let filters =
        if has.filters { store::desk_filter_list(&mut tx, &all, FilterPage::Desk).await? } else { Vec::new() };
    let desk = Desk {
        total: counts.total,
        late: counts.late,
        queue: queue(&ctx.site.calendar, &counts, today, long_days),
        saved: SavedFilters::of(&ctx, &can.viewer, FilterPage::Desk, filters, &query, chosen)?,
        tabs: tabs(&counts, duty, view.is_some().then_some(asked.view.as_str())),
        bulk: BulkBar::of(&can.viewer, FilterPage::Desk, &query, shown(&counts, duty, view).at_once())
            .filter(|_| !slice.rows.is_empty()),
        empty: slice.rows.is_empty().then(|| empty(at.is_empty(), chosen)),
        alarms: match counts.of(Duty::Urgent) {
            Some(_) => alarms(&mut tx, &ctx.site, &cases, &can.scope, &at).await?,
            None => None,
        },
        links: if keeps { Some(links(&ctx, &mut tx, county, has.calls).await?) } else { None },
        panels,
        band: if has.proposals { super::lists::band(&mut tx, &can.viewer).await? } else { None },
        recalls: if has.recalls { Recalls::find(&ctx, &mut tx, &can.viewer).await? } else { None },
        table: (!slice.rows.is_empty()).then(|| table(&cards, &slice.rows, duty)),
        pager: Pager::new(link(slice.previous), link(slice.next)),
        keeps,
    };
    ctx.page("我的待办", Density::Sheet, &desk)
}

/// Wherever the viewer handles cases of any kind.
pub(crate) fn orgs_of(cases: &Cases, viewer: &Viewer) -> Vec<OrgRef> {
    let kinds = cases.book.kinds.iter();
    let at: HashSet<OrgRef> = kinds.flat_map(|kind| crate::desk_orgs(kind, viewer)).collect();
    at.into_iter().collect()
}

/// The view that an address names.
pub(crate) fn view_of(word: &str, today: Day) -> Option<DeskView> {
    match word {
        "mine" => Some(DeskView::Mine),
        "today" => Some(DeskView::Due(today)),
        "late" => Some(DeskView::Late(today)),
        "returned" => Some(DeskView::Returned),
        _ => None,
    }
}

/// The last day before which something handed in has waited more than so many working days.
fn long_before(calendar: &WorkCalendar, today: Day, long_days: i64) -> Day {
    let mut day = today;
    while calendar.working_days_between(day, today) < long_days && today.since(day) < 2 * long_days + 30 {
        day = day.plus(-1);
    }
    day
}

fn queue(calendar: &WorkCalendar, counts: &DeskCounts, today: Day, long_days: i64) -> Option<Queue> {
    let submitted = Day::of(Instant::from_timestamp_millis(counts.oldest? >> 20)?);
    let oldest = calendar.working_days_between(submitted, today);
    (oldest > 0).then_some(Queue { oldest, long_days, long: counts.long })
}

/// How many the chosen tab holds.
fn shown(counts: &DeskCounts, duty: Option<Duty>, view: Option<DeskView>) -> Count {
    match (duty, view) {
        (Some(duty), None) => counts.of(duty).map(|counted| counted.total).unwrap_or_default(),
        (None, Some(DeskView::Mine)) => counts.mine,
        (None, Some(DeskView::Due(_))) => counts.today,
        (None, Some(DeskView::Late(_))) => counts.late,
        (None, Some(DeskView::Returned)) => counts.returned,
        _ => counts.total,
    }
}

fn tabs(counts: &DeskCounts, duty: Option<Duty>, view: Option<&str>) -> Tabs {
    let words = |all: Count, late: Count| if late.n > 0 { format!("{all}，超期 {late}") } else { all.to_string() };
    let none = duty.is_none() && view.is_none();
    let tabs = Tabs::new("待办事项").tab("全部", "/desk", none).count(words(counts.total, counts.late));
    let viewed = [counts.mine, counts.today, counts.late, counts.returned];
    let tabs = VIEWS.iter().zip(viewed).fold(tabs, |tabs, ((word, label), count)| {
        let is_chosen = view == Some(*word);
        if count.n == 0 && !is_chosen {
            return tabs;
        }
        let asked = Asked { view: (*word).to_owned(), ..Asked::default() };
        tabs.tab(*label, address(&asked), is_chosen).count(count)
    });
    Duty::ALL.iter().fold(tabs, |tabs, one| {
        let counted = counts.of(*one);
        let is_chosen = duty == Some(*one);
        if counted.is_none() && !is_chosen {
            return tabs;
        }
        let total = counted.map(|counted| counted.total).unwrap_or_default();
        let late = Count { n: counted.and_then(|counted| counted.late).unwrap_or(0), exact: true };
        let label = if *one == Duty::Verify { "待我核验" } else { one.label() };
        let asked = Asked { duty: one.as_str().to_owned(), ..Asked::default() };
        tabs.tab(label, address(&asked), is_chosen).count(words(total, late))
    })
}

fn address(asked: &Asked) -> String {
    let query = huiyin_web::to_query(asked);
    if query.is_empty() { "/desk".to_owned() } else { format!("/desk?{query}") }
}

fn table(cards: &Cards<'_>, rows: &[DeskRow], duty: Option<Duty>) -> DataTable {
    let counties: BTreeSet<_> = rows.iter().map(|row| row.line.region).collect();
    let table = DataTable::new("待办的问题").picks("case", "bulk");
    let table = table.column("编号").column("问题").column("地方").column("类别");
    let table = if duty.is_none() { table.column("要办的事") } else { table };
    let rows = rows.iter().map(|row| {
        let line = &row.line;
        let headline = cell::headline(line, cards.today);
        let mut cells = vec![
            cell::number(cards, line),
            marked(row, &headline),
            Html::from(cell::place(cards, line, counties.len() > 1)),
            Html::from(cards.category_of(line)),
        ];
        cells.extend(duty.is_none().then(|| cell::nowrap(row.duty.label())));
        cells.push(cards.state_of(&line.kind, line.state, line.outcome, false));
        cells.push(cell::deadline(line, row.due_day, cards.today));
        Row::new(cells).to(format!("/cases/{}", line.id)).key(line.id.to_string()).named(headline)
    });
    table.column("状态").column("期限").rows(rows)
}

/// The headline, with what makes the case stand out.
fn marked(row: &DeskRow, headline: &str) -> Html {
    let returned = row.returned.then(|| Tag::attention("退回").icon("undo-2").into());
    let reminded = row.line.reminded_day.map(|day| {
        let day = day.chinese();
        let day = day.split_once('年').map_or(day.as_str(), |(_, rest)| rest);
        Tag::attention(format!("{day}有提醒")).icon("bell").into()
    });
    let parts = match row.parts {
        (0, _) => None,
        (_, 0) => Some(Tag::attention("分件都办结了，可以答复").icon("check").into()),
        (all, open) => Some(Tag::plain(format!("分件办结 {}/{all}", all - open)).into()),
    };
    Html::join(std::iter::once(Html::from(headline)).chain(returned).chain(parts).chain(reminded))
}

fn empty(no_desk: bool, chosen: bool) -> Empty {
    let ledger = Button::secondary("看台账").to("/cases");
    if no_desk {
        let text = "您的岗位不直接办理问题，办理情况可以在台账里看。";
        return Empty::new("这里没有派给您的事").text(text).action(ledger);
    }
    if chosen {
        let all = Button::secondary("看全部待办").to("/desk");
        return Empty::new("这一类都办完了").icon("circle-check").action(all);
    }
    let text = "辛苦了。有新的问题交到您这里，会马上出现在这一页。";
    Empty::new("手上没有要办的事").icon("circle-check").text(text).action(ledger)
}
