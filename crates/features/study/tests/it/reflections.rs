//! Reflections: their writer's own, until he shares them, and again when he takes them back.

use huiyin_testing::{Browser, Page};

use crate::{House, TEXT, bring};

/// Somebody writes one; gives its page.
pub(crate) async fn write(browser: &mut Browser, fields: &[(&str, &str)]) -> Page {
    let form = browser.get("/reflections/new").await;
    browser.submit(&form, "/reflections", fields).await
}

fn id_of(house: &House, org: &str) -> String {
    house.city.org(org).id.to_string()
}

#[tokio::test]
async fn it_is_its_writers_own_and_sealed() {
    let house = House::new().await;
    let mut member = house.browser("member").await;
    let fields = [("title", "看水有感"), ("words", "渠通了<b>\n\n第二段"), ("nonce", "one")];
    let page = write(&mut member, &fields).await;
    assert!(page.text().contains("渠通了<b>") && page.text().contains("只有您自己看得到"), "{}", page.text());
    // The same word again, as from an outbox: one reflection.
    assert_eq!(write(&mut member, &fields).await.path, page.path);
    let mine = member.get("/reflections/mine").await;
    assert_eq!(mine.all(".passages strong"), ["看水有感"]);
    for login in ["secretary", "township", "county", "city", "audit"] {
        let mut other = house.browser(login).await;
        assert_eq!(other.get(&page.path).await.status, 404, "{login}");
        assert!(!other.get("/reflections").await.text().contains("看水有感"), "{login}");
        for act in ["text", "sharing", "withdrawal", "removal", "comments"] {
            let sent = [("words", "x"), ("title", "x")];
            assert_eq!(other.post(&format!("{}/{act}", page.path), &sent).await.status, 404, "{login} {act}");
        }
    }
    let mut tx = house.app.site.db.read().await.unwrap();
    let regions = [house.city.org("上湾村").region];
    let account = house.city.account("member").id;
    let rows = huiyin_study::store::reflection_list_own(&mut tx, &regions, account).await.unwrap();
    let plain = "渠通了".as_bytes();
    assert!(rows.len() == 1 && !rows[0].words.windows(plain.len()).any(|window| window == plain));
}

#[tokio::test]
async fn it_is_shared_with_whom_he_chooses_and_taken_back() {
    let house = House::new().await;
    let branch = id_of(&house, "上湾村党支部");
    let mut member = house.browser("member").await;
    let fields = [("title", "给支部看"), ("words", "一起修渠"), ("audience", branch.as_str())];
    let page = write(&mut member, &fields).await;
    assert!(page.text().contains("给本支部：上湾村党支部"), "{}", page.text());
    let mut secretary = house.browser("secretary").await;
    assert!(secretary.get("/reflections").await.text().contains("一位党员"), "no name that he has not given");
    assert_eq!(secretary.get(&page.path).await.status, 200);
    assert_eq!(house.browser("township").await.get(&page.path).await.status, 404, "for the branch");
    let township = id_of(&house, "柳河镇");
    let shared = [("audience", township.as_str()), ("signed", "1")];
    member.submit(&page, &format!("{}/sharing", page.path), &shared).await;
    let wider = house.browser("township").await.get("/reflections").await.text();
    assert!(wider.contains("给支部看") && !wider.contains("一位党员"), "{wider}");
    for login in ["township2", "county", "roads", "ansai"] {
        assert_eq!(house.browser(login).await.get(&page.path).await.status, 404, "{login}: not of the township");
    }
    member.post(&format!("{}/withdrawal", page.path), &[]).await;
    assert_eq!(secretary.get(&page.path).await.status, 404);
    assert!(!secretary.get("/reflections").await.text().contains("给支部看"));
    assert_eq!(member.get(&page.path).await.status, 200);
    let foreign = id_of(&house, "安塞区");
    let wrong = member.post(&format!("{}/sharing", page.path), &[("audience", &foreign)]).await;
    assert_eq!(wrong.status, 422, "not his");
    member.post(&format!("{}/removal", page.path), &[]).await;
    assert_eq!(member.get(&page.path).await.status, 404);
}

