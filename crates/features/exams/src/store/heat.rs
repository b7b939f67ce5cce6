//! Rounds of a contest that are tests, and who got through them.

use huiyin_base::{Day, Id, Instant};
use huiyin_db::{Filter, Result, Tx, insert_many, query, row, text_enum, values};

text_enum! {
    /// Who goes on.
    pub enum HeatRule {
        Least = "least" / "得分达到卷面的百分之几，就晋级",
        Best = "best" / "同意显示名字的人里，得分最高的几名晋级",
    }
}

row! {
    /// A round that is a test.
    #[derive(Clone, Debug, PartialEq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct Heat {
        pub contest: Id,
        pub n: i64,
        pub exam: Id,
        pub rule: HeatRule,
        pub bound: i64,
        pub settled_day: Option<Day>,
    }
}

row! {
    /// What somebody who takes part has in a round: his best paper; none where he wrote none.
    #[derive(Clone, Debug, PartialEq)]
    #[expect(missing_docs, reason = "each field is what the statement below gives by its name")]
    pub struct HeatResult {
        pub taker: Id,
        pub team: Option<String>,
        pub agreed: bool,
        pub marks: Option<i64>,
        pub out_of: Option<i64>,
    }
}

const COLUMNS: &str = "select x.contest, x.n, x.exam, x.rule, x.bound, x.settled_day from contest_heat x";
/// People in one statement.
const CHUNK: usize = 500;

/// Writes the rounds of a contest.
pub async fn heat_add(tx: &mut Tx, heats: &[Heat]) -> Result<()> {
    let rows = heats.iter().map(|h| values![h.contest, h.n, h.exam, h.rule, h.bound, h.settled_day]);
    insert_many(tx, "insert into contest_heat (contest, n, exam, rule, bound, settled_day)", rows.collect(), "")
        .await?;
    Ok(())
}

/// The rounds of a contest that are tests, in order.
pub async fn heat_list(tx: &mut Tx, contest: Id) -> Result<Vec<Heat>> {
    let base = Filter::new(COLUMNS).then("where x.contest = ?").bind(contest);
    base.then("order by x.n").query().fetch_all(tx).await
}

/// The round that this test is.
pub async fn heat_of(tx: &mut Tx, exam: Id) -> Result<Option<Heat>> {
    Filter::new(COLUMNS).then("where x.exam = ?").bind(exam).query().fetch_optional(tx).await
}

/// Which of these tests are rounds of a contest.
pub async fn heat_exams(tx: &mut Tx, exams: &[Id]) -> Result<Vec<Id>> {
    let base = Filter::new("select x.exam from contest_heat x where x.exam in (?)").bind_list(exams.iter().copied());
    base.query().fetch_column(tx).await
}

/// Of these tests those that nobody has taken and that are no round yet.
pub async fn heat_free(tx: &mut Tx, exams: &[Id]) -> Result<Vec<Id>> {
    let rows = Filter::new("select e.id from exam e where e.id in (?)").bind_list(exams.iter().copied());
    let rows = rows.and("not exists (select 1 from contest_heat x where x.exam = e.id)");
    rows.and("not exists (select 1 from sitting s where s.exam = e.id)").query().fetch_column(tx).await
}

/// The first rounds of these contests: since which moment each is over by the clock, and the day it was settled.
pub async fn heat_firsts(tx: &mut Tx, contests: &[Id]) -> Result<Vec<(Id, Instant, Option<Day>)>> {
    let rows = Filter::new(
        "select x.contest, e.closes_at, x.settled_day from contest_heat x join exam e on e.id = x.exam
         where x.n = 1 and x.contest in (?)",
    );
    rows.bind_list(contests.iter().copied()).query().fetch_all(tx).await
}

/// Rounds that are over since `before` and not settled yet.
pub async fn heat_due(tx: &mut Tx, before: Instant, limit: i64) -> Result<Vec<Heat>> {
    let base = Filter::new(COLUMNS).then("join exam e on e.id = x.exam where x.settled_day is null");
    let base = base.and("e.closes_at < ?").bind(before);
    base.then("order by e.closes_at, x.contest, x.n limit ?").bind(limit).query().fetch_all(tx).await
}

/// Of everybody who is still in it at this round, the best paper.
pub async fn heat_results(tx: &mut Tx, heat: &Heat) -> Result<Vec<HeatResult>> {
    let rows = query(
        "select e.taker, e.team, e.agreed, max(s.marks) as marks, max(s.out_of) as out_of
         from contest_entry e
         left join sitting s on s.region = e.region and s.taker = e.taker and s.exam = $1 and s.marks is not null
         where e.contest = $2 and e.reached >= $3 group by e.taker, e.team, e.agreed order by e.taker",
    );
    rows.bind(heat.exam).bind(heat.contest).bind(heat.n - 1).fetch_all(tx).await
}

/// Settles a round: these go on.
pub async fn heat_settle(tx: &mut Tx, heat: &Heat, through: &[Id], day: Day) -> Result<()> {
    for chunk in through.chunks(CHUNK) {
        let update = Filter::new("update contest_entry set reached = ?").bind(heat.n).then("where contest = ?");
        let update = update.bind(heat.contest).and("taker in (?)").bind_list(chunk.iter().copied());
        let update = update.and("region in (?)").bind_list(chunk.iter().map(|taker| taker.region()));
        update.query().execute(tx).await?;
    }
    let update = query("update contest_heat set settled_day = $1 where contest = $2 and n = $3");
    update.bind(day).bind(heat.contest).bind(heat.n).execute(tx).await?;
    Ok(())
}

/// Chosen names of those who got through this round and agreed; of teams their names. In the order of the names, which says nothing.
pub async fn heat_names(tx: &mut Tx, contest: Id, n: i64, limit: i64) -> Result<Vec<String>> {
    let rows = query(
        "select distinct coalesce(team, name) as shown from contest_entry
         where contest = $1 and reached >= $2 and agreed = $3 order by shown limit $4",
    );
    rows.bind(contest).bind(n).bind(true).bind(limit).fetch_column(tx).await
}
