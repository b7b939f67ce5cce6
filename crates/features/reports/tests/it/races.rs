//! Two issuers at once: one bulletin, one number, and whoever comes second is told.

use chrono::TimeDelta;
use huiyin_db::query;
use huiyin_testing::{Page, TestApp};

use crate::year::year;

/// What the page says to whoever came second.
fn late<'a>(first: &'a Page, second: &'a Page) -> &'a Page {
    match (first.status.as_u16(), second.status.as_u16()) {
        (200, 409) => second,
        (409, 200) => first,
        statuses => panic!("one of two: {statuses:?}: {} — {}", first.text(), second.text()),
    }
}

async fn count(app: &TestApp, statement: &'static str) -> i64 {
    query(statement).fetch_scalar(&mut app.site.db.read().await.unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_issue_one_bulletin_one_is_told_that_it_is_out() {
    let (app, city) = year().await;
    app.advance(TimeDelta::days(20));
    let mut one = app.browser_as(city.account("city")).await.unwrap();
    let mut other = app.browser_as(city.account("city")).await.unwrap();
    let form = one.get("/bulletins/201612/draft").await;
    let form_too = other.get("/bulletins/201612/draft").await;
    let issue = "/bulletins/201612/issuing";
    let (first, second) = tokio::join!(one.submit(&form, issue, &[]), other.submit(&form_too, issue, &[]));
    let text = late(&first, &second).text();
    assert!(text.contains("同事") && text.contains("请返回"), "{text}");
    app.drain().await.unwrap();
    let issued = "select count(*) from bulletin where period = 201612 and state = 'issued'";
    assert_eq!(count(&app, issued).await, 1);
    assert_eq!(count(&app, "select count(*) from job where kind = 'bulletin_issue'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn issued_while_somebody_writes_is_one_or_the_other() {
    let (app, city) = year().await;
    app.advance(TimeDelta::days(20));
    let mut one = app.browser_as(city.account("city")).await.unwrap();
    let mut other = app.browser_as(city.account("city")).await.unwrap();
    let form = one.get("/bulletins/201612/draft").await;
    let form_too = other.get("/bulletins/201612/draft").await;
    let words = [("remarks", "请各县区逐件核对。")];
    let (issued, written) = tokio::join!(
        one.submit(&form, "/bulletins/201612/issuing", &[]),
        other.submit(&form_too, "/bulletins/201612/remarks", &words)
    );
    assert!(late(&issued, &written).text().contains("请返回"), "nobody writes into what another issues unseen");
    let kept = "select count(*) from bulletin where period = 201612 and remarks <> ''";
    assert_eq!(count(&app, kept).await, i64::from(written.status == 200));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_corrections_one_is_begun() {
    let (app, city) = year().await;
    let mut one = app.browser_as(city.account("city")).await.unwrap();
    let mut other = app.browser_as(city.account("city")).await.unwrap();
    let form = one.get("/bulletins/201602/draft").await;
    let form_too = other.get("/bulletins/201602/draft").await;
    let path = "/bulletins/201602/correction";
    let (first, second) = tokio::join!(
        one.submit(&form, path, &[("why", "一件重复登记。")]),
        other.submit(&form_too, path, &[("why", "数字有误。")])
    );
    assert!(late(&first, &second).text().contains("打开最新的一版"), "{}", late(&first, &second).text());
    assert_eq!(count(&app, "select count(*) from bulletin where period = 201602").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_come_out_at_once_have_two_numbers() {
    let (app, city) = year().await;
    app.advance(TimeDelta::days(60));
    app.periodic("bulletin_draft").await.unwrap();
    let mut issuer = app.browser_as(city.account("city")).await.unwrap();
    for month in ["201612", "201701"] {
        let form = issuer.get(&format!("/bulletins/{month}/draft")).await;
        let begun = issuer.submit(&form, &format!("/bulletins/{month}/issuing"), &[]).await;
        assert_eq!(begun.status, 200, "{month}: {}", begun.text());
    }
    let (one, two) = tokio::join!(app.drain(), app.drain());
    one.unwrap();
    two.unwrap();
    let mut numbers: Vec<i64> =
        query("select number from bulletin where period in (201612, 201701) and number is not null")
            .fetch_column(&mut app.site.db.read().await.unwrap())
            .await
            .unwrap();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2], "both are out, none waits for another try");
}
