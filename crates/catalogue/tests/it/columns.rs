use huiyin_catalogue::{Catalogue, complete, engines};
use huiyin_db::scratch::Scratch;
use huiyin_db::{Db, DbConfig, Engine};

use crate::{execute, tables};

#[tokio::test]
async fn every_column_has_its_line_and_every_line_its_column() {
    let scratch = Scratch::new().await.unwrap();
    let findings = complete::compare(&Catalogue::load().unwrap(), &tables(&scratch.db).await);
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[tokio::test]
async fn a_new_column_without_a_line_is_found() {
    let scratch = Scratch::new().await.unwrap();
    let alter = "alter table person add column shoe_size bigint";
    execute(&scratch, "alter table person add column shoe_size integer", alter).await;
    let findings = complete::compare(&Catalogue::load().unwrap(), &tables(&scratch.db).await);
    assert_eq!(findings, ["person.shoe_size 没有列入数据目录"]);
}

#[tokio::test]
async fn a_line_whose_column_has_gone_is_found() {
    let scratch = Scratch::new().await.unwrap();
    let drop = "alter table person drop column education";
    execute(&scratch, drop, drop).await;
    let findings = complete::compare(&Catalogue::load().unwrap(), &tables(&scratch.db).await);
    assert_eq!(findings, ["数据目录里的 person.education 已不存在"]);
}

#[tokio::test]
async fn readable_sensitive_data_is_found() {
    let scratch = Scratch::new().await.unwrap();
    let mut tables = tables(&scratch.db).await;
    let person = tables.get_mut("person").unwrap();
    person.columns.iter_mut().find(|column| column.name == "citizen_number").unwrap().storage = "text";
    let findings = complete::compare(&Catalogue::load().unwrap(), &tables);
    assert_eq!(findings, ["person.citizen_number 属于敏感信息，却不是密文"]);
}

/// The engine under test against SQLite; run on PostgreSQL it compares the two.
#[tokio::test]
async fn both_engines_have_the_same_tables_columns_keys_and_indexes() {
    let scratch = Scratch::new().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    let sqlite = Db::create(&DbConfig::new(format!("sqlite:{}", path.display()))).await.unwrap();
    sqlite.migrate().await.unwrap();
    let (ours, theirs) = (tables(&sqlite).await, tables(&scratch.db).await);
    assert!(ours.len() > 30 && theirs["org"].foreign_keys.len() + theirs["membership"].foreign_keys.len() > 0);
    assert!(theirs["org"].indexes.iter().any(|index| index.unique && index.columns == ["region", "id"]));
    let findings = engines::compare(&ours, &theirs);
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[tokio::test]
async fn an_index_of_one_engine_alone_is_found() {
    let scratch = Scratch::new().await.unwrap();
    let before = tables(&scratch.db).await;
    let create = "create index person_birth_year on person (region, birth_year)";
    execute(&scratch, create, create).await;
    let after = tables(&scratch.db).await;
    let findings = engines::compare(&before, &after);
    assert!(findings.len() == 1 && findings[0].contains("birth_year"), "{findings:?}");
    assert!(matches!(scratch.db.engine(), Engine::Sqlite | Engine::Postgres));
}
