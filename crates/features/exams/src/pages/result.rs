//! What a paper came to; for its taker alone.

use askama::Template;
use huiyin_base::Problem;
use huiyin_web::components::{Breadcrumb, Notice, Tag};
use huiyin_web::{Can, Ctx, Density, Path, Result};

use super::{id_of, marks_text};
use crate::marking::Script;
use crate::paper::Marked;
use crate::permissions::TestTake;
use crate::question::{Body, Question, WHOLE, right_answer, shown};
use crate::sittings::{is_open, taker};
use crate::store::{Exam, Feedback, LateState, Sitting, SittingState, exam_find, late_list_of, sitting_find};

#[derive(Template)]
#[template(path = "result.html")]
pub(super) struct ResultPage {
    crumb: Breadcrumb,
    title: String,
    marks: String,
    out_of: String,
    waits: usize,
    late: Vec<Notice>,
    hidden: Option<Notice>,
    lines: Vec<Line>,
    again: Option<String>,
    /// How often a code has opened it, where it was opened by one.
    seen: Option<String>,
    own: bool,
}

/// Where a result is shown: to a signed-in taker, or to whoever holds the code of a paper.
pub(super) struct Told {
    pub crumb: Breadcrumb,
    pub again: Option<String>,
    pub seen: Option<String>,
}

/// A question with what became of the answer.
struct Line {
    number: usize,
    stem: String,
    given: String,
    tag: Tag,
    right: Option<String>,
    feedback: Option<String>,
    words: Option<String>,
}

pub(crate) async fn show(ctx: Ctx, can: Can<TestTake>, Path(id): Path<String>) -> Result {
    let id = id_of(&id)?;
    let mut tx = ctx.site.db.read().await?;
    let sitting = sitting_find(&mut tx, taker(&can.viewer), id).await?.ok_or_else(Problem::not_found)?;
    if is_open(&sitting, ctx.now()) {
        return ctx.redirect(&format!("/sittings/{id}"), None);
    }
    let exam = exam_find(&mut tx, sitting.exam).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    let path = format!("/tests/{}", exam.id);
    if sitting.state == SittingState::Printed {
        return ctx.redirect(&path, Some("这一次在纸上答，录入以后在这里看结果。"));
    }
    let crumb = Breadcrumb::new("结果").step("学习测试", "/tests").step(&*exam.title, &*path);
    let told = Told { crumb, again: Some(path), seen: None };
    ctx.page("结果", Density::Calm, &drawn(&ctx, &exam, &sitting, told).await?)
}

/// The page of a result.
pub(super) async fn drawn(ctx: &Ctx, exam: &Exam, sitting: &Sitting, at: Told) -> Result<ResultPage> {
    let now = ctx.now();
    let mut tx = ctx.site.db.read().await?;
    let script = Script::of(&mut tx, exam, sitting).await?;
    let late = late_list_of(&mut tx, sitting.id).await?;
    drop(tx);
    let told = match exam.feedback {
        Feedback::AtOnce => true,
        Feedback::AfterClose => exam.closes_at <= now,
        Feedback::MarksOnly => false,
    };
    let late = late.iter().map(|row| {
        let number = row.place + 1;
        let reason = row.reason.as_deref().unwrap_or_default();
        match row.state {
            LateState::Waiting => {
                Notice::attention(format!("第 {number} 题有一个答案晚到，已经留下，等组织单位核对。"))
            }
            LateState::Accepted => Notice::good(format!("第 {number} 题晚到的答案已算进去：{reason}")),
            LateState::Declined => Notice::info(format!("第 {number} 题晚到的答案没有算进去：{reason}")),
        }
    });
    let lines = (0..script.paper.len()).map(|place| line(&script, place, told));
    Ok(ResultPage {
        crumb: at.crumb,
        title: exam.title.clone(),
        marks: marks_text(script.marks()),
        out_of: marks_text(sitting.out_of),
        waits: script.waiting().count(),
        late: late.collect(),
        hidden: (!told).then(|| {
            Notice::info(match exam.feedback {
                Feedback::AfterClose => "答案和解析在测试结束以后显示。",
                _ => "这场测试只显示得分。",
            })
        }),
        own: told
            && script.paper.iter().any(|dealt| matches!(script.book.question(dealt).body, Body::Short { own: true })),
        lines: if told { lines.collect() } else { Vec::new() },
        again: at.again,
        seen: at.seen,
    })
}

fn line(script: &Script, place: usize, told: bool) -> Line {
    let dealt = &script.paper[place];
    let question = script.book.question(dealt);
    let kept = dealt.kept(question, script.given(place));
    let (given, marked) = (shown(question, &kept), script.mark(place));
    let worth = script.book.worth(dealt);
    let words = format!("{} / {}", marks_text(marked.of(worth)), marks_text(worth));
    let whole = i64::from(WHOLE);
    let tag = match marked {
        Marked::Waits => Tag::attention("等待批阅"),
        Marked::Own => Tag::info("请自己对照"),
        Marked::Part(part) if part == whole => Tag::good(format!("对 {words}")).icon("check"),
        Marked::Part(0) if given.is_empty() => Tag::plain(format!("没有答 {words}")),
        Marked::Part(0) => Tag::bad(format!("错 {words}")).icon("x"),
        Marked::Part(_) => Tag::attention(format!("对了一部分 {words}")),
    };
    let some = |text: String| (told && !text.trim().is_empty()).then_some(text);
    Line {
        number: place + 1,
        stem: question.line(),
        given,
        tag,
        right: some(right_answer(question)),
        feedback: some(said(question, &kept, marked)),
        words: script.answers.get(&place).and_then(|row| row.words.clone()).filter(|words| !words.is_empty()),
    }
}

/// What the question says to this answer, and to all.
fn said(question: &Question, kept: &str, marked: Marked) -> String {
    let own = match &question.body {
        Body::Choice { options, .. } => {
            let chosen = kept.split(',').filter_map(|n| options.get(n.trim().parse::<usize>().ok()?));
            chosen.map(|option| option.feedback.as_str()).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("；")
        }
        Body::Truth { wrong_feedback, right_feedback, .. } => match marked {
            Marked::Part(0) if kept.is_empty() => String::new(),
            Marked::Part(0) => wrong_feedback.clone(),
            _ => right_feedback.clone(),
        },
        Body::Fill { answers } => {
            let hit = answers.iter().find(|answer| crate::question::matches(&answer.text, kept));
            hit.map(|answer| answer.feedback.clone()).unwrap_or_default()
        }
        _ => String::new(),
    };
    let both = [question.plain(&own), question.plain(&question.feedback)];
    both.iter().filter(|text| !text.is_empty()).map(String::as_str).collect::<Vec<_>>().join("\n")
}
