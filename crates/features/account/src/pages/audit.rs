//! The log, for the audit administrator: newest first, by kind.

use askama::Template;
use huiyin_base::Id;
use huiyin_directory::audit::{AuditEntry, AuditKind, AuditOutcome};
use huiyin_directory::{Reach, audit_event_list};
use huiyin_web::components::{Button, Choice, DataTable, Field, Html, Pager, Row, Tag};
use huiyin_web::{Can, Ctx, Density, Query, Result};
use serde::Deserialize;

use super::security::moment;
use super::{rules, words};
use crate::permissions::AuditRead;

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    days: i64,
    seconds: u32,
    kind: Field,
    find: Button,
    table: DataTable,
    pager: Pager,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    before: String,
}

pub(crate) async fn list(ctx: Ctx, can: Can<AuditRead>, Query(wanted): Query<Wanted>) -> Result {
    const EACH: u32 = 50;
    let regions = can.scope.reaches.iter().filter_map(|reach| match reach {
        Reach::Region(region) => Some(*region),
        Reach::Subtree(_) => None,
    });
    let regions: Vec<_> = regions.collect();
    let kind = AuditKind::parse(&wanted.kind);
    let before: Option<Id> = wanted.before.parse().ok();
    let tx = &mut ctx.site.db.read().await?;
    let events = audit_event_list(tx, &regions, kind, before, EACH + 1).await?;
    let shown = &events[..events.len().min(EACH as usize)];
    let mut rows = Vec::with_capacity(shown.len());
    for event in shown {
        let outcome: Html = match event.outcome {
            AuditOutcome::Done => Tag::plain(event.outcome.label()),
            AuditOutcome::Refused => Tag::attention(event.outcome.label()),
            AuditOutcome::Failed => Tag::bad(event.outcome.label()),
        }
        .into();
        let sealed = if event.seal.is_some() { "已封存" } else { "待封存" };
        rows.push(Row::new([
            moment(event.at).into(),
            event.kind.label().into(),
            words::who(tx, event.account).await?.into(),
            told(&ctx, event).into(),
            outcome,
            sealed.into(),
        ]));
    }
    let next = (events.len() > shown.len()).then(|| shown.last()).flatten();
    let next = next.map(|last| format!("/audit?kind={}&before={}", kind.map_or("", AuditKind::as_str), last.id));
    let mut choices = vec![Choice::new("", "全部")];
    choices.extend(AuditKind::ALL.iter().map(|kind| Choice::new(kind.as_str(), kind.label())));
    let table = DataTable::new("审计记录")
        .column("时间")
        .column("类别")
        .column("谁")
        .column("说明")
        .column("结果")
        .column("封存");
    let rules = rules(&ctx).audit;
    let page = AuditPage {
        days: rules.retention_days,
        seconds: rules.seal_seconds,
        kind: Field::select("kind", "类别", choices).value(&wanted.kind),
        find: Button::secondary("筛选").icon("filter"),
        table: table.rows(rows),
        pager: Pager::new(None::<String>, next),
    };
    ctx.page("审计", Density::Desk, &page)
}

/// What was done; of a problem also in which county, whose numbers begin anew in each.
fn told(ctx: &Ctx, event: &AuditEntry) -> String {
    let of_case = event.subject.as_deref().is_some_and(|subject| subject.starts_with("case "));
    let county = ctx.site.regions.get(event.id.region()).filter(|_| of_case);
    county.map_or_else(|| event.detail.clone(), |county| format!("{}：{}", county.name, event.detail))
}
