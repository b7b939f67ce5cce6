//! The fields of a kind, and what a case keeps in them.

use huiyin_base::{Day, Id, Problem};
use huiyin_db::text_enum;
use serde::Deserialize;

use crate::rules::{RulesError, word};
use crate::{Kind, privacy::forbidden_in};

text_enum! {
    /// What a field holds.
    pub enum FieldType {
        Text = "text" / "文字",
        Number = "number" / "数量",
        Money = "money" / "金额",
        Date = "date" / "日期",
        Choice = "choice" / "选项",
        Person = "person" / "人员",
        Organisation = "organisation" / "单位",
        Place = "place" / "地方",
        File = "file" / "附件",
    }
}

/// The most fields of a kind by which its ledger is narrowed or sorted.
pub const MARKED: usize = 6;

/// The most characters of a text.
pub const MOST_TEXT: usize = 500;

/// The largest number: a thousand billions.
const MOST_NUMBER: i64 = 1_000_000_000_000_000;

/// One field of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a tick of its own")]
pub struct KindField {
    /// Its word.
    pub id: String,
    /// What people read.
    pub label: String,
    /// What it holds.
    pub kind: FieldType,
    /// What to choose from.
    pub options: Vec<FieldOption>,
    /// It is filled from the beginning.
    pub required: bool,
    /// The ledger is narrowed by it.
    pub filter: bool,
    /// The ledger is sorted by it.
    pub sort: bool,
    /// It stands in a ledger that everybody may read.
    pub public: bool,
    /// What is meant, for whoever fills it in.
    pub hint: String,
    /// Its place among the marked columns of the ledger; none where it is not marked.
    pub slot: Option<u8>,
}

/// One of the options of a choice.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldOption {
    /// Its word.
    pub id: String,
    /// What people read.
    pub label: String,
}

/// A vote by which a case is accepted. Only the counts are kept.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoteRule {
    /// The field of the votes in favour.
    pub favour: String,
    /// The field of the votes against.
    pub against: String,
    /// The field of the abstentions.
    pub abstained: String,
    /// It fails with more than so many percent against.
    pub fails_over: i64,
}

/// What a case keeps in one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldValue {
    /// The field's word.
    pub field: String,
    /// What is in it; none empties it.
    pub value: Option<Value>,
    /// Its place among the marked columns of the ledger, once its kind has checked it.
    pub slot: Option<u8>,
}

/// A value by its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Words, or the word of an option.
    Text(String),
    /// A number; money in 分.
    Number(i64),
    /// A day.
    Day(Day),
    /// An account, an organisation, a place or a file.
    Ref(Id),
}

impl FieldValue {
    /// A filled field.
    pub fn new(field: impl Into<String>, value: Value) -> Self {
        Self { field: field.into(), value: Some(value), slot: None }
    }

    /// Words or an option.
    pub fn text(field: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(field, Value::Text(text.into()))
    }
}

impl Value {
    /// The value as the ledger sorts it: text in code order.
    pub fn key(&self) -> String {
        match self {
            Self::Text(text) => text.chars().take(40).collect(),
            Self::Number(number) => format!("{number:016}"),
            Self::Day(day) => day.number().to_string(),
            Self::Ref(id) => id.to_string(),
        }
    }
}

impl KindField {
    /// Whether it holds a person: then nobody sees more of it together than his own unit's.
    pub fn is_person(&self) -> bool {
        self.kind == FieldType::Person
    }

    /// What a choice's word is called.
    pub fn option(&self, id: &str) -> Option<&str> {
        self.options.iter().find(|option| option.id == id).map(|option| option.label.as_str())
    }

    fn check(&self, value: &Value) -> Result<(), Problem> {
        let label = &self.label;
        let fits = match (self.kind, value) {
            (FieldType::Text, Value::Text(text)) => {
                if text.chars().count() > MOST_TEXT {
                    return Err(Problem::invalid(format!("“{label}”最多 {MOST_TEXT} 字，请精简。")));
                }
                if let Some(kind) = forbidden_in(text) {
                    return Err(Problem::invalid(format!("“{label}”里有{}，请隐去后再提交。", kind.label())));
                }
                true
            }
            (FieldType::Choice, Value::Text(word)) => {
                if self.option(word).is_none() {
                    return Err(Problem::invalid(format!("“{label}”请从列表中选择。")));
                }
                true
            }
            (FieldType::Number | FieldType::Money, Value::Number(number)) => {
                if !(0..=MOST_NUMBER).contains(number) {
                    return Err(Problem::invalid(format!("“{label}”要填不小于 0 的数。")));
                }
                true
            }
            (FieldType::Date, Value::Day(_))
            | (FieldType::Person | FieldType::Organisation | FieldType::Place | FieldType::File, Value::Ref(_)) => true,
            _ => false,
        };
        if fits { Ok(()) } else { Err(Problem::invalid(format!("“{label}”要填{}。", self.kind.label()))) }
    }
}

