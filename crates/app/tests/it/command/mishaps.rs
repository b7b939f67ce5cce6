//! One clear sentence, a non-zero exit, the data untouched.

use huiyin_db::{Db, DbConfig, query};

use super::super::support::program;
use super::{binary, borrowed, city, huiyin, production, refused, text};

const COMMANDS: [&str; 10] =
    ["demo", "serve", "work", "migrate", "import", "export", "check", "admin", "backup", "restore"];

#[tokio::test]
async fn every_command_explains_itself() {
    for command in COMMANDS {
        let output = huiyin(&[command, "--help"], &[]).await;
        assert!(output.status.success() && text(&output.stdout).contains("Usage: huiyin"), "{command}");
    }
}

#[tokio::test]
async fn a_port_in_use_is_named_before_anything_is_made() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let above = tempfile::tempdir().unwrap();
    let folder = above.path().join("demo");
    let output = huiyin(&["demo", "--listen", &address.to_string(), "--data", folder.to_str().unwrap()], &[]).await;
    refused(&output, &format!("端口 {}", address.port()));
    assert!(!folder.exists());
}

#[tokio::test]
async fn a_wrong_key_file_opens_nothing() {
    let (_above, folder) = city().await;
    let key = folder.join("demo.key");
    std::fs::remove_file(&key).unwrap();
    assert!(huiyin(&["admin", "make-key", key.to_str().unwrap()], &[]).await.status.success());
    let before = std::fs::read(folder.join("city/huiyin.db")).unwrap();
    let output = huiyin(&["demo", "--listen", "127.0.0.1:0", "--data", folder.to_str().unwrap()], &[]).await;
    refused(&output, "密钥文件和这份数据不匹配");
    assert!(before == std::fs::read(folder.join("city/huiyin.db")).unwrap(), "the database was touched");
}

#[tokio::test]
async fn a_broken_database_is_left_alone() {
    let (_above, folder) = city().await;
    let file = folder.join("city/huiyin.db");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[..4096].fill(b'x');
    std::fs::write(&file, &bytes).unwrap();
    let output = huiyin(&["demo", "--listen", "127.0.0.1:0", "--data", folder.to_str().unwrap()], &[]).await;
    refused(&output, "已损坏");
    assert!(bytes == std::fs::read(&file).unwrap(), "the database was touched");
}

#[tokio::test]
async fn data_of_a_later_program_is_not_misread() {
    let (_above, folder) = city().await;
    let url = format!("sqlite:{}", folder.join("city/huiyin.db").display());
    let db = Db::open(&DbConfig::new(url)).await.unwrap();
    db.write("later", |tx| {
        Box::pin(async move {
            let later = "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                values (9999, 'later', true, x'00', 0)";
            query(later).execute(tx).await?;
            Ok(())
        })
    })
    .await
    .unwrap();
    db.close().await;
    let output = huiyin(&["demo", "--listen", "127.0.0.1:0", "--data", folder.to_str().unwrap()], &[]).await;
    refused(&output, "更新版本的程序");
}

#[tokio::test]
async fn a_foreign_folder_is_not_taken_for_a_city() {
    let above = tempfile::tempdir().unwrap();
    std::fs::write(above.path().join("letter.txt"), "not ours").unwrap();
    let output = huiyin(&["demo", "--listen", "127.0.0.1:0", "--data", above.path().to_str().unwrap()], &[]).await;
    refused(&output, "没有演示城市");
    assert_eq!(std::fs::read_dir(above.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn the_second_start_serves_the_same_city_and_the_third_process_is_refused() {
    let (_above, folder) = city().await;
    let (server, said) = program::serve_and_listen(binary(), &folder).await;
    assert!(
        said.contains("系统管理员") && said.contains("（两步验证）") && said.contains("演示日期 2016年12月16日"),
        "{said}"
    );
    let second = huiyin(&["demo", "--listen", "127.0.0.1:0", "--data", folder.to_str().unwrap()], &[]).await;
    refused(&second, "另一个回音进程");
    assert!(server.stop().await, "Ctrl-C should end it well");
    assert!(!folder.join("city/huiyin.db-wal").exists(), "the log was not folded in");
    let other =
        huiyin(&["demo", "--listen", "127.0.0.1:0", "--scale", "full", "--data", folder.to_str().unwrap()], &[]).await;
    refused(&other, "规模是 small");
}

#[tokio::test]
async fn the_code_of_the_demo_is_said_again_when_asked() {
    let (above, folder) = city().await;
    let output = huiyin(&["demo", "--code", "--data", folder.to_str().unwrap()], &[]).await;
    let code = text(&output.stdout);
    assert!(code.trim().len() == 6 && code.trim().bytes().all(|digit| digit.is_ascii_digit()), "{code}");
    refused(&huiyin(&["demo", "--code", "--data", above.path().to_str().unwrap()], &[]).await, "没有两步验证账号");
}

#[tokio::test]
async fn a_production_server_refuses_demo_accounts_and_a_missing_key() {
    let (_above, folder) = city().await;
    let settings = production(&folder);
    let output = huiyin(&["serve", "--listen", "127.0.0.1:0"], &borrowed(&settings)).await;
    refused(&output, "演示账号");
    let output = huiyin(&["serve", "--listen", "127.0.0.1:0"], &borrowed(&settings[..1])).await;
    refused(&output, "没有配置密钥文件");
}

#[tokio::test]
async fn a_wrong_configuration_is_named() {
    let above = tempfile::tempdir().unwrap();
    let file = above.path().join("huiyin.toml");
    std::fs::write(&file, "lisen = '127.0.0.1:1'").unwrap();
    let output = huiyin(&["check", "--config", file.to_str().unwrap()], &[]).await;
    assert!(!output.status.success());
    assert!(text(&output.stderr).contains("huiyin.toml"), "{}", text(&output.stderr));
}
