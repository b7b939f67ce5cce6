//! Taking books in, new editions, taking out; and what is refused.

use huiyin_testing::Chosen;

use crate::{House, TEXT, bring};

#[tokio::test]
async fn a_book_is_taken_in_and_read() {
    let house = House::new().await;
    let mut city = house.browser("city").await;
    let page = bring(&mut city, &[("title", "山里的事")], ("a.txt", TEXT.as_bytes())).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.text().contains("山里的事") && page.text().contains("第二章 栽树") && page.text().contains("自编"));
    let mut member = house.browser("member").await;
    assert!(member.get("/library").await.text().contains("山里的事"));
    let chapter = member.get(&format!("{}/chapters/1", page.path)).await;
    assert!(chapter.text().contains("渠通了"));
    assert!(chapter.bytes.len() < 50_000, "{} bytes", chapter.bytes.len());
    assert_eq!(member.get(&format!("{}/chapters/9", page.path)).await.status, 404);
    let booklet = member.get(&format!("{}/booklet", page.path)).await;
    assert!(booklet.text().contains("路灯亮了"));
}

#[tokio::test]
async fn a_long_chapter_stays_light() {
    let house = House::new().await;
    let mut city = house.browser("city").await;
    let line = format!("　　{}\n", "山上的树一年比一年多。".repeat(20));
    let text = format!("第一章 长\n{}", line.repeat(200));
    let page = bring(&mut city, &[], ("长.txt", text.as_bytes())).await;
    assert!(page.text().contains("第一章 长（2）"), "{}", page.text());
    let chapter = city.get(&format!("{}/chapters/2", page.path)).await;
    assert!(chapter.bytes.len() < 50_000, "{} bytes", chapter.bytes.len());
}

#[tokio::test]
async fn what_is_no_book_is_refused_with_what_was_written() {
    let house = House::new().await;
    let mut city = house.browser("city").await;
    let page = bring(&mut city, &[("title", "坏的")], ("a.epub", b"PK\x03\x04broken")).await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains("坏了或者没有传完") && page.html().contains("value=\"坏的\""));
    let page = bring(&mut city, &[("source", "")], ("a.txt", TEXT.as_bytes())).await;
    assert!(page.status == 422 && page.text().contains("来源和授权"));
    let form = city.get("/library/new").await;
    let page = city.upload(&form, "/library", &[("source", "x"), ("link", "http://a.example/x.m3u8")], &[]).await;
    assert!(page.status == 422 && page.text().contains("https://"));
    assert!(!city.get("/library").await.text().contains("坏的"));
}

#[tokio::test]
async fn only_those_who_keep_it_may_and_a_county_its_own() {
    let house = House::new().await;
    let mut city = house.browser("city").await;
    let book = bring(&mut city, &[("title", "市上的书")], ("a.txt", TEXT.as_bytes())).await;
    for login in ["member", "secretary", "township", "inspector"] {
        let mut browser = house.browser(login).await;
        assert_eq!(browser.get("/library/new").await.status, 403, "{login}");
        assert_eq!(browser.post(&format!("{}/withdrawal", book.path), &[]).await.status, 403, "{login}");
    }
    let mut county = house.browser("county").await;
    assert_eq!(county.post(&format!("{}/withdrawal", book.path), &[]).await.status, 403);
    // A county's book is for the county.
    let own = bring(&mut county, &[("title", "区上的书")], ("b.txt", TEXT.as_bytes())).await;
    assert!(house.browser("member").await.get("/library").await.text().contains("区上的书"));
    let mut stranger = house.browser("ansai").await;
    assert!(stranger.get("/library").await.status == 200);
    assert_eq!(house.app.browser().get(&own.path).await.status, 401);
}

#[tokio::test]
async fn sent_twice_it_is_one_book() {
    let house = House::new().await;
    let mut city = house.browser("city").await;
    let form = city.get("/library/new").await;
    let fields = [("title", "一本"), ("source", "自编")];
    let chosen = [Chosen { field: "file", name: "a.txt", bytes: TEXT.as_bytes() }];
    let one = city.upload(&form, "/library", &fields, &chosen).await;
    let other = city.upload(&form, "/library", &fields, &chosen).await;
    assert_eq!(one.path, other.path);
}

