//! Why a command ended: one sentence for whoever runs the installation, whatever went wrong underneath.

use std::error::Error as _;
use std::fmt;
use std::io;

use anyhow::Error;

/// A sentence that says what happened and what to do next. Nothing needs to be added to it.
#[derive(Debug)]
pub struct Stop(pub String);

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Stop {}

/// An error that is one finished sentence.
pub fn stop(sentence: impl Into<String>) -> Error {
    Error::new(Stop(sentence.into()))
}

/// The one sentence to print. The causes below it go to the log.
pub fn sentence(error: &Error) -> String {
    if let Some(known) = error.chain().find_map(known_cause) {
        return known;
    }
    match error.downcast_ref::<Stop>() {
        Some(stop) => stop.0.clone(),
        None => format!("这一步没有完成：{}", one_line(&format!("{error:#}"))),
    }
}

/// What means the same wherever it happens.
fn known_cause(cause: &(dyn std::error::Error + 'static)) -> Option<String> {
    if let Some(error) = cause.downcast_ref::<huiyin_db::Error>() {
        return database_sentence(error);
    }
    let kind = cause.downcast_ref::<io::Error>()?.kind();
    let full = matches!(kind, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
    full.then(|| DISK_FULL.to_owned())
}

const DISK_FULL: &str = "磁盘已满，这一步没有完成，已有的数据没有改动。请清理磁盘后再试。";

/// The sentence for a database that cannot be used; nothing when the cause says more about a single statement.
fn database_sentence(error: &huiyin_db::Error) -> Option<String> {
    match error {
        error if error.is_disk_full() => Some(DISK_FULL.into()),
        error if error.is_damaged() => {
            Some("数据库文件已损坏，或者不是回音的数据库，程序没有改动它。请用 huiyin restore 恢复最近的备份。".into())
        }
        error if error.is_read_only() => {
            Some("数据库文件不可写。请检查数据文件夹的所有者和权限，程序没有改动数据。".into())
        }
        huiyin_db::Error::Schema(sentence) | huiyin_db::Error::Copy(sentence) => Some(sentence.clone()),
        huiyin_db::Error::UnknownEngine(_) => Some(error.to_string() + "。请检查配置项 database.url。"),
        error if error.is_unreachable() => {
            let cause = error.source().map_or_else(|| error.to_string(), ToString::to_string);
            Some(format!(
                "连接不上数据库：{}。请检查数据库是否在运行、配置项 database.url 是否正确。",
                one_line(&cause)
            ))
        }
        _ => None,
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    #[test]
    fn the_finished_sentence_wins_over_its_causes() {
        let error = Error::new(io::Error::other("os error 7")).context(Stop("密钥文件不对。".into())).context("serve");
        assert_eq!(sentence(&error), "密钥文件不对。");
    }

    #[test]
    fn a_full_disk_is_named_wherever_it_happens() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let error = Err::<(), _>(full).context(Stop("备份没有写成。".into())).unwrap_err();
        assert!(sentence(&error).starts_with("磁盘已满"));
    }

    #[test]
    fn the_unexpected_is_one_line() {
        let error = anyhow::anyhow!("first\n  second").context("outer");
        assert_eq!(sentence(&error), "这一步没有完成：outer: first second");
    }
}
