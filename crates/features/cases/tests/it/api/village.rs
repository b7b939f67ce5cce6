//! Where few people live, the public is told of the township.

use huiyin_web::api::ApiScope;
use serde_json::json;

use super::{program, report, send, value};
use crate::posted::{New, Posted, WATER};

#[tokio::test]
async fn a_village_of_few_people_answers_as_its_township_everywhere() {
    let wall = Posted::new().await;
    let (village, town) = (wall.city.org("上湾村"), wall.city.org("柳河镇"));
    let site = &wall.app.site;
    let write = site.db.write("few", move |tx| {
        Box::pin(async move {
            let points = "update org set longitude = $1, latitude = $2 where id = $3";
            for (east, north, org) in [(109_490_000, 36_600_000, village), (109_400_000, 36_500_000, town)] {
                huiyin_db::query(points).bind(east).bind(north).bind(org.id).execute(tx).await?;
            }
            Ok(huiyin_directory::org_place_show(tx, village, Some(false)).await?)
        })
    });
    write.await.unwrap();
    wall.post(WATER).await;
    // The township's own, which only a filter by the township shows.
    wall.post_at("柳河镇", New { title: "集市厕所没人打扫", ..WATER }).await;
    let mut reader = wall.app.browser();
    let mut both = async |path: String| reader.get(&path).await;
    for path in [
        "/wall?county=610602&town=610602701000&village={}",
        "/echo?county=610602&town=610602701000&village={}",
        "/places/{}",
        "/places/{}/feed",
        "/places/{}/poster",
        "/api/v1/problems?place={}",
        "/api/v1/problems.geojson?place={}",
        "/api/v1/places/{}",
        "/open311/v2/requests.json?place={}",
    ] {
        let page = both(path.replace("{}", "610602701201")).await;
        assert_eq!(page.status.as_u16(), 200, "{path}: {}", page.text());
        assert!(!page.text().contains("上湾村"), "{path}: {}", page.text());
        if !path.contains("echo") && !path.contains("geojson") && !path.contains("v1/places") {
            let text = page.html();
            assert!(text.contains("集市厕所") && text.contains("三组自来水管"), "{path}: {text}");
        }
    }
    let map = value(&both("/api/v1/problems.geojson".into()).await);
    assert_eq!(map["features"][0]["properties"]["code"], "610602701000");
    assert_eq!(map["features"][0]["geometry"]["coordinates"], json!([109.4, 36.5]));
    assert_eq!(value(&both("/api/v1/places/610602701201".into()).await)["code"], "610602701000");
    let open = value(&both("/open311/v2/requests.json".into()).await);
    for request in open.as_array().unwrap() {
        assert_eq!((request["lat"].clone(), request["address_id"].clone()), (json!(36.5), json!("610602701000")));
    }
    // It can still be named by whoever reports: the list of places has it, and leads to the township.
    let places = value(&both("/api/v1/places?within=610602701000".into()).await);
    assert_eq!(places["places"][0]["code"], "610602701201");
    assert_eq!(places["places"][0]["page"], "/places/610602701000");
    let mut sender = program(&wall, &wall.key(ApiScope::Post, 60).await, Some("few-people-1"));
    assert_eq!(send(&mut sender, &report()).await.status.as_u16(), 201);
    let kept = huiyin_db::query("select count(*) from case_item where village = $1").bind(village.id);
    let mut tx = site.db.read().await.unwrap();
    assert_eq!(kept.fetch_scalar::<i64>(&mut tx).await.unwrap(), 2, "those who handle it know the village");
}
