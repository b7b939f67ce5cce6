//! Kits on paper, how members are reached, and who reads with whom.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, row, text_enum, values};
use huiyin_directory::OrgRef;
use huiyin_figures::{Columns, Cut, Place, Selection};

text_enum! {
    /// How a member gets what there is to read.
    pub enum Channel {
        Phone = "phone" / "手机",
        Kit = "kit" / "纸质材料",
        Radio = "radio" / "广播、收音机",
        Visit = "visit" / "上门送学",
    }
}

row! {
    /// An edition of the kit.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct Kit {
        pub id: Id,
        pub title: String,
        pub contents: String,
        pub created_day: Day,
        pub number: i64,
    }
}

row! {
    /// A kit in somebody's hands.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct KitIssue {
        pub region: Region,
        pub id: Id,
        pub person: Id,
        pub kit: Id,
        pub branch: Id,
        pub issued_day: Day,
        pub serial: Option<i64>,
    }
}

row! {
    /// How somebody is reached.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct Way {
        pub region: Region,
        pub person: Id,
        pub channel: Channel,
        pub buddy: Option<Id>,
    }
}

row! {
    /// What two have read together.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct Together {
        pub region: Region,
        pub id: Id,
        pub person: Id,
        pub buddy: Id,
        pub title: String,
        pub day: Day,
    }
}

/// Writes an edition; it gets the next number.
pub async fn kit_add(tx: &mut Tx, kit: &Kit) -> Result<()> {
    let insert = query(
        "insert into kit (id, title, contents, created_day, number)
         values ($1, $2, $3, $4, (select coalesce(max(number), 0) + 1 from kit))",
    );
    insert.bind(kit.id).bind(&kit.title).bind(&kit.contents).bind(kit.created_day).execute(tx).await?;
    Ok(())
}

/// Every edition, the newest first.
pub async fn kit_list(tx: &mut Tx) -> Result<Vec<Kit>> {
    query("select id, title, contents, created_day, number from kit order by created_day desc, id desc")
        .fetch_all(tx)
        .await
}

/// How many of each lie ready at an office.
pub async fn stock_list(tx: &mut Tx, org: OrgRef) -> Result<Vec<(Id, i64)>> {
    let rows = query("select kit, count from kit_stock where region = $1 and org = $2");
    rows.bind(org.region).bind(org.id).fetch_all(tx).await
}

/// So many came in.
pub async fn stock_add(tx: &mut Tx, org: OrgRef, kit: Id, count: i64) -> Result<()> {
    let insert = query(
        "insert into kit_stock (region, org, kit, count) values ($1, $2, $3, $4)
         on conflict (region, org, kit) do update set count = kit_stock.count + excluded.count",
    );
    insert.bind(org.region).bind(org.id).bind(kit).bind(count).execute(tx).await?;
    Ok(())
}

/// So many go out; tells whether there were so many.
pub async fn stock_take(tx: &mut Tx, org: OrgRef, kit: Id, count: i64) -> Result<bool> {
    let update =
        query("update kit_stock set count = count - $1 where region = $2 and org = $3 and kit = $4 and count >= $1");
    Ok(update.bind(count).bind(org.region).bind(org.id).bind(kit).execute(tx).await? > 0)
}

/// Hands kits out; who has the edition already gets no second one. Tells how many went out.
pub async fn issue_add(tx: &mut Tx, all: &[KitIssue]) -> Result<u64> {
    let rows = all.iter().map(|i| values![i.region, i.id, i.person, i.kit, i.branch, i.issued_day, i.serial]);
    let head = "insert into kit_issue (region, id, person, kit, branch, issued_day, serial)";
    insert_many(tx, head, rows.collect(), "on conflict do nothing").await
}

/// What was handed out in a branch.
pub async fn issue_list(tx: &mut Tx, branch: OrgRef) -> Result<Vec<KitIssue>> {
    let rows = query(
        "select region, id, person, kit, branch, issued_day, serial from kit_issue where region = $1 and branch = $2
         order by issued_day desc, id",
    );
    rows.bind(branch.region).bind(branch.id).fetch_all(tx).await
}

/// What was handed to somebody.
pub async fn issue_list_person(tx: &mut Tx, person: Id) -> Result<Vec<KitIssue>> {
    let rows = query(
        "select region, id, person, kit, branch, issued_day, serial from kit_issue where region = $1 and person = $2
         order by issued_day desc, id",
    );
    rows.bind(person.region()).bind(person).fetch_all(tx).await
}

