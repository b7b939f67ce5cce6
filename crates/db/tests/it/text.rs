//! What is found by words, page by page and row by row.

use huiyin_base::Region;
use huiyin_db::scratch::Scratch;
use huiyin_db::text::{Lanes, SearchTable, Side, Sought};
use huiyin_db::{Filter, insert_many, values};

/// With stretches so short that what is found lies in several.
const TABLE: SearchTable = SearchTable { name: "case_text", stretch: Some(1) };

/// The word of what was put aside.
const ASIDE: &str = "zqkindtask";

/// Documents 1 to 40: every one says 道路, every fourth 路灯; the last ten stand in another county; every fifth was put aside.
async fn indexed() -> Scratch {
    let scratch = Scratch::new().await.unwrap();
    let write = scratch.db.write("documents", |tx| {
        Box::pin(async move {
            for seq in 1..=40_i64 {
                let row = values![seq, seq.to_string(), "县", "county", None::<i64>];
                insert_many(tx, "insert into region (ordinal, code, name, level, parent)", vec![row], "").await?;
                let county = if seq > 30 { "b" } else { "a" };
                let mut words = vec!["道路".to_owned(), format!("zqcounty{county}")];
                words.extend((seq % 4 == 0).then(|| "路灯".to_owned()));
                words.extend((seq % 5 == 0).then(|| ASIDE.to_owned()));
                let lanes = [String::new(), format!("c{county}")];
                TABLE
                    .put(tx, Region::try_from(7).unwrap(), seq, &words, if seq % 5 == 0 { &[] } else { &lanes })
                    .await?;
            }
            TABLE.remove(tx, 40).await?;
            Ok(())
        })
    });
    write.await.unwrap();
    scratch
}

fn sought(words: &[&[&str]], aside: &[String]) -> Sought {
    Sought { groups: groups(words), aside: aside.to_vec(), ..Sought::default() }
}

fn groups(words: &[&[&str]]) -> Vec<Vec<String>> {
    words.iter().map(|group| group.iter().map(|word| (*word).to_owned()).collect()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_matches_lie_on_either_side_of_a_document() {
    let scratch = indexed().await;
    let mut tx = scratch.db.read().await.unwrap();
    let aside = [ASIDE.to_owned(), "没有".to_owned()];
    let lamps = sought(&[&["道路"], &["路灯"]], &aside);
    assert_eq!(TABLE.newest(&mut tx, &lamps, None, 3).await.unwrap(), [36, 32, 28]);
    assert_eq!(TABLE.newest(&mut tx, &lamps, Some(Side::Before(28)), 2).await.unwrap(), [24, 16]);
    assert_eq!(TABLE.newest(&mut tx, &lamps, Some(Side::After(16)), 2).await.unwrap(), [28, 24]);
    let roads = TABLE.newest(&mut tx, &sought(&[&["道路"]], &aside), None, 6).await.unwrap();
    assert_eq!(roads, [39, 38, 37, 36, 34, 33]);
    let either = sought(&[&["路灯"], &["zqcountyb", "zqcountyc"]], &aside);
    assert_eq!(TABLE.newest(&mut tx, &either, None, 10).await.unwrap(), [36, 32]);
    assert!(TABLE.newest(&mut tx, &sought(&[&[]], &aside), None, 10).await.unwrap().is_empty());
    assert_eq!(TABLE.count(&mut tx, &lamps, 100).await.unwrap(), 8);
    assert_eq!(
        TABLE.any(&mut tx, &lamps.groups, 100).await.unwrap().len(),
        9,
        "what was put aside is found where it is looked for"
    );
    assert_eq!(TABLE.any(&mut tx, &lamps.groups, 5).await.unwrap().len(), 5);
}

/// What a lane says of its documents is found by the filter where there are no stretches.
#[tokio::test(flavor = "multi_thread")]
async fn what_lies_in_a_lane_is_found_in_its_order() {
    let scratch = indexed().await;
    let mut tx = scratch.db.read().await.unwrap();
    let both = || vec!["ca".to_owned(), "cb".to_owned()];
    for (lanes, county, newest) in [
        (Lanes::Narrow(vec!["cb".to_owned()]), groups(&[&["zqcountyb"]]), &[36_i64, 32][..]),
        (Lanes::Wide(vec!["ca".to_owned()]), groups(&[&["zqcountya"]]), &[28, 24, 16, 12, 8, 4]),
        (Lanes::Narrow(both()), Vec::new(), &[36, 32, 28, 24, 16, 12, 8, 4]),
        (Lanes::Wide(both()), Vec::new(), &[36, 32, 28, 24, 16, 12, 8, 4]),
        (Lanes::Narrow(vec!["cx".to_owned()]), groups(&[&["zqcountyx"]]), &[]),
    ] {
        let lamps = Sought { lanes, filters: county, ..sought(&[&["路灯"]], &[ASIDE.to_owned()]) };
        for limit in [1, 3, 100] {
            let first: Vec<i64> = newest.iter().copied().take(limit).collect();
            let limit = i64::try_from(limit).unwrap();
            assert_eq!(TABLE.newest(&mut tx, &lamps, None, limit).await.unwrap(), first, "{lamps:?}");
            let counted = TABLE.count(&mut tx, &lamps, limit).await.unwrap();
            assert_eq!(counted, i64::try_from(first.len()).unwrap(), "{lamps:?}");
        }
        let after: Vec<i64> = newest.iter().copied().filter(|seq| *seq > 12).collect();
        assert_eq!(TABLE.newest(&mut tx, &lamps, Some(Side::After(12)), 100).await.unwrap(), after, "{lamps:?}");
    }
}

/// Many stretches lie between two of these, and more than are looked through one after the other.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_far_between_is_found_from_every_side() {
    let scratch = Scratch::new().await.unwrap();
    let all: Vec<i64> = (0..20).map(|bit| 1_i64 << bit).collect();
    let kept = all.clone();
    let write = scratch.db.write("documents", move |tx| {
        let kept = kept.clone();
        Box::pin(async move {
            for seq in kept {
                TABLE.put(tx, Region::try_from(7).unwrap(), seq, &["路灯".to_owned()], &[String::new()]).await?;
            }
            Ok(())
        })
    });
    write.await.unwrap();
    let lamps = sought(&[&["路灯"]], &[]);
    let mut tx = scratch.db.read().await.unwrap();
    for limit in [1, 3, 100] {
        for edge in all.iter().flat_map(|seq| [seq - 1, *seq, seq + 1]).chain([0, i64::MIN, i64::MAX]) {
            let below: Vec<i64> = all.iter().rev().copied().filter(|seq| *seq < edge).take(limit).collect();
            let mut above: Vec<i64> = all.iter().copied().filter(|seq| *seq > edge).take(limit).collect();
            above.reverse();
            let limit = i64::try_from(limit).unwrap();
            assert_eq!(TABLE.newest(&mut tx, &lamps, Some(Side::Before(edge)), limit).await.unwrap(), below, "{edge}");
            assert_eq!(TABLE.newest(&mut tx, &lamps, Some(Side::After(edge)), limit).await.unwrap(), above, "{edge}");
        }
    }
    assert_eq!(TABLE.newest(&mut tx, &lamps, None, 2).await.unwrap(), [1 << 19, 1 << 18]);
    assert_eq!(TABLE.count(&mut tx, &lamps, 100).await.unwrap(), 20);
    assert_eq!(TABLE.count(&mut tx, &lamps, 7).await.unwrap(), 7);
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
