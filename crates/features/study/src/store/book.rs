//! Books, their editions, chapters and audiences.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, row, text_enum, values};
use huiyin_directory::OrgRef;

text_enum! {
    /// What a book is, as the shelf sorts it.
    pub enum BookKind {
        Text = "text" / "图书文章",
        Document = "document" / "文件（PDF）",
        Audio = "audio" / "听书",
        Video = "video" / "视频",
    }
}

text_enum! {
    /// What narrows the audience of a book.
    pub enum AudienceKind {
        Org = "org" / "单位",
        Tag = "tag" / "单位类别",
        Stage = "stage" / "党员身份",
    }
}

row! {
    /// A book of the catalogue.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct Book {
        pub id: Id,
        pub seq: i64,
        pub kind: BookKind,
        pub title: String,
        pub author: String,
        pub summary: String,
        pub source: String,
        pub language: String,
        pub edition: i64,
        pub chapters: i64,
        pub cover: Option<Id>,
        pub original: Option<Id>,
        pub added_day: Day,
        pub renewed_day: Day,
        pub withdrawn_day: Option<Day>,
        pub org_region: Region,
        pub org: Id,
        pub nonce: String,
    }
}

row! {
    /// An edition.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct Edition {
        pub n: i64,
        pub day: Day,
        pub note: String,
        pub checksum: Option<String>,
    }
}

row! {
    /// A line of the contents.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct Heading {
        pub n: i64,
        pub title: String,
        pub depth: i64,
    }
}

row! {
    /// A page to read.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct ChapterRow {
        pub n: i64,
        pub title: String,
        pub depth: i64,
        pub html: String,
        pub text: String,
    }
}

row! {
    /// What is heard or watched.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct Media {
        pub n: i64,
        pub title: String,
        pub file: Option<Id>,
        pub link: Option<String>,
    }
}

/// Who looks for books, and so which of them there are for him.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looker {
    /// He keeps the library: he finds all of them.
    pub keeps: bool,
    /// His organisations and all above them.
    pub orgs: Vec<String>,
    /// The kinds of these.
    pub tags: Vec<String>,
    /// Where his memberships stand.
    pub stages: Vec<String>,
}

/// What a list of books asks for.
#[derive(Clone, Debug, Default)]
pub struct BookFilter {
    /// Words of the title or the author.
    pub words: String,
    /// Of this kind only.
    pub kind: Option<BookKind>,
    /// Of this collection only.
    pub collection: Option<Id>,
    /// Those that stand after this one.
    pub after: Option<(Day, Id)>,
    /// Those of which there is a file to fetch.
    pub fetched: bool,
}

const COLUMNS: &str = "select b.id, b.seq, b.kind, b.title, b.author, b.summary, b.source, b.language, b.edition,
    b.chapters, b.cover, b.original, b.added_day, b.renewed_day, b.withdrawn_day, b.org_region, b.org, b.nonce
    from book b where b.withdrawn_day is null";

/// Narrows rows of `book b` to what is there for whoever looks.
pub(super) fn seen(filter: Filter, looker: &Looker) -> Filter {
    if looker.keeps {
        return filter;
    }
    let filter = filter
        .and(
            "not exists (select 1 from book_audience a where a.book = b.id and a.kind = 'org')
             or exists (select 1 from book_audience a where a.book = b.id and a.kind = 'org' and a.value in (?))",
        )
        .bind_list(looker.orgs.iter());
    let filter = filter
        .and(
            "not exists (select 1 from book_audience a where a.book = b.id and a.kind = 'tag')
             or exists (select 1 from book_audience a where a.book = b.id and a.kind = 'tag' and a.value in (?))",
        )
        .bind_list(looker.tags.iter());
    filter
        .and(
            "not exists (select 1 from book_audience a where a.book = b.id and a.kind = 'stage')
             or exists (select 1 from book_audience a where a.book = b.id and a.kind = 'stage' and a.value in (?))",
        )
        .bind_list(looker.stages.iter())
}

