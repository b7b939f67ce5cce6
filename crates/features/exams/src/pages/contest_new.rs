//! Making a contest: its rounds and what is asked live.

use askama::Template;
use huiyin_base::{Day, ProblemKind};
use huiyin_web::components::{Choice, Field, Notice};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Result};
use serde::Deserialize;

use super::nonce;
use crate::bank::Keeper;
use crate::contests::{self, NewContest};
use crate::heats::{NewHeat, free_tests};
use crate::permissions::TestKeep;
use crate::store::{ContestKind, Exam, HeatRule, question_categories};

#[derive(Template)]
#[template(path = "contest_new.html")]
struct NewPage {
    csrf: Csrf,
    nonce: String,
    mistake: Option<Notice>,
    fields: Vec<Field>,
    live: Vec<Field>,
    /// The fields of each round that is a test; none where there is no test to choose.
    heats: Vec<Vec<Field>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    title: String,
    note: String,
    kind: String,
    category: String,
    seconds: String,
    rounds: String,
    each: String,
    wide: String,
    heat1: String,
    rule1: String,
    bound1: String,
    heat2: String,
    rule2: String,
    bound2: String,
    heat3: String,
    rule3: String,
    bound3: String,
    nonce: String,
}

impl Given {
    /// The rounds, chosen or not: test, rule and bound.
    fn heats(&self) -> [(&str, &str, &str); crate::heats::MOST] {
        [
            (&self.heat1, &self.rule1, &self.bound1),
            (&self.heat2, &self.rule2, &self.bound2),
            (&self.heat3, &self.rule3, &self.bound3),
        ]
    }
}

/// The names of the fields of each round.
const HEATS: [(&str, &str, &str, &str); crate::heats::MOST] = [
    ("第一场用哪份测试", "heat1", "rule1", "bound1"),
    ("第二场用哪份测试", "heat2", "rule2", "bound2"),
    ("第三场用哪份测试", "heat3", "rule3", "bound3"),
];

fn number(text: &str) -> i64 {
    text.trim().parse().unwrap_or(0)
}

fn heat_fields(given: &Given, tests: &[Exam]) -> Vec<Vec<Field>> {
    let one = |((label, test, rule, bound), held): ((&'static str, _, _, _), (&str, &str, &str))| {
        let days = |exam: &Exam| format!("{}（{} 至 {}）", exam.title, Day::of(exam.opens_at), Day::of(exam.closes_at));
        let tests = tests.iter().map(|exam| Choice::new(exam.id, days(exam)));
        let none = std::iter::once(Choice::new("", "没有这一场"));
        let rules = HeatRule::ALL.iter().map(|rule| Choice::new(rule.as_str(), rule.label()));
        let ruled = if held.1.is_empty() { HeatRule::Least.as_str() } else { held.1 };
        vec![
            Field::select(test, label, none.chain(tests).collect()).value(held.0),
            Field::select(rule, "谁晋级", rules.collect()).value(ruled),
            Field::number(bound, "百分之几，或者几名").value(held.2),
        ]
    };
    HEATS.into_iter().zip(given.heats()).map(one).collect()
}

pub(crate) async fn new(ctx: Ctx, can: Can<TestKeep>) -> Result {
    let given =
        Given { kind: "alone".into(), seconds: "20".into(), rounds: "3".into(), each: "5".into(), ..Given::default() };
    draw_new(&ctx, &can, given, None).await
}

async fn draw_new(ctx: &Ctx, can: &Can<TestKeep>, given: Given, mistake: Option<String>) -> Result {
    let keeper = Keeper::of(&ctx.site, &can.viewer).await?;
    let mut tx = ctx.site.db.read().await?;
    let categories = question_categories(&mut tx, &keeper.uses).await?;
    let tests = free_tests(&mut tx, &keeper, ctx.now()).await?;
    drop(tx);
    let kinds = ContestKind::ALL.iter().map(|kind| Choice::new(kind.as_str(), kind.label())).collect();
    let named = categories.into_iter().filter(|(name, _)| !name.is_empty());
    let named = std::iter::once(Choice::new("", "不限")).chain(named.map(|(name, _)| Choice::new(&name, &*name)));
    let page = NewPage {
        csrf: ctx.csrf(),
        nonce: if given.nonce.is_empty() { nonce(ctx) } else { given.nonce.clone() },
        mistake: mistake.map(Notice::bad),
        fields: vec![
            Field::text("title", "标题").value(&given.title).required().longest(60),
            Field::area("note", "说明", 2).value(&given.note).longest(1_000),
            Field::radio("kind", "形式", kinds).value(&given.kind).required(),
        ],
        heats: if tests.is_empty() { Vec::new() } else { heat_fields(&given, &tests) },
        live: vec![
            Field::select("category", "从哪个分类出题", named.collect()).value(&given.category),
            Field::tick("wide", "也出多选题、填空题（照答案判，写对才算）").value(&given.wide),
            Field::number("rounds", "几轮").value(&given.rounds).required().hint("前面选了测试、不办现场的，写 0。"),
            Field::number("each", "每轮几题").value(&given.each).required(),
            Field::number("seconds", "每题几秒").value(&given.seconds).required(),
        ],
    };
    if page.mistake.is_some() {
        return ctx.refused("办一场竞赛", Density::Desk, &page);
    }
    ctx.page("办一场竞赛", Density::Desk, &page)
}

pub(crate) async fn create(ctx: Ctx, can: Can<TestKeep>, Form(given): Form<Given>) -> Result {
    let keeper = Keeper::of(&ctx.site, &can.viewer).await?;
    let heats = given.heats().into_iter().filter(|(exam, ..)| !exam.is_empty()).map(|(exam, rule, bound)| {
        let exam = exam.parse().map_err(|_| huiyin_base::Problem::not_found())?;
        let rule = HeatRule::parse(rule).unwrap_or(HeatRule::Least);
        Ok::<_, huiyin_base::Problem>(NewHeat { exam, rule, bound: number(bound) })
    });
    let heats = heats.collect::<std::result::Result<Vec<_>, _>>()?;
    let new = NewContest {
        title: given.title.clone(),
        note: given.note.clone(),
        kind: ContestKind::parse(&given.kind).unwrap_or(ContestKind::Alone),
        seconds: number(&given.seconds),
        rounds: number(&given.rounds),
        each: number(&given.each),
        category: given.category.clone(),
        wide: given.wide == "1",
        heats,
        nonce: given.nonce.clone(),
    };
    match contests::make(&ctx.site.db, &keeper, new, ctx.now(), &mut ctx.rng()).await {
        Ok(id) => ctx.redirect(&format!("/contests/{id}"), Some("已办好，可以让大家报名了。")),
        Err(problem) if problem.kind == ProblemKind::Invalid => {
            draw_new(&ctx, &can, given, Some(problem.message)).await
        }
        Err(problem) => Err(problem.into()),
    }
}
