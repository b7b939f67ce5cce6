use huiyin_base::{Id, Instant, Region, Rng};
use huiyin_catalogue::references;
use huiyin_db::query;
use huiyin_db::scratch::Scratch;

async fn session_add(scratch: &Scratch, n: u64) -> Id {
    let region = Region::new(2983).unwrap();
    let account = Id::new(region, Instant::UNIX_EPOCH, &mut Rng::seeded(n));
    let hash = [u8::try_from(n).unwrap(); 32];
    scratch
        .db
        .write("session_add", move |tx| {
            Box::pin(async move {
                query(
                    "insert into session (hash, region, account, created_at, expires_at, renewed_at, strong, device)
                     values ($1, $2, $3, $4, $4, $4, $5, $6)",
                )
                .bind(hash)
                .bind(region)
                .bind(account)
                .bind(Instant::UNIX_EPOCH)
                .bind(true)
                .bind("手机")
                .execute(tx)
                .await?;
                Ok(())
            })
        })
        .await
        .unwrap();
    account
}

#[tokio::test]
async fn an_empty_database_has_no_dangling_references_and_every_line_of_the_list_is_real() {
    let scratch = Scratch::new().await.unwrap();
    let report = references::check(&mut scratch.db.read().await.unwrap()).await.unwrap();
    assert!(report.passed, "{}", report.findings.join("\n"));
    assert_eq!(report.examined, 0);
}

#[tokio::test]
async fn an_id_that_points_nowhere_is_found() {
    let scratch = Scratch::new().await.unwrap();
    session_add(&scratch, 1).await;
    session_add(&scratch, 2).await;
    let report = references::check(&mut scratch.db.read().await.unwrap()).await.unwrap();
    assert_eq!(report.findings, ["session.account 有 2 行指向不存在的 account"]);
    assert_eq!((report.passed, report.examined), (false, 2));
}

#[tokio::test]
async fn a_column_that_is_in_no_list_is_found() {
    let scratch = Scratch::new().await.unwrap();
    crate::execute(
        &scratch,
        "create table errand (region integer, id blob, owner_account blob)",
        "create table errand (region bigint, id uuid, owner_account uuid)",
    )
    .await;
    let report = references::check(&mut scratch.db.read().await.unwrap()).await.unwrap();
    assert_eq!(report.findings, ["errand.owner_account 指向别处，却没有列入引用清单"]);
}

/// Ids that no list can name: of no one table, or kept as they were.
const NOT_WALKED: [&str; 9] = [
    "case_value.ref",
    "contest_entry.taker",
    "figure_snapshot_row.fact",
    "reading.reader",
    "reading_mark.reader",
    "reflection.writer",
    "reflection_comment.writer",
    "sitting.taker",
    "talk_basis.refers",
];

#[test]
fn every_id_of_the_migrations_is_a_key_or_in_the_list() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/postgres");
    let listed: Vec<String> =
        references::list().iter().map(|reference| format!("{}.{}", reference.table, reference.column)).collect();
    let mut missing = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for table in text.split("create table ").skip(1) {
            let (name, body) = table.split_once(" (").unwrap();
            let body = body.split("\n);").next().unwrap();
            let keys: String = body.lines().filter(|line| line.contains("foreign key")).collect();
            let ids = body.lines().filter_map(|line| line.trim_start().split_once(" uuid")).map(|(column, _)| column);
            for column in ids.filter(|column| *column != "id" || name.ends_with("_lookup")) {
                let place = format!("{name}.{column}");
                let in_key =
                    keys.split(|letter: char| !letter.is_alphanumeric() && letter != '_').any(|word| word == column);
                if !in_key && !listed.contains(&place) && !NOT_WALKED.contains(&place.as_str()) {
                    missing.push(place);
                }
            }
        }
    }
    assert!(missing.is_empty(), "ids that nobody walks: {missing:?}");
}
