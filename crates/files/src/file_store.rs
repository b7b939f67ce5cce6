use std::fmt;
use std::fs::DirBuilder;
use std::mem;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use bytes::Bytes;
use data_encoding::HEXLOWER;
use huiyin_base::{Day, Id, Instant, Problem, ProblemKind, Region, Rng, RngSource};
use huiyin_db::Db;
use huiyin_vault::{Place, Vault, VaultError};
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt as _};
use parking_lot::Mutex;
use tokio::sync::Semaphore;

use crate::header::{Header, NoPicture};
use crate::picture::{self, Cleaned};
use crate::{FileState, NewFile, StoredFile, store};

/// The largest photo taken in, in bytes.
const MOST_BYTES: usize = 12 * 1024 * 1024;
/// What decoders may use together, in megabytes: one 50-megapixel photo, or several ordinary ones.
const DECODER_MEGABYTES: u32 = 160;
/// What is kept of it from photo to photo: as much as one of 13 megapixels takes.
const KEPT_BYTES: usize = 40 * 1024 * 1024;

/// Where files lie. Cheap to clone.
#[derive(Clone)]
pub struct FileStore(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) objects: Box<dyn ObjectStore>,
    vault: Vault,
    /// Megabytes of memory for decoders.
    decoders: Semaphore,
    /// What the last photo was decoded into.
    pixels: Arc<Mutex<Vec<u8>>>,
    /// For the nonces of cleaned files: a job has no request whose randomness it could use.
    rngs: RngSource,
}

/// The folder cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("无法使用文件夹 {0}：{1}。请检查它的权限和磁盘空间。")]
pub struct FilesError(String, String);

/// One of the three objects that a file may have.
#[derive(Clone, Copy)]
pub(crate) enum Object {
    Original,
    Large,
    Small,
}

