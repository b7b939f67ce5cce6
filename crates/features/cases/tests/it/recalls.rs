//! What a unit handed down it may give to another or take back, on the page and with a reason; the unit that had it is told.

use huiyin_cases::{Moment, store};

use crate::pages_desk::House;

/// A department's officer hands a task down to a village; gives the address of its case.
async fn handed(house: &House) -> String {
    let mut water = house.browser("water").await;
    let form = water.get("/ledgers/task/new").await;
    let village = house.city.entry("上湾村").id.to_string();
    let fields = [("to", village.as_str()), ("title", "清一遍水渠"), ("text", "三里渠道清完，留照片")];
    let page = water.submit(&form, "/ledgers/task/cases", &fields).await;
    assert_eq!(page.status, 200, "{}", page.text());
    page.path.clone()
}

#[tokio::test]
async fn an_officer_gives_it_to_another_unit_and_the_first_reads_why() {
    let house = House::new().await;
    let case = handed(&house).await;
    let mut water = house.browser("water").await;
    let page = water.get(&case).await;
    assert!(page.text().contains("改派给别的单位"), "{}", page.text());
    let other = house.city.entry("下坪村").id.to_string();
    let fields = [("org", other.as_str()), ("goal", "三里渠道清完")];
    let unsaid = water.submit(&page, &format!("{case}/assignment"), &fields).await;
    assert_eq!(unsaid.status, 422);
    assert!(unsaid.text().contains("请写明为什么改派"), "{}", unsaid.text());
    let why = [fields[0], fields[1], ("reason", "这段渠在下坪村")];
    let moved = water.submit(&page, &format!("{case}/assignment"), &why).await;
    assert_eq!(moved.status, 200, "{}", moved.text());
    let mut village = house.browser("village").await;
    let desk = village.get("/desk").await;
    for words in ["不用再办的", "清一遍水渠", "任务改派给别的单位了", "这段渠在下坪村", "区水务局 水利股股长"]
    {
        assert!(desk.text().contains(words), "{words}: {}", desk.text());
    }
    assert_eq!(village.get(&case).await.status, 404, "it is no longer theirs");
    let reading = case.replace("/cases/", "/recalls/") + "/reading";
    let read = village.submit(&desk, &reading, &[]).await;
    assert!(read.status == 200 && !read.text().contains("这段渠在下坪村"), "{}", read.text());
    let strange = village.post("/recalls/nothing/reading", &[]).await;
    assert_eq!(strange.status, 404);
}

#[tokio::test]
async fn what_is_taken_back_leaves_the_desk_with_its_reason_and_may_be_handed_down_anew() {
    let house = House::new().await;
    let case = handed(&house).await;
    let mut village = house.browser("village").await;
    let page = village.get(&case).await;
    assert!(!page.text().contains("撤回这一件"), "only whoever handed it down: {}", page.text());
    assert_eq!(village.post(&format!("{case}/withdrawal"), &[("reason", "不想办")]).await.status, 403);
    village.submit(&page, &format!("{case}/signature"), &[]).await;
    let mut water = house.browser("water").await;
    let page = water.get(&case).await;
    let bare = water.submit(&page, &format!("{case}/withdrawal"), &[]).await;
    assert_eq!(bare.status, 422, "{}", bare.text());
    let done = water.submit(&page, &format!("{case}/withdrawal"), &[("reason", "县里统一请施工队清")]).await;
    assert_eq!(done.status, 200, "{}", done.text());
    assert!(done.text().contains("照样重新下达一件"), "{}", done.text());
    let desk = village.get("/desk").await.text();
    assert!(desk.contains("任务撤回了") && desk.contains("县里统一请施工队清"), "{desk}");
    assert!(!water.get("/desk").await.text().contains("不用再办的"), "who took it back is not told");
    let again = done.attributes("a.btn", "href");
    let again = again.iter().find(|href| href.starts_with("/ledgers/task/new?")).unwrap();
    let form = water.get(again).await;
    assert!(form.html().contains("value=\"清一遍水渠\"") && form.html().contains("三里渠道清完"), "{}", form.html());
    // Somebody was first: the page says it, and has no form to mend.
    let late = water.submit(&page, &format!("{case}/withdrawal"), &[("reason", "再撤一次")]).await;
    assert_eq!(late.status, 422);
    assert!(late.text().contains("可能别人刚处理过") && !late.text().contains("到那一处改"), "{}", late.text());
}

#[tokio::test]
async fn words_that_were_handed_down_are_mended_by_whoever_wrote_them() {
    let house = House::new().await;
    let case = handed(&house).await;
    let mut water = house.browser("water").await;
    let page = water.get(&case).await;
    let fields = [("title", "清两遍水渠"), ("text", "五里渠道清完"), ("reason", "里程写错了")];
    let mended = water.submit(&page, &format!("{case}/public-text"), &fields).await;
    assert_eq!(mended.status, 200, "{}", mended.text());
    assert!(mended.text().contains("清两遍水渠") && mended.text().contains("五里渠道清完"), "{}", mended.text());
}

#[tokio::test]
async fn what_nobody_reads_goes_after_ninety_days() {
    let mut house = House::new().await;
    let case = house.handed_down("区水务局").await;
    let county = house.viewer("county").await;
    let moment = Moment::at(house.app.site.clock.now());
    let act = huiyin_cases::Request::Withdraw.because("并入另一项");
    house.cases.act(case, act, &county, moment).await.unwrap();
    let water = [house.city.org("区水务局")];
    let unread = async |house: &House| {
        store::recall_list(&mut house.app.site.db.read().await.unwrap(), &water, 9).await.unwrap().len()
    };
    house.app.periodic("case_desk_sweep").await.unwrap();
    assert_eq!(unread(&house).await, 1);
    house.app.advance(chrono::TimeDelta::days(91));
    house.app.periodic("case_desk_sweep").await.unwrap();
    assert_eq!(unread(&house).await, 0);
}
