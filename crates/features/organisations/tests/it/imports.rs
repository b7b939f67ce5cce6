use huiyin_base::Id;
use huiyin_directory::import::ImportState;
use huiyin_directory::import_batch_advance;
use huiyin_jobs::run_periodic;
use huiyin_testing::{Browser, Chosen, City, Page, TestApp};

use huiyin_web::Settings;

use crate::{house, signed_in};

async fn upload(browser: &mut Browser, kind: &str, name: &str, bytes: &[u8]) -> Page {
    let page = browser.get("/imports").await;
    let chosen = Chosen { field: kind, name, bytes };
    browser.upload(&page, &format!("/imports/{kind}"), &[], &[chosen]).await
}

/// Uploads and lets the check run.
async fn checked(app: &TestApp, browser: &mut Browser, kind: &str, text: &str) -> Page {
    let page = upload(browser, kind, "表.csv", text.as_bytes()).await;
    assert!(page.text().contains("正在检查"), "{}", page.text());
    app.drain().await.unwrap();
    browser.get(&page.path).await
}

const ORGS: &str = "代码,名称,上级代码,类别\n\
    610602703000,新镇,610602000000,乡镇\n\
    610602703201,新村,610602703000,村\n";

#[tokio::test]
async fn organisations_are_checked_confirmed_and_written_by_a_job() {
    let (app, city) = house().await;
    let mut browser = signed_in(&app, &city, "county").await;
    let page = checked(&app, &mut browser, "organisations", ORGS).await;
    assert!(page.text().contains("确认后将写入 2 行"), "{}", page.text());
    assert_eq!(browser.get("/organisations/610602/610602703000").await.status, 404, "a dry run writes nothing");
    let done = browser.submit(&page, &format!("{}/application", page.path), &[]).await;
    assert!(done.text().contains("已开始导入"));
    app.drain().await.unwrap();
    assert!(browser.get(&page.path).await.text().contains("导入已完成"));
    assert_eq!(app.browser().get("/organisations/610602/610602703201").await.all("h1"), ["新村"]);
    let result = browser.get(&format!("{}/result", page.path)).await;
    assert!(result.bytes.starts_with(b"PK"));
    assert!(browser.get("/imports").await.text().contains("表.csv"));
    let again = checked(&app, &mut browser, "organisations", ORGS).await;
    assert!(again.text().contains("没有变化") && !again.text().contains("确认后将写入 2 行"));
}

#[tokio::test]
async fn rows_with_errors_hold_back_until_they_are_left_out_on_purpose() {
    let (app, city) = house().await;
    let mut browser = signed_in(&app, &city, "county").await;
    let text = format!("{ORGS}61060270,短,610602000000,乡镇\n610603703000,外,610603000000,乡镇\n");
    let page = checked(&app, &mut browser, "organisations", &text).await;
    assert!(page.text().contains("有 8 位") && page.text().contains("“安塞区”不在您负责的范围内"), "{}", page.text());
    let only = browser.get(&format!("{}?action=refuse", page.path)).await;
    assert_eq!(only.all("tbody tr").len(), 2);
    let action = format!("{}/application", page.path);
    let refused = browser.submit(&page, &action, &[]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("还有 2 行错误。请勾选这一项") && refused.has_form(&action));
    browser.submit(&page, &action, &[("partial", "1")]).await;
    app.drain().await.unwrap();
    assert_eq!(app.browser().get("/organisations/610602/610602703000").await.status, 200);
}

#[tokio::test]
async fn an_import_given_up_leaves_nothing() {
    let (app, city) = house().await;
    let mut browser = signed_in(&app, &city, "county").await;
    let page = checked(&app, &mut browser, "organisations", ORGS).await;
    let token = page.attributes("form[action$=application] input[name=csrf]", "value").remove(0);
    let page = browser.post(&format!("{}/withdrawal", page.path), &[("csrf", &token)]).await;
    assert!(page.text().contains("已放弃"), "{}", page.text());
    app.drain().await.unwrap();
    assert_eq!(app.browser().get("/organisations/610602/610602703000").await.status, 404);
}

