//! Contests: their list, one made, one entered, and its steps.

use askama::Template;
use huiyin_base::{Id, Problem, ProblemKind};
use huiyin_web::components::{Breadcrumb, Button, DataTable, Empty, Field, Notice, Row, Tag};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result};
use serde::Deserialize;

use super::heat::{self, Heat};
use super::{id_of, live};
use crate::bank::Keeper;
use crate::contests::{self, plays, seen};
use crate::heats::entry_over;
use crate::permissions::{KEEPS, TestKeep, TestTake};
use crate::sittings::taker;
use crate::store::{
    Contest, ContestItem, ContestKind, HeatRule, Phase, contest_best, contest_find, contest_item_list, contest_list,
    entry_find, heat_list, heat_names,
};

#[derive(Template)]
#[template(path = "contests.html")]
struct ListPage {
    make: Option<Button>,
    table: Option<DataTable>,
    empty: Option<Empty>,
}

#[derive(Template)]
#[template(path = "contest.html")]
struct ShowPage {
    crumb: Breadcrumb,
    csrf: Csrf,
    id: String,
    title: String,
    state: Tag,
    note: String,
    facts: Vec<(&'static str, String)>,
    entered: Option<String>,
    /// The rounds, and where the viewer stands in each.
    heats: Vec<Heat>,
    /// What is to be known beside the facts.
    remarks: Vec<&'static str>,
    /// He may answer live.
    plays: bool,
    /// He may enter, or write another name.
    enters: bool,
    fields: Vec<Field>,
    mistake: Option<Notice>,
    best: Option<DataTable>,
    /// Names of those who got through the last round, where nothing was asked live.
    names: Vec<String>,
    step: Option<Step>,
}

/// What its keeper presses.
struct Step {
    label: &'static str,
    known: String,
}

/// How far a contest is; `closed` where nobody can enter any more.
fn phase_tag(phase: Phase, closed: bool) -> Tag {
    match phase {
        Phase::Waiting if closed => Tag::info("报名截止"),
        Phase::Waiting => Tag::info("可以报名"),
        Phase::Asked | Phase::Shown => Tag::good("正在进行"),
        Phase::Over => Tag::plain("已结束"),
    }
}

pub(crate) async fn list(ctx: Ctx, can: Can<TestTake>) -> Result {
    let mut tx = ctx.site.db.read().await?;
    let all = contest_list(&mut tx, 50).await?;
    let ids: Vec<Id> = all.iter().map(|one| one.id).collect();
    let closed = entry_over(&mut tx, &ids, ctx.now()).await?;
    drop(tx);
    let rows = all.iter().map(|one| {
        let state = phase_tag(one.phase, closed.contains(&one.id));
        Row::new([one.title.as_str().into(), one.kind.label().into(), state.into()]).to(format!("/contests/{}", one.id))
    });
    let make = Button::primary("办一场竞赛").icon("circle-plus").to("/contests/new");
    let page = ListPage {
        make: can.viewer.has_any(KEEPS).then_some(make),
        empty: all.is_empty().then(|| {
            Empty::new("还没有知识竞赛").text("自愿参加，起个名字就能玩；名单七天以后自动清除。").icon("trophy")
        }),
        table: (!all.is_empty())
            .then(|| DataTable::new("知识竞赛").column("竞赛").column("形式").column("进展").rows(rows)),
    };
    ctx.page("知识竞赛", Density::Calm, &page)
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Entry {
    name: String,
    team: String,
    agreed: String,
}

pub(crate) async fn show(ctx: Ctx, can: Can<TestTake>, Path(id): Path<String>) -> Result {
    draw(&ctx, &can, &id, None).await
}

/// A contest, whoever asks.
pub(super) async fn found(tx: &mut huiyin_db::Tx, id: &str) -> std::result::Result<Contest, Problem> {
    contest_find(tx, id_of(id)?).await?.ok_or_else(Problem::not_found)
}

async fn draw(ctx: &Ctx, can: &Can<TestTake>, id: &str, wrong: Option<(Entry, String)>) -> Result {
    let keeper = if can.viewer.has_any(KEEPS) { Some(Keeper::of(&ctx.site, &can.viewer).await?) } else { None };
    let mut tx = ctx.site.db.read().await?;
    let contest = found(&mut tx, id).await?;
    let items = contest_item_list(&mut tx, contest.id).await?;
    let entry = entry_find(&mut tx, contest.id, taker(&can.viewer)).await?;
    let over = contest.phase == Phase::Over;
    let heats = heat_list(&mut tx, contest.id).await?;
    let closed = over || entry_over(&mut tx, &[contest.id], ctx.now()).await?.contains(&contest.id);
    let live = !items.is_empty();
    let best = if over && live { contest_best(&mut tx, &contest, 20).await? } else { Vec::new() };
    let last = heats.last().map_or(0, |heat| heat.n);
    let names = if over && !live { heat_names(&mut tx, contest.id, last, 200).await? } else { Vec::new() };
    let keeps = keeper.is_some_and(|keeper| keeper.keeps(contest.org));
    let (given, mistake) = match wrong {
        Some((given, message)) => (given, Some(Notice::bad(message))),
        None => (
            entry.as_ref().map_or_else(Entry::default, |entry| Entry {
                name: entry.name.clone(),
                team: entry.team.clone().unwrap_or_default(),
                agreed: if entry.agreed { "1".into() } else { String::new() },
            }),
            None,
        ),
    };
    let mut fields = vec![
        Field::text("name", "您在竞赛里的名字")
            .value(&given.name)
            .required()
            .longest(12)
            .hint("自己起一个，不用写真名。"),
    ];
    if contest.kind == ContestKind::Team {
        let hint = "同队的人写一样的。队伍自由组成，不用单位的名称。";
        fields.push(Field::text("team", "队名").value(&given.team).required().longest(12).hint(hint));
    }
    let agreed = Field::tick("agreed", "同意在大屏幕和结果里显示这个名字").value(&given.agreed);
    let ranked = heats.iter().any(|heat| heat.rule == HeatRule::Best);
    fields.push(if ranked { agreed.hint("按名次晋级的场次，只在同意的人里选。") } else { agreed });
    let shown = heat::lines(&mut tx, &contest, &heats, (entry.as_ref(), live, keeps), ctx.now()).await?;
    drop(tx);
    let rows = best.iter().map(|(name, count)| Row::new([name.as_str().into(), count.to_string().into()]));
    let page = ShowPage {
        crumb: Breadcrumb::new(&*contest.title).step("知识竞赛", "/contests"),
        csrf: ctx.csrf(),
        id: contest.id.to_string(),
        title: contest.title.clone(),
        state: phase_tag(contest.phase, closed),
        note: contest.note.clone(),
        facts: facts(&contest, &items, !heats.is_empty()),
        remarks: remarks(&contest, closed, entry.is_some()),
        plays: !over && live && entry.as_ref().is_some_and(|entry| plays(entry, heats.len())),
        entered: entry.as_ref().map(|entry| {
            let played = over && live && plays(entry, heats.len());
            let words = if played { format!("，答对 {} 题", entry.correct) } else { String::new() };
            format!("您用“{}”参加{words}。", entry.name)
        }),
        heats: shown,
        enters: !over && (!closed || entry.is_some()),
        fields,
        mistake,
        best: (!best.is_empty())
            .then(|| DataTable::new("答对最多的").titled().column("名字").figure("答对").rows(rows)),
        names,
        step: next_step(&contest, &items).filter(|_| keeps && heats.iter().all(|heat| heat.settled_day.is_some())),
    };
    if page.mistake.is_some() {
        return ctx.refused(&contest.title, Density::Calm, &page);
    }
    ctx.page(&contest.title, Density::Calm, &page)
}

fn facts(contest: &Contest, items: &[ContestItem], heats: bool) -> Vec<(&'static str, String)> {
    let rounds = items.last().map_or(0, |item| item.round);
    let live = match items.len() {
        0 => "不办现场，最后一份测试定结果".to_owned(),
        count => format!("{rounds} 轮，一共 {count} 题，每题 {} 秒", contest.seconds),
    };
    vec![
        ("形式", contest.kind.label().to_owned()),
        (if heats { "现场" } else { "内容" }, live),
        ("名单", "只显示同意的人自己起的名字，结束七天后清除。没有单位的成绩，不导出。".to_owned()),
    ]
}

fn remarks(contest: &Contest, closed: bool, entered: bool) -> Vec<&'static str> {
    let missed = closed && contest.phase != Phase::Over && !entered;
    let all = [(missed, "初赛已经结束，报名截止了。"), (contest.swept, "参加名单已经清除。")];
    all.into_iter().filter(|(holds, _)| *holds).map(|(_, words)| words).collect()
}

/// What its keeper does next, in a contest that is asked live and not over.
fn next_step(contest: &Contest, items: &[ContestItem]) -> Option<Step> {
    let label = match contest.phase {
        _ if items.is_empty() => return None,
        Phase::Over => return None,
        Phase::Asked => "公布答案",
        Phase::Waiting => "开始，出第一题",
        Phase::Shown if contest.item < i64::try_from(items.len()).unwrap_or(0) => "出下一题",
        Phase::Shown => "结束竞赛",
    };
    Some(Step { label, known: seen(contest) })
}

pub(crate) async fn enter(ctx: Ctx, can: Can<TestTake>, Path(id): Path<String>, Form(given): Form<Entry>) -> Result {
    let entry = (given.name.clone(), given.team.clone(), given.agreed == "1");
    let contest = id_of(&id)?;
    match contests::enter(&ctx.site.db, &can.viewer, contest, entry, ctx.now()).await {
        Ok(()) => {
            let heats = heat_list(&mut ctx.site.db.read().await?, contest).await?;
            let path = format!("/contests/{contest}");
            ctx.redirect(&if heats.is_empty() { format!("{path}/live") } else { path }, Some("已报名。"))
        }
        Err(problem) if problem.kind == ProblemKind::Invalid => {
            draw(&ctx, &can, &id, Some((given, problem.message))).await
        }
        Err(problem) => Err(problem.into()),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Pressed {
    known: String,
}

pub(crate) async fn leave(ctx: Ctx, can: Can<TestTake>, Path(id): Path<String>, Form(_): Form<Pressed>) -> Result {
    let contest = id_of(&id)?;
    contests::leave(&ctx.site.db, &can.viewer, contest).await?;
    ctx.redirect(&format!("/contests/{contest}"), Some("已退出，您的名字和答案都删掉了。"))
}

pub(crate) async fn step(ctx: Ctx, can: Can<TestKeep>, Path(id): Path<String>, Form(given): Form<Pressed>) -> Result {
    let keeper = Keeper::of(&ctx.site, &can.viewer).await?;
    let contest = contests::step(&ctx.site.db, &keeper, id_of(&id)?, &given.known, ctx.now()).await?;
    live::tell(&ctx.site, contest.id).await?;
    ctx.redirect(&format!("/contests/{}/screen", contest.id), None)
}
