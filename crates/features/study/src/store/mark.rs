//! Bookmarks, marked sentences and notes: sealed, and found by their reader only.

use huiyin_base::{Day, Id};
use huiyin_db::{Filter, Result, Tx, insert_many, query, row, text_enum, values};

text_enum! {
    /// What kind of mark.
    pub enum MarkKind {
        Bookmark = "bookmark" / "书签",
        Highlight = "highlight" / "划线",
        Note = "note" / "笔记",
    }
}

row! {
    /// A mark, its words sealed.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct Mark {
        pub id: Id,
        pub reader: Id,
        pub book: Id,
        pub chapter: i64,
        pub kind: MarkKind,
        pub start: Option<i64>,
        pub quote: Option<Vec<u8>>,
        pub words: Option<Vec<u8>>,
        pub created_day: Day,
        pub nonce: String,
    }
}

const COLUMNS: &str = "select id, reader, book, chapter, kind, start, quote, words, created_day, nonce
    from reading_mark where region = ?";

/// Writes marks; one that is there already, by its word, stays as it is.
pub async fn mark_add(tx: &mut Tx, all: &[Mark]) -> Result<()> {
    let rows = all.iter().map(|m| {
        values![
            m.reader.region(),
            m.id,
            m.reader,
            m.book,
            m.chapter,
            m.kind,
            m.start,
            &m.quote,
            &m.words,
            m.created_day,
            &m.nonce
        ]
    });
    let head =
        "insert into reading_mark (region, id, reader, book, chapter, kind, start, quote, words, created_day, nonce)";
    insert_many(tx, head, rows.collect(), "on conflict do nothing").await?;
    Ok(())
}

/// The marks of this reader: in a chapter, in a book, or all.
pub async fn mark_list(tx: &mut Tx, reader: Id, book: Option<Id>, chapter: Option<i64>) -> Result<Vec<Mark>> {
    let rows = Filter::new(COLUMNS).bind(reader.region()).and("reader = ?").bind(reader);
    let rows = rows.and_some("book = ?", book).and_some("chapter = ?", chapter);
    rows.then("order by book, chapter, start, id").query().fetch_all(tx).await
}

/// How many marks this reader has made in a book: there is an end to it.
pub async fn mark_count(tx: &mut Tx, reader: Id, book: Id) -> Result<i64> {
    let rows = query("select count(*) from reading_mark where region = $1 and reader = $2 and book = $3");
    rows.bind(reader.region()).bind(reader).bind(book).fetch_scalar(tx).await
}

/// Deletes a mark of this reader; tells whether there was one.
pub async fn mark_remove(tx: &mut Tx, reader: Id, id: Id) -> Result<bool> {
    let delete = query("delete from reading_mark where region = $1 and id = $2 and reader = $3");
    Ok(delete.bind(reader.region()).bind(id).bind(reader).execute(tx).await? > 0)
}