/// The book, where it is there for whoever looks.
pub async fn book_find(tx: &mut Tx, looker: &Looker, id: Id) -> Result<Option<Book>> {
    seen(Filter::new(COLUMNS).and("b.id = ?").bind(id), looker).query().fetch_optional(tx).await
}

/// Those of these books that are there for whoever looks.
pub async fn book_list_ids(tx: &mut Tx, looker: &Looker, ids: &[Id]) -> Result<Vec<Book>> {
    let rows = Filter::new(COLUMNS).and("b.id in (?)").bind_list(ids.iter().copied());
    seen(rows, looker).query().fetch_all(tx).await
}

/// The books that are there for whoever looks, the newest first.
pub async fn book_list(tx: &mut Tx, looker: &Looker, asked: &BookFilter, limit: i64) -> Result<Vec<Book>> {
    let mut rows = seen(Filter::new(COLUMNS).and_some("b.kind = ?", asked.kind), looker);
    for word in asked.words.split_whitespace().take(6) {
        let like = format!("%{word}%");
        rows = rows.and("b.title like ? or b.author like ?").bind(&like).bind(&like);
    }
    if let Some(collection) = asked.collection {
        rows = rows.and("b.id in (select c.book from collection_book c where c.collection = ?)").bind(collection);
    }
    if let Some((day, id)) = asked.after {
        rows = rows.and("b.renewed_day < ? or (b.renewed_day = ? and b.id < ?)").bind(day).bind(day).bind(id);
    }
    if asked.fetched {
        rows = rows.and(
            "b.original is not null or b.chapters > 0
             or exists (select 1 from book_media m where m.book = b.id and m.file is not null)",
        );
    }
    rows.then("order by b.renewed_day desc, b.id desc limit ?").bind(limit).query().fetch_all(tx).await
}

/// The one that this word has made.
pub async fn book_nonce(tx: &mut Tx, nonce: &str) -> Result<Option<Id>> {
    let rows: Vec<Id> = query("select id from book where nonce = $1").bind(nonce).fetch_column(tx).await?;
    Ok(rows.first().copied())
}

/// The number of the next book.
pub async fn book_next_seq(tx: &mut Tx) -> Result<i64> {
    query("select coalesce(max(seq), 0) + 1 from book").fetch_scalar(tx).await
}

/// Writes books, without their chapters.
pub async fn book_add(tx: &mut Tx, books: &[Book]) -> Result<()> {
    let rows = books.iter().map(|b| {
        values![
            b.id,
            b.seq,
            b.kind,
            &b.title,
            &b.author,
            &b.summary,
            &b.source,
            &b.language,
            b.edition,
            b.chapters,
            b.cover,
            b.original,
            b.added_day,
            b.renewed_day,
            b.withdrawn_day,
            b.org_region,
            b.org,
            &b.nonce
        ]
    });
    let head = "insert into book (id, seq, kind, title, author, summary, source, language, edition, chapters, cover,
        original, added_day, renewed_day, withdrawn_day, org_region, org, nonce)";
    insert_many(tx, head, rows.collect(), "").await?;
    Ok(())
}

/// Another edition stands in the place of the one before it.
pub async fn book_renew(tx: &mut Tx, book: &Book) -> Result<()> {
    let update =
        query("update book set edition = $1, chapters = $2, cover = $3, original = $4, renewed_day = $5 where id = $6");
    let update = update.bind(book.edition).bind(book.chapters).bind(book.cover).bind(book.original);
    update.bind(book.renewed_day).bind(book.id).execute(tx).await?;
    Ok(())
}

/// Nobody finds it from this day on.
pub async fn book_withdraw(tx: &mut Tx, id: Id, day: Day) -> Result<()> {
    query("update book set withdrawn_day = $1 where id = $2").bind(day).bind(id).execute(tx).await?;
    Ok(())
}

/// Writes an edition.
pub async fn edition_add(tx: &mut Tx, book: Id, edition: &Edition) -> Result<()> {
    let insert = query("insert into book_edition (book, n, day, note, checksum) values ($1, $2, $3, $4, $5)");
    let insert = insert.bind(book).bind(edition.n).bind(edition.day).bind(&edition.note);
    insert.bind(&edition.checksum).execute(tx).await?;
    Ok(())
}

