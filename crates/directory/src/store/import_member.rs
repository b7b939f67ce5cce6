use std::collections::HashMap;

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, query, row};

use crate::OrgKind;
use crate::import::members::{Branch, MemberWrite};

row! {
    /// A person as an import finds him.
    #[derive(Clone, Debug)]
    pub struct ImportPerson {
        /// The person.
        pub id: Id,
        /// The name.
        pub name: String,
        /// Schooling.
        pub education: Option<String>,
        /// Sealed.
        pub phone: Option<Vec<u8>>,
    }
}

row! {
    /// A membership in force as an import finds it.
    #[derive(Clone, Debug)]
    pub struct ImportMembership {
        /// The branch's shard.
        pub region: Region,
        /// The membership.
        pub id: Id,
        /// The person.
        pub person: Id,
        /// The branch.
        pub branch: Id,
        /// The branch's name.
        pub branch_name: String,
        /// Where it stands.
        pub stage: String,
        /// The day of joining the Party.
        pub joined_day: Option<i64>,
    }
}

/// The branches of the regions that are in force on `today`.
pub async fn import_branch_list(tx: &mut Tx, regions: &[Region], today: Day) -> Result<Vec<Branch>> {
    let rows = Filter::new("select region, id, code, name from org where region in (?)")
        .bind_list(regions.iter().copied())
        .and("kind = ?")
        .bind(OrgKind::Branch)
        .and("from_day <= ?")
        .bind(today)
        .and("to_day is null or to_day >= ?")
        .bind(today)
        .query();
    let rows = rows.fetch_all::<(Region, Id, String, String)>(tx).await?;
    Ok(rows.into_iter().map(|(region, id, code, name)| Branch { region, id, code, name }).collect())
}

/// Whose blind indexes these are, wherever they live.
pub async fn import_lookup(tx: &mut Tx, hashes: &[[u8; 32]]) -> Result<HashMap<[u8; 32], Id>> {
    let rows = query("select hash, id from person_lookup where hash in (list)").bind_list(hashes.iter().copied());
    Ok(rows.fetch_all::<([u8; 32], Id)>(tx).await?.into_iter().collect())
}

/// These people of one region.
pub async fn import_person_list(tx: &mut Tx, region: Region, people: &[Id]) -> Result<Vec<ImportPerson>> {
    let rows = query("select id, name, education, phone from person where region = $1 and id in (list)");
    rows.bind(region).bind_list(people.iter().copied()).fetch_all(tx).await
}

/// The memberships of these people in force on `today`, in any of the regions.
pub async fn import_membership_list(
    tx: &mut Tx,
    regions: &[Region],
    people: &[Id],
    today: Day,
) -> Result<Vec<ImportMembership>> {
    let base = "select m.region, m.id, m.person, m.branch, o.name as branch_name, m.stage, m.joined_day
        from membership m join org o on o.region = m.region and o.id = m.branch where m.region in (?)";
    Filter::new(base)
        .bind_list(regions.iter().copied())
        .and("m.person in (?)")
        .bind_list(people.iter().copied())
        .and("m.from_day <= ?")
        .bind(today)
        .and("m.to_day is null or m.to_day >= ?")
        .bind(today)
        .query()
        .fetch_all(tx)
        .await
}

/// Writes what changed of a member; the telephone arrives sealed.
pub async fn import_member_change(tx: &mut Tx, write: &MemberWrite, phone: Option<Vec<u8>>) -> Result<()> {
    let MemberWrite::Change { person, education, membership: (region, membership, stage, joined), .. } = write else {
        return Ok(());
    };
    let change = "update person set phone = coalesce($3, phone), education = coalesce($4, education)
        where region = $1 and id = $2";
    query(change).bind(person.region()).bind(*person).bind(phone).bind(education).execute(tx).await?;
    let change = query("update membership set stage = $3, joined_day = $4 where region = $1 and id = $2");
    change.bind(*region).bind(*membership).bind(stage).bind(*joined).execute(tx).await?;
    Ok(())
}
