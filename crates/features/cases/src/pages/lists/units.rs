//! To whom a case may be broken down: the levels below the unit that owns it, and the units of each.

use huiyin_base::{Id, Region};
use huiyin_db::Tx;
use huiyin_directory::{OrgKind, OrgRef};
use huiyin_web::{Ctx, Result};

use super::super::action_filling::people_at;
use super::super::fields::Fields;
use super::super::place::county_name;
use crate::store::{self, PlaceName};
use crate::{BreakdownRow, Lines};

/// A level that may be chosen: its word and what it is called.
pub(super) type Level = (&'static str, &'static str);

/// One line of the form: a unit, or a person of the unit.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) key: String,
    pub(super) name: String,
    /// The county or township it stands under; a heading where it changes.
    pub(super) group: String,
    unit: OrgRef,
    person: Option<Id>,
}

/// So many lines are offered one by one; more are chosen by county.
pub(super) const ONE_BY_ONE: usize = 400;

/// The levels that a unit of this kind breaks down to.
pub(super) fn levels(kind: OrgKind, home: bool) -> Vec<Level> {
    let mut levels: Vec<Level> = Vec::new();
    match kind {
        OrgKind::City | OrgKind::Department if home => {
            levels.extend([("county", "各县（市、区）"), ("department", "市直部门")]);
            levels.extend([("township", "全市乡镇"), ("village", "全市村（社区）")]);
        }
        OrgKind::County | OrgKind::Department => {
            levels.extend([("township", "各乡镇"), ("department", "县直部门"), ("village", "全县村（社区）")]);
        }
        OrgKind::Township => levels.push(("village", "各村（社区）")),
        _ => {}
    }
    levels.push(("person", "落实到人（本单位）"));
    levels
}

/// The units of a level, as far as `owner` may hand down to them.
pub(super) async fn lines(tx: &mut Tx, ctx: &Ctx, owner: OrgRef, kind: OrgKind, level: &str) -> Result<Vec<Line>> {
    let home = owner.region == ctx.site.home;
    if level == "person" {
        let people = people_at(ctx, tx, owner).await?;
        let mut lines: Vec<Line> = people
            .into_iter()
            .map(|(account, name)| Line {
                key: account.clone(),
                name,
                group: String::new(),
                unit: owner,
                person: account.parse().ok(),
            })
            .collect();
        lines.dedup_by(|one, other| one.key == other.key);
        return Ok(lines);
    }
    let kinds: &[OrgKind] = match level {
        "county" => &[OrgKind::County],
        "department" => &[OrgKind::Department],
        "township" => &[OrgKind::Township],
        "village" => &[OrgKind::Village, OrgKind::Community],
        _ => return Ok(Vec::new()),
    };
    let counties: Vec<Region> = ctx.site.regions.children(ctx.site.home).map(|entry| entry.region).collect();
    let regions = if home && level != "department" { counties } else { vec![owner.region] };
    let units = store::place_units(tx, &regions, kinds, ctx.today()).await?;
    let inside = if kind == OrgKind::Township {
        let orgs = units.iter().filter(|unit| unit.parent == Some(owner.id)).map(at);
        store::lines_find(tx, orgs.collect()).await?
    } else {
        Lines::default()
    };
    let towns = units.iter().filter_map(|unit| unit.parent.filter(|_| level == "village" && !home));
    let towns = store::place_names(tx, towns.collect()).await?;
    let kept = units.iter().filter(|unit| unit.id != owner.id);
    let kept = kept.filter(|unit| kind != OrgKind::Township || inside.within(at(unit), owner));
    let line = |unit: &PlaceName| Line {
        key: unit.id.to_string(),
        name: unit.name.clone(),
        group: match (home && level != "department" && level != "county", unit.parent.and_then(|id| towns.get(&id))) {
            (true, _) => county_name(&ctx.site, unit.region),
            (false, Some(town)) => town.name.clone(),
            (false, None) => String::new(),
        },
        unit: at(unit),
        person: None,
    };
    Ok(kept.map(line).collect())
}

fn at(unit: &PlaceName) -> OrgRef {
    OrgRef { region: unit.region, id: unit.id }
}

