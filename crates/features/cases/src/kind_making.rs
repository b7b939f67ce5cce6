//! A kind made from lists: no expressions, no code. What was chosen becomes the same rules as in `rules/kinds`, and is read as they are.

use huiyin_base::Problem;
use serde::{Deserialize, Serialize};

use crate::{FieldType, MARKED, Rulebook, VerifierRule};

/// What was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MadeKind {
    /// Its word: letters, digits, underscores.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// The characters before the year in its close-out number.
    pub mark: String,
    /// Everybody may read its ledger. A later version may close it and none may open it: it was written for colleagues.
    pub public_ledger: bool,
    /// Those whom it serves rate it before it is struck off; only counts are kept.
    pub rated: bool,
    /// It may rest for a listed reason.
    pub pauses: bool,
    /// It is watched for so many days after it was struck off; 0 for none.
    pub watch: i64,
    /// The roles that hand it down.
    pub desk: Vec<String>,
    /// Who checks it.
    pub verifier: String,
    /// Working days to sign.
    pub sign: u32,
    /// Working days to be done in, from signing: villages, townships, departments, counties.
    pub days: [u32; 4],
    /// Its fields, in the order of the printed form.
    pub fields: Vec<MadeField>,
}

/// One field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a tick of its own")]
pub struct MadeField {
    /// Its word; kept from version to version.
    pub id: String,
    /// What people read.
    pub label: String,
    /// What it holds.
    pub kind: String,
    /// The options of a choice.
    pub options: Vec<String>,
    /// Their words, given when it is settled and kept from version to version.
    pub words: Vec<String>,
    /// It is filled from the beginning.
    pub required: bool,
    /// The ledger is narrowed by it.
    pub filter: bool,
    /// The ledger is sorted by it.
    pub sort: bool,
    /// It stands in the public ledger.
    pub public: bool,
    /// What is meant.
    pub hint: String,
    /// Its place among the marked columns; kept from version to version.
    pub slot: Option<u8>,
}

/// Who may hand a kind down: word and label.
pub const DESKS: [(&str, &str); 4] = [
    ("city_staff", "市级工作人员"),
    ("county_staff", "县级工作人员"),
    ("township_staff", "乡镇工作人员"),
    ("case_officer", "部门、村的承办人"),
];

/// The most fields of a kind.
pub const FIELDS: usize = 12;

impl MadeKind {
    /// Checks what was chosen and gives every field its word and its place. `before` are the versions that were published.
    pub fn settled(mut self, book: &Rulebook, before: &[Self]) -> Result<Self, Problem> {
        let fault = |message: String| Err(Problem::invalid(message));
        let word = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
        if self.name.len() < 3 || self.name.len() > 30 || !self.name.chars().all(word) {
            return fault("代号用 3 到 30 个小写字母、数字或下划线，例如 road_repair。".to_owned());
        }
        let shipped = book.kind(&self.name).is_some_and(|kind| before.is_empty() && kind.name == self.name);
        if shipped || ["new", "sheet", "problem"].contains(&self.name.as_str()) {
            return fault(format!("代号“{}”已经用了，请换一个。", self.name));
        }
        self.label = self.label.trim().to_owned();
        if !(2..=12).contains(&self.label.chars().count()) || self.label.chars().any(char::is_control) {
            return fault("名称要填写，2 到 12 个字。".to_owned());
        }
        let han = |letter: char| ('\u{4e00}'..='\u{9fff}').contains(&letter);
        if !(1..=3).contains(&self.mark.chars().count()) || !self.mark.chars().all(han) {
            return fault("销号编号用字填 1 到 3 个汉字，例如“路”。".to_owned());
        }
        if self.desk.is_empty() || !self.desk.iter().all(|role| DESKS.iter().any(|(known, _)| known == role)) {
            return fault("请选择谁可以下达。".to_owned());
        }
        if VerifierRule::parse(&self.verifier).is_none() {
            return fault("请选择由谁核验。".to_owned());
        }
        if !(1..=20).contains(&self.sign) || self.days.iter().any(|days| !(1..=250).contains(days)) {
            return fault("签收 1 到 20 个工作日，办理 1 到 250 个工作日。".to_owned());
        }
        if !(0..=1_100).contains(&self.watch) {
            return fault("巩固期最多 1,100 天；不需要的填 0。".to_owned());
        }
        self.public_ledger &= before.iter().all(|made| made.public_ledger);
        self.settle_fields(before)?;
        Ok(self)
    }

