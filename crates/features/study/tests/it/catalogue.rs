//! What there is for whom, collections, and searching.

use crate::{House, TEXT, bring};

#[tokio::test]
async fn a_book_is_there_for_its_audience_only() {
    let house = House::new().await;
    let mut city = house.browser("city").await;
    let ansai = house.city.org("安塞区").id.to_string();
    let away = bring(&mut city, &[("title", "安塞的书"), ("org", &ansai)], ("a.txt", TEXT.as_bytes())).await;
    let villages = bring(&mut city, &[("title", "村里的书"), ("tag", "village")], ("b.txt", TEXT.as_bytes())).await;
    let stage =
        bring(&mut city, &[("title", "预备党员的书"), ("stage", "probationary")], ("c.txt", TEXT.as_bytes())).await;
    let mut member = house.browser("member").await;
    let shelf = member.get("/library").await.text();
    assert!(shelf.contains("村里的书") && !shelf.contains("安塞的书") && !shelf.contains("预备党员的书"), "{shelf}");
    for hidden in [&away, &stage] {
        for path in ["", "/chapters/1", "/booklet", "/stored"] {
            assert_eq!(member.get(&format!("{}{path}", hidden.path)).await.status, 404, "{path}");
        }
        let place = [("turn", "1"), ("chapter", "1"), ("part", "0")];
        assert_eq!(member.post(&format!("{}/place", hidden.path), &place).await.status, 404);
    }
    assert!(!member.get("/library?q=苹果树").await.text().contains("《安塞的书》"), "nor its words");
    assert_eq!(member.get(&villages.path).await.status, 200);
    let mut office = house.browser("water").await;
    assert_eq!(office.get(&villages.path).await.status, 404);
}

#[tokio::test]
async fn words_are_found_in_all_books_and_in_one() {
    let house = House::new().await;
    let mut city = house.browser("city").await;
    let one = bring(&mut city, &[("title", "第一本")], ("a.txt", TEXT.as_bytes())).await;
    bring(&mut city, &[("title", "第二本")], ("b.txt", "第一章 果\n苹果树要剪枝。".as_bytes())).await;
    let mut member = house.browser("member").await;
    let all = member.get("/library?q=苹果树").await;
    assert!(all.text().contains("《第一本》第二章 栽树") && all.text().contains("《第二本》第一章 果"));
    assert_eq!(all.all(".passages mark"), ["苹果树", "苹果树"]);
    let within = member.get(&format!("{}?q=苹果树", one.path)).await;
    assert_eq!(within.all(".passages a"), ["第二章 栽树"]);
    assert!(member.get("/library?q=没有的词语").await.text().contains("没有找到"));
    let hostile = member.get("/library?q=%27%20OR%20%22%3Cb%3E").await;
    assert!(hostile.status == 200 && !hostile.html().contains("<b>"));
    assert_eq!(member.get(&format!("/library?q={}", "长".repeat(5_000))).await.status, 200);
}

#[tokio::test]
async fn collections_hold_what_was_put_into_them() {
    let house = House::new().await;
    let mut city = house.browser("city").await;
    let form = city.get("/library/new").await;
    let made = [("collection_title", "种果树"), ("collection_text", "从剪枝到卖果")];
    city.submit(&form, "/library/collections", &made).await;
    assert_eq!(city.submit(&form, "/library/collections", &made).await.status, 422, "one of a name");
    let book = bring(&mut city, &[("title", "剪枝")], ("a.txt", TEXT.as_bytes())).await;
    bring(&mut city, &[("title", "别的")], ("b.txt", TEXT.as_bytes())).await;
    let id = book.attributes("select[name=collection] option", "value")[0].clone();
    city.post(&format!("{}/collection", book.path), &[("collection", &id)]).await;
    let shelf = city.get(&format!("/library?collection={id}")).await.text();
    assert!(shelf.contains("剪枝") && !shelf.contains("别的"));
    assert_eq!(city.post(&format!("{}/collection", book.path), &[("collection", "x")]).await.status, 422);
}
