//! What is attached to a record: a picture, or a document that stays as it came.

use bytes::Bytes;
use data_encoding::HEXLOWER;
use huiyin_base::{Day, Id, Instant, Problem, Region, Rng};

use crate::document::document;
use crate::file_store::{FileStore, Object, cannot_write, shown};
use crate::header::{Header, NoPicture};
use crate::{FileState, NewFile, StoredFile};

impl FileStore {
    /// Takes in what is attached to a record: a picture as [`FileStore::accept`] takes it, or a document, which stays as it came.
    pub async fn attach(
        &self,
        region: Region,
        name: &str,
        bytes: impl AsRef<[u8]> + Send,
        rng: &mut Rng,
        now: Instant,
    ) -> Result<NewFile, Problem> {
        // What is no picture at all may be a document; one that is broken or too large is told so.
        if !matches!(Header::read(bytes.as_ref()), Err(NoPicture::Unknown)) {
            return self.accept(region, name, bytes, rng, now).await;
        }
        let kind = document(&shown(name), bytes.as_ref())?;
        let token = HEXLOWER.encode(&rng.bytes::<16>());
        let file = NewFile {
            region,
            id: Id::new(region, now, rng),
            media_type: kind.media_type.to_owned(),
            bytes: i64::try_from(bytes.as_ref().len()).unwrap_or(i64::MAX),
            width: 0,
            height: 0,
            created_day: Day::of(now),
            token,
        };
        let sealed = self.seal(&file.token, Object::Original, bytes.as_ref());
        drop(bytes);
        self.put(region, &file.token, Object::Original, sealed).await.map_err(cannot_write)?;
        Ok(file)
    }

    /// A document as it came; none where the file is none, or its content is gone.
    pub async fn read_kept(&self, file: &StoredFile) -> Result<Option<Bytes>, Problem> {
        if file.state != FileState::Kept {
            return Ok(None);
        }
        let bytes = self.get(file.region, &file.token, Object::Original).await.map_err(Problem::broken)?;
        Ok(bytes.map(Bytes::from))
    }
}
