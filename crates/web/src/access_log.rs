//! Who asked from where: the one place that keeps network addresses. Sealed on the disk, far from the cases, cut after its time.
//!
//! A line says minute (for who is not signed in only the hour, so that it points at nobody's report), address, method, route and
//! status, and the account where somebody was signed in. Never a path, a query or a body.

use std::collections::BTreeMap;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::net::IpAddr;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DurationRound as _, TimeDelta};
use data_encoding::{BASE64, HEXLOWER};
use huiyin_base::{Clock, Day, Id, Instant, RngSource};
use huiyin_vault::{Place, Vault};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// How often lines go to the disk.
const FLUSH: Duration = Duration::from_secs(3);
/// Lines in one sealed block.
const BLOCK: usize = 500;
/// Lines held while the disk is away; more are lost, and that is logged.
const MOST_HELD: usize = 100_000;

/// The log of this process. Cheap to clone.
#[derive(Clone)]
pub struct AccessLog(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    vault: Vault,
    clock: Clock,
    rngs: RngSource,
    /// Tells this process's files from those of others and of earlier starts.
    name: String,
    waiting: Mutex<Vec<Line>>,
    written: Mutex<BTreeMap<Day, u64>>,
}

/// One request.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Line {
    /// Rounded down.
    pub at: Instant,
    /// From where.
    pub address: Option<IpAddr>,
    /// Who, where somebody was signed in.
    pub account: Option<Id>,
    /// Such as `POST`.
    pub method: String,
    /// The route's pattern.
    pub route: String,
    /// How it was answered.
    pub status: u16,
}

/// What reading a day came to.
#[derive(Debug, Default)]
pub struct DayRead {
    /// In the order of their writing, file by file.
    pub lines: Vec<Line>,
    /// Blocks that are missing or do not open.
    pub damaged: u64,
}

