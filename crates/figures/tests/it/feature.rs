//! A feature of the tests' own: deliveries to villages, with an amount, a courier and sometimes a category.

use huiyin_base::{Day, Id, Instant, Region, Rng};
use huiyin_db::scratch::Scratch;
use huiyin_db::{Db, insert_many, query, values};
use huiyin_directory::{OrgRef, Role};
use huiyin_figures::{Columns, Cut, Dimension, Figure, Kind, Period, Registry, Selection, Sight};

pub(crate) const COUNTY: u16 = 2983;
pub(crate) const OTHER: u16 = 2984;

const COLUMNS: Columns = Columns {
    id: "d.id",
    region: "d.region",
    day: "d.day",
    title: "d.title",
    township: Some("d.township"),
    owner: Some(("d.owner_region", "d.owner")),
    category: Some("d.category"),
    amount: Some("d.amount"),
    distinct: Some("d.courier"),
    number: Some(("d.day / 10000", "d.n")),
    ..Columns::NONE
};

pub(crate) fn delivered(cut: &Cut) -> Selection {
    Selection::new("from delivery d where d.day > 0", COLUMNS).within(cut).during(cut)
}

fn dear(cut: &Cut) -> Selection {
    delivered(cut).narrowed(|rows| rows.and("d.amount >= ?").bind(50_i64))
}

/// What has not come back by the last day.
fn out(cut: &Cut) -> Selection {
    let until = cut.until();
    Selection::new("from delivery d where d.day > 0", COLUMNS)
        .within(cut)
        .narrowed(|rows| rows.and("d.day <= ?").bind(until).and("d.back_day is null or d.back_day > ?").bind(until))
}

pub(crate) fn figure(id: &'static str, kind: Kind, rows: fn(&Cut) -> Selection) -> Figure {
    use Dimension::{Category, Month, Owner, Region, Township};
    Figure {
        id,
        name: "送达",
        unit: "件",
        definition: "送到村里的包裹。",
        kind,
        rows,
        breakdowns: &[Region, Township, Owner, Category, Month],
        categories: Vec::new,
        sub_categories: Vec::new,
        least: 0,
        seen_by: Sight::Everyone,
        opened_by: Sight::Roles(&[Role::CountyStaff, Role::CityStaff]),
        record_path: None,
    }
}

pub(crate) fn registry() -> Registry {
    let mut registry = Registry::new();
    registry.add(figure("delivered", Kind::Count, delivered));
    registry.add(figure("spent", Kind::Sum, delivered));
    registry.add(Figure { unit: "元", ..figure("paid", Kind::Money, delivered) });
    registry.add(figure("couriers", Kind::Distinct, delivered));
    registry.add(figure("dear_rate", Kind::Rate { over: "delivered" }, dear));
    registry.add(figure("out", Kind::StockAt, out));
    registry
}

pub(crate) fn day(number: i64) -> Day {
    Day::from_number(number).unwrap()
}

pub(crate) fn year() -> Cut {
    Cut::city(Period { from: day(20_160_101), to: day(20_161_216) })
}

pub(crate) fn region(ordinal: u16) -> Region {
    Region::new(ordinal).unwrap()
}

/// An id that is the same in every test.
pub(crate) fn id(ordinal: u16, n: i64) -> Id {
    Id::new(region(ordinal), Instant::from_timestamp_millis(1_000_000 + n).unwrap(), &mut Rng::seeded(n.unsigned_abs()))
}

/// The county's staff office and the post office below it, which delivers.
pub(crate) fn office(ordinal: u16) -> (OrgRef, OrgRef) {
    let org = |n: i64| OrgRef { region: region(ordinal), id: id(ordinal, 9_000_000 + n) };
    (org(1), org(2))
}

/// 30 deliveries: n goes to county, category and month in turn; every fifth names no category.
pub(crate) async fn filled() -> Scratch {
    let scratch = Scratch::new().await.unwrap();
    let uuid = if scratch.db.engine() == huiyin_db::Engine::Sqlite {
        "create table delivery (region integer, id blob, day integer, back_day integer, title text, township blob,
             owner_region integer, owner blob, category text, amount integer, courier text, n integer)"
    } else {
        "create table delivery (region bigint, id uuid, day bigint, back_day bigint, title text, township uuid,
             owner_region bigint, owner uuid, category text, amount bigint, courier text, n bigint)"
    };
    execute(&scratch.db, uuid).await;
    let rows: Vec<_> = (0..30_i64).map(delivery).collect();
    let head =
        "insert into delivery (region, id, day, back_day, title, township, owner_region, owner, category, amount,
        courier, n)";
    insert(&scratch.db, head, rows).await;
    for ordinal in [COUNTY, OTHER] {
        offices(&scratch.db, ordinal).await;
    }
    scratch
}

fn delivery(n: i64) -> Vec<huiyin_db::Value> {
    let county = if n % 3 == 0 { OTHER } else { COUNTY };
    let day = 20_160_100 + n % 10 * 100 + 15;
    let back = (n % 2 == 0).then_some(day + 100);
    let category = (n % 5 != 0).then(|| format!("c{}", n % 4));
    let (_, office) = office(county);
    let township = id(county, 8_000_000 + n % 2);
    let courier = format!("邮递员{}", n % 7);
    let title = format!("包裹{n}");
    values![
        region(county),
        id(county, n),
        day,
        back,
        title,
        township,
        office.region,
        office.id,
        category,
        n * 4,
        courier,
        n
    ]
}

async fn offices(db: &Db, ordinal: u16) {
    let (staff, post) = office(ordinal);
    let org = |org: OrgRef, code: i64, kind: &str| {
        values![org.region, org.id, kind, code.to_string(), "n", "n", "n", false, 0_i64, 20_160_101_i64]
    };
    let orgs = vec![org(staff, 1, "county"), org(post, 2, "department")];
    let head = "insert into org (region, id, kind, code, name, short_name, initials, names_shown, position, from_day)";
    insert(db, head, orgs).await;
    let lines = vec![
        values![staff.region, staff.id, staff.id, 0_i64],
        values![staff.region, post.id, post.id, 0_i64],
        values![staff.region, staff.id, post.id, 1_i64],
    ];
    insert(db, "insert into org_ancestor (region, ancestor, org, depth)", lines).await;
}

async fn insert(db: &Db, head: &'static str, rows: Vec<Vec<huiyin_db::Value>>) {
    db.write("insert", move |tx| {
        let rows = rows.clone();
        Box::pin(async move { Ok(insert_many(tx, head, rows, "").await?) })
    })
    .await
    .unwrap();
}

pub(crate) async fn execute(db: &Db, sql: &'static str) {
    db.write("execute", move |tx| Box::pin(async move { Ok(query(sql).execute(tx).await?) })).await.unwrap();
}
