use huiyin_base::Instant;
use huiyin_directory::{AccountRef, Grant, OrgKind, OrgRef, Reach, Role, Viewer};
use huiyin_figures::{Cut, Dimension, Key, Number, Place, Position};

use crate::feature::{COUNTY, OTHER, day, filled, id, office, region, registry, year};

async fn value(cut: &Cut, figure: &str) -> Number {
    let (scratch, registry) = (filled().await, registry());
    let mut tx = scratch.db.read().await.unwrap();
    registry.value(&mut tx, registry.find(figure).unwrap(), cut).await.unwrap()
}

#[tokio::test]
async fn every_kind_counts_its_rows() {
    assert_eq!(value(&year(), "delivered").await, Number::plain(30));
    assert_eq!(value(&year(), "spent").await, Number::plain(4 * (0..30).sum::<i64>()));
    let paid = value(&year(), "paid").await;
    assert_eq!(paid, value(&year(), "spent").await);
    assert_eq!(crate::feature::registry().find("paid").unwrap().text(paid), "17.40", "fen are read as yuan");
    assert_eq!(value(&year(), "couriers").await, Number::plain(7));
    let dear = (0..30).filter(|n| n * 4 >= 50).count();
    assert_eq!(value(&year(), "dear_rate").await, Number { value: i64::try_from(dear).unwrap(), over: Some(30) });
}

#[tokio::test]
async fn a_cut_narrows_by_place_owner_category_and_days() {
    assert_eq!(value(&year().at(Place::Region(region(OTHER))), "delivered").await.value, 10);
    let township = OrgRef { region: region(COUNTY), id: id(COUNTY, 8_000_000) };
    assert_eq!(value(&year().at(Place::Org(township)), "delivered").await.value, 10);
    // The office above delivers nothing itself; what lies below it counts.
    let (staff, post) = office(COUNTY);
    for owner in [staff, post] {
        assert_eq!(value(&Cut { owner: Some(owner), ..year() }, "delivered").await.value, 20);
    }
    let with_c1 = (0..30).filter(|n| n % 5 != 0 && n % 4 == 1).count();
    assert_eq!(value(&year().of_category("c1"), "delivered").await.value, i64::try_from(with_c1).unwrap());
    assert_eq!(value(&year().in_month(201_603), "delivered").await.value, 3);
    assert_eq!(value(&year().in_month(201_703), "delivered").await.value, 0);
}

#[tokio::test]
async fn a_stock_is_replayed_to_the_last_day() {
    // In January three came, 0 and 10 and 20, each back on 15 February.
    let until = |number| Cut { period: huiyin_figures::Period { from: day(20_160_101), to: day(number) }, ..year() };
    assert_eq!(value(&until(20_160_131), "out").await.value, 3);
    assert_eq!(value(&until(20_160_214), "out").await.value, 3);
    assert_eq!(value(&until(20_160_215), "out").await.value, 3);
    assert_eq!(value(&until(20_160_114), "out").await.value, 0);
    let (scratch, registry) = (filled().await, registry());
    let mut tx = scratch.db.read().await.unwrap();
    let out = registry.find("out").unwrap();
    let months = registry.breakdown(&mut tx, out, &year(), Dimension::Month).await.unwrap();
    assert_eq!(months.len(), 12);
    assert_eq!((months[0].number.value, months[11].number.value), (3, 15));
}

#[tokio::test]
async fn a_breakdown_is_one_query_with_a_cell_for_what_names_none() {
    let (scratch, registry) = (filled().await, registry());
    let mut tx = scratch.db.read().await.unwrap();
    let figure = registry.find("dear_rate").unwrap();
    let cells = registry.breakdown(&mut tx, figure, &year(), Dimension::Category).await.unwrap();
    let keys: Vec<Key> = cells.iter().map(|cell| cell.key.clone()).collect();
    let category = |n| Key::Category(format!("c{n}"));
    assert_eq!(keys, [category(0), category(1), category(2), category(3), Key::None]);
    let whole: i64 = cells.iter().map(|cell| cell.number.over.unwrap()).sum();
    assert_eq!(whole, 30);
    let regions = registry.breakdown(&mut tx, figure, &year(), Dimension::Region).await.unwrap();
    assert_eq!(regions[0].key, Key::Region(region(COUNTY)));
    assert_eq!((regions[0].number.over, regions[1].number.over), (Some(20), Some(10)));
}

