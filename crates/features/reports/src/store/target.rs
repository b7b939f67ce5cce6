//! Bottom-line targets and the values entered for them. Their region is the city's own.

use huiyin_base::{Day, Region};
use huiyin_db::{Result, Tx, query, row};

row! {
    /// Where a county began and where it is to be.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct TargetGoal {
        pub(crate) place: Region,
        pub(crate) base: i64,
        pub(crate) goal: i64,
        pub(crate) basis: String,
    }
}

row! {
    /// A value with where it comes from.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct EnteredValue {
        pub(crate) place: Region,
        pub(crate) day: Day,
        pub(crate) value: i64,
        pub(crate) basis: String,
        pub(crate) entered_day: Day,
    }
}

pub(crate) async fn target_list(tx: &mut Tx, region: Region, topic: &str, year: i64) -> Result<Vec<TargetGoal>> {
    query("select place, base, goal, basis from target where region = $1 and topic = $2 and year = $3 order by place")
        .bind(region)
        .bind(topic)
        .bind(year)
        .fetch_all(tx)
        .await
}

/// Sets a county's target of a year.
pub(crate) async fn target_put(
    tx: &mut Tx,
    region: Region,
    (topic, year): (&str, i64),
    goal: &TargetGoal,
) -> Result<()> {
    let put = query(
        "insert into target (region, topic, year, place, base, goal, basis) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (region, topic, year, place) do update set base = excluded.base, goal = excluded.goal, basis = excluded.basis",
    );
    let put = put.bind(region).bind(topic).bind(year).bind(goal.place).bind(goal.base).bind(goal.goal);
    put.bind(goal.basis.as_str()).execute(tx).await?;
    Ok(())
}

/// Every value of a topic up to a day, county by county, the oldest first.
pub(crate) async fn value_list(
    tx: &mut Tx,
    region: Region,
    topic: &str,
    from: Day,
    to: Day,
) -> Result<Vec<EnteredValue>> {
    query(
        "select place, day, value, basis, entered_day from target_value
         where region = $1 and topic = $2 and day >= $3 and day <= $4 order by place, day",
    )
    .bind(region)
    .bind(topic)
    .bind(from)
    .bind(to)
    .fetch_all(tx)
    .await
}

/// Enters a value of a day; what stood there before is replaced.
pub(crate) async fn value_put(tx: &mut Tx, region: Region, topic: &str, value: &EnteredValue) -> Result<()> {
    let put = query(
        "insert into target_value (region, topic, place, day, value, basis, entered_day) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (region, topic, place, day) do update
             set value = excluded.value, basis = excluded.basis, entered_day = excluded.entered_day",
    );
    let put = put.bind(region).bind(topic).bind(value.place).bind(value.day).bind(value.value);
    put.bind(value.basis.as_str()).bind(value.entered_day).execute(tx).await?;
    Ok(())
}
