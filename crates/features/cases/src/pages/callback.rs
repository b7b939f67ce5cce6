//! Calls to make, what came of them, and the draws behind them.

use askama::Template;
use huiyin_base::{Day, Problem, ProblemKind, Region};
use huiyin_web::components::{Choice, Empty, Field, FilterBar, Html, Notice, Rate};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Query, Result};
use serde::Deserialize;

use super::card::{Cards, cases};
use super::case::reference;
use super::case_filter::reached;
use super::place::{choose, counties};
use crate::permissions::CaseCallback;
use crate::store::{self, CallState, CallbackDraw};
use crate::{CallResult, CaseItem, Moment};

#[derive(Template)]
#[template(path = "callback_list.html")]
struct CallList {
    county: String,
    code: String,
    choose: Option<FilterBar>,
    calls: Vec<Call>,
    empty: Option<Empty>,
    draws: Vec<Draw>,
}

struct Call {
    href: Option<String>,
    number: String,
    title: String,
    unit: String,
    month: String,
    tries: i64,
    /// Why not the viewer.
    barred: Option<String>,
}

/// One county's month.
struct Draw {
    month: String,
    seed_hash: String,
    committed: String,
    held: Option<Held>,
}

struct Held {
    seed: String,
    list_hash: Option<String>,
    answered: i64,
    /// So few left a telephone that their number would tell who.
    few: bool,
    listed: i64,
    drawn: i64,
    day: String,
    waiting: i64,
    unreached: i64,
    refused: i64,
    /// Said that it is solved, of those who were reached.
    solved: Html,
}

#[derive(Template)]
#[template(path = "draws.html")]
struct DrawsPage {
    draws: Vec<Draw>,
    county: String,
    choose: Option<FilterBar>,
}

#[derive(Template)]
#[template(path = "callback.html")]
struct CallPage {
    csrf: Csrf,
    id: String,
    title: String,
    number: String,
    unit: String,
    text: String,
    answer: String,
    tries: i64,
    most: i64,
    mistake: Option<Notice>,
    fields: Vec<Field>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    county: String,
}

/// What came of a call, as the form sends it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    result: String,
    score: String,
    text: String,
}

pub(crate) async fn list(ctx: Ctx, can: Can<CaseCallback>, Query(asked): Query<Asked>) -> Result {
    let all = reached(&ctx.site, &can.scope);
    let chosen = all.iter().find(|county| county.code == asked.county);
    let county = chosen.or(all.first()).ok_or_else(Problem::not_found)?;
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.snapshot().await?;
    let mut calls = Vec::new();
    for entry in store::callback_calls(&mut tx, county.region, CallState::Waiting, 200).await? {
        let Some(case) = store::case_get(&mut tx, entry.case()).await? else { continue };
        let cards = Cards::of_case(&mut tx, &ctx.site, &engine, &case).await?;
        let barred = match engine.caller(&mut tx, &case, &can.viewer).await {
            Ok(()) => None,
            Err(problem) if problem.kind == ProblemKind::Forbidden => Some(problem.message),
            Err(problem) if problem.kind == ProblemKind::NotFound => continue,
            Err(problem) => return Err(problem.into()),
        };
        calls.push(Call {
            href: barred.is_none().then(|| format!("/callbacks/{}", case.id)),
            number: entry.number.clone(),
            title: case.title.clone(),
            unit: cards.unit(entry.owner_org).to_owned(),
            month: month(entry.month),
            tries: entry.tries,
            barred,
        });
    }
    // Those who may call first.
    calls.sort_by_key(|call| call.barred.is_some());
    let rows = store::callback_draw_list(&mut tx, Some(county.region), 14).await?;
    let draws = draws(&mut tx, rows).await?;
    let page = CallList {
        county: county.name.clone(),
        code: county.code.clone(),
        choose: choose("/callbacks", &all, county.region),
        empty: calls.is_empty().then(|| {
            Empty::new("没有等着回访的事")
                .text("每月初从上个月答复的问题里抽签，抽中的会列在这里。")
                .icon("circle-check")
        }),
        calls,
        draws,
    };
    ctx.page("电话回访", Density::Desk, &page)
}

pub(crate) async fn show(ctx: Ctx, can: Can<CaseCallback>, Path(id): Path<String>) -> Result {
    draw(&ctx, &can, &id, Given::default(), None).await
}

pub(crate) async fn result(
    ctx: Ctx,
    can: Can<CaseCallback>,
    Path(id): Path<String>,
    Form(given): Form<Given>,
) -> Result {
    let result = match given.result.as_str() {
        "solved" | "unsolved" => Ok(CallResult::Reached {
            solved: given.result == "solved",
            score: given.score.parse().unwrap_or(0),
            words: given.text.clone(),
        }),
        "missed" => Ok(CallResult::Missed),
        "refused" => Ok(CallResult::Refused),
        _ => Err(Problem::invalid("请选择这次电话的结果。")),
    };
    let engine = cases(&ctx.site)?;
    let done = match result {
        Ok(result) => {
            let moment = Moment::at(ctx.now());
            engine.callback_record(reference(&id)?, result, &can.viewer, moment, &mut ctx.rng()).await
        }
        Err(problem) => Err(problem),
    };
    match done {
        Ok(entry) => {
            let said = match (entry.state, entry.solved) {
                (Some(CallState::Waiting), _) => "已记下，没打通的改天再打。",
                (Some(CallState::Reached), Some(false)) => "已记下。对方说没有解决，请受理单位看看要不要重新办理。",
                _ => "回访结果已记下，谢谢。",
            };
            let back = if entry.solved == Some(false) { format!("/cases/{id}") } else { "/callbacks".to_owned() };
            ctx.redirect(&back, Some(said))
        }
        Err(problem) if problem.kind == ProblemKind::Invalid => {
            draw(&ctx, &can, &id, given, Some(problem.message)).await
        }
        Err(problem) if problem.kind == ProblemKind::Conflict => ctx.redirect("/callbacks", Some(&problem.message)),
        Err(problem) => Err(problem.into()),
    }
}

