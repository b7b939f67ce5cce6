//! Kits on paper, and reading together.

use huiyin_base::Id;

use crate::House;

/// Two members of the village's branch, by name.
pub(crate) async fn members(house: &House) -> Vec<Id> {
    house.city.members(&house.app, &["甲老汉", "乙小伙"]).await.unwrap()
}

/// An edition of which so many lie at the county; gives its id.
async fn edition(house: &House, count: &str) -> String {
    let mut county = house.browser("county").await;
    let page = county.get("/kits").await;
    let page =
        county.submit(&page, "/kits/editions", &[("title", "上半年"), ("contents", "大字读本一册\n笔一支")]).await;
    assert!(page.text().contains("大字读本一册"), "{}", page.text());
    let kit = page.attributes("select[name=kit] option", "value")[0].clone();
    county.submit(&page, "/kits/stock", &[("kit", &kit), ("count", count)]).await;
    kit
}

#[tokio::test]
async fn kits_are_issued_by_list_once_and_only_what_is_there() {
    let house = House::new().await;
    let people = members(&house).await;
    let kit = edition(&house, "1").await;
    let mut secretary = house.browser("secretary").await;
    let branch = format!("/kits/branches/{}", house.city.org("上湾村党支部").id);
    let page = secretary.get(&branch).await;
    assert!(page.text().contains("既没有账号，也没有发到小书包 2：甲老汉、乙小伙"), "{}", page.text());
    let (one, other) = (people[0].to_string(), people[1].to_string());
    let issues = format!("{branch}/issues");
    let both = [("kit", kit.as_str()), ("person", one.as_str()), ("person", other.as_str())];
    let refused = secretary.post(&issues, &both).await;
    assert!(refused.status == 422 && refused.text().contains("库存不够 2 个"), "{}", refused.text());
    let page = secretary.post(&issues, &both[..2]).await;
    assert!(page.text().contains("上半年（2016年12月16日）") && page.text().contains("小书包 1：乙小伙"));
    // The same again takes nothing from the stock and is no second kit.
    let page = secretary.post(&issues, &both[..2]).await;
    assert!(page.text().contains("勾选的人都已经有这一版了"), "{}", page.text());
    assert_eq!(secretary.post(&issues, &[("kit", kit.as_str())]).await.status, 422);
    assert_eq!(secretary.post(&issues, &[("kit", "x"), ("person", one.as_str())]).await.status, 422);
}

#[tokio::test]
async fn a_branch_is_seen_by_those_it_belongs_to() {
    let house = House::new().await;
    let people = members(&house).await;
    let branch = format!("/kits/branches/{}", house.city.org("上湾村党支部").id);
    assert_eq!(house.browser("township").await.get(&branch).await.status, 200);
    for stranger in ["township2", "ansai"] {
        let mut browser = house.browser(stranger).await;
        assert_eq!(browser.get(&branch).await.status, 404, "{stranger}");
        let person = people[0].to_string();
        let given = [("channel", "visit"), ("person", person.as_str())];
        assert_eq!(browser.post(&format!("{branch}/ways"), &given).await.status, 404, "{stranger}");
    }
    assert_eq!(house.browser("member").await.get("/kits").await.status, 403);
    assert!(house.browser("township").await.get("/kits").await.text().contains("上湾村党支部"));
}

#[tokio::test]
async fn who_reads_with_whom_is_arranged_in_the_branch() {
    let house = House::new().await;
    let people = members(&house).await;
    let mut secretary = house.browser("secretary").await;
    let branch = format!("/kits/branches/{}", house.city.org("上湾村党支部").id);
    let (one, other) = (people[0].to_string(), people[1].to_string());
    let page = secretary.get(&branch).await;
    let ways = format!("{branch}/ways");
    let given = [("person", one.as_str()), ("channel", "radio"), ("buddy", other.as_str())];
    let page = secretary.submit(&page, &ways, &given).await;
    assert!(page.text().contains("广播、收音机"), "{}", page.text());
    let himself = [("person", one.as_str()), ("channel", "visit"), ("buddy", one.as_str())];
    assert_eq!(secretary.post(&ways, &himself).await.status, 422);
    let stranger = house.city.org("安塞区").id.to_string();
    let foreign = [("person", stranger.as_str()), ("channel", "visit")];
    assert_eq!(secretary.post(&ways, &foreign).await.status, 404);
    // Whoever is nobody's buddy enters nothing about anybody.
    let entry = [("person", one.as_str()), ("title", "大字读本"), ("day", "")];
    assert_eq!(secretary.post("/satchel/together", &entry).await.status, 404);
    assert!(secretary.get("/satchel/together").await.text().contains("还没有安排您和谁一起学"));
}

#[tokio::test]
async fn entries_that_make_no_sense_are_refused() {
    let house = House::new().await;
    let kit = edition(&house, "5").await;
    let mut county = house.browser("county").await;
    for count in ["0", "-3", "many", "99999999999999999999"] {
        assert_eq!(county.post("/kits/stock", &[("kit", &kit), ("count", count)]).await.status, 422, "{count}");
    }
    assert_eq!(county.post("/kits/editions", &[("title", "上半年"), ("contents", "x")]).await.status, 422);
    assert_eq!(county.post("/kits/editions", &[("title", &"长".repeat(99)), ("contents", "x")]).await.status, 422);
}

