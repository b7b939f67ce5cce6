//! Reflections and what is said to them: sealed, found by their writer, and by those for whom he has shared them.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, row, values};
use huiyin_directory::OrgRef;

row! {
    /// A reflection, its words sealed.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct Reflection {
        pub region: Region,
        pub id: Id,
        pub writer: Id,
        pub book: Option<Id>,
        pub title: Vec<u8>,
        pub words: Vec<u8>,
        pub audience: Option<Id>,
        pub branch: Option<Id>,
        pub signed: Option<Vec<u8>>,
        pub written_day: Day,
        pub shared_day: Option<Day>,
        pub nonce: String,
        pub city_asked_day: Option<Day>,
        pub city_day: Option<Day>,
        pub city_kept_day: Option<Day>,
    }
}

row! {
    /// What is said to a reflection.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct Comment {
        pub region: Region,
        pub id: Id,
        pub reflection: Id,
        pub writer: Id,
        pub words: Vec<u8>,
        pub signed: Vec<u8>,
        pub written_day: Day,
        pub nonce: Option<String>,
    }
}

/// Who looks for reflections: he finds his own, and those that are for one of his organisations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circle {
    /// Himself.
    pub writer: Id,
    /// His organisations and all above them.
    pub orgs: Vec<OrgRef>,
}

/// For whom and under which name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sharing {
    /// For whom.
    pub audience: Id,
    /// In which branch.
    pub branch: Id,
    /// Sealed: the name; none: 一位党员.
    pub signed: Option<Vec<u8>>,
    /// The day.
    pub day: Day,
    /// Asked for the whole city: once the branch's secretary has looked.
    pub city: bool,
}

const COLUMNS: &str = "select r.region, r.id, r.writer, r.book, r.title, r.words, r.audience, r.branch, r.signed,
    r.written_day, r.shared_day, r.nonce, r.city_asked_day, r.city_day, r.city_kept_day
    from reflection r where r.region in (?)";

/// Writes reflections; one that is there already, by its word, stays as it is.
pub async fn reflection_add(tx: &mut Tx, all: &[Reflection]) -> Result<()> {
    let rows = all.iter().map(|r| {
        values![
            r.region,
            r.id,
            r.writer,
            r.book,
            &r.title,
            &r.words,
            r.audience,
            r.branch,
            &r.signed,
            r.written_day,
            r.shared_day,
            &r.nonce,
            r.city_asked_day,
            r.city_day,
            r.city_kept_day
        ]
    });
    let head = "insert into reflection (region, id, writer, book, title, words, audience, branch, signed, written_day,
        shared_day, nonce, city_asked_day, city_day, city_kept_day)";
    insert_many(tx, head, rows.collect(), "on conflict do nothing").await?;
    Ok(())
}

/// The one that this word has made.
pub async fn reflection_nonce(tx: &mut Tx, region: Region, writer: Id, nonce: &str) -> Result<Option<Id>> {
    let rows = query("select id from reflection where region = $1 and writer = $2 and nonce = $3");
    Ok(rows.bind(region).bind(writer).bind(nonce).fetch_column(tx).await?.pop())
}

/// A reflection, where it is the looker's own or shared with him.
pub async fn reflection_find(tx: &mut Tx, circle: &Circle, id: Id) -> Result<Option<Reflection>> {
    let rows = Filter::new(COLUMNS).bind_list([id.region()]).and("r.id = ?").bind(id);
    let rows = rows.and("r.writer = ? or r.city_day is not null or r.audience in (?)").bind(circle.writer);
    rows.bind_list(circle.orgs.iter().map(|org| org.id)).query().fetch_optional(tx).await
}

/// This writer's own, the newest first; they may lie in several regions.
pub async fn reflection_list_own(tx: &mut Tx, regions: &[Region], writer: Id) -> Result<Vec<Reflection>> {
    let rows = Filter::new(COLUMNS).bind_list(regions.iter().copied()).and("r.writer = ?").bind(writer);
    rows.then("order by r.written_day desc, r.id desc").query().fetch_all(tx).await
}

