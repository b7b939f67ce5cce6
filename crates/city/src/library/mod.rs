//! The library of the demo city: invented books with drawn pictures, a series to listen to, who may read, and a believable part of
//! them who do.

mod books;
mod kits;
mod readers;
mod reflections;
mod sound;

use std::sync::Arc;

use huiyin_base::{Id, Rng};
use huiyin_db::Db;
use huiyin_directory::OrgRef;
use huiyin_study::store::collection_add;
use huiyin_study::{Content, Library, Offer};
use huiyin_vault::Vault;

use crate::Scale;
use crate::invent::City;

/// What is made with.
pub(crate) struct Librarian<'a> {
    pub(crate) city: &'a City,
    pub(crate) scale: &'a Scale,
    pub(crate) vault: &'a Vault,
}

/// A book that stands on its shelf.
pub(crate) struct Shelved {
    pub(crate) id: Id,
    pub(crate) chapters: i64,
    /// The first sentence of its first page: what some mark.
    pub(crate) sentence: String,
    pub(crate) added: i64,
}

/// The collections: what they are called, and what stands in them.
const COLLECTIONS: [(&str, &str); 3] =
    [("种地和果园", "一年四季怎么干"), ("支部和村务", "大家的事怎么办"), ("故事", "晚上读一段")];

impl Librarian<'_> {
    /// Writes all of it.
    pub(crate) async fn write(&self, db: &Db) -> anyhow::Result<()> {
        let mut rng = Rng::fork(self.scale.seed, "library");
        let collections = self.collections(db, &mut rng).await?;
        let mut shelved = Vec::new();
        for made in books::all(&mut rng)? {
            let content = Content::from(made.book.clone());
            let mut book = self.shelve(db, (&made.told, content), &collections, &mut rng).await?;
            book.chapters = i64::try_from(made.book.chapters.len())?;
            if let Some(line) = made.book.chapters.first().and_then(|chapter| chapter.text.lines().nth(1)) {
                line.clone_into(&mut book.sentence);
            }
            shelved.push(book);
        }
        let series = huiyin_study::content(sound::series(), "")?;
        self.shelve(db, (&books::SERIES, series), &collections, &mut rng).await?;
        readers::write(self, db, &shelved, &mut rng).await?;
        kits::write(self, db, &mut rng).await?;
        reflections::write(self, db, &shelved, &mut rng).await
    }

    async fn collections(&self, db: &Db, rng: &mut Rng) -> anyhow::Result<Vec<Id>> {
        let day = self.scale.today.plus(-300).start();
        let all: Vec<Id> = COLLECTIONS.iter().map(|_| Id::new(self.city.region, day, rng)).collect();
        let ids = all.clone();
        let write = db.write("demo_collections", move |tx| {
            let ids = ids.clone();
            Box::pin(async move {
                for (id, (title, text)) in ids.iter().zip(COLLECTIONS) {
                    collection_add(tx, *id, title, text).await?;
                }
                Ok(())
            })
        });
        write.await?;
        Ok(all)
    }

    async fn shelve(
        &self,
        db: &Db,
        (told, content): (&books::Told, Content),
        collections: &[Id],
        rng: &mut Rng,
    ) -> anyhow::Result<Shelved> {
        let org = &self.city.orgs[self.city.org];
        let offer = Offer {
            title: told.title.to_owned(),
            author: told.author.to_owned(),
            summary: told.summary.to_owned(),
            source: "演示用的虚构作品".to_owned(),
            audience: Vec::new(),
            collection: collections.get(told.collection).copied(),
            nonce: told.title.to_owned(),
        };
        let library = Library { db: db.clone(), home: self.city.region };
        let added = self.scale.today.plus(-told.days);
        let org = OrgRef { region: org.region, id: org.id };
        let id = library.place(offer, content, org, added.start(), rng).await?;
        Ok(Shelved { id, chapters: 0, sentence: String::new(), added: told.days })
    }
}

/// Writes rows in portions that nobody has to wait for.
pub(crate) async fn portions<T: Clone + Send + Sync + 'static>(
    db: &Db,
    rows: Vec<T>,
    write: for<'a> fn(&'a mut huiyin_db::Tx, &'a [T]) -> futures_of::Written<'a>,
) -> anyhow::Result<()> {
    for chunk in rows.chunks(5_000) {
        let chunk = Arc::new(chunk.to_vec());
        let written = db.write("demo_library", move |tx| {
            let chunk = Arc::clone(&chunk);
            Box::pin(async move { Ok(write(tx, &chunk).await?) })
        });
        written.await?;
    }
    Ok(())
}

/// What [`portions`] waits for.
pub(crate) mod futures_of {
    use std::pin::Pin;

    /// A write under way.
    pub(crate) type Written<'a> = Pin<Box<dyn Future<Output = huiyin_db::Result<()>> + Send + 'a>>;
}
