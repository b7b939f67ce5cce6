//! The fields of a kind on pages: what stands in them in words, forms to fill them in, and what a form says.

use std::collections::{BTreeMap, HashMap};

use huiyin_base::{Day, Id, Problem, Region};
use huiyin_db::Tx;
use huiyin_directory::{OrgKind, OrgRef, account_names};
use huiyin_web::components::{Choice, Field};
use huiyin_web::{Ctx, Result, Upload};

use super::action_filling::people_at;
use super::action_post::day_of;
use crate::store::{self, CaseFile};
use crate::{Attached, FieldType, FieldValue, Kind, KindField, MOST_TEXT, Moment, Value};

/// The name of a field in a form.
pub(crate) fn input_name(id: &str) -> String {
    format!("v_{id}")
}

/// The names of what values refer to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Named(HashMap<Id, String>);

impl Named {
    /// Of these values, wherever they are kept.
    pub(crate) async fn find(tx: &mut Tx, kind: &Kind, values: &[&FieldValue]) -> Result<Self> {
        let refs = |people: bool| {
            let of = move |given: &&&FieldValue| {
                let field = kind.field(&given.field).filter(|field| field.kind != FieldType::File);
                field.is_some_and(|field| field.is_person() == people)
            };
            values.iter().filter(of).filter_map(|given| match given.value {
                Some(Value::Ref(id)) => Some(id),
                _ => None,
            })
        };
        let mut named = account_names(tx, refs(true)).await?;
        let places = store::place_names(tx, refs(false).collect()).await?;
        named.extend(places.into_iter().map(|(id, place)| (id, place.name)));
        Ok(Self(named))
    }

    /// What stands in a field.
    pub(crate) fn words(&self, field: &KindField, value: &Value) -> String {
        match value {
            Value::Text(word) => field.option(word).unwrap_or(word).to_owned(),
            Value::Number(number) if field.kind == FieldType::Money => yuan(*number),
            Value::Number(number) => number.to_string(),
            Value::Day(day) => day.to_string(),
            // A list says that there is one; the page of the case opens it.
            Value::Ref(_) if field.kind == FieldType::File => "有".to_owned(),
            Value::Ref(id) => self.0.get(id).cloned().unwrap_or_else(|| "（已不在）".to_owned()),
        }
    }

    /// What a key of the ledger stands for.
    pub(crate) fn key(&self, field: &KindField, key: &str) -> String {
        let value = match field.kind {
            FieldType::Number | FieldType::Money => key.parse().ok().map(Value::Number),
            FieldType::Date => key.parse().ok().and_then(Day::from_number).map(Value::Day),
            FieldType::Text | FieldType::Choice => Some(Value::Text(key.to_owned())),
            _ => key.parse().ok().map(Value::Ref),
        };
        match value {
            Some(value) if !key.is_empty() => self.words(field, &value),
            _ => "没有填".to_owned(),
        }
    }

    /// The names of the organisations or people that keys of the ledger name.
    pub(crate) async fn of_keys(tx: &mut Tx, field: &KindField, keys: &[String]) -> Result<Self> {
        let ids: Vec<Id> = match field.kind {
            FieldType::Organisation | FieldType::Place | FieldType::Person => {
                keys.iter().filter_map(|key| key.parse().ok()).collect()
            }
            _ => Vec::new(),
        };
        if field.is_person() {
            return Ok(Self(account_names(tx, ids).await?));
        }
        let places = store::place_names(tx, ids).await?;
        Ok(Self(places.into_iter().map(|(id, place)| (id, place.name)).collect()))
    }
}

/// 分 as 元: 1,234.5
pub(crate) fn yuan(fen: i64) -> String {
    let (whole, rest) = (fen / 100, fen % 100);
    let whole = store::Count { n: whole, exact: true }.to_string();
    match rest {
        0 => whole,
        rest if rest % 10 == 0 => format!("{whole}.{}", rest / 10),
        rest => format!("{whole}.{rest:02}"),
    }
}

/// Who and what may be chosen in a form.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choices {
    people: Vec<(String, String)>,
    units: Vec<Choice>,
    places: Vec<Choice>,
    /// What stands in fields that hold files.
    files: Vec<CaseFile>,
}

impl Choices {
    /// The same, knowing which files stand there.
    pub(crate) fn with_files(self, files: Vec<CaseFile>) -> Self {
        Self { files, ..self }
    }