#[tokio::test]
async fn an_import_that_was_cut_off_can_go_on_from_its_page() {
    let (app, city) = house().await;
    let mut browser = signed_in(&app, &city, "county").await;
    let page = checked(&app, &mut browser, "organisations", ORGS).await;
    let batch = page.path.rsplit('/').next().unwrap().parse().unwrap();
    let cut_off = import_batch_advance_of(&app, batch).await;
    assert!(cut_off);
    let page = browser.get(&page.path).await;
    assert!(page.text().contains("继续写入") && page.text().contains("已写入 0 行，共 2 行"), "{}", page.text());
    let token = page.attributes("form[action$=withdrawal] input[name=csrf]", "value").remove(0);
    browser.post(&format!("{}/application", page.path), &[("csrf", &token)]).await;
    app.drain().await.unwrap();
    assert!(browser.get(&page.path).await.text().contains("导入已完成"));
}

/// Puts the import where a killed program leaves it.
async fn import_batch_advance_of(app: &TestApp, batch: Id) -> bool {
    let write = app.site.db.write("test", move |tx| {
        Box::pin(async move { Ok(import_batch_advance(tx, batch, ImportState::Checked, ImportState::Applying).await?) })
    });
    write.await.unwrap()
}

#[tokio::test]
async fn a_wrong_file_is_explained_beside_the_field() {
    let (app, city) = house().await;
    let mut browser = signed_in(&app, &city, "county").await;
    let page = upload(&mut browser, "organisations", "表.xlsx", ORGS.as_bytes()).await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains("内容却是普通文字"), "{}", page.text());
    let page = upload(&mut browser, "members", "表.csv", "姓名\n张三\n".as_bytes()).await;
    assert!(page.text().contains("没有“公民身份号码”"), "{}", page.text());
    let page = browser.get("/imports/members/template").await;
    assert!(page.bytes.starts_with(b"PK"));
    assert_eq!(browser.get("/imports/nothing/template").await.status, 404);
}

#[tokio::test]
async fn members_come_into_their_branch() {
    let (app, city) = house().await;
    let mut browser = signed_in(&app, &city, "county").await;
    let text = "姓名,身份证号,支部代码,入党时间\n张三,34052419800101001X,610602701901,2005.7.1\n";
    let page = checked(&app, &mut browser, "members", text).await;
    browser.submit(&page, &format!("{}/application", page.path), &[]).await;
    app.drain().await.unwrap();
    let list = signed_in(&app, &city, "secretary").await.get("/organisations/610602/610602701901/members").await;
    assert!(list.text().contains("张三") && list.text().contains("正式党员"), "{}", list.text());
    assert!(!list.html().contains("34052419800101001X"));
}

#[tokio::test]
async fn imports_are_for_those_who_look_after_the_place() {
    let (app, city): (TestApp, City) = house().await;
    let mut county = signed_in(&app, &city, "county").await;
    let page =
        checked(&app, &mut county, "members", "姓名,身份证号,支部代码\n张三,34052419800101001X,610602701901\n").await;
    for (login, status) in [("ansai", 404), ("system", 404), ("city", 200), ("county2", 200), ("secretary", 403)] {
        assert_eq!(signed_in(&app, &city, login).await.get(&page.path).await.status, status, "{login}");
    }
    let mut system = signed_in(&app, &city, "system").await;
    let form = system.get("/imports").await;
    assert!(form.has_form("/imports/organisations") && !form.has_form("/imports/members"));
    assert_eq!(signed_in(&app, &city, "county").await.get("/imports/batches/nothing").await.status, 404);
}

#[tokio::test]
async fn what_was_uploaded_is_kept_for_thirty_days() {
    let (app, city) = house().await;
    let mut browser = signed_in(&app, &city, "county").await;
    let page = checked(&app, &mut browser, "organisations", ORGS).await;
    let house =
        huiyin_web::assemble(app.site.ground.clone(), Settings::default(), vec![huiyin_organisations::feature()]);
    let sweep =
        async || run_periodic(&app.site.clock, &app.site.rngs, &house.jobs, house.site.clone(), "import_sweep").await;
    app.advance(chrono::TimeDelta::days(29));
    sweep().await.unwrap();
    let mut browser = signed_in(&app, &city, "county").await;
    assert_eq!(browser.get(&page.path).await.status, 200);
    app.advance(chrono::TimeDelta::days(2));
    assert!(sweep().await.unwrap().unwrap().contains("2 行"));
    let mut browser = signed_in(&app, &city, "county").await;
    assert_eq!(browser.get(&page.path).await.status, 404);
}
