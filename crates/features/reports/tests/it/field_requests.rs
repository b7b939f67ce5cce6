use chrono::TimeDelta;
use huiyin_testing::{Browser, Page};

use crate::year::year;

const GOOD: [(&str, &str); 5] = [
    ("title", "摸清取暖情况"),
    ("basis", "演示文件一号"),
    ("until", "2016-12-31"),
    ("others", "冬季取暖方式"),
    ("units", "610602000000"),
];

async fn send(browser: &mut Browser, changed: &[(&str, &str)]) -> Page {
    let page = browser.get("/field-requests/new").await;
    let mut fields: Vec<(&str, &str)> =
        GOOD.iter().filter(|(name, _)| !changed.iter().any(|(other, _)| other == name)).copied().collect();
    fields.extend(changed);
    browser.submit(&page, "/field-requests", &fields).await
}

#[tokio::test]
async fn what_is_held_is_refused_with_its_door_and_counted() {
    let (app, city) = year().await;
    let mut issuer = app.browser_as(city.account("city")).await.unwrap();
    for changed in [&[("others", ""), ("figures", "problems_raised")][..], &[("others", "寄出包裹数")]] {
        let refused = send(&mut issuer, changed).await;
        assert_eq!(refused.status, 422, "{}", refused.text());
        assert!(refused.text().contains("要的数系统都有"), "{}", refused.text());
        assert!(refused.attributes(".notice a", "href").contains(&"/figures/problems_raised".to_owned()));
    }
    let list = issuer.get("/field-requests").await;
    let counted = list.all("table:last-of-type tbody tr");
    assert!(counted.iter().any(|row| row.contains("延安市") && row.contains("12月")), "{counted:?}");
    let public = app.browser().get("/field-requests").await;
    assert!(public.text().contains("延安市"), "everybody sees who asked how often");
    assert!(!public.text().contains("提出数据需求") && !public.has_form("/field-requests"), "{}", public.text());
    for (changed, field) in [
        (("title", ""), "title"),
        (("basis", ""), "basis"),
        (("until", "2016-12-15"), "until"),
        (("until", "2018-01-01"), "until"),
        (("others", ""), "others"),
        (("units", "1"), "units"),
    ] {
        assert_eq!(send(&mut issuer, &[changed]).await.status, 422, "{field}");
    }
}

#[tokio::test]
async fn a_unit_answers_once_or_says_why_not() {
    let (app, city) = year().await;
    let mut issuer = app.browser_as(city.account("city")).await.unwrap();
    let made = send(&mut issuer, &[("figures", "problems_raised")]).await;
    assert_eq!(made.status, 200, "{}", made.text());
    assert!(made.text().contains("120"), "what is held is told at once: {}", made.text());
    let address = made.path.clone();
    let repeated = send(&mut issuer, &[("others", "冬季 取暖方式情况")]).await;
    assert_eq!(repeated.status, 422);
    assert!(repeated.text().contains("重复"), "{}", repeated.text());
    let mut county = app.browser_as(city.account("county")).await.unwrap();
    let page = county.get(&address).await;
    let action = format!("{address}/answers");
    let empty = county.submit(&page, &action, &[("f2", "")]).await;
    assert_eq!(empty.status, 422);
    assert_eq!(county.submit(&page, &action, &[("f2", &"字".repeat(101))]).await.status, 422);
    let done = county.submit(&page, &action, &[("f2", "煤炉、空调")]).await;
    assert!(done.text().contains("煤炉、空调"), "{}", done.text());
    let mut colleague = app.browser_as(city.account("county2")).await.unwrap();
    let twice = colleague.submit(&page, &action, &[("f2", "别的")]).await;
    assert!(twice.status == 409 || twice.status == 403, "{}", twice.status);
    // Another county was not asked, and below the county nobody is.
    let mut other = app.browser_as(city.account("ansai")).await.unwrap();
    let seen = other.get(&address).await;
    assert!(!seen.has_form(&action));
    let mut township = app.browser_as(city.account("township")).await.unwrap();
    assert_eq!(township.get("/field-requests/new").await.status, 403);
    assert_eq!(township.get(&address).await.status, 200);
}

#[tokio::test]
async fn a_request_ends_and_takes_no_more() {
    let (app, city) = year().await;
    let mut issuer = app.browser_as(city.account("city")).await.unwrap();
    let made = send(&mut issuer, &[]).await;
    let address = made.path.clone();
    let mut county = app.browser_as(city.account("county")).await.unwrap();
    let page = county.get(&address).await;
    let stopped = issuer.submit(&made, &format!("{address}/end"), &[]).await;
    assert!(stopped.text().contains("已到期或停止"), "{}", stopped.text());
    let late = county.submit(&page, &format!("{address}/answers"), &[("f1", "煤炉")]).await;
    assert_eq!(late.status, 409);
    for wrong in ["/field-requests/1", "/field-requests/610600-2016-999", "/field-requests/x-y-z"] {
        assert_eq!(county.get(wrong).await.status, 404, "{wrong}");
    }
}

#[tokio::test]
async fn a_request_is_over_on_the_day_after_its_last() {
    let (app, city) = year().await;
    let mut issuer = app.browser_as(city.account("city")).await.unwrap();
    let address = send(&mut issuer, &[]).await.path;
    app.advance(TimeDelta::days(15));
    let mut county = app.browser_as(city.account("county")).await.unwrap();
    let page = county.get(&address).await;
    assert!(page.has_form(&format!("{address}/answers")), "its last day is 31 December: {}", page.text());
    app.advance(TimeDelta::days(1));
    let mut county = app.browser_as(city.account("county")).await.unwrap();
    assert!(!county.get(&address).await.has_form(&format!("{address}/answers")));
    let late = county.post(&format!("{address}/answers"), &[("f1", "煤炉")]).await;
    assert_eq!(late.status, 409, "{}", late.text());
}
