//! A few hundred pictures drawn in code and marked 演示: no photograph of a real place is in the demo city.

mod draw;

use std::sync::Arc;

use huiyin_base::{Id, Rng};
use huiyin_cases::{CasePhoto, PhotoPart};
use huiyin_db::Db;
use huiyin_files::{FileStore, NewFile, store::file_add};

use crate::history::History;

use draw::picture;

/// Draws, stores and cleans the pictures that these cases want. They are in place before their cases are.
pub(crate) async fn add(db: &Db, files: &FileStore, histories: &mut [History], seed: u64) -> anyhow::Result<()> {
    for history in histories.iter_mut().filter(|history| history.photos_wanted > 0) {
        let Some(at) = history.events.first().map(|event| event.at) else { continue };
        let mut rng = Rng::fork(seed ^ history.item.seq.unsigned_abs(), "photo");
        for position in 0..i64::from(history.photos_wanted) {
            let bytes = picture(&history.item.sub_category, &mut rng)?;
            let file = files.accept(history.item.region, "演示.png", bytes, &mut rng, at).await?;
            let id = name(db, file).await?;
            files.clean(db, history.item.region, id).await?;
            history.photos.push(CasePhoto {
                region: history.item.region,
                case_id: history.item.id,
                file: id,
                part: PhotoPart::Report,
                position,
                public: history.item.posted_day.is_some(),
                day: history.item.submitted_day,
                covers: None,
            });
        }
        history.item.photos = i64::from(history.photos_wanted);
    }
    Ok(())
}

/// One such picture, as PNG.
pub(crate) fn drawn(what: &str, rng: &mut Rng) -> anyhow::Result<Vec<u8>> {
    Ok(picture(what, rng)?)
}

async fn name(db: &Db, file: NewFile) -> anyhow::Result<Id> {
    let id = file.id;
    let file = Arc::new(file);
    let write = db.write("demo_photo", move |tx| {
        let file = Arc::clone(&file);
        Box::pin(async move { Ok(file_add(tx, &file).await?) })
    });
    write.await?;
    Ok(id)
}
