//! What somebody reads. Every finder asks whose it is; there is none over several readers.

use huiyin_base::{Day, Id};
use huiyin_db::{Filter, Result, Tx, insert_many, query, row, values};

row! {
    /// A book that somebody has opened.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct Reading {
        pub reader: Id,
        pub book: Id,
        pub turn: i64,
        pub chapter: i64,
        pub part: i64,
        pub opened_day: Day,
        pub finished_day: Option<Day>,
    }
}

/// Where in a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The chapter, from 1.
    pub chapter: i64,
    /// The paragraph, from 0.
    pub part: i64,
}

const COLUMNS: &str =
    "select reader, book, turn, chapter, part, opened_day, finished_day from reading where region = ?";

/// What this reader has of this book.
pub async fn reading_find(tx: &mut Tx, reader: Id, book: Id) -> Result<Option<Reading>> {
    let rows = Filter::new(COLUMNS).bind(reader.region()).and("reader = ?").bind(reader);
    rows.and("book = ?").bind(book).query().fetch_optional(tx).await
}

/// The books this reader has opened, the newest first.
pub async fn reading_list(tx: &mut Tx, reader: Id) -> Result<Vec<Reading>> {
    let rows = Filter::new(COLUMNS).bind(reader.region()).and("reader = ?").bind(reader);
    rows.then("order by opened_day desc, book desc").query().fetch_all(tx).await
}

/// Opens a book, or moves the place on: the furthest wins, and a place of an older turn is not taken.
pub async fn reading_advance(tx: &mut Tx, reader: Id, book: Id, turn: i64, spot: Spot, day: Day) -> Result<()> {
    let insert = query(
        "insert into reading (region, reader, book, turn, chapter, part, opened_day, finished_day)
         values ($1, $2, $3, 1, $4, $5, $6, null) on conflict do nothing",
    );
    let insert = insert.bind(reader.region()).bind(reader).bind(book).bind(spot.chapter).bind(spot.part).bind(day);
    if insert.execute(tx).await? > 0 {
        return Ok(());
    }
    let update = query(
        "update reading set chapter = $1, part = $2 where region = $3 and reader = $4 and book = $5 and turn = $6
         and (chapter < $1 or (chapter = $1 and part < $2))",
    );
    let update = update.bind(spot.chapter).bind(spot.part).bind(reader.region()).bind(reader).bind(book);
    update.bind(turn).execute(tx).await?;
    Ok(())
}

/// Begins anew, from the first page.
pub async fn reading_again(tx: &mut Tx, reader: Id, book: Id, turn: i64, day: Day) -> Result<()> {
    let update = query(
        "update reading set turn = turn + 1, chapter = 1, part = 0, opened_day = $1, finished_day = null
         where region = $2 and reader = $3 and book = $4 and turn = $5",
    );
    update.bind(day).bind(reader.region()).bind(reader).bind(book).bind(turn).execute(tx).await?;
    Ok(())
}

/// The reader says that he has finished it, or takes that back.
pub async fn reading_finish(tx: &mut Tx, reader: Id, book: Id, day: Option<Day>) -> Result<()> {
    let update = query("update reading set finished_day = $1 where region = $2 and reader = $3 and book = $4");
    update.bind(day).bind(reader.region()).bind(reader).bind(book).execute(tx).await?;
    Ok(())
}

/// Forgets that the book was ever opened.
pub async fn reading_remove(tx: &mut Tx, reader: Id, book: Id) -> Result<()> {
    let delete = query("delete from reading where region = $1 and reader = $2 and book = $3");
    delete.bind(reader.region()).bind(reader).bind(book).execute(tx).await?;
    Ok(())
}

/// Writes many, for an invented city.
pub async fn reading_add(tx: &mut Tx, all: &[Reading]) -> Result<()> {
    let rows = all
        .iter()
        .map(|r| values![r.reader.region(), r.reader, r.book, r.turn, r.chapter, r.part, r.opened_day, r.finished_day]);
    let head = "insert into reading (region, reader, book, turn, chapter, part, opened_day, finished_day)";
    insert_many(tx, head, rows.collect(), "").await?;
    Ok(())
}

/// Entitles members to the digital library.
pub async fn library_member_add(tx: &mut Tx, people: &[Id], day: Day) -> Result<()> {
    let rows = people.iter().map(|person| values![person.region(), *person, day]);
    let head = "insert into library_member (region, person, from_day)";
    insert_many(tx, head, rows.collect(), "on conflict do nothing").await?;
    Ok(())
}
