//! What was handed down, on its page: the work, the fields of its kind, and how it was struck off.

use askama::Template;
use huiyin_db::Tx;
use huiyin_directory::Viewer;
use huiyin_web::Result;
use huiyin_web::components::{Html, PhotoStrip};

use super::card::{self, Cards};
use super::kind_fields::{Named, input_name, typed};
use crate::permissions::ISSUERS;
use crate::store::{self, CaseFile};
use crate::{CaseItem, Cases, Decision, FieldType, FieldValue, Kind, KindField, PhotoPart, State};

/// In the place of a problem and its echo.
#[derive(Clone, Debug, Template)]
#[template(path = "issued_panel.html")]
pub(crate) struct IssuedPanel {
    text: String,
    fields: Vec<(String, Html)>,
    /// Taken back: the same, to be handed down anew.
    again: Option<String>,
    /// Struck off: the number, by whom it was checked, and when.
    struck: Option<Struck>,
}

impl askama::filters::HtmlSafe for IssuedPanel {}

#[derive(Clone, Debug)]
struct Struck {
    number: String,
    post: String,
    day: String,
    outcome: &'static str,
    text: String,
    photos: PhotoStrip,
    /// Until when a relapse is watched for.
    watched: Option<String>,
}

impl IssuedPanel {
    /// None for what was not handed down.
    pub(crate) async fn find(
        tx: &mut Tx,
        cards: &Cards<'_>,
        engine: &Cases,
        case: &CaseItem,
        viewer: &Viewer,
    ) -> Result<Option<Self>> {
        let Some(kind) = engine.book.kind_of(case).filter(|kind| kind.is_issued()) else { return Ok(None) };
        let values = store::value_list(tx, case.at()).await?;
        let named = Named::find(tx, kind, &values.iter().collect::<Vec<_>>()).await?;
        Ok(Some(Self {
            text: case.text.clone(),
            fields: shown(kind, case, &values, &named, &store::case_file_list(tx, case.at()).await?),
            again: (case.state == State::Withdrawn && viewer.has_any(ISSUERS)).then(|| again(kind, case, &values)),
            struck: struck(tx, cards, engine, case).await?,
        }))
    }
}

/// The form that hands the same down anew, with what stood in it.
fn again(kind: &Kind, case: &CaseItem, values: &[FieldValue]) -> String {
    let fixed = [("title", case.title.clone()), ("text", case.text.clone()), ("issuer", case.desk.to_string())];
    let own = values.iter().filter_map(|given| {
        let (field, value) = kind.field(&given.field).zip(given.value.as_ref())?;
        (field.kind != FieldType::File).then(|| (input_name(&field.id), typed(field, value)))
    });
    let all: Vec<(String, String)> =
        fixed.into_iter().map(|(name, value)| (name.to_owned(), value)).chain(own).collect();
    format!("/ledgers/{}/new?{}", kind.name, huiyin_web::to_query(&all))
}

/// The fields in the order of the kind's printed form.
fn shown(
    kind: &Kind,
    case: &CaseItem,
    values: &[FieldValue],
    named: &Named,
    files: &[CaseFile],
) -> Vec<(String, Html)> {
    let link = |file: &CaseFile| {
        let (case, id, name) = (case.id, file.file, Html::from(file.name.as_str()));
        Html::drawn(format!("<a class=\"link\" href=\"/cases/{case}/files/{id}\" download>{name}</a>"))
    };
    let words = |field: &KindField, value| {
        let file = files.iter().find(|file| file.field == field.id && field.kind == FieldType::File);
        file.map_or_else(|| Html::from(named.words(field, value)), link)
    };
    let of = |id: &str| values.iter().find(|value| value.field == id).and_then(|value| value.value.as_ref());
    let printed = kind.print.iter().filter_map(|id| kind.field(id));
    let rest = kind.fields.iter().filter(|field| !kind.print.contains(&field.id));
    let filled = printed.chain(rest).filter_map(|field| Some((field, of(&field.id)?)));
    filled.map(|(field, value)| (field.label.clone(), words(field, value))).collect()
}

async fn struck(tx: &mut Tx, cards: &Cards<'_>, engine: &Cases, case: &CaseItem) -> Result<Option<Struck>> {
    if !State::ECHOED.contains(&case.state) {
        return Ok(None);
    }
    let answers = store::answer_list(tx, case.at(), false).await?;
    let Some(answer) = answers.into_iter().rev().find(|answer| answer.decision == Decision::Accepted) else {
        return Ok(None);
    };
    let watched = engine.book.window_ends(case).filter(|_| case.state == State::Answered);
    Ok(Some(Struck {
        number: cards.close_number(case.region, &case.kind, case.close_number()).unwrap_or_default(),
        post: answer.verifier_post.clone().unwrap_or_default(),
        day: answer.decided_day.unwrap_or(answer.requested_day).chinese(),
        outcome: if answer.outcome == crate::Outcome::Solved { "办成" } else { "已说明" },
        text: answer.text,
        photos: card::photos(tx, case, PhotoPart::Answer, false).await?,
        watched: watched.map(|day| format!("巩固期到{}，期间反弹的重新办理", day.chinese())),
    }))
}
