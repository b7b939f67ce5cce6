//! The library of good practice.

use huiyin_cases::supervision::store::InspectionKind;

use super::House;

const GOOD: [(&str, &str); 5] = [
    ("title", "一张纸把水费讲清楚"),
    ("text", "每季度把水费怎么算的贴在井房门口，谁都能对。"),
    ("category", "governance"),
    ("county", "610602"),
    ("unit", "柳河镇"),
];

#[tokio::test]
async fn good_practice_is_kept_found_and_taken_out() {
    let house = House::new().await;
    let mut city = house.browser("city").await;
    let form = city.get("/practices/new").await;
    let page = city.submit(&form, "/practices", &GOOD).await;
    assert_eq!(page.status, 200);
    assert_eq!(city.submit(&form, "/practices", &GOOD).await.path, page.path, "sent twice it is one");
    let mut village = house.browser("village").await;
    for (query, there) in [("水费", true), ("%E6%B0%B4%E8%B4%B9&category=service", false), ("%25", false), ("", true)]
    {
        let list = village.get(&format!("/practices?q={query}")).await;
        assert_eq!(list.text().contains("一张纸把水费讲清楚"), there, "{query}");
    }
    assert!(village.get(&page.path).await.text().contains("柳河镇"));
    assert_eq!(village.post(&format!("{}/withdrawal", page.path), &[]).await.status, 403);
    let mut county = house.browser("county").await;
    assert_eq!(county.post(&format!("{}/withdrawal", page.path), &[]).await.status, 403, "another's");
    city.post(&format!("{}/withdrawal", page.path), &[]).await;
    assert_eq!(village.get(&page.path).await.status, 404);
    assert!(!village.get("/practices").await.text().contains("水费"));
}

#[tokio::test]
async fn no_village_is_named_and_no_hidden_visit_is_a_source() {
    let mut house = House::new().await;
    let team = house.team(&["inspector"]).await;
    let hidden = house.ordered(InspectionKind::Unannounced, team).await.to_string();
    let mut city = house.browser("city").await;
    let form = city.get("/practices/new").await;
    let mut village = GOOD;
    village[4] = ("unit", "上湾村");
    assert_eq!(city.submit(&form, "/practices", &village).await.status, 422);
    let mut secret = GOOD.to_vec();
    secret.push(("inspection", hidden.as_str()));
    assert_eq!(city.submit(&form, "/practices", &secret).await.status, 422, "also for who ordered it");
    let endless = "长".repeat(50_000);
    let mut long = GOOD;
    long[1] = ("text", &endless);
    assert_eq!(city.submit(&form, "/practices", &long).await.status, 422);
}
