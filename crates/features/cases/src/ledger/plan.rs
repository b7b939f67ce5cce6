//! What a row of a ledger says, or why it cannot be used. Pure: the row, the county's names and the rules in, a plan out.

use std::collections::BTreeMap;

use huiyin_base::{Day, Id};
use huiyin_directory::{OrgKind, OrgRef};
use serde::{Deserialize, Serialize};

use super::day::fitting;
use super::fields::{Ending, LedgerRules, Places};
use super::names::{Found, Names};
use super::warnings::{told_of_danger, told_to_all};
use super::{SheetRow, WordKind, day_in};
use crate::words::cleaned;
use crate::{Categories, Contact, Outcome, Rulebook};

/// A case as the sheet tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// The title, as it was written or taken from the text.
    pub title: String,
    /// The text as it was written.
    pub text: String,
    /// The category's word.
    pub category: String,
    /// The sub-category's word; may be empty.
    pub sub_category: String,
    /// The township.
    pub township: Option<Id>,
    /// The village or community.
    pub village: Option<Id>,
    /// yyyymmdd: when it was raised.
    pub submitted: i64,
    /// yyyymmdd: when it was put on the wall.
    pub posted: i64,
    /// The owning unit; none leaves it at the county's desk.
    pub owner: Option<Id>,
    /// Who is complained of.
    #[serde(default)]
    pub subject: Option<Id>,
    /// yyyymmdd: by when it had to be answered.
    pub deadline: Option<i64>,
    /// The answer.
    pub answer: Option<PlannedAnswer>,
    /// Who raised it, where the sheet says so.
    pub contact: Option<Contact>,
    /// The number that the office gave it.
    pub number: String,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedAnswer {
    /// The public answer.
    pub text: String,
    /// solved or explained.
    pub solved: bool,
    /// yyyymmdd.
    pub day: i64,
}

/// A word that names no place or unit known here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unknown {
    /// place or owner.
    pub kind: String,
    /// The word.
    pub word: String,
    /// How many rows say it.
    pub rows: usize,
}

/// What a row came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Read {
    /// It can be written; what the reader should know of it.
    Plan(Box<Planned>, Vec<String>),
    /// It says nothing of a problem.
    Empty,
    /// It cannot be used.
    Refused(String),
}

/// What rows are read with.
pub(crate) struct Reader<'a> {
    pub(crate) rules: &'a LedgerRules,
    pub(crate) book: &'a Rulebook,
    pub(crate) places: &'a Places,
    pub(crate) names: &'a Names<'a>,
    pub(crate) today: Day,
    /// Words that led nowhere, with the rows that say them.
    pub(crate) unknown: BTreeMap<(WordKind, String), usize>,
}

impl<'a> Reader<'a> {
    /// Reads one row.
    pub(crate) fn read(&mut self, row: &SheetRow) -> Read {
        let cells = Cells { row, places: self.places };
        if cells.get("title").is_empty() && cells.get("text").is_empty() {
            return Read::Empty;
        }
        if let Some(fault) = &row.fault {
            return Read::Refused(fault.clone());
        }
        match self.planned(&cells) {
            Ok((planned, notes)) => Read::Plan(Box::new(planned), notes),
            Err(message) => Read::Refused(format!("第 {} 行：{message}。", row.number)),
        }
    }

