//! The verbs of contests.

use chrono::TimeDelta;
use huiyin_base::{Day, Id, Instant, Problem, Rng};
use huiyin_db::{Db, Tx};
use huiyin_directory::Viewer;
use huiyin_web::Site;
use serde::Serialize;

use crate::bank::{Keeper, made_before, restored};
use crate::heats::{self, NewHeat, entry_over};
use crate::question::{Body, Question, Verdict, WHOLE, right_answer};
use crate::sittings::taker;
use crate::store::{
    Contest, ContestEntry, ContestItem, ContestKind, Phase, QuestionFilter, contest_add, contest_answer_add,
    contest_answer_counts, contest_best, contest_find, contest_item_body, contest_item_list, contest_lock,
    contest_nonce, contest_step, contest_sweep, entry_delete, entry_find, entry_put, heat_add, heat_list,
    question_pool,
};

/// Who took part is kept for so many days after the end.
const KEPT_DAYS: i64 = 7;
/// What is on its way when the time for a question ends still counts.
const GRACE: TimeDelta = TimeDelta::seconds(2);
/// Fewer answers than this say too much about those who gave them.
const LEAST: i64 = 5;
/// Names that the screen shows.
const BEST: i64 = 10;
/// Words that units have in their names: a team bears none.
const OF_UNITS: [&str; 14] =
    ["支部", "党委", "总支", "乡", "镇", "村", "社区", "街道", "局", "县", "区", "市", "公司", "单位"];

/// A contest to be made.
#[derive(Clone, Debug)]
pub(crate) struct NewContest {
    pub(crate) title: String,
    pub(crate) note: String,
    pub(crate) kind: ContestKind,
    pub(crate) seconds: i64,
    pub(crate) rounds: i64,
    pub(crate) each: i64,
    pub(crate) category: String,
    /// Also questions with several right ones, and those that are filled in.
    pub(crate) wide: bool,
    /// Rounds before the live one, each a test; or all of it, where nothing is asked live.
    pub(crate) heats: Vec<NewHeat>,
    pub(crate) nonce: String,
}

/// What is marked at once: of one's own choice, and what a contest asks besides where it wants to.
const KINDS: [&str; 2] = ["single", "truth"];
const WIDE: [&str; 3] = ["multiple", "fill", "numeric"];
/// The longest answer.
const LONGEST: usize = 100;

