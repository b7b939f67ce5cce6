//! What somebody of the family did for a member: the member reads every line of it.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, query, row, text_enum};

text_enum! {
    /// What was done.
    pub enum ActKind {
        Place = "place" / "记了读到哪里",
        Finish = "finish" / "记了读完",
        Note = "note" / "记了一条笔记",
        Kit = "kit" / "代领了小书包",
        Look = "look" / "看了以前的笔记",
    }
}

row! {
    /// One thing done for a member.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct HelperAct {
        pub region: Region,
        pub id: Id,
        pub person: Id,
        pub helper_region: Region,
        pub helper: Id,
        pub kind: ActKind,
        pub title: String,
        pub day: Day,
        pub nonce: String,
    }
}

/// Writes one; false where the same word has written it already.
pub async fn act_add(tx: &mut Tx, a: &HelperAct) -> Result<bool> {
    let insert = query(
        "insert into helper_act (region, id, person, helper_region, helper, kind, title, day, nonce)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (region, person, nonce) do nothing",
    );
    let insert = insert.bind(a.region).bind(a.id).bind(a.person).bind(a.helper_region).bind(a.helper).bind(a.kind);
    Ok(insert.bind(&a.title).bind(a.day).bind(&a.nonce).execute(tx).await? > 0)
}

/// What was done for this member, the newest first.
pub async fn act_list(tx: &mut Tx, person: Id, limit: i64) -> Result<Vec<HelperAct>> {
    let base = Filter::new(
        "select region, id, person, helper_region, helper, kind, title, day, nonce from helper_act where region = ?",
    );
    let base = base.bind(person.region()).and("person = ?").bind(person);
    base.then("order by day desc, id desc limit ?").bind(limit).query().fetch_all(tx).await
}
