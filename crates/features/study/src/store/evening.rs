//! Evenings on which a branch reads reflections aloud.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, row, values};
use huiyin_directory::OrgRef;

use super::Reflection;

row! {
    /// An evening.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct Evening {
        pub region: Region,
        pub id: Id,
        pub branch: Id,
        pub title: String,
        pub day: Day,
        pub nonce: String,
    }
}

const COLUMNS: &str = "select region, id, branch, title, day, nonce from reading_evening where region in (?)";

/// An evening of one of these branches.
pub async fn evening_find(tx: &mut Tx, branches: &[OrgRef], id: Id) -> Result<Option<Evening>> {
    let rows = Filter::new(COLUMNS).bind_list([id.region()]).and("id = ?").bind(id);
    rows.and("branch in (?)").bind_list(branches.iter().map(|branch| branch.id)).query().fetch_optional(tx).await
}

/// The evenings of these branches, the newest first.
pub async fn evening_list(tx: &mut Tx, branches: &[OrgRef], limit: i64) -> Result<Vec<Evening>> {
    let rows = Filter::new(COLUMNS).bind_list(branches.iter().map(|branch| branch.region));
    let rows = rows.and("branch in (?)").bind_list(branches.iter().map(|branch| branch.id));
    rows.then("order by day desc, id desc limit ?").bind(limit).query().fetch_all(tx).await
}

/// Writes an evening, or its new title and day, and what is read on it; the same word gives the same one.
pub async fn evening_put(tx: &mut Tx, evening: &Evening, parts: &[Id]) -> Result<Id> {
    let known = query("select id from reading_evening where region = $1 and branch = $2 and nonce = $3");
    let known = known.bind(evening.region).bind(evening.branch).bind(&evening.nonce).fetch_column(tx).await?.pop();
    let id = known.unwrap_or(evening.id);
    let put = query(
        "insert into reading_evening (region, id, branch, title, day, nonce) values ($1, $2, $3, $4, $5, $6)
         on conflict (region, id) do update set title = excluded.title, day = excluded.day",
    );
    let put = put.bind(evening.region).bind(id).bind(evening.branch).bind(&evening.title).bind(evening.day);
    put.bind(&evening.nonce).execute(tx).await?;
    clear(tx, id).await?;
    let rows = parts.iter().zip(1_i64..).map(|(part, n)| values![evening.region, id, *part, n]);
    let head = "insert into reading_evening_part (region, evening, reflection, n)";
    insert_many(tx, head, rows.collect(), "on conflict do nothing").await?;
    Ok(id)
}

async fn clear(tx: &mut Tx, evening: Id) -> Result<()> {
    let delete = query("delete from reading_evening_part where region = $1 and evening = $2");
    delete.bind(evening.region()).bind(evening).execute(tx).await?;
    Ok(())
}

/// What is read on it, in order; what its writer has taken back meanwhile is not there.
pub async fn evening_parts(tx: &mut Tx, evening: &Evening) -> Result<Vec<Reflection>> {
    let rows = query(
        "select r.region, r.id, r.writer, r.book, r.title, r.words, r.audience, r.branch, r.signed, r.written_day,
            r.shared_day, r.nonce, r.city_asked_day, r.city_day, r.city_kept_day
         from reading_evening_part p join reflection r on r.region = p.region and r.id = p.reflection
         where p.region = $1 and p.evening = $2 and r.branch = $3 and r.audience is not null order by p.n, r.id",
    );
    rows.bind(evening.region).bind(evening.id).bind(evening.branch).fetch_all(tx).await
}

/// Deletes an evening of one of these branches; the reflections stay. Tells whether there was one.
pub async fn evening_remove(tx: &mut Tx, branches: &[OrgRef], id: Id) -> Result<bool> {
    if evening_find(tx, branches, id).await?.is_none() {
        return Ok(false);
    }
    clear(tx, id).await?;
    let delete = query("delete from reading_evening where region = $1 and id = $2");
    Ok(delete.bind(id.region()).bind(id).execute(tx).await? > 0)
}