impl AccessLog {
    /// A log in `folder`, which is made when it is missing.
    pub fn open(folder: &Path, vault: Vault, clock: Clock, rngs: RngSource) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let name = HEXLOWER.encode(&rngs.rng().bytes::<6>());
        let (waiting, written) = (Mutex::default(), Mutex::default());
        Ok(Self(Arc::new(Inner { folder: folder.to_owned(), vault, clock, rngs, name, waiting, written })))
    }

    /// Keeps a line for the next block.
    pub fn note(&self, mut line: Line) {
        let step = if line.account.is_some() { TimeDelta::minutes(1) } else { TimeDelta::hours(1) };
        line.at = line.at.duration_trunc(step).unwrap_or(line.at);
        let mut waiting = self.0.waiting.lock();
        if waiting.len() < MOST_HELD {
            waiting.push(line);
        } else if waiting.len() == MOST_HELD {
            tracing::error!("the access log cannot be written; lines are being lost");
        }
    }

    /// Writes every few seconds until `stop`, and then what is left.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        loop {
            let stopped = tokio::time::timeout(FLUSH, stop.wait_for(|stop| *stop)).await.is_ok();
            let log = self.clone();
            let flushed = tokio::task::spawn_blocking(move || log.flush()).await;
            if let Ok(Err(error)) = flushed {
                tracing::error!(%error, "the access log could not be written; trying again");
            }
            if stopped {
                return;
            }
        }
    }

    /// Seals what waits and appends it to the file of its day.
    pub fn flush(&self) -> io::Result<()> {
        let lines = std::mem::take(&mut *self.0.waiting.lock());
        let mut days: BTreeMap<Day, Vec<Line>> = BTreeMap::new();
        for line in lines {
            days.entry(Day::of(line.at)).or_default().push(line);
        }
        let mut failed = None;
        for (day, lines) in days {
            for block in lines.chunks(BLOCK) {
                if let Err(error) = self.append(day, block) {
                    self.0.waiting.lock().extend_from_slice(block);
                    failed = Some(error);
                }
            }
        }
        failed.map_or(Ok(()), Err)
    }

    fn append(&self, day: Day, block: &[Line]) -> io::Result<()> {
        let mut written = self.0.written.lock();
        let number = written.entry(day).or_default();
        let file = format!("{}-{}.log", day.number(), self.0.name);
        let plain = serde_json::to_vec(block)?;
        let bound = bound(&file, *number);
        let sealed = self.0.vault.seal(place(&bound), &plain, &mut self.0.rngs.rng());
        let mut target = OpenOptions::new().create(true).append(true).mode(0o600).open(self.0.folder.join(&file))?;
        target.write_all(format!("{number} {}\n", BASE64.encode(&sealed)).as_bytes())?;
        target.sync_data()?;
        *number += 1;
        Ok(())
    }

    /// Every line of a day.
    pub fn read(&self, day: Day) -> io::Result<DayRead> {
        let mut read = DayRead::default();
        for (file, _) in self.files()?.into_iter().filter(|(_, found)| *found == day) {
            let text = std::fs::read_to_string(self.0.folder.join(&file))?;
            for (expected, line) in (0_u64..).zip(text.lines()) {
                match self.opened(&file, expected, line) {
                    Some(lines) => read.lines.extend(lines),
                    None => read.damaged += 1,
                }
            }
        }
        Ok(read)
    }

    fn opened(&self, file: &str, expected: u64, line: &str) -> Option<Vec<Line>> {
        let (number, sealed) = line.split_once(' ')?;
        let sealed = BASE64.decode(sealed.as_bytes()).ok()?;
        (number.parse() == Ok(expected)).then_some(())?;
        let plain = self.0.vault.open_sealed(place(&bound(file, expected)), &sealed).ok()?;
        serde_json::from_slice(&plain).ok()
    }

    /// Deletes what is older than `days`; gives the days that went.
    pub fn cut(&self, days: i64) -> io::Result<Vec<Day>> {
        let before = Day::of(self.0.clock.real()).plus(-days);
        let mut gone = Vec::new();
        for (file, day) in self.files()?.into_iter().filter(|(_, day)| *day < before) {
            std::fs::remove_file(self.0.folder.join(file))?;
            gone.push(day);
        }
        gone.dedup();
        Ok(gone)
    }

    /// How many blocks each key has sealed.
    pub fn key_usage(&self) -> io::Result<BTreeMap<u16, u64>> {
        let mut usage = BTreeMap::new();
        for (file, _) in self.files()? {
            for line in std::fs::read_to_string(self.0.folder.join(file))?.lines() {
                let sealed = line.split_once(' ').and_then(|(_, sealed)| BASE64.decode(sealed.as_bytes()).ok());
                if let Some([_, high, low, ..]) = sealed.as_deref() {
                    *usage.entry(u16::from_be_bytes([*high, *low])).or_default() += 1;
                }
            }
        }
        Ok(usage)
    }

    /// Seals the files of earlier days again with the newest key; gives how many blocks changed.
    pub fn reseal(&self) -> io::Result<u64> {
        let today = Day::of(self.0.clock.real());
        let mut changed = 0;
        for (file, _) in self.files()?.into_iter().filter(|(_, day)| *day < today) {
            let path = self.0.folder.join(&file);
            let text = std::fs::read_to_string(&path)?;
            let (mut new, before) = (String::with_capacity(text.len()), changed);
            for (number, line) in (0_u64..).zip(text.lines()) {
                let again = self.resealed(&file, number, line);
                changed += u64::from(again.is_some());
                new.push_str(again.as_deref().unwrap_or(line));
                new.push('\n');
            }
            if changed > before {
                replace(&path, new.as_bytes())?;
            }
        }
        Ok(changed)
    }

    fn resealed(&self, file: &str, number: u64, line: &str) -> Option<String> {
        let sealed = BASE64.decode(line.split_once(' ')?.1.as_bytes()).ok()?;
        if !self.0.vault.needs_resealing(&sealed) {
            return None;
        }
        let new = self.0.vault.reseal(place(&bound(file, number)), &sealed, &mut self.0.rngs.rng()).ok()?;
        Some(format!("{number} {}", BASE64.encode(&new)))
    }

    /// The files and their days, in order.
    fn files(&self) -> io::Result<Vec<(String, Day)>> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&self.0.folder)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let day = name.strip_suffix(".log").and_then(|name| name.split_once('-')?.0.parse().ok());
            found.extend(day.and_then(Day::from_number).map(|day| (name, day)));
        }
        found.sort_by(|one, other| (one.1, &one.0).cmp(&(other.1, &other.0)));
        Ok(found)
    }
}