/// Who has the kit of this number.
pub async fn issue_holder(tx: &mut Tx, region: Region, kit: Id, serial: i64) -> Result<Option<Id>> {
    let rows = query("select person from kit_issue where region = $1 and kit = $2 and serial = $3");
    let rows = rows.bind(region).bind(kit).bind(serial);
    Ok(rows.fetch_optional::<(Id,)>(tx).await?.map(|(person,)| person))
}

/// Gives an office the next numbers for labels; gives the last of them.
pub async fn stock_label(tx: &mut Tx, org: OrgRef, kit: Id, count: i64) -> Result<i64> {
    let insert = query(
        "insert into kit_stock (region, org, kit, count, labelled) values ($1, $2, $3, 0, $4)
         on conflict (region, org, kit) do update set labelled = kit_stock.labelled + excluded.labelled
         returning labelled",
    );
    insert.bind(org.region).bind(org.id).bind(kit).bind(count).fetch_scalar(tx).await
}

/// How many labels an office has printed.
pub async fn stock_labelled(tx: &mut Tx, org: OrgRef, kit: Id) -> Result<i64> {
    let rows = query("select labelled from kit_stock where region = $1 and org = $2 and kit = $3");
    let rows = rows.bind(org.region).bind(org.id).bind(kit).fetch_optional::<(i64,)>(tx).await?;
    Ok(rows.map_or(0, |(labelled,)| labelled))
}

/// How these people are reached.
pub async fn way_list(tx: &mut Tx, region: Region, people: &[Id]) -> Result<Vec<Way>> {
    let rows = Filter::new("select region, person, channel, buddy from study_way where region = ?").bind(region);
    rows.and("person in (?)").bind_list(people.iter().copied()).query().fetch_all(tx).await
}

/// Those who read with this one.
pub async fn way_list_buddy(tx: &mut Tx, buddy: Id) -> Result<Vec<(Id, String)>> {
    let rows = query(
        "select w.person, p.name from study_way w join person p on p.id = w.person
         where w.region = $1 and w.buddy = $2 order by p.initials, p.id",
    );
    rows.bind(buddy.region()).bind(buddy).fetch_all(tx).await
}

/// Says how people are reached, in the place of what was said before.
pub async fn way_put(tx: &mut Tx, all: &[Way]) -> Result<()> {
    let rows = all.iter().map(|w| values![w.region, w.person, w.channel, w.buddy]);
    let head = "insert into study_way (region, person, channel, buddy)";
    let tail = "on conflict (region, person) do update set channel = excluded.channel, buddy = excluded.buddy";
    insert_many(tx, head, rows.collect(), tail).await?;
    Ok(())
}

/// Writes what was read together; the same of one day stands once.
pub async fn together_add(tx: &mut Tx, all: &[Together]) -> Result<()> {
    let rows = all.iter().map(|t| values![t.region, t.id, t.person, t.buddy, &t.title, t.day]);
    let head = "insert into study_together (region, id, person, buddy, title, day)";
    insert_many(tx, head, rows.collect(), "on conflict do nothing").await?;
    Ok(())
}

/// What this one has read with others, the newest first.
pub async fn together_list(tx: &mut Tx, buddy: Id, limit: i64) -> Result<Vec<Together>> {
    let rows = query(
        "select region, id, person, buddy, title, day from study_together where region = $1 and buddy = $2
         order by day desc, id desc limit $3",
    );
    rows.bind(buddy.region()).bind(buddy).bind(limit).fetch_all(tx).await
}

const ISSUED: Columns =
    Columns { id: "i.id", region: "i.region", day: "i.issued_day", title: "'实体小书包'", ..Columns::NONE };

/// Kits that were handed out.
pub(crate) fn issued(cut: &Cut) -> Selection {
    Selection::new("from kit_issue i where 1 = 1", ISSUED).within(cut).during(cut)
}

const ENTITLED: Columns =
    Columns { id: "m.person", region: "m.region", day: "m.from_day", title: "'电子小书包'", ..Columns::NONE };

/// Who is entitled to the digital library: the city's number and no other, however it is asked for.
pub(crate) fn entitled(cut: &Cut) -> Selection {
    let whole = cut.place == Place::City && cut.owner.is_none();
    let rows = if whole { "from library_member m where 1 = 1" } else { "from library_member m where 1 = 0" };
    Selection::new(rows, ENTITLED).within(cut).narrowed(|rows| rows.and("m.from_day <= ?").bind(cut.until()))
}
