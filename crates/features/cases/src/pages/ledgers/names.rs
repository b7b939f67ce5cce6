//! People and units that a table names by their names: looked for within what its issuer hands down to, and never guessed at.

use std::collections::{BTreeSet, HashMap};

use huiyin_base::{Id, Problem};
use huiyin_db::Tx;
use huiyin_directory::{OrgRef, holders_named};
use huiyin_documents::Table;
use huiyin_web::{Ctx, Result};

use crate::permissions::OWNERS;
use crate::store;
use crate::{FieldType, KindField};

/// Whom and what the names of a table stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    units: HashMap<String, Vec<Found>>,
    people: HashMap<String, Vec<Found>>,
}

/// Something of a name, and what tells it from another of the same name.
#[derive(Clone, Debug)]
struct Found {
    id: Id,
    /// Of a unit itself; of a person, where he holds his role.
    unit: OrgRef,
    /// The unit above; of a person his unit.
    near: String,
}

/// The most candidates that a message names.
const NAMED: usize = 4;

/// 张三（柳河镇）: a name and what tells it from others.
fn parts(cell: &str) -> (&str, Option<&str>) {
    let open = |at: &char| matches!(at, '（' | '(');
    let Some(inner) = cell.strip_suffix(['）', ')']) else { return (cell, None) };
    match inner.split_once(|letter| open(&letter)) {
        Some((name, near)) if !name.trim().is_empty() => (name.trim(), Some(near.trim())),
        _ => (cell, None),
    }
}

impl Names {
    /// For the units of `unit_column` and the fields of a table.
    pub(super) async fn find(
        ctx: &Ctx,
        tx: &mut Tx,
        issuer: OrgRef,
        table: &Table,
        unit_column: Option<usize>,
        fields: &[(usize, &KindField)],
    ) -> Result<Self> {
        let cells = |columns: Vec<usize>| -> Vec<String> {
            let cells = table.rows.iter().flat_map(|row| columns.iter().filter_map(|at| row.cells.get(*at)));
            let both = cells.flat_map(|cell| [cell.trim().to_owned(), parts(cell.trim()).0.to_owned()]);
            both.filter(|name| !name.is_empty()).collect::<BTreeSet<_>>().into_iter().collect()
        };
        let of = |wanted: &[FieldType]| -> Vec<usize> {
            fields.iter().filter(|(_, field)| wanted.contains(&field.kind)).map(|(at, _)| *at).collect()
        };
        let units = of(&[FieldType::Organisation, FieldType::Place]).into_iter().chain(unit_column).collect();
        Ok(Self {
            units: units_of(ctx, tx, issuer, cells(units)).await?,
            people: people_of(ctx, tx, issuer, cells(of(&[FieldType::Person]))).await?,
        })
    }

    /// The unit that a cell names.
    pub(super) fn unit(&self, label: &str, cell: &str) -> std::result::Result<OrgRef, Problem> {
        let why = "没有找到，或者不在能下达的范围里";
        one(&self.units, label, cell, None, why).map(|found| found.unit)
    }

    /// The person whom a cell names; somebody of the row's own unit before others.
    pub(super) fn person(&self, label: &str, cell: &str, own: OrgRef) -> std::result::Result<Id, Problem> {
        let why = "没有找到：能下达的范围里没有叫这个名字的承办人员。可以留空，下达后在页面上选";
        one(&self.people, label, cell, Some(own), why).map(|found| found.id)
    }
}

fn one<'a>(
    all: &'a HashMap<String, Vec<Found>>,
    label: &str,
    cell: &str,
    own: Option<OrgRef>,
    none: &str,
) -> std::result::Result<&'a Found, Problem> {
    let (name, near) = parts(cell);
    let whole = all.get(cell).map(Vec::as_slice).unwrap_or_default();
    let mut found: Vec<&Found> = if whole.is_empty() {
        all.get(name).into_iter().flatten().filter(|one| near.is_none_or(|near| one.near == near)).collect()
    } else {
        whole.iter().collect()
    };
    if found.len() > 1 && own.is_some_and(|own| found.iter().filter(|one| one.unit == own).count() == 1) {
        found.retain(|one| Some(one.unit) == own);
    }
    match found[..] {
        [only] => Ok(only),
        [] => Err(Problem::invalid(format!("{label}“{cell}”{none}。"))),
        _ => {
            let near: Vec<&str> = found.iter().take(NAMED).map(|one| one.near.as_str()).collect();
            let more = if found.len() > NAMED { "等" } else { "" };
            let (count, first) = (found.len(), near[0]);
            Err(Problem::invalid(format!(
                "{label}“{cell}”有 {count} 个同名的：{}{more}。请写成“{name}（{first}）”的样子。",
                near.join("、")
            )))
        }
    }
}