/// What was chosen: ticked one by one, by county, all, or pasted from a table of unit and number.
pub(super) fn chosen(lines: &[Line], given: &Fields) -> std::result::Result<Vec<BreakdownRow>, String> {
    let same = number(given.first("target"), "每个单位的目标数")?;
    let pasted = pasted(lines, given.first("pasted"))?;
    if !pasted.is_empty() {
        return Ok(pasted.into_iter().map(|(line, target)| row(line, target.or(same))).collect());
    }
    let ticked: std::collections::HashSet<&str> = given.all("unit").collect();
    let groups: std::collections::HashSet<&str> = given.all("group").collect();
    let all = given.first("all") == "1";
    let picked = lines.iter().filter(|line| {
        all || ticked.contains(line.key.as_str()) || groups.contains(line.group.as_str()) && !line.group.is_empty()
    });
    picked
        .map(|line| {
            let own = number(given.first(&format!("target_{}", line.key)), &line.name)?;
            Ok(row(line, own.or(same)))
        })
        .collect()
}

fn row(line: &Line, target: Option<i64>) -> BreakdownRow {
    let person = line.person.map(|id| huiyin_directory::AccountRef { region: id.region(), id });
    BreakdownRow { unit: line.unit, person, target }
}

fn number(text: &str, of: &str) -> std::result::Result<Option<i64>, String> {
    match text {
        "" => Ok(None),
        text => Fields::number(text).map(Some).ok_or_else(|| format!("{of}请写整数，例如 120。")),
    }
}

/// Rows of a table as they are copied from Excel: unit, tabulator, number.
fn pasted<'a>(lines: &'a [Line], text: &str) -> std::result::Result<Vec<(&'a Line, Option<i64>)>, String> {
    let mut rows = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (name, target) = match line.split_once(['\t', '，', ',']) {
            Some((name, target)) => (name.trim(), number(target.trim(), name.trim())?),
            None => (line, None),
        };
        let mut found = lines.iter().filter(|line| line.name == name);
        match (found.next(), found.next()) {
            (Some(line), None) => rows.push((line, target)),
            (Some(_), Some(_)) => return Err(format!("“{name}”有同名的单位，请在表里勾选。")),
            (None, _) => return Err(format!("没有找到“{name}”，请检查名称，要和表里的一样。")),
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use huiyin_base::{Instant, Rng};

    use super::*;

    fn line(name: &str, n: u64) -> Line {
        let region = Region::new(7).unwrap();
        let id = Id::new(region, Instant::UNIX_EPOCH, &mut Rng::seeded(n));
        let unit = OrgRef { region, id };
        Line { key: id.to_string(), name: name.into(), group: "甲县".into(), unit, person: None }
    }

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        Fields(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn a_pasted_table_names_units_and_numbers() {
        let lines = [line("柳河镇", 1), line("松岭镇", 2), line("上湾村", 3), line("上湾村", 4)];
        let rows = chosen(&lines, &fields(&[("pasted", "柳河镇\t1,200\r\n松岭镇\n"), ("target", "5")])).unwrap();
        assert_eq!(rows.iter().map(|row| row.target).collect::<Vec<_>>(), [Some(1200), Some(5)]);
        assert!(chosen(&lines, &fields(&[("pasted", "柳河乡\t1")])).unwrap_err().contains("没有找到"));
        assert!(chosen(&lines, &fields(&[("pasted", "上湾村\t1")])).unwrap_err().contains("同名"));
        assert!(chosen(&lines, &fields(&[("pasted", "柳河镇\t许多")])).unwrap_err().contains("整数"));
    }

    #[test]
    fn units_are_ticked_each_with_its_number() {
        let lines = [line("柳河镇", 1), line("松岭镇", 2)];
        let key = lines[1].key.clone();
        let own = format!("target_{key}");
        let rows = chosen(&lines, &fields(&[("unit", key.as_str()), (own.as_str(), "30")])).unwrap();
        assert_eq!(rows.iter().map(|row| row.target).collect::<Vec<_>>(), [Some(30)]);
        assert_eq!(chosen(&lines, &fields(&[("all", "1")])).unwrap().len(), 2);
        assert_eq!(chosen(&lines, &fields(&[("group", "甲县")])).unwrap().len(), 2);
        assert!(chosen(&lines, &fields(&[])).unwrap().is_empty());
    }
}