/// A block opens only in its file and at its place there.
fn bound(file: &str, number: u64) -> String {
    format!("{file} {number}")
}

fn place(bound: &str) -> Place<'_> {
    Place { table: "access_log", column: "block", row: bound.as_bytes() }
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = path.with_extension("part");
    let mut file = File::create(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(part, path)
}

impl std::fmt::Debug for AccessLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccessLog(…)")
    }
}

#[cfg(test)]
mod tests {
    use huiyin_base::{Region, Rng};

    use super::*;

    fn log(folder: &Path, vault: Vault, clock: &Clock, seed: u64) -> AccessLog {
        AccessLog::open(folder, vault, clock.clone(), RngSource::seeded(seed)).unwrap()
    }

    fn line(clock: &Clock, account: Option<Id>) -> Line {
        Line {
            at: clock.real() + TimeDelta::minutes(17) + TimeDelta::seconds(5),
            address: "203.0.113.7".parse().ok(),
            account,
            method: "POST".into(),
            route: "/problems".into(),
            status: 303,
        }
    }

    #[test]
    fn lines_are_sealed_coarse_and_cut_after_their_time() {
        let folder = tempfile::tempdir().unwrap();
        let day = Day::new(2016, 12, 16).unwrap();
        let clock = Clock::fixed(day.start() + TimeDelta::hours(9));
        let log = log(folder.path(), Vault::seeded(1), &clock, 1);
        let account = Id::new(Region::FIRST, clock.real(), &mut Rng::seeded(1));
        log.note(line(&clock, None));
        log.note(line(&clock, Some(account)));
        log.flush().unwrap();
        log.note(line(&clock, None));
        log.flush().unwrap();
        let file = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
        let raw = std::fs::read_to_string(&file).unwrap();
        assert!(raw.lines().count() == 2 && !raw.contains("203.0"), "{raw}");

        let read = log.read(day).unwrap();
        assert_eq!((read.lines.len(), read.damaged), (3, 0));
        let minutes: Vec<i64> = read.lines.iter().map(|line| (line.at - day.start()).num_minutes()).collect();
        assert_eq!(minutes, [540, 557, 540], "who is not signed in is known by the hour");
        assert!(log.read(day.plus(1)).unwrap().lines.is_empty());

        // A block that was moved, changed or taken out is noticed.
        let lines: Vec<&str> = raw.lines().collect();
        std::fs::write(&file, format!("{}\n{}\n", lines[1], lines[0])).unwrap();
        assert_eq!(log.read(day).unwrap().damaged, 2);
        std::fs::write(&file, format!("{}\n", lines[1])).unwrap();
        assert_eq!(log.read(day).unwrap().damaged, 1);

        clock.advance(TimeDelta::days(190));
        assert!(log.cut(190).unwrap().is_empty());
        clock.advance(TimeDelta::days(1));
        assert_eq!(log.cut(190).unwrap(), [day]);
        assert!(!file.exists());
    }

    #[test]
    fn a_rotation_moves_earlier_days_to_the_new_key() {
        let folder = tempfile::tempdir().unwrap();
        let (key, logs) = (folder.path().join("key"), folder.path().join("access"));
        let day = Day::new(2016, 12, 16).unwrap();
        let clock = Clock::fixed(day.start() + TimeDelta::hours(9));
        let old = Vault::create(&key, &mut Rng::seeded(1)).unwrap();
        let first = log(&logs, old, &clock, 1);
        first.note(line(&clock, None));
        first.flush().unwrap();
        let both = Vault::rotate(&key, huiyin_vault::Purpose::Seal, &mut Rng::seeded(2)).unwrap();
        let second = log(&logs, both, &clock, 2);
        assert_eq!(second.reseal().unwrap(), 0, "today's file is being written");
        clock.advance(TimeDelta::days(1));
        assert_eq!(second.key_usage().unwrap(), [(1, 1)].into());
        assert_eq!((second.reseal().unwrap(), second.reseal().unwrap()), (1, 0));
        assert_eq!(second.key_usage().unwrap(), [(2, 1)].into());
        assert_eq!(second.read(day).unwrap().lines.len(), 1);
    }
}
