//! Places and marks: kept for their reader, and for nobody else.

use huiyin_testing::Browser;

use crate::{House, TEXT, bring};

async fn book(house: &House) -> String {
    let mut city = house.browser("city").await;
    bring(&mut city, &[("title", "山里的事")], ("a.txt", TEXT.as_bytes())).await.path
}

async fn at(browser: &mut Browser, book: &str, turn: &str, chapter: &str) {
    let place = [("turn", turn), ("chapter", chapter), ("part", "0")];
    let page = browser.post(&format!("{book}/place"), &place).await;
    assert_eq!(page.status, 200);
}

async fn goes_on(browser: &mut Browser, book: &str) -> String {
    browser.get(book).await.all(".book-acts .btn-primary").join("")
}

#[tokio::test]
async fn the_furthest_place_wins_until_one_begins_anew() {
    let house = House::new().await;
    let book = book(&house).await;
    let mut member = house.browser("member").await;
    assert_eq!(goes_on(&mut member, &book).await, "开始读");
    at(&mut member, &book, "1", "2").await;
    at(&mut member, &book, "1", "1").await;
    assert_eq!(goes_on(&mut member, &book).await, "接着读：第二章 栽树");
    let page = member.get(&book).await;
    member.submit(&page, &format!("{book}/again"), &[]).await;
    // The other device still stands in the old turn.
    at(&mut member, &book, "1", "3").await;
    assert_eq!(goes_on(&mut member, &book).await, "接着读：第一章 修渠");
    at(&mut member, &book, "2", "3").await;
    assert_eq!(goes_on(&mut member, &book).await, "接着读：第三章 路灯");
    member.submit(&page, &format!("{book}/again"), &[]).await;
    assert_eq!(goes_on(&mut member, &book).await, "接着读：第三章 路灯", "asked for twice, done once");
    for wrong in [("0", "0"), ("99", "0"), ("1", "-1"), ("1", "99999999")] {
        let place = [("turn", "2"), ("chapter", wrong.0), ("part", wrong.1)];
        assert_eq!(member.post(&format!("{book}/place"), &place).await.status, 422, "{wrong:?}");
    }
}

#[tokio::test]
async fn finished_is_what_the_reader_says() {
    let house = House::new().await;
    let book = book(&house).await;
    let mut member = house.browser("member").await;
    at(&mut member, &book, "1", "3").await;
    assert!(!member.get(&book).await.text().contains("读完 "));
    let page = member.post(&format!("{book}/finish"), &[]).await;
    assert!(page.text().contains("2016年12月16日读完"), "{}", page.text());
    let page = member.submit(&page, &format!("{book}/finish"), &[]).await;
    assert!(!page.text().contains("日读完"));
    assert!(member.get("/satchel").await.text().contains("读到第 3 / 3 节"));
    let page = member.get("/satchel").await;
    member.submit(&page, &format!("{book}/removal"), &[]).await;
    assert!(member.get("/satchel").await.text().contains("还没有翻开的书"));
    let mut other = house.browser("secretary").await;
    assert!(other.get("/satchel").await.text().contains("还没有翻开的书"));
}

#[tokio::test]
async fn notes_are_sealed_drawn_and_their_readers_own() {
    let house = House::new().await;
    let book = book(&house).await;
    let mut member = house.browser("member").await;
    let marks = format!("{book}/marks");
    let page = member.get(&format!("{book}/chapters/1")).await;
    let note = [("quote", "水 来了"), ("words", "我也去看了<b>"), ("kind", "note"), ("nonce", "one")];
    let page = member.submit(&page, &marks, &note).await;
    assert_eq!(page.all(".reader-text mark"), ["水来了"]);
    assert!(page.text().contains("我也去看了<b>") && !page.html().contains("了<b>"));
    // The same word again, as from an outbox: one note.
    member.post(&marks, &[("chapter", "1"), ("words", "我也去看了<b>"), ("nonce", "one")]).await;
    let mine = member.get("/satchel/notes").await;
    assert_eq!(mine.all(".note blockquote"), ["水 来了"]);
    assert!(member.get("/satchel/notes.md").await.html().contains("> 水 来了"));
    let mut other = house.browser("secretary").await;
    assert!(other.get("/satchel/notes").await.text().contains("还没有划线和笔记"));
    let removal = mine.attributes(".note form", "action")[0].clone();
    assert_eq!(other.post(&removal, &[]).await.status, 404, "somebody else's note");
    let stored = member.get(&format!("{book}/chapters/1?stored=1")).await;
    assert!(!stored.text().contains("我也去看了") && !stored.html().contains("csrf"), "the copy belongs to nobody");
    member.post(&removal, &[]).await;
    assert!(member.get("/satchel/notes").await.text().contains("还没有划线和笔记"));
}

#[tokio::test]
async fn what_cannot_be_marked_is_shown_again() {
    let house = House::new().await;
    let book = book(&house).await;
    let mut member = house.browser("member").await;
    let marks = format!("{book}/marks");
    let absent = [("chapter", "1"), ("quote", "书里没有的话"), ("kind", "highlight"), ("nonce", "n")];
    let page = member.post(&marks, &absent).await;
    assert!(
        page.status == 422 && page.text().contains("没有找到您要划的这句话") && page.html().contains("书里没有的话")
    );
    let endless = "长".repeat(6_000);
    for words in [("words", endless.as_str()), ("quote", endless.as_str())] {
        let page = member.post(&marks, &[("chapter", "1"), words, ("nonce", "n")]).await;
        assert_eq!(page.status, 422, "{}", words.0);
    }
    assert_eq!(member.post(&marks, &[("chapter", "7"), ("words", "x"), ("nonce", "n")]).await.status, 404);
}

#[tokio::test]
async fn a_bookmark_is_there_once_and_two_at_once_are_two_words() {
    let house = House::new().await;
    let book = book(&house).await;
    let (mut one, mut other) = (house.browser("member").await, house.browser("member").await);
    let marks = format!("{book}/marks");
    let note = |nonce| [("chapter", "2"), ("words", "同一时刻"), ("kind", "note"), ("nonce", nonce)];
    let (first, second) = (note("a"), note("b"));
    let (first, second) = tokio::join!(one.post(&marks, &first), other.post(&marks, &second));
    assert!(first.status == 200 && second.status == 200);
    let page = one.post(&marks, &[("chapter", "2"), ("kind", "bookmark"), ("nonce", "c")]).await;
    assert!(page.text().contains("这一节夹了书签"));
    assert_eq!(one.get("/satchel/notes").await.all(".note .prose").len(), 2);
}

#[tokio::test]
async fn what_goes_into_the_satchel_is_told() {
    let house = House::new().await;
    let book = book(&house).await;
    let mut member = house.browser("member").await;
    let told: serde_json::Value = serde_json::from_slice(&member.get(&format!("{book}/stored")).await.bytes).unwrap();
    assert_eq!(told["pages"][2], format!("{book}/chapters/3"));
    assert_eq!((told["edition"].as_i64(), told["titles"][1].as_str()), (Some(1), Some("第二章 栽树")));
}
