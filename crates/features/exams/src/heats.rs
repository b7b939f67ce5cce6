//! The rounds of a contest that are tests: who may take one, and who goes on by the rule that everybody can read.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_base::{Day, Id, Instant, Problem};
use huiyin_db::Tx;
use huiyin_web::Site;

use crate::bank::Keeper;
use crate::sittings::GRACE;
use crate::store::{
    Exam, ExamState, Heat, HeatResult, HeatRule, Phase, SittingState, contest_find, contest_item_list, contest_lock,
    contest_step, entry_find, exam_list_of, heat_due, heat_firsts, heat_free, heat_list, heat_of, heat_results,
    heat_settle, late_count, sitting_count,
};

/// The most rounds that are tests.
pub(crate) const MOST: usize = 3;
/// Rounds that one run of the job settles.
const TOGETHER: i64 = 20;

/// A round to be made: its test, and who goes on.
#[derive(Clone, Debug)]
pub(crate) struct NewHeat {
    pub(crate) exam: Id,
    pub(crate) rule: HeatRule,
    pub(crate) bound: i64,
}

/// What a round is called, of so many.
pub(crate) fn called(n: usize, of: usize) -> &'static str {
    match (n, of) {
        (n, of) if n == of => "决赛",
        (1, _) => "初赛",
        (2, _) => "复赛",
        _ => "半决赛",
    }
}

/// The rule in words, as everybody reads it.
pub(crate) fn rule_words(heat: &Heat, teams: bool) -> String {
    let whole = if teams { "队里最好的一份算全队的，" } else { "" };
    match heat.rule {
        HeatRule::Least => format!("{whole}得分达到卷面的 {}%，都晋级", heat.bound),
        HeatRule::Best => {
            let unit = if teams { "队" } else { "名" };
            format!("{whole}同意显示名字的里面，得分最高的 {} {unit}晋级，同分的都晋级", heat.bound)
        }
    }
}

/// Tests that can be made a round: one's own, for everybody, not over, and nobody has taken them yet.
pub(crate) async fn free_tests(tx: &mut Tx, keeper: &Keeper, now: Instant) -> Result<Vec<Exam>, Problem> {
    let mut all = exam_list_of(tx, &keeper.own, 100).await?;
    all.retain(|exam| exam.audience.is_none() && exam.state != ExamState::Ended && exam.closes_at > now);
    let ids: Vec<Id> = all.iter().map(|exam| exam.id).collect();
    let free = heat_free(tx, &ids).await?;
    all.retain(|exam| free.contains(&exam.id));
    all.sort_by_key(|exam| exam.opens_at);
    Ok(all)
}

/// The rounds as rows, or what is wrong with them.
pub(crate) async fn sound(
    tx: &mut Tx,
    keeper: &Keeper,
    contest: Id,
    heats: &[NewHeat],
    now: Instant,
) -> Result<Vec<Heat>, Problem> {
    if heats.is_empty() {
        return Ok(Vec::new());
    }
    let free = free_tests(tx, keeper, now).await?;
    let mut before: Option<&Exam> = None;
    let mut rows = Vec::new();
    for (heat, n) in heats.iter().zip(1_i64..) {
        let exam = free.iter().find(|exam| exam.id == heat.exam);
        let exam = exam.ok_or_else(|| Problem::invalid("这份测试不能用了，请另选一份还没有人答过的。"))?;
        if before.is_some_and(|before| exam.opens_at < before.closes_at || exam.id == before.id) {
            return Err(Problem::invalid("后一场的测试要在前一场结束以后才开始。请按先后选，或者改测试的时间。"));
        }
        let most = if heat.rule == HeatRule::Least { 100 } else { 1_000 };
        if !(1..=most).contains(&heat.bound) {
            return Err(Problem::invalid("晋级的分数线写 1 到 100（百分之几），名次写 1 到 1000。"));
        }
        before = Some(exam);
        rows.push(Heat { contest, n, exam: exam.id, rule: heat.rule, bound: heat.bound, settled_day: None });
    }
    Ok(rows)
}

