//! Who reads: what there is for him, and his own places and marks.

use std::collections::BTreeSet;

use huiyin_base::{Day, Id, Instant, Problem, Region, Rng};
use huiyin_db::Tx;
use huiyin_directory::{Viewer, membership_list, org_path};
use huiyin_vault::{Place, Vault};
use huiyin_web::Site;

use crate::library::keeper;
use crate::marking::find;
use crate::store::{Looker, Mark, MarkKind, chapter_find, mark_add, mark_count};

/// The most characters of a quotation and of a note; the most marks in one book.
const QUOTE: usize = 1_000;
const WORDS: usize = 5_000;
const MARKS: i64 = 2_000;

/// Whose the places and marks are: the person, or an account without one.
pub(crate) fn reader(viewer: &Viewer) -> Id {
    viewer.person.unwrap_or(viewer.account.id)
}

/// What there is for this viewer.
pub(crate) async fn looker(tx: &mut Tx, site: &Site, viewer: &Viewer) -> Result<Looker, Problem> {
    if keeper(viewer).is_some() {
        return Ok(Looker { keeps: true, ..Looker::default() });
    }
    looker_as_reader(tx, site, viewer).await
}

/// What there is for this viewer to read, whatever he keeps.
pub(crate) async fn looker_as_reader(tx: &mut Tx, site: &Site, viewer: &Viewer) -> Result<Looker, Problem> {
    let (mut orgs, mut tags, mut stages) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for grant in &viewer.grants {
        for step in org_path(tx, grant.org).await? {
            orgs.insert(step.id.to_string());
            tags.insert(step.kind.as_str().to_owned());
        }
    }
    if let Some(person) = viewer.person {
        let today = site.today();
        let all = membership_list(tx, &all_regions(site, person), person).await?;
        let now = all.iter().filter(|held| held.to_day.is_none_or(|last| last >= today));
        stages.extend(now.map(|held| held.stage.as_str().to_owned()));
    }
    Ok(Looker {
        keeps: false,
        orgs: orgs.into_iter().collect(),
        tags: tags.into_iter().collect(),
        stages: stages.into_iter().collect(),
    })
}

/// Where anything of this reader may lie: the city's regions, and the one that is his home.
pub(crate) fn all_regions(site: &Site, reader: Id) -> Vec<Region> {
    let mut regions: Vec<Region> = site.regions.children(site.home).map(|entry| entry.region).collect();
    regions.push(site.home);
    if !regions.contains(&reader.region()) {
        regions.push(reader.region());
    }
    regions
}

/// A mark as it is asked for.
#[derive(Clone, Debug)]
pub(crate) struct NewMark {
    pub(crate) book: Id,
    pub(crate) chapter: i64,
    pub(crate) kind: MarkKind,
    /// The sentence, as the reader has chosen or copied it.
    pub(crate) quote: String,
    /// What he thinks.
    pub(crate) words: String,
    /// The same word makes the same mark.
    pub(crate) nonce: String,
}

/// A mark as its reader reads it.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    pub(crate) mark: Mark,
    pub(crate) quote: String,
    pub(crate) words: String,
}

/// Seals a mark and finds its place.
pub(crate) fn sealed(
    new: NewMark,
    text: &str,
    reader: Id,
    vault: &Vault,
    (now, today): (Instant, Day),
    rng: &mut Rng,
) -> Result<Mark, Problem> {
    let (quote, words) = (new.quote.trim(), new.words.trim());
    if quote.chars().count() > QUOTE {
        return Err(Problem::invalid(format!("一次最多划 {QUOTE} 个字，请划短一些。")));
    }
    if words.chars().count() > WORDS {
        return Err(Problem::invalid(format!("一条笔记最多 {WORDS} 个字，请分成几条。")));
    }
    if new.nonce.is_empty() || new.nonce.len() > 60 {
        return Err(Problem::invalid("页面打开太久，请刷新后再写一次。"));
    }
    let kind = match new.kind {
        MarkKind::Bookmark => MarkKind::Bookmark,
        _ if !words.is_empty() => MarkKind::Note,
        _ => MarkKind::Highlight,
    };
    let found = find(text, quote, None);
    if kind == MarkKind::Highlight && found.is_none() {
        return Err(Problem::invalid("这一页里没有找到您要划的这句话。请从正文里原样复制一句，或者写成笔记。"));
    }
    let id = Id::new(reader.region(), now, rng);
    let mut seal = |column: &'static str, plain: &str| {
        (!plain.is_empty() && kind != MarkKind::Bookmark)
            .then(|| vault.seal(place(column, &row(id)), plain.as_bytes(), rng))
    };
    Ok(Mark {
        quote: seal("quote", quote),
        words: seal("words", words),
        id,
        reader,
        book: new.book,
        chapter: new.chapter,
        kind,
        start: found.filter(|_| kind != MarkKind::Bookmark).and_then(|found| i64::try_from(found.start).ok()),
        created_day: today,
        nonce: new.nonce,
    })
}

fn row(id: Id) -> [u8; 16] {
    id.uuid().into_bytes()
}

fn place<'a>(column: &'static str, row: &'a [u8]) -> Place<'a> {
    Place { table: "reading_mark", column, row }
}

/// A note as a reader of an invented city has written it: beside the first sentence of a chapter.
pub fn note_sealed(
    (reader, book, chapter): (Id, Id, i64),
    quote: &str,
    words: &str,
    vault: &Vault,
    at: Instant,
    rng: &mut Rng,
) -> Result<Mark, Problem> {
    let nonce = rng.below(u64::MAX).to_string();
    let (quote, words) = (quote.to_owned(), words.to_owned());
    let new = NewMark { book, chapter, kind: MarkKind::Note, quote: quote.clone(), words, nonce };
    sealed(new, &quote, reader, vault, (at, Day::of(at)), rng)
}

/// Opens a mark for its reader.
pub(crate) fn opened(mark: Mark, vault: &Vault) -> Result<Opened, Problem> {
    let row = row(mark.id);
    let open = |column: &'static str, sealed: &Option<Vec<u8>>| -> Result<String, Problem> {
        let Some(sealed) = sealed else { return Ok(String::new()) };
        let plain = vault.open_sealed(place(column, &row), sealed).map_err(Problem::broken)?;
        Ok(String::from_utf8_lossy(&plain).into_owned())
    };
    Ok(Opened { quote: open("quote", &mark.quote)?, words: open("words", &mark.words)?, mark })
}

/// Writes a mark, and tells in words what was done.
pub(crate) async fn mark(site: &Site, viewer: &Viewer, new: NewMark, rng: &mut Rng) -> Result<&'static str, Problem> {
    let reader = reader(viewer);
    let mut tx = site.db.read().await?;
    let chapter = chapter_find(&mut tx, new.book, new.chapter).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    let mark = sealed(new, &chapter.text, reader, &site.vault, (site.clock.now(), site.today()), rng)?;
    let done = match mark.kind {
        MarkKind::Bookmark => "已夹上书签。",
        MarkKind::Highlight => "已划线。",
        MarkKind::Note => "笔记已记下，只有您自己看得到。",
    };
    let write = site.db.write("reading_mark", move |tx| {
        let mark = mark.clone();
        Box::pin(async move {
            if mark_count(tx, mark.reader, mark.book).await? >= MARKS {
                return Err(Problem::conflict("这本书里的笔记太多了，请先删掉一些不用的。"));
            }
            Ok(mark_add(tx, &[mark]).await?)
        })
    });
    write.await.map(|()| done)
}
