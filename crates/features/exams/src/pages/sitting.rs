//! Taking a test, with scripts and without.

use std::collections::BTreeMap;

use askama::Template;
use huiyin_base::Problem;
use huiyin_web::components::{Breadcrumb, Notice};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result};

use super::paper::{Asked, asked, value};
use super::{id_of, moment_text};
use crate::exams::found_for;
use crate::marking::Script;
use crate::permissions::TestTake;
use crate::sittings::{self, Sent, is_open, taker};
use crate::store::{Exam, Sitting, exam_find, sitting_find};

#[derive(Template)]
#[template(path = "sitting.html")]
struct SittingPage {
    crumb: Breadcrumb,
    csrf: Csrf,
    id: String,
    title: String,
    ends: String,
    /// What is left, in seconds: the page counts from here, whatever its own clock says.
    left: i64,
    parts: Vec<(String, Vec<Asked>)>,
    count: usize,
    mistake: Option<Notice>,
}

#[derive(Template)]
#[template(path = "sitting_sheet.html")]
struct SheetPage;

#[derive(Debug, serde::Deserialize)]
pub(crate) struct Pressed {}

pub(crate) async fn start(ctx: Ctx, can: Can<TestTake>, Path(id): Path<String>, Form(_): Form<Pressed>) -> Result {
    let id = id_of(&id)?;
    let sitting = sittings::start(&ctx.site.db, &can.viewer, id, ctx.now(), &mut ctx.rng()).await?;
    ctx.redirect(&format!("/sittings/{sitting}"), None)
}

pub(crate) async fn show(ctx: Ctx, can: Can<TestTake>, Path(id): Path<String>) -> Result {
    let id = id_of(&id)?;
    let mut tx = ctx.site.db.read().await?;
    let sitting = sitting_find(&mut tx, taker(&can.viewer), id).await?.ok_or_else(Problem::not_found)?;
    if !is_open(&sitting, ctx.now()) {
        return ctx.redirect(&format!("/sittings/{id}/result"), None);
    }
    let exam = found_for(&mut tx, &can.viewer, sitting.exam).await?;
    let script = Script::of(&mut tx, &exam, &sitting).await?;
    drop(tx);
    ctx.page(&exam.title, Density::Calm, &drawn(&ctx, &exam, &sitting, &script))
}

fn drawn(ctx: &Ctx, exam: &Exam, sitting: &Sitting, script: &Script) -> SittingPage {
    let mut parts: Vec<(String, Vec<Asked>)> = Vec::new();
    for (n, section) in script.book.sections.iter().enumerate() {
        let questions = script.paper.iter().enumerate().filter(|(_, dealt)| dealt.section == n);
        let questions = questions.map(|(place, dealt)| {
            let seq = script.answers.get(&place).map_or(0, |row| row.seq);
            asked(&script.book, dealt, place, script.given(place), seq)
        });
        parts.push((section.title.clone(), questions.collect()));
    }
    SittingPage {
        crumb: Breadcrumb::new("答题").step("学习测试", "/tests").step(&*exam.title, format!("/tests/{}", exam.id)),
        csrf: ctx.csrf(),
        id: sitting.id.to_string(),
        title: exam.title.clone(),
        ends: moment_text(sitting.ends_at),
        left: (sitting.ends_at - ctx.now()).num_seconds().max(0),
        parts,
        count: script.paper.len(),
        mistake: None,
    }
}

/// The page that stands in for a paper without a network; it holds nothing of anybody.
pub(crate) async fn sheet(ctx: Ctx) -> Result {
    ctx.page("答题", Density::Calm, &SheetPage)
}

/// All answers as a form without scripts sends them.
pub(crate) async fn answers(
    ctx: Ctx,
    can: Can<TestTake>,
    Path(id): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result {
    let id = id_of(&id)?;
    let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in pairs {
        fields.entry(name).or_default().push(value);
    }
    let mut tx = ctx.site.db.read().await?;
    let sitting = sitting_find(&mut tx, taker(&can.viewer), id).await?.ok_or_else(Problem::not_found)?;
    let exam = exam_find(&mut tx, sitting.exam).await?.ok_or_else(Problem::not_found)?;
    let script = Script::of(&mut tx, &exam, &sitting).await?;
    drop(tx);
    let number = |name: String| fields.get(&name).and_then(|all| all.first()?.parse::<i64>().ok());
    let mut sent = Vec::new();
    for (place, dealt) in script.paper.iter().enumerate() {
        // A place that the form did not hold is left alone; one that is as it was is not sent.
        let Some(seq) = number(format!("s{place}")) else { continue };
        let value = value(script.book.question(dealt), place, &fields);
        if value != script.given(place) {
            let place = i64::try_from(place).unwrap_or(0);
            sent.push(Sent { place, seq: seq.saturating_add(1), value, age: 0 });
        }
    }
    let (receipts, _) = sittings::answer(&ctx.site.db, &can.viewer, id, "form", sent, ctx.now()).await?;
    let lost = |kept| receipts.iter().filter(|receipt| receipt.state == kept).count();
    let (late, older, refused) =
        (lost(sittings::Kept::Late), lost(sittings::Kept::Older), lost(sittings::Kept::Refused));
    if fields.contains_key("submit") {
        sittings::submit(&ctx.site.db, &can.viewer, id, ctx.now()).await?;
    }
    let notice = match (late, older + refused) {
        (0, 0) if fields.contains_key("submit") => "已交卷。".to_owned(),
        (0, 0) => "已上传，可以接着答。".to_owned(),
        (0, lost) => format!("有 {lost} 题没有存上：在别处改过，或者太长。请看一看现在的答案。"),
        (late, _) => format!("时间已到。{late} 个答案晚了，已经留下，由组织测试的单位核对。"),
    };
    ctx.redirect(&format!("/sittings/{id}"), Some(&notice))
}
