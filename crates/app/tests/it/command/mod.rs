//! The program as whoever runs it sees it: its words, its exit codes, its data after a mishap.

mod backups;
mod books;
mod calendar;
mod installation;
mod kills;
mod lifecycle;
mod mishaps;

use std::path::{Path, PathBuf};
use std::process::Output;

use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::support::program;

fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_huiyin"))
}

async fn huiyin(words: &[&str], settings: &[(&str, &str)]) -> Output {
    program::command(binary(), words, settings).output().await.expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// It failed, and said why in one line that holds `word`.
#[track_caller]
fn refused(output: &Output, word: &str) {
    let said = text(&output.stderr);
    assert!(!output.status.success(), "it should have failed: {}", text(&output.stdout));
    assert_eq!(said.trim_end().lines().count(), 1, "more than a sentence: {said}");
    assert!(said.contains(word), "no word about {word}: {said}");
}

/// A small demo city of this test's own, copied from one that is made once.
async fn city() -> (TempDir, PathBuf) {
    static MADE: OnceCell<TempDir> = OnceCell::const_new();
    let made = MADE
        .get_or_init(|| async {
            let above = tempfile::tempdir().expect("a folder");
            let folder = above.path().join("demo");
            let words = ["demo", "--scale", "small", "--listen", "127.0.0.1:0", "--only-make", "--data"];
            let words: Vec<&str> = words.into_iter().chain(folder.to_str()).collect();
            let output = huiyin(&words, &[]).await;
            assert!(output.status.success(), "{}", text(&output.stderr));
            above
        })
        .await;
    let above = tempfile::tempdir().expect("a folder");
    let folder = above.path().join("demo");
    copy(&made.path().join("demo"), &folder);
    (above, folder)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// The settings of a production installation over the data of a demo city.
fn production(folder: &Path) -> [(&'static str, String); 2] {
    [
        ("HUIYIN_DATA", folder.join("city").to_string_lossy().into_owned()),
        ("HUIYIN_KEY_FILE", folder.join("demo.key").to_string_lossy().into_owned()),
    ]
}

fn borrowed<'a>(settings: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    settings.iter().map(|(name, value)| (*name, value.as_str())).collect()
}