#[tokio::test]
async fn kits_are_issued_by_scan_one_after_the_other() {
    let house = House::new().await;
    let people = members(&house).await;
    let kit = edition(&house, "2").await;
    let mut county = house.browser("county").await;
    for count in ["0", "很多", "9999"] {
        assert_eq!(county.post("/kits/labels", &[("kit", &kit), ("count", count)]).await.status, 422, "{count}");
    }
    let sheet = county.post("/kits/labels", &[("kit", &kit), ("count", "3")]).await;
    let labels = sheet.all(".kit-label-code");
    assert_eq!(labels.len(), 3, "{}", sheet.text());
    assert!(sheet.text().contains("3 号"));
    let more = county.post("/kits/labels", &[("kit", &kit), ("count", "1")]).await;
    assert!(more.text().contains("4 号"), "numbers are given once: {}", more.text());

    let mut secretary = house.browser("secretary").await;
    let branch = format!("/kits/branches/{}", house.city.org("上湾村党支部").id);
    let sheet = secretary.get(&format!("{branch}/cards")).await;
    let cards = sheet.all(".kit-label-code");
    let names = sheet.all(".kit-label strong");
    let card = |name: &str| cards[names.iter().position(|one| one == name).unwrap()].clone();
    let (one, other) = (card("甲老汉"), card("乙小伙"));

    // The scanner presses Enter after the label; the page that comes waits for the card.
    let scan = format!("{branch}/scan");
    let page = secretary.get(&scan).await;
    let page = secretary.submit(&page, &scan, &[("label", &labels[0])]).await;
    assert!(page.status == 200 && page.text().contains("已扫到： 上半年 1 号"), "{}", page.text());
    assert_eq!(page.attributes("input[name=card]", "autofocus").len(), 1);
    let page = secretary.submit(&page, &scan, &[("card", &one)]).await;
    assert!(page.path == scan && page.text().contains("已登记：甲老汉，上半年 1 号"), "{}", page.text());
    assert_eq!(page.attributes("input[name=label]", "value").join(""), "");
    // The same once more takes nothing; the card may come first.
    let page = secretary.submit(&page, &scan, &[("label", &one), ("card", &labels[0])]).await;
    assert!(page.text().contains("已经记过了"), "{}", page.text());
    let refused = secretary.submit(&page, &scan, &[("label", &labels[0]), ("card", &other)]).await;
    assert!(refused.status == 422 && refused.text().contains("已经发给别人了"), "{}", refused.text());
    let refused = secretary.submit(&page, &scan, &[("label", &labels[1]), ("card", &one)]).await;
    assert!(refused.status == 422 && refused.text().contains("甲老汉已经有这一版了"), "{}", refused.text());
    let page = secretary.submit(&page, &scan, &[("label", &labels[1]), ("card", &other)]).await;
    assert!(page.text().contains("已登记：乙小伙，上半年 2 号"), "{}", page.text());
    let list = secretary.get(&branch).await;
    assert!(list.text().contains("上半年 1 号（2016年12月16日）"), "{}", list.text());

    // What is no label, no card, or another branch's.
    let stranger = huiyin_base::number::Receipt::new(&[3; 8]).to_string();
    for (label, card) in [("x", one.as_str()), (labels[2].as_str(), stranger.as_str()), (stranger.as_str(), "")] {
        let page = secretary.submit(&page, &scan, &[("label", label), ("card", card)]).await;
        assert_eq!(page.status, 422, "{label} {card}: {}", page.text());
    }
    assert_eq!(house.browser("township2").await.get(&scan).await.status, 404);
    assert_eq!(people.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_kit_scanned_twice_at_once_is_handed_over_once() {
    let house = House::new().await;
    members(&house).await;
    let kit = edition(&house, "5").await;
    let sheet = house.browser("county").await.post("/kits/labels", &[("kit", &kit), ("count", "1")]).await;
    let label = sheet.all(".kit-label-code").remove(0);
    let (mut secretary, mut township) = (house.browser("secretary").await, house.browser("township").await);
    let branch = format!("/kits/branches/{}", house.city.org("上湾村党支部").id);
    let sheet = secretary.get(&format!("{branch}/cards")).await;
    let (cards, names) = (sheet.all(".kit-label-code"), sheet.all(".kit-label strong"));
    let card = |name: &str| cards[names.iter().position(|one| one == name).unwrap()].clone();
    let (one, other) = (card("甲老汉"), card("乙小伙"));
    let scan = format!("{branch}/scan");
    let (left, right) =
        ([("label", label.as_str()), ("card", one.as_str())], [("label", label.as_str()), ("card", other.as_str())]);
    let (left, right) = tokio::join!(secretary.post(&scan, &left), township.post(&scan, &right));
    let mut states = [left.status.as_u16(), right.status.as_u16()];
    states.sort_unstable();
    assert_eq!(states, [200, 422], "{} {}", left.text(), right.text());
    let page = house.browser("county").await.get("/kits").await;
    assert!(page.text().contains("库存 4 个"), "{}", page.text());
}
