//! What a review says about counties, and what it hands down.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Result, Tx, query, row};

row! {
    /// A task that a review hands down.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct FollowUp {
        pub(crate) region: Region,
        pub(crate) id: Id,
        pub(crate) bulletin: Id,
        pub(crate) unit_region: Region,
        pub(crate) unit: Id,
        pub(crate) title: String,
        pub(crate) words: String,
        pub(crate) deadline: Day,
        pub(crate) job: Option<Id>,
        pub(crate) case_region: Option<Region>,
        pub(crate) case_id: Option<Id>,
    }
}

/// What is said about each county.
pub(crate) async fn comment_list(tx: &mut Tx, region: Region, bulletin: Id) -> Result<Vec<(Region, String)>> {
    query("select place, words from review_comment where region = $1 and bulletin = $2 order by place")
        .bind(region)
        .bind(bulletin)
        .fetch_all(tx)
        .await
}

/// Says it; nothing said takes it away.
pub(crate) async fn comment_put(
    tx: &mut Tx,
    (region, bulletin): (Region, Id),
    place: Region,
    words: &str,
) -> Result<()> {
    if words.is_empty() {
        let gone = query("delete from review_comment where region = $1 and bulletin = $2 and place = $3");
        gone.bind(region).bind(bulletin).bind(place).execute(tx).await?;
        return Ok(());
    }
    let put = query(
        "insert into review_comment (region, bulletin, place, words) values ($1, $2, $3, $4)
         on conflict (region, bulletin, place) do update set words = excluded.words",
    );
    put.bind(region).bind(bulletin).bind(place).bind(words).execute(tx).await?;
    Ok(())
}

/// What a review hands down, in the order in which it was written.
pub(crate) async fn follow_up_list(tx: &mut Tx, region: Region, bulletin: Id) -> Result<Vec<FollowUp>> {
    query(
        "select region, id, bulletin, unit_region, unit, title, words, deadline, job, case_region, case_id
         from review_follow_up where region = $1 and bulletin = $2 order by id",
    )
    .bind(region)
    .bind(bulletin)
    .fetch_all(tx)
    .await
}

/// What was handed down and has no case yet.
pub(crate) async fn follow_up_waiting(tx: &mut Tx, region: Region) -> Result<Vec<FollowUp>> {
    query(
        "select region, id, bulletin, unit_region, unit, title, words, deadline, job, case_region, case_id
         from review_follow_up where region = $1 and job is not null and case_id is null order by id limit 200",
    )
    .bind(region)
    .fetch_all(tx)
    .await
}

pub(crate) async fn follow_up_add(tx: &mut Tx, of: &FollowUp) -> Result<()> {
    let added = query(
        "insert into review_follow_up (region, id, bulletin, unit_region, unit, title, words, deadline)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    );
    let added = added.bind(of.region).bind(of.id).bind(of.bulletin).bind(of.unit_region).bind(of.unit);
    added.bind(of.title.as_str()).bind(of.words.as_str()).bind(of.deadline).execute(tx).await?;
    Ok(())
}

/// Takes one away that was not handed down yet.
pub(crate) async fn follow_up_remove(tx: &mut Tx, (region, bulletin): (Region, Id), id: Id) -> Result<bool> {
    let gone = query("delete from review_follow_up where region = $1 and bulletin = $2 and id = $3 and job is null");
    Ok(gone.bind(region).bind(bulletin).bind(id).execute(tx).await? > 0)
}

/// The job that opens its case.
pub(crate) async fn follow_up_handed(tx: &mut Tx, of: &FollowUp, job: Id) -> Result<()> {
    query("update review_follow_up set job = $3 where region = $1 and id = $2 and job is null")
        .bind(of.region)
        .bind(of.id)
        .bind(job)
        .execute(tx)
        .await?;
    Ok(())
}

/// The case that the job answered with.
pub(crate) async fn follow_up_opened(tx: &mut Tx, of: &FollowUp, case: (Region, Id)) -> Result<()> {
    query("update review_follow_up set case_region = $3, case_id = $4 where region = $1 and id = $2")
        .bind(of.region)
        .bind(of.id)
        .bind(case.0)
        .bind(case.1)
        .execute(tx)
        .await?;
    Ok(())
}

/// What organisations are called.
pub(crate) async fn unit_name(tx: &mut Tx, region: Region, unit: Id) -> Result<String> {
    let found = query("select o.name from org o where o.region = $1 and o.id = $2").bind(region).bind(unit);
    Ok(found.fetch_optional::<(String,)>(tx).await?.map(|(name,)| name).unwrap_or_default())
}

/// Counties' own organisations and the city's departments, as they stand on `day`, in code order.
pub(crate) async fn unit_list(tx: &mut Tx, home: Region, day: Day) -> Result<Vec<(Region, Id, String, String)>> {
    query(
        "select o.region, o.id, o.code, o.name from org o
         where (o.kind = 'county' or (o.region = $1 and o.kind = 'department'))
             and o.from_day <= $2 and (o.to_day is null or o.to_day >= $2)
         order by o.kind, o.code",
    )
    .bind(home)
    .bind(day)
    .fetch_all(tx)
    .await
}