    /// Every fault of the row at once: whoever mends one should not meet the next when he uploads again.
    fn planned(&mut self, cells: &Cells<'_>) -> Result<(Planned, Vec<String>), String> {
        let (mut notes, mut faults) = (Vec::new(), Vec::new());
        let county = cells.get("county");
        if !county.is_empty() && !self.names.is_county(county) {
            return Err(format!("这一行写的是{county}，不是{}，请由那边导入", self.names.county()));
        }
        let words = sound(self.words(cells), &mut faults);
        let place = sound(self.place(cells), &mut faults);
        let township = place.and_then(|(township, _)| township);
        let owner = sound(self.owner(cells, township, &mut notes), &mut faults);
        let subject = sound(self.subject(cells, township), &mut faults);
        let days = sound(self.days(cells), &mut faults);
        let answer = sound(self.answer(cells, days.map(|(_, posted)| posted), &mut notes), &mut faults);
        let open = matches!(answer, Some(None));
        let deadline = self.day(cells, "deadline").and_then(|day| fitting(self.book, day.zip(days), open, &mut notes));
        let deadline = sound(deadline, &mut faults);
        let (Some((title, text)), Some((township, village)), Some(owner), Some(subject)) =
            (words, place, owner, subject)
        else {
            return Err(faults.join("；"));
        };
        let (Some((submitted, posted)), Some(answer), Some(deadline)) = (days, answer, deadline) else {
            return Err(faults.join("；"));
        };
        let owner = self.free(owner, subject, &mut notes);
        let whole = format!("{title} {text}");
        let (category, sub_category) = category_of(&self.book.categories, cells, &whole, &mut notes);
        told_to_all(&whole, answer.as_ref(), &mut notes);
        told_of_danger(self.book, (&title, &text), answer.is_none(), &mut notes);
        let planned = Planned {
            title,
            text,
            category,
            sub_category,
            township,
            village,
            submitted: submitted.number(),
            posted: posted.number(),
            owner: owner.map(|owner| owner.id),
            subject,
            deadline: deadline.map(Day::number),
            answer,
            contact: self.contact(cells),
            number: cells.get("number").chars().take(40).collect(),
        };
        Ok((planned, notes))
    }

    fn contact(&self, cells: &Cells<'_>) -> Option<Contact> {
        let most = self.book.rules.limit.contact;
        let part = |field| cleaned(cells.get(field)).chars().take(most).collect::<String>();
        let contact = Contact { name: part("name"), phone: part("phone") };
        Some(contact).filter(|contact| !contact.name.is_empty() || !contact.phone.is_empty())
    }

    fn words(&self, cells: &Cells<'_>) -> Result<(String, String), String> {
        let limit = self.book.rules.limit;
        let (title, text) = (cleaned(cells.get("title")), cleaned(cells.get("text")));
        let text = if text.is_empty() { title.clone() } else { text };
        if text.chars().count() > limit.text {
            return Err(format!("问题内容超过 {} 字，请精简", limit.text));
        }
        let title = if title.is_empty() { &text } else { &title };
        Ok((headline(title, limit.title), text))
    }

    fn place(&mut self, cells: &Cells<'_>) -> Result<(Option<Id>, Option<Id>), String> {
        let (town, village) = (cells.get("township"), cells.get("village"));
        let township = if town.is_empty() {
            None
        } else {
            Some(self.one(WordKind::Place, town, "乡镇（街道）", self.names.township(town))?)
        };
        if village.is_empty() {
            return Ok((township.map(|org| org.id), None));
        }
        let found = self.names.village(village, township.map(|org| org.id));
        let village = self.one(WordKind::Place, village, "村（社区）", found)?;
        Ok((township.map(|org| org.id).or(village.parent), Some(village.id)))
    }

    fn owner(
        &mut self,
        cells: &Cells<'_>,
        township: Option<Id>,
        notes: &mut Vec<String>,
    ) -> Result<Option<OrgRef>, String> {
        let written = cells.get("owner");
        if written.is_empty() {
            return Ok(None);
        }
        if let Found::One(org) = self.names.owner(written, township) {
            return Ok(Some(OrgRef { region: org.region, id: org.id }));
        }
        let mut units =
            written.split(['、', '，', ',', ';', '；', '/', '\n']).map(str::trim).filter(|unit| !unit.is_empty());
        let first = units.next().unwrap_or(written);
        let more = units.count();
        let org = self.one(WordKind::Owner, first, "承办单位", self.names.owner(first, township))?;
        if more > 0 {
            notes.push(format!("写了 {} 个单位，由排在最前的“{}”牵头", more + 1, org.name));
        }
        Ok(Some(OrgRef { region: org.region, id: org.id }))
    }