impl Kind {
    /// The values as they may be kept: each of a known field and of its type, nothing twice, texts trimmed. A `whole` set fills
    /// every field that must be filled; a part empties none of them.
    pub fn checked(&self, values: &[FieldValue], whole: bool) -> Result<Vec<FieldValue>, Problem> {
        let mut kept: Vec<FieldValue> = Vec::with_capacity(values.len());
        for given in values {
            let field = self
                .field(&given.field)
                .ok_or_else(|| Problem::invalid("这类事项没有这一项，请刷新页面后重新填写。"))?;
            if kept.iter().any(|other| other.field == field.id) {
                return Err(Problem::invalid(format!("“{}”填了两次。", field.label)));
            }
            let value = match &given.value {
                Some(Value::Text(text)) => {
                    Some(text.trim()).filter(|text| !text.is_empty()).map(|text| Value::Text(text.into()))
                }
                other => other.clone(),
            };
            if let Some(value) = &value {
                field.check(value)?;
            }
            if value.is_none() && field.required {
                return Err(Problem::invalid(format!("请填写“{}”。", field.label)));
            }
            kept.push(FieldValue { field: field.id.clone(), value, slot: field.slot });
        }
        let missing = |field: &&KindField| field.required && !kept.iter().any(|value| value.field == field.id);
        if let Some(field) = self.fields.iter().find(missing).filter(|_| whole) {
            return Err(Problem::invalid(format!("请填写“{}”。", field.label)));
        }
        Ok(kept)
    }

    /// Refuses to let a case end whose vote is missing or has failed.
    pub(crate) fn check_vote(&self, values: &[FieldValue]) -> Result<(), Problem> {
        let Some(rule) = &self.vote else { return Ok(()) };
        let count = |id: &str| {
            let found = values.iter().find(|value| value.field == id).and_then(|value| value.value.clone());
            if let Some(Value::Number(count)) = found { Some(count) } else { None }
        };
        let counts = count(&rule.favour).zip(count(&rule.against)).zip(count(&rule.abstained));
        let Some(((favour, against), abstained)) = counts.filter(|((a, b), c)| a + b + c > 0) else {
            return Err(Problem::conflict("还没有登记票数（满意、不满意、弃权），登记后才能销号。"));
        };
        let all = favour + against + abstained;
        if against * 100 > all * rule.fails_over {
            return Err(Problem::conflict(format!(
                "不满意 {against} 票，超过 {all} 票的 {}%，没有通过。请继续办，办好后再请大家投一次票。",
                rule.fails_over
            )));
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a tick of its own")]
pub(crate) struct FieldFile {
    id: String,
    label: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    options: Vec<FieldOption>,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    filter: bool,
    #[serde(default)]
    sort: bool,
    #[serde(default)]
    public: bool,
    #[serde(default)]
    hint: String,
    slot: Option<u8>,
}

/// The fields of a file. A marked one without a place of its own takes the next.
pub(crate) fn fields(files: Vec<FieldFile>) -> Result<Vec<KindField>, RulesError> {
    let mut taken: Vec<u8> = files.iter().filter_map(|file| file.slot).collect();
    let mut fields = Vec::with_capacity(files.len());
    for file in files {
        let is_marked = file.filter || file.sort;
        let free = || (0..u8::MAX).find(|slot| !taken.contains(slot));
        let slot = if is_marked { file.slot.or_else(free) } else { None };
        taken.extend(slot);
        fields.push(KindField {
            kind: word(FieldType::parse, &file.kind)?,
            id: file.id,
            label: file.label,
            options: file.options,
            required: file.required,
            filter: file.filter,
            sort: file.sort,
            public: file.public,
            hint: file.hint,
            slot,
        });
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weak() -> Kind {
        Kind::parse(include_str!("../../../../rules/kinds/weak_body.toml")).unwrap()
    }

    fn votes(favour: i64, against: i64, abstained: i64) -> Vec<FieldValue> {
        let of = |field, count| FieldValue::new(field, Value::Number(count));
        vec![of("vote_for", favour), of("vote_against", against), of("vote_abstained", abstained)]
    }

    #[test]
    fn more_than_half_against_fails() {
        let kind = weak();
        assert!(kind.check_vote(&[]).is_err(), "nothing was counted");
        assert!(kind.check_vote(&votes(0, 0, 0)).is_err(), "nobody voted");
        assert!(kind.check_vote(&votes(20, 21, 1)).is_ok(), "exactly half is not over half");
        assert!(kind.check_vote(&votes(20, 22, 1)).is_err());
    }

    #[test]
    fn values_fit_their_fields() {
        let kind = weak();
        let whole = [FieldValue::text("cause", "team"), FieldValue::text("plan", " 选好带头人 ")];
        assert_eq!(
            kind.checked(&whole, true).unwrap()[1],
            FieldValue::text("plan", "选好带头人"),
            "not marked, trimmed"
        );
        assert!(kind.checked(&whole[..1], true).is_err(), "the plan is missing");
        assert!(kind.checked(&whole[..1], false).is_ok());
        let wrong = [
            FieldValue::text("cause", "nothing"),
            FieldValue::text("nothing", "x"),
            FieldValue::text("plan", "  "),
            FieldValue::text("vote_for", "12"),
            FieldValue::new("vote_for", Value::Number(-1)),
            FieldValue::text("plan", "字".repeat(MOST_TEXT + 1)),
            FieldValue::text("plan", "电话 13912345678"),
        ];
        for value in wrong {
            assert!(kind.checked(std::slice::from_ref(&value), false).is_err(), "{value:?}");
        }
    }

    #[test]
    fn keys_stand_in_the_order_of_their_values() {
        let key = |number| Value::Number(number).key();
        assert!(key(9) < key(10) && key(10) < key(MOST_NUMBER));
    }
}