#[tokio::test]
async fn what_is_said_to_it_goes_by_whoever_said_it_and_with_it() {
    let house = House::new().await;
    let branch = id_of(&house, "上湾村党支部");
    let mut member = house.browser("member").await;
    let page = write(&mut member, &[("title", "题"), ("words", "话"), ("audience", &branch)]).await;
    let comments = format!("{}/comments", page.path);
    let mut secretary = house.browser("secretary").await;
    let first = secretary.get(&page.path).await;
    let seen = secretary.submit(&first, &comments, &[("words", "说得好<i>")]).await;
    assert!(seen.text().contains("党支部书记") && seen.text().contains("说得好<i>"), "under a name");
    let twice = secretary.submit(&first, &comments, &[("words", "说得好<i>")]).await;
    assert_eq!(twice.all("#comments .note").len(), 1, "pressed twice it is said once");
    let removal = seen.attributes("#comments .note form", "action")[0].clone();
    assert_eq!(member.post(&removal, &[]).await.status, 404, "another's comment");
    assert!(member.get(&page.path).await.all("#comments .note form").is_empty());
    for wrong in ["", "　", &"长".repeat(501)] {
        assert_eq!(secretary.post(&comments, &[("words", wrong), ("nonce", "w")]).await.status, 422);
    }
    assert_eq!(house.browser("township").await.post(&comments, &[("words", "x")]).await.status, 404);
    // Taken back: whoever has said something still finds his own words, to delete them.
    member.post(&format!("{}/withdrawal", page.path), &[]).await;
    let own = secretary.get("/reflections/mine").await;
    assert!(own.text().contains("说得好<i>"));
    let left = secretary.post(&removal, &[("mine", "1")]).await;
    assert!(left.status == 200 && !left.text().contains("说得好"), "{}", left.text());
}

#[tokio::test]
async fn what_does_not_fit_is_shown_again_with_what_was_written() {
    let house = House::new().await;
    let mut member = house.browser("member").await;
    let page = member.post("/reflections", &[("title", "　"), ("words", "写了半天"), ("nonce", "n")]).await;
    assert!(page.status == 422 && page.html().contains("写了半天") && page.text().contains("题目请写"));
    let long = "长".repeat(8_001);
    let page = member.post("/reflections", &[("title", "题"), ("words", &long), ("nonce", "n")]).await;
    assert_eq!(page.status, 422);
    let page = write(&mut member, &[("title", "题"), ("words", "话")]).await;
    let edit = member.get(&format!("{}/text", page.path)).await;
    let page = member.submit(&edit, &format!("{}/text", page.path), &[("words", "改过的话")]).await;
    assert!(page.text().contains("改过的话"));
    let city = house.browser("city").await.get("/reflections/new").await;
    assert!(!city.html().contains("name=\"audience\""), "whoever is in no branch keeps it for himself");
}

#[tokio::test]
async fn on_a_book_it_stands_beside_it_for_those_who_may_read_the_book() {
    let house = House::new().await;
    let mut city = house.browser("city").await;
    let book = bring(&mut city, &[("title", "修渠记")], ("a.txt", TEXT.as_bytes())).await;
    let id = book.path.trim_start_matches("/library/").to_owned();
    let branch = id_of(&house, "上湾村党支部");
    let mut member = house.browser("member").await;
    let form = member.get(&format!("/reflections/new?book={id}")).await;
    assert!(form.text().contains("《修渠记》"));
    let page = member.submit(&form, "/reflections", &[("title", "题"), ("words", "话"), ("audience", &branch)]).await;
    assert!(page.text().contains("《修渠记》"), "{}", page.text());
    let mut secretary = house.browser("secretary").await;
    let beside = secretary.get(&format!("/reflections?book={id}")).await;
    assert!(beside.text().contains("心得：《修渠记》") && beside.all(".passages strong") == ["题"]);
    city.post(&format!("{}/withdrawal", book.path), &[]).await;
    assert!(!secretary.get(&page.path).await.text().contains("修渠记"), "a book that has gone is not named");
    let stored = member.get("/reflections/new?stored=1").await;
    assert!(!stored.html().contains("csrf") && !stored.html().contains("audience"), "the copy belongs to nobody");
}

