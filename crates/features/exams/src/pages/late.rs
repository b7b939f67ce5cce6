//! Answers that came after the end: somebody looks at each, and its taker reads why.

use askama::Template;
use huiyin_base::{Day, Id};
use huiyin_web::components::{Breadcrumb, Choice, Empty, Field};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result};
use serde::Deserialize;

use super::marker::own;
use super::{id_of, moment_text};
use crate::bank::Keeper;
use crate::marking::{self, LateKey, Script};
use crate::permissions::TestKeep;
use crate::question::shown;
use crate::sheets::PAPER;
use crate::store::{LateRow, Sitting, late_list, late_list_waiting, sitting_get_many};

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
    paper: bool,
    lines: Vec<Line>,
    ended: String,
    written: String,
    received: String,
    in_time: bool,
    fields: [Field; 2],
}

/// An answer, and what counts now.
struct Line {
    stem: String,
    given: String,
    before: String,
}

pub(crate) async fn show(ctx: Ctx, can: Can<TestKeep>, Path(id): Path<String>) -> Result {
    let keeper = Keeper::of(&ctx.site, &can.viewer).await?;
    let mut tx = ctx.site.db.read().await?;
    let exam = own(&mut tx, &keeper, &id).await?;
    let mut ids: Vec<Id> = late_list(&mut tx, exam.id, PAGE).await?.into_iter().map(|row| row.sitting).collect();
    ids.sort_unstable();
    ids.dedup();
    let sittings = sitting_get_many(&mut tx, &ids).await?;
    let scripts = Script::of_many(&mut tx, &exam, &sittings).await?;
    let mut answers: Vec<Late> = Vec::new();
    for row in late_list_waiting(&mut tx, &ids).await? {
        let found = sittings.iter().zip(&scripts).find(|(sitting, _)| sitting.id == row.sitting);
        let Some((sitting, script)) = found else { continue };
        let Some(line) = line(script, &row) else { continue };
        let paper = row.device == PAPER;
        // What came on one sheet is looked at and decided as one.
        if let Some(sheet) = answers.iter_mut().find(|late| paper && late.paper && late.sitting == row.sitting) {
            sheet.lines.push(line);
            continue;
        }
        let number = answers.len() + 1;
        answers.push(late(number, sitting, &row, line));
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

fn line(script: &Script, row: &LateRow) -> Option<Line> {
    let place = usize::try_from(row.place).ok()?;
    let dealt = script.paper.get(place)?;
    let question = script.book.question(dealt);
    Some(Line {
        stem: format!("{}. {}", place + 1, question.line()),
        given: shown(question, &dealt.kept(question, &row.value)),
        before: shown(question, &dealt.kept(question, script.given(place))),
    })
}

fn late(number: usize, sitting: &Sitting, row: &LateRow, line: Line) -> Late {
    let ended = sitting.submitted_at.unwrap_or(sitting.ends_at);
    let (form, paper) = (format!("l{number}"), row.device == PAPER);
    Late {
        number,
        sitting: row.sitting,
        place: row.place,
        seq: row.seq,
        device: row.device.clone(),
        paper,
        lines: vec![line],
        ended: moment_text(ended),
        written: if paper { Day::of(row.written_at).chinese() } else { moment_text(row.written_at) },
        received: moment_text(row.received_at),
        in_time: if paper { Day::of(row.written_at) <= Day::of(ended) } else { row.written_at <= ended },
        fields: [
            Field::radio("accept", "怎么处理", vec![Choice::new("yes", "算进去"), Choice::new("no", "不算")])
                .required()
                .within(&form),
            Field::text("reason", "理由（本人能看到）").required().longest(200).within(&form),
        ],
    }
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