    /// For cases of this county between these two units; only what the kind's fields need.
    pub(crate) async fn find(ctx: &Ctx, tx: &mut Tx, kind: &Kind, county: OrgRef, orgs: &[OrgRef]) -> Result<Self> {
        let has = |wanted: FieldType| kind.fields.iter().any(|field| field.kind == wanted);
        let mut choices = Self::default();
        if has(FieldType::Person) {
            for org in orgs {
                let found = people_at(ctx, tx, *org).await?;
                choices.people.extend(found);
            }
            choices.people.sort();
            choices.people.dedup_by(|one, other| one.0 == other.0);
        }
        let below = |kinds: &'static [OrgKind]| (county.region, county.id, kinds);
        if has(FieldType::Organisation) {
            let (region, id, kinds) = below(&[OrgKind::Department, OrgKind::Township]);
            let found = store::place_children(tx, region, id, kinds, ctx.today()).await?;
            choices.units = found.iter().map(|unit| Choice::new(unit.id, &unit.name)).collect();
        }
        if has(FieldType::Place) {
            let (region, id, kinds) = below(&[OrgKind::Township]);
            let towns = store::place_children(tx, region, id, kinds, ctx.today()).await?;
            choices.places = towns.iter().map(|town| Choice::new(town.id, &town.name)).collect();
            let near = orgs.iter().map(|org| org.id).collect();
            let near = store::place_names(tx, near).await?;
            let near = near.values().filter(|place| matches!(place.kind, OrgKind::Village | OrgKind::Community));
            choices.places.splice(0..0, near.map(|place| Choice::new(place.id, &place.name)));
        }
        Ok(choices)
    }
}

/// A form's fields, filled with what was typed, or with what stands there.
pub(crate) fn inputs(
    kind: &Kind,
    values: &[FieldValue],
    given: &BTreeMap<String, String>,
    choices: &Choices,
) -> Vec<Field> {
    let draw = |field: &KindField| match field.kind {
        FieldType::File => file_input(field, given, choices),
        _ => vec![input(field, values, given, choices)],
    };
    kind.fields.iter().flat_map(draw).collect()
}

/// The same for what is handed down anew: nobody has voted on it yet.
pub(crate) fn first_inputs(kind: &Kind, given: &BTreeMap<String, String>, choices: &Choices) -> Vec<Field> {
    let fields = kind.fields.iter().filter(|field| !kind.counts_votes(&field.id)).cloned().collect();
    inputs(&Kind { fields, ..kind.clone() }, &[], given, choices)
}

/// What may be chosen for a field that holds a file: pictures, PDF, Word, Excel. What comes is told by its content.
const FILES: &str = "image/jpeg,image/png,image/webp,.pdf,.doc,.docx,.xls,.xlsx";

/// The field in which a tick takes the file away.
fn gone_name(id: &str) -> String {
    format!("{}_gone", input_name(id))
}

/// A file is chosen anew each time; what stands there stays unless another is chosen or it is taken away.
fn file_input(field: &KindField, given: &BTreeMap<String, String>, choices: &Choices) -> Vec<Field> {
    let stands = choices.files.iter().find(|file| file.field == field.id);
    let kept = stands.map(|file| format!("现在是“{}”，选了新的就换掉。", file.name));
    let hint = format!("{}{}照片、PDF、Word 或 Excel，一个。", kept.unwrap_or_default(), said(&field.hint));
    let gone = gone_name(&field.id);
    let label = format!("去掉“{}”", field.label);
    let tick = stands.map(|_| Field::tick(&gone, &label).value(given.get(&gone).cloned().unwrap_or_default()));
    let chosen = Field::file(&input_name(&field.id), &field.label, FILES, false).hint(hint);
    std::iter::once(chosen).chain(tick).collect()
}

/// A hint as a sentence.
fn said(hint: &str) -> String {
    if hint.is_empty() || hint.ends_with(['。', '？', '！']) { hint.to_owned() } else { format!("{hint}。") }
}

/// Whether a form for this kind sends files.
pub(crate) fn has_files(kind: &Kind) -> bool {
    kind.fields.iter().any(|field| field.kind == FieldType::File)
}

/// Whether somebody chose a file in a form of this kind.
pub(crate) fn files_chosen(kind: &Kind, upload: &Upload) -> bool {
    let mut files = kind.fields.iter().filter(|field| field.kind == FieldType::File);
    files.any(|field| upload.files(&input_name(&field.id)).next().is_some())
}

/// Takes in the files of a form for a case of this region: all of them, or none with the reason.
pub(crate) async fn taken(ctx: &Ctx, kind: &Kind, upload: &Upload, region: Region) -> Result<Vec<Attached>, Problem> {
    let (store, mut rng, now) = (&ctx.site.files, ctx.rng(), ctx.now());
    let mut taken = Vec::new();
    for field in kind.fields.iter().filter(|field| field.kind == FieldType::File) {
        let name = input_name(&field.id);
        let Some(file) = upload.files(&name).next() else { continue };
        match store.attach(region, &file.name, &file.bytes, &mut rng, now).await {
            Ok(new) => taken.push(Attached::new(&field.id, &file.name, new, Moment::at(now), &mut rng)),
            Err(problem) => {
                crate::discard(store, &taken).await;
                return Err(problem);
            }
        }
    }
    Ok(taken)
}

