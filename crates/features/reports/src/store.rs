use huiyin_base::{Day, Id, Region};
use huiyin_db::{Result, Tx, query};
use huiyin_directory::OrgRef;

use crate::asked::Township;

pub(crate) mod bulletin;
pub(crate) mod field_request;
pub(crate) mod review;
pub(crate) mod target;

/// The counties that this installation keeps.
pub(crate) async fn county_list(tx: &mut Tx) -> Result<Vec<Region>> {
    query("select distinct o.region from org o where o.kind = 'county' order by 1").fetch_column(tx).await
}

/// A township or village by its code.
pub(crate) async fn township_find(tx: &mut Tx, region: Region, code: &str) -> Result<Option<Township>> {
    let found = query(
        "select id, code, name from org
         where region = $1 and code = $2 and kind in ('township', 'village', 'community')",
    )
    .bind(region)
    .bind(code)
    .fetch_optional::<(Id, String, String)>(tx)
    .await?;
    Ok(found.map(|row| township(region, row)))
}

/// Any organisation by its code: whoever may be responsible for something.
pub(crate) async fn unit_find(tx: &mut Tx, region: Region, code: &str) -> Result<Option<Township>> {
    let found = query("select id, code, name from org where region = $1 and code = $2")
        .bind(region)
        .bind(code)
        .fetch_optional::<(Id, String, String)>(tx)
        .await?;
    Ok(found.map(|row| township(region, row)))
}

/// The township in which an organisation lies, where it lies in one.
pub(crate) async fn township_of(tx: &mut Tx, org: OrgRef) -> Result<Option<Township>> {
    let found = query(
        "select o.id, o.code, o.name from org_ancestor a join org o on o.region = a.region and o.id = a.ancestor
         where a.region = $1 and a.org = $2 and o.kind = 'township' limit 1",
    )
    .bind(org.region)
    .bind(org.id)
    .fetch_optional::<(Id, String, String)>(tx)
    .await?;
    Ok(found.map(|row| township(org.region, row)))
}

/// The townships of a county in code order, as they stood on `day`.
pub(crate) async fn township_list(tx: &mut Tx, region: Region, day: Day) -> Result<Vec<Township>> {
    let rows = query(
        "select id, code, name from org
         where region = $1 and kind = 'township' and from_day <= $2 and (to_day is null or to_day >= $2) order by code",
    )
    .bind(region)
    .bind(day)
    .fetch_all::<(Id, String, String)>(tx)
    .await?;
    Ok(rows.into_iter().map(|row| township(region, row)).collect())
}

/// With how many people a village is named to the public; the same number as for the place of a problem.
fn fewest_people() -> i64 {
    #[derive(serde::Deserialize)]
    struct Rules {
        fewest_people: i64,
    }
    // The file is read whole by the feature that it belongs to, which refuses to start where it is wrong.
    toml::from_str::<Rules>(include_str!("../../../../rules/cases.toml")).map_or(i64::MAX, |rules| rules.fewest_people)
}

/// Whether the public may read this name: not that of a village where few people live, nor of a branch of one.
pub(crate) async fn is_public(tx: &mut Tx, org: OrgRef) -> Result<bool> {
    let small = query(
        "select 1 from org_ancestor a join org o on o.region = a.region and o.id = a.ancestor
         where a.region = $1 and a.org = $2 and o.kind in ('village', 'community')
             and (o.place_shown = $3 or (o.place_shown is null and o.population < $4)) limit 1",
    );
    let small = small.bind(org.region).bind(org.id).bind(false).bind(fewest_people());
    Ok(small.fetch_optional::<(i64,)>(tx).await?.is_none())
}

/// The villages and communities of a township in code order, as they stood on `day`; for the public without those where few
/// people live.
pub(crate) async fn village_list(tx: &mut Tx, township_org: OrgRef, day: Day, public: bool) -> Result<Vec<Township>> {
    let rows = query(
        "select id, code, name from org
         where region = $1 and parent = $2 and kind in ('village', 'community')
             and from_day <= $3 and (to_day is null or to_day >= $3)
             and (place_shown = $4 or (place_shown is null and (population is null or population >= $5)) or $6 = $4)
         order by code",
    )
    .bind(township_org.region)
    .bind(township_org.id)
    .bind(day)
    .bind(true)
    .bind(fewest_people())
    .bind(!public)
    .fetch_all::<(Id, String, String)>(tx)
    .await?;
    Ok(rows.into_iter().map(|row| township(township_org.region, row)).collect())
}

fn township(region: Region, (id, code, name): (Id, String, String)) -> Township {
    Township { org: OrgRef { region, id }, code, name }
}

/// The departments of a region in code order, as they stood on `day`.
pub(crate) async fn department_list(
    tx: &mut Tx,
    region: Region,
    day: Day,
) -> Result<Vec<(Region, Id, String, String)>> {
    query(
        "select o.region, o.id, o.code, o.name from org o
         where o.region = $1 and o.kind = 'department' and o.from_day <= $2 and (o.to_day is null or o.to_day >= $2)
         order by o.code",
    )
    .bind(region)
    .bind(day)
    .fetch_all(tx)
    .await
}