/// The editions, the newest first.
pub async fn edition_list(tx: &mut Tx, book: Id) -> Result<Vec<Edition>> {
    let rows = query("select n, day, note, checksum from book_edition where book = $1 order by n desc");
    rows.bind(book).fetch_all(tx).await
}

/// The book and the edition that came by this file to an organisation; the book may have been taken out.
pub async fn edition_find(tx: &mut Tx, org: OrgRef, checksum: &str) -> Result<Option<(Book, i64)>> {
    let rows = query(
        "select b.id, e.n from book_edition e join book b on b.id = e.book
         where e.checksum = $1 and b.org_region = $2 and b.org = $3 order by e.n desc limit 1",
    );
    let found: Option<(Id, i64)> = rows.bind(checksum).bind(org.region).bind(org.id).fetch_optional(tx).await?;
    let Some((id, n)) = found else { return Ok(None) };
    let book = query(
        "select id, seq, kind, title, author, summary, source, language, edition, chapters, cover, original, added_day,
            renewed_day, withdrawn_day, org_region, org, nonce from book where id = $1",
    );
    let book: Option<Book> = book.bind(id).fetch_optional(tx).await?;
    Ok(book.map(|book| (book, n)))
}

/// The book of an organisation that is called so, by this author.
pub async fn book_named(tx: &mut Tx, org: OrgRef, title: &str, author: &str) -> Result<Option<Book>> {
    let rows = Filter::new(COLUMNS).and("b.title = ?").bind(title).and("b.author = ?").bind(author);
    let rows = rows.and("b.org_region = ?").bind(org.region).and("b.org = ?").bind(org.id);
    rows.then("order by b.seq desc limit 1").query().fetch_optional(tx).await
}

/// The contents.
pub async fn heading_list(tx: &mut Tx, book: Id) -> Result<Vec<Heading>> {
    query("select n, title, depth from book_chapter where book = $1 order by n").bind(book).fetch_all(tx).await
}

/// One page.
pub async fn chapter_find(tx: &mut Tx, book: Id, n: i64) -> Result<Option<ChapterRow>> {
    let rows = query("select n, title, depth, html, text from book_chapter where book = $1 and n = $2");
    rows.bind(book).bind(n).fetch_optional(tx).await
}

/// Every page, for paper.
pub async fn chapter_list(tx: &mut Tx, book: Id) -> Result<Vec<ChapterRow>> {
    let rows = query("select n, title, depth, html, text from book_chapter where book = $1 order by n");
    rows.bind(book).fetch_all(tx).await
}

/// Writes what is heard or watched.
pub async fn media_put(tx: &mut Tx, book: Id, all: &[Media]) -> Result<()> {
    query("delete from book_media where book = $1").bind(book).execute(tx).await?;
    let rows = all.iter().map(|m| values![book, m.n, &m.title, m.file, &m.link]);
    insert_many(tx, "insert into book_media (book, n, title, file, link)", rows.collect(), "").await?;
    Ok(())
}

/// What is heard or watched, in order.
pub async fn media_list(tx: &mut Tx, book: Id) -> Result<Vec<Media>> {
    query("select n, title, file, link from book_media where book = $1 order by n").bind(book).fetch_all(tx).await
}

/// Whom a book is for.
pub async fn audience_add(tx: &mut Tx, book: Id, all: &[(AudienceKind, String)]) -> Result<()> {
    let rows = all.iter().map(|(kind, value)| values![book, *kind, value]);
    insert_many(tx, "insert into book_audience (book, kind, value)", rows.collect(), "on conflict do nothing").await?;
    Ok(())
}

/// Whom a book is for; empty: for everybody.
pub async fn audience_list(tx: &mut Tx, book: Id) -> Result<Vec<(AudienceKind, String)>> {
    let rows = query("select kind, value from book_audience where book = $1 order by kind, value");
    rows.bind(book).fetch_all(tx).await
}
