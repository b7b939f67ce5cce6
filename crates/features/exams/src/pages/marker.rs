//! Short answers, marked by a person who does not learn whose they are.

use askama::Template;
use huiyin_base::{Id, Problem};
use huiyin_db::Tx;
use huiyin_web::components::{Breadcrumb, Empty, Field};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result};
use serde::Deserialize;

use super::id_of;
use crate::bank::Keeper;
use crate::marking::{self, Script};
use crate::permissions::TestKeep;
use crate::question::WHOLE;
use crate::store::{Exam, exam_find, sitting_get, unmarked_list};

/// Papers on one page.
const PAGE: i64 = 10;

#[derive(Template)]
#[template(path = "marking.html")]
struct MarkingPage {
    crumb: Breadcrumb,
    csrf: Csrf,
    action: String,
    answers: Vec<Answer>,
    empty: Option<Empty>,
}

struct Answer {
    number: usize,
    sitting: Id,
    place: usize,
    stem: String,
    good: String,
    given: String,
    worth: i64,
    fields: [Field; 2],
}

/// A test of the viewer's own.
pub(super) async fn own(tx: &mut Tx, keeper: &Keeper, id: &str) -> Result<Exam, Problem> {
    let exam = exam_find(tx, id_of(id)?).await?;
    exam.filter(|exam| keeper.keeps(exam.org)).ok_or_else(Problem::not_found)
}

pub(crate) async fn show(ctx: Ctx, can: Can<TestKeep>, Path(id): Path<String>) -> Result {
    let keeper = Keeper::of(&ctx.site, &can.viewer).await?;
    let mut tx = ctx.site.db.read().await?;
    let exam = own(&mut tx, &keeper, &id).await?;
    let mut answers = Vec::new();
    let waiting = unmarked_list(&mut tx, exam.id, PAGE).await?;
    let scripts = Script::of_many(&mut tx, &exam, &waiting).await?;
    for (sitting, script) in waiting.iter().zip(&scripts) {
        for place in script.waiting().collect::<Vec<_>>() {
            let dealt = &script.paper[place];
            let question = script.book.question(dealt);
            let worth = script.book.worth(dealt) / 100;
            let form = format!("a{}", answers.len());
            answers.push(Answer {
                number: answers.len() + 1,
                sitting: sitting.id,
                place,
                stem: question.line(),
                good: question.plain(&question.feedback),
                given: script.given(place).to_owned(),
                worth,
                fields: [
                    Field::number("marks", &format!("给几分（满分 {worth}）")).required().within(&form),
                    Field::text("words", "评语（本人能看到）").longest(500).within(&form),
                ],
            });
        }
    }
    drop(tx);
    let page = MarkingPage {
        crumb: Breadcrumb::new("批阅").step("学习测试", "/tests").step(&*exam.title, format!("/tests/{}", exam.id)),
        csrf: ctx.csrf(),
        action: format!("/tests/{}/marking", exam.id),
        empty: answers.is_empty().then(|| Empty::new("没有等待批阅的答案").icon("check-check")),
        answers,
    };
    ctx.page("批阅简答题", Density::Desk, &page)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    sitting: String,
    place: i64,
    marks: String,
    words: String,
}

pub(crate) async fn give(ctx: Ctx, can: Can<TestKeep>, Path(id): Path<String>, Form(given): Form<Given>) -> Result {
    let keeper = Keeper::of(&ctx.site, &can.viewer).await?;
    let sitting = id_of(&given.sitting)?;
    let mut tx = ctx.site.db.read().await?;
    let exam = own(&mut tx, &keeper, &id).await?;
    let found = sitting_get(&mut tx, sitting).await?.filter(|found| found.exam == exam.id);
    let found = found.ok_or_else(Problem::not_found)?;
    let script = Script::of(&mut tx, &exam, &found).await?;
    drop(tx);
    let dealt = usize::try_from(given.place).ok().and_then(|place| script.paper.get(place));
    let worth = script.book.worth(dealt.ok_or_else(Problem::not_found)?);
    let marks: f64 = given.marks.trim().parse().unwrap_or(-1.0);
    #[expect(clippy::cast_possible_truncation, reason = "between nought and ten thousand")]
    let hundredths = if (0.0..=100.0).contains(&marks) { (marks * 100.0).round() as i64 } else { -1 };
    let part = if worth == 0 { 0 } else { hundredths * i64::from(WHOLE) / worth };
    marking::give(&ctx.site.db, exam, sitting, given.place, part, given.words).await?;
    ctx.redirect(&format!("/tests/{}/marking", id_of(&id)?), Some("已记下。"))
}
