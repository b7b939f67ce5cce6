//! Files of books: content in pieces.

use std::sync::Arc;

use huiyin_base::Id;
use huiyin_db::{Filter, Result, Tx, insert_many, query, row, values};

/// The bytes of a piece.
pub const PART: i64 = 256 << 10;

row! {
    /// A file of a book, without its content.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct FileRow {
        pub id: Id,
        pub book: Id,
        pub name: String,
        pub media_type: String,
        pub bytes: i64,
    }
}

/// A file to be written.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// What its row says.
    pub row: FileRow,
    /// Its content.
    pub content: Arc<Vec<u8>>,
}

/// Writes a file.
pub async fn book_file_add(tx: &mut Tx, file: &NewFile) -> Result<()> {
    let row = &file.row;
    let insert = query("insert into book_file (id, book, name, media_type, bytes) values ($1, $2, $3, $4, $5)");
    let insert = insert.bind(row.id).bind(row.book).bind(&row.name).bind(&row.media_type).bind(row.bytes);
    insert.execute(tx).await?;
    for (part, n) in file.content.chunks(usize::try_from(PART).unwrap_or(usize::MAX)).zip(0_i64..) {
        let insert = query("insert into book_file_part (file, n, content) values ($1, $2, $3)");
        insert.bind(row.id).bind(n).bind(part.to_vec()).execute(tx).await?;
    }
    Ok(())
}

/// Deletes every file of a book: another edition brings its own.
pub async fn book_file_remove_all(tx: &mut Tx, book: Id) -> Result<()> {
    query("delete from book_image where book = $1").bind(book).execute(tx).await?;
    query("delete from book_file_part where file in (select f.id from book_file f where f.book = $1)")
        .bind(book)
        .execute(tx)
        .await?;
    query("delete from book_file where book = $1").bind(book).execute(tx).await?;
    Ok(())
}

/// A file of this book.
pub async fn book_file_find(tx: &mut Tx, book: Id, file: Id) -> Result<Option<FileRow>> {
    let rows = query("select id, book, name, media_type, bytes from book_file where book = $1 and id = $2");
    rows.bind(book).bind(file).fetch_optional(tx).await
}

/// A piece of its content.
pub async fn book_file_part(tx: &mut Tx, file: Id, n: i64) -> Result<Option<Vec<u8>>> {
    let rows = query("select content from book_file_part where file = $1 and n = $2");
    Ok(rows.bind(file).bind(n).fetch_column(tx).await?.pop())
}

/// What can be fetched of these books: their originals, recordings and covers; no other picture of their pages.
pub async fn book_file_list(tx: &mut Tx, books: &[Id]) -> Result<Vec<FileRow>> {
    let rows = Filter::new(
        "select f.id, f.book, f.name, f.media_type, f.bytes from book_file f join book b on b.id = f.book
         left join book_media m on m.book = f.book and m.file = f.id
         where (f.id = b.original or f.id = b.cover or m.n is not null)",
    );
    let rows = rows.and("f.book in (?)").bind_list(books.iter().copied());
    rows.then("order by f.book, m.n, f.id").query().fetch_all(tx).await
}

/// What a book's files weigh together.
pub async fn book_file_bytes(tx: &mut Tx, book: Id) -> Result<i64> {
    let rows = query("select cast(coalesce(sum(bytes), 0) as bigint) from book_file where book = $1");
    rows.bind(book).fetch_scalar(tx).await
}

/// Which file each image is.
pub async fn image_add(tx: &mut Tx, book: Id, files: &[Id]) -> Result<()> {
    let rows = files.iter().zip(0_i64..).map(|(file, n)| values![book, n, *file]);
    insert_many(tx, "insert into book_image (book, n, file)", rows.collect(), "").await?;
    Ok(())
}

/// The file of an image.
pub async fn image_find(tx: &mut Tx, book: Id, n: i64) -> Result<Option<FileRow>> {
    let rows = query(
        "select f.id, f.book, f.name, f.media_type, f.bytes from book_image i join book_file f on f.id = i.file
         where i.book = $1 and i.n = $2",
    );
    rows.bind(book).bind(n).fetch_optional(tx).await
}

/// The numbers of a book's images.
pub async fn image_list(tx: &mut Tx, book: Id) -> Result<Vec<i64>> {
    query("select n from book_image where book = $1 order by n").bind(book).fetch_column(tx).await
}