#[tokio::test]
async fn long_lists_turn_pages() {
    let house = House::new().await;
    let branch = id_of(&house, "上湾村党支部");
    let mut member = house.browser("member").await;
    for n in 0..23 {
        let (title, nonce) = (format!("第{n}篇"), format!("n{n}"));
        let fields = [("title", title.as_str()), ("words", "话"), ("audience", &branch), ("nonce", &nonce)];
        member.post("/reflections", &fields).await;
    }
    let first = member.get("/reflections").await;
    assert_eq!(first.all(".passages strong").len(), 20);
    let next = first.attributes("a", "href").into_iter().find(|href| href.contains("after=")).unwrap();
    assert_eq!(member.get(&next).await.all(".passages strong").len(), 3);
}

#[tokio::test]
async fn the_whole_city_reads_it_once_the_secretary_has_looked() {
    let house = House::new().await;
    let wide = format!("city-{}", id_of(&house, "上湾村党支部"));
    let mut member = house.browser("member").await;
    let page = write(&mut member, &[("title", "修渠小记"), ("words", "修渠的事"), ("audience", &wide)]).await;
    assert!(page.text().contains("支部书记看过以后，全市可读"), "{}", page.text());
    let look = format!("{}/city", page.path);
    for stranger in ["ansai", "city", "township", "member"] {
        let mut stranger = house.browser(stranger).await;
        assert!(!stranger.get("/reflections/city").await.text().contains("修渠小记"));
        assert_eq!(stranger.post(&look, &[("city", "1")]).await.status, 404, "only the branch's secretary");
    }
    assert_eq!(house.browser("ansai").await.get(&page.path).await.status, 404);
    let mut secretary = house.browser("secretary").await;
    assert!(secretary.get("/reflections").await.text().contains("请您看一看"));
    let seen = secretary.get(&page.path).await;
    secretary.submit(&seen, &look, &[("city", "1")]).await;
    assert_eq!(secretary.post(&look, &[("city", "0")]).await.status, 404, "once");
    let mut far = house.browser("ansai").await;
    assert_eq!(far.get("/reflections/city").await.all(".passages strong"), ["修渠小记"]);
    let read = far.get(&page.path).await;
    assert!(read.text().contains("修渠的事") && read.text().contains("一位党员"), "{}", read.text());
    assert_eq!(house.app.browser().look("/reflections/city").await.status, 401, "for those who sign in");

    // Other words are looked at again; what stays in the branch stays there.
    let edit = member.get(&format!("{}/text", page.path)).await;
    member.submit(&edit, &format!("{}/text", page.path), &[("words", "改过")]).await;
    assert_eq!(far.get(&page.path).await.status, 404);
    let seen = secretary.get(&page.path).await;
    assert!(seen.text().contains("请您看一看"));
    secretary.submit(&seen, &look, &[("city", "0")]).await;
    assert_eq!(far.get(&page.path).await.status, 404);
    assert_eq!(secretary.get(&page.path).await.status, 200, "the branch still reads it");
    let told = member.get(&page.path).await.text();
    assert!(told.contains("支部书记2016年12月16日看过，留在本支部"), "its writer is told: {told}");

    // Nobody looks at his own, and what is taken back is gone everywhere.
    let own = write(&mut secretary, &[("title", "书记的"), ("words", "话"), ("audience", &wide)]).await;
    assert_eq!(secretary.post(&format!("{}/city", own.path), &[("city", "1")]).await.status, 404);
    member.submit(&page, &format!("{}/sharing", page.path), &[("audience", &wide)]).await;
    secretary.post(&look, &[("city", "1")]).await;
    assert_eq!(far.get(&page.path).await.status, 200);
    member.post(&format!("{}/withdrawal", page.path), &[]).await;
    assert_eq!(far.get(&page.path).await.status, 404);
}