#[tokio::test]
async fn a_list_pages_without_gaps_or_doubles() {
    let (scratch, registry) = (filled().await, registry());
    let mut tx = scratch.db.read().await.unwrap();
    for (name, rows) in [("delivered", 30), ("couriers", 7), ("dear_rate", 17)] {
        let figure = registry.find(name).unwrap();
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let list = registry.list(&mut tx, figure, &year(), after, 4).await.unwrap();
            seen.extend(list.records.iter().map(Position::from));
            after = list.next;
            if after.is_none() {
                break;
            }
        }
        let mut sorted = seen.clone();
        sorted.sort_by_key(|position| std::cmp::Reverse((position.day, position.id)));
        sorted.dedup();
        assert_eq!(seen, sorted);
        assert_eq!(seen.len(), rows, "{name}");
    }
}

#[tokio::test]
async fn a_cube_holds_the_same_cells_as_each_breakdown() {
    let (scratch, registry) = (filled().await, registry());
    let mut tx = scratch.db.read().await.unwrap();
    for name in ["delivered", "spent", "dear_rate", "out"] {
        let figure = registry.find(name).unwrap();
        let cube = registry.counting(&year()).cube(&mut tx, figure).await.unwrap().unwrap();
        assert_eq!(cube.total(), registry.value(&mut tx, figure, &year()).await.unwrap());
        for by in [Dimension::Region, Dimension::Category] {
            assert_eq!(cube.by(by), registry.breakdown(&mut tx, figure, &year(), by).await.unwrap(), "{name}");
        }
    }
    // Counted together, before or after their cells, they are the same numbers.
    let year = year();
    let mut counting = registry.counting(&year);
    for name in ["dear_rate", "delivered", "dear_rate"] {
        let figure = registry.find(name).unwrap();
        let alone = registry.value(&mut tx, figure, &year).await.unwrap();
        assert_eq!(counting.value(&mut tx, figure).await.unwrap(), alone, "{name}");
        assert_eq!(counting.cube(&mut tx, figure).await.unwrap().unwrap().total(), alone, "{name}");
    }
    let couriers = registry.find("couriers").unwrap();
    assert!(registry.counting(&year).cube(&mut tx, couriers).await.unwrap().is_none());
}

#[tokio::test]
async fn a_row_is_found_again_by_its_short_number() {
    let (scratch, registry) = (filled().await, registry());
    let mut tx = scratch.db.read().await.unwrap();
    let figure = registry.find("delivered").unwrap();
    let found = registry.position(&mut tx, figure, &year(), region(COUNTY), (2016, 7)).await.unwrap();
    assert_eq!(found, Some(Position { day: day(20_160_815), id: id(COUNTY, 7) }));
    let elsewhere = registry.position(&mut tx, figure, &year(), region(OTHER), (2016, 7)).await.unwrap();
    assert_eq!(elsewhere, None);
    let outside =
        registry.position(&mut tx, figure, &year().in_month(201_601), region(COUNTY), (2016, 7)).await.unwrap();
    assert_eq!(outside, None);
}