    /// The unit that is complained of. What is about the county itself is handled above it, and not imported here.
    fn subject(&mut self, cells: &Cells<'_>, township: Option<Id>) -> Result<Option<Id>, String> {
        let written = cells.get("subject");
        if written.is_empty() {
            return Ok(None);
        }
        let org = self.one(WordKind::Owner, written, "被反映单位", self.names.owner(written, township))?;
        if org.kind == OrgKind::County {
            return Err("反映的是本县区本级，按回避规定由市级受理，请把这一行报给市级".into());
        }
        Ok(Some(org.id))
    }

    /// Nobody handles what is about himself, and no township what is about its village: then it stays at the county's desk.
    fn free(&self, owner: Option<OrgRef>, subject: Option<Id>, notes: &mut Vec<String>) -> Option<OrgRef> {
        let (Some(unit), Some(subject)) = (owner, subject) else { return owner };
        let over = self.names.within(subject, unit.id) && !self.names.is_root(unit.id);
        if !self.names.within(unit.id, subject) && !over {
            return owner;
        }
        notes.push("承办单位是被反映单位或它的上下级，按回避规定留在县区受理岗".into());
        None
    }

    fn one(
        &mut self,
        kind: WordKind,
        word: &str,
        what: &str,
        found: Found<'a>,
    ) -> Result<&'a crate::store::PlaceName, String> {
        match found {
            Found::One(org) => Ok(org),
            Found::Several => Err(format!("{what}“{word}”有几个同名的，请把乡镇写上")),
            Found::None => {
                *self.unknown.entry((kind, word.chars().take(60).collect())).or_insert(0) += 1;
                Err(format!("本县区没有叫“{word}”的{what}，请在页面上说明它是哪一个，或改正后重新上传"))
            }
        }
    }

    fn days(&self, cells: &Cells<'_>) -> Result<(Day, Day), String> {
        let (submitted, posted) = (self.day(cells, "submitted")?, self.day(cells, "posted")?);
        let Some(first) = submitted.or(posted) else { return Err("没有反映日期".into()) };
        let posted = posted.unwrap_or(first);
        if posted < first {
            return Err("上墙日期早于反映日期".into());
        }
        if posted > self.today || first > self.today {
            let late = if first > self.today { ("反映", first) } else { ("上墙", posted) };
            return Err(format!("{}日期是{}，在今天以后，请核对", late.0, late.1.chinese()));
        }
        Ok((first, posted))
    }

    /// Where no day of posting can be read, that is told already.
    fn answer(
        &self,
        cells: &Cells<'_>,
        posted: Option<Day>,
        notes: &mut Vec<String>,
    ) -> Result<Option<PlannedAnswer>, String> {
        let (written, told) = (cleaned(cells.get("answer")), cells.get("outcome"));
        let day = self.day(cells, "answered")?;
        let solved = match (self.rules.outcome(told), day) {
            (Ending::Open, _) | (Ending::Untold, None) => None,
            (Ending::As(outcome), _) => Some(outcome == Outcome::Solved),
            (Ending::Untold, Some(_)) => Some(self.rules.outcome(&written) != Ending::As(Outcome::Explained)),
        };
        let Some(solved) = solved else {
            if !written.is_empty() {
                notes.push("还没有办结，“办理情况”不作为答复公开".into());
            }
            return Ok(None);
        };
        let Some(day) = day else { return Err(format!("写着“{told}”，却没有办结日期")) };
        if posted.is_some_and(|posted| day < posted) {
            return Err("办结日期早于上墙（反映）日期".into());
        }
        if day > self.today {
            return Err(format!("办结日期是{}，在今天以后，请核对", day.chinese()));
        }
        let most = self.book.rules.limit.answer;
        if written.chars().count() > most {
            return Err(format!("办理情况超过 {most} 字，请精简"));
        }
        let text = if written.is_empty() {
            notes.push("没有写办理情况，公开的答复只有结果".into());
            format!("原台账记载：{}。", if told.is_empty() { "已办结" } else { told })
        } else {
            written
        };
        Ok(Some(PlannedAnswer { text, solved, day: day.number() }))
    }

    fn day(&self, cells: &Cells<'_>, field: &str) -> Result<Option<Day>, String> {
        day_in(cells.get(field)).map_err(|message| format!("{}{message}", self.rules.label(field)))
    }
}