/// The contests of these that nobody can enter any more: their first round is over.
pub(crate) async fn entry_over(tx: &mut Tx, contests: &[Id], now: Instant) -> Result<BTreeSet<Id>, Problem> {
    let firsts = heat_firsts(tx, contests).await?;
    let over = firsts.into_iter().filter(|(_, closes, settled)| settled.is_some() || now >= *closes);
    Ok(over.map(|(contest, _, _)| contest).collect())
}

/// What stands in the way of taking a test that is a round; none where nothing does, or where it is a test like others.
pub(crate) async fn hindrance(tx: &mut Tx, exam: Id, taker: Id) -> Result<Option<String>, Problem> {
    let Some(heat) = heat_of(tx, exam).await? else { return Ok(None) };
    let title = contest_find(tx, heat.contest).await?.map(|contest| contest.title).unwrap_or_default();
    let Some(entry) = entry_find(tx, heat.contest, taker).await? else {
        return Ok(Some(format!("这是知识竞赛“{title}”的卷子，请先在竞赛里报名。")));
    };
    if entry.reached >= heat.n - 1 {
        return Ok(None);
    }
    let settled = heat_list(tx, heat.contest).await?.iter().any(|one| one.n == heat.n - 1 && one.settled_day.is_some());
    Ok(Some(if settled {
        format!("这是知识竞赛“{title}”后面一场的卷子，由上一场晋级的人来答。")
    } else {
        format!("知识竞赛“{title}”的上一场还没有批完，批完就知道谁晋级。")
    }))
}

/// What goes on as one: a team, or somebody alone.
type Key<'a> = (Option<&'a str>, Option<Id>);

fn key(one: &HeatResult) -> Key<'_> {
    let alone = one.team.is_none().then_some(one.taker);
    (one.team.as_deref(), alone)
}

/// Who goes on. A team is one: its best paper counts for all of it. By the best, only what those wrote who agreed to be shown counts.
pub(crate) fn through(rule: HeatRule, bound: i64, results: &[HeatResult]) -> Vec<Id> {
    let mut best: BTreeMap<Key<'_>, (i64, i64)> = BTreeMap::new();
    for one in results.iter().filter(|one| rule == HeatRule::Least || one.agreed) {
        if let Some((marks, out_of)) = one.marks.zip(one.out_of) {
            let held = best.entry(key(one)).or_insert((marks, out_of));
            *held = (*held).max((marks, out_of));
        }
    }
    let last = match rule {
        HeatRule::Least => 1,
        HeatRule::Best => {
            let mut marks: Vec<i64> = best.values().map(|(marks, _)| *marks).collect();
            marks.sort_unstable_by(|one, other| other.cmp(one));
            let at = usize::try_from(bound - 1).unwrap_or(0);
            marks.get(at).or(marks.last()).copied().unwrap_or(1).max(1)
        }
    };
    let goes = |(marks, out_of): (i64, i64)| match rule {
        HeatRule::Least => marks >= last && marks * 100 >= out_of * bound,
        HeatRule::Best => marks >= last,
    };
    let gone: BTreeSet<Key<'_>> = best.into_iter().filter(|(_, held)| goes(*held)).map(|(key, _)| key).collect();
    results.iter().filter(|one| gone.contains(&key(one))).map(|one| one.taker).collect()
}

/// Whether every paper of a test is marked, and every late answer looked at.
pub(crate) async fn all_marked(tx: &mut Tx, exam: Id) -> Result<bool, Problem> {
    for state in [SittingState::Open, SittingState::Submitted, SittingState::Waiting] {
        if sitting_count(tx, exam, Some(state)).await? > 0 {
            return Ok(false);
        }
    }
    Ok(late_count(tx, exam).await? == 0)
}

