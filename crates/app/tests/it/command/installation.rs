//! A new installation, from the key file to the first administrator.

use super::{huiyin, refused, text};

const DIVISIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/yanan-divisions.csv");

#[tokio::test]
async fn a_new_installation_comes_up_step_by_step() {
    let above = tempfile::tempdir().unwrap();
    let (data, key) = (above.path().join("data"), above.path().join("huiyin.key"));
    let settings = [("HUIYIN_DATA", data.to_str().unwrap()), ("HUIYIN_KEY_FILE", key.to_str().unwrap())];

    refused(&huiyin(&["migrate"], &settings).await, "找不到密钥文件");
    assert!(!data.exists());
    assert!(huiyin(&["admin", "make-key"], &settings).await.status.success());
    refused(&huiyin(&["admin", "make-key"], &settings).await, "已经存在");
    refused(&huiyin(&["serve", "--listen", "127.0.0.1:0"], &settings).await, "huiyin migrate");
    assert!(huiyin(&["migrate"], &settings).await.status.success());
    assert!(huiyin(&["migrate"], &settings).await.status.success(), "twice gives the same");

    let create = ["admin", "create", "security", "--login", "anquan", "--name", "安全管理员甲"];
    refused(&huiyin(&create, &settings).await, "还没有机构");
    let import = huiyin(&["import", "organisations", DIVISIONS], &settings).await;
    assert!(import.status.success(), "{}", text(&import.stderr));
    assert!(text(&import.stdout).contains("新增 2090"), "{}", text(&import.stdout));
    let again = huiyin(&["import", "organisations", DIVISIONS], &settings).await;
    assert!(text(&again.stdout).contains("没有变化 2090"), "{}", text(&again.stdout));

    let created = huiyin(&create, &settings).await;
    assert!(text(&created.stdout).contains("一次性激活码"), "{}", text(&created.stderr));
    refused(&huiyin(&create, &settings).await, "已经有");

    let table = above.path().join("organisations.csv");
    assert!(huiyin(&["export", "organisations", table.to_str().unwrap()], &settings).await.status.success());
    let back = huiyin(&["import", "organisations", table.to_str().unwrap()], &settings).await;
    assert!(text(&back.stdout).contains("没有变化 2090"), "{}{}", text(&back.stdout), text(&back.stderr));

    assert!(huiyin(&["admin", "rotate-key"], &settings).await.status.success());
    let checked = huiyin(&["check", "all"], &settings).await;
    assert!(checked.status.success(), "{}", text(&checked.stdout));
}
