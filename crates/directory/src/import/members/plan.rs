use std::collections::HashMap;

use huiyin_base::{Day, Id, Region};

use super::line::plain_name;
use super::{Branch, Known, Line, MemberState, MemberWrite, NewMembership, NewPerson};
use crate::import::{Outcome, RowAction, with_number};
use crate::{MemberStage, Regions};

/// Its number; what was read with the blind index of the citizen number, or why not.
pub(crate) type MemberRow = (u32, Result<(Line, [u8; 32]), String>);

/// What becomes of each row of a file of members, given the directory as it stands.
pub struct MemberPlan<'a> {
    /// The rows.
    pub(crate) rows: &'a [MemberRow],
    /// The directory as it stands.
    pub(crate) state: &'a MemberState,
    /// All regions.
    pub(crate) regions: &'a Regions,
    /// The regions the import may touch: who is elsewhere is named by county only.
    pub(crate) scope: &'a [Region],
}

/// Decides. New people and memberships get their ids from `new_id`.
pub fn plan(given: &MemberPlan<'_>, new_id: &mut dyn FnMut(Region) -> Id) -> Vec<Outcome<MemberWrite>> {
    let index = Index::new(given);
    let decide = |(number, row): &MemberRow| {
        let outcome = match row {
            Err(message) => Err(message.clone()),
            Ok((line, hash)) => decided(given, &index, (*number, line, *hash), new_id),
        };
        outcome.unwrap_or_else(|message| Outcome::refused(*number, with_number(*number, &message)))
    };
    given.rows.iter().map(decide).collect()
}

/// The state and the file by what rows are found with.
struct Index<'a> {
    codes: HashMap<&'a str, Vec<&'a Branch>>,
    names: HashMap<String, Vec<&'a Branch>>,
    /// The first two rows with the same number.
    rows: HashMap<[u8; 32], (u32, Option<u32>)>,
}

impl<'a> Index<'a> {
    fn new(given: &MemberPlan<'a>) -> Self {
        let mut index = Self { codes: HashMap::new(), names: HashMap::new(), rows: HashMap::new() };
        for branch in &given.state.branches {
            index.codes.entry(&branch.code).or_default().push(branch);
            index.names.entry(plain_name(&branch.name)).or_default().push(branch);
        }
        for (number, row) in given.rows {
            let Ok((_, hash)) = row else { continue };
            index.rows.entry(*hash).and_modify(|found| found.1 = found.1.or(Some(*number))).or_insert((*number, None));
        }
        index
    }

    fn branch(&self, line: &Line) -> Result<&'a Branch, String> {
        if let Some(code) = &line.branch_code {
            let found = self.codes.get(code.as_str()).map_or(&[][..], Vec::as_slice);
            return match found {
                [one] => Ok(one),
                [] => Err(format!("支部代码“{code}”不存在，或不在您负责的范围内，请核对。")),
                several => Err(format!("支部代码“{code}”有 {} 个支部使用，请分县导入。", several.len())),
            };
        }
        let name = line.branch_name.as_deref().unwrap_or_default();
        match self.names.get(name).map_or(&[][..], Vec::as_slice) {
            [one] => Ok(one),
            [] => Err(format!("支部“{name}”不存在，或不在您负责的范围内，请核对名称或填写支部代码。")),
            several => Err(format!("有 {} 个支部都叫“{name}”，请填写支部代码。", several.len())),
        }
    }
}

fn decided(
    given: &MemberPlan<'_>,
    index: &Index<'_>,
    (number, line, hash): (u32, &Line, [u8; 32]),
    new_id: &mut dyn FnMut(Region) -> Id,
) -> Result<Outcome<MemberWrite>, String> {
    if let Some((first, Some(second))) = index.rows.get(&hash).copied() {
        let other = if first == number { second } else { first };
        return Err(format!("公民身份号码与第 {other} 行相同，请只保留一行。"));
    }
    let branch = index.branch(line)?;
    let known = given.state.people.get(&hash);
    if let Some(known) = known {
        if known.name != line.name {
            return Err("这个公民身份号码在系统里登记的是另一个姓名，请核对姓名和号码。".into());
        }
        if known.membership.is_some() {
            return present(given, number, line, branch, known);
        }
    }
    let person = known.map_or_else(|| new_id(branch.region), |known| known.id);
    let new = known.is_none().then(|| new_person(line, person));
    let membership = NewMembership {
        id: new_id(branch.region),
        person,
        branch: branch.id,
        stage: line.stage.unwrap_or(MemberStage::Active).as_str().to_owned(),
        joined_day: line.joined.map(Day::number),
    };
    let message = match (&new, line.joined) {
        (Some(_), Some(_)) => format!("加入“{}”。", branch.name),
        (Some(_), None) => format!("加入“{}”；没有入党日期，请以后补填。", branch.name),
        (None, _) => format!("系统里已有此人，加入“{}”。", branch.name),
    };
    let write = MemberWrite::Add { person: new, membership };
    Ok(Outcome { number, action: RowAction::Add, message, write: Some((0, write)) })
}

/// Somebody who is a member somewhere: here he may change, elsewhere he must be transferred.
fn present(
    given: &MemberPlan<'_>,
    number: u32,
    line: &Line,
    branch: &Branch,
    known: &Known,
) -> Result<Outcome<MemberWrite>, String> {
    let Some(held) = &known.membership else { return Ok(Outcome::same(number, "没有变化。")) };
    if held.branch != branch.id {
        return Err(if given.scope.contains(&held.region) {
            format!("此人的组织关系在“{}”，请办理转接，不要重复导入。", held.branch_name)
        } else {
            format!("此人的组织关系在{}，请联系该地办理转接。", given.regions.name(held.region))
        });
    }
    let phone = line.phone.clone().filter(|phone| known.phone.as_ref() != Some(phone));
    let education = line.education.clone().filter(|text| known.education.as_ref() != Some(text));
    let stage = line.stage.map_or_else(|| held.stage.clone(), |stage| stage.as_str().to_owned());
    let joined_day = line.joined.map(Day::number).or(held.joined_day);
    let mut changes = Vec::new();
    changes.extend(phone.is_some().then_some("手机"));
    changes.extend(education.is_some().then_some("学历"));
    changes.extend((stage != held.stage).then_some("党员状态"));
    changes.extend((joined_day != held.joined_day).then_some("入党日期"));
    if changes.is_empty() {
        return Ok(Outcome::same(number, "已在本支部，没有变化。"));
    }
    let message = format!("已在本支部，更新{}。", changes.join("、"));
    let membership = (held.region, held.id, stage, joined_day);
    let write = MemberWrite::Change { person: known.id, phone, education, membership };
    Ok(Outcome { number, action: RowAction::Change, message, write: Some((1, write)) })
}

fn new_person(line: &Line, id: Id) -> NewPerson {
    NewPerson {
        id,
        name: line.name.clone(),
        sex: line.sex.as_str().to_owned(),
        birth_year: i64::from(line.number.birth_year()),
        education: line.education.clone(),
        citizen_number: line.number.as_str().to_owned(),
        phone: line.phone.clone(),
    }
}