impl FileStore {
    /// Files in `folder`, which is made when it is missing.
    pub fn open(folder: &Path, vault: Vault) -> Result<Self, FilesError> {
        let failed = |error: &dyn fmt::Display| FilesError(folder.display().to_string(), error.to_string());
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| failed(&error))?;
        let objects = LocalFileSystem::new_with_prefix(folder).map_err(|error| failed(&error))?;
        Ok(Self::with(Box::new(objects.with_fsync(true)), vault))
    }

    /// Files in any object store, such as S3.
    pub fn with(objects: Box<dyn ObjectStore>, vault: Vault) -> Self {
        let decoders = Semaphore::new(DECODER_MEGABYTES as usize);
        Self(Arc::new(Inner { objects, vault, decoders, pixels: Arc::default(), rngs: RngSource::system() }))
    }

    /// Takes in a photo: checked by its first bytes, sealed, on disk when this returns. Call it before the transaction
    /// that names it with [`store::file_add`], and [`FileStore::discard`] it when that fails.
    pub async fn accept(
        &self,
        region: Region,
        name: &str,
        bytes: impl AsRef<[u8]> + Send,
        rng: &mut Rng,
        now: Instant,
    ) -> Result<NewFile, Problem> {
        let (file, sealed) = self.prepare(region, name, bytes.as_ref(), rng, now)?;
        drop(bytes);
        self.put(region, &file.token, Object::Original, sealed).await.map_err(cannot_write)?;
        Ok(file)
    }

    /// Removes what was accepted and never named.
    pub async fn discard(&self, file: &NewFile) {
        if let Err(error) = self.delete(file.region, &file.token, Object::Original).await {
            tracing::warn!(file.id = %file.id, error = format!("{error:#}"), "an unnamed file was left behind");
        }
    }

    /// Deletes everything that a file consists of, once the write that deleted its row stands.
    pub async fn remove(&self, file: &StoredFile) -> anyhow::Result<()> {
        for object in [Object::Original, Object::Large, Object::Small] {
            self.delete(file.region, &file.token, object).await?;
        }
        Ok(())
    }

    /// Makes an accepted photo servable, or refuses it. The body of a job: it may run again after any interruption.
    pub async fn clean(&self, db: &Db, region: Region, id: Id) -> anyhow::Result<FileState> {
        let file = store::file_find(&mut db.read().await?, region, id).await?.context("there is no such file")?;
        let mut state = file.state;
        if state == FileState::Kept {
            return Ok(state);
        }
        if state == FileState::Accepted {
            state = match self.cleaned(region, &file.token).await? {
                Some(cleaned) => self.keep(db, region, id, &file.token, cleaned).await?,
                None => refuse(db, region, id).await?,
            };
        }
        self.delete(region, &file.token, Object::Original).await?;
        Ok(state)
    }

    /// The cleaned photo and its media type; none when there is no such file, or it is not clean.
    pub async fn read_clean(&self, region: Region, token: &str) -> Result<Option<(&'static str, Bytes)>, Problem> {
        self.read(region, token, Object::Large).await
    }

    /// The thumbnail of a cleaned photo.
    pub async fn read_small(&self, region: Region, token: &str) -> Result<Option<(&'static str, Bytes)>, Problem> {
        self.read(region, token, Object::Small).await
    }

    /// A small picture of what was accepted and is not clean yet, for whoever has just sent it; none when it cannot be
    /// decoded or is no longer there.
    pub async fn preview(&self, region: Region, token: &str) -> Result<Option<Bytes>, Problem> {
        if !is_token(token) {
            return Ok(None);
        }
        let cleaned = self.cleaned(region, token).await.map_err(Problem::broken)?;
        Ok(cleaned.map(|cleaned| Bytes::from(cleaned.small)))
    }

    /// A copy of a cleaned photo with places covered, to be taken in by [`FileStore::accept`] like any other; none when
    /// there is no such file, or it is not clean. The photo itself stays as it is.
    pub async fn covered(
        &self,
        region: Region,
        token: &str,
        covers: Vec<crate::Cover>,
    ) -> Result<Option<Vec<u8>>, Problem> {
        /// A cleaned photo has at most 1,600 by 1,600 pixels.
        const MEGABYTES: u32 = 16;
        let Some((_, bytes)) = self.read_clean(region, token).await? else { return Ok(None) };
        let _memory = self.0.decoders.acquire_many(MEGABYTES).await.map_err(Problem::broken)?;
        let drawn = tokio::task::spawn_blocking(move || picture::cover(&bytes, &covers)).await;
        drawn.map_err(Problem::broken)?.map(Some).map_err(Problem::broken)
    }

    async fn read(
        &self,
        region: Region,
        token: &str,
        object: Object,
    ) -> Result<Option<(&'static str, Bytes)>, Problem> {
        if !is_token(token) {
            return Ok(None);
        }
        let bytes = self.get(region, token, object).await.map_err(Problem::broken)?;
        Ok(bytes.map(|bytes| ("image/jpeg", Bytes::from(bytes))))
    }

    fn prepare(
        &self,
        region: Region,
        name: &str,
        bytes: &[u8],
        rng: &mut Rng,
        now: Instant,
    ) -> Result<(NewFile, Vec<u8>), Problem> {
        let header = check(&shown(name), bytes)?;
        let token = HEXLOWER.encode(&rng.bytes::<16>());
        let file = NewFile {
            region,
            id: Id::new(region, now, rng),
            media_type: header.media_type().to_owned(),
            bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            width: header.width,
            height: header.height,
            created_day: Day::of(now),
            token,
        };
        let sealed = self.0.vault.seal(Object::Original.place(&file.token), bytes, rng);
        Ok((file, sealed))
    }

    /// The photo written again; none when it cannot be decoded or its content is gone.
    async fn cleaned(&self, region: Region, token: &str) -> anyhow::Result<Option<Cleaned>> {
        let original = match self.get(region, token, Object::Original).await {
            Ok(Some(original)) => original,
            Ok(None) => {
                tracing::warn!(file.token = token, "the content of an accepted file is gone");
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let Ok(header) = Header::read(&original) else { return Ok(None) };
        let megabytes = u32::try_from(header.memory() >> 20).unwrap_or(u32::MAX).saturating_add(1);
        if megabytes > DECODER_MEGABYTES {
            return Ok(None);
        }
        let _memory = self.0.decoders.acquire_many(megabytes.max(least_share())).await?;
        let kept = Arc::clone(&self.0.pixels);
        let decoding = move || {
            let mut pixels = mem::take(&mut *kept.lock());
            let cleaned = picture::clean(&original, header, &mut pixels);
            // Another photo may have given its own back meanwhile: the larger stays.
            let mut kept = kept.lock();
            if pixels.capacity() <= KEPT_BYTES && pixels.capacity() > kept.capacity() {
                *kept = pixels;
            }
            cleaned
        };
        let decoded = tokio::task::spawn_blocking(decoding).await;
        match decoded {
            Ok(Ok(cleaned)) => Ok(Some(cleaned)),
            Ok(Err(error)) => {
                tracing::info!(file.token = token, %error, "a photo could not be decoded");
                Ok(None)
            }
            Err(stopped) if stopped.is_panic() => {
                tracing::error!(file.token = token, "a decoder panicked");
                Ok(None)
            }
            Err(stopped) => Err(stopped.into()),
        }
    }

    /// Written before the row says so: whoever sees the state finds the picture.
    async fn keep(&self, db: &Db, region: Region, id: Id, token: &str, cleaned: Cleaned) -> anyhow::Result<FileState> {
        let Cleaned { width, height, large, small } = cleaned;
        let bytes = i64::try_from(large.len())?;
        let mut rng = self.0.rngs.rng();
        for (object, plain) in [(Object::Large, large), (Object::Small, small)] {
            let sealed = self.0.vault.seal(object.place(token), &plain, &mut rng);
            self.put(region, token, object, sealed).await?;
        }
        let written = db.write("file_set_clean", move |tx| {
            Box::pin(async move { Ok(store::file_set_clean(tx, region, id, (width, height), bytes).await?) })
        });
        written.await?;
        Ok(FileState::Clean)
    }

    pub(crate) async fn put(&self, region: Region, token: &str, object: Object, sealed: Vec<u8>) -> anyhow::Result<()> {
        let path = object.path(region, token);
        self.0.objects.put(&path, sealed.into()).await.context("a file could not be written")?;
        Ok(())
    }

    /// With what a sealed object begins: which key has sealed it.
    pub(crate) async fn head(&self, region: Region, token: &str, object: Object) -> anyhow::Result<Option<[u8; 3]>> {
        match self.0.objects.get_range(&object.path(region, token), 0..3).await {
            Ok(bytes) => Ok(<[u8; 3]>::try_from(bytes.as_ref()).ok()),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error).context("a file could not be read"),
        }
    }

    pub(crate) fn newest_head(&self) -> [u8; 3] {
        self.0.vault.newest_head()
    }

    pub(crate) fn seal(&self, token: &str, object: Object, plain: &[u8]) -> Vec<u8> {
        self.0.vault.seal(object.place(token), plain, &mut self.0.rngs.rng())
    }

    pub(crate) async fn get(&self, region: Region, token: &str, object: Object) -> anyhow::Result<Option<Vec<u8>>> {
        let found = match self.0.objects.get(&object.path(region, token)).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error).context("a file could not be read"),
        };
        let sealed = found.bytes().await.context("a file could not be read")?;
        let opened: Result<Vec<u8>, VaultError> = self.0.vault.open_sealed(object.place(token), &sealed);
        opened.map(Some).context("a file could not be opened")
    }

    /// Deleting what is not there is done already.
    async fn delete(&self, region: Region, token: &str, object: Object) -> anyhow::Result<()> {
        match self.0.objects.delete(&object.path(region, token)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error).context("a file could not be deleted"),
        }
    }
}

