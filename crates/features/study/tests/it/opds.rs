//! A reading app: asked for its key, it finds what is there for its holder, and gets the files as they came.

use data_encoding::BASE64;
use huiyin_testing::{Browser, Chosen, Page};
use serde_json::Value;

use crate::{House, TEXT, bring};

const SCHEMA: &str = include_str!("opds.schema.json");

fn read(page: &Page) -> Value {
    serde_json::from_slice(&page.bytes).unwrap()
}

/// Where an address leads on this site.
fn path(address: &Value) -> String {
    address.as_str().unwrap().trim_start_matches("http://huiyin.test").to_owned()
}

pub(crate) async fn key(house: &House, login: &str, device: &str) -> String {
    let mut browser = house.browser(login).await;
    let page = browser.get("/satchel/keys").await;
    let page = browser.submit(&page, "/satchel/keys", &[("device", device)]).await;
    page.all(".key-shown").join("")
}

/// A program with a name and a key, and no cookie.
pub(crate) fn app(house: &House, login: &str, key: &str) -> Browser {
    let mut app = house.app.browser();
    let basic = format!("Basic {}", BASE64.encode(format!("{login}:{key}").as_bytes()));
    app.headers.insert("authorization", basic.parse().unwrap());
    app
}

fn conforms(feed: &Value) {
    let validator = jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap();
    let faults: Vec<String> = validator.iter_errors(feed).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?} in {feed:#}");
}

fn link<'a>(of: &'a Value, rel: &str) -> Option<&'a Value> {
    of["links"].as_array().unwrap().iter().find(|link| link["rel"] == rel)
}

#[tokio::test]
async fn without_a_key_it_is_asked_in_its_own_words() {
    let house = House::new().await;
    let page = house.app.browser().get("/opds").await;
    assert_eq!(page.status, 401);
    let header = |name: &str| page.headers.get(name).unwrap().to_str().unwrap().to_owned();
    assert!(header("www-authenticate").starts_with("Basic realm="));
    assert_eq!(header("content-type"), "application/opds-authentication+json");
    assert!(header("link").contains("http://opds-spec.org/auth/document"));
    let document = read(&page);
    assert_eq!(document["authentication"][0]["type"], "http://opds-spec.org/auth/basic");
    assert!(document["id"].as_str().unwrap().ends_with("/opds/authentication") && document["title"].is_string());
    assert_eq!(read(&house.app.browser().get(&path(&document["id"])).await), document, "its own address");
    // A session is no key: an app never stands in for a browser, and the other way round.
    assert_eq!(house.browser("member").await.get("/opds").await.status, 401);
}

#[tokio::test]
async fn a_key_opens_the_feed_and_the_files_and_nothing_else() {
    let house = House::new().await;
    let mut city = house.browser("city").await;
    bring(&mut city, &[("title", "市上的书"), ("author", "作者甲")], ("a.txt", TEXT.as_bytes())).await;
    let form = city.get("/library/new").await;
    let sounds = [Chosen { field: "file", name: "一.mp3", bytes: b"ID3 one" }];
    city.upload(&form, "/library", &[("title", "听的"), ("source", "自录")], &sounds).await;
    let form = city.get("/library/new").await;
    let link_only = [("title", "别处的录像"), ("source", "自录"), ("link", "https://video.example/a.mp4")];
    city.upload(&form, "/library", &link_only, &[]).await;
    let mut app = app(&house, "Member", &key(&house, "member", "平板").await);
    let front = app.get("/opds").await;
    assert_eq!(
        (front.status.as_u16(), &front.headers["content-type"]),
        (200, &"application/opds+json".parse().unwrap())
    );
    let front = read(&front);
    conforms(&front);
    assert!(link(&front, "search").unwrap()["href"].as_str().unwrap().ends_with("/opds/books{?query}"));
    let feed = read(&app.get(&path(&front["navigation"][0]["href"])).await);
    conforms(&feed);
    let titles: Vec<&str> =
        feed["publications"].as_array().unwrap().iter().map(|one| one["metadata"]["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["听的", "市上的书"], "what cannot be fetched is not offered");
    let book = &feed["publications"][1];
    let fetched: Vec<&Value> = book["links"].as_array().unwrap().iter().filter(|link| link["rel"] != "self").collect();
    assert_eq!(fetched[0]["type"], "application/epub+zip", "what apps read comes first");
    let made = app.get(&path(&fetched[0]["href"])).await;
    let made = huiyin_study::book::read_book("x.epub", &made.bytes).unwrap();
    assert_eq!((made.title.as_str(), made.chapters.len()), ("市上的书", 3));
    let file = app.get(&path(&fetched[1]["href"])).await;
    assert_eq!((file.status.as_u16(), file.bytes.to_vec()), (200, TEXT.as_bytes().to_vec()), "as it came");
    let own = app.get(&path(&link(book, "self").unwrap()["href"])).await;
    assert_eq!(own.headers["content-type"], "application/opds-publication+json");
    assert_eq!(read(&own)["metadata"]["author"], "作者甲");
    let picture = app.get(&path(&book["images"][0]["href"])).await;
    assert_eq!((picture.status.as_u16(), picture.headers["content-type"].to_str().unwrap()), (200, "image/png"));
    for elsewhere in ["/library", "/satchel", "/satchel/keys", "/reflections"] {
        assert_eq!(app.get(elsewhere).await.status, 401, "{elsewhere}");
    }
}

#[tokio::test]
async fn it_searches_and_turns_pages() {
    let house = House::new().await;
    let mut city = house.browser("city").await;
    for n in 0..33 {
        bring(&mut city, &[("title", &format!("第{n}本"))], ("a.txt", TEXT.as_bytes())).await;
    }
    let mut app = app(&house, "member", &key(&house, "member", "平板").await);
    let first = read(&app.get("/opds/books").await);
    conforms(&first);
    let next = read(&app.get(&path(&link(&first, "next").unwrap()["href"])).await);
    conforms(&next);
    let count = |feed: &Value| feed["publications"].as_array().unwrap().len();
    assert_eq!((count(&first), count(&next)), (30, 3));
    assert!(link(&next, "next").is_none() && link(&next, "first").is_some());
    let found = read(&app.get("/opds/books?query=%E7%AC%AC32%E6%9C%AC").await);
    assert_eq!((count(&found), &found["publications"][0]["metadata"]["title"]), (1, &"第32本".into()));
    let none = read(&app.get("/opds/books?query=nothing").await);
    conforms(&none);
    assert!(none["publications"].is_null());
}

#[tokio::test]
async fn an_app_gets_what_is_there_for_its_holder() {
    let house = House::new().await;
    let mut county = house.browser("county").await;
    let book = bring(&mut county, &[("title", "区上的书")], ("a.txt", TEXT.as_bytes())).await;
    let address = book.path.replace("/library/", "/opds/books/");
    let mut member = app(&house, "member", &key(&house, "member", "平板").await);
    assert_eq!(member.get(&address).await.status, 200);
    let mut stranger = app(&house, "ansai", &key(&house, "ansai", "平板").await);
    assert_eq!(stranger.get(&address).await.status, 404, "another county's");
    assert!(!stranger.get("/opds/books").await.html().contains("区上的书"));
    // Who keeps all of it reads what is there for him, and no more.
    let mut keeper = app(&house, "city", &key(&house, "city", "平板").await);
    assert_eq!(keeper.get(&address).await.status, 404);
}
