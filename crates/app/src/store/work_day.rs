use huiyin_base::Day;
use huiyin_base::calendar::OddDay;
use huiyin_db::{Filter, Result, Tx, insert_many, query, values};

/// The imported days that differ from Monday to Friday.
pub(crate) async fn work_day_list(tx: &mut Tx) -> Result<Vec<OddDay>> {
    let rows = query("select day, is_work, occasion from work_day order by day");
    let rows = rows.fetch_all::<(Day, bool, String)>(tx).await?;
    Ok(rows.into_iter().map(|(day, is_work, occasion)| OddDay { day, is_work, occasion }).collect())
}

/// Puts whole years in place of what was imported for them before.
pub(crate) async fn work_day_put(tx: &mut Tx, days: &[OddDay]) -> Result<()> {
    let years: std::collections::BTreeSet<i64> = days.iter().map(|odd| i64::from(odd.day.year())).collect();
    for year in years {
        let gone = Filter::new("delete from work_day where day >= ?").bind(year * 10_000);
        gone.and("day < ?").bind((year + 1) * 10_000).query().execute(tx).await?;
    }
    let rows = days.iter().map(|odd| values![odd.day, odd.is_work, &odd.occasion]).collect();
    insert_many(tx, "insert into work_day (day, is_work, occasion)", rows, "").await?;
    Ok(())
}
