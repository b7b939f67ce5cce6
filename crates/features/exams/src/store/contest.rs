//! Contests.

use huiyin_base::{Day, Id, Instant, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, row, text_enum, values};

text_enum! {
    /// Who takes part.
    pub enum ContestKind {
        Alone = "alone" / "个人",
        Team = "team" / "自由组队",
    }
}

text_enum! {
    /// What is going on.
    pub enum Phase {
        Waiting = "waiting" / "等待开始",
        Asked = "asked" / "正在答题",
        Shown = "shown" / "公布答案",
        Over = "over" / "已经结束",
    }
}

row! {
    /// A contest.
    #[derive(Clone, Debug, PartialEq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct Contest {
        pub id: Id,
        pub org_region: Region,
        pub org: Id,
        pub title: String,
        pub note: String,
        pub kind: ContestKind,
        pub seconds: i64,
        pub phase: Phase,
        pub item: i64,
        pub asked_at: Option<Instant>,
        pub ended_day: Option<Day>,
        pub swept: bool,
        pub created_day: Day,
        pub account_region: Region,
        pub account: Id,
        pub nonce: String,
    }
}

row! {
    /// A question of a contest.
    #[derive(Clone, Debug, PartialEq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct ContestItem {
        pub contest: Id,
        pub n: i64,
        pub round: i64,
        pub question: Id,
        pub version: i64,
    }
}

row! {
    /// Somebody who takes part.
    #[derive(Clone, Debug, PartialEq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct ContestEntry {
        pub region: Region,
        pub contest: Id,
        pub taker: Id,
        pub name: String,
        pub agreed: bool,
        pub team: Option<String>,
        pub correct: i64,
        pub reached: i64,
    }
}

const COLUMNS: &str =
    "select x.id, x.org_region, x.org, x.title, x.note, x.kind, x.seconds, x.phase, x.item, x.asked_at,
    x.ended_day, x.swept, x.created_day, x.account_region, x.account, x.nonce from contest x where";

/// Writes a contest with its questions.
pub async fn contest_add(tx: &mut Tx, c: &Contest, items: &[ContestItem]) -> Result<()> {
    let row = values![
        c.id,
        c.org_region,
        c.org,
        &c.title,
        &c.note,
        c.kind,
        c.seconds,
        c.phase,
        c.item,
        c.asked_at,
        c.ended_day,
        c.swept,
        c.created_day,
        c.account_region,
        c.account,
        &c.nonce
    ];
    let head =
        "insert into contest (id, org_region, org, title, note, kind, seconds, phase, item, asked_at, ended_day, swept,
        created_day, account_region, account, nonce)";
    insert_many(tx, head, vec![row], "").await?;
    let rows = items.iter().map(|item| values![item.contest, item.n, item.round, item.question, item.version]);
    let head = "insert into contest_item (contest, n, round, question, version)";
    insert_many(tx, head, rows.collect(), "").await?;
    Ok(())
}

/// A contest.
pub async fn contest_find(tx: &mut Tx, id: Id) -> Result<Option<Contest>> {
    Filter::new(COLUMNS).then("x.id = ?").bind(id).query().fetch_optional(tx).await
}

/// The same, locked.
pub async fn contest_lock(tx: &mut Tx, id: Id) -> Result<Option<Contest>> {
    Filter::new(COLUMNS).then("x.id = ?").bind(id).locked(tx).query().fetch_optional(tx).await
}

/// The one that this word has made.
pub async fn contest_nonce(tx: &mut Tx, nonce: &str) -> Result<Option<Contest>> {
    Filter::new(COLUMNS).then("x.nonce = ?").bind(nonce).query().fetch_optional(tx).await
}

/// The newest.
pub async fn contest_list(tx: &mut Tx, limit: i64) -> Result<Vec<Contest>> {
    let base = Filter::new(COLUMNS).then("x.swept = ?").bind(false);
    base.then("order by x.id desc limit ?").bind(limit).query().fetch_all(tx).await
}

/// Goes on to the next question, or to the answer of this one.
pub async fn contest_step(tx: &mut Tx, c: &Contest) -> Result<()> {
    let update = query("update contest set phase = $1, item = $2, asked_at = $3, ended_day = $4 where id = $5");
    let update = update.bind(c.phase).bind(c.item).bind(c.asked_at).bind(c.ended_day);
    update.bind(c.id).execute(tx).await?;
    Ok(())
}

/// Every question's place and round.
pub async fn contest_item_list(tx: &mut Tx, contest: Id) -> Result<Vec<ContestItem>> {
    let rows = query("select contest, n, round, question, version from contest_item where contest = $1 order by n");
    rows.bind(contest).fetch_all(tx).await
}

