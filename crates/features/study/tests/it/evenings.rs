//! An evening of a branch: chosen by its secretary, read by its members, and never more than was shared.

use crate::House;
use crate::reflections::write;

async fn shared(house: &House, title: &str, signed: &str) -> String {
    let branch = house.city.org("上湾村党支部").id.to_string();
    let mut member = house.browser("member").await;
    let fields = [("title", title), ("words", "念一念"), ("audience", branch.as_str()), ("signed", signed)];
    let fields: Vec<(&str, &str)> = fields.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    write(&mut member, &fields).await.path.trim_start_matches("/reflections/").to_owned()
}

#[tokio::test]
async fn it_is_chosen_read_printed_and_taken_to_word() {
    let house = House::new().await;
    let (one, other) = (shared(&house, "第一篇", "1").await, shared(&house, "第二篇", "").await);
    let own = write(&mut house.browser("member").await, &[("title", "没分享的"), ("words", "x")]).await;
    let own = own.path.trim_start_matches("/reflections/").to_owned();
    let mut secretary = house.browser("secretary").await;
    let form = secretary.get("/evenings/new").await;
    assert!(form.text().contains("第一篇") && form.text().contains("第二篇") && !form.text().contains("没分享的"));
    let chosen = [
        ("title", "冬夜读书会"),
        ("day", "2016-12-20"),
        ("nonce", "e"),
        ("part", one.as_str()),
        ("n", "2"),
        ("part", other.as_str()),
        ("n", "1"),
        ("part", own.as_str()),
        ("n", "3"),
    ];
    let page = secretary.post("/evenings", &chosen).await;
    assert_eq!(page.all(".official h2"), ["一、第二篇", "二、第一篇"], "{}", page.text());
    assert!(page.text().contains("——一位党员") && page.text().contains("——党员"), "{}", page.text());
    assert!(!page.text().contains("没分享的"), "what is not shared cannot be chosen by its id");
    assert_eq!(secretary.post("/evenings", &chosen).await.path, page.path, "sent twice");
    let mut member = house.browser("member").await;
    assert_eq!(member.get(&page.path).await.status, 200);
    let word = member.get(&format!("{}/paper.docx", page.path)).await;
    assert!(word.status == 200 && word.bytes.starts_with(b"PK"));
    for login in ["township", "county", "city", "ansai"] {
        assert_eq!(house.browser(login).await.get(&page.path).await.status, 404, "{login}");
    }
    // What its writer takes back is read no more, also where it is shared again.
    member.post(&format!("/reflections/{one}/withdrawal"), &[]).await;
    assert_eq!(secretary.get(&page.path).await.all(".official h2"), ["一、第二篇"]);
    let edit = secretary.get(&format!("{}/selection", page.path)).await;
    let action = format!("{}/selection", page.path);
    let page = secretary.submit(&edit, &action, &[("title", "改了名"), ("n", "1")]).await;
    assert!(page.text().contains("改了名"));
    assert_eq!(member.post(&format!("{}/removal", page.path), &[]).await.status, 403);
    secretary.post(&format!("{}/removal", page.path), &[]).await;
    assert_eq!(member.get(&page.path).await.status, 404);
    assert_eq!(member.get(&format!("/reflections/{other}")).await.status, 200, "the reflection stays");
}

#[tokio::test]
async fn what_is_wrong_with_a_choice_is_said() {
    let house = House::new().await;
    let one = shared(&house, "第一篇", "").await;
    let mut secretary = house.browser("secretary").await;
    let fair = [("title", "会"), ("day", "2016-12-20"), ("nonce", "e"), ("part", one.as_str()), ("n", "1")];
    for wrong in [("title", ""), ("day", "那天"), ("n", ""), ("n", "甲")] {
        let sent: Vec<(&str, &str)> =
            fair.iter().map(|(k, v)| (*k, if *k == wrong.0 { wrong.1 } else { *v })).collect();
        assert_eq!(secretary.post("/evenings", &sent).await.status, 422, "{wrong:?}");
    }
    let mut member = house.browser("member").await;
    assert_eq!(member.get("/evenings/new").await.status, 403);
    assert!(member.get("/evenings").await.text().contains("还没有读书会选读"));
}