/// The job that settles rounds once they are over and all of it is marked.
pub(crate) async fn settle(site: &Site) -> huiyin_jobs::Outcome {
    let now = site.clock.now();
    let due = heat_due(&mut site.db.read().await?, now - GRACE, TOGETHER).await?;
    let mut settled = 0;
    for heat in due {
        let write = site.db.write("contest_settle", move |tx| {
            let contest = heat.contest;
            Box::pin(async move { settle_one(tx, contest, heat.n, Day::of(now)).await })
        });
        settled += usize::from(write.await?);
    }
    Ok((settled > 0).then(|| format!("{settled} 场竞赛定下了谁晋级")))
}

async fn settle_one(tx: &mut Tx, contest: Id, n: i64, day: Day) -> Result<bool, Problem> {
    let Some(mut contest) = contest_lock(tx, contest).await? else { return Ok(false) };
    let heats = heat_list(tx, contest.id).await?;
    let open = heats.iter().find(|heat| heat.settled_day.is_none()).filter(|heat| heat.n == n);
    let Some(heat) = open else { return Ok(false) };
    if !all_marked(tx, heat.exam).await? {
        return Ok(false);
    }
    let results = heat_results(tx, heat).await?;
    heat_settle(tx, heat, &through(heat.rule, heat.bound, &results), day).await?;
    let last = heats.last().is_some_and(|last| last.n == n);
    if last && contest_item_list(tx, contest.id).await?.is_empty() {
        contest.phase = Phase::Over;
        contest.ended_day = Some(day);
        contest_step(tx, &contest).await?;
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use huiyin_base::{Region, Rng};

    fn results(all: &[(Option<&str>, bool, Option<i64>)]) -> Vec<HeatResult> {
        let mut rng = Rng::seeded(1);
        let one = |(team, agreed, marks): &(Option<&str>, bool, Option<i64>)| HeatResult {
            taker: Id::new(Region::FIRST, Instant::UNIX_EPOCH, &mut rng),
            team: team.map(ToOwned::to_owned),
            agreed: *agreed,
            marks: *marks,
            out_of: marks.map(|_| 1_000),
        };
        all.iter().map(one).collect()
    }

    fn places(rule: HeatRule, bound: i64, all: &[HeatResult]) -> Vec<usize> {
        let gone = through(rule, bound, all);
        all.iter().enumerate().filter(|(_, one)| gone.contains(&one.taker)).map(|(place, _)| place).collect()
    }

    #[test]
    fn the_line_is_for_everybody_and_the_best_are_of_those_who_agreed() {
        let all = results(&[
            (None, true, Some(900)),
            (None, false, Some(1_000)),
            (None, true, Some(600)),
            (None, true, Some(600)),
            (None, true, Some(599)),
            (None, true, None),
            (None, true, Some(0)),
        ]);
        assert_eq!(places(HeatRule::Least, 60, &all), [0, 1, 2, 3]);
        assert_eq!(places(HeatRule::Best, 1, &all), [0], "who did not agree is not among the best");
        assert_eq!(places(HeatRule::Best, 2, &all), [0, 2, 3], "equal ones all go on");
        assert_eq!(places(HeatRule::Best, 99, &all), [0, 2, 3, 4], "nothing is not among the best");
        assert!(places(HeatRule::Best, 1, &[]).is_empty());
    }

    #[test]
    fn a_team_goes_on_as_one() {
        let all = results(&[
            (Some("黄土"), true, Some(200)),
            (Some("黄土"), false, None),
            (Some("高坡"), true, Some(100)),
            (Some("高坡"), false, Some(900)),
        ]);
        assert_eq!(places(HeatRule::Best, 1, &all), [0, 1], "only what those wrote who agreed");
        assert_eq!(places(HeatRule::Least, 90, &all), [2, 3], "its best paper");
    }

    #[test]
    fn rounds_are_called_by_their_place() {
        let called = |of| (1..=of).map(|n| called(n, of)).collect::<Vec<_>>();
        assert_eq!(called(1), ["决赛"]);
        assert_eq!(called(2), ["初赛", "决赛"]);
        assert_eq!(called(4), ["初赛", "复赛", "半决赛", "决赛"]);
    }
}
