//! Which ledgers there are, and how each of them stands in the viewer's reach.

use askama::Template;
use huiyin_web::components::{Button, DataTable, Html, Row};
use huiyin_web::{Can, Ctx, Density, Result};

use super::super::card::cases;
use crate::permissions::CaseSee;
use crate::store::{self, EntryFilter, EntryGroup, EntryKey};
use crate::{Kind, State};

#[derive(Template)]
#[template(path = "ledgers.html")]
struct Ledgers {
    table: DataTable,
    problems: Button,
}

pub(crate) async fn show(ctx: Ctx, can: Can<CaseSee>) -> Result {
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.snapshot().await?;
    let mut rows = Vec::new();
    for kind in engine.book.issued_kinds() {
        let filter = EntryFilter { kind: kind.name.clone(), ..EntryFilter::default() };
        let states = store::entry_groups(&mut tx, &can.scope, &filter, EntryGroup::State).await?;
        let late = EntryFilter { overdue_on: Some(ctx.today()), ..filter };
        let late = store::entry_count(&mut tx, &can.scope, &late, false).await?;
        rows.push(row(kind, &states, late));
    }
    let table = DataTable::new("分类台账").column("台账").figure("在办").figure("已销号").figure("超期").column("核验");
    let page =
        Ledgers { table: table.rows(rows), problems: Button::secondary("问题墙的问题另有台账").to("/cases") };
    ctx.page("分类台账", Density::Desk, &page)
}

fn row(kind: &Kind, states: &[(EntryKey, store::Count)], late: store::Count) -> Row {
    let of = |wanted: &[State]| {
        let fits = |key: &EntryKey| matches!(key, EntryKey::State(state) if wanted.contains(state));
        let fitting = states.iter().filter(|(key, _)| fits(key));
        let none = store::Count { n: 0, exact: true };
        fitting.fold(none, |sum, (_, count)| store::Count { n: sum.n + count.n, exact: sum.exact && count.exact })
    };
    let path = format!("/ledgers/{}", kind.name);
    let number = |count: store::Count, query: &str| {
        if count.n == 0 { Html::from("0") } else { link(&format!("{path}?{query}"), &count.to_string()) }
    };
    Row::new([
        link(&path, &kind.label),
        number(of(&State::OPEN), "state=open"),
        number(of(&State::ECHOED), "state=struck"),
        number(late, "due=late"),
        kind.verifier.label().into(),
    ])
}

pub(super) fn link(href: &str, words: &str) -> Html {
    Html::drawn(format!("<a class=\"link\" href=\"{}\">{}</a>", Html::from(href), Html::from(words)))
}
