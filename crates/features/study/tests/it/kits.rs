//! Kits on paper, and reading together.

use huiyin_base::{Id, Rng};
use huiyin_directory::{MemberStage, Membership, Person, Sex, membership_add_many, person_add_many};

use crate::House;

/// Two members of the village's branch, by name.
async fn members(house: &House) -> Vec<Id> {
    let branch = house.city.org("上湾村党支部");
    let today = house.app.site.today();
    let mut rng = Rng::seeded(5);
    let mut rows = Vec::new();
    for name in ["甲老汉", "乙小伙"] {
        let id = Id::new(branch.region, today.start(), &mut rng);
        let person = Person {
            region: branch.region,
            id,
            name: name.into(),
            sex: Some(Sex::Male),
            birth_year: Some(1940),
            education: None,
            citizen_number: None,
            phone: None,
            created_day: today,
        };
        let membership = Membership {
            region: branch.region,
            id: Id::new(branch.region, today.start(), &mut rng),
            person: id,
            branch: branch.id,
            stage: MemberStage::Active,
            joined_day: None,
            from_day: today.plus(-10),
            to_day: None,
        };
        rows.push((person, membership));
    }
    let ids = rows.iter().map(|(person, _)| person.id).collect();
    let write = house.app.site.db.write("test_members", move |tx| {
        let rows = rows.clone();
        Box::pin(async move {
            let people: Vec<_> = rows.iter().map(|(person, _)| (person.clone(), None)).collect();
            person_add_many(tx, &people).await?;
            let memberships: Vec<_> = rows.into_iter().map(|(_, membership)| membership).collect();
            Ok(membership_add_many(tx, &memberships).await?)
        })
    });
    write.await.unwrap();
    ids
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
