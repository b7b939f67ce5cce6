//! What happens to an installation over the years: its keys change, its addresses are read, it is handed over and closed.

use std::path::Path;
use std::process::Stdio;

use huiyin_app::config::Config;
use huiyin_app::start::{self, Intent};
use huiyin_base::{Clock, Day, Rng, RngSource};
use huiyin_operations::reseal;
use huiyin_vault::Vault;
use huiyin_web::{AccessLine, AccessLog};
use tokio::io::AsyncWriteExt as _;

use super::super::support::program;
use super::{binary, borrowed, city, huiyin, production, refused, text};

fn config(folder: &Path) -> Config {
    let settings = production(folder).map(|(name, value)| (name.to_owned(), value));
    Config::read("", settings).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_change_while_the_city_lives_on() {
    let (above, folder) = city().await;
    let settings = production(&folder);
    let settings = borrowed(&settings);
    assert!(huiyin(&["admin", "rotate-key"], &settings).await.status.success());
    let shown = huiyin(&["admin", "keys"], &settings).await;
    let shown = text(&shown.stdout);
    assert!(shown.contains("第 2 号（现在使用）：0 处") && shown.contains("case_item.original"), "{shown}");
    refused(&huiyin(&["admin", "retire-key", "1"], &settings).await, "还有内容在用");
    refused(&huiyin(&["admin", "retire-key", "2"], &settings).await, "正在使用");

    let opened = start::open(&config(&folder), Intent::Work, Clock::system()).await.unwrap();
    let ground = opened.ground.clone();
    let run = reseal(&ground.db, &ground.vault, &ground.files, &mut Rng::seeded(1), None).await.unwrap();
    assert!(run.done > 300 && run.failed == 0, "every sealed column of the city: {run:?}");
    drop(opened);
    ground.db.close().await;
    let retired = huiyin(&["admin", "retire-key", "1"], &settings).await;
    assert!(retired.status.success(), "{}", text(&retired.stderr));
    refused(&huiyin(&["admin", "retire-key", "1"], &settings).await, "没有第 1 号");
    let checked = huiyin(&["check", "all"], &settings).await;
    assert!(checked.status.success(), "{}", text(&checked.stdout));
    let all = above.path().join("all");
    let exported = huiyin(&["export", "all", all.to_str().unwrap()], &settings).await;
    assert!(exported.status.success() && !text(&exported.stdout).contains("打不开"), "{}", text(&exported.stdout));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_is_handed_over_whole_and_then_gone() {
    let (above, folder) = city().await;
    let settings = production(&folder);
    let settings = borrowed(&settings);
    let target = above.path().join("handed-over");
    let close = ["admin", "close", "--export", target.to_str().unwrap()];
    refused(&huiyin(&close, &settings).await, "--confirm 延安市");
    let wrong: Vec<&str> = close.into_iter().chain(["--confirm", "西安市"]).collect();
    refused(&huiyin(&wrong, &settings).await, "没有做任何改动");
    assert!(!target.exists() && folder.join("city/huiyin.db").exists());

    let killed = folder.join("city/.backup-killed");
    std::fs::create_dir(&killed).unwrap();
    std::fs::write(killed.join("huiyin.db"), b"what a killed backup left").unwrap();
    let right: Vec<&str> = close.into_iter().chain(["--confirm", "延安市"]).collect();
    let closed = huiyin(&right, &settings).await;
    assert!(closed.status.success(), "{}", text(&closed.stderr));
    let read = |name: &str| std::fs::read_to_string(target.join(name)).unwrap();
    let people = csv(&read("tables/person.csv"), "phone");
    assert!(!people.is_empty() && people.iter().any(|phone| phone.starts_with('1') && phone.len() == 11), "readable");
    let passwords = csv(&read("tables/account.csv"), "password");
    assert!(passwords.iter().all(String::is_empty), "no secret that opens an account");
    assert!(csv(&read("tables/case_item.csv"), "original").iter().any(|text| text.contains("title")));
    assert!(read("columns.csv").contains("citizen_number"));
    let manifest: serde_json::Value = serde_json::from_str(&read("manifest.json")).unwrap();
    assert!(
        manifest["rows"]["case_item"].as_i64().unwrap() > 300 && manifest["sha256"]["tables/person.csv"].is_string()
    );
    assert!(std::fs::read_dir(target.join("files")).unwrap().count() > 0);

    let left: Vec<String> = std::fs::read_dir(folder.join("city"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name != "huiyin.lock")
        .collect();
    assert_eq!(left, ["closed.json"]);
    refused(&huiyin(&["check", "all"], &settings).await, "已于");
    refused(&huiyin(&["migrate"], &settings).await, "注销");
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_are_read_by_the_audit_administrator_and_that_is_on_record() {
    let (above, folder) = city().await;
    let settings = production(&folder);
    let settings = borrowed(&settings);
    let vault = Vault::open(&folder.join("demo.key")).unwrap();
    let clock = Clock::system();
    let access = folder.join("city/access");
    let log = AccessLog::open(&access, vault, clock.clone(), RngSource::system()).unwrap();
    log.note(AccessLine {
        at: clock.real(),
        address: "203.0.113.7".parse().ok(),
        account: None,
        method: "POST".into(),
        route: "/problems".into(),
        status: 303,
    });
    log.flush().unwrap();
    let today = Day::of(clock.real()).to_string();
    let slips = std::fs::read_to_string(folder.join("sign-ins.txt")).unwrap();
    let sign_in = |role: &str| {
        let line = slips.lines().find(|line| line.contains(role)).unwrap();
        let (login, password) = line.rsplit_once('：').unwrap().1.split_once(" / ").unwrap();
        (login.to_owned(), password.to_owned())
    };
    let (audit, password) = sign_in("审计管理员");
    let (system, _) = sign_in("系统管理员");
    let words = |login: &str| {
        ["admin", "access-log", "--day", &today, "--login", login, "--reason", "核查异常登录"].map(str::to_owned)
    };
    let ask = async |login: &str, password: &str| {
        let words = words(login);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut command = program::command(binary(), &words, &settings);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(format!("{password}\n").as_bytes()).await.unwrap();
        drop(stdin);
        child.wait_with_output().await.unwrap()
    };
    for (login, password) in [(&audit, "错的口令"), (&system, password.as_str())] {
        let output = ask(login, password).await;
        assert!(!output.status.success() && !text(&output.stdout).contains("203."), "{login}");
        assert!(text(&output.stderr).contains("不是审计管理员"), "{}", text(&output.stderr));
    }
    let output = ask(&audit, &password).await;
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("203.0.113.7") && text(&output.stdout).contains("/problems"));
    let all = above.path().join("all");
    assert!(huiyin(&["export", "all", all.to_str().unwrap()], &settings).await.status.success());
    let audit = std::fs::read_to_string(all.join("tables/audit_event.csv")).unwrap();
    assert!(audit.contains("访问日志：核查异常登录"));
}

/// The values of one column.
fn csv(text: &str, column: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let place = reader.headers().unwrap().iter().position(|name| name == column).unwrap();
    reader.records().map(|record| record.unwrap()[place].to_owned()).collect()
}
