//! A backup is taken while residents go on reporting, holds no keys, and comes back whole.

use std::io::Read as _;
use std::path::Path;

use huiyin_db::scratch::Scratch;

use super::super::support::http::{Client, photo, problem, township};
use super::super::support::program;
use super::{binary, borrowed, city, huiyin, production, refused, text};

async fn report(host: String, sender: usize, times: usize) -> usize {
    let mut client = Client::connect(&host).await.expect("a report");
    let town = township(&mut client).await.expect("a report");
    let picture = photo(u32::try_from(sender).expect("a report"), 20);
    let mut received = 0;
    for time in 0..times {
        let form = problem(&town, &format!("backup-{sender}-{time}"), &[&picture]);
        let answer = client.post("/problems", &form).await.expect("a report");
        assert_eq!(answer.status, 303, "{}", answer.text());
        assert!(answer.location.is_some(), "to its receipt");
        received += 1;
    }
    received
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_under_load_comes_back_and_passes_all_checks() {
    let (above, folder) = city().await;
    let server = program::serve(binary(), &folder).await;
    let senders: Vec<_> = (0..4).map(|sender| tokio::spawn(report(server.host.clone(), sender, 25))).collect();
    let settings = production(&folder);
    let archive = above.path().join("backup.zip");
    let taken = huiyin(&["backup", archive.to_str().unwrap()], &borrowed(&settings)).await;
    assert!(taken.status.success(), "{}", text(&taken.stderr));
    for sender in senders {
        assert_eq!(sender.await.unwrap(), 25);
    }
    assert!(server.stop().await);
    holds_no_key(&archive, &folder.join("demo.key"));
    refused(&huiyin(&["backup", archive.to_str().unwrap()], &borrowed(&settings)).await, "已经存在");

    let restored = above.path().join("restored");
    let target = restored.join("city");
    let back = ["restore", archive.to_str().unwrap(), "--data", target.to_str().unwrap()];
    let output = huiyin(&back, &[]).await;
    assert!(output.status.success(), "{}", text(&output.stderr));
    refused(&huiyin(&back, &[]).await, "不是空文件夹");
    std::fs::copy(folder.join("demo.key"), restored.join("demo.key")).unwrap();
    let checked = huiyin(&["check", "all"], &borrowed(&production(&restored))).await;
    assert!(checked.status.success(), "{}{}", text(&checked.stdout), text(&checked.stderr));
}

/// A database of the engine under test that is still empty; on SQLite a file that does not exist yet.
async fn empty_database(above: &Path, name: &str) -> (Option<Scratch>, String) {
    if std::env::var("HUIYIN_TEST_ENGINE").is_ok_and(|engine| engine == "postgres") {
        let scratch = Scratch::unmigrated().await.unwrap();
        let url = scratch.config.url.clone();
        return (Some(scratch), url);
    }
    (None, format!("sqlite:{}", above.join(name).display()))
}

/// On PostgreSQL the commands call pg_dump and pg_restore.
#[tokio::test]
async fn a_database_of_its_own_address_goes_through_backup_and_restore() {
    let above = tempfile::tempdir().unwrap();
    let path = |name: &str| above.path().join(name).to_string_lossy().into_owned();
    let (_first, url) = empty_database(above.path(), "first.db").await;
    let (_second, other_url) = empty_database(above.path(), "second.db").await;
    let (data, other_data, key) = (path("data"), path("other"), path("huiyin.key"));
    let settings =
        [("HUIYIN_DATA", data.as_str()), ("HUIYIN_KEY_FILE", key.as_str()), ("HUIYIN_DATABASE_URL", url.as_str())];
    let others = [
        ("HUIYIN_DATA", other_data.as_str()),
        ("HUIYIN_KEY_FILE", key.as_str()),
        ("HUIYIN_DATABASE_URL", other_url.as_str()),
    ];
    let table = path("divisions.csv");
    let rows = "code,name,parent_code,level\n610600000000,延安市,,city\n610602000000,宝塔区,610600000000,county\n";
    std::fs::write(&table, rows).unwrap();
    let done = async |words: &[&str], settings: &[(&str, &str)]| {
        let output = huiyin(words, settings).await;
        assert!(output.status.success(), "{words:?}: {}{}", text(&output.stdout), text(&output.stderr));
        text(&output.stdout)
    };
    done(&["admin", "make-key"], &settings).await;
    done(&["migrate"], &settings).await;
    done(&["import", "organisations", &table], &settings).await;
    let archive = path("backup.zip");
    done(&["backup", &archive], &settings).await;
    done(&["restore", &archive], &others).await;
    done(&["check", "all"], &others).await;
    let same = done(&["import", "organisations", &table, "--dry-run"], &others).await;
    assert!(same.contains("没有变化 2"), "{same}");
    let again = huiyin(&["restore", &archive, "--data", &path("third")], &others).await;
    assert!(!again.status.success(), "a database that is not empty stays as it is");
    done(&["check", "all"], &others).await;
    done(&["admin", "close", "--export", &path("export"), "--confirm", "延安市"], &others).await;
    refused(&huiyin(&["check", "all"], &others).await, "注销");
    done(&["check", "all"], &settings).await;
}

#[tokio::test]
async fn a_damaged_backup_restores_nothing() {
    let (above, folder) = city().await;
    let archive = above.path().join("backup.zip");
    let taken = huiyin(&["backup", archive.to_str().unwrap()], &borrowed(&production(&folder))).await;
    assert!(taken.status.success(), "{}", text(&taken.stderr));
    let mut bytes = std::fs::read(&archive).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 64].fill(0);
    std::fs::write(&archive, &bytes).unwrap();
    let target = above.path().join("restored");
    let output = huiyin(&["restore", archive.to_str().unwrap(), "--data", target.to_str().unwrap()], &[]).await;
    refused(&output, "已损坏");
    assert!(!target.exists());
    let left = std::fs::read_dir(above.path()).unwrap().count();
    assert_eq!(left, 2, "something was left beside the demo and the archive");
}

/// No entry is the key file, and none holds one of its secrets.
fn holds_no_key(archive: &Path, key: &Path) {
    let key = std::fs::read_to_string(key).expect("a readable archive");
    let secrets: Vec<&str> =
        key.lines().filter_map(|line| line.strip_prefix("secret = ")).map(|text| text.trim_matches('"')).collect();
    assert!(secrets.len() >= 4, "the key file looks different now");
    let mut archive =
        zip::ZipArchive::new(std::fs::File::open(archive).expect("a readable archive")).expect("a readable archive");
    let raw: Vec<Vec<u8>> = secrets
        .iter()
        .map(|secret| data_encoding::BASE64.decode(secret.as_bytes()).expect("a readable archive"))
        .collect();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).expect("a readable archive");
        let name = entry.name().expect("a readable archive").into_owned();
        assert!(!name.contains("key"), "{name}");
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("a readable archive");
        let holds = |secret: &[u8]| bytes.windows(secret.len()).any(|window| window == secret);
        assert!(!raw.iter().any(|secret| holds(secret)), "{name} holds a key");
        assert!(!secrets.iter().any(|secret| holds(secret.as_bytes())), "{name} holds a key as text");
    }
}
