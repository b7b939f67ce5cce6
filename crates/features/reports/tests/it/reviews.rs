use chrono::TimeDelta;
use huiyin_db::query;

use crate::year::year;

#[tokio::test]
async fn a_review_says_something_about_a_county_and_hands_tasks_down() {
    let (app, city) = year().await;
    app.advance(TimeDelta::days(31));
    app.periodic("bulletin_draft").await.unwrap();
    let mut issuer = app.browser_as(city.account("city")).await.unwrap();
    let draft = issuer.get("/reviews/2016-4/draft").await;
    let wrong = issuer.submit(&draft, "/reviews/2016-4/comments", &[("c610602", "全市倒数")]).await;
    assert_eq!(wrong.status, 422, "{}", wrong.text());
    let said = issuer.submit(&draft, "/reviews/2016-4/comments", &[("c610602", "答复具体。")]).await;
    assert!(said.text().contains("宝塔区：答复具体。"), "{}", said.text());
    let task =
        [("unit", "610602000000"), ("title", "复核超期问题"), ("words", "逐件说明。"), ("deadline", "2017-02-28")];
    for (field, value) in [("unit", "1"), ("title", ""), ("deadline", "2016-01-01"), ("deadline", "x")] {
        let fields: Vec<(&str, &str)> =
            task.iter().map(|(name, given)| (*name, if *name == field { value } else { *given })).collect();
        assert_eq!(issuer.submit(&said, "/reviews/2016-4/follow-ups", &fields).await.status, 422, "{field}");
    }
    let listed = issuer.submit(&said, "/reviews/2016-4/follow-ups", &task).await;
    let twice = issuer.submit(&said, "/reviews/2016-4/follow-ups", &task).await;
    assert!(twice.text().contains("已经在单子上"), "{}", twice.text());
    assert_eq!(listed.all(".parts li").len(), 1);
    issuer.submit(&twice, "/reviews/2016-4/issuing", &[]).await;
    app.drain().await.unwrap();
    let issued = issuer.get("/reviews/2016-4").await.text();
    assert!(issued.contains("基层评〔2017〕1号") && issued.contains("正在交办"), "{issued}");
    let jobs = query("select payload from job where kind = 'case_open'")
        .fetch_column::<serde_json::Value>(&mut app.site.db.read().await.unwrap())
        .await
        .unwrap();
    assert_eq!(jobs.len(), 1);
    assert_eq!((jobs[0]["title"].as_str(), jobs[0]["kind"].as_str()), (Some("复核超期问题"), Some("task")));
    // An issued review takes no more words.
    let late = issuer.post_only("/reviews/2016-4/comments", &[("c610602", "再说一句")]).await;
    assert_ne!(late.status, 303, "{}", late.text());
}