fn input(field: &KindField, values: &[FieldValue], given: &BTreeMap<String, String>, choices: &Choices) -> Field {
    let name = input_name(&field.id);
    let stands = values.iter().find(|value| value.field == field.id).and_then(|value| value.value.as_ref());
    let shown =
        given.get(&name).cloned().unwrap_or_else(|| stands.map(|value| typed(field, value)).unwrap_or_default());
    let label = &field.label;
    let among =
        |all: Vec<Choice>| Field::select(&name, label, std::iter::once(Choice::new("", "请选择")).chain(all).collect());
    let drawn = match field.kind {
        FieldType::Text => Field::area(&name, label, 2).longest(u32::try_from(MOST_TEXT).unwrap_or(500)),
        FieldType::Number => Field::number(&name, label),
        FieldType::Money => Field::text(&name, &format!("{label}（元）")).with("inputmode", "decimal"),
        FieldType::Date => Field::date(&name, label),
        FieldType::Choice => among(field.options.iter().map(|option| Choice::new(&option.id, &option.label)).collect()),
        FieldType::Person => among(choices.people.iter().map(|(id, name)| Choice::new(id, name)).collect()),
        FieldType::Organisation => among(choices.units.clone()),
        FieldType::Place => among(choices.places.clone()),
        FieldType::File => Field::file(&name, label, FILES, false),
    };
    let public = if field.public { "公开，谁都能看到。" } else { "" };
    let hint = format!("{public}{}", field.hint);
    let drawn = if hint.is_empty() { drawn } else { drawn.hint(hint) };
    let drawn = drawn.value(shown);
    if field.required { drawn.required() } else { drawn }
}

/// A value as a form shows it.
pub(crate) fn typed(field: &KindField, value: &Value) -> String {
    match value {
        Value::Number(number) if field.kind == FieldType::Money => yuan(*number).replace(',', ""),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Day(day) => day.to_string(),
        Value::Ref(id) => id.to_string(),
    }
}

/// What a form says of the fields it holds.
pub(crate) fn values_of(
    kind: &Kind,
    given: &BTreeMap<String, String>,
) -> std::result::Result<Vec<FieldValue>, Problem> {
    let mut values = Vec::new();
    for field in &kind.fields {
        if field.kind == FieldType::File {
            // The file itself comes beside the words; these only say that it goes.
            let gone = given.get(&gone_name(&field.id)).is_some_and(|tick| !tick.is_empty());
            values.extend(gone.then(|| FieldValue { field: field.id.clone(), value: None, slot: None }));
            continue;
        }
        let Some(text) = given.get(&input_name(&field.id)) else { continue };
        values.push(FieldValue { field: field.id.clone(), value: value_of(field, text)?, slot: None });
    }
    Ok(values)
}

/// What somebody typed into a field; nothing where he left it empty.
pub(crate) fn value_of(field: &KindField, text: &str) -> std::result::Result<Option<Value>, Problem> {
    let (text, label) = (text.trim(), &field.label);
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = |how: &str| Problem::invalid(format!("“{label}”{how}"));
    Ok(Some(match field.kind {
        FieldType::Text => Value::Text(text.to_owned()),
        FieldType::Choice => {
            // A sheet says the label, a form the word.
            let found = field.options.iter().find(|option| option.id == text || option.label == text);
            let names: Vec<&str> = field.options.iter().map(|option| option.label.as_str()).collect();
            Value::Text(found.ok_or_else(|| wrong(&format!("只能填：{}。", names.join("、"))))?.id.clone())
        }
        FieldType::Number => Value::Number(text.replace(',', "").parse().map_err(|_| wrong("要填整数。"))?),
        FieldType::Money => Value::Number(fen(text).ok_or_else(|| wrong("要填金额，例如 12000 或 12000.50。"))?),
        FieldType::Date => {
            let day = day_of(text).map_err(|_| wrong("要写成 2016-12-31 的样子。"))?;
            Value::Day(day.ok_or_else(|| wrong("要填日期。"))?)
        }
        _ => Value::Ref(text.parse().map_err(|_| wrong("请从列表中选择。"))?),
    }))
}

fn fen(text: &str) -> Option<i64> {
    let text = text.replace([',', '，'], "");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    if rest.len() > 2 || whole.is_empty() || !rest.chars().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let whole: i64 = whole.parse().ok().filter(|whole| *whole >= 0)?;
    whole.checked_mul(100)?.checked_add(format!("{rest:0<2}").parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_and_written() {
        for (text, amount) in [("12000", 1_200_000), ("12,000.5", 1_200_050), ("0.05", 5), ("7.", 700)] {
            assert_eq!(fen(text), Some(amount), "{text}");
        }
        for wrong in ["", ".5", "-3", "1.234", "十", "9223372036854775807"] {
            assert_eq!(fen(wrong), None, "{wrong}");
        }
        assert_eq!(yuan(123_456_789), "1,234,567.89");
        assert_eq!(yuan(1_200_050), "12,000.5");
    }
}
