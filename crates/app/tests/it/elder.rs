//! In large type a member's front page is three doors, whichever features bring them.

use huiyin_app::features::features;
use huiyin_testing::{City, TestApp};

#[tokio::test]
async fn a_member_in_large_type_finds_three_doors_and_nothing_else() {
    let app = TestApp::new(features()).await.expect("a house");
    let city = City::found(&app).await.expect("a city");
    let mut member = app.browser_as(city.account("member")).await.expect("a browser");
    assert!(member.get("/").await.all("a.door").len() > 3, "in the usual type there is more");
    member.keep("huiyin_elder", "1");
    let home = member.get("/").await;
    let doors = home.all("main a.door");
    assert_eq!(doors.len(), 3, "{doors:?}");
    assert!(doors[0].contains("读书") && doors[1].contains("下次支部会") && doors[2].contains("打电话"), "{doors:?}");
    assert_eq!(home.attributes("main a.door", "href")[2], "tel:0911-0000000");
    let mut secretary = app.browser_as(city.account("secretary")).await.expect("a browser");
    let form = secretary.get("/branch-meetings").await;
    let branch = city.org("上湾村党支部").id.to_string();
    let fields = [
        ("branch", branch.as_str()),
        ("day", "2016-12-20"),
        ("hour", "晚上七点"),
        ("place", "村委会"),
        ("subject", "学习讨论"),
    ];
    secretary.submit(&form, "/branch-meetings", &fields).await;
    let home = member.get("/").await;
    assert!(home.all("main a.door")[1].contains("2016年12月20日晚上七点，村委会"), "{}", home.text());
    // Whoever is no member keeps the city's front page.
    let mut water = app.browser_as(city.account("water")).await.expect("a browser");
    water.keep("huiyin_elder", "1");
    assert!(water.get("/").await.text().contains("提问题"));
}
