use huiyin_base::{Day, Id, Region};
use huiyin_db::{Result, Tx, insert_many, query, values};

use crate::person::{BranchMember, Membership, Person};
use crate::{OrgRef, initials};

/// Adds people. Whoever has a citizen number also brings its blind index, by which he is found in any region.
pub async fn person_add_many(tx: &mut Tx, people: &[(Person, Option<[u8; 32]>)]) -> Result<()> {
    let rows = people.iter().map(|(person, _)| {
        values![
            person.region,
            person.id,
            &person.name,
            initials(&person.name),
            person.sex,
            person.birth_year,
            &person.education,
            &person.citizen_number,
            &person.phone,
            person.created_day
        ]
    });
    let head = "insert into person (region, id, name, initials, sex, birth_year, education, citizen_number, phone, created_day)";
    insert_many(tx, head, rows.collect(), "").await?;
    let found = people.iter().filter_map(|(person, hash)| Some(values![(*hash)?, person.region, person.id]));
    insert_many(tx, "insert into person_lookup (hash, region, id)", found.collect(), "").await?;
    Ok(())
}

/// One person. The caller has shown that he may look.
pub async fn person_find(tx: &mut Tx, person: Id) -> Result<Option<Person>> {
    let rows = query(
        "select region, id, name, sex, birth_year, education, citizen_number, phone, created_day
        from person where region = $1 and id = $2",
    );
    rows.bind(person.region()).bind(person).fetch_optional(tx).await
}

/// Whose citizen number has this blind index, in whatever region.
pub async fn person_find_number(tx: &mut Tx, hash: [u8; 32]) -> Result<Option<Id>> {
    let rows = query("select id from person_lookup where hash = $1").bind(hash);
    Ok(rows.fetch_optional::<(Id,)>(tx).await?.map(|row| row.0))
}

/// Corrects what a person may ask to have corrected: the name, which his accounts carry too, and the sealed telephone.
/// What is none stays.
pub async fn person_correct(tx: &mut Tx, person: Id, name: Option<&str>, phone: Option<Vec<u8>>) -> Result<()> {
    let change = query(
        "update person set name = coalesce($3, name), initials = coalesce($4, initials), phone = coalesce($5, phone)
         where region = $1 and id = $2",
    );
    let change = change.bind(person.region()).bind(person).bind(name).bind(name.map(initials)).bind(phone);
    change.execute(tx).await?;
    let shown = query("update account set display_name = coalesce($3, display_name) where region = $1 and person = $2");
    shown.bind(person.region()).bind(person).bind(name).execute(tx).await?;
    Ok(())
}

/// Adds memberships.
pub async fn membership_add_many(tx: &mut Tx, memberships: &[Membership]) -> Result<()> {
    let rows = memberships.iter().map(|entry| {
        values![
            entry.region,
            entry.id,
            entry.person,
            entry.branch,
            entry.stage,
            entry.joined_day,
            entry.from_day,
            entry.to_day
        ]
    });
    let head = "insert into membership (region, id, person, branch, stage, joined_day, from_day, to_day)";
    insert_many(tx, head, rows.collect(), "").await?;
    Ok(())
}

/// The membership of `person` in `branch` that is in force on `today`.
pub async fn membership_find(tx: &mut Tx, branch: OrgRef, person: Id, today: Day) -> Result<Option<Membership>> {
    let rows = "select * from membership where region = $1 and person = $2 and branch = $3 and from_day <= $4
        and (to_day is null or to_day >= $4) limit 1";
    query(rows).bind(branch.region).bind(person).bind(branch.id).bind(today).fetch_optional(tx).await
}

/// Every membership of a person in the given regions, the latest first.
pub async fn membership_list(tx: &mut Tx, regions: &[Region], person: Id) -> Result<Vec<Membership>> {
    let rows = "select * from membership where person = $1 and region in (list) order by from_day desc";
    query(rows).bind(person).bind_list(regions.iter().copied()).fetch_all(tx).await
}

/// The branch's members in force on `today`, by initials.
pub async fn branch_member_list(tx: &mut Tx, branch: OrgRef, today: Day) -> Result<Vec<BranchMember>> {
    let rows = "select m.person, p.name, m.stage,
            exists (select 1 from account a where a.region = p.region and a.person = p.id and a.status <> 'closed')
            as has_account
        from membership m join person p on p.id = m.person
        where m.region = $1 and m.branch = $2 and m.from_day <= $3 and (m.to_day is null or m.to_day >= $3)
        order by p.initials, p.id";
    query(rows).bind(branch.region).bind(branch.id).bind(today).fetch_all(tx).await
}
