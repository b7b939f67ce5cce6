//! Taking books into the catalogue, and bringing new editions.

use std::sync::Arc;

use huiyin_base::{Day, Id, Instant, Problem, Region, Rng};
use huiyin_db::{Db, Tx};
use huiyin_directory::{Grant, OrgKind, OrgRef, Viewer};

use crate::book::sized;
use crate::content::{Blob, Content};
use crate::permissions::KEEPS;
use crate::store::{
    AudienceKind, Book, Edition, FileRow, Indexed, Looker, Media, NewFile, audience_add, book_add, book_file_add,
    book_file_remove_all, book_find, book_named, book_next_seq, book_nonce, book_renew, book_withdraw, chapter_put,
    collection_put, edition_add, edition_find, image_add, indexed, media_put,
};

/// The most characters of a line and of a text.
const LINE: usize = 120;
const TEXT: usize = 2_000;

/// The library of this installation. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Library {
    /// The database.
    pub db: Db,
    /// The city's own region: the catalogue is one.
    pub home: Region,
}

/// A book offered to the library.
#[derive(Clone, Debug, Default)]
pub struct Offer {
    /// Its title; empty: as its file says.
    pub title: String,
    /// Who wrote it; empty: as its file says.
    pub author: String,
    /// What it is about.
    pub summary: String,
    /// Where it comes from, and by what right it is here.
    pub source: String,
    /// Whom it is for; empty: everybody.
    pub audience: Vec<(AudienceKind, String)>,
    /// Where it is put.
    pub collection: Option<Id>,
    /// The same word brings the same book.
    pub nonce: String,
}

/// A file that was brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The title of its book.
    pub title: String,
    /// What became of it, or would.
    pub outcome: Outcome,
}

/// What becomes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is a new book.
    Added,
    /// It is this edition of a book that there is.
    Renewed(i64),
    /// It is there already.
    There,
    /// A newer edition is there already.
    Older,
    /// Its book was taken out, and stays out.
    Withdrawn,
}

/// By which of his roles the viewer keeps the library: for the city or his county.
pub(crate) fn keeper(viewer: &Viewer) -> Option<&Grant> {
    let mut grants: Vec<&Grant> = viewer.grants_of(KEEPS).collect();
    grants.sort_by_key(|grant| grant.org_kind != OrgKind::City);
    grants.first().copied()
}

/// Whether the viewer may change this book: whoever keeps the city's library any, a county its own.
pub(crate) fn may_change(viewer: &Viewer, book: &Book) -> bool {
    viewer.grants_of(KEEPS).any(|grant| grant.org_kind == OrgKind::City || grant.org.id == book.org)
}

/// All that a write needs, made before it.
struct Written {
    book: Book,
    chapters: Vec<Indexed>,
    files: Vec<NewFile>,
    images: Vec<Id>,
    media: Vec<Media>,
    edition: Edition,
    audience: Vec<(AudienceKind, String)>,
    collection: Option<Id>,
    home: Region,
}

impl Library {
    /// Takes a book in; the same word gives the same one.
    pub async fn bring(
        &self,
        offer: Offer,
        content: Content,
        viewer: &Viewer,
        now: Instant,
        rng: &mut Rng,
    ) -> Result<Id, Problem> {
        let grant = keeper(viewer).ok_or_else(|| Problem::forbidden("书库由市、县（市、区）管理。"))?;
        let mut offer = offer;
        // A county's book is for the county.
        if grant.org_kind != OrgKind::City && !offer.audience.iter().any(|(kind, _)| *kind == AudienceKind::Org) {
            offer.audience.push((AudienceKind::Org, grant.org.id.to_string()));
        }
        self.place(offer, content, grant.org, now, rng).await
    }