async fn draw(ctx: &Ctx, can: &Can<CaseCallback>, id: &str, given: Given, mistake: Option<String>) -> Result {
    let at = reference(id)?;
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let case: CaseItem = store::case_get(&mut tx, at).await?.ok_or_else(Problem::not_found)?;
    engine.caller(&mut tx, &case, &can.viewer).await?;
    let entry = store::callback_waiting(&mut tx, at).await?.ok_or_else(Problem::not_found)?;
    let cards = Cards::of_case(&mut tx, &ctx.site, &engine, &case).await?;
    let answer = store::answer_list(&mut tx, at, true).await?.pop();
    let results = vec![
        Choice::new("solved", "接通了，说已经解决"),
        Choice::new("unsolved", "接通了，说没有解决"),
        Choice::new("missed", "没有打通"),
        Choice::new("refused", "不愿回答"),
    ];
    let scores = (1..=5).rev().map(|score| Choice::new(score, format!("{score} 分")));
    let none = Choice::new("", "没有接通不用填");
    let page = CallPage {
        csrf: ctx.csrf(),
        id: id.to_owned(),
        title: case.title.clone(),
        number: entry.number.clone(),
        unit: cards.unit(case.owner_org).to_owned(),
        text: case.text.clone(),
        answer: answer.map(|answer| answer.text).unwrap_or_default(),
        tries: entry.tries,
        most: engine.book.clocks.callback.tries,
        fields: vec![
            Field::radio("result", "这次电话的结果", results).value(&given.result).required(),
            Field::select("score", "对方打几分", std::iter::once(none).chain(scores).collect()).value(&given.score),
            Field::area("text", "对方说的话（可以不填）", 3)
                .hint("照原话记。加密保存，不公开，不给承办单位看。")
                .value(&given.text),
        ],
        mistake: mistake.map(Notice::bad),
    };
    if page.mistake.is_some() {
        return ctx.refused("回访一件事", Density::Desk, &page);
    }
    ctx.page("回访一件事", Density::Desk, &page)
}

/// For everybody: what was committed, what was drawn by it, what was said.
pub(crate) async fn public(ctx: Ctx, Query(asked): Query<Asked>) -> Result {
    let all = counties(&ctx.site);
    let chosen = all.iter().find(|county| county.code == asked.county).or(all.first());
    let county = chosen.ok_or_else(Problem::not_found)?;
    let mut tx = ctx.site.db.snapshot().await?;
    let rows = store::callback_draw_list(&mut tx, Some(county.region), 26).await?;
    let page = DrawsPage {
        draws: draws(&mut tx, rows).await?,
        county: county.name.clone(),
        choose: choose("/draws", &all, county.region),
    };
    ctx.page("回访抽签", Density::Calm, &page)
}

async fn draws(tx: &mut huiyin_db::Tx, rows: Vec<CallbackDraw>) -> Result<Vec<Draw>> {
    let mut draws = Vec::with_capacity(rows.len());
    for row in rows {
        let held = match (&row.seed, row.drawn_day) {
            (Some(seed), Some(day)) => Some(held(tx, row.region, &row, seed, day).await?),
            _ => None,
        };
        draws.push(Draw {
            month: month(row.month),
            committed: row.committed_day.chinese(),
            seed_hash: row.seed_hash,
            held,
        });
    }
    Ok(draws)
}

async fn held(tx: &mut huiyin_db::Tx, region: Region, row: &CallbackDraw, seed: &str, day: Day) -> Result<Held> {
    let counts = store::callback_counts(tx, Some(region), row.month).await?;
    let of = |state| counts.iter().find(|(one, _, _)| *one == state).map_or((0, 0), |(_, all, solved)| (*all, *solved));
    let (called, solved) = of(CallState::Reached);
    Ok(Held {
        seed: seed.to_owned(),
        // Without a salt it is the list itself to whoever tries all numbers.
        list_hash: row.list_hash.clone().filter(|_| row.salt.is_some()),
        answered: row.answered,
        few: row.listed < TOLD_FROM,
        listed: row.listed,
        drawn: row.drawn,
        day: day.chinese(),
        waiting: of(CallState::Waiting).0,
        unreached: of(CallState::Unreached).0,
        refused: of(CallState::Refused).0,
        solved: verified(called, solved, of(CallState::Waiting).0),
    })
}

/// Of fewer nothing is told: whoever was called is one of them.
const TOLD_FROM: i64 = 5;

/// Both numbers, and a percentage only where there is enough to tell.
fn verified(called: i64, solved: i64, waiting: i64) -> Html {
    if called == 0 {
        return Html::from(if waiting > 0 { "还在回访" } else { "没有接通的" });
    }
    if called < TOLD_FROM {
        return Html::from(format!("接通的不足 {TOLD_FROM} 件，结果不单独公布"));
    }
    let percent = (solved * 1000 / called + 5) / 10;
    let (called, solved) = (called.to_string(), solved.to_string());
    Rate::new("回访核实已解决", format!("{percent}%"), ("说已解决", &solved), ("接通", &called)).into()
}

/// 2016年11月
fn month(day: Day) -> String {
    format!("{}年{}月", day.year(), day.month())
}