#[tokio::test]
async fn a_list_opens_only_where_the_role_reaches() {
    let (scratch, registry) = (filled().await, registry());
    let mut tx = scratch.db.read().await.unwrap();
    let figure = registry.find("delivered").unwrap();
    let (staff, post) = office(COUNTY);
    let mut may = async |viewer: Option<Viewer>, place| {
        registry.may_open(&mut tx, figure, viewer.as_ref(), &year().at(place)).await.unwrap()
    };
    let county = || Some(viewer(Role::CountyStaff, OrgKind::County, staff, Reach::Region(region(COUNTY))));
    let city = || Some(viewer(Role::CityStaff, OrgKind::City, staff, Reach::Region(region(2982))));
    let below = || Some(viewer(Role::CountyStaff, OrgKind::Department, staff, Reach::Subtree(staff)));
    let member = Some(viewer(Role::Member, OrgKind::Branch, staff, Reach::Region(region(COUNTY))));
    assert!(!may(None, Place::Region(region(COUNTY))).await);
    assert!(!may(member, Place::Region(region(COUNTY))).await);
    assert!(may(county(), Place::Region(region(COUNTY))).await);
    assert!(!may(county(), Place::Region(region(OTHER))).await);
    assert!(!may(county(), Place::City).await);
    assert!(may(city(), Place::City).await);
    assert!(may(below(), Place::Org(post)).await);
    assert!(!may(below(), Place::Org(office(OTHER).1)).await);
}

fn viewer(role: Role, org_kind: OrgKind, org: OrgRef, reach: Reach) -> Viewer {
    let grant = Grant {
        id: id(COUNTY, 7_000_000),
        role,
        org,
        org_name: "县委".into(),
        org_kind,
        post: "干事".into(),
        deputy: false,
        reach: vec![reach],
        line: vec![org.id],
    };
    let account = AccountRef { region: region(COUNTY), id: id(COUNTY, 7_000_001) };
    Viewer { account, person: None, name: "甲".into(), grants: vec![grant], strong: true }
}

#[test]
fn the_same_instant_makes_the_same_id() {
    assert_eq!(id(COUNTY, 1), id(COUNTY, 1));
    assert!(Instant::UNIX_EPOCH < Instant::from_timestamp_millis(1).unwrap());
}

#[tokio::test]
async fn two_dimensions_at_once_come_to_the_number_and_the_oldest_stand_first() {
    let scratch = filled().await;
    let registry = registry();
    let mut tx = scratch.db.read().await.unwrap();
    for id in ["delivered", "spent", "dear_rate"] {
        let figure = registry.find(id).unwrap();
        let number = registry.value(&mut tx, figure, &year()).await.unwrap();
        for by in [
            (Dimension::Region, Dimension::Category),
            (Dimension::Month, Dimension::Township),
            (Dimension::Owner, Dimension::SubCategory),
            (Dimension::Score, Dimension::Month),
        ] {
            let cells = registry.cross(&mut tx, figure, &year(), by).await.unwrap();
            let value: i64 = cells.iter().map(|cell| cell.number.value).sum();
            let over: i64 = cells.iter().filter_map(|cell| cell.number.over).sum();
            assert_eq!((value, over), (number.value, number.over.unwrap_or(0)), "{id} {by:?}");
        }
    }
    let figure = registry.find("delivered").unwrap();
    let oldest = registry.oldest(&mut tx, figure, &year(), 5).await.unwrap();
    assert!(oldest.len() == 5 && oldest.is_sorted_by_key(|row| row.day), "{oldest:?}");
    let owners: Vec<_> = oldest.iter().filter_map(|row| row.owner_region.zip(row.owner)).collect();
    assert_eq!(owners.len(), 5);
    let orgs: Vec<_> = owners.into_iter().map(|(region, id)| huiyin_directory::OrgRef { region, id }).collect();
    assert!(registry.org_names(&mut tx, &orgs).await.unwrap().len() <= 5);
    // What a figure cannot be cut by is empty, never wider.
    assert_eq!(registry.value(&mut tx, figure, &year().of_score(5)).await.unwrap().value, 0);
    assert_eq!(registry.value(&mut tx, figure, &year().of_sub_category("x")).await.unwrap().value, 0);
}