impl fmt::Debug for FileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileStore({})", self.0.objects)
    }
}

impl Object {
    const fn word(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Large => "large",
            Self::Small => "small",
        }
    }

    /// Two letters of the token make folders of a size that every file system can list.
    fn path(self, region: Region, token: &str) -> ObjectPath {
        let folder = token.get(..2).unwrap_or("__");
        ObjectPath::from(format!("{region}/{folder}/{token}.{}", self.word()))
    }

    fn place(self, token: &str) -> Place<'_> {
        Place { table: "stored_file", column: self.word(), row: token.as_bytes() }
    }
}

/// What a small photo takes at least of the memory: so many are decoded at once that a core is left to those who wait for an
/// answer. A photo can wait, its reporter has his receipt.
fn least_share() -> u32 {
    let cores = std::thread::available_parallelism().map_or(1, |cores| u32::try_from(cores.get()).unwrap_or(u32::MAX));
    DECODER_MEGABYTES / cores.saturating_sub(1).clamp(1, DECODER_MEGABYTES)
}

async fn refuse(db: &Db, region: Region, id: Id) -> anyhow::Result<FileState> {
    let written = db.write("file_set_refused", move |tx| {
        Box::pin(async move { Ok(store::file_set_refused(tx, region, id).await?) })
    });
    written.await?;
    Ok(FileState::Refused)
}

