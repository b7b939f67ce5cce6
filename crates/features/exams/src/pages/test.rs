//! One test: for whoever takes it, and for whoever keeps it.

use askama::Template;
use huiyin_base::{Day, Problem};
use huiyin_web::components::{Breadcrumb, Button, DataTable, Notice, Row, Tag};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result};
use serde::Deserialize;

use super::{id_of, marks_text, moment_text};
use crate::bank::Keeper;
use crate::exams::{self, above, belongs, book};
use crate::heats::hindrance;
use crate::permissions::{KEEPS, SERVES, TestKeep, TestTake};
use crate::question::kind_label;
use crate::sittings::{is_open, may_start, taker};
use crate::store::{
    Exam, ExamSection, ExamState, Sitting, SittingState, exam_find, exam_section_list, heat_of, item_total_list,
    late_count, sitting_count, sitting_list,
};

/// Fewer papers than this say too much about those who wrote them.
const LEAST: i64 = 5;

#[derive(Template)]
#[template(path = "test.html")]
struct ShowPage {
    crumb: Breadcrumb,
    csrf: Csrf,
    id: String,
    title: String,
    state: Tag,
    note: String,
    facts: Vec<(&'static str, String)>,
    parts: Vec<String>,
    own: Option<DataTable>,
    start: Option<&'static str>,
    /// Papers for those without a telephone.
    paper: Option<Button>,
    closed: Option<String>,
    /// The contest of which it is a round.
    contest: Option<String>,
    kept: Option<Kept>,
}

/// What only its keepers see.
struct Kept {
    draft: bool,
    running: bool,
    acts: Vec<Button>,
    totals: Option<DataTable>,
    few: Option<Notice>,
}

pub(crate) async fn show(ctx: Ctx, can: Can<TestTake>, Path(id): Path<String>) -> Result {
    let id = id_of(&id)?;
    let keeper = if can.viewer.has_any(KEEPS) { Some(Keeper::of(&ctx.site, &can.viewer).await?) } else { None };
    let now = ctx.now();
    let mut tx = ctx.site.db.read().await?;
    let exam = exam_find(&mut tx, id).await?.ok_or_else(Problem::not_found)?;
    let keeps = keeper.is_some_and(|keeper| keeper.keeps(exam.org));
    let takes = exam.state != ExamState::Draft && belongs(&above(&mut tx, &can.viewer).await?, &exam);
    if !keeps && !takes {
        return Err(Problem::not_found().into());
    }
    let sections = exam_section_list(&mut tx, id).await?;
    let own = if takes { sitting_list(&mut tx, taker(&can.viewer), id).await? } else { Vec::new() };
    let kept = if keeps { Some(kept(&mut tx, &exam, now).await?) } else { None };
    let heat = heat_of(&mut tx, id).await?;
    let barred = hindrance(&mut tx, id, taker(&can.viewer)).await?;
    drop(tx);
    let open = own.iter().any(|sitting| is_open(sitting, now));
    let may = barred.map_or_else(|| may_start(&exam, own.len(), now), |words| Err(Problem::conflict(words)));
    let page = ShowPage {
        crumb: Breadcrumb::new(&*exam.title).step("学习测试", "/tests"),
        csrf: ctx.csrf(),
        id: exam.id.to_string(),
        title: exam.title.clone(),
        state: super::tests::state_tag(&exam, now),
        note: exam.note.clone(),
        facts: vec![
            ("时间", format!("{} 至 {}", Day::of(exam.opens_at).chinese(), Day::of(exam.closes_at).chinese())),
            ("限时", format!("{} 分钟，以服务器的时间为准", exam.minutes)),
            ("次数", format!("每人 {} 次", exam.tries)),
            ("答案", exam.feedback.label().to_owned()),
        ],
        parts: sections.iter().map(part).collect(),
        own: (!own.is_empty()).then(|| own_table(&own, now)),
        start: match (takes, open, &may) {
            (true, true, _) => Some("继续答题"),
            (true, false, Ok(())) if own.is_empty() => Some("开始答题"),
            (true, false, Ok(())) => Some("再答一次"),
            _ => None,
        },
        contest: heat.as_ref().map(|heat| format!("/contests/{}", heat.contest)),
        paper: (takes
            && heat.is_none()
            && exam.state == ExamState::Open
            && now < exam.closes_at
            && can.viewer.has_any(SERVES))
        .then(|| Button::secondary("打印纸质卷").icon("printer").to(format!("/tests/{id}/sheets"))),
        closed: may.err().filter(|_| takes && !open).map(|problem| problem.message),
        kept,
    };
    ctx.page(&exam.title, Density::Calm, &page)
}

fn part(section: &ExamSection) -> String {
    let name = if section.title.is_empty() { format!("第 {} 部分", section.n) } else { section.title.clone() };
    let kind = if section.kind.is_empty() { "题" } else { kind_label(&section.kind) };
    match section.drawn {
        0 => format!("{name}：全部{kind}，每题 {} 分", section.marks),
        drawn => format!("{name}：{drawn} 道{kind}，每题 {} 分", section.marks),
    }
}

fn own_table(own: &[Sitting], now: huiyin_base::Instant) -> DataTable {
    let rows = own.iter().map(|sitting| {
        let began = format!("第 {} 次 · {}", sitting.n, moment_text(sitting.started_at));
        if sitting.state == SittingState::Printed {
            return Row::new([began.into(), Tag::info("在纸上答，等录入").into(), "—".into()]);
        }
        let (state, path) = if is_open(sitting, now) {
            (Tag::attention("还没交卷"), format!("/sittings/{}", sitting.id))
        } else {
            (Tag::good("已交卷"), format!("/sittings/{}/result", sitting.id))
        };
        let marks = match (sitting.state, sitting.marks) {
            (SittingState::Marked, Some(marks)) => format!("{} / {}", marks_text(marks), marks_text(sitting.out_of)),
            _ => "打开查看".into(),
        };
        Row::new([began.into(), state.into(), marks.into()]).to(path)
    });
    DataTable::new("我的答卷").titled().column("答卷").column("进展").figure("得分").rows(rows)
}

async fn kept(tx: &mut huiyin_db::Tx, exam: &Exam, now: huiyin_base::Instant) -> Result<Kept> {
    let path = format!("/tests/{}", exam.id);
    let waiting = sitting_count(tx, exam.id, Some(SittingState::Waiting)).await?;
    let late = late_count(tx, exam.id).await?;
    let mut acts = Vec::new();
    if waiting > 0 {
        acts.push(
            Button::secondary(format!("批阅简答题（{waiting} 份）")).icon("pen-line").to(format!("{path}/marking")),
        );
    }
    if late > 0 {
        acts.push(
            Button::secondary(format!("核对迟到的答案（{late} 个）")).icon("clock-alert").to(format!("{path}/late")),
        );
    }
    let totals = item_total_list(tx, exam.id, LEAST).await?;
    let book = book(tx, exam).await?;
    let rows = totals.iter().filter_map(|total| {
        let (_, question) = book.items.iter().find(|(item, _)| item.question == total.question)?;
        let line: String = question.line().chars().take(60).collect();
        // Their sum is in thousandths of a whole mark.
        let rate = total.parts / total.taken.max(1);
        let rate = format!("{}.{}%", rate / 10, rate % 10);
        Some(Row::new([line.into(), total.taken.to_string().into(), total.answered.to_string().into(), rate.into()]))
    });
    let table =
        DataTable::new("各题情况").titled().column("题目").figure("出现在几份卷").figure("答了").figure("平均得分");
    let few = "一道题出现在 5 份以上批完的答卷里，才显示它的情况。不按人、不按单位统计。";
    Ok(Kept {
        draft: exam.state == ExamState::Draft,
        running: exam.state == ExamState::Open && exam.closes_at > now,
        acts,
        few: (totals.is_empty() && exam.state != ExamState::Draft).then(|| Notice::info(few)),
        totals: (!totals.is_empty()).then(|| table.rows(rows)),
    })
}

#[derive(Debug, Deserialize)]
pub(crate) struct Pressed {}

pub(crate) async fn open(ctx: Ctx, can: Can<TestKeep>, Path(id): Path<String>, Form(_): Form<Pressed>) -> Result {
    let keeper = Keeper::of(&ctx.site, &can.viewer).await?;
    let id = id_of(&id)?;
    exams::open(&ctx.site.db, &keeper, id).await?;
    ctx.redirect(&format!("/tests/{id}"), Some("已开放。题目按今天的样子固定，以后改题库不影响这场测试。"))
}

pub(crate) async fn end(ctx: Ctx, can: Can<TestKeep>, Path(id): Path<String>, Form(_): Form<Pressed>) -> Result {
    let keeper = Keeper::of(&ctx.site, &can.viewer).await?;
    let id = id_of(&id)?;
    exams::end(&ctx.site.db, &keeper, id, ctx.now()).await?;
    ctx.redirect(&format!("/tests/{id}"), Some("已提前结束。已经开始答题的人可以答完。"))
}
