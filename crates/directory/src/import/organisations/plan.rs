use std::collections::HashMap;

use huiyin_base::{Day, Id, Region};

use super::line::{Line, is_division};
use super::outcome::outcome;
use super::recognise::{Index, recognise};
use super::tree::Tree;
use super::{OrgState, OrgWrite};
use crate::import::{Cells, Outcome, SheetRow, code_text};
use crate::{OrgKind, Regions};

/// What becomes of each row of a file of organisations, given the directory as it stands.
pub struct OrgPlan<'a> {
    /// The rows.
    pub rows: &'a [SheetRow],
    /// Where the wanted columns stand.
    pub places: &'a [Option<usize>],
    /// The directory as it stands.
    pub state: &'a OrgState,
    /// All regions.
    pub regions: &'a Regions,
    /// The regions that the import may touch.
    pub scope: &'a [Region],
    /// The day from which changes hold.
    pub today: Day,
}

/// Decides. New organisations get their ids from `new_id`.
pub fn plan(given: &OrgPlan<'_>, new_id: &mut dyn FnMut(Region) -> Id) -> Vec<Outcome<OrgWrite>> {
    let mut drafts = given.rows.iter().map(|row| Draft::new(row, given.places)).collect::<Vec<_>>();
    let index = Index::new(given);
    refuse_doubles(&mut drafts);
    let lines: HashMap<String, usize> =
        drafts.iter().enumerate().rev().map(|(place, draft)| (draft.code.clone(), place)).collect();
    place_regions(&mut drafts, &lines, given, &index);
    recognise(&mut drafts, given, &index);
    let tree = hang(&mut drafts, &lines, given, &index);
    refuse_cycles(&mut drafts, &tree);
    give_ids(&mut drafts, given.state, new_id);
    (0..drafts.len()).map(|place| outcome(&drafts, place, given, &tree)).collect()
}

/// A row on its way to a decision.
pub(super) struct Draft {
    pub(super) number: u32,
    /// The code as it stands in the row, refused or not.
    pub(super) code: String,
    pub(super) line: Result<Line, String>,
    pub(super) region: Option<Region>,
    /// The organisation it speaks of, if that exists.
    pub(super) found: Option<usize>,
    /// The last day of the code it was found by.
    pub(super) outdated: Option<Day>,
    pub(super) parent: Above,
    pub(super) id: Option<Id>,
}

/// What a row hangs under.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Above {
    Nothing,
    Line(usize),
    Existing(usize),
}

impl Draft {
    fn new(row: &SheetRow, places: &[Option<usize>]) -> Self {
        let line = Line::read(row, places);
        let code = code_text(Cells { row, places }.get(0));
        Self {
            number: row.number,
            code,
            line,
            region: None,
            found: None,
            outdated: None,
            parent: Above::Nothing,
            id: None,
        }
    }

    pub(super) fn refuse(&mut self, message: impl Into<String>) {
        if self.line.is_ok() {
            self.line = Err(message.into());
        }
    }
}

fn refuse_doubles(drafts: &mut [Draft]) {
    let mut seen: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, draft) in drafts.iter().enumerate() {
        if let Ok(line) = &draft.line {
            seen.entry(line.code.clone()).or_default().push(place);
        }
    }
    for (code, places) in seen.into_iter().filter(|(_, places)| places.len() > 1) {
        let numbers: Vec<u32> = places.iter().map(|place| drafts[*place].number).collect();
        for place in places {
            let own = drafts[place].number;
            let other = numbers.iter().find(|number| **number != own).copied().unwrap_or(own);
            drafts[place].refuse(format!("代码“{code}”与第 {other} 行重复，请只保留一行。"));
        }
    }
}

/// Divisions say by their code where they lie; what has a code of its own lies where its parent does.
fn place_regions(drafts: &mut [Draft], lines: &HashMap<String, usize>, given: &OrgPlan<'_>, index: &Index<'_>) {
    for place in 0..drafts.len() {
        let mut here = place;
        let mut region = None;
        // At most as many steps as there are rows: a cycle is refused later.
        for _ in 0..=drafts.len() {
            let Ok(line) = &drafts[here].line else { break };
            if is_division(line.kind) {
                region = given.regions.by_code(&line.code[..6]);
                break;
            }
            let Some(code) = &line.parent_code else { break };
            if let Some(above) = lines.get(code) {
                here = *above;
                continue;
            }
            let above = index.by_code(given, code, None).map(|above| given.state.orgs[above].region);
            region = above.or_else(|| division_region(given, code));
            break;
        }
        let draft = &mut drafts[place];
        draft.region = region;
        let Ok(line) = &draft.line else { continue };
        match region {
            None if is_division(line.kind) => {
                let message = format!("代码前六位“{}”不是已知的县（市、区），请核对。", &line.code[..6]);
                draft.refuse(message);
            }
            Some(region) if !given.scope.contains(&region) => {
                draft.refuse(format!("“{}”不在您负责的范围内，没有导入。", given.regions.name(region)));
            }
            None | Some(_) => {}
        }
    }
}

fn division_region(given: &OrgPlan<'_>, code: &str) -> Option<Region> {
    given.regions.by_code(code.get(..6)?)
}

