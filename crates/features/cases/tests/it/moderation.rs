//! What a moderator may change, how a report is declined, how photos are covered.

use huiyin_testing::{Browser, Chosen, Page};

use crate::pages_desk::House;

const TEXT: &str = "上湾村三组三天没水了，我叫赵小二，住在村口第一家。老人要到沟里挑水，请尽快修好水管。";

/// A resident reports; gives his browser and the address of the case on the county's desk.
async fn reported(house: &House, county: &mut Browser, photos: &[Chosen<'_>]) -> (Browser, String) {
    let mut resident = house.app.browser();
    let form = resident.get("/problems/new?county=610602&town=610602701000").await;
    let fields = [("village", "610602701201"), ("sub", "infrastructure/water"), ("text", TEXT), ("seen", "1")];
    let page = resident.upload(&form, "/problems", &fields, photos).await;
    assert!(page.text().contains("收到了"), "{}", page.text());
    let link = county.get("/desk?duty=moderate").await.attributes("tbody th a", "href")[0].clone();
    (resident, link)
}

async fn opened(county: &mut Browser, link: &str) -> Page {
    let page = county.get(link).await;
    county.submit(&page, &format!("{link}/original"), &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn privacy_and_misprints_and_nothing_else() {
    let house = House::new().await;
    let mut county = house.browser("county").await;
    let (mut resident, link) = reported(&house, &mut county, &[]).await;
    let page = opened(&mut county, &link).await;
    let posting = format!("{link}/posting");
    let turned = "上湾村供水总体正常，个别时段水压偏低，相关部门已列入改造计划，感谢群众理解和支持。";
    let refused = county.submit(&page, &posting, &[("text", turned), ("title", "供水情况")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("只能隐去个人信息、改错别字"), "{}", refused.text());
    assert!(refused.html().contains("<del>") && refused.html().contains("<ins>"), "both texts are compared");
    assert!(refused.html().contains(turned), "what was typed is still there");
    let cut = county.submit(&page, &posting, &[("text", "没水了。"), ("title", "没水")]).await;
    assert_eq!(cut.status, 422);
    assert!(cut.text().contains("剩下的已不是反映人的意思"), "{}", cut.text());
    let redacted = TEXT.replace("我叫赵小二，住在村口第一家", "我叫●●●");
    let posted = county.submit(&page, &posting, &[("text", &redacted), ("title", "三组三天没水")]).await;
    assert!(posted.text().contains("宝塔-2016-00001"), "{}", posted.text());
    let public = house.app.browser().get("/problems/宝塔-2016-00001").await;
    assert!(public.text().contains("已编辑") && !public.text().contains("赵小二"), "{}", public.text());
    let own = resident.get("/follow/case").await;
    assert!(own.text().contains("赵小二") && own.text().contains("我叫●●●"), "he sees both: {}", own.text());
    // Afterwards the same holds.
    let page = county.get(&link).await;
    let edit = format!("{link}/public-text");
    let refused = county.submit(&page, &edit, &[("text", turned), ("reason", "更准确")]).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    let again = TEXT.replace("，我叫赵小二，住在村口第一家", "");
    let mended = county.submit(&page, &edit, &[("text", &again), ("reason", "再隐去住处")]).await;
    assert!(mended.text().contains("公开文字已修改"), "{}", mended.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_asked_about_before_the_public_or_the_reporter_reads_them() {
    let house = House::new().await;
    let mut county = house.browser("county").await;
    let (mut resident, link) = reported(&house, &mut county, &[]).await;
    let page = opened(&mut county, &link).await;
    assert!(page.text().contains("这里像是有：赵小二（人名）"), "{}", page.text());
    let posting = format!("{link}/posting");
    let asked = county.submit(&page, &posting, &[("text", TEXT), ("title", "三组三天没水")]).await;
    assert!(asked.status == 422 && asked.text().contains("赵小二（人名）"), "{}", asked.text());
    assert!(
        asked.all(&format!("form[action='{posting}']")).join("").contains("要公开的文字里像是有"),
        "beside the form"
    );
    let other = asked.all(&format!("form[action='{link}/decline']")).join("");
    assert!(!other.contains("赵小二"), "what was typed into one form is not in another: {other}");
    let posted = county.submit(&asked, &posting, &[("checked", "1")]).await;
    assert!(posted.text().contains("宝塔-2016-00001"), "{}", posted.text());

    let writing = format!("{link}/messages");
    let page = county.get(&link).await;
    let words = "请联系村民王建国，电话13900000000。";
    let asked = county.submit(&page, &writing, &[("text", words)]).await;
    assert!(asked.status == 422 && asked.text().contains("王建国（人名）、13900000000（手机号）"), "{}", asked.text());
    assert!(asked.html().contains(words), "what was typed is still there");
    assert!(!resident.get("/follow/case").await.text().contains("王建国"), "nothing was sent");
    county.submit(&asked, &writing, &[("checked", "1")]).await;
    assert!(resident.get("/follow/case").await.text().contains("王建国"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reads_the_original_by_posting_nonsense() {
    let house = House::new().await;
    let mut county = house.browser("county").await;
    let (_, link) = reported(&house, &mut county, &[]).await;
    let given =
        [("text", "别的内容别的内容别的内容别的内容别的内容"), ("title", "别的"), ("sub", "infrastructure/water")];
    let before = looks(&house).await;
    let refused = county.post(&format!("{link}/posting"), &given).await;
    assert!(refused.text().contains("赵小二"), "the differences show the original");
    assert_eq!(looks(&house).await, before + 1, "so it is a look, on record");
    for login in ["village", "water", "ansai"] {
        let page = house.browser(login).await.post(&format!("{link}/posting"), &given).await;
        assert!([403, 404].contains(&page.status.as_u16()), "{login}");
        assert!(!page.text().contains("赵小二"), "{login}");
    }
}

async fn looks(house: &House) -> i64 {
    let mut tx = house.app.site.db.read().await.unwrap();
    let count = huiyin_db::query("select count(*) from audit_event where kind = 'sensitive_look'");
    count.fetch_scalar(&mut tx).await.unwrap()
}

/// A white picture of 24 by 24 pixels.
pub(crate) const PNG: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00,
    0x18, 0x00, 0x00, 0x00, 0x18, 0x08, 0x02, 0x00, 0x00, 0x00, 0x6f, 0x15, 0xaa, 0xaf, 0x00, 0x00, 0x00, 0x1d, 0x49,
    0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0xf8, 0x4f, 0x25, 0xc0, 0x30, 0x6a, 0xd0, 0xa8, 0x41, 0xa3, 0x06, 0x8d, 0x1a,
    0x34, 0x6a, 0xd0, 0xa8, 0x41, 0x03, 0x6f, 0x10, 0x00, 0x47, 0x05, 0xb9, 0x9b, 0xd9, 0x64, 0x46, 0x9a, 0x00, 0x00,
    0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

#[tokio::test(flavor = "multi_thread")]
async fn a_covered_photo_takes_the_place_of_the_one_that_came() {
    let house = House::new().await;
    let mut county = house.browser("county").await;
    let photo = [Chosen { field: "photos", name: "a.png", bytes: PNG }];
    let (_, link) = reported(&house, &mut county, &photo).await;
    house.app.drain().await.unwrap();
    let page = county.get(&link).await;
    let cover = page.attributes("a[href$='/cover']", "href")[0].clone();
    let form = county.get(&cover).await;
    let original = form.attributes(".cover-picture img", "src")[0].clone();
    let nothing = county.submit(&form, &cover, &[]).await;
    assert!(nothing.status == 422 && nothing.text().contains("请先选要遮挡的地方"), "{}", nothing.text());
    for wrong in ["1,2,3", "0,0,2000,1", "a,b,c,d"] {
        assert_eq!(county.submit(&form, &cover, &[("boxes", wrong)]).await.status, 422, "{wrong}");
    }
    let covered = county.post(&cover, &[("square", "0"), ("square", "4"), ("boxes", "500,0,200,200")]).await;
    assert!(covered.text().contains("照片已遮挡"), "{}", covered.text());
    house.app.drain().await.unwrap();
    let opened = opened(&mut county, &link).await;
    let choices = opened.attributes("input[name=photos]", "value");
    assert_eq!(choices.len(), 1, "the covered copy stands for the photo");
    assert!(opened.text().contains("公开第 1 张照片（已遮挡）"), "{}", opened.text());
    county.submit(&opened, &format!("{link}/posting"), &[("photos", &choices[0]), ("checked", "1")]).await;
    let public = house.app.browser().get("/problems/宝塔-2016-00001").await;
    let shown = public.attributes(".photos img, .photo img, img", "src");
    assert!(!shown.is_empty() && !shown.iter().any(|src| src.starts_with(&original)), "{shown:?}");
    // After posting one more square is covered: the public sees the newest copy alone.
    let cover = county.get(&link).await.attributes("a[href$='/cover']", "href")[0].clone();
    county.post(&cover, &[("square", "8")]).await;
    house.app.drain().await.unwrap();
    let later = house.app.browser().get("/problems/宝塔-2016-00001").await;
    let newest = later.attributes(".photos img, .photo img, img", "src");
    assert_eq!(newest.len(), shown.len());
    assert_ne!(newest, shown);
    for login in ["water", "village", "ansai"] {
        assert!([403, 404].contains(&house.browser(login).await.get(&cover).await.status.as_u16()), "{login}");
    }
}
