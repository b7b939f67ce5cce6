use huiyin_base::{Day, Region};
use huiyin_db::{Result, Tx, insert_many, query, row, values};

use crate::region::{FormerName, RegionEntry, RegionLevel, Regions};

/// Writes the regions and their former names; what is there already is brought up to date. An ordinal is never reused,
/// so nothing is deleted.
pub async fn region_put(tx: &mut Tx, regions: &Regions) -> Result<()> {
    let rows = regions.all().iter();
    let rows = rows.map(|entry| values![entry.region, &entry.code, &entry.name, entry.level, entry.parent]).collect();
    let tail = "on conflict (ordinal) do update set code = excluded.code, name = excluded.name,
        level = excluded.level, parent = excluded.parent";
    insert_many(tx, "insert into region (ordinal, code, name, level, parent)", rows, tail).await?;
    let names = regions.former().iter();
    let names = names.map(|name| values![name.region, &name.code, &name.name, name.from_day, name.to_day]).collect();
    let tail = "on conflict (ordinal, from_day, code) do update set name = excluded.name, to_day = excluded.to_day";
    insert_many(tx, "insert into region_name (ordinal, code, name, from_day, to_day)", names, tail).await?;
    Ok(())
}

/// Every stored region with its former names.
pub async fn region_list(tx: &mut Tx) -> Result<Regions> {
    let rows = query("select ordinal, code, name, level, parent from region order by ordinal");
    let entries = rows.fetch_all::<RegionRow>(tx).await?.into_iter().map(|row| RegionEntry {
        region: row.ordinal,
        code: row.code,
        name: row.name,
        level: row.level,
        parent: row.parent,
    });
    let entries = entries.collect();
    let names = query("select ordinal, code, name, from_day, to_day from region_name order by ordinal, from_day");
    let former = names.fetch_all::<NameRow>(tx).await?.into_iter().map(|row| FormerName {
        region: row.ordinal,
        code: row.code,
        name: row.name,
        from_day: row.from_day,
        to_day: row.to_day,
    });
    Ok(Regions::new(entries, former.collect()))
}

/// The regions directly below `region`: the counties of a city.
pub async fn region_children(tx: &mut Tx, region: Region) -> Result<Vec<Region>> {
    query("select ordinal from region where parent = $1 order by code").bind(region).fetch_column(tx).await
}

row! {
    struct RegionRow { ordinal: Region, code: String, name: String, level: RegionLevel, parent: Option<Region> }
}

row! {
    struct NameRow { ordinal: Region, code: String, name: String, from_day: Day, to_day: Option<Day> }
}
