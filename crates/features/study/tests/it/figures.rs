//! The two figures: one number of the city for who may read, and what was handed out.

use huiyin_base::{Day, Id, Rng};
use huiyin_figures::{Cut, Period, Place, Registry};
use huiyin_study::store::{KitIssue, issue_add, library_member_add};

use crate::House;

#[tokio::test]
async fn who_may_read_is_told_of_the_city_only() {
    let house = House::new().await;
    let (county, branch) = (house.city.org("宝塔区"), house.city.org("上湾村党支部"));
    let day = house.app.site.today();
    let mut rng = Rng::seeded(3);
    let people: Vec<Id> = (0..3).map(|_| Id::new(county.region, day.start(), &mut rng)).collect();
    let write = house.app.site.db.write("test_entitled", move |tx| {
        let people = people.clone();
        let kit = people[2];
        Box::pin(async move {
            library_member_add(tx, &people, day).await?;
            let issue = |person: Id| KitIssue {
                region: county.region,
                id: person,
                person,
                kit,
                branch: branch.id,
                issued_day: day,
                serial: None,
            };
            issue_add(tx, &[issue(people[0]), issue(people[1])]).await?;
            Ok(())
        })
    });
    write.await.unwrap();
    let mut registry = Registry::new();
    (huiyin_study::feature().figures.unwrap())(&mut registry);
    let year = Period { from: Day::new(2016, 1, 1).unwrap(), to: day };
    let cut = Cut::city(year);
    let mut tx = house.app.site.db.read().await.unwrap();
    let (readers, kits) = (registry.find("satchel_readers").unwrap(), registry.find("kits_issued").unwrap());
    assert_eq!(registry.value(&mut tx, readers, &cut).await.unwrap().value, 3);
    assert_eq!(registry.value(&mut tx, kits, &cut).await.unwrap().value, 2);
    for place in [Place::Region(county.region), Place::Org(branch)] {
        assert_eq!(registry.value(&mut tx, readers, &cut.at(place)).await.unwrap().value, 0, "{place:?}");
    }
    assert_eq!(registry.value(&mut tx, readers, &cut.of_owner(county)).await.unwrap().value, 0);
    assert!(readers.breakdowns.is_empty());
    let before = Cut::city(Period { from: year.from, to: day.plus(-1) });
    assert_eq!(registry.value(&mut tx, readers, &before).await.unwrap().value, 0, "as it stood then");
}

#[tokio::test]
async fn a_member_finds_his_doors_on_the_front_page() {
    let house = House::new().await;
    let page = house.browser("member").await.get("/").await;
    assert!(page.text().contains("读书听书") && page.text().contains("上湾村党支部"), "{}", page.text());
    assert!(page.html().contains("href=\"tel:0911-0000000\""));
    assert!(!house.browser("county").await.get("/").await.text().contains("读书听书"));
}
