use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, Result};
use data_encoding::HEXLOWER;
use huiyin_base::Instant;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::failure::{Stop, stop};

/// The form of the archive; a later program may know more than one.
const FORMAT: u32 = 1;
const MANIFEST: &str = "manifest.json";

/// What an archive holds.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of the archive.
    pub format: u32,
    /// The program that took it.
    pub program: String,
    /// `sqlite` or `postgres`.
    pub engine: String,
    /// When.
    pub taken_at: Instant,
    /// Every file in it but this list.
    pub entries: Vec<Entry>,
}

/// One file of an archive.
#[derive(Debug, Serialize, Deserialize)]
pub struct Entry {
    /// Its name in the archive.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Its checksum in hexadecimal.
    pub sha256: String,
}

/// Writes an archive and gives its size. It has its name only when it is whole and on the disk.
pub(super) fn pack(target: &Path, engine: &str, now: Instant, files: Vec<(String, PathBuf)>) -> Result<u64> {
    let part = PathBuf::from(format!("{}.part", target.display()));
    let packed = pack_into(&part, engine, now, files);
    if let Err(error) = packed {
        let _ = std::fs::remove_file(&part);
        return Err(error);
    }
    std::fs::rename(&part, target)?;
    Ok(std::fs::metadata(target)?.len())
}

fn pack_into(part: &Path, engine: &str, now: Instant, files: Vec<(String, PathBuf)>) -> Result<()> {
    let mut archive = ZipWriter::new(BufWriter::new(File::create(part)?));
    let mut entries = Vec::with_capacity(files.len());
    for (name, path) in files {
        // Sealed files look like noise: packing them costs time and saves nothing.
        let sealed = name.starts_with(super::FILES) || engine == "postgres";
        let method = if sealed { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options =
            SimpleFileOptions::default().compression_method(method).compression_level(level(sealed)).large_file(true);
        archive.start_file(&name, options)?;
        let mut source = Hashing::new(BufReader::new(File::open(&path)?));
        io::copy(&mut source, &mut archive)?;
        entries.push(source.entry(name));
    }
    let manifest = Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").into(),
        engine: engine.into(),
        taken_at: now,
        entries,
    };
    archive.start_file(MANIFEST, SimpleFileOptions::default())?;
    archive.write_all(&serde_json::to_vec_pretty(&manifest)?)?;
    let file = archive.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
    Ok(file.sync_all()?)
}

/// The fastest level: a database of invented text halves at once, and no more is needed.
fn level(sealed: bool) -> Option<i64> {
    if sealed { None } else { Some(1) }
}

/// Reads the list of an archive.
pub(super) fn manifest(path: &Path) -> Result<Manifest> {
    let file = File::open(path).with_context(|| Stop(format!("读不到备份文件 {}。", path.display())))?;
    let unreadable = || Stop(format!("{} 不是完整的回音备份，没有恢复任何数据。", path.display()));
    let mut archive = ZipArchive::new(BufReader::new(file)).with_context(unreadable)?;
    let manifest: Manifest =
        serde_json::from_reader(archive.by_name(MANIFEST).with_context(unreadable)?).with_context(unreadable)?;
    if manifest.format > FORMAT {
        return Err(stop(format!("{} 是更新版本的回音做的备份，请换用新版本的程序恢复。", path.display())));
    }
    Ok(manifest)
}

/// Unpacks what the list names into `folder` and compares every checksum.
pub(super) fn unpack(path: &Path, manifest: &Manifest, folder: &Path) -> Result<()> {
    let mut archive = ZipArchive::new(BufReader::new(File::open(path)?))?;
    for entry in &manifest.entries {
        let name = Path::new(&entry.name);
        if !name.components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(stop("备份里有不合规的文件名，没有恢复任何数据。"));
        }
        let target = folder.join(name);
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent)?;
        }
        let damaged = || Stop(format!("备份中的 {} 已损坏，没有恢复任何数据。请换一份备份。", entry.name));
        let mut source = Hashing::new(archive.by_name(&entry.name).with_context(damaged)?);
        let mut file = File::create(&target)?;
        // A full disk keeps its own sentence: it is looked for in the whole chain.
        io::copy(&mut source, &mut file).with_context(damaged)?;
        file.sync_all()?;
        let found = source.entry(entry.name.clone());
        if found.sha256 != entry.sha256 || found.bytes != entry.bytes {
            return Err(anyhow::Error::new(damaged()));
        }
    }
    Ok(())
}

/// Counts and hashes what passes through.
struct Hashing<R> {
    inner: R,
    hash: Sha256,
    bytes: u64,
}

impl<R: Read> Hashing<R> {
    fn new(inner: R) -> Self {
        Self { inner, hash: Sha256::new(), bytes: 0 }
    }

    fn entry(self, name: String) -> Entry {
        Entry { name, bytes: self.bytes, sha256: HEXLOWER.encode(&self.hash.finalize()) }
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hash.update(&buffer[..read]);
        self.bytes += read as u64;
        Ok(read)
    }
}