async fn units_of(ctx: &Ctx, tx: &mut Tx, issuer: OrgRef, names: Vec<String>) -> Result<HashMap<String, Vec<Found>>> {
    let units = store::units_named(tx, issuer, &names, ctx.today()).await?;
    let ids: Vec<Id> = units.values().flatten().map(|unit| unit.id).collect();
    let named = store::place_names(tx, ids).await?;
    let above = store::place_names(tx, named.values().filter_map(|unit| unit.parent).collect()).await?;
    let near = |unit: &OrgRef| {
        let parent = named.get(&unit.id).and_then(|unit| above.get(&unit.parent?));
        parent.map_or_else(String::new, |parent| parent.name.clone())
    };
    let found = |unit: &OrgRef| Found { id: unit.id, unit: *unit, near: near(unit) };
    Ok(units.iter().map(|(name, units)| (name.clone(), units.iter().map(found).collect())).collect())
}

async fn people_of(ctx: &Ctx, tx: &mut Tx, issuer: OrgRef, names: Vec<String>) -> Result<HashMap<String, Vec<Found>>> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let holders = holders_named(tx, &names, OWNERS, ctx.today()).await?;
    let at = |region, id| OrgRef { region, id };
    let orgs = holders.iter().map(|held| at(held.org_region, held.org)).chain([issuer]).collect();
    let lines = store::lines_find(tx, orgs).await?;
    let units = store::place_names(tx, holders.iter().map(|held| held.org).collect()).await?;
    let mut people: HashMap<String, Vec<Found>> = HashMap::new();
    for held in holders {
        let unit = at(held.org_region, held.org);
        let known = people.entry(held.display_name.clone()).or_default();
        // Who holds two roles is still one person.
        if !lines.hands_down(issuer, unit) || known.iter().any(|one| one.id == held.account) {
            continue;
        }
        let near = units.get(&held.org).map_or_else(String::new, |unit| unit.name.clone());
        known.push(Found { id: held.account, unit, near });
    }
    Ok(people)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(n: u16, near: &str) -> Found {
        let region = huiyin_base::Region::new(n).unwrap();
        let id = Id::new(region, huiyin_base::Instant::UNIX_EPOCH, &mut huiyin_base::Rng::seeded(u64::from(n)));
        Found { id, unit: OrgRef { region, id }, near: near.into() }
    }

    #[test]
    fn a_name_that_stands_for_several_is_not_guessed_at() {
        let people = HashMap::from([
            ("高明".to_owned(), vec![found(1, "柳河镇"), found(2, "区水务局")]),
            ("李红".to_owned(), vec![found(3, "柳河镇")]),
        ]);
        let names = Names { units: HashMap::new(), people };
        let elsewhere = found(9, "").unit;
        assert_eq!(names.person("负责人", "李红", elsewhere).unwrap(), found(3, "").id);
        let unclear = names.person("负责人", "高明", elsewhere).unwrap_err().message;
        assert!(unclear.contains("有 2 个同名的：柳河镇、区水务局") && unclear.contains("高明（柳河镇）"), "{unclear}");
        assert_eq!(names.person("负责人", "高明（区水务局）", elsewhere).unwrap(), found(2, "").id);
        assert_eq!(
            names.person("负责人", "高明", found(1, "").unit).unwrap(),
            found(1, "").id,
            "of the row's own unit"
        );
        assert!(names.person("负责人", "王五", elsewhere).unwrap_err().message.contains("没有找到"));
    }

    #[test]
    fn what_stands_in_brackets_tells_one_from_another() {
        assert_eq!(parts("张三（柳河镇）"), ("张三", Some("柳河镇")));
        assert_eq!(parts("上湾村(柳河镇)"), ("上湾村", Some("柳河镇")));
        assert_eq!(parts("（空）"), ("（空）", None));
        assert_eq!(parts("张三"), ("张三", None));
    }
}