fn check(name: &str, bytes: &[u8]) -> Result<Header, Problem> {
    if bytes.is_empty() {
        return Err(Problem::invalid(format!("“{name}”是空的，可能没有传完。请重新选择这张照片。")));
    }
    if bytes.len() > MOST_BYTES {
        let megabytes = bytes.len().div_ceil(1024 * 1024);
        let message =
            format!("“{name}”有 {megabytes} MB，每张照片最多 12 MB。请把照片调小一些，或用普通模式重新拍一张。");
        return Err(Problem::new(ProblemKind::TooLarge, message));
    }
    let header = Header::read(bytes).map_err(|reason| Problem::invalid(explained(name, reason)))?;
    if header.memory() >> 20 >= u64::from(DECODER_MEGABYTES) {
        let Header { width, height, .. } = header;
        let message = format!("“{name}”的尺寸是 {width}×{height}，系统打不开这么大的照片。请用普通模式重新拍一张。");
        return Err(Problem::new(ProblemKind::TooLarge, message));
    }
    Ok(header)
}

fn explained(name: &str, reason: NoPicture) -> String {
    match reason {
        NoPicture::Heic => format!(
            "“{name}”是苹果手机的高效格式（HEIC），系统打不开。请在“设置 › 相机 › 格式”里选“兼容性最佳”后重新拍，或转成 JPEG 再上传。"
        ),
        NoPicture::Broken => format!("“{name}”不完整，可能没有传完。请重新选择，或重新拍一张。"),
        NoPicture::Unknown => format!("“{name}”不是照片。请选择 JPEG 或 PNG 格式的照片。"),
    }
}

/// The sender's name for the file, short and without folders and unseen marks: only shown back to him.
pub(crate) fn shown(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let marks = |letter: &char| {
        !letter.is_control()
            && !matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let short: String = last.trim().chars().filter(marks).take(40).collect();
    if short.is_empty() { "照片".to_owned() } else { short }
}

pub(crate) fn cannot_write(error: anyhow::Error) -> Problem {
    let message = "照片暂时存不进去，您填写的内容没有丢失。请稍后再试，或先不带照片提交。";
    Problem { source: Some(error), ..Problem::new(ProblemKind::Unavailable, message) }
}

fn is_token(token: &str) -> bool {
    token.len() == 32 && token.bytes().all(|letter| matches!(letter, b'0'..=b'9' | b'a'..=b'f'))
}
