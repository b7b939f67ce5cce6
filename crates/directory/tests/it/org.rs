use huiyin_base::{Id, ProblemKind};
use huiyin_directory::{
    Org, OrgKind, OrgSearch, org_add, org_child_counts, org_children, org_end, org_find, org_find_code, org_former,
    org_is_below, org_move, org_path, org_rename, org_root, org_search, org_update, region_children, region_list,
    region_put,
};

use crate::support::City;

fn names(orgs: &[Org]) -> Vec<&str> {
    orgs.iter().map(|org| org.name.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn regions_come_back_as_they_were_put_and_twice_is_the_same() {
    let city = City::new().await;
    let regions = city.regions.clone();
    city.write(move |tx| {
        let regions = regions.clone();
        Box::pin(async move { Ok(region_put(tx, &regions).await?) })
    })
    .await
    .unwrap();
    let stored = region_list(&mut city.read().await).await.unwrap();
    assert_eq!(stored.all(), city.regions.all());
    assert_eq!(stored.former().len(), 2);
    assert_eq!(region_children(&mut city.read().await, city.home).await.unwrap().len(), 13);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tree_opens_level_by_level() {
    let city = City::new().await;
    let tx = &mut city.read().await;
    let root = org_root(tx, city.baota).await.unwrap().unwrap();
    assert_eq!(root.name, "宝塔区");
    let townships = org_children(tx, root.at(), city.today()).await.unwrap();
    assert_eq!(names(&townships), ["柳河镇", "松岭镇"]);
    let ids: Vec<Id> = townships.iter().map(|org| org.id).collect();
    assert_eq!(org_child_counts(tx, city.baota, &ids, city.today()).await.unwrap()[&ids[0]], 1);
    let path = org_path(tx, city.at("上湾村党支部")).await.unwrap();
    let path: Vec<_> = path.iter().map(|step| (step.name.as_str(), step.depth)).collect();
    assert_eq!(path, [("宝塔区", 3), ("柳河镇", 2), ("上湾村", 1), ("上湾村党支部", 0)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn finds_by_the_beginning_of_name_initials_or_code() {
    let city = City::new().await;
    let tx = &mut city.read().await;
    let regions = vec![city.home, city.baota];
    let mut search = OrgSearch { regions, limit: 20, ..OrgSearch::default() };
    for (text, found) in [
        ("上湾", vec!["上湾村", "上湾村党支部"]),
        ("SW", vec!["上湾村", "上湾村党支部"]),
        ("610602102", vec!["松岭镇", "下坪村"]),
        ("市水", vec!["市水务局"]),
        ("湾村", vec![]),
        ("%", vec![]),
        ("  ", vec![]),
        ("\u{202e}'; drop table org; --", vec![]),
    ] {
        search.text = text.to_owned();
        assert_eq!(names(&org_search(tx, &search, city.today()).await.unwrap()), found, "{text}");
    }
    search = OrgSearch { text: "x".into(), under: Some(city.at("松岭镇")), kinds: vec![OrgKind::Village], ..search };
    assert_eq!(names(&org_search(tx, &search, city.today()).await.unwrap()), ["下坪村"]);
    search.under = Some(city.at("柳河镇"));
    assert!(org_search(tx, &search, city.today()).await.unwrap().is_empty());
    search = OrgSearch { regions: Vec::new(), under: None, ..search };
    assert!(org_search(tx, &search, city.today()).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_takes_everything_below_along() {
    let city = City::new().await;
    let (village, south) = (city.at("上湾村"), city.at("松岭镇"));
    city.write(move |tx| Box::pin(org_move(tx, village, Some(south)))).await.unwrap();
    let tx = &mut city.read().await;
    let path = org_path(tx, city.at("上湾村党支部")).await.unwrap();
    let path: Vec<_> = path.iter().map(|step| (step.name.as_str(), step.depth)).collect();
    assert_eq!(path, [("宝塔区", 3), ("松岭镇", 2), ("上湾村", 1), ("上湾村党支部", 0)]);
    assert!(!org_is_below(tx, city.at("柳河镇"), village).await.unwrap());
    assert_eq!(org_find(tx, village).await.unwrap().unwrap().parent, Some(south.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cycle_and_a_foreign_parent_are_refused() {
    let city = City::new().await;
    let (north, village, foreign) = (city.at("柳河镇"), city.at("上湾村"), city.at("市水务局"));
    for parent in [village, north, foreign] {
        let refused = city.write(move |tx| Box::pin(org_move(tx, north, Some(parent)))).await.unwrap_err();
        assert_eq!(refused.kind, ProblemKind::Invalid);
    }
    let path = org_path(&mut city.read().await, city.at("上湾村党支部")).await.unwrap();
    assert_eq!(path.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_organisation_is_found_by_its_old_code() {
    let mut city = City::new().await;
    let (village, today) = (city.at("上湾村"), city.today());
    let rename = async |code| city.write(move |tx| Box::pin(org_rename(tx, village, code, "上湾社区", today))).await;
    rename("610602101001").await.unwrap();
    assert_eq!(rename("610602102201").await.unwrap_err().kind, ProblemKind::Conflict);
    let tx = &mut city.read().await;
    let found = org_find_code(tx, city.baota, "610602101201").await.unwrap().unwrap();
    assert_eq!((found.id, found.name.as_str(), found.short_name.as_str()), (village.id, "上湾社区", "上湾社区"));
    let former = org_former(tx, village).await.unwrap();
    assert_eq!(former.len(), 1);
    assert_eq!((former[0].name.as_str(), former[0].to_day), ("上湾村", today.plus(-1)));
    let taken =
        Org::new(Id::new(city.baota, city.clock.now(), &mut city.rng), OrgKind::Village, "610602101001", "别村", today);
    let refused = city.write(move |tx| {
        let taken = taken.clone();
        Box::pin(async move { Ok(org_add(tx, &taken).await?) })
    });
    assert!(refused.await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_organisation_leaves_the_tree_but_not_the_path() {
    let city = City::new().await;
    let (north, branch, today) = (city.at("柳河镇"), city.at("上湾村党支部"), city.today());
    let refused = city.write(move |tx| Box::pin(org_end(tx, north, today))).await.unwrap_err();
    assert_eq!(refused.kind, ProblemKind::Conflict);
    city.write(move |tx| Box::pin(org_end(tx, branch, today.plus(-1)))).await.unwrap();
    let tx = &mut city.read().await;
    assert!(org_children(tx, city.at("上湾村"), today).await.unwrap().is_empty());
    assert_eq!(org_children(tx, city.at("上湾村"), today.plus(-1)).await.unwrap().len(), 1);
    assert_eq!(org_path(tx, branch).await.unwrap().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_history_is_changed_in_place() {
    let city = City::new().await;
    let mut org = org_find(&mut city.read().await, city.at("柳河镇")).await.unwrap().unwrap();
    org = Org { phone: Some("0911-2000000".into()), names_shown: true, population: Some(9_000), ..org };
    let changed = org.clone();
    city.write(move |tx| {
        let changed = changed.clone();
        Box::pin(async move { Ok(org_update(tx, &changed).await?) })
    })
    .await
    .unwrap();
    assert_eq!(org_find(&mut city.read().await, org.at()).await.unwrap().unwrap(), org);
}