/// Makes a contest; the same word makes it once. Its questions are drawn now.
pub(crate) async fn make(
    db: &Db,
    keeper: &Keeper,
    new: NewContest,
    now: Instant,
    rng: &mut Rng,
) -> Result<Id, Problem> {
    if new.title.trim().is_empty() || new.title.chars().count() > 60 || new.note.chars().count() > 1_000 {
        return Err(Problem::invalid("请写标题（60 字以内）；说明最多 1000 字。"));
    }
    if !(5..=300).contains(&new.seconds) || !(0..=5).contains(&new.rounds) || !(1..=30).contains(&new.each) {
        return Err(Problem::invalid("每题 5 到 300 秒，最多 5 轮，每轮 1 到 30 题。"));
    }
    if new.rounds == 0 && new.heats.is_empty() {
        return Err(Problem::invalid("现场答题写 1 到 5 轮；不办现场的，至少选一份测试。"));
    }
    if new.nonce.is_empty() || new.nonce.len() > 60 {
        return Err(Problem::invalid("页面打开太久，请刷新后重新填写。"));
    }
    let mut pool = Vec::new();
    let mut tx = db.read().await?;
    for kind in KINDS.iter().chain(WIDE.iter().filter(|_| new.wide)) {
        let filter = QuestionFilter {
            orgs: keeper.uses.clone(),
            category: new.category.trim().to_owned(),
            kind: (*kind).into(),
            tag: String::new(),
        };
        pool.extend(question_pool(&mut tx, &filter, 3_000).await?);
    }
    drop(tx);
    rng.shuffle(&mut pool);
    let wanted = usize::try_from(new.rounds * new.each).unwrap_or(usize::MAX);
    if pool.len() < wanted {
        let words = format!("要 {wanted} 道题，题库里符合条件、能当场判的有 {} 道。", pool.len());
        return Err(Problem::invalid(words));
    }
    let id = Id::new(keeper.org.region, now, rng);
    let items = pool.into_iter().take(wanted).zip(0_i64..).map(|((question, version, _), n)| ContestItem {
        contest: id,
        n: n + 1,
        round: n / new.each + 1,
        question,
        version,
    });
    let items: Vec<ContestItem> = items.collect();
    let contest = Contest {
        id,
        org_region: keeper.org.region,
        org: keeper.org.id,
        title: new.title.trim().to_owned(),
        note: new.note.trim().to_owned(),
        kind: new.kind,
        seconds: new.seconds,
        phase: Phase::Waiting,
        item: 0,
        asked_at: None,
        ended_day: None,
        swept: false,
        created_day: Day::of(now),
        account_region: keeper.account.region,
        account: keeper.account.id,
        nonce: new.nonce,
    };
    let (keeper, heats) = (keeper.clone(), new.heats);
    let write = db.write("contest_make", move |tx| {
        let (contest, items, keeper, heats) = (contest.clone(), items.clone(), keeper.clone(), heats.clone());
        Box::pin(async move {
            if let Some(before) = contest_nonce(tx, &contest.nonce).await? {
                return made_before((before.id, before.account), contest.account);
            }
            let heats = heats::sound(tx, &keeper, contest.id, &heats, now).await?;
            contest_add(tx, &contest, &items).await?;
            heat_add(tx, &heats).await?;
            Ok(contest.id)
        })
    });
    write.await
}

/// Takes part under a chosen name.
pub(crate) async fn enter(
    db: &Db,
    viewer: &Viewer,
    id: Id,
    (name, team, agreed): (String, String, bool),
    now: Instant,
) -> Result<(), Problem> {
    let (name, team) = (name.trim().to_owned(), team.trim().to_owned());
    if name.is_empty() || name.chars().count() > 12 || team.chars().count() > 12 {
        return Err(Problem::invalid("名字和队名写 1 到 12 个字。"));
    }
    if let Some(word) = OF_UNITS.iter().find(|word| team.contains(**word)) {
        return Err(Problem::invalid(format!("队名里有“{word}”。队伍自由组成，不用单位的名称，请换一个。")));
    }
    let taker = taker(viewer);
    let write = db.write("contest_enter", move |tx| {
        let (name, team) = (name.clone(), team.clone());
        Box::pin(async move {
            let contest = contest_find(tx, id).await?.ok_or_else(Problem::not_found)?;
            if contest.phase == Phase::Over {
                return Err(Problem::conflict("这场竞赛已经结束。"));
            }
            let team = (contest.kind == ContestKind::Team).then_some(team);
            if team.as_ref().is_some_and(String::is_empty) {
                return Err(Problem::invalid("请写队名，同队的人写一样的。"));
            }
            if entry_over(tx, &[id], now).await?.contains(&id) {
                // Who is in stays in, and may call himself otherwise; a team that has written is the team.
                let before = entry_find(tx, id, taker).await?;
                let before = before.ok_or_else(|| Problem::conflict("初赛已经结束，报名截止了。"))?;
                if before.team != team {
                    return Err(Problem::invalid("初赛已经结束，不能换队了；名字可以改。"));
                }
            }
            let region = taker.region();
            let entry = ContestEntry { region, contest: id, taker, name, agreed, team, correct: 0, reached: 0 };
            Ok(entry_put(tx, &entry).await?)
        })
    });
    write.await
}

