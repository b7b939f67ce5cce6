//! Books by the command line: new, a new edition, or there already.

use huiyin_study::{Library, Offer, Outcome, content};

use crate::{House, TEXT};

async fn brought(house: &House, name: &str, text: &str, dry_run: bool) -> Result<Outcome, String> {
    let library = Library { db: house.app.site.db.clone(), home: house.app.site.home };
    let offer = Offer { source: "自编".into(), ..Offer::default() };
    let read = content(vec![(name.to_owned(), text.as_bytes().to_vec())], "").map_err(|problem| problem.message)?;
    let org = house.city.org("延安市");
    let now = house.app.site.clock.now();
    let mut rng = house.app.site.rngs.rng();
    let done = library.import(offer, read, (org, dry_run), now, &mut rng).await;
    done.map(|imported| imported.outcome).map_err(|problem| problem.message)
}

#[tokio::test]
async fn the_same_file_changes_nothing_and_another_is_a_new_edition() {
    let house = House::new().await;
    let newer = format!("{TEXT}\n第四章 新的\n　　又一年。");
    assert_eq!(brought(&house, "书.txt", TEXT, true).await, Ok(Outcome::Added));
    assert!(!house.browser("member").await.get("/library").await.text().contains("自编"), "a dry run writes nothing");
    assert_eq!(brought(&house, "书.txt", TEXT, false).await, Ok(Outcome::Added));
    assert_eq!(brought(&house, "书.txt", TEXT, false).await, Ok(Outcome::There));
    assert_eq!(brought(&house, "改了名.txt", TEXT, false).await, Ok(Outcome::There), "by its content");
    assert_eq!(brought(&house, "书.txt", &newer, true).await, Ok(Outcome::Renewed(2)));
    assert_eq!(brought(&house, "书.txt", &newer, false).await, Ok(Outcome::Renewed(2)));
    assert_eq!(brought(&house, "书.txt", &newer, false).await, Ok(Outcome::There));
    assert_eq!(brought(&house, "书.txt", TEXT, false).await, Ok(Outcome::Older), "it does not go back");
    let mut city = house.browser("city").await;
    let shelf = city.get("/library").await;
    let book = shelf.attributes(".shelf-book", "href")[0].clone();
    assert!(city.get(&book).await.text().contains("第 2 版"));
    city.post(&format!("{book}/withdrawal"), &[]).await;
    assert_eq!(brought(&house, "书.txt", &newer, false).await, Ok(Outcome::Withdrawn));
}

#[tokio::test]
async fn what_is_no_book_is_refused_in_words() {
    let house = House::new().await;
    assert_eq!(brought(&house, "书.txt", TEXT, false).await, Ok(Outcome::Added));
    assert!(brought(&house, "坏.epub", "PK\u{3}\u{4}broken", false).await.unwrap_err().contains("坏了"));
    let sound = brought(&house, "书.mp3", "ID3 rest", false).await.unwrap_err();
    assert!(sound.contains("同一种"), "{sound}");
}
