//! Ledgers of what was handed down: narrowed, ordered, grouped, and read along their indexes.

use huiyin_base::Id;
use huiyin_cases::store::{
    Count, EntryCursor, EntryFilter, EntryGroup, EntryKey, EntryOrder, EntryPage, entry_count, entry_groups,
    entry_list, entry_marks, entry_plan,
};
use huiyin_cases::{FieldValue, Issuing, Outcome, Request, State, Value};
use huiyin_db::{Engine, query};
use huiyin_directory::{Role, Scope};

use crate::ground::Ground;
use crate::tree::{day, on};

const STAGES: [&str; 5] = ["s1_site", "s2_design", "s3_build", "s4_check", "s5_use"];

/// Thirty venues of the three villages, of growing area; the first is in use and struck off.
async fn filled() -> (Ground, Vec<Id>) {
    let mut ground = Ground::new().await;
    let villages = ["甲一村", "甲二村", "乙一村"];
    let mut all = Vec::new();
    for (n, area) in (0..30).zip(100..) {
        let to = villages[n % 3];
        let values = vec![
            FieldValue::new("place", Value::Ref(ground.tree.org(to).id)),
            FieldValue::text("way", if n % 2 == 0 { "new" } else { "rent" }),
            FieldValue::text("stage", STAGES[n % 5]),
            FieldValue::new("area", Value::Number(area)),
        ];
        all.push(Issuing { values, ..ground.issuing("县", to) });
    }
    let county = ground.desk();
    let issued = ground.cases.issue_many("venue", all, &county, on("2016-03-01"), &mut ground.rng).await.unwrap();
    let first = issued[0].case;
    let owner = ground.tree.person(Role::CaseOfficer, "甲一村").clone();
    ground.act(first, Request::Sign, &owner, on("2016-03-02")).await;
    ground.act(first, Request::Begin, &owner, on("2016-03-02")).await;
    let used = Request::Record(vec![FieldValue::text("stage", "s5_use")]);
    ground.cases.act(first, used, &owner, on("2016-03-03")).await.unwrap();
    let close = Request::RequestClose { outcome: Outcome::Solved, text: "已用起来".into(), photos: Vec::new() };
    ground.act(first, close, &owner, on("2016-03-03")).await;
    ground.act(first, Request::Accept, &county, on("2016-03-04")).await;
    (ground, issued.into_iter().map(|one| one.case.id).collect())
}

fn scope(ground: &Ground, role: Role, org: &str) -> Scope {
    ground.tree.person(role, org).scope(&[role])
}

fn venues() -> EntryFilter {
    EntryFilter { kind: "venue".into(), ..EntryFilter::default() }
}

fn page(order: EntryOrder, descending: bool, limit: i64) -> EntryPage {
    EntryPage { order, descending, at: None, limit }
}

fn slot(ground: &Ground, field: &str) -> u8 {
    ground.cases.book.kind("venue").unwrap().field(field).unwrap().slot.unwrap()
}

