//! The tests: those one may take, and those one keeps.

use askama::Template;
use chrono::TimeDelta;
use huiyin_base::{Day, Instant};
use huiyin_web::components::{Button, DataTable, Empty, Row, Tabs, Tag};
use huiyin_web::{Can, Ctx, Density, Result};

use crate::bank::Keeper;
use crate::exams::{above, belongs};
use crate::permissions::{KEEPS, SERVES, TestTake};
use crate::sittings::taker;
use crate::store::{Exam, ExamState, Sitting, SittingState, exam_list_of, exam_list_open, heat_exams, sitting_recent};

/// A test that is over still shows for so long: whoever took it looks at his result.
const AFTER: TimeDelta = TimeDelta::days(60);

#[derive(Template)]
#[template(path = "tests.html")]
struct ListPage {
    tabs: Option<Tabs>,
    set: Option<Button>,
    enters: Option<Button>,
    tests: Vec<Card>,
    empty: Option<Empty>,
    kept: Option<DataTable>,
}

struct Card {
    href: String,
    title: String,
    state: Tag,
    words: String,
    own: Option<String>,
}

pub(crate) async fn list(ctx: Ctx, can: Can<TestTake>) -> Result {
    let keeps = can.viewer.has_any(KEEPS);
    let keeper = if keeps { Some(Keeper::of(&ctx.site, &can.viewer).await?) } else { None };
    let now = ctx.now();
    let mut tx = ctx.site.db.read().await?;
    let mut tests = Vec::new();
    let above = above(&mut tx, &can.viewer).await?;
    let own = sitting_recent(&mut tx, taker(&can.viewer), 200).await?;
    let open = exam_list_open(&mut tx, now - AFTER, 200).await?;
    // The way to the rounds of a contest leads over the contest.
    let ids: Vec<huiyin_base::Id> = open.iter().map(|exam| exam.id).collect();
    let heats = heat_exams(&mut tx, &ids).await?;
    for exam in open {
        let own: Vec<&Sitting> = own.iter().filter(|sitting| sitting.exam == exam.id).collect();
        let over = exam.closes_at <= now;
        if ((!over && !heats.contains(&exam.id)) || !own.is_empty()) && belongs(&above, &exam) {
            tests.push(card(&exam, &own, now));
        }
    }
    let kept = match &keeper {
        Some(keeper) => exam_list_of(&mut tx, &keeper.own, 100).await?,
        None => Vec::new(),
    };
    drop(tx);
    let lines = kept.iter().map(|exam| {
        let window = format!("{} 至 {}", Day::of(exam.opens_at), Day::of(exam.closes_at));
        Row::new([exam.title.as_str().into(), state_tag(exam, now).into(), window.into()])
            .to(format!("/tests/{}", exam.id))
    });
    let page = ListPage {
        tabs: keeps.then(|| super::bank::tabs("tests")),
        set: keeps.then(|| Button::primary("组织一场测试").icon("circle-plus").to("/tests/new")),
        enters: can.viewer.has_any(SERVES).then(|| Button::secondary("录入答题纸").icon("scan-line").to("/sheets")),
        empty: tests.is_empty().then(|| {
            let text = "有新的测试，会显示在这里。参加不参加自愿，成绩只有自己看得到。";
            Empty::new("现在没有开放的测试").text(text).icon("clipboard-pen")
        }),
        tests,
        kept: (!kept.is_empty()).then(|| {
            DataTable::new("我们组织的测试").titled().column("测试").column("进展").column("时间").rows(lines)
        }),
    };
    ctx.page("学习测试", Density::Calm, &page)
}

fn card(exam: &Exam, own: &[&Sitting], now: Instant) -> Card {
    let open = own.iter().any(|sitting| crate::sittings::is_open(sitting, now));
    let best = own.iter().filter(|sitting| sitting.state == SittingState::Marked).filter_map(|sitting| sitting.marks);
    let out_of = own.first().map_or(0, |sitting| sitting.out_of);
    Card {
        href: format!("/tests/{}", exam.id),
        title: exam.title.clone(),
        state: if open { Tag::attention("您正在答题") } else { state_tag(exam, now) },
        words: format!("{} 分钟，{}截止", exam.minutes, Day::of(exam.closes_at).chinese()),
        own: best.max().map(|best| format!("您的得分：{} / {}", super::marks_text(best), super::marks_text(out_of))),
    }
}

/// How far a test is.
pub(super) fn state_tag(exam: &Exam, now: Instant) -> Tag {
    match exam.state {
        ExamState::Draft => Tag::plain("还没开放"),
        _ if exam.closes_at <= now => Tag::plain("已结束"),
        _ if exam.opens_at > now => Tag::info("还没开始"),
        _ => Tag::good("正在进行"),
    }
}
