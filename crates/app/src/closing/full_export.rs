//! Everything in open formats: a CSV file a table with what was sealed opened, the photos as JPEG, and what each column is.

use std::collections::BTreeMap;
use std::fs::{DirBuilder, File};
use std::io::{BufWriter, Read as _, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use data_encoding::HEXLOWER;
use huiyin_base::Instant;
use huiyin_catalogue::sealed::{self, Sealed};
use huiyin_catalogue::{Catalogue, Class, engines};
use huiyin_db::dump::table_walk;
use huiyin_db::schema::{self, Table};
use huiyin_db::sealed::SealedValue;
use huiyin_db::{Tx, Value};
use huiyin_directory::audit::{AuditKind, Event, record};
use huiyin_vault::{Place, Vault};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::config::Config;
use crate::failure::{Stop, stop};
use crate::start::Opened;
use crate::store::stored_file::stored_file_clean;

/// The list of what was written, with checksums.
pub const MANIFEST: &str = "manifest.json";

/// What was handed over.
#[derive(Debug)]
pub struct Exported {
    /// Rows of all tables.
    pub rows: u64,
    /// Photos.
    pub files: u64,
    /// Sealed values that did not open and stand as hexadecimal digits.
    pub unopened: u64,
    /// The checksum of the list.
    pub manifest_sha256: String,
}

#[derive(Serialize)]
struct Manifest<'a> {
    city: &'a str,
    program: &'static str,
    rows: BTreeMap<String, u64>,
    sha256: BTreeMap<String, String>,
}

/// Writes everything into `target`, which must not exist. It has its name only when it is whole.
pub async fn export_all(config: &Config, opened: &Opened, target: &Path) -> Result<Exported> {
    if target.exists() {
        return Err(stop(format!("{} 已经存在，没有覆盖它。请换一个文件夹名。", target.display())));
    }
    let part = PathBuf::from(format!("{}.part", target.display()));
    let cannot = || Stop(format!("导出文件夹 {} 写不了。请检查上级文件夹的权限和磁盘空间。", target.display()));
    let _ = std::fs::remove_dir_all(&part);
    let mut folder = DirBuilder::new();
    folder.recursive(true).mode(0o700).create(part.join("tables")).with_context(cannot)?;
    folder.create(part.join("files")).with_context(cannot)?;
    let written = write(config, opened, &part).await;
    match written {
        Ok(exported) => {
            std::fs::rename(&part, target).with_context(cannot)?;
            noted(opened).await?;
            Ok(exported)
        }
        Err(error) => {
            let _ = std::fs::remove_dir_all(&part);
            Err(error)
        }
    }
}

/// An export of everything is on record in the audit.
async fn noted(opened: &Opened) -> Result<()> {
    let ground = &opened.ground;
    let event = Event::new(opened.home, AuditKind::Export, ground.clock.real(), &mut ground.rngs.rng());
    let event = event.detail("命令行导出全部数据，包括个人信息");
    ground
        .db
        .write("export_all_record", move |tx| {
            let event = event.clone();
            Box::pin(async move { Ok(record(tx, &event).await?) })
        })
        .await?;
    Ok(())
}

async fn write(config: &Config, opened: &Opened, part: &Path) -> Result<Exported> {
    let ground = &opened.ground;
    let catalogue = Catalogue::load().context("the data catalogue")?;
    let sealed = sealed::list();
    let mut tx = ground.db.snapshot().await?;
    let (mut rows, mut unopened) = (BTreeMap::new(), 0);
    for (name, table) in schema::tables(&mut tx).await? {
        if engines::is_of_one_engine(&name) {
            continue;
        }
        let mut sheet = Sheet::new(&name, &table, &catalogue, &sealed, &ground.vault);
        rows.insert(name.clone(), sheet.write(&mut tx, &part.join("tables").join(format!("{name}.csv"))).await?);
        unopened += sheet.unopened;
    }
    columns(&catalogue, &part.join("columns.csv"))?;
    let mut files = 0;
    for (region, token) in stored_file_clean(&mut tx).await? {
        if let Some((_, bytes)) = ground.files.read_clean(region, &token).await? {
            std::fs::write(part.join("files").join(format!("{token}.jpg")), bytes)?;
            files += 1;
        }
    }
    let total = rows.values().sum();
    let manifest =
        Manifest { city: &config.site.city, program: env!("CARGO_PKG_VERSION"), rows, sha256: checksums(part)? };
    let text = serde_json::to_vec_pretty(&manifest)?;
    let mut file = File::create(part.join(MANIFEST))?;
    file.write_all(&text)?;
    file.sync_all()?;
    Ok(Exported { rows: total, files, unopened, manifest_sha256: HEXLOWER.encode(&Sha256::digest(&text)) })
}

/// What each column is, for whoever reads the tables without this program.
fn columns(catalogue: &Catalogue, path: &Path) -> Result<()> {
    let mut writer = csv::Writer::from_path(path)?;
    writer.write_record(["table", "title", "column", "class", "purpose", "retention", "exported"])?;
    for (name, table) in &catalogue.tables {
        for (column, line) in &table.columns {
            let purpose = catalogue.purposes.get(&line.purpose).map_or("", |purpose| purpose.label.as_str());
            let retention = catalogue.retentions.get(&line.retention).map_or("", String::as_str);
            let exported = if withheld(line.class, &line.purpose) { "no" } else { "yes" };
            writer.write_record([name, &table.title, column, line.class.label(), purpose, retention, exported])?;
        }
    }
    writer.flush()?;
    Ok(())
}