/// What is shared with whoever looks, the newest first: on a book, or on any and none.
pub async fn reflection_list(
    tx: &mut Tx,
    circle: &Circle,
    book: Option<Id>,
    after: Option<(Day, Id)>,
    limit: i64,
) -> Result<Vec<Reflection>> {
    let mut rows = Filter::new(COLUMNS)
        .bind_list(circle.orgs.iter().map(|org| org.region))
        .and("r.audience in (?)")
        .bind_list(circle.orgs.iter().map(|org| org.id))
        .and_some("r.book = ?", book);
    if let Some((day, id)) = after {
        rows = rows.and("r.shared_day < ? or (r.shared_day = ? and r.id < ?)").bind(day).bind(day).bind(id);
    }
    rows.then("order by r.shared_day desc, r.id desc limit ?").bind(limit).query().fetch_all(tx).await
}

/// What was shared in a branch, the newest first.
pub async fn reflection_list_branch(tx: &mut Tx, branch: OrgRef, limit: i64) -> Result<Vec<Reflection>> {
    let rows = Filter::new(COLUMNS).bind_list([branch.region]).and("r.branch = ?").bind(branch.id);
    let rows = rows.and("r.audience is not null");
    rows.then("order by r.shared_day desc, r.id desc limit ?").bind(limit).query().fetch_all(tx).await
}

/// What is for the whole city, the newest first.
pub async fn reflection_list_city(
    tx: &mut Tx,
    regions: &[Region],
    after: Option<(Day, Id)>,
    limit: i64,
) -> Result<Vec<Reflection>> {
    let mut rows = Filter::new(COLUMNS).bind_list(regions.iter().copied()).and("r.city_day is not null");
    if let Some((day, id)) = after {
        rows = rows.and("r.city_day < ? or (r.city_day = ? and r.id < ?)").bind(day).bind(day).bind(id);
    }
    rows.then("order by r.city_day desc, r.id desc limit ?").bind(limit).query().fetch_all(tx).await
}

/// What waits for the secretary of one of these branches to look, but his own; the oldest first.
pub async fn reflection_list_asked(tx: &mut Tx, branches: &[OrgRef], but: Id, limit: i64) -> Result<Vec<Reflection>> {
    let rows = Filter::new(COLUMNS).bind_list(branches.iter().map(|branch| branch.region));
    let rows = rows.and("r.branch in (?)").bind_list(branches.iter().map(|branch| branch.id));
    let rows = rows
        .and("r.city_asked_day is not null and r.city_day is null and r.city_kept_day is null and r.writer <> ?")
        .bind(but);
    rows.then("order by r.city_asked_day, r.id limit ?").bind(limit).query().fetch_all(tx).await
}

/// The secretary has looked: from this day on it is for the whole city, or it stays where it is; tells whether it waited.
pub async fn reflection_looked(
    tx: &mut Tx,
    branches: &[OrgRef],
    but: Id,
    id: Id,
    (city, day): (bool, Day),
) -> Result<bool> {
    let set = if city { "update reflection set city_day = ?" } else { "update reflection set city_kept_day = ?" };
    let update = Filter::new(set).bind(day);
    let update = update.then("where region = ?").bind(id.region()).and("id = ?").bind(id);
    let update = update.and("branch in (?)").bind_list(branches.iter().map(|branch| branch.id));
    let update = update
        .and("city_asked_day is not null and city_day is null and city_kept_day is null and writer <> ?")
        .bind(but);
    Ok(update.query().execute(tx).await? > 0)
}

/// Other words in the place of those before, at which the secretary looks again; tells whether it is this writer's.
pub async fn reflection_write(tx: &mut Tx, changed: &Reflection) -> Result<bool> {
    let update = query(
        "update reflection set title = $1, words = $2, book = $3, city_day = null, city_kept_day = null
         where region = $4 and id = $5 and writer = $6",
    );
    let update = update.bind(&changed.title).bind(&changed.words).bind(changed.book);
    Ok(update.bind(changed.region).bind(changed.id).bind(changed.writer).execute(tx).await? > 0)
}

