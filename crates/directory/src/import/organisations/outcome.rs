//! What the row would change, in words and as a write.

use huiyin_base::Id;

use super::line::Line;
use super::plan::{Above, Draft, OrgPlan};
use super::tree::Tree;
use super::{OrgRecord, OrgWrite};
use crate::import::{Outcome, RowAction, with_number};
use crate::{Org, OrgKind};

/// What becomes of the row, in words and as a write.
pub(super) fn outcome(drafts: &[Draft], place: usize, given: &OrgPlan<'_>, tree: &Tree) -> Outcome<OrgWrite> {
    let draft = &drafts[place];
    let line = match &draft.line {
        Ok(line) => line,
        Err(message) => return Outcome::refused(draft.number, with_number(draft.number, message)),
    };
    let Some(id) = draft.id else {
        return Outcome::refused(draft.number, "没有找到所属的县（市、区），请核对上级代码。");
    };
    let (parent, parent_name) = match draft.parent {
        Above::Nothing => (None, ""),
        Above::Line(above) => (drafts[above].id, drafts[above].line.as_ref().map_or("", |line| line.name.as_str())),
        Above::Existing(above) => (Some(given.state.orgs[above].id), given.state.orgs[above].name.as_str()),
    };
    let depth = tree.depth(place).unwrap_or(0);
    let Some(org) = draft.found.map(|found| &given.state.orgs[found]) else {
        let write = OrgWrite::Add(record(line, id, parent, None));
        let message = match parent_name {
            "" => format!("“{}”（{}）。", line.name, line.kind.label()),
            above => format!("“{}”（{}），属于“{above}”。", line.name, line.kind.label()),
        };
        return Outcome { number: draft.number, action: RowAction::Add, message, write: Some((depth, write)) };
    };
    if let Some(last) = draft.outdated {
        let message = format!("代码“{}”用到 {last} 为止，现为“{}”{}；没有变化。", line.code, org.code, org.name);
        return Outcome::same(draft.number, message);
    }
    let record = record(line, id, parent, Some(org));
    compared(draft.number, org, record, depth, (given, parent_name))
}

fn record(line: &Line, id: Id, parent: Option<Id>, org: Option<&Org>) -> OrgRecord {
    let kept = |new: &Option<i64>, old: Option<i64>| new.or(old);
    let renamed = org.is_none_or(|org| org.name != line.name);
    let short_name = line.short_name.clone().or_else(|| {
        let kept = org.filter(|org| !renamed || org.short_name != org.name);
        kept.map(|org| org.short_name.clone())
    });
    OrgRecord {
        id,
        kind: line.kind.as_str().to_owned(),
        code: line.code.clone(),
        name: line.name.clone(),
        short_name: short_name.unwrap_or_else(|| line.name.clone()),
        parent,
        phone: line.phone.clone().or_else(|| org.and_then(|org| org.phone.clone())),
        households: kept(&line.households, org.and_then(|org| org.households)),
        population: kept(&line.population, org.and_then(|org| org.population)),
        longitude: kept(&line.longitude, org.and_then(|org| org.longitude)),
        latitude: kept(&line.latitude, org.and_then(|org| org.latitude)),
    }
}

fn compared(
    number: u32,
    org: &Org,
    record: OrgRecord,
    depth: u32,
    (given, parent_name): (&OrgPlan<'_>, &str),
) -> Outcome<OrgWrite> {
    let mut changes = Vec::new();
    let renamed = org.name != record.name || org.code != record.code;
    let moved = org.parent != record.parent;
    if org.name != record.name {
        changes.push(format!("名称由“{}”改为“{}”", org.name, record.name));
    }
    if org.code != record.code {
        changes.push(format!("代码由“{}”改为“{}”", org.code, record.code));
    }
    if moved {
        let old = given.state.orgs.iter().find(|other| Some(other.id) == org.parent);
        changes.push(format!("由“{}”划入“{parent_name}”", old.map_or("", |old| old.name.as_str())));
    }
    if org.kind.as_str() != record.kind {
        changes.push(format!(
            "类别由“{}”改为“{}”",
            org.kind.label(),
            OrgKind::parse(&record.kind).map_or("", OrgKind::label)
        ));
    }
    let details = (&org.short_name, &org.phone, org.households, org.population, org.longitude, org.latitude)
        != (&record.short_name, &record.phone, record.households, record.population, record.longitude, record.latitude);
    if details && !renamed {
        changes.push("更新简称、电话、人口或位置".into());
    }
    if changes.is_empty() && !details {
        return Outcome::same(number, "没有变化。");
    }
    let action = if moved { RowAction::Move } else { RowAction::Change };
    let write = OrgWrite::Change { record, renamed, moved };
    Outcome { number, action, message: changes.join("；") + "。", write: Some((depth, write)) }
}
