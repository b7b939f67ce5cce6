//! What is found by words, page by page and row by row.

use huiyin_base::Region;
use huiyin_db::scratch::Scratch;
use huiyin_db::text::{SearchTable, Side};
use huiyin_db::{Filter, insert_many, values};

const TABLE: SearchTable = SearchTable("case_text");

/// Documents 1 to 40: every one says 道路, every fourth 路灯; the last ten stand in another county.
async fn indexed() -> Scratch {
    let scratch = Scratch::new().await.unwrap();
    let write = scratch.db.write("documents", |tx| {
        Box::pin(async move {
            for seq in 1..=40_i64 {
                let row = values![seq, seq.to_string(), "县", "county", None::<i64>];
                insert_many(tx, "insert into region (ordinal, code, name, level, parent)", vec![row], "").await?;
                let mut words = vec!["道路".to_owned(), if seq > 30 { "zqcountyb" } else { "zqcountya" }.to_owned()];
                words.extend((seq % 4 == 0).then(|| "路灯".to_owned()));
                TABLE.put(tx, Region::try_from(7).unwrap(), seq, &words).await?;
            }
            TABLE.remove(tx, 40).await?;
            Ok(())
        })
    });
    write.await.unwrap();
    scratch
}

fn groups(words: &[&[&str]]) -> Vec<Vec<String>> {
    words.iter().map(|group| group.iter().map(|word| (*word).to_owned()).collect()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_matches_lie_on_either_side_of_a_document() {
    let scratch = indexed().await;
    let mut tx = scratch.db.read().await.unwrap();
    let lamps = groups(&[&["道路"], &["路灯"]]);
    assert_eq!(TABLE.newest(&mut tx, &lamps, &[], None, 3).await.unwrap(), [36, 32, 28]);
    assert_eq!(TABLE.newest(&mut tx, &lamps, &[], Some(Side::Before(28)), 2).await.unwrap(), [24, 20]);
    assert_eq!(TABLE.newest(&mut tx, &lamps, &[], Some(Side::After(20)), 2).await.unwrap(), [28, 24]);
    let barred = ["路灯".to_owned(), "没有".to_owned()];
    let without = TABLE.newest(&mut tx, &groups(&[&["道路"]]), &barred, None, 3).await.unwrap();
    assert_eq!(without, [39, 38, 37]);
    let either = groups(&[&["路灯"], &["zqcountyb", "zqcountyc"]]);
    assert_eq!(TABLE.newest(&mut tx, &either, &[], None, 10).await.unwrap(), [36, 32]);
    assert!(TABLE.newest(&mut tx, &groups(&[&[]]), &[], None, 10).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_is_narrowed_row_by_row() {
    let scratch = indexed().await;
    let mut tx = scratch.db.read().await.unwrap();
    for (words, wanted) in [
        (groups(&[&["路灯"], &["zqcountya"]]), vec![28_i64, 24, 20]),
        (groups(&[&["没有"]]), vec![]),
        (groups(&[]), vec![]),
    ] {
        let base = Filter::new("select x.ordinal from region x where x.ordinal >= ?").bind(20_i64);
        let base = TABLE.narrow(scratch.db.engine(), base, "x.ordinal", &words).then("order by x.ordinal desc");
        assert_eq!(base.query().fetch_column::<i64>(&mut tx).await.unwrap(), wanted, "{words:?}");
    }
}