    fn settle_fields(&mut self, before: &[Self]) -> Result<(), Problem> {
        let fault = |message: String| Err(Problem::invalid(message));
        self.fields.retain(|field| !field.label.trim().is_empty());
        if self.fields.len() > FIELDS {
            return fault(format!("最多 {FIELDS} 项。"));
        }
        let known = |id: &str| before.iter().flat_map(|made| &made.fields).find(|field| field.id == id);
        let used: Vec<u8> = before.iter().flat_map(|made| &made.fields).filter_map(|field| field.slot).collect();
        let mut next =
            before.iter().flat_map(|made| &made.fields).filter_map(|field| number(&field.id)).max().unwrap_or(0);
        next = next.max(self.fields.iter().filter_map(|field| number(&field.id)).max().unwrap_or(0));
        let mut taken: Vec<u8> = Vec::new();
        for at in 0..self.fields.len() {
            let field = &self.fields[at];
            let label = field.label.trim().to_owned();
            if label.chars().count() > 16 || label.chars().any(char::is_control) {
                return fault(format!("“{label}”太长，一项的名称最多 16 个字。"));
            }
            if self.fields[..at].iter().any(|other| other.label == label) {
                return fault(format!("“{label}”写了两次。"));
            }
            let Some(kind) = FieldType::parse(&field.kind) else {
                return fault(format!("请选择“{label}”填什么。"));
            };
            if let Some(was) = known(&field.id)
                && was.kind != field.kind
            {
                return fault(format!("“{label}”在上一版是{}，不能改；请另加一项。", was.kind));
            }
            let options: Vec<String> = field
                .options
                .iter()
                .map(|option| option.trim().to_owned())
                .filter(|option| !option.is_empty())
                .collect();
            if kind == FieldType::Choice && !(2..=30).contains(&options.len()) {
                return fault(format!("“{label}”是选项，请写 2 到 30 个，每行一个。"));
            }
            let person = kind == FieldType::Person;
            let file = kind == FieldType::File;
            let marked = !file && (field.filter || field.sort && !person);
            let kept = known(&field.id).and_then(|was| was.slot);
            // What was filled in for colleagues is not shown to everybody by a later version; what was public may be closed.
            let mut earlier = before.iter().flat_map(|made| &made.fields).filter(|was| was.id == field.id);
            let public = field.public && earlier.all(|was| was.public);
            let free =
                || (0..u8::try_from(MARKED).unwrap_or(6)).find(|slot| !used.contains(slot) && !taken.contains(slot));
            let slot = if marked { kept.or_else(free) } else { None };
            if marked && slot.is_none() {
                return fault(format!("能筛选、排序的最多 {MARKED} 项（连同以前各版用过的），请去掉一些。"));
            }
            taken.extend(slot);
            let id = if field.id.is_empty() {
                next += 1;
                format!("f{next}")
            } else {
                field.id.clone()
            };
            if number(&id).is_none() && known(&id).is_none() {
                return fault("这张表单不完整，请刷新页面后重新填写。".to_owned());
            }
            let field = &mut self.fields[at];
            (field.id, field.label, field.slot) = (id, label, slot);
            field.options = if kind == FieldType::Choice { options } else { Vec::new() };
            field.words = words(&field.options, known_words(before, &field.id));
            field.sort &= !person && !file;
            // Nobody is made to take a photo or to write a paper: a file is never a condition.
            field.required &= !file;
            field.filter &= !file;
            field.public = public && self.public_ledger && !person && !file;
        }
        Ok(())
    }
}

/// Every option of a field with its word, the newest version last.
fn known_words<'a>(before: &'a [MadeKind], id: &str) -> Vec<(&'a str, String)> {
    let fields = before.iter().flat_map(|made| &made.fields).filter(|field| field.id == id);
    let pairs = fields.flat_map(|field| {
        let word = |at: usize| field.words.get(at).cloned().unwrap_or_else(|| format!("o{}", at + 1));
        field.options.iter().enumerate().map(move |(at, label)| (label.as_str(), word(at)))
    });
    pairs.collect()
}

/// Words of options: what was called so before keeps its word, whatever stands before it now; a new one takes the next.
fn words(options: &[String], known: Vec<(&str, String)>) -> Vec<String> {
    let numbered = known.iter().filter_map(|(_, word)| word.strip_prefix('o')?.parse::<u32>().ok());
    let mut next = numbered.max().unwrap_or(0);
    let word = |label: &String| {
        let before = known.iter().rev().find(|(other, _)| other == label).map(|(_, word)| word.clone());
        before.unwrap_or_else(|| {
            next += 1;
            format!("o{next}")
        })
    };
    options.iter().map(word).collect()
}