/// Does not take part any more.
pub(crate) async fn leave(db: &Db, viewer: &Viewer, id: Id) -> Result<(), Problem> {
    let taker = taker(viewer);
    db.write("contest_leave", move |tx| Box::pin(async move { Ok(entry_delete(tx, id, taker).await?) })).await
}

/// Goes on: asks the next question, shows the answer of this one, or ends. `known` is what the presser saw.
pub(crate) async fn step(db: &Db, keeper: &Keeper, id: Id, known: &str, now: Instant) -> Result<Contest, Problem> {
    let (keeper, known) = (keeper.clone(), known.to_owned());
    let write = db.write("contest_step", move |tx| {
        let (keeper, known) = (keeper.clone(), known.clone());
        Box::pin(async move {
            let contest = contest_lock(tx, id).await?.filter(|contest| keeper.keeps(contest.org));
            let mut contest = contest.ok_or_else(Problem::not_found)?;
            if known != seen(&contest) {
                return Err(Problem::conflict("刚刚已经有人按过了，请看现在的题。"));
            }
            if heat_list(tx, id).await?.iter().any(|heat| heat.settled_day.is_none()) {
                return Err(Problem::conflict("前面还有一场没有定下谁晋级，定下以后再开始现场。"));
            }
            let count = i64::try_from(contest_item_list(tx, id).await?.len()).unwrap_or(0);
            match contest.phase {
                Phase::Asked => contest.phase = Phase::Shown,
                Phase::Waiting | Phase::Shown if contest.item < count => {
                    contest.phase = Phase::Asked;
                    contest.item += 1;
                    contest.asked_at = Some(now);
                }
                Phase::Waiting | Phase::Shown => {
                    contest.phase = Phase::Over;
                    contest.ended_day = Some(Day::of(now));
                }
                Phase::Over => return Err(Problem::conflict("这场竞赛已经结束。")),
            }
            contest_step(tx, &contest).await?;
            Ok(contest)
        })
    });
    write.await
}

/// Whether somebody got through all rounds before the live one.
pub(crate) fn plays(entry: &ContestEntry, heats: usize) -> bool {
    usize::try_from(entry.reached).unwrap_or(0) >= heats
}

/// What somebody who presses has seen.
pub(crate) fn seen(contest: &Contest) -> String {
    format!("{}/{}", contest.item, contest.phase.as_str())
}

/// Answers the question that is asked now; the first answer counts, and is acknowledged. Tells whether this was it.
pub(crate) async fn answer(
    db: &Db,
    viewer: &Viewer,
    id: Id,
    (item, value): (i64, String),
    now: Instant,
) -> Result<bool, Problem> {
    if value.trim().is_empty() || value.chars().count() > LONGEST || value.contains('\0') {
        return Err(Problem::invalid(format!("请作答，最多 {LONGEST} 字。")));
    }
    let taker = taker(viewer);
    let write = db.write("contest_answer", move |tx| {
        let value = value.clone();
        Box::pin(async move {
            let contest = contest_find(tx, id).await?.ok_or_else(Problem::not_found)?;
            let entry = entry_find(tx, id, taker).await?;
            let entry = entry.ok_or_else(|| Problem::forbidden("请先填一个名字，参加这场竞赛。"))?;
            if !plays(&entry, heat_list(tx, id).await?.len()) {
                return Err(Problem::forbidden("现场由前面几场晋级的人答题，您可以在旁边看。"));
            }
            let end = contest.asked_at.map(|at| at + TimeDelta::seconds(contest.seconds) + GRACE);
            if contest.phase != Phase::Asked || contest.item != item || end.is_none_or(|end| now > end) {
                return Err(Problem::conflict("这道题的时间到了，等下一题。"));
            }
            let body = contest_item_body(tx, id, item).await?.ok_or_else(Problem::not_found)?;
            let correct = restored(&body)?.mark(&value) == Verdict::Part(WHOLE);
            Ok(contest_answer_add(tx, &entry, item, &value, correct).await?)
        })
    });
    write.await
}