/// What was read, or nothing with the fault noted.
fn sound<T>(read: Result<T, String>, faults: &mut Vec<String>) -> Option<T> {
    read.map_err(|fault| faults.push(fault)).ok()
}

/// The cells of a row under the fields.
struct Cells<'a> {
    row: &'a SheetRow,
    places: &'a Places,
}

impl Cells<'_> {
    fn get(&self, field: &str) -> &str {
        let place = self.places.get(field).copied();
        place.and_then(|place| self.row.cells.get(place)).map_or("", |cell| cell.trim())
    }
}

/// The beginning of a text as a title.
fn headline(text: &str, most: usize) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() <= most {
        return flat;
    }
    let short: String = flat.chars().take(most - 1).collect();
    // A whole sentence reads better than a cut one, unless nearly nothing would stay.
    match short.rfind(['。', '；', '，', '！', '？']) {
        Some(end) if short[..end].chars().count() >= most / 4 => short[..end].to_owned(),
        _ => format!("{short}…"),
    }
}

fn category_of(all: &Categories, cells: &Cells<'_>, text: &str, notes: &mut Vec<String>) -> (String, String) {
    let (written, sub) = (cells.get("category"), cells.get("sub_category"));
    let says = |cell: &str, name: &str| !cell.is_empty() && !name.is_empty() && (cell == name || cell.contains(name));
    let category = all.all().iter().find(|category| {
        written == category.id
            || says(written, &category.name)
            || says(written, &category.short)
            || category.name == written
    });
    let subs = || all.all().iter().flat_map(|category| category.sub.iter().map(move |sub| (category, sub)));
    let below = subs().find(|(_, found)| [sub, written].iter().any(|cell| says(cell, &found.name)));
    // 低保 is 低保与救助, where no other begins so.
    let begins = |cell: &str| {
        let mut fitting = subs().filter(|(_, found)| cell.chars().count() >= 2 && found.name.starts_with(cell));
        fitting.next().filter(|_| fitting.next().is_none())
    };
    let below = below.or_else(|| begins(sub)).or_else(|| begins(written));
    let guess = all.suggest(text);
    let strange = [sub, written].into_iter().find(|cell| !cell.is_empty()).filter(|_| below.is_none());
    match (category, below, guess) {
        (Some(category), Some((over, below)), _) if over.id == category.id => (category.id.clone(), below.id.clone()),
        (Some(category), _, Some((over, below))) if over.id == category.id => {
            if let Some(cell) = strange.filter(|_| !sub.is_empty()) {
                notes.push(format!("类别表里没有“{cell}”，按内容归为“{} · {}”", over.name, below.name));
            }
            (category.id.clone(), below.id.clone())
        }
        (Some(category), ..) => (category.id.clone(), String::new()),
        (None, Some((over, below)), _) => (over.id.clone(), below.id.clone()),
        (None, None, Some((over, below))) => {
            let told = strange.map(|cell| format!("类别表里没有“{cell}”，")).unwrap_or_default();
            notes.push(format!("{told}类别按内容归为“{} · {}”", over.name, below.name));
            (over.id.clone(), below.id.clone())
        }
        (None, None, None) => {
            let last = all.all().last();
            notes.push(format!("类别归为“{}”", last.map_or("", |category| category.name.as_str())));
            (last.map(|category| category.id.clone()).unwrap_or_default(), String::new())
        }
    }
}
