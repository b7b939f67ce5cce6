//! The list.

use askama::Template;
use huiyin_base::Region;
use huiyin_web::components::{Button, Choice, DataTable, Empty, Field, FilterBar, Pager, Row, Tag};
use huiyin_web::{Can, Ctx, Density, Query, Result, Site};
use serde::Deserialize;

use crate::permissions::MeetingSee;
use crate::store::{MeetingKind, meeting_list};
use crate::verbs::caller;

const PAGE: i64 = 30;

#[derive(Template)]
#[template(path = "meetings.html")]
struct ListPage {
    call: Option<Button>,
    filter: FilterBar,
    table: Option<DataTable>,
    empty: Option<Empty>,
    pager: Pager,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    kind: String,
    after: String,
}

/// Meetings are for all of the city to learn from: everybody who works in it sees them.
pub(super) fn regions(site: &Site) -> Vec<Region> {
    site.regions.with_children(site.home)
}

pub(crate) async fn list(ctx: Ctx, can: Can<MeetingSee>, Query(asked): Query<Asked>) -> Result {
    let kind = MeetingKind::parse(&asked.kind);
    let after = asked.after.split_once('_');
    let after = after.and_then(|(day, id)| Some((day.parse().ok()?, id.parse().ok()?)));
    let mut tx = ctx.site.db.read().await?;
    let mut rows = meeting_list(&mut tx, &regions(&ctx.site), kind, after, PAGE + 1).await?;
    drop(tx);
    let more = i64::try_from(rows.len()).unwrap_or(0) > PAGE;
    rows.truncate(usize::try_from(PAGE).unwrap_or(0));
    let word = kind.map_or("", MeetingKind::as_str);
    let link = |after: &str| format!("/meetings?{}", huiyin_web::to_query(&[("kind", word), ("after", after)]));
    let next = rows.last().filter(|_| more).map(|last| link(&format!("{}_{}", last.day, last.id)));
    let table = DataTable::new("观摩会和推进会").column("会议").column("形式").column("日期").column("进展");
    let lines = rows.iter().map(|row| {
        let state = match row.held_day {
            Some(_) => Tag::good("已开过"),
            None if row.day < ctx.today() => Tag::attention("开过没有还没记"),
            None => Tag::info("准备中"),
        };
        Row::new([row.title.as_str().into(), row.kind.label().into(), row.day.chinese().into(), state.into()])
            .to(format!("/meetings/{}", row.id))
    });
    let kinds = MeetingKind::ALL.iter().map(|kind| Choice::new(kind.as_str(), kind.label()));
    let kinds = std::iter::once(Choice::new("", "全部")).chain(kinds).collect();
    let page = ListPage {
        call: caller(&can.viewer).is_ok().then(|| Button::primary("安排一次").icon("circle-plus").to("/meetings/new")),
        filter: FilterBar::new("/meetings").field(Field::select("kind", "形式", kinds).value(word)),
        empty: rows
            .is_empty()
            .then(|| Empty::new("还没有安排").text("到做得好的地方看一看，比发文件管用。").icon("route")),
        table: (!rows.is_empty()).then(|| table.rows(lines)),
        pager: Pager::new((!asked.after.is_empty()).then(|| link("")), next),
    };
    ctx.page("观摩推进", Density::Desk, &page)
}