/// What everybody sees at this moment.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Stage {
    pub(crate) phase: &'static str,
    pub(crate) item: i64,
    pub(crate) of: i64,
    pub(crate) round: i64,
    pub(crate) seconds: i64,
    pub(crate) stem: String,
    /// How it is answered: `single`, `multiple` or `line`.
    pub(crate) way: &'static str,
    /// Value and text.
    pub(crate) options: Vec<(String, String)>,
    /// Only once it is shown.
    pub(crate) right: Option<String>,
    /// How often each option was chosen; only from five answers on.
    pub(crate) counts: Vec<(String, i64)>,
    /// Chosen names of those who agreed, with what they had right.
    pub(crate) best: Vec<(String, i64)>,
}

/// Reads it.
pub(crate) async fn stage(tx: &mut Tx, contest: &Contest) -> Result<Stage, Problem> {
    let items = contest_item_list(tx, contest.id).await?;
    let asked = matches!(contest.phase, Phase::Asked | Phase::Shown);
    let body = if asked { contest_item_body(tx, contest.id, contest.item).await? } else { None };
    let question = body.as_deref().map(restored).transpose()?;
    let shown = contest.phase == Phase::Shown;
    let way = question.as_ref().map_or("single", |question| way(&question.body));
    // What people type is nobody else's, however many typed it.
    let counts =
        if shown && way == "single" { contest_answer_counts(tx, contest.id, contest.item).await? } else { Vec::new() };
    let enough = counts.iter().map(|(_, count)| count).sum::<i64>() >= LEAST;
    let best = matches!(contest.phase, Phase::Shown | Phase::Over);
    Ok(Stage {
        phase: contest.phase.as_str(),
        item: contest.item,
        of: i64::try_from(items.len()).unwrap_or(0),
        round: items.iter().find(|item| item.n == contest.item).map_or(0, |item| item.round),
        seconds: contest.seconds,
        stem: question.as_ref().map(Question::line).unwrap_or_default(),
        way,
        options: question.as_ref().map(options).unwrap_or_default(),
        right: question.as_ref().filter(|_| shown).map(right_answer),
        counts: if enough { counts } else { Vec::new() },
        best: if best { contest_best(tx, contest, BEST).await? } else { Vec::new() },
    })
}

impl Stage {
    /// An answer in words.
    pub(crate) fn said(&self, given: &str) -> String {
        if self.way == "line" {
            return given.to_owned();
        }
        let chosen: Vec<&str> = given.split(',').collect();
        let texts = self.options.iter().filter(|(value, _)| chosen.contains(&value.as_str()));
        texts.map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("、")
    }
}

fn way(body: &Body) -> &'static str {
    match body {
        Body::Choice { many: true, .. } => "multiple",
        Body::Fill { .. } | Body::Numeric { .. } => "line",
        _ => "single",
    }
}

/// What there is to choose from, in an order that gives nothing away.
fn options(question: &Question) -> Vec<(String, String)> {
    match &question.body {
        Body::Choice { options, .. } => {
            let mut all: Vec<(String, String)> =
                options.iter().enumerate().map(|(n, one)| (n.to_string(), question.plain(&one.text))).collect();
            all.sort_by(|one, other| one.1.cmp(&other.1));
            all
        }
        Body::Truth { .. } => vec![("1".into(), "对".into()), ("0".into(), "错".into())],
        _ => Vec::new(),
    }
}

/// The job that forgets who took part.
pub(crate) async fn sweep(site: &Site) -> huiyin_jobs::Outcome {
    let day = site.today().plus(-KEPT_DAYS);
    let swept =
        site.db.write("contest_sweep", move |tx| Box::pin(async move { Ok(contest_sweep(tx, day, 20).await?) }));
    let swept = swept.await?;
    Ok((swept > 0).then(|| format!("清除 {swept} 场竞赛的参加名单")))
}