/// Every row, one page after another, and back again.
async fn walked(ground: &Ground, scope: &Scope, filter: &EntryFilter, first: EntryPage) -> Vec<Id> {
    let (mut all, mut at, mut back) = (Vec::new(), None, None);
    loop {
        let page = EntryPage { at, ..first.clone() };
        let slice = entry_list(&mut ground.tx().await, scope, filter, &page).await.unwrap();
        all.extend(slice.rows.iter().map(|row| row.case_id));
        let Some(next) = slice.next else { break };
        assert_eq!(next.to_string().parse::<EntryCursor>().unwrap(), next, "a link keeps its place");
        at = Some(next);
        back = slice.previous.or(back);
    }
    if let Some(back) = back {
        let page = EntryPage { at: Some(back), ..first };
        let slice = entry_list(&mut ground.tx().await, scope, filter, &page).await.unwrap();
        assert!(slice.rows.iter().all(|row| all.contains(&row.case_id)));
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_is_ordered_by_its_fields_page_by_page() {
    let (ground, ids) = filled().await;
    let area = slot(&ground, "area");
    for (role, org) in [(Role::CityStaff, "市"), (Role::CountyStaff, "县")] {
        let scope = scope(&ground, role, org);
        let up = walked(&ground, &scope, &venues(), page(EntryOrder::Mark(area), false, 7)).await;
        assert_eq!(up, ids, "{org}: by area");
        let down = walked(&ground, &scope, &venues(), page(EntryOrder::Mark(area), true, 7)).await;
        assert_eq!(down, ids.iter().rev().copied().collect::<Vec<_>>(), "{org}: the other way");
        let issued = walked(&ground, &scope, &venues(), page(EntryOrder::Issued, false, 11)).await;
        assert_eq!(issued, ids, "{org}: as they were handed down");
        let due = walked(&ground, &scope, &venues(), page(EntryOrder::Due, false, 11)).await;
        assert_eq!(due.len(), 29, "{org}: what is struck off has no deadline");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_is_narrowed_and_grouped_and_shows_no_more_than_one_may_see() {
    let (ground, ids) = filled().await;
    let (stage, way) = (slot(&ground, "stage"), slot(&ground, "way"));
    let city = scope(&ground, Role::CityStaff, "市");
    let of = |slot, key: &str| Some((slot, key.to_owned(), format!("{key}\u{1}")));
    let count = async |scope: &Scope, filter: &EntryFilter| {
        entry_count(&mut ground.tx().await, scope, filter, true).await.unwrap().n
    };
    assert_eq!(
        count(&city, &EntryFilter { mark: of(stage, "s5_use"), ..venues() }).await,
        7,
        "six, and the one in use"
    );
    let rented = EntryFilter { mark: of(way, "rent"), ..venues() };
    let by_area = page(EntryOrder::Mark(slot(&ground, "area")), false, 50);
    let rows = walked(&ground, &city, &rented, by_area).await;
    assert_eq!(rows, ids.iter().skip(1).step_by(2).copied().collect::<Vec<_>>(), "one filter, one order");
    assert_eq!(count(&city, &EntryFilter { states: State::ECHOED.to_vec(), ..venues() }).await, 1);
    assert_eq!(count(&city, &EntryFilter { overdue_on: Some(day("2016-03-04")), ..venues() }).await, 29);
    assert_eq!(count(&scope(&ground, Role::CountyStaff, "邻县"), &venues()).await, 0, "another county");
    let first = scope(&ground, Role::TownshipStaff, "甲镇");
    assert_eq!(count(&first, &venues()).await, 20, "two of three villages");
    assert_eq!(count(&scope(&ground, Role::CaseOfficer, "乙一村"), &venues()).await, 10);
    let town = EntryFilter {
        township: Some(ground.tree.org("乙镇").id),
        region: Some(ground.tree.org("县").region),
        ..venues()
    };
    assert_eq!(count(&city, &town).await, 10);
    let groups = async |by| entry_groups(&mut ground.tx().await, &city, &venues(), by).await.unwrap();
    let states = groups(EntryGroup::State).await;
    let answered = (EntryKey::State(State::Answered), Count { n: 1, exact: true });
    assert!(states.contains(&answered) && states.len() == 2, "{states:?}");
    let county = EntryKey::Region(ground.tree.org("县").region);
    assert_eq!(groups(EntryGroup::Place).await, [(county, Count { n: 30, exact: true })]);
    assert_eq!(groups(EntryGroup::Unit).await.len(), 3);
    assert_eq!(groups(EntryGroup::Mark(way)).await.iter().map(|(_, count)| count.n).sum::<i64>(), 30);
    let second = huiyin_cases::CaseRef { region: ids[1].region(), id: ids[1] };
    ground.act(second, Request::Withdraw, &ground.desk(), on("2016-03-05")).await;
    assert_eq!(count(&city, &venues()).await, 29, "what was taken back leaves the ledger");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_ledger_is_counted_group_by_group_up_to_a_thousand() {
    let (mut ground, _) = filled().await;
    let county = ground.desk();
    for _ in 0..3 {
        let one = |n: usize| {
            let stage = if n < 350 { "s3_build" } else { "s4_check" };
            let place = FieldValue::new("place", Value::Ref(ground.tree.org("乙一村").id));
            let values = vec![place, FieldValue::text("way", "new"), FieldValue::text("stage", stage)];
            Issuing { values, ..ground.issuing("县", "乙一村") }
        };
        let all = (0..400).map(one).collect();
        ground.cases.issue_many("venue", all, &county, on("2016-03-06"), &mut ground.rng).await.unwrap();
    }
    let (city, stage) = (scope(&ground, Role::CityStaff, "市"), slot(&ground, "stage"));
    let groups = async |by| entry_groups(&mut ground.tx().await, &city, &venues(), by).await.unwrap();
    let mark = |mark: &str, n, exact| (EntryKey::Mark(mark.to_owned()), Count { n, exact });
    let expected = [
        mark("s1_site", 5, true),
        mark("s2_design", 6, true),
        mark("s3_build", 1_000, false),
        mark("s4_check", 156, true),
        mark("s5_use", 7, true),
    ];
    assert_eq!(groups(EntryGroup::Mark(stage)).await, expected);
    let county = EntryKey::Region(ground.tree.org("县").region);
    assert_eq!(groups(EntryGroup::Place).await, [(county, Count { n: 1_000, exact: false })]);
    let states: Vec<_> = groups(EntryGroup::State).await.into_iter().map(|(key, count)| (key, count.exact)).collect();
    assert_eq!(states, [(EntryKey::State(State::Assigned), false), (EntryKey::State(State::Answered), true)]);
    let marks = async |scope: &Scope, filter: &EntryFilter, most| {
        entry_marks(&mut ground.tx().await, scope, filter, stage, most).await.unwrap()
    };
    assert_eq!(marks(&city, &venues(), 200).await, STAGES);
    assert_eq!(marks(&city, &venues(), 2).await.len(), 3, "one more tells that there are more");
    assert_eq!(marks(&scope(&ground, Role::CountyStaff, "县"), &venues(), 200).await, STAGES);
    let answered = EntryFilter { states: vec![State::Answered], ..venues() };
    assert_eq!(marks(&city, &answered, 200).await, ["s5_use"], "what occurs among what is shown");
    assert!(marks(&scope(&ground, Role::CountyStaff, "邻县"), &venues(), 200).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn shipped_views_walk_an_index_and_nothing_is_sorted_through() {
    let (ground, _) = filled().await;
    let (city, county) = (scope(&ground, Role::CityStaff, "市"), scope(&ground, Role::CountyStaff, "县"));
    let area = slot(&ground, "area");
    let index = format!("case_entry_kind_s{}", area + 1);
    let stage = slot(&ground, "stage");
    let one = EntryFilter { mark: Some((stage, "s3_build".into(), "s3_build\u{1}".into())), ..venues() };
    let states = EntryFilter { states: vec![State::Assigned], ..venues() };
    let struck = EntryFilter { states: State::ECHOED.to_vec(), ..venues() };
    let found = format!("case_entry_kind_s{}", stage + 1);
    for (scope, filter, order, index, sorts) in [
        (&city, venues(), EntryOrder::Issued, "case_entry_kind", false),
        (&city, venues(), EntryOrder::Due, "case_entry_kind_due", false),
        (&city, venues(), EntryOrder::Mark(area), index.as_str(), false),
        // Few rows are found by what narrows them, and then sorted.
        (&city, one.clone(), EntryOrder::Mark(area), found.as_str(), true),
        (&city, states.clone(), EntryOrder::Due, "case_entry_kind_state", true),
        (&city, struck, EntryOrder::Issued, "case_entry_kind_state", true),
        // Found in the list's own order.
        (&city, states, EntryOrder::Issued, "case_entry_kind_state", false),
        (&city, one.clone(), EntryOrder::Mark(stage), found.as_str(), false),
        (&county, venues(), EntryOrder::Issued, "PRIMARY KEY", false),
        (&county, venues(), EntryOrder::Mark(area), "PRIMARY KEY", true),
    ] {
        let mut tx = ground.tx().await;
        if tx.engine() != Engine::Sqlite {
            query("set enable_seqscan = off").execute(&mut tx).await.unwrap();
        }
        let plan = entry_plan(&mut tx, scope, &filter, &page(order, true, 50)).await.unwrap().join("\n");
        if tx.engine() != Engine::Sqlite {
            query("reset all").execute(&mut tx).await.unwrap();
            assert!(!plan.contains("Seq Scan on case_entry"), "{order:?} reads everything:\n{plan}");
            continue;
        }
        assert!(plan.contains(index), "{order:?} should use {index}:\n{plan}");
        assert!(sorts || !plan.contains("TEMP B-TREE"), "{order:?} sorts:\n{plan}");
        assert!(!plan.contains("SCAN e"), "{order:?} reads everything:\n{plan}");
    }
}