/// Shares it, or takes it back; tells whether it is this writer's.
pub async fn reflection_share(tx: &mut Tx, writer: Id, id: Id, sharing: Option<&Sharing>) -> Result<bool> {
    let update = query(
        "update reflection set audience = $1, branch = $2, signed = $3, shared_day = $4, city_asked_day = $5,
            city_day = null, city_kept_day = null where region = $6 and id = $7 and writer = $8",
    );
    let update = update.bind(sharing.map(|s| s.audience)).bind(sharing.map(|s| s.branch));
    let update = update.bind(sharing.and_then(|s| s.signed.clone())).bind(sharing.map(|s| s.day));
    let update = update.bind(sharing.filter(|s| s.city).map(|s| s.day));
    let done = update.bind(id.region()).bind(id).bind(writer).execute(tx).await? > 0;
    if done && sharing.is_none() {
        // What was taken back does not come back to an evening by itself.
        part_remove(tx, id).await?;
    }
    Ok(done)
}

async fn part_remove(tx: &mut Tx, reflection: Id) -> Result<()> {
    let delete = query("delete from reading_evening_part where region = $1 and reflection = $2");
    delete.bind(reflection.region()).bind(reflection).execute(tx).await?;
    Ok(())
}

/// Deletes it with all that was said to it; tells whether it was this writer's.
pub async fn reflection_remove(tx: &mut Tx, writer: Id, id: Id) -> Result<bool> {
    let own = query("select id from reflection where region = $1 and id = $2 and writer = $3");
    let own: Vec<Id> = own.bind(id.region()).bind(id).bind(writer).fetch_column(tx).await?;
    if own.is_empty() {
        return Ok(false);
    }
    part_remove(tx, id).await?;
    let said = query("delete from reflection_comment where region = $1 and reflection = $2");
    said.bind(id.region()).bind(id).execute(tx).await?;
    query("delete from reflection where region = $1 and id = $2").bind(id.region()).bind(id).execute(tx).await?;
    Ok(true)
}

/// Writes what is said.
pub async fn comment_add(tx: &mut Tx, all: &[Comment]) -> Result<()> {
    let rows = all
        .iter()
        .map(|c| values![c.region, c.id, c.reflection, c.writer, &c.words, &c.signed, c.written_day, &c.nonce]);
    let head = "insert into reflection_comment (region, id, reflection, writer, words, signed, written_day, nonce)";
    insert_many(tx, head, rows.collect(), "on conflict do nothing").await?;
    Ok(())
}

/// What is said to a reflection, the oldest first. Whoever asks has found the reflection.
pub async fn comment_list(tx: &mut Tx, reflection: Id, limit: i64) -> Result<Vec<Comment>> {
    let rows = query(
        "select region, id, reflection, writer, words, signed, written_day, nonce from reflection_comment
         where region = $1 and reflection = $2 order by id limit $3",
    );
    rows.bind(reflection.region()).bind(reflection).bind(limit).fetch_all(tx).await
}

/// What this writer has said, the newest first.
pub async fn comment_list_own(tx: &mut Tx, regions: &[Region], writer: Id) -> Result<Vec<Comment>> {
    let rows = Filter::new(
        "select region, id, reflection, writer, words, signed, written_day, nonce from reflection_comment where region in (?)",
    );
    let rows = rows.bind_list(regions.iter().copied()).and("writer = ?").bind(writer);
    rows.then("order by id desc").query().fetch_all(tx).await
}

/// Deletes what this writer has said; tells whether there was such.
pub async fn comment_remove(tx: &mut Tx, writer: Id, id: Id) -> Result<bool> {
    let delete = query("delete from reflection_comment where region = $1 and id = $2 and writer = $3");
    Ok(delete.bind(id.region()).bind(id).bind(writer).execute(tx).await? > 0)
}
