//! Which organisation a row speaks of.

use std::collections::HashMap;

use huiyin_base::{Day, Id, Region};

use super::line::{Line, is_division};
use super::plan::{Draft, OrgPlan};

/// Finds the organisation a row speaks of: by its code, by the predecessor code the row names, by a code of former
/// days, or by the same code under another head of its county.
pub(super) fn recognise(drafts: &mut [Draft], given: &OrgPlan<'_>, index: &Index<'_>) {
    let mut taken: HashMap<usize, u32> = HashMap::new();
    for draft in drafts.iter_mut() {
        let (Ok(line), Some(region)) = (&draft.line, draft.region) else { continue };
        let at = Some(region);
        let now = index.by_code(given, &line.code, at);
        let before = line.former_code.as_deref().filter(|code| *code != line.code);
        let before = before.and_then(|code| index.by_code(given, code, at));
        let mut refusal = None;
        match (now, before) {
            (Some(_), Some(_)) => refusal = Some("新代码和原代码在系统里都有机构，请先核对是不是同一个。".to_owned()),
            (Some(place), None) | (None, Some(place)) => draft.found = Some(place),
            (None, None) => {
                if let Some((place, last)) = index.by_former(given, &line.code, at) {
                    (draft.found, draft.outdated) = (Some(place), Some(last));
                } else if is_division(line.kind) {
                    match other_head(line, region, given, index) {
                        Ok(found) => (draft.found, draft.outdated) = found,
                        Err(message) => refusal = Some(message),
                    }
                }
            }
        }
        if let Some(org) = draft.found.map(|place| &given.state.orgs[place]) {
            if org.to_day.is_some_and(|last| last < given.today) {
                refusal = Some(format!("代码属于已撤销的“{}”，不能再用。", org.name));
            } else if let Some(other) = draft.found.and_then(|place| taken.insert(place, draft.number)) {
                refusal = Some(format!("与第 {other} 行说的是同一个机构“{}”，请只保留一行。", org.name));
            }
        }
        if let Some(message) = refusal {
            draft.found = None;
            draft.refuse(message);
        }
    }
}

/// 安塞县 610624 became 安塞区 610603, and with it the codes of all that lies in it.
fn other_head(
    line: &Line,
    region: Region,
    given: &OrgPlan<'_>,
    index: &Index<'_>,
) -> Result<(Option<usize>, Option<Day>), String> {
    let (head, rest) = line.code.split_at(6);
    let former = given.regions.former().iter().filter(|name| name.region == region);
    let ended = former.clone().find(|name| name.code == head).and_then(|name| name.to_day);
    let ended = ended.filter(|last| *last < given.today);
    let present = given.regions.get(region).map(|entry| entry.code.as_str());
    let mut heads = present.into_iter().chain(former.map(|name| name.code.as_str())).filter(|other| *other != head);
    let found = heads.find_map(|other| index.by_code(given, &format!("{other}{rest}"), Some(region)));
    match (found, ended, present) {
        (None, Some(last), Some(present)) => {
            Err(format!("代码前六位“{head}”在 {last} 以后已不再使用，现为“{present}”，请改用现行代码。"))
        }
        (found, ended, _) => Ok((found, found.and(ended))),
    }
}

/// The state by code.
pub(super) struct Index<'a> {
    codes: HashMap<&'a str, Vec<usize>>,
    former: HashMap<&'a str, Vec<(usize, Day)>>,
    pub(super) ids: HashMap<Id, usize>,
}

impl<'a> Index<'a> {
    pub(super) fn new(given: &OrgPlan<'a>) -> Self {
        let mut index = Self { codes: HashMap::new(), former: HashMap::new(), ids: HashMap::new() };
        for (place, org) in given.state.orgs.iter().enumerate() {
            index.codes.entry(&org.code).or_default().push(place);
            index.ids.insert(org.id, place);
        }
        for (_, id, code, last) in &given.state.former {
            if let Some(place) = index.ids.get(id) {
                index.former.entry(code).or_default().push((*place, *last));
            }
        }
        index
    }

    pub(super) fn by_code(&self, given: &OrgPlan<'_>, code: &str, region: Option<Region>) -> Option<usize> {
        let found = self.codes.get(code)?;
        found.iter().copied().find(|place| region.is_none_or(|region| given.state.orgs[*place].region == region))
    }

    /// By a code of former days, the latest holder first.
    pub(super) fn by_former(&self, given: &OrgPlan<'_>, code: &str, region: Option<Region>) -> Option<(usize, Day)> {
        let found = self.former.get(code)?.iter().copied();
        found
            .filter(|(place, _)| region.is_none_or(|region| given.state.orgs[*place].region == region))
            .max_by_key(|(_, last)| *last)
    }
}
