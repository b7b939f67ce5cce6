//! Answers that came after the end: somebody looks at each, and its taker reads why.

use askama::Template;
use huiyin_base::Id;
use huiyin_web::components::{Breadcrumb, Choice, Empty, Field};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result};
use serde::Deserialize;

use super::marker::own;
use super::{id_of, moment_text};
use crate::bank::Keeper;
use crate::marking::{self, LateKey, Script};
use crate::permissions::TestKeep;
use crate::question::shown;
use crate::store::{late_list, sitting_get};

const PAGE: i64 = 20;

#[derive(Template)]
#[template(path = "late.html")]
struct LatePage {
    crumb: Breadcrumb,
    csrf: Csrf,
    action: String,
    answers: Vec<Late>,
    empty: Option<Empty>,
}

struct Late {
    number: usize,
    sitting: Id,
    place: i64,
    seq: i64,
    device: String,
    stem: String,
    given: String,
    before: String,
    ended: String,
    written: String,
    received: String,
    in_time: bool,
    fields: [Field; 2],
}

pub(crate) async fn show(ctx: Ctx, can: Can<TestKeep>, Path(id): Path<String>) -> Result {
    let keeper = Keeper::of(&ctx.site, &can.viewer).await?;
    let mut tx = ctx.site.db.read().await?;
    let exam = own(&mut tx, &keeper, &id).await?;
    let mut answers = Vec::new();
    for row in late_list(&mut tx, exam.id, PAGE).await? {
        let Some(sitting) = sitting_get(&mut tx, row.sitting).await? else { continue };
        let script = Script::of(&mut tx, &exam, &sitting).await?;
        let Some(place) = usize::try_from(row.place).ok().filter(|place| *place < script.paper.len()) else { continue };
        let dealt = &script.paper[place];
        let question = script.book.question(dealt);
        let ended = sitting.submitted_at.unwrap_or(sitting.ends_at);
        let form = format!("l{}", answers.len());
        answers.push(Late {
            number: answers.len() + 1,
            sitting: row.sitting,
            place: row.place,
            seq: row.seq,
            device: row.device.clone(),
            stem: question.line(),
            given: shown(question, &dealt.kept(question, &row.value)),
            before: shown(question, &dealt.kept(question, script.given(place))),
            ended: moment_text(ended),
            written: moment_text(row.written_at),
            received: moment_text(row.received_at),
            in_time: row.written_at <= ended,
            fields: [
                Field::radio("accept", "怎么处理", vec![Choice::new("yes", "算进去"), Choice::new("no", "不算")])
                    .required()
                    .within(&form),
                Field::text("reason", "理由（本人能看到）").required().longest(200).within(&form),
            ],
        });
    }
    drop(tx);
    let page = LatePage {
        crumb: Breadcrumb::new("迟到的答案")
            .step("学习测试", "/tests")
            .step(&*exam.title, format!("/tests/{}", exam.id)),
        csrf: ctx.csrf(),
        action: format!("/tests/{}/late", exam.id),
        empty: answers.is_empty().then(|| Empty::new("没有等待核对的答案").icon("check-check")),
        answers,
    };
    ctx.page("迟到的答案", Density::Desk, &page)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    sitting: String,
    place: i64,
    seq: i64,
    device: String,
    accept: String,
    reason: String,
}

pub(crate) async fn decide(ctx: Ctx, can: Can<TestKeep>, Path(id): Path<String>, Form(given): Form<Given>) -> Result {
    let keeper = Keeper::of(&ctx.site, &can.viewer).await?;
    let mut tx = ctx.site.db.read().await?;
    let exam = own(&mut tx, &keeper, &id).await?;
    drop(tx);
    let key = LateKey { sitting: id_of(&given.sitting)?, place: given.place, seq: given.seq, device: given.device };
    let accept = given.accept == "yes";
    marking::decide(&ctx.site.db, exam, key, accept, given.reason, ctx.now()).await?;
    ctx.redirect(&format!("/tests/{}/late", id_of(&id)?), Some("已记下，本人能看到。"))
}
