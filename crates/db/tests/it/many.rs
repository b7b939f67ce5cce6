//! Many rows in few statements, alike on both engines.

use huiyin_db::scratch::Scratch;
use huiyin_db::{RowChange, ToValue as _, query, update_many};

use crate::writes::region_add;

fn named(ordinal: i64, name: &str) -> RowChange {
    RowChange { key: vec![("ordinal", ordinal.to_value())], set: vec![("name", name.to_value())] }
}

/// More rows than one statement takes: some change one column, some two, one of them to nothing, one does not change and one is not there.
#[tokio::test(flavor = "multi_thread")]
async fn each_row_gets_its_own_values_and_others_none() {
    let scratch = Scratch::new().await.unwrap();
    let write = scratch.db.write("regions", |tx| {
        Box::pin(async move {
            for ordinal in 1..=300 {
                region_add(tx, ordinal, "县").await?;
            }
            let mut rows: Vec<RowChange> = (1..=260).map(|n| named(n, &format!("县{n}"))).collect();
            for n in 261..=290 {
                let mut both = named(n, "区");
                both.set.push(("parent", if n % 2 == 0 { 1_i64.to_value() } else { None::<i64>.to_value() }));
                rows.push(both);
            }
            rows.push(RowChange { set: Vec::new(), ..named(291, "") });
            rows.push(named(999, "无"));
            Ok(update_many(tx, "region", rows).await?)
        })
    });
    assert_eq!(write.await.unwrap(), 290, "padding names a row again and changes it once");
    let mut tx = scratch.db.read().await.unwrap();
    let found: Vec<(i64, String, Option<i64>)> =
        query("select ordinal, name, parent from region order by ordinal").fetch_all(&mut tx).await.unwrap();
    assert_eq!(found.len(), 300);
    for (ordinal, name, parent) in found {
        let wanted = match ordinal {
            1..=260 => format!("县{ordinal}"),
            261..=290 => "区".to_owned(),
            _ => "县".to_owned(),
        };
        assert_eq!(name, wanted, "{ordinal}");
        assert_eq!(parent, ((261..=290).contains(&ordinal) && ordinal % 2 == 0).then_some(1), "{ordinal}");
    }
}
