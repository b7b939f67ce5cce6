//! The working days of a later year, brought in by hand.

use super::{huiyin, refused, text};

#[tokio::test]
async fn a_years_holidays_come_in_checked_and_whole() {
    let above = tempfile::tempdir().unwrap();
    let (data, key) = (above.path().join("data"), above.path().join("huiyin.key"));
    let settings = [("HUIYIN_DATA", data.to_str().unwrap()), ("HUIYIN_KEY_FILE", key.to_str().unwrap())];
    assert!(huiyin(&["admin", "make-key"], &settings).await.status.success());
    assert!(huiyin(&["migrate"], &settings).await.status.success());

    let file = above.path().join("2027.csv");
    let path = file.to_str().unwrap();
    std::fs::write(&file, "date,is,occasion\n2027-01-01,rest,元旦\n2027-02-30,rest,春节\n2027-01-03,off,元旦\n")
        .unwrap();
    let wrong = huiyin(&["import", "calendar", path], &settings).await;
    let said = text(&wrong.stderr);
    assert!(!wrong.status.success() && said.contains("第 3 行") && said.contains("第 4 行"), "{said}");
    assert!(text(&wrong.stdout).contains("没有写入"), "{}", text(&wrong.stdout));

    std::fs::write(&file, "date,is,occasion\n2027-01-01,rest,元旦\n2027-10-01,rest,国庆节\n2027-10-09,work,国庆节\n")
        .unwrap();
    let checked = huiyin(&["import", "calendar", path, "--dry-run"], &settings).await;
    let said = text(&checked.stdout);
    assert!(checked.status.success() && said.contains("2027 年：工作日放假 2 天，周末调休上班 1 天。"), "{said}");
    for known in ["", "，替换已有的这一年"] {
        let done = huiyin(&["import", "calendar", path], &settings).await;
        let said = text(&done.stdout);
        assert!(done.status.success() && said.contains("已导入") && said.contains(&format!("1 天{known}。")), "{said}");
    }
    std::fs::write(&file, [0xff, 0xfe, 0x31]).unwrap();
    refused(&huiyin(&["import", "calendar", path], &settings).await, "UTF-8");
    assert!(huiyin(&["check", "draws"], &settings).await.status.success());
}
