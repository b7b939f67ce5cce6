//! Files in the fields of a made kind: put there in forms, given out to whoever may see the case, and gone when their time is over.

use huiyin_cases::store;
use huiyin_db::query;
use huiyin_testing::{Chosen, Page};

use crate::pages_desk::House;

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\n%%EOF";

/// A kind whose second field holds a file, made and published in pages.
async fn made(house: &House) {
    let mut admin = house.browser("system").await;
    let form = admin.get("/admin/kinds/new").await;
    let fields = [
        ("name", "road_repair"),
        ("label", "道路养护"),
        ("mark", "路"),
        ("desk", "county_staff"),
        ("verifier", "issuer"),
        ("r0_label", "里程"),
        ("r0_type", "number"),
        ("r1_label", "验收单"),
        ("r1_type", "file"),
        // A file is never a condition, whatever the form says.
        ("r1_required", "1"),
        ("r1_sort", "1"),
    ];
    let preview = admin.submit(&form, "/admin/kinds", &fields).await;
    assert_eq!(preview.status, 200, "{}", preview.text());
    let published = admin.submit(&preview, "/admin/kinds/road_repair/1/publication", &[]).await;
    assert!(published.text().contains("已发布"), "{}", published.text());
}

fn chosen<'a>(name: &'a str, bytes: &'a [u8]) -> Chosen<'a> {
    Chosen { field: "v_f2", name, bytes }
}

/// Handed down to a department with a paper; the page of its case.
async fn handed(house: &House, file: Chosen<'_>) -> Page {
    let mut county = house.browser("county").await;
    let form = county.get("/ledgers/road_repair/new").await;
    assert_eq!(form.status, 200, "{}", form.text());
    let water = house.city.entry("区交通局").id.to_string();
    let fields = [("to", water.as_str()), ("title", "补好坑洼"), ("text", "三公里，雨季前补完"), ("v_f1", "3")];
    county.upload(&form, "/ledgers/road_repair/cases", &fields, &[file]).await
}

fn door(page: &Page) -> String {
    page.attributes("a[download]", "href").into_iter().find(|href| href.contains("/files/")).expect("a link")
}

#[tokio::test]
async fn a_paper_goes_down_with_the_work_and_is_opened_by_whoever_may_see_it() {
    let house = House::new().await;
    made(&house).await;
    let page = handed(&house, chosen("关于养护的通知.exe", PDF)).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.text().contains("关于养护的通知.pdf"), "named by its content: {}", page.text());
    let door = door(&page);
    let mut roads = house.browser("roads").await;
    let given = roads.get(&door).await;
    assert_eq!((given.status.as_u16(), given.bytes.as_ref()), (200, PDF));
    let header = |name: &str| given.headers.get(name).unwrap().to_str().unwrap().to_owned();
    assert!(header("content-disposition").starts_with("attachment;"), "{}", header("content-disposition"));
    assert_eq!(
        (header("content-type").as_str(), header("x-content-type-options").as_str()),
        ("application/pdf", "nosniff")
    );
    assert_eq!(house.browser("ansai").await.get(&door).await.status, 404, "another county");
    assert_eq!(house.browser("village").await.get(&door).await.status, 404, "who does not see the case");
    assert_ne!(house.app.browser().get(&door).await.status, 200, "nobody at all");
    let ledger = house.browser("county").await.get("/ledgers/road_repair").await;
    assert!(ledger.text().contains("验收单") && !ledger.text().contains("关于养护的通知"), "{}", ledger.text());
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_leaves_nothing_behind() {
    let house = House::new().await;
    made(&house).await;
    for (bytes, words) in
        [(&b"MZ\x90\x00"[..], "不是能附上的文件"), (&b"%PDF-1.4 /JavaScript"[..], "不带宏"), (&b""[..], "是空的")]
    {
        let page = handed(&house, chosen("单子.pdf", bytes)).await;
        assert!(page.status == 422 && page.text().contains(words), "{words}: {}", page.text());
    }
    let mut tx = house.app.site.db.read().await.unwrap();
    for table in ["select count(*) from stored_file", "select count(*) from case_file"] {
        assert_eq!(query(table).fetch_scalar::<i64>(&mut tx).await.unwrap(), 0, "{table}");
    }
}