    /// The same by an organisation that may: for those who have proven it, and for invented cities.
    pub async fn place(
        &self,
        offer: Offer,
        content: Content,
        org: OrgRef,
        now: Instant,
        rng: &mut Rng,
    ) -> Result<Id, Problem> {
        let today = Day::of(now);
        let offer = fair(offer, &content)?;
        let book = Book {
            id: Id::new(self.home, now, rng),
            seq: 0,
            kind: content.kind(),
            title: offer.title,
            author: offer.author,
            summary: offer.summary,
            source: offer.source,
            language: content.language.clone(),
            edition: 1,
            chapters: 0,
            cover: None,
            original: None,
            added_day: today,
            renewed_day: today,
            withdrawn_day: None,
            org_region: org.region,
            org: org.id,
            nonce: offer.nonce,
        };
        let edition = Edition { n: 1, day: today, note: "收进书库".into(), checksum: content.checksum.clone() };
        let mut written = written(book, content, edition, self.home, now, rng).await?;
        (written.audience, written.collection) = (offer.audience, offer.collection);
        let written = Arc::new(written);
        let write = self.db.write("book_place", move |tx| {
            let written = Arc::clone(&written);
            Box::pin(async move {
                if let Some(before) = book_nonce(tx, &written.book.nonce).await? {
                    return Ok(before);
                }
                let book = Book { seq: book_next_seq(tx).await?, ..written.book.clone() };
                book_add(tx, std::slice::from_ref(&book)).await?;
                audience_add(tx, book.id, &written.audience).await?;
                if let Some(collection) = written.collection {
                    collection_put(tx, collection, book.id).await?;
                }
                put(tx, &written, book.seq).await?;
                Ok(book.id)
            })
        });
        write.await
    }

    /// Another edition in the place of the one before it. Marks stay with their words.
    pub async fn renew(
        &self,
        id: Id,
        note: &str,
        content: Content,
        viewer: &Viewer,
        now: Instant,
        rng: &mut Rng,
    ) -> Result<(), Problem> {
        let book = self.own(id, viewer).await?;
        self.renewed(book, note, content, now, rng).await
    }

    async fn renewed(
        &self,
        book: Book,
        note: &str,
        content: Content,
        now: Instant,
        rng: &mut Rng,
    ) -> Result<(), Problem> {
        if content.kind() != book.kind {
            return Err(Problem::invalid(format!("这本是“{}”，新版也要是同一种。", book.kind.label())));
        }
        let note = line(note, "改了什么")?;
        let today = Day::of(now);
        let edition = Edition { n: book.edition + 1, day: today, note, checksum: content.checksum.clone() };
        let book = Book { edition: edition.n, renewed_day: today, cover: None, original: None, ..book };
        let written = Arc::new(written(book, content, edition, self.home, now, rng).await?);
        let write = self.db.write("book_renew", move |tx| {
            let written = Arc::clone(&written);
            Box::pin(async move {
                let found = book_find(tx, &keeps(), written.book.id).await?.ok_or_else(Problem::not_found)?;
                if found.edition + 1 != written.edition.n {
                    return Err(Problem::conflict("刚刚已经有人传了新版，请刷新后再看。"));
                }
                book_renew(tx, &written.book).await?;
                book_file_remove_all(tx, written.book.id).await?;
                put(tx, &written, written.book.seq).await
            })
        });
        write.await
    }

    /// What becomes of a file that an organisation brings, and does it unless `dry_run`: the same file again changes nothing, another
    /// one of the same title and author is a new edition.
    pub async fn import(
        &self,
        offer: Offer,
        content: Content,
        (org, dry_run): (OrgRef, bool),
        now: Instant,
        rng: &mut Rng,
    ) -> Result<Imported, Problem> {
        let Some(checksum) = content.checksum.clone() else {
            return Err(Problem::invalid("请给一个文件。"));
        };
        let offer = fair(Offer { nonce: format!("{}-{checksum}", org.id), ..offer }, &content)?;
        let (title, author) = (offer.title.clone(), offer.author.clone());
        let mut tx = self.db.read().await?;
        let known = edition_find(&mut tx, org, &checksum).await?;
        let named = book_named(&mut tx, org, &title, &author).await?;
        drop(tx);
        let outcome = match (known, &named) {
            (Some((book, _)), _) if book.withdrawn_day.is_some() => Outcome::Withdrawn,
            (Some((book, n)), _) if n < book.edition => Outcome::Older,
            (Some(_), _) => Outcome::There,
            (None, Some(book)) if book.kind != content.kind() => {
                return Err(Problem::invalid(format!(
                    "书库里的《{title}》是“{}”，新版也要是同一种。",
                    book.kind.label()
                )));
            }
            (None, Some(book)) => Outcome::Renewed(book.edition + 1),
            (None, None) => Outcome::Added,
        };
        match (outcome, named) {
            (Outcome::Added, _) if !dry_run => {
                self.place(offer, content, org, now, rng).await?;
            }
            (Outcome::Renewed(_), Some(book)) if !dry_run => {
                self.renewed(book, "导入新版", content, now, rng).await?;
            }
            _ => {}
        }
        Ok(Imported { title, outcome })
    }

