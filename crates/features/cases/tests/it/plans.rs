//! Every list of the wall is read along an index, inside a county and across the city, on both engines.

use huiyin_cases::State;
use huiyin_cases::store::{
    CaseFilter, Cursor, DeskPage, Order, Page, Towards, WallFilter, case_plan, deletion_plan, desk_items, desk_plan,
    wall_plan,
};
use huiyin_db::{Engine, query};
use huiyin_directory::Role;

use crate::ground::Ground;
use crate::lists::loaded;

/// Nothing is sorted, and no table is read through.
async fn walks_an_index(ground: &Ground, filter: &WallFilter, order: Order, index: &str) {
    let mark = match order {
        Order::Newest | Order::Due => None,
        Order::Followed => Some(3),
        Order::Answered => Some(20_160_601),
    };
    let at = Cursor { towards: Towards::Next, due: None, mark, seq: 1_523_000_000_000_000_000 };
    assert_eq!(at.to_string().parse::<Cursor>().unwrap(), at, "a link keeps its place");
    let back = Cursor { towards: Towards::Previous, ..at };
    let page = Page::first(20).by(order);
    for page in [page, Page { at: Some(at), ..page }, Page { at: Some(back), ..page }] {
        let mut tx = ground.tx().await;
        let sqlite = tx.engine() == Engine::Sqlite;
        if !sqlite {
            // A few hundred rows are soonest read through or sorted; the plan for millions is asked for.
            query("analyze case_item").execute(&mut tx).await.unwrap();
            query("set enable_sort = off").execute(&mut tx).await.unwrap();
            query("set enable_seqscan = off").execute(&mut tx).await.unwrap();
            query("set enable_bitmapscan = off").execute(&mut tx).await.unwrap();
        }
        let plan = wall_plan(&mut tx, filter, &page).await.unwrap().join("\n");
        if !sqlite {
            query("reset all").execute(&mut tx).await.unwrap();
        }
        // Where all rows are of one township PostgreSQL rightly walks the smallest index that has the order.
        let used = plan.contains(index) || !sqlite && plan.contains("using case_item_");
        assert!(used, "{filter:?} should use {index}:\n{plan}");
        assert!(!plan.contains("TEMP B-TREE") && !plan.contains("Sort"), "{filter:?} sorts:\n{plan}");
        assert!(!plan.contains("SCAN x\n") && !plan.contains("Seq Scan"), "{filter:?} reads everything:\n{plan}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_filter_of_the_wall_has_its_index() {
    let (ground, _) = loaded(120).await;
    let region = Some(ground.tree.org("县").region);
    let category = Some("industry".to_owned());
    let states = vec![State::InHand];
    let county = WallFilter { region, ..WallFilter::default() };
    let city = WallFilter::default();
    for (filter, index) in [
        (county.clone(), "case_item_region_wall"),
        (WallFilter { states: states.clone(), ..county.clone() }, "case_item_region_listed"),
        (WallFilter { category: category.clone(), ..county.clone() }, "case_item_region_category_wall"),
        (
            WallFilter { category: category.clone(), states: states.clone(), ..county.clone() },
            "case_item_region_category_listed",
        ),
        (WallFilter { township: Some(ground.tree.org("甲镇").id), ..county.clone() }, "case_item_region_township"),
        (
            WallFilter { township: Some(ground.tree.org("甲镇").id), category: category.clone(), ..county.clone() },
            "case_item_region_township_category",
        ),
        (WallFilter { village: Some(ground.tree.org("甲一村").id), ..county.clone() }, "case_item_region_village"),
        (WallFilter { states: vec![State::Answered], ..county }, "case_item_region_listed"),
        (city.clone(), "case_item_wall"),
        (WallFilter { states: states.clone(), ..city.clone() }, "case_item_listed"),
        (WallFilter { category: category.clone(), ..city.clone() }, "case_item_category_wall"),
        (WallFilter { category, states, ..city.clone() }, "case_item_category_listed"),
        (WallFilter { states: vec![State::Answered], ..city.clone() }, "case_item_listed"),
        (WallFilter { states: vec![State::Closed], ..city }, "case_item_listed"),
    ] {
        walks_an_index(&ground, &filter, Order::Newest, index).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_orders_of_the_wall_have_their_indexes() {
    let (ground, _) = loaded(120).await;
    let city = WallFilter { states: State::ECHOED.to_vec(), ..WallFilter::default() };
    let county = WallFilter { region: Some(ground.tree.org("县").region), ..city.clone() };
    walks_an_index(&ground, &city, Order::Followed, "case_item_followers").await;
    walks_an_index(&ground, &county, Order::Followed, "case_item_region_followers").await;
    walks_an_index(&ground, &city, Order::Answered, "case_item_answered").await;
    walks_an_index(&ground, &county, Order::Answered, "case_item_region_answered").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_lists_walk_indexes_too() {
    let (ground, _) = loaded(120).await;
    let late = CaseFilter { overdue_on: Some(crate::tree::day("2016-12-16")), ..CaseFilter::default() };
    let all = CaseFilter::default();
    let (newest, due) = (Page::first(20), Page::first(20).by(Order::Due));
    for (role, org, filter, page, index) in [
        (Role::CountyStaff, "县", &all, newest, "case_item_region_problem"),
        (Role::CountyStaff, "县", &late, due, "case_item_region_due"),
        (Role::CityStaff, "市", &all, newest, "case_item_problem"),
        (Role::CityStaff, "市", &late, due, "case_item_due"),
        (Role::TownshipStaff, "甲镇", &all, newest, "case_item_region_township"),
    ] {
        let mut tx = ground.tx().await;
        let scope = ground.tree.person(role, org).scope(&[role]);
        let sqlite = tx.engine() == Engine::Sqlite;
        if !sqlite {
            query("set enable_seqscan = off").execute(&mut tx).await.unwrap();
        }
        let plan = case_plan(&mut tx, &scope, filter, &page).await.unwrap().join("\n");
        if !sqlite {
            query("reset all").execute(&mut tx).await.unwrap();
        }
        assert!(
            !plan.contains("SCAN x\n") && !plan.contains("Seq Scan on case_item"),
            "{role:?} reads everything:\n{plan}"
        );
        assert!(plan.contains(index) || !sqlite, "{role:?} should use {index}:\n{plan}");
        let desk = plan.contains("desk_item_region_org_case");
        assert!(role != Role::TownshipStaff || desk, "what lies on his desk is found by it:\n{plan}");
    }
}

/// A row whose clock moves, or which the clock closes, is changed in place (docs/decisions/0034).
#[tokio::test(flavor = "multi_thread")]
async fn no_index_of_a_case_holds_what_the_clock_changes() {
    let ground = Ground::new().await;
    let mut tx = ground.tx().await;
    let indexes = match tx.engine() {
        Engine::Sqlite => {
            "select sql from sqlite_master where type = 'index' and tbl_name = 'case_item' and sql is not null"
        }
        Engine::Postgres => {
            "select indexdef from pg_indexes where tablename = 'case_item' and schemaname = current_schema()"
        }
    };
    let indexes: Vec<String> = query(indexes).fetch_column(&mut tx).await.unwrap();
    assert!(indexes.len() > 20, "they were read: {indexes:?}");
    let moved = ["state", "closed_day", "next_clock", "next_step", "events", "escalated_region", "escalated_org"];
    for index in indexes {
        let mut words = index.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        assert!(!words.any(|word| moved.contains(&word)), "{index}");
    }
}

/// PostgreSQL looks no further for what the condition of an index says, and so finds by no column behind it.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_index_is_made_for_stands_behind_what_it_finds_by() {
    let ground = Ground::new().await;
    let mut tx = ground.tx().await;
    let indexes = match tx.engine() {
        Engine::Sqlite => "select lower(sql) from sqlite_master where type = 'index' and sql like '% where %'",
        Engine::Postgres => {
            "select lower(indexdef) from pg_indexes where indexdef like '% WHERE %' and schemaname = current_schema()"
        }
    };
    let indexes: Vec<String> = query(indexes).fetch_column(&mut tx).await.unwrap();
    let mut fixed = 0;
    for index in &indexes {
        let (head, condition) = index.split_once(" where ").unwrap();
        let columns: Vec<&str> =
            head.split_once('(').unwrap().1.split(',').map(|name| name.trim_matches([' ', ')'])).collect();
        let words: Vec<&str> = condition.split([' ', '(', ')']).filter(|word| !word.is_empty()).collect();
        let said = words.windows(3).filter(|three| three[1] == "=" && three[2].starts_with('\'')).map(|three| three[0]);
        for column in said.filter(|column| columns.contains(column)) {
            fixed += 1;
            assert_eq!(columns.last(), Some(&column), "{index}");
        }
    }
    assert!(fixed > 0, "they were read: {indexes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_are_found_by_their_parents() {
    let (ground, _) = loaded(120).await;
    let (desk, mut tx) = (ground.desk(), ground.tx().await);
    let sqlite = tx.engine() == Engine::Sqlite;
    let (scope, at) = (desk.scope(&[Role::CountyStaff]), ground.desks(&desk));
    let page = DeskPage { duty: None, view: None, at: None, limit: 20 };
    let plan = desk_plan(&mut tx, &scope, &at, &page).await.unwrap().join("\n");
    assert!(plan.matches("case_item_region_parent").count() == 2 || !sqlite, "{plan}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_leaves_its_desk_by_its_key() {
    let (ground, cases) = loaded(120).await;
    let mut tx = ground.tx().await;
    let items: Vec<_> = cases.iter().flat_map(|case| desk_items(&case.item)).take(64).collect();
    for gone in [items.iter().take(1).collect::<Vec<_>>(), items.iter().collect()] {
        let sqlite = tx.engine() == Engine::Sqlite;
        if !sqlite {
            query("set enable_seqscan = off").execute(&mut tx).await.unwrap();
        }
        let plan = deletion_plan(&mut tx, &gone).await.unwrap().join("\n");
        if !sqlite {
            query("reset all").execute(&mut tx).await.unwrap();
        }
        assert!(gone.len() == 1 || gone.len() > 20, "there is something to take away");
        let key = if sqlite { "autoindex_desk_item" } else { "desk_item_pkey" };
        assert!(plan.contains(key), "the key is not used:\n{plan}");
        assert!(!plan.contains("SCAN desk_item") && !plan.contains("Seq Scan"), "every desk is read:\n{plan}");
        assert!(!plan.contains("desk_item_region_org"), "all of a desk is read:\n{plan}");
    }
}
