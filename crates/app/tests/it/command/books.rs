//! Books by the command line: a folder of them, checked, taken in, and taken in again.

use super::{huiyin, refused, text};

const DIVISIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/yanan-divisions.csv");

#[tokio::test]
async fn a_folder_of_books_comes_in_once() {
    let above = tempfile::tempdir().unwrap();
    let (data, key) = (above.path().join("data"), above.path().join("huiyin.key"));
    let settings = [("HUIYIN_DATA", data.to_str().unwrap()), ("HUIYIN_KEY_FILE", key.to_str().unwrap())];
    assert!(huiyin(&["admin", "make-key"], &settings).await.status.success());
    assert!(huiyin(&["migrate"], &settings).await.status.success());
    let folder = above.path().join("书");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("一.md"), "# 渠\n水来了。\n").unwrap();
    std::fs::write(folder.join("二.txt"), "第一章 树\n　　栽树。\n").unwrap();
    std::fs::write(folder.join("记事.log"), "不是书").unwrap();
    let path = folder.to_str().unwrap();
    refused(&huiyin(&["import", "book", path, "--source", "自编"], &settings).await, "机构还没有导入");
    assert!(huiyin(&["import", "organisations", DIVISIONS], &settings).await.status.success());
    refused(&huiyin(&["import", "book", path], &settings).await, "--source");
    let import = ["import", "book", path, "--source", "自编"];
    let checked = huiyin(&[&import[..], &["--dry-run"]].concat(), &settings).await;
    let said = text(&checked.stdout);
    assert!(checked.status.success() && said.contains("新书 2，新版 0") && said.contains("没有写入"), "{said}");
    let done = huiyin(&import, &settings).await;
    assert!(done.status.success() && text(&done.stdout).contains("新书 2，新版 0"), "{}", text(&done.stdout));
    std::fs::write(folder.join("二.txt"), "第一章 树\n　　栽树，也浇水。\n").unwrap();
    std::fs::write(folder.join("三.epub"), "PK\u{3}\u{4}坏的").unwrap();
    let again = huiyin(&import, &settings).await;
    let said = text(&again.stdout);
    assert!(!again.status.success() && said.contains("新书 0，新版 1，已有 1，收不进来 1"), "{said}");
    assert!(text(&again.stderr).contains("三.epub"), "{}", text(&again.stderr));
}