/// The number in a field's word.
fn number(id: &str) -> Option<u32> {
    id.strip_prefix('f')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use huiyin_base::WorkCalendar;

    use super::*;
    use crate::Kind;

    fn book() -> Rulebook {
        let calendar = WorkCalendar::parse(include_str!("../../../../data/work-calendar.csv")).unwrap();
        Rulebook::built_in(Arc::new(calendar)).unwrap()
    }

    fn made() -> MadeKind {
        let field = |label: &str, kind: &str, filter| MadeField {
            label: label.into(),
            kind: kind.into(),
            filter,
            options: if kind == "choice" { vec!["急".into(), "\"缓\"\n".into()] } else { Vec::new() },
            ..MadeField::default()
        };
        MadeKind {
            name: "road_repair".into(),
            label: "道路养护".into(),
            mark: "路".into(),
            desk: vec!["county_staff".into()],
            verifier: "issuer".into(),
            sign: 2,
            days: [20, 20, 30, 30],
            fields: vec![
                field("缓急", "choice", true),
                field("里程", "number", true),
                field("备注 \" = 1", "text", false),
            ],
            ..MadeKind::default()
        }
    }

    #[test]
    fn what_was_chosen_becomes_rules_and_nothing_in_it_is_more_than_words() {
        let settled = made().settled(&book(), &[]).unwrap();
        let kind = settled.rules(None, 1, "2016-12-16".parse().unwrap()).unwrap();
        assert_eq!((kind.label.as_str(), kind.fields.len(), kind.version), ("道路养护", 3, 1));
        assert_eq!(kind.fields[0].options[1].label, "\"缓\"");
        assert_eq!((kind.fields[0].slot, kind.fields[1].slot, kind.fields[2].slot), (Some(0), Some(1), None));
        assert!(kind.transition(crate::Action::Pause, crate::State::InHand).is_none());
        let paused = MadeKind { pauses: true, watch: 90, ..settled };
        let paused = paused.rules(None, 1, "2016-12-16".parse().unwrap()).unwrap();
        assert!(paused.transition(crate::Action::Pause, crate::State::InHand).is_some());
        assert_eq!(paused.window, Some(90));
        assert_eq!(Kind::parse(&paused.text).unwrap(), paused, "what is frozen reads as itself");
    }

    #[test]
    fn a_new_version_keeps_words_and_places() {
        let first = made().settled(&book(), &[]).unwrap();
        let mut second = first.clone();
        second.fields.remove(0);
        second.fields.push(MadeField {
            label: "路段".into(),
            kind: "text".into(),
            filter: true,
            ..MadeField::default()
        });
        let second = second.settled(&book(), std::slice::from_ref(&first)).unwrap();
        let places: Vec<_> = second.fields.iter().map(|field| (field.id.as_str(), field.slot)).collect();
        assert_eq!(places, [("f2", Some(1)), ("f3", None), ("f4", Some(2))], "the place of what is gone stays its own");
        let mut fewer = first.clone();
        fewer.fields[0].options = vec!["特急".into(), "\"缓\"".into()];
        let fewer = fewer.settled(&book(), std::slice::from_ref(&first)).unwrap();
        assert_eq!(fewer.fields[0].words, ["o3", "o2"], "an option keeps its word, and a word is never another's");
        let mut changed = first.clone();
        changed.fields[1].kind = "text".into();
        assert!(changed.settled(&book(), &[first]).is_err(), "what it holds does not change");
    }

    #[test]
    fn what_does_not_hold_together_is_refused() {
        let book = book();
        let refused = |change: fn(&mut MadeKind)| {
            let mut made = made();
            change(&mut made);
            assert!(made.clone().settled(&book, &[]).is_err(), "{made:?}");
        };
        refused(|made| made.name = "任务".into());
        refused(|made| made.name = "task".into());
        refused(|made| made.label = "字".repeat(13));
        refused(|made| made.mark = "{n}".into());
        refused(|made| made.desk = vec!["member".into()]);
        refused(|made| made.verifier = "owner".into());
        refused(|made| made.days[0] = 0);
        refused(|made| made.watch = -1);
        refused(|made| made.fields[1].label = "缓急".into());
        refused(|made| made.fields[0].options.truncate(1));
        refused(|made| made.fields[1].kind = "formula".into());
        refused(|made| made.fields[1].id = "x".into());
        refused(|made| {
            made.fields = (0..7)
                .map(|n| MadeField {
                    label: format!("第{n}项"),
                    kind: "number".into(),
                    sort: true,
                    ..MadeField::default()
                })
                .collect();
        });
    }
}
