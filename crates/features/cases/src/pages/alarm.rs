//! Emergencies as pages show them: to those who must act, and to whoever reported one.

use askama::Template;
use huiyin_base::Region;
use huiyin_base::number::Receipt;
use huiyin_db::Tx;
use huiyin_directory::{OrgRef, Scope};
use huiyin_web::components::{Html, Notice};
use huiyin_web::{Ctx, Result};

use super::card::{Cards, cases};
use super::case_filter::reached;
use super::clock_facts::moment;
use crate::store::{self, DeskPage, Duty, RosterEntry};
use crate::{CaseItem, Cases, Urgent, gaps};

/// What lies on top of a desk.
#[derive(Debug, Template)]
#[template(path = "alarm.html")]
pub(crate) struct Alarms {
    rows: Vec<Alarm>,
}

impl askama::filters::HtmlSafe for Alarms {}

#[derive(Debug)]
struct Alarm {
    href: String,
    what: String,
    place: String,
    due: String,
    late: bool,
}

/// The emergencies that wait for the viewer; none where none does.
pub(crate) async fn alarms(
    tx: &mut Tx,
    site: &huiyin_web::Site,
    engine: &Cases,
    scope: &Scope,
    at: &[OrgRef],
) -> Result<Option<Alarms>> {
    let page = DeskPage { duty: Some(Duty::Urgent), view: None, at: None, limit: 20 };
    let items = store::desk_list(tx, scope, at, &page).await?.rows;
    let mut rows = Vec::with_capacity(items.len());
    for item in items {
        let Some(case) = store::case_get(tx, item.case()).await? else { continue };
        let cards = Cards::of_case(tx, site, engine, &case).await?;
        let Some(since) = case.urgent_at else { continue };
        let due = engine.book.emergency.due(since);
        rows.push(Alarm {
            href: format!("/cases/{}", case.id),
            what: kind_of(engine, &case).to_owned(),
            place: cards.place(case.region, case.township, case.village),
            due: moment(due),
            late: due < site.clock.now(),
        });
    }
    Ok((!rows.is_empty()).then_some(Alarms { rows }))
}

/// What else the county's desk keeps: calls to make, and who is on call.
#[derive(Debug, Template)]
#[template(path = "desk_links.html")]
pub(crate) struct DeskLinks {
    calls: i64,
    /// From when on nobody is on call.
    gap: Option<String>,
}

impl askama::filters::HtmlSafe for DeskLinks {}

/// The county whose calls and roster a desk keeps: none where it is not one county's alone.
pub(crate) fn kept_county(ctx: &Ctx, scope: &Scope) -> Option<Region> {
    match &reached(&ctx.site, scope)[..] {
        [county] => Some(county.region),
        _ => None,
    }
}

/// A county's turns of the next days, as every desk of the county asks for them.
struct Turns(Vec<RosterEntry>);

/// For whoever keeps a desk; numbers where it is one county's.
pub(crate) async fn links(ctx: &Ctx, tx: &mut Tx, county: Option<Region>, calls: i64) -> Result<DeskLinks> {
    let Some(county) = county else { return Ok(DeskLinks { calls: 0, gap: None }) };
    let (now, soon) = (ctx.now(), ctx.now() + chrono::TimeDelta::days(3));
    let turns = async { store::roster_list(tx, county, now, soon).await.map(Turns) };
    let turns = ctx.site.cache.part_or(county, turns).await?;
    let gap = gaps(&turns.0, now, soon).first().map(|(from, _)| moment(*from));
    Ok(DeskLinks { calls, gap })
}