/// Finds the parents and builds the tree that would result.
fn hang(drafts: &mut [Draft], lines: &HashMap<String, usize>, given: &OrgPlan<'_>, index: &Index<'_>) -> Tree {
    let spoken: HashMap<usize, usize> =
        drafts.iter().enumerate().filter_map(|(place, draft)| Some((draft.found?, place))).collect();
    let node = |existing: usize| spoken.get(&existing).map_or(Above::Existing(existing), |line| Above::Line(*line));
    for place in 0..drafts.len() {
        match above(&drafts[place], drafts, lines, given, index) {
            Ok(Above::Existing(existing)) => drafts[place].parent = node(existing),
            Ok(parent) => drafts[place].parent = parent,
            Err(message) => drafts[place].refuse(message),
        }
    }
    let count = drafts.len();
    let flat = |parent: Above| match parent {
        Above::Nothing => None,
        Above::Line(line) => Some(line),
        Above::Existing(existing) => Some(count + existing),
    };
    let of_lines = drafts.iter().map(|draft| flat(draft.parent));
    let of_orgs = given.state.orgs.iter().map(|org| {
        let parent = org.parent.and_then(|parent| index.ids.get(&parent));
        parent.and_then(|parent| flat(node(*parent)))
    });
    Tree::new(of_lines.chain(of_orgs).collect())
}

fn above(
    draft: &Draft,
    drafts: &[Draft],
    lines: &HashMap<String, usize>,
    given: &OrgPlan<'_>,
    index: &Index<'_>,
) -> Result<Above, String> {
    let Ok(line) = &draft.line else { return Ok(Above::Nothing) };
    if matches!(line.kind, OrgKind::City | OrgKind::County) {
        return top(line, draft.region, given);
    }
    let Some(code) = &line.parent_code else { return Ok(Above::Nothing) };
    let there = || index.by_code(given, code, draft.region).or_else(|| index.by_code(given, code, None));
    let parent = match lines.get(code) {
        Some(place) if drafts[*place].line.is_ok() => Above::Line(*place),
        Some(place) => there().map(Above::Existing).ok_or_else(|| refused_above(&drafts[*place]))?,
        None => {
            let found = there().or_else(|| index.by_former(given, code, draft.region).map(|(place, _)| place));
            found.map(Above::Existing).ok_or_else(|| format!("上级代码“{code}”在文件和系统里都没有，请核对。"))?
        }
    };
    let (region, kind, name) = match parent {
        Above::Line(place) => match &drafts[place].line {
            Ok(above) => (drafts[place].region, above.kind, above.name.as_str()),
            Err(_) => return Err(refused_above(&drafts[place])),
        },
        Above::Existing(place) => {
            let org = &given.state.orgs[place];
            (Some(org.region), org.kind, org.name.as_str())
        }
        Above::Nothing => return Ok(parent),
    };
    if region != draft.region {
        let place = |region: Option<Region>| region.map_or("", |region| given.regions.name(region));
        return Err(format!(
            "代码属于“{}”，上级“{name}”却在“{}”。跨县调整请在新的县另建，再办理转接。",
            place(draft.region),
            place(region)
        ));
    }
    let fits = match line.kind {
        OrgKind::Township => kind == OrgKind::County,
        OrgKind::Village => kind == OrgKind::Township,
        OrgKind::Community => matches!(kind, OrgKind::Township | OrgKind::County),
        _ => true,
    };
    if fits {
        Ok(parent)
    } else {
        Err(format!("{}不能直接属于“{name}”（{}），请核对上级代码。", line.kind.label(), kind.label()))
    }
}

fn refused_above(above: &Draft) -> String {
    format!("上级在第 {} 行，那一行有错误，请先改正。", above.number)
}

/// A county stands at the top of its own region; the city above it is known from the table of regions.
fn top(line: &Line, region: Option<Region>, given: &OrgPlan<'_>) -> Result<Above, String> {
    let above = line.parent_code.as_deref().map(|code| division_region(given, code));
    let expected = region.and_then(|region| given.regions.parent(region));
    match above {
        Some(above) if above.is_none() || above != expected => Err("上级代码不是它所属的市（或省），请核对。".into()),
        _ => Ok(Above::Nothing),
    }
}

fn refuse_cycles(drafts: &mut [Draft], tree: &Tree) {
    for (place, draft) in drafts.iter_mut().enumerate() {
        if tree.on_cycle(place) {
            draft.refuse("上级关系成了一个圈：沿上级代码往上会回到自己，请改正。");
        } else if tree.depth(place).is_none() {
            draft.refuse("上级的上级关系成了一个圈，请先改正。");
        }
    }
    // Whoever hangs under a refused newcomer would hang in the air; nearest to the top first.
    let mut order: Vec<usize> = (0..drafts.len()).collect();
    order.sort_by_key(|place| tree.depth(*place));
    for place in order {
        let Above::Line(above) = drafts[place].parent else { continue };
        if drafts[above].line.is_err() && drafts[above].found.is_none() {
            let message = refused_above(&drafts[above]);
            drafts[place].refuse(message);
        }
    }
}

fn give_ids(drafts: &mut [Draft], state: &OrgState, new_id: &mut dyn FnMut(Region) -> Id) {
    for draft in drafts {
        draft.id = match (draft.found, draft.region, &draft.line) {
            (Some(place), _, _) => Some(state.orgs[place].id),
            (None, Some(region), Ok(_)) => Some(new_id(region)),
            _ => None,
        };
    }
}
