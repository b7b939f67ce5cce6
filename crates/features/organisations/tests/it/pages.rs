use huiyin_base::Day;
use huiyin_directory::audit::{AuditKind, subject};
use huiyin_directory::{audit_event_list_subject, org_rename};

use crate::{house, signed_in};

#[tokio::test]
async fn the_tree_opens_level_by_level_without_scripts() {
    let (app, _) = house().await;
    let mut browser = app.browser();
    let page = browser.get("/organisations").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.all("#tree details > summary").len(), 2, "{}", page.text());
    assert!(page.text().contains("市水务局") && !page.text().contains("柳河镇"));
    let below = "/organisations/610602/610602000000/children";
    assert!(page.attributes("a", "href").contains(&below.to_owned()));
    let page = browser.get(below).await;
    assert!(page.text().contains("柳河镇") && page.text().contains("区水务局"));
    browser.headers.insert("hx-request", "true".parse().unwrap());
    let part = browser.get(below).await;
    assert!(part.html().trim_start().starts_with("<ul"), "htmx gets the level alone");
}

#[tokio::test]
async fn organisations_are_found_by_name_initials_and_code() {
    let (app, _) = house().await;
    let mut browser = app.browser();
    for text in ["柳河", "lhz", "610602701000"] {
        let page = browser.get(&format!("/organisations?q={text}")).await;
        assert!(page.text().contains("柳河镇"), "{text}: {}", page.text());
        assert!(page.text().contains("宝塔区"), "the way stands beside it");
    }
    assert!(browser.get("/organisations?q=%3Cscript%3E").await.text().contains("没有找到"));
}

#[tokio::test]
async fn an_organisation_shows_its_place_and_posts_but_no_names() {
    let (app, city) = house().await;
    let page = app.browser().get("/organisations/610602/610602701201").await;
    assert_eq!(page.all("h1"), ["上湾村"]);
    for words in ["宝塔区", "柳河镇", "村委会主任", "0911-0000000", "上湾村党支部"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    assert!(!page.html().contains(&city.org("上湾村").id.to_string()), "no id is shown");
    assert_eq!(app.browser().get("/organisations/610602/999999999999").await.status, 404);
    assert_eq!(app.browser().get("/organisations/999999/610602701201").await.status, 404);
}

#[tokio::test]
async fn a_code_of_former_days_leads_to_the_page_of_today() {
    let (app, city) = house().await;
    let village = city.org("上湾村");
    let day = Day::new(2016, 12, 1).unwrap();
    app.site
        .db
        .write("test", move |tx| {
            Box::pin(async move { org_rename(tx, village, "610602701299", "上湾社区村", day).await })
        })
        .await
        .unwrap();
    let page = app.browser().get("/organisations/610602/610602701201").await;
    assert_eq!(page.all("h1"), ["上湾社区村"]);
    assert!(page.text().contains("上湾村（610602701201，到 2016-11-30 为止）"), "{}", page.text());
}

#[tokio::test]
async fn what_the_public_reads_of_a_place_is_changed_on_record() {
    let (app, city) = house().await;
    let village = city.org("上湾村");
    let mut county = signed_in(&app, &city, "county").await;
    let path = "/organisations/610602/610602701201/place-shown";
    let form = county.get(path).await;
    county.submit(&form, path, &[("shown", "no")]).await;
    let mut tx = app.site.db.read().await.unwrap();
    assert_eq!(huiyin_directory::org_place_shown(&mut tx, village).await.unwrap(), Some(false));
    let events =
        audit_event_list_subject(&mut tx, village.region, &subject("org", village.id), None, 20).await.unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].kind, events[0].detail.contains("只写到乡镇")), (AuditKind::Setting, true));
}

#[tokio::test]
async fn a_member_list_is_for_the_branch_and_those_above_and_every_look_is_recorded() {
    let (app, city) = house().await;
    let path = "/organisations/610602/610602701901/members";
    for (login, status) in [
        ("secretary", 200),
        ("township", 200),
        ("county", 200),
        ("city", 200),
        ("member", 403),
        ("ansai", 404),
        ("township2", 404),
    ] {
        assert_eq!(signed_in(&app, &city, login).await.get(path).await.status, status, "{login}");
    }
    assert_eq!(app.browser().look(path).await.status, 401);
    let file = signed_in(&app, &city, "secretary").await.get(&format!("{path}/xlsx")).await;
    assert!(file.bytes.starts_with(b"PK"));
    let branch = city.org("上湾村党支部");
    let mut tx = app.site.db.read().await.unwrap();
    let events = audit_event_list_subject(&mut tx, branch.region, &subject("org", branch.id), None, 20).await.unwrap();
    let exports = events.iter().filter(|event| event.kind == AuditKind::Export).count();
    assert_eq!((events.len(), exports), (4, 1), "three looks and an export; the city's are kept with the city");
}
