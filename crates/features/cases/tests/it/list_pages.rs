//! The lists as browsers of different roles meet them.

use huiyin_testing::Browser;

use crate::pages_desk::House;

async fn begun(city: &mut Browser) -> String {
    let form = city.get("/lists/new").await;
    let fields = [("title", "解决饮水困难"), ("text", "把水通到每一户。"), ("target", "1,200"), ("measure", "户")];
    let made = city.submit(&form, "/lists", &fields).await;
    assert!(made.path.ends_with("/breakdown"), "{}: {}", made.path, made.text());
    made.path.trim_end_matches("/breakdown").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_begun_broken_down_and_seen_at_every_level() {
    let house = House::new().await;
    let mut city = house.browser("city").await;
    let top = begun(&mut city).await;
    let form = city.get(&format!("{top}/breakdown?level=county")).await;
    let baota = house.city.org("宝塔区").id.to_string();
    let own = format!("target_{baota}");
    let wrong = city.submit(&form, &format!("{top}/children"), &[("text", "通水。")]).await;
    assert!(wrong.status == 422 && wrong.text().contains("至少选一个单位"), "{}", wrong.text());
    let fields =
        [("text", "通水。"), ("measure", "户"), ("unit", baota.as_str()), (own.as_str(), "900"), ("save_as", "通水")];
    let run = city.submit(&form, &format!("{top}/children"), &fields).await;
    assert!(run.path.starts_with("/lists/runs/"), "{}: {}", run.path, run.text());
    house.app.drain().await.unwrap();
    let page = city.get(&top).await;
    assert!(page.text().contains("宝塔区") && page.text().contains("900"), "{}", page.text());
    let again = city.get(&format!("{top}/breakdown?level=county")).await;
    assert!(again.text().contains("用存好的模板（1）"), "{}", again.text());

    let mut county = house.browser("county").await;
    let list = county.get("/lists").await;
    assert!(list.text().contains("解决饮水困难"), "{}", list.text());
    let desk = county.get("/desk").await;
    assert!(desk.text().contains("解决饮水困难"), "{}", desk.text());
    // Another county sees nothing of it; the top belongs to the city.
    let mut ansai = house.browser("ansai").await;
    assert!(!ansai.get("/lists").await.text().contains("解决饮水困难"));
    assert_eq!(ansai.get(&top).await.status, 404);
    assert_eq!(ansai.get(&format!("{top}/breakdown")).await.status, 404);
    let mut inspector = house.browser("inspector").await;
    assert!(inspector.get(&top).await.text().contains("宝塔区"));
    assert_eq!(inspector.get(&format!("{top}/breakdown")).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_table_and_a_change_reach_the_units() {
    let house = House::new().await;
    let mut city = house.browser("city").await;
    let top = begun(&mut city).await;
    let form = city.get(&format!("{top}/breakdown?level=county")).await;
    let fields = [("text", "通水。"), ("measure", "户"), ("pasted", "宝塔区\t900\n安塞区\t300")];
    city.submit(&form, &format!("{top}/children"), &fields).await;
    house.app.drain().await.unwrap();
    let page = city.get(&top).await;
    assert!(page.text().contains("安塞区") && page.text().contains("300"), "{}", page.text());
    let form = city.get(&format!("{top}/change")).await;
    let change = [("deadline", "2016-12-30"), ("why", "年底前都要通水。")];
    let sent = city.submit(&form, &format!("{top}/changes"), &change).await;
    assert!(sent.path.starts_with("/lists/runs/"), "{}: {}", sent.path, sent.text());
    house.app.drain().await.unwrap();
    let mut county = house.browser("county").await;
    assert!(county.get("/desk").await.text().contains("等您回应"));
    let waiting = county.get("/lists/proposals").await;
    let case = waiting.attributes("a", "href").into_iter().find(|href| href.starts_with("/lists/0")).unwrap();
    let page = county.get(&case).await;
    let answered = county.submit(&page, &format!("{case}/answer"), &[("answer", "accept")]).await;
    assert!(answered.text().contains("已接受"), "{}", answered.text());
    assert!(!county.get("/desk").await.text().contains("等您回应"));
}
