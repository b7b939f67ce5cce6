//! What the forms of a case are filled with, gathered from the directory, the county's settings and the cases near it.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_base::{Id, Problem};
use huiyin_db::Tx;
use huiyin_directory::{OrgKind, OrgRef, Role, Viewer, role_holders};
use huiyin_web::components::Choice;
use huiyin_web::{Ctx, Result};

use super::card::case_number;
use super::county::category_name;
use super::kind_fields::Choices;
use super::place::counties;
use super::public_unit::names;
use crate::actor::is_free;
use crate::store::{self, AnswerTemplate, PlaceName};
use crate::{Action, CaseItem, CasePhoto, Cases, Decision, FieldValue, PhotoPart, Words};

/// What the forms are filled with.
pub(super) struct Filling<'a> {
    pub(super) engine: &'a Cases,
    pub(super) case: &'a CaseItem,
    pub(super) words: Option<&'a Words>,
    pub(super) units: Vec<PlaceName>,
    /// Those of them that may have nothing to do with the case.
    pub(super) near: BTreeSet<Id>,
    pub(super) people: &'a [(String, String)],
    pub(super) photos: Vec<(Id, String)>,
    pub(super) counties: Vec<Choice>,
    pub(super) suggested: Option<Suggestion>,
    pub(super) similar: Vec<Choice>,
    pub(super) templates: Vec<AnswerTemplate>,
    /// The answer that its verifier did not accept, to go on from.
    pub(super) refused_answer: Option<String>,
    /// What stands in the fields of its kind, and what they may be filled with.
    pub(super) values: Vec<FieldValue>,
    pub(super) choices: Choices,
    /// What was typed into the form that is drawn; empty for the others.
    pub(super) given: BTreeMap<String, String>,
}

/// For whom the forms are filled, and what he may do.
pub(super) struct Wanted<'a, 'm> {
    pub(super) viewer: &'m Viewer,
    pub(super) words: Option<&'a Words>,
    pub(super) people: &'a [(String, String)],
    pub(super) may: &'m (dyn Fn(Action) -> bool + Sync),
}

impl<'a> Filling<'a> {
    /// Reads only what the allowed forms need.
    pub(super) async fn gather(
        ctx: &Ctx,
        tx: &mut Tx,
        engine: &'a Cases,
        case: &'a CaseItem,
        wanted: Wanted<'a, '_>,
    ) -> Result<Self> {
        let Wanted { viewer, words, people, may } = wanted;
        let recorded = engine.book.kind_of(case).filter(|_| may(Action::Record));
        let (values, choices) = match recorded {
            Some(kind) => {
                let orgs = [case.owner(), case.desk_org()];
                let choices = Choices::find(ctx, tx, kind, case.county_org(), &orgs).await?;
                let files = store::case_file_list(tx, case.at()).await?;
                (store::value_list(tx, case.at()).await?, choices.with_files(files))
            }
            None => (Vec::new(), Choices::default()),
        };
        let units = if may(Action::Assign) || may(Action::Subject) || may(Action::AskJoint) {
            let found = units(ctx, tx, case).await?;
            if engine.book.kind_of(case).is_some_and(crate::Kind::is_issued) {
                reached(ctx, tx, case, found).await?
            } else {
                found
            }
        } else {
            Vec::new()
        };
        let near = near(tx, case, &units).await?;
        Ok(Self {
            values,
            choices,
            engine,
            case,
            words,
            people,
            photos: if may(Action::Post) { photo_choices(tx, case).await? } else { Vec::new() },
            counties: counties(&ctx.site).iter().map(|county| Choice::new(&county.code, &county.name)).collect(),
            suggested: if may(Action::Assign) { suggestion(tx, engine, case, &near).await? } else { None },
            near,
            units,
            similar: if may(Action::Merge) { similar(ctx, tx, case, viewer).await? } else { Vec::new() },
            templates: if may(Action::RequestClose) { templates(tx, case).await? } else { Vec::new() },
            refused_answer: if may(Action::RequestClose) { refused_answer(tx, case).await? } else { None },
            given: BTreeMap::new(),
        })
    }
}

/// A unit with the reason why it is suggested.
pub(super) struct Suggestion {
    pub(super) unit: Id,
    pub(super) why: String,
}

/// The units that are the case's subject, stand below it, or stand over it.
async fn near(tx: &mut Tx, case: &CaseItem, units: &[PlaceName]) -> Result<BTreeSet<Id>> {
    let Some(subject) = case.subject_org() else { return Ok(BTreeSet::new()) };
    let at = |unit: &PlaceName| OrgRef { region: unit.region, id: unit.id };
    let lines = store::lines_find(tx, units.iter().map(at).chain([subject]).collect()).await?;
    Ok(units.iter().filter(|unit| !is_free(case, &lines, at(unit))).map(|unit| unit.id).collect())
}

/// What the county's rules suggest; never a unit that may have nothing to do with the case.
async fn suggestion(tx: &mut Tx, engine: &Cases, case: &CaseItem, near: &BTreeSet<Id>) -> Result<Option<Suggestion>> {
    let rules = store::assign_rule_list(tx, case.region, true).await?;
    let Some((place, rule)) = crate::rule_of(&rules, case) else { return Ok(None) };
    if near.contains(&rule.unit) {
        return Ok(None);
    }
    let what = category_name(&engine.book.categories, &rule.category, &rule.sub_category);
    let note = if rule.note.is_empty() { String::new() } else { format!("，{}", rule.note) };
    Ok(Some(Suggestion { unit: rule.unit, why: format!("交办规则第 {place} 条（{what}{note}）") }))
}

