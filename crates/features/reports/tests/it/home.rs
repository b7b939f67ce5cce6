use crate::parcels::house;

#[tokio::test]
async fn the_front_page_shows_figures_with_their_doors() {
    let (app, _) = house().await;
    let page = app.browser().get("/").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.all("h1").len(), 1);
    let doors = page.attributes("section[aria-labelledby=home-figures] a.number", "href");
    assert!(doors.contains(&"/figures/parcels_posted/list".to_owned()), "{doors:?}");
    assert!(page.text().contains("120"));
}
