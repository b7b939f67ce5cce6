//! What a receipt shows that was given for following: what the public sees, and nothing of whoever raised it.

use huiyin_testing::Chosen;

use crate::moderation::{PNG, opened, reported};
use crate::pages_desk::House;

const NUMBER: &str = "宝塔-2016-00001";

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_sees_no_photo_that_was_withheld_and_no_village_of_few() {
    let house = House::new().await;
    let mut county = house.browser("county").await;
    let photos = ["photos", "photos"].map(|field| Chosen { field, name: "a.png", bytes: PNG });
    let (mut resident, link) = reported(&house, &mut county, &photos).await;
    house.app.drain().await.unwrap();
    // The first is covered, the second is not shown at all.
    let cover = county.get(&link).await.attributes("a[href$='/cover']", "href")[0].clone();
    county.post(&cover, &[("square", "0"), ("boxes", "500,0,200,200")]).await;
    house.app.drain().await.unwrap();
    let form = opened(&mut county, &link).await;
    let choices = form.attributes("input[name=photos]", "value");
    assert_eq!(choices.len(), 2);
    let fields = [("photos", choices[0].as_str()), ("checked", "1")];
    let posted = county.submit(&form, &format!("{link}/posting"), &fields).await;
    assert!(posted.text().contains(NUMBER), "{}", posted.text());
    let village = house.city.org("上湾村");
    let write = house.app.site.db.write("test_place", move |tx| {
        Box::pin(async move { Ok(huiyin_directory::org_place_show(tx, village, Some(false)).await?) })
    });
    write.await.unwrap();
    house.app.site.cache.changed();
    let mut other = house.app.browser();
    let public = other.get(&format!("/problems/{NUMBER}")).await;
    let shown = public.attributes("img[src^='/photos/']", "src");
    assert_eq!(shown.len(), 1, "the covered copy");
    other.submit(&public, &format!("/problems/{NUMBER}/follower"), &[]).await;
    let followed = other.get("/follow/case").await;
    assert_eq!(followed.attributes("img[src^='/photos/']", "src"), shown, "a follower sees what the public sees");
    assert!(followed.text().contains("柳河镇") && !followed.html().contains("上湾村 "), "{}", followed.text());
    assert!(!followed.all(".echo-place, .echo-meta").concat().contains("上湾村"), "{}", followed.text());
    assert!(followed.text().contains("我关注的问题") && !followed.text().contains("您写的原文"), "{}", followed.text());
    assert!(!followed.html().contains("/follow/rating-form"), "who follows does not rate");
    let own = resident.get("/follow/case").await;
    let sent = own.attributes("img[src^='/photos/']", "src");
    assert!(sent.len() > 1, "he sees what he sent");
    assert_eq!(other.get(&shown[0]).await.status, 200);
    // Addresses are no keys: what was covered or withheld is gone for whoever had them before.
    for hidden in sent.iter().filter(|src| !shown.contains(src)) {
        assert_eq!(other.get(hidden).await.status, 404, "{hidden}");
        assert_eq!(house.app.browser().get(hidden).await.status, 404, "{hidden}");
        assert_eq!(house.browser("water").await.get(hidden).await.status, 404, "{hidden}");
        assert_eq!(resident.get(hidden).await.status, 200, "{hidden}");
        assert_eq!(county.get(hidden).await.status, 200, "{hidden}");
    }
    assert!(own.all(".echo-place, .echo-meta").concat().contains("上湾村"), "{}", own.text());
}