    /// Takes a book out: nobody finds it from today on. Marks stay with those who made them.
    pub async fn withdraw(&self, id: Id, viewer: &Viewer, today: Day) -> Result<(), Problem> {
        self.own(id, viewer).await?;
        let write =
            self.db.write("book_withdraw", move |tx| Box::pin(async move { Ok(book_withdraw(tx, id, today).await?) }));
        write.await
    }

    async fn own(&self, id: Id, viewer: &Viewer) -> Result<Book, Problem> {
        let mut tx = self.db.read().await?;
        let book = book_find(&mut tx, &keeps(), id).await?.ok_or_else(Problem::not_found)?;
        if may_change(viewer, &book) {
            Ok(book)
        } else {
            Err(Problem::forbidden("这本书由收进它的单位管理，请联系他们更新或下架。"))
        }
    }
}

fn keeps() -> Looker {
    Looker { keeps: true, ..Looker::default() }
}

fn line(given: &str, what: &str) -> Result<String, Problem> {
    let given = given.trim();
    if given.is_empty() || given.chars().count() > LINE {
        return Err(Problem::invalid(format!("“{what}”请写 1 到 {LINE} 个字。")));
    }
    Ok(given.to_owned())
}

fn fair(offer: Offer, content: &Content) -> Result<Offer, Problem> {
    let or = |given: &str, file: &str| {
        let given = given.trim();
        let chosen = if given.is_empty() { file.trim() } else { given };
        chosen.chars().take(LINE).collect::<String>()
    };
    if offer.nonce.is_empty() || offer.nonce.len() > LINE {
        return Err(Problem::invalid("页面打开太久，请刷新后重新填写。"));
    }
    if offer.summary.chars().count() > TEXT {
        return Err(Problem::invalid(format!("内容简介最多 {TEXT} 个字。")));
    }
    Ok(Offer {
        title: line(&or(&offer.title, &content.title), "书名")?,
        author: or(&offer.author, &content.author),
        summary: offer.summary.trim().to_owned(),
        source: line(&offer.source, "来源和授权")?,
        ..offer
    })
}

/// Cuts the words and lays the files out, beside others' work.
async fn written(
    book: Book,
    content: Content,
    edition: Edition,
    home: Region,
    now: Instant,
    rng: &mut Rng,
) -> Result<Written, Problem> {
    let mut book = Book { chapters: i64::try_from(content.chapters.len()).unwrap_or(0), ..book };
    let id = book.id;
    let mut files: Vec<NewFile> = Vec::new();
    let mut file = |blob: Blob| {
        let row = FileRow {
            id: Id::new(home, now, rng),
            book: id,
            name: blob.name,
            media_type: blob.media_type.to_owned(),
            bytes: i64::try_from(blob.bytes.len()).unwrap_or(i64::MAX),
        };
        let id = row.id;
        files.push(NewFile { row, content: Arc::new(blob.bytes) });
        id
    };
    book.original = content.original.map(&mut file);
    let chapters = sized(content.chapters, &content.images);
    let images: Vec<Id> = content
        .images
        .into_iter()
        .map(|image| file(Blob { name: String::new(), media_type: image.media_type, bytes: image.bytes }))
        .collect();
    book.cover = content.cover.and_then(|cover| images.get(cover).copied());
    let link = content.link.map(|link| Media { n: 1, title: book.title.clone(), file: None, link: Some(link) });
    let media = content.media.into_iter().zip(1..).map(|((title, blob), n)| Media {
        n,
        title,
        file: Some(file(blob)),
        link: None,
    });
    let media = media.chain(link).collect();
    let chapters = tokio::task::spawn_blocking(move || indexed(id, chapters)).await.map_err(Problem::broken)?;
    Ok(Written { book, chapters, files, images, media, edition, audience: Vec::new(), collection: None, home })
}

async fn put(tx: &mut Tx, written: &Written, seq: i64) -> Result<(), Problem> {
    let book = written.book.id;
    edition_add(tx, book, &written.edition).await?;
    chapter_put(tx, written.home, (book, seq), &written.chapters).await?;
    for file in &written.files {
        book_file_add(tx, file).await?;
    }
    image_add(tx, book, &written.images).await?;
    Ok(media_put(tx, book, &written.media).await?)
}
