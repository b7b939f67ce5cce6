//! Photos that come with a report at a counter.

use huiyin_testing::{Chosen, TestApp};

use crate::moderation::PNG;
use crate::pages_desk::House;

const VILLAGE: &str = "610602/610602701201";

pub(crate) async fn photos_of(app: &TestApp) -> i64 {
    let mut tx = app.site.db.read().await.unwrap();
    let photos = huiyin_db::query("select count(*) from case_photo where part = 'report'");
    photos.fetch_scalar(&mut tx).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counter_attaches_photos_and_a_mistake_loses_none() {
    let house = House::new().await;
    let mut township = house.browser("township").await;
    let form = township.get("/intake").await;
    let photo = Chosen { field: "photos", name: "a.png", bytes: PNG };
    let given = [("channel", "counter"), ("place", VILLAGE), ("text", "三组没水了，水管冻裂了")];
    let refused = township.upload(&form, "/intake", &given, &[photo, photo]).await;
    assert_eq!(refused.status, 422, "no category was chosen");
    assert_eq!(refused.all(".kept-photos li").len(), 2, "{}", refused.text());
    let ten = vec![photo; 10];
    let many = township.upload(&refused, "/intake", &[("sub", "infrastructure/water")], &ten).await;
    assert!(many.status == 422 && many.text().contains("最多附 9 张"), "{}", many.text());
    let slip = township.upload(&refused, "/intake", &[("sub", "infrastructure/water"), ("drop", "1")], &[photo]).await;
    assert!(slip.text().contains("已录入，请把回执交给反映人"), "{}", slip.text());
    assert_eq!(photos_of(&house.app).await, 2, "one was taken out, one came along");
    // A session that ended loses no word, and says that photos are to be chosen again.
    let mut village = house.browser("village").await;
    let form = village.get("/intake").await;
    house.app.advance(chrono::TimeDelta::days(2));
    let kept = village.upload(&form, "/intake", &given, &[photo]).await;
    assert!(kept.path.starts_with("/sign-in"), "{}", kept.path);
}
