//! Collections: what somebody who keeps the library has put together.

use huiyin_base::{Id, Problem};
use huiyin_db::{Result, Tx, query, row};

row! {
    /// A collection.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct Collection {
        pub id: Id,
        pub title: String,
        pub text: String,
        pub position: i64,
    }
}

/// Every collection, in its order.
pub async fn collection_list(tx: &mut Tx) -> Result<Vec<Collection>> {
    query("select id, title, text, position from collection order by position, id").fetch_all(tx).await
}

/// Writes a collection behind those that there are.
pub async fn collection_add(tx: &mut Tx, id: Id, title: &str, text: &str) -> Result<(), Problem> {
    let same: i64 = query("select count(*) from collection where title = $1").bind(title).fetch_scalar(tx).await?;
    if same > 0 {
        return Err(Problem::conflict("已经有同名的专题了，请换一个名字，或直接往里面放书。"));
    }
    let insert = query(
        "insert into collection (id, title, text, position)
         select $1, $2, $3, (select coalesce(max(c.position), 0) + 1 from collection c)",
    );
    insert.bind(id).bind(title).bind(text).execute(tx).await?;
    Ok(())
}

/// Puts a book into a collection; one that is there already stays.
pub async fn collection_put(tx: &mut Tx, collection: Id, book: Id) -> Result<()> {
    let insert = query(
        "insert into collection_book (collection, book, n)
         select $1, $2, (select coalesce(max(c.n), 0) + 1 from collection_book c where c.collection = $1)
         on conflict do nothing",
    );
    insert.bind(collection).bind(book).execute(tx).await?;
    Ok(())
}