/// Secrets that open accounts are of no use elsewhere, and of great use to a thief.
fn withheld(class: Class, purpose: &str) -> bool {
    class == Class::Sensitive && matches!(purpose, "sign_in" | "session")
}

fn checksums(part: &Path) -> Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    for folder in ["", "tables", "files"] {
        for entry in std::fs::read_dir(part.join(folder))? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                let name = Path::new(folder).join(entry.file_name()).display().to_string();
                found.insert(name, checksum(&entry.path())?);
            }
        }
    }
    Ok(found)
}

fn checksum(path: &Path) -> Result<String> {
    let (mut file, mut hash, mut piece) = (File::open(path)?, Sha256::new(), vec![0; 64 * 1024]);
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            return Ok(HEXLOWER.encode(&hash.finalize()));
        }
        hash.update(&piece[..read]);
    }
}

/// One table on its way into a file.
struct Sheet<'a> {
    name: &'a str,
    columns: Vec<String>,
    /// By column: left out, sealed, or as it is.
    cells: Vec<Cell<'a>>,
    vault: &'a Vault,
    unopened: u64,
}

enum Cell<'a> {
    Withheld,
    /// What the value is bound to stands in these columns.
    Sealed(&'a Sealed, Vec<usize>),
    Plain,
}

impl<'a> Sheet<'a> {
    fn new(name: &'a str, table: &Table, catalogue: &Catalogue, sealed: &'a [Sealed], vault: &'a Vault) -> Self {
        let columns: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
        let place = |wanted: &String| columns.iter().position(|column| column == wanted);
        let cell = |column: &String| {
            if catalogue.column(name, column).is_none_or(|line| withheld(line.class, &line.purpose)) {
                return Cell::Withheld;
            }
            let found = sealed.iter().find(|line| line.at.table == name && line.at.column == *column);
            match found {
                Some(line) => Cell::Sealed(line, line.at.binding.iter().filter_map(place).collect()),
                None => Cell::Plain,
            }
        };
        let cells = columns.iter().map(cell).collect();
        Self { name, columns, cells, vault, unopened: 0 }
    }

    async fn write(&mut self, tx: &mut Tx, path: &Path) -> Result<u64> {
        let mut writer = csv::Writer::from_writer(BufWriter::new(File::create(path)?));
        writer.write_record(&self.columns)?;
        let columns = self.columns.clone();
        let mut failed = None;
        let count = table_walk(tx, self.name, &columns, &mut |values| {
            if failed.is_none() {
                failed = writer.write_record(self.texts(&values)).err();
            }
            Ok(())
        })
        .await?;
        if let Some(error) = failed {
            return Err(error.into());
        }
        writer.flush()?;
        Ok(count)
    }

    fn texts(&mut self, values: &[Value]) -> Vec<String> {
        let mut texts = Vec::with_capacity(values.len());
        for (index, value) in values.iter().enumerate() {
            let text = match (&self.cells[index], value) {
                (Cell::Withheld, _) => String::new(),
                // Its time was over: what is empty was removed, not lost.
                (Cell::Sealed(..), Value::Bytes(bytes)) if bytes.is_empty() => String::new(),
                (Cell::Sealed(line, binding), Value::Bytes(bytes)) => {
                    let opened = open(self.vault, line, binding.iter().map(|place| &values[*place]), bytes);
                    self.unopened += u64::from(opened.is_none());
                    opened.unwrap_or_else(|| HEXLOWER.encode(bytes))
                }
                (_, value) => plain(&self.columns[index], value),
            };
            texts.push(text);
        }
        texts
    }
}

fn open<'v>(vault: &Vault, line: &Sealed, binding: impl Iterator<Item = &'v Value>, bytes: &[u8]) -> Option<String> {
    let binding = binding.cloned().collect();
    let bound = SealedValue { binding, sealed: Vec::new() }.bound();
    let place = Place { table: &line.bound_table, column: &line.bound_column, row: &bound };
    String::from_utf8(vault.open_sealed(place, bytes).ok()?).ok()
}

/// The same text on both engines: ids and hashes in hexadecimal, times in UTC, truth as 1 and 0.
fn plain(column: &str, value: &Value) -> String {
    let is_time = column.ends_with("_at") || column == "at" || column == "leased_until";
    match value {
        Value::Null(_) => String::new(),
        Value::Int(number) if is_time => Instant::from_timestamp_micros(*number).map(time).unwrap_or_default(),
        Value::Int(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Bool(truth) => u8::from(*truth).to_string(),
        Value::Text(text) => text.clone(),
        Value::Bytes(bytes) => HEXLOWER.encode(bytes),
        Value::Uuid(id) => HEXLOWER.encode(id.as_bytes()),
        Value::Time(at) => time(*at),
        Value::Json(json) => json.to_string(),
    }
}

fn time(at: Instant) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}