#[tokio::test]
async fn a_new_edition_takes_the_place_and_a_withdrawn_book_is_gone() {
    let house = House::new().await;
    let mut city = house.browser("city").await;
    let book = bring(&mut city, &[("title", "会变的书")], ("a.txt", TEXT.as_bytes())).await;
    let action = format!("{}/editions", book.path);
    let chosen = [Chosen { field: "file", name: "b.txt", bytes: "第一章 新\n新的话。".as_bytes() }];
    let page = city.upload(&book, &action, &[("note", "改短了")], &chosen).await;
    assert!(page.text().contains("第 2 版") && page.text().contains("改短了"), "{}", page.text());
    assert_eq!(city.get(&format!("{}/chapters/2", book.path)).await.status, 404);
    let found = city.get("/library?q=苹果树").await;
    assert!(!found.text().contains("书里写到的"), "the old words are gone");
    let recording = [Chosen { field: "file", name: "c.mp3", bytes: b"ID3" }];
    assert_eq!(city.upload(&page, &action, &[("note", "换种")], &recording).await.status, 422);
    let page = city.get(&book.path).await;
    city.submit(&page, &format!("{}/withdrawal", book.path), &[]).await;
    assert_eq!(city.get(&book.path).await.status, 404);
}

#[tokio::test]
async fn a_series_is_heard_in_pieces() {
    let house = House::new().await;
    let mut city = house.browser("city").await;
    let form = city.get("/library/new").await;
    let long = [b"ID3".to_vec(), vec![7_u8; 600_000]].concat();
    let chosen = [
        Chosen { field: "file", name: "02 收.mp3", bytes: b"ID3 two" },
        Chosen { field: "file", name: "01 种.mp3", bytes: &long },
    ];
    let page = city.upload(&form, "/library", &[("title", "听书"), ("source", "自录")], &chosen).await;
    assert_eq!(page.all(".heard strong"), ["01 种", "02 收"]);
    assert_eq!(city.get(&format!("{}/booklet", page.path)).await.status, 404, "nothing to print");
    let address = page.attributes(".heard audio", "src")[0].clone();
    let mut member = house.browser("member").await;
    let whole = member.get(&address).await;
    assert_eq!((whole.status.as_u16(), whole.bytes.len()), (200, long.len()));
    member.headers.insert("range", "bytes=262140-262150".parse().unwrap());
    let piece = member.get(&address).await;
    assert_eq!((piece.status.as_u16(), piece.bytes.to_vec()), (206, long[262_140..=262_150].to_vec()));
    member.headers.insert("range", "bytes=900000-".parse().unwrap());
    assert_eq!(member.get(&address).await.status, 416);
}

#[tokio::test]
async fn a_recording_by_hls_opens_the_policy_of_its_page_alone() {
    let house = House::new().await;
    let mut city = house.browser("city").await;
    let form = city.get("/library/new").await;
    let live = [("title", "回放"), ("source", "自录"), ("link", "https://video.example.com/a/live.m3u8?x=1")];
    let page = city.upload(&form, "/library", &live, &[]).await;
    assert_eq!(page.attributes("[data-hls] video", "src"), ["https://video.example.com/a/live.m3u8?x=1"]);
    assert!(page.text().contains("在原来的网站上播放"), "the plain link stands below");
    let policy =
        |page: &huiyin_testing::Page| page.headers.get("content-security-policy").unwrap().to_str().unwrap().to_owned();
    assert!(policy(&page).contains("media-src 'self' blob: https://video.example.com;"), "{}", policy(&page));
    assert!(!policy(&city.get("/library").await).contains("example.com"));
    let form = city.get("/library/new").await;
    let plain = [("title", "链接"), ("source", "自录"), ("link", "https://video.example.com/a.mp4")];
    let page = city.upload(&form, "/library", &plain, &[]).await;
    assert!(page.attributes("[data-hls]", "class").is_empty() && !policy(&page).contains("example.com"));
}