/// What a question holds.
pub async fn contest_item_body(tx: &mut Tx, contest: Id, n: i64) -> Result<Option<String>> {
    let rows = query(
        "select v.body from contest_item i join question_version v on v.question = i.question and v.version = i.version
         where i.contest = $1 and i.n = $2",
    );
    Ok(rows.bind(contest).bind(n).fetch_optional::<(String,)>(tx).await?.map(|(body,)| body))
}

/// Takes part, or changes the name under which.
pub async fn entry_put(tx: &mut Tx, e: &ContestEntry) -> Result<()> {
    let insert = query(
        "insert into contest_entry (region, contest, taker, name, agreed, team, correct)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (region, contest, taker) do update
         set name = excluded.name, agreed = excluded.agreed, team = excluded.team",
    );
    let insert = insert.bind(e.region).bind(e.contest).bind(e.taker).bind(&e.name).bind(e.agreed);
    insert.bind(&e.team).bind(e.correct).execute(tx).await?;
    Ok(())
}

/// Does not take part any more: nothing of it stays.
pub async fn entry_delete(tx: &mut Tx, contest: Id, taker: Id) -> Result<()> {
    for delete in [
        "delete from contest_answer where region = $1 and contest = $2 and taker = $3",
        "delete from contest_entry where region = $1 and contest = $2 and taker = $3",
    ] {
        query(delete).bind(taker.region()).bind(contest).bind(taker).execute(tx).await?;
    }
    Ok(())
}

/// Whether and how somebody takes part.
pub async fn entry_find(tx: &mut Tx, contest: Id, taker: Id) -> Result<Option<ContestEntry>> {
    let rows = query(
        "select region, contest, taker, name, agreed, team, correct, reached from contest_entry
         where region = $1 and contest = $2 and taker = $3",
    );
    rows.bind(taker.region()).bind(contest).bind(taker).fetch_optional(tx).await
}

/// Keeps the first answer to a question and counts it; false where there was one.
pub async fn contest_answer_add(tx: &mut Tx, e: &ContestEntry, n: i64, value: &str, correct: bool) -> Result<bool> {
    let insert = query(
        "insert into contest_answer (region, contest, taker, n, value, correct) values ($1, $2, $3, $4, $5, $6)
         on conflict (region, contest, taker, n) do nothing",
    );
    let insert = insert.bind(e.region).bind(e.contest).bind(e.taker).bind(n).bind(value).bind(correct);
    let added = insert.execute(tx).await? > 0;
    if added && correct {
        let count =
            query("update contest_entry set correct = correct + 1 where region = $1 and contest = $2 and taker = $3");
        count.bind(e.region).bind(e.contest).bind(e.taker).execute(tx).await?;
    }
    Ok(added)
}

/// What somebody has answered to a question.
pub async fn contest_answer_find(tx: &mut Tx, contest: Id, taker: Id, n: i64) -> Result<Option<String>> {
    let rows = query("select value from contest_answer where region = $1 and contest = $2 and taker = $3 and n = $4");
    let rows = rows.bind(taker.region()).bind(contest).bind(taker).bind(n);
    Ok(rows.fetch_optional::<(String,)>(tx).await?.map(|(value,)| value))
}

/// How often each answer to a question was given, whoever gave it.
pub async fn contest_answer_counts(tx: &mut Tx, contest: Id, n: i64) -> Result<Vec<(String, i64)>> {
    let rows = query("select value, count(*) from contest_answer where contest = $1 and n = $2 group by value");
    rows.bind(contest).bind(n).fetch_all(tx).await
}

/// Those who agreed to be shown, by their chosen names; of teams the sum.
pub async fn contest_best(tx: &mut Tx, contest: &Contest, limit: i64) -> Result<Vec<(String, i64)>> {
    let rows = match contest.kind {
        ContestKind::Alone => query(
            "select name, correct from contest_entry where contest = $1 and agreed = $2 and correct > 0
             order by correct desc, name limit $3",
        ),
        ContestKind::Team => query(
            "select team, cast(sum(correct) as bigint) from contest_entry
             where contest = $1 and agreed = $2 and team is not null and correct > 0
             group by team order by sum(correct) desc, team limit $3",
        ),
    };
    rows.bind(contest.id).bind(true).bind(limit).fetch_all(tx).await
}

/// Forgets who took part in what was over by `day`; gives how many contests that were.
pub async fn contest_sweep(tx: &mut Tx, day: Day, limit: i64) -> Result<usize> {
    let over = Filter::new("select id from contest where swept = ?").bind(false).and("ended_day <= ?").bind(day);
    let over: Vec<Id> = over.then("order by ended_day limit ?").bind(limit).query().fetch_column(tx).await?;
    for id in &over {
        query("delete from contest_answer where contest = $1").bind(*id).execute(tx).await?;
        query("delete from contest_entry where contest = $1").bind(*id).execute(tx).await?;
        query("update contest set swept = $1 where id = $2").bind(true).bind(*id).execute(tx).await?;
    }
    Ok(over.len())
}