/// Posted cases that may be the same, to choose from.
async fn similar(ctx: &Ctx, tx: &mut Tx, case: &CaseItem, viewer: &Viewer) -> Result<Vec<Choice>> {
    const SHOWN: usize = 5;
    let found = store::merger_list(tx, &viewer.scope(crate::permissions::SEES), case, SHOWN).await?;
    let choice = |line: &store::CaseLine| {
        let number = case_number(&ctx.site.regions, line.region, line.number()).unwrap_or_default();
        let hint = format!("{number}，{}，{} 人关注", line.state.label(), line.followers);
        Choice::new(&number, &line.title).hint(hint)
    };
    Ok(found.iter().map(choice).collect())
}

/// The county's templates for this category.
async fn templates(tx: &mut Tx, case: &CaseItem) -> Result<Vec<AnswerTemplate>> {
    let all = store::answer_template_list(tx, case.region, Some(&case.category)).await?;
    let fits = |one: &AnswerTemplate| one.sub_category.is_empty() || one.sub_category == case.sub_category;
    Ok(all.into_iter().filter(fits).collect())
}

async fn refused_answer(tx: &mut Tx, case: &CaseItem) -> Result<Option<String>> {
    let last = store::answer_find(tx, case.at()).await?;
    let Some(last) = last.filter(|answer| answer.decision == Decision::Refused) else { return Ok(None) };
    // What another unit wrote before the case was assigned anew is not this unit's to go on from.
    let owners = store::owner_list(tx, case.at()).await?;
    let own = owners.iter().any(|held| held.org() == case.owner() && Some(held.account) == last.account);
    Ok(own.then_some(last.text))
}

/// Who may own the case: the county's departments, its townships, the village itself, and the county.
async fn units(ctx: &Ctx, tx: &mut Tx, case: &CaseItem) -> Result<Vec<PlaceName>> {
    let mut units = offices(ctx, tx, case).await?;
    let near = [case.village, case.township, Some(case.county)].into_iter().flatten().collect();
    let near = names(tx, &ctx.site, near).await?;
    for id in [case.township, case.village].into_iter().flatten() {
        if let Some(place) = near.get(&id) {
            units.retain(|unit| unit.id != id);
            units.insert(0, PlaceName::clone(place));
        }
    }
    units.extend(near.get(&case.county).map(|county| PlaceName::clone(county)));
    Ok(units)
}

/// A county's departments and townships.
struct Offices(Vec<PlaceName>);

/// The same from memory where it can be: they are chosen from on every page of a case.
async fn offices(ctx: &Ctx, tx: &mut Tx, case: &CaseItem) -> Result<Vec<PlaceName>> {
    let kinds = [OrgKind::Department, OrgKind::Township];
    let read = async {
        let found = store::place_children(tx, case.region, case.county, &kinds, ctx.today()).await?;
        Ok::<_, Problem>(Offices(found))
    };
    Ok(ctx.site.cache.part_or(case.county, read).await?.0.clone())
}

/// To whom else whoever handed the case down may give it, in the case's own region.
async fn reached(ctx: &Ctx, tx: &mut Tx, case: &CaseItem, mut units: Vec<PlaceName>) -> Result<Vec<PlaceName>> {
    for unit in super::ledgers::units_below(ctx, tx, case.desk_org()).await? {
        if unit.region == case.region && units.iter().all(|known| known.id != unit.id) {
            units.push(unit);
        }
    }
    let at = |unit: &PlaceName| OrgRef { region: case.region, id: unit.id };
    let orgs = units.iter().map(at).chain([case.desk_org(), case.owner()]).collect();
    let lines = store::lines_find(tx, orgs).await?;
    let fits = |unit: &PlaceName| at(unit) != case.owner() && lines.hands_down(case.desk_org(), at(unit));
    Ok(units.into_iter().filter(fits).collect())
}

/// Whoever works on cases at the owning organisation.
pub(crate) async fn people_at(ctx: &Ctx, tx: &mut Tx, org: OrgRef) -> Result<Vec<(String, String)>> {
    let roles = [Role::CaseOfficer, Role::BranchSecretary, Role::TownshipStaff, Role::CountyStaff, Role::CityStaff];
    let holders = role_holders(tx, org, &roles, ctx.today()).await?;
    Ok(holders
        .into_iter()
        .map(|held| (held.account.to_string(), format!("{}（{}）", held.display_name, held.post)))
        .collect())
}

async fn photo_choices(tx: &mut Tx, case: &CaseItem) -> Result<Vec<(Id, String)>> {
    if case.photos == 0 {
        return Ok(Vec::new());
    }
    let rows = store::photo_list(tx, case.at(), false).await?;
    let rows: Vec<_> = rows.into_iter().filter(|row| row.part == PhotoPart::Report).collect();
    let label = |row: &CasePhoto| {
        let covered = if row.covers.is_some() { "（已遮挡）" } else { "" };
        format!("公开第 {} 张照片{covered}", row.position + 1)
    };
    Ok(newest_copies(&rows).into_iter().map(|row| (row.file, label(row))).collect())
}

/// Of each photo the last copy: what was covered stands for what it covers.
pub(crate) fn newest_copies(rows: &[CasePhoto]) -> Vec<&CasePhoto> {
    let root = |row: &CasePhoto| row.covers.unwrap_or(row.file);
    let is_last = |row: &&CasePhoto| {
        let copies = rows.iter().filter(|other| other.covers.is_some() && root(other) == root(row));
        copies.map(|copy| copy.file).max().is_none_or(|last| last == row.file)
    };
    rows.iter().filter(is_last).collect()
}
