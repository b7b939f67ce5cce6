//! Words of chapters: written with them, and what finds them.

use huiyin_base::{Id, Region};
use huiyin_db::text::{SearchTable, tag, words_kept, words_wanted};
use huiyin_db::{Filter, Result, Tx, insert_many, query, row, values};

use super::book::{Looker, seen};
use crate::book::Chapter;

const TABLE: SearchTable = SearchTable { name: "book_text", stretch: None };
/// A book has fewer chapters than this.
pub const MOST_CHAPTERS: usize = 10_000;

row! {
    /// A page in which the words stand.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct Found {
        pub book: Id,
        pub book_title: String,
        pub n: i64,
        pub title: String,
        pub text: String,
    }
}

/// The words of a chapter, ready to be kept. Cutting them takes time: it is done before the write.
#[derive(Clone, Debug)]
pub struct Indexed {
    /// The chapter.
    pub chapter: Chapter,
    words: Vec<String>,
}

/// Cuts the words of a book's chapters.
pub fn indexed(book: Id, chapters: Vec<Chapter>) -> Vec<Indexed> {
    let mark = book_tag(book);
    let index = |chapter: Chapter| {
        let mut words = words_kept(&format!("{} {}", chapter.title, chapter.text));
        words.push(mark.clone());
        Indexed { chapter, words }
    };
    chapters.into_iter().map(index).collect()
}

fn book_tag(book: Id) -> String {
    tag("book", &book.to_string())
}

/// Writes the chapters of an edition in the place of those before it. `home` is the city: the catalogue is one.
pub async fn chapter_put(tx: &mut Tx, home: Region, (book, seq): (Id, i64), chapters: &[Indexed]) -> Result<()> {
    let before: Vec<i64> = query("select seq from book_chapter where book = $1").bind(book).fetch_column(tx).await?;
    for seq in before {
        TABLE.remove(tx, seq).await?;
    }
    query("delete from book_chapter where book = $1").bind(book).execute(tx).await?;
    let first = seq * i64::try_from(MOST_CHAPTERS).unwrap_or(i64::MAX);
    let rows = chapters.iter().zip(1_i64..).map(|(indexed, n)| {
        let Chapter { title, depth, html, text } = &indexed.chapter;
        values![book, n, first + n, title, i64::from(*depth), html, text]
    });
    let head = "insert into book_chapter (book, n, seq, title, depth, html, text)";
    insert_many(tx, head, rows.collect(), "").await?;
    for (indexed, n) in chapters.iter().zip(1_i64..) {
        TABLE.put(tx, home, first + n, &indexed.words, &[]).await?;
    }
    Ok(())
}

/// The pages that hold every word, of one book or of all that are there for whoever looks.
pub async fn text_search(
    tx: &mut Tx,
    looker: &Looker,
    book: Option<Id>,
    typed: &str,
    limit: i64,
) -> Result<Vec<Found>> {
    let wanted: Vec<Vec<String>> = words_wanted(typed).into_iter().take(8).map(|word| vec![word]).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut groups = wanted;
    groups.extend(book.map(|book| vec![book_tag(book)]));
    let rows = Filter::new(
        "select b.id as book, b.title as book_title, c.n, c.title, c.text from book_chapter c
         join book b on b.id = c.book where b.withdrawn_day is null",
    );
    let rows = seen(rows.and_some("b.id = ?", book), looker);
    let rows = TABLE.narrow(tx.engine(), rows, "c.seq", &groups);
    rows.then("order by b.renewed_day desc, b.id, c.n limit ?").bind(limit).query().fetch_all(tx).await
}