/// For those who work on the case.
pub(crate) fn notice(cards: &Cards<'_>, engine: &Cases, case: &CaseItem) -> Option<Notice> {
    let since = case.urgent_at.filter(|_| case.is_urgent())?;
    let kind = kind_of(engine, case);
    if case.urgent == Some(Urgent::Confirmed) {
        return Some(Notice::attention(format!("紧急情况（{kind}）已有人处置，怎么处置的见办理过程。")));
    }
    let rules = &engine.book.emergency;
    let told = told(cards, case);
    let next = match engine.book.next_alert(case) {
        Some((_, at)) => format!("到 {} 还没有人处置，就再往上报。", moment(at)),
        None => "各级都已经报到。".to_owned(),
    };
    let words = format!(
        "按反映的文字判断，可能是{kind}。{} 报来，{}前要有人处置。已告诉：{told}。{next}处置以后，或者核实不是紧急情况，请在下面记下。",
        moment(since),
        moment(rules.due(since))
    );
    Some(Notice::bad(words).title(case.urgent.map_or("紧急", Urgent::label)))
}

/// For whoever reported it: no promise that anybody comes.
pub(crate) fn for_reporter(cards: &Cards<'_>, engine: &Cases, case: &CaseItem) -> Option<Notice> {
    let since = case.urgent_at.filter(|_| case.is_urgent())?;
    let call = case.urgent_kind.as_deref().and_then(|kind| engine.book.emergency.kind(kind));
    let seen = if case.urgent == Some(Urgent::Confirmed) {
        "值班人员已经看到并作了记录，见下面的办理过程。"
    } else {
        "现在还没有人回应。"
    };
    let told = format!("您写的内容已在 {} 告诉{}。{seen}", moment(since), told(cards, case));
    Some(call_now(call.map_or("110", |kind| kind.call.as_str()), &told))
}

/// Before it is sent: whoever smells gas should call, and not read on.
pub(crate) fn before_sending(engine: &Cases, title: &str, text: &str) -> Option<Notice> {
    let kind = engine.book.emergency.found(title, text)?;
    Some(call_now(&kind.call, "打过电话，再回来按“确认提交”。"))
}

/// `then` follows what to do at once.
fn call_now(first: &str, then: &str) -> Notice {
    let numbers = [("110", "110 报警"), ("119", "119 火警救援"), ("120", "120 急救")].into_iter();
    let others: Vec<String> =
        numbers.filter(|(number, _)| *number != first).map(|(number, words)| dial(number, words)).collect();
    // Links that dial. The numbers are those of the rules; everything else is ours or escaped.
    let words = format!(
        "人有危险时请马上打 {}（也可以打 {}）。在这里提交不等于报警，我们不能保证有人赶到。{}",
        dial(first, first),
        others.join("、"),
        Html::from(then)
    );
    Notice::bad(Html::drawn(words)).title(format!("请现在就打 {first}"))
}

/// The same on the page of a fresh receipt.
pub(crate) async fn of_receipt(ctx: &Ctx, receipt: &Receipt) -> Result<Option<Notice>> {
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let followed = engine.followed(&mut tx, receipt).await?.filter(|followed| followed.raised);
    let Some(followed) = followed.filter(|followed| followed.current().is_urgent()) else { return Ok(None) };
    let cards = Cards::of_case(&mut tx, &ctx.site, &engine, followed.current()).await?;
    Ok(for_reporter(&cards, &engine, followed.current()))
}

fn kind_of<'a>(engine: &'a Cases, case: &CaseItem) -> &'a str {
    let kind = case.urgent_kind.as_deref().and_then(|kind| engine.book.emergency.kind(kind));
    kind.map_or("紧急情况", |kind| kind.label.as_str())
}

fn dial(number: &str, words: &str) -> String {
    format!(r#"<a class="link nowrap" href="tel:{}">{}</a>"#, Html::from(number), Html::from(words))
}

/// By unit; no person is named.
fn told(cards: &Cards<'_>, case: &CaseItem) -> String {
    let desk = cards.unit(case.desk);
    match (case.urgent_org, case.urgent_account) {
        (Some(org), Some(_)) if case.urgent_step > 0 => format!("{}值班人员和{desk}受理岗", cards.unit(org)),
        (Some(org), Some(_)) => format!("{}值班人员", cards.unit(org)),
        _ => format!("{desk}受理岗"),
    }
}