#[tokio::test]
async fn a_file_is_put_there_later_changed_and_taken_away() {
    let house = House::new().await;
    made(&house).await;
    let page = handed(&house, chosen("一.pdf", PDF)).await;
    let (case, old) = (page.path.clone(), door(&page));
    let mut roads = house.browser("roads").await;
    let page = roads.get(&case).await;
    roads.submit(&page, &format!("{case}/signature"), &[]).await;
    let page = roads.get(&case).await;
    let newer = [PDF, b"\n% newer"].concat();
    let page = roads.upload(&page, &format!("{case}/record"), &[], &[chosen("二.pdf", &newer)]).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.text().contains("二.pdf") && page.text().contains("更新了验收单"), "{}", page.text());
    assert_eq!(roads.get(&old).await.status, 404, "what was replaced is gone");
    assert_eq!(roads.get(&door(&page)).await.bytes.as_ref(), newer);
    // Naming a file that is elsewhere puts nothing there.
    let id = door(&page).rsplit('/').next().unwrap().to_owned();
    let stolen = roads.upload(&page, &format!("{case}/record"), &[("v_f2", id.as_str()), ("reason", "看")], &[]).await;
    assert_eq!(stolen.status, 200, "{}", stolen.text());
    let bare = roads.upload(&stolen, &format!("{case}/record"), &[("v_f2_gone", "1")], &[]).await;
    assert_eq!(bare.status, 200, "{}", bare.text());
    assert!(bare.attributes("a[download]", "href").is_empty(), "{}", bare.text());
    let mut tx = house.app.site.db.read().await.unwrap();
    for table in ["stored_file", "case_file", "case_value where field = 'f2'"] {
        let left = match table {
            "stored_file" => query("select count(*) from stored_file"),
            "case_file" => query("select count(*) from case_file"),
            _ => query("select count(*) from case_value where field = 'f2'"),
        };
        assert_eq!(left.fetch_scalar::<i64>(&mut tx).await.unwrap(), 0, "{table}");
    }
    drop(tx);
    // Whoever only sees the case puts nothing into it.
    let mut township = house.browser("township").await;
    assert_eq!(township.post(&format!("{case}/record"), &[("v_f2_gone", "1")]).await.status, 404);
}

#[tokio::test]
async fn three_years_after_the_end_the_files_go_with_a_line_in_the_history() {
    let house = House::new().await;
    made(&house).await;
    let page = handed(&house, chosen("一.pdf", PDF)).await;
    let (case, door) = (page.path.clone(), door(&page));
    let mut county = house.browser("county").await;
    let done = county.submit(&page, &format!("{case}/withdrawal"), &[("reason", "并入另一项")]).await;
    assert_eq!(done.status, 200, "{}", done.text());
    house.app.periodic("case_retention").await.unwrap();
    assert_eq!(county.get(&door).await.status, 200, "not yet");
    house.app.advance(chrono::TimeDelta::days(1_096));
    house.app.periodic("case_retention").await.unwrap();
    let mut county = house.browser("county").await;
    assert_eq!(county.get(&door).await.status, 404);
    let text = county.get(&case).await.text();
    assert!(text.contains("附件已按规定删除") && !text.contains("一.pdf"), "{text}");
    let mut tx = house.app.site.db.read().await.unwrap();
    assert!(store::files_kept(&mut tx, house.app.site.today(), 9).await.unwrap().is_empty());
    assert_eq!(query("select count(*) from stored_file").fetch_scalar::<i64>(&mut tx).await.unwrap(), 0);
}
