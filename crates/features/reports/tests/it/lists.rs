use huiyin_db::query;
use huiyin_documents::{Column, Limits, read_table};

use crate::parcels::house;

#[tokio::test]
async fn the_foot_of_a_list_shows_the_number_and_its_pages_hold_as_many_rows() {
    let (app, _) = house().await;
    let mut browser = app.browser();
    for (address, number) in [
        ("/figures/parcels_posted/list", 120),
        ("/figures/parcels_arrived/list?county=610602", 60),
        ("/figures/parcels_rate/list?category=c6", 30),
        ("/figures/parcels_posted/list?month=201602", 11),
    ] {
        let mut next = Some(address.to_owned());
        let mut rows = Vec::new();
        while let Some(address) = next {
            let page = browser.get(&address).await;
            assert_eq!(page.status, 200, "{address}");
            assert!(page.all(".list-foot").concat().contains(&format!("共 {number} 条")), "{}", page.text());
            rows.extend(page.attributes("tbody th a", "href"));
            next = page.attributes("a[rel=next]", "href").pop();
        }
        rows.sort();
        rows.dedup();
        assert_eq!(rows.len(), number, "{address}");
        assert!(
            rows.iter().all(|row| row.starts_with("/parcels/宝塔-2016-") || row.starts_with("/parcels/安塞-2016-"))
        );
    }
}

#[tokio::test]
async fn no_id_is_shown_and_what_people_wrote_is_escaped() {
    let (app, _) = house().await;
    let html = app.browser().get("/figures/parcels_posted/list").await.html();
    assert!(html.contains("包裹&lt;"));
    let id = html.split(|letter: char| !letter.is_ascii_hexdigit()).find(|word| word.len() == 32);
    assert_eq!(id, None);
}

#[tokio::test]
async fn a_closed_list_says_what_is_counted_and_who_can_open_it() {
    let (app, city) = house().await;
    let page = app.browser().get("/figures/parcels_rare/list").await;
    assert_eq!(page.status, 403);
    let text = page.text();
    assert!(text.contains("县级工作人员、市级工作人员") && text.contains("按寄出日期计"), "{text}");
    let mut county = app.browser_as(city.account("county")).await.unwrap();
    assert_eq!(county.get("/figures/parcels_rare/list").await.status, 403);
    assert_eq!(county.get("/figures/parcels_rare/list?county=610603").await.status, 403);
    assert_eq!(county.get("/figures/parcels_rare/list?county=610602").await.status, 200);
    assert_eq!(app.browser().get("/figures/parcels_hidden/list").await.status, 404);
}

#[tokio::test]
async fn a_list_leaves_as_a_sheet_and_stays_on_record() {
    let (app, city) = house().await;
    let address = "/figures/parcels_arrived/export?county=610602";
    assert_eq!(app.browser().look(address).await.status, 401);
    let mut county = app.browser_as(city.account("county")).await.unwrap();
    assert_eq!(county.get("/figures/parcels_rare/export").await.status, 403);
    let page = county.get(address).await;
    assert_eq!(page.status, 200);
    let columns = ["编号", "内容", "类别", "县区", "日期"].map(|name| Column { name, aliases: &[], required: true });
    let table = read_table("a.xlsx", &page.bytes, &columns, &Limits::default()).unwrap();
    assert_eq!(table.rows.len(), 60);
    let recorded = query("select detail from audit_event where kind = 'export'")
        .fetch_column::<String>(&mut app.site.db.read().await.unwrap())
        .await
        .unwrap();
    assert_eq!(recorded, ["导出“送达包裹”的清单，宝塔区，60 行"]);
}

#[tokio::test]
async fn a_place_in_the_list_that_does_not_exist_is_not_found() {
    let (app, _) = house().await;
    for after in ["宝塔-2016-99999", "x", "安塞-2016-00001%27"] {
        let page = app.browser().get(&format!("/figures/parcels_posted/list?county=610602&after={after}")).await;
        assert_eq!(page.status, 404, "{after}");
    }
}
