//! An office's ledger, from its file to the wall.

use huiyin_base::{Id, Rng};
use huiyin_cases::ledger::{Choice, ImportAction, Ledger, LedgerFile, NewLedger, import_ledger};
use huiyin_cases::{Cases, store};
use huiyin_db::query;
use huiyin_testing::{Browser, City, TestApp};

use crate::tree::on;

const LEDGER: &str = "宝塔区问题墙台账（2016年）,,,,,,,,,,\n\
    序号,乡镇,行政村,反映人,联系电话,反映问题,责任单位,收集时间,整改情况,是否解决,办结时间\n\
    1,柳河镇,上湾村,赵二,13900000000,村里自来水停了三天没人修,区水务局,2016年3月5日,更换了水管，恢复供水,已解决,2016.3.20\n\
    2,柳河镇,上湾村,,,村口路灯不亮，电话13911112222,交通局,42500,正在协调,未解决,\n\
    3,松岭镇,,,,没有路,老水利队,2016-04-01,,,\n\
    4,柳河镇,下坪村,,,水渠塌了,区水务局,2016-04-02,,,\n\
    5,柳河镇,,,,修桥,区交通局,2016-05-01,已向群众说明,已说明,2016-04-01\n\
    合计,,,,,,,,,,\n";

struct House {
    app: TestApp,
    city: City,
    cases: Cases,
}

impl House {
    async fn new() -> Self {
        let app = TestApp::new(vec![huiyin_cases::feature()]).await.unwrap();
        let city = City::found(&app).await.unwrap();
        let cases = Cases::of(&app.site.db, &app.site.vault, &app.site.calendar).unwrap();
        Self { app, city, cases }
    }

    fn ledger(&self) -> Ledger<'_> {
        let county = self.city.org("宝塔区");
        Ledger { cases: &self.cases, county, name: "宝塔区", short: "宝塔", moment: on("2016-12-16") }
    }

    async fn browser(&self, login: &str) -> Browser {
        self.app.browser_as(self.city.account(login)).await.unwrap()
    }

    async fn count(&self) -> i64 {
        let mut tx = self.app.site.db.read().await.unwrap();
        query("select count(*) from case_item").fetch_scalar(&mut tx).await.unwrap()
    }
}

fn file(partial: bool, dry_run: bool) -> LedgerFile<'static> {
    LedgerFile { name: "台账.csv", bytes: LEDGER.as_bytes(), dry_run, partial }
}

#[tokio::test]
async fn rows_are_judged_and_nothing_comes_in_while_there_are_errors() {
    let house = House::new().await;
    let report = import_ledger(&house.ledger(), file(false, false), &mut Rng::seeded(1)).await.unwrap();
    assert_eq!((report.counts.add, report.counts.refuse, report.counts.skip), (2, 3, 1), "{:?}", report.errors);
    assert!(!report.applied && report.made == 0);
    for (what, row) in [("老水利队", "第 5 行"), ("没有叫“下坪村”的村", "第 6 行"), ("办结日期早于", "第 7 行")]
    {
        assert!(
            report.errors.iter().any(|error| error.contains(what) && error.starts_with(row)),
            "{:?}",
            report.errors
        );
    }
    assert!(report.notices.iter().any(|notice| notice.contains("“反映问题”作为问题内容")), "{:?}", report.notices);
    assert_eq!(house.count().await, 0);
}

#[tokio::test]
async fn every_fault_of_a_row_is_told_at_once() {
    let house = House::new().await;
    let rows = "乡镇,反映问题,责任单位,收集时间,办结时间\n不存在镇,路灯不亮,老水利队,2016-13-01,2017-03-01\n";
    let file = LedgerFile { name: "台账.csv", bytes: rows.as_bytes(), dry_run: true, partial: false };
    let report = import_ledger(&house.ledger(), file, &mut Rng::seeded(1)).await.unwrap();
    let faults = ["不存在镇", "老水利队", "2016-13-01", "在今天以后"];
    assert!(faults.iter().all(|fault| report.errors[0].contains(fault)), "{:?}", report.errors);
}

#[tokio::test]
async fn a_row_of_another_county_stays_out() {
    let house = House::new().await;
    let rows = "县区,乡镇,反映问题,收集时间\n宝塔区,柳河镇,路灯不亮,2016-03-01\n延安市宝塔区,柳河镇,水渠塌了,2016-03-02\n\
        黄陵县,,自来水停了,2016-03-03\n";
    let file = LedgerFile { name: "台账.csv", bytes: rows.as_bytes(), dry_run: true, partial: false };
    let report = import_ledger(&house.ledger(), file, &mut Rng::seeded(1)).await.unwrap();
    assert_eq!((report.counts.add, report.counts.refuse), (2, 1), "{:?}", report.errors);
    assert!(report.errors[0].contains("这一行写的是黄陵县，不是宝塔区"), "{:?}", report.errors);
    // Whoever corrects the columns keeps that one too.
    let mut county = house.browser("county").await;
    let page = county.get("/cases/imports").await;
    let file = huiyin_testing::Chosen { field: "file", name: "a.csv", bytes: rows.as_bytes() };
    let path = county.upload(&page, "/cases/imports", &[], &[file]).await.path;
    house.app.drain().await.unwrap();
    let shown = county.get(&path).await;
    county.submit(&shown, &format!("{path}/matching"), &[("field-category", "")]).await;
    house.app.drain().await.unwrap();
    let again = county.get(&path).await.text();
    assert!(again.contains("有错误 1 行"), "{again}");
}

#[tokio::test]
async fn good_rows_become_cases_with_their_history_and_a_second_import_finds_them() {
    let house = House::new().await;
    let mut rng = Rng::seeded(1);
    let report = import_ledger(&house.ledger(), file(true, false), &mut rng).await.unwrap();
    assert_eq!((report.made, report.applied), (2, true));
    let page = house.app.browser().get("/problems/宝塔-2016-00001").await;
    assert_eq!(page.status, 200);
    let text = page.text();
    for shown in ["自来水停了三天", "更换了水管", "2016年3月20日", "已解决", "区水务局"] {
        assert!(text.contains(shown), "{shown} in {text}");
    }
    assert!(!text.contains("赵二") && !text.contains("13900000000"), "{text}");
    let open = house.app.browser().get("/problems/宝塔-2016-00002").await.text();
    assert!(open.contains("路灯") && !open.contains("13911112222") && !open.contains("正在协调"), "{open}");
    // The numbers go on, the desk of the unit has the open one, and the counts on lists agree.
    let mut tx = house.app.site.db.read().await.unwrap();
    let region = house.city.org("宝塔区").region;
    let last: i64 = query("select n from case_counter where region = $1 and year = 2016")
        .bind(region)
        .fetch_scalar(&mut tx)
        .await
        .unwrap();
    assert_eq!(last, 2);
    assert_eq!(store::cube_stored(&mut tx, region).await.unwrap(), store::cube_recount(&mut tx, region).await.unwrap());
    drop(tx);
    let desk = house.browser("roads").await.get("/desk").await.text();
    assert!(desk.contains("路灯"), "{desk}");
    // Once more: both are known.
    let again = import_ledger(&house.ledger(), file(true, false), &mut rng).await.unwrap();
    assert_eq!((again.counts.add, again.counts.twin, again.made), (0, 2, 0));
    assert_eq!(house.count().await, 2);
}

#[tokio::test]
async fn a_twin_may_be_linked_or_added_and_nothing_is_applied_twice() {
    let house = House::new().await;
    let mut rng = Rng::seeded(1);
    let ledger = house.ledger();
    import_ledger(&ledger, file(true, false), &mut rng).await.unwrap();
    let id = Id::new(ledger.county.region, ledger.moment.now, &mut rng);
    let table = huiyin_documents::read_ledger(
        "a.csv",
        LEDGER.as_bytes(),
        &["问题", "单位", "日期", "时间"],
        &huiyin_documents::Limits::default(),
    );
    ledger
        .stage(NewLedger { id, file_name: "a.csv".into(), by: None, check: None }, table.unwrap(), &mut rng)
        .await
        .unwrap();
    ledger.check(id, &mut rng).await.unwrap();
    ledger.choose(id, vec![(3, Choice::Link), (4, Choice::Add), (5, Choice::Add)]).await.unwrap();
    assert_eq!(ledger.apply(id, true, &mut rng).await.unwrap(), 2);
    assert!(ledger.apply(id, true, &mut rng).await.is_err());
    assert!(ledger.discard(id).await.is_err());
    assert!(ledger.choose(id, Vec::new()).await.is_err());
    let rows = ledger.results(id).await.unwrap();
    let done: Vec<_> = rows.iter().filter(|(_, row)| row.action == Some(ImportAction::Done)).collect();
    assert_eq!(done.len(), 2);
    let merged = house.app.browser().get("/problems/宝塔-2016-00003").await.text();
    assert!(merged.contains("已合并"), "{merged}");
    assert_eq!(house.count().await, 4);
}

#[tokio::test]
async fn a_wrong_file_is_given_up_while_it_is_checked() {
    let house = House::new().await;
    let mut county = house.browser("county").await;
    let page = county.get("/cases/imports").await;
    let file = huiyin_testing::Chosen { field: "file", name: "错的.csv", bytes: LEDGER.as_bytes() };
    let waiting = county.upload(&page, "/cases/imports", &[], &[file]).await;
    let path = waiting.path.clone();
    assert!(waiting.text().contains("正在检查 6 行"), "{}", waiting.text());
    let left = county.submit(&waiting, &format!("{path}/withdrawal"), &[]).await;
    assert!(left.text().contains("已放弃这次导入"), "{}", left.text());
    house.app.drain().await.unwrap();
    let after = county.get(&path).await;
    assert!(after.text().contains("放弃") && !after.text().contains("不能再检查"), "{}", after.text());
    assert!(!after.has_form(&format!("{path}/withdrawal")) && house.count().await == 0);
}

#[tokio::test]
async fn what_an_office_has_in_hand_gets_the_time_to_sign_that_the_rules_give() {
    let house = House::new().await;
    let (ledger, mut rng) = (house.ledger(), Rng::seeded(1));
    import_ledger(&ledger, file(true, false), &mut rng).await.unwrap();
    let mut tx = house.app.site.db.read().await.unwrap();
    let item = "select id from case_item where state = 'assigned'";
    let id: Id = query(item).fetch_scalar(&mut tx).await.unwrap();
    let at = huiyin_cases::CaseRef { region: id.region(), id };
    let item = store::case_get(&mut tx, at).await.unwrap().unwrap();
    let (book, today) = (&house.cases.book, ledger.moment.today);
    let kind = huiyin_directory::OrgKind::Department;
    let limits = book.clocks.limits(&book.rules, kind, &item.category, &item.sub_category, today);
    let mut expected = item.clone();
    book.change_clock(&mut expected, huiyin_cases::ClockChange::Sign, limits.sign_halves, ledger.moment);
    assert_eq!((item.due_day, item.due_at), (expected.due_day, expected.due_at));
}

#[tokio::test]
async fn what_is_explained_while_a_check_runs_is_checked_again() {
    let house = House::new().await;
    let mut county = house.browser("county").await;
    let page = county.get("/cases/imports").await;
    let file = huiyin_testing::Chosen { field: "file", name: "a.csv", bytes: LEDGER.as_bytes() };
    let path = county.upload(&page, "/cases/imports", &[], &[file]).await.path;
    house.app.drain().await.unwrap();
    let shown = county.get(&path).await;
    let text = shown.text();
    let place =
        if text.find("“老水利队”是") < text.find("“下坪村”是") { "meaning-0" } else { "meaning-1" };
    let department = house.city.entry("区水务局").code.clone();
    county.submit(&shown, &format!("{path}/words"), &[(place, department.as_str())]).await;
    // A check that had begun before ends only now.
    let late = house.cases.db.write("late", |tx| {
        Box::pin(async move { Ok(query("update case_import set state = 'checked'").execute(tx).await?) })
    });
    late.await.unwrap();
    house.app.drain().await.unwrap();
    let shown = county.get(&path).await;
    assert!(shown.text().contains("确认导入 3 件"), "{}", shown.text());
}

#[tokio::test]
async fn pages_lead_from_the_file_to_the_wall() {
    let house = House::new().await;
    let mut county = house.browser("county").await;
    let page = county.get("/cases/imports").await;
    assert_eq!(page.status, 200, "{}", page.text());
    let file = huiyin_testing::Chosen { field: "file", name: "../我的台账.csv", bytes: LEDGER.as_bytes() };
    let waiting = county.upload(&page, "/cases/imports", &[], &[file]).await;
    assert_eq!(waiting.status, 200);
    assert!(waiting.text().contains("正在检查 6 行") && !waiting.text().contains("确认导入"), "{}", waiting.text());
    // Nothing but asking again is needed to see how far it is.
    assert!(county.get(&waiting.path).await.text().contains("正在检查 6 行"));
    house.app.drain().await.unwrap();
    let shown = county.get(&waiting.path).await;
    let text = shown.text();
    for word in ["我的台账.csv", "可以导入", "老水利队", "确认导入 2 件", "A 列 序号"] {
        assert!(text.contains(word), "{word} in {text}");
    }
    let path = shown.path.clone();
    // Whom the office means.
    let department = house.city.entry("区水务局").code.clone();
    let place =
        if text.find("“老水利队”是") < text.find("“下坪村”是") { "meaning-0" } else { "meaning-1" };
    let waiting = county.submit(&shown, &format!("{path}/words"), &[(place, department.as_str())]).await;
    assert!(waiting.text().contains("正在检查"), "{}", waiting.text());
    house.app.drain().await.unwrap();
    let shown = county.get(&path).await;
    assert!(shown.text().contains("确认导入 3 件"), "{}", shown.text());
    // A wrong column is corrected, and nothing is lost by it.
    let wrong = county.submit(&shown, &format!("{path}/matching"), &[("field-text", "")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("请指出哪一列写着问题"));
    let shown = county.get(&path).await;
    county.submit(&shown, &format!("{path}/matching"), &[("field-village", "")]).await;
    house.app.drain().await.unwrap();
    let moved = county.get(&path).await;
    assert!(moved.text().contains("确认导入 4 件"), "{}", moved.text());
    let refused = county.submit(&moved, &format!("{path}/application"), &[]).await;
    assert_eq!(refused.status, 422);
    assert_eq!(house.count().await, 0);
    let shown = county.get(&path).await;
    let done = county.submit(&shown, &format!("{path}/application"), &[("partial", "1")]).await;
    assert!(done.status == 200 && done.text().contains("正在写入"), "{}", done.text());
    assert_eq!(house.count().await, 0, "nobody sees half of a ledger");
    let twice = county.post(&format!("{path}/application"), &[("partial", "1")]).await;
    assert!(twice.text().contains("正在写入"), "{}", twice.text());
    house.app.drain().await.unwrap();
    house.app.drain().await.unwrap();
    let done = county.get(&path).await;
    assert!(done.text().contains("宝塔-2016-00004") && done.text().contains("导入已完成"), "{}", done.text());
    assert_eq!(house.count().await, 4);
    let sheet = county.get(&format!("{path}/result?only=errors")).await;
    assert_eq!(sheet.status, 200);
    // The next file of the same office is understood at once.
    let page = county.get("/cases/imports").await;
    let file = huiyin_testing::Chosen { field: "file", name: "b.csv", bytes: LEDGER.as_bytes() };
    let again = county.upload(&page, "/cases/imports", &[], &[file]).await;
    house.app.drain().await.unwrap();
    let again = county.get(&again.path).await;
    assert!(!again.text().contains("“老水利队”是"), "{}", again.text());
}

#[tokio::test]
async fn nobody_else_brings_or_sees_a_ledger() {
    let house = House::new().await;
    let mut county = house.browser("county").await;
    let page = county.get("/cases/imports").await;
    let file = huiyin_testing::Chosen { field: "file", name: "a.csv", bytes: LEDGER.as_bytes() };
    let path = county.upload(&page, "/cases/imports", &[], &[file]).await.path;
    let mut other = house.browser("ansai").await;
    for address in [path.clone(), format!("{path}/result")] {
        assert_eq!(other.get(&address).await.status, 404, "{address}");
    }
    assert_eq!(house.browser("township").await.get("/cases/imports").await.status, 403);
    for (bytes, says) in [
        (&b""[..], "文件是空的"),
        (&b"\x89PNG\r\n\0\0"[..], "不是表格文件"),
        ("甲,乙\n1,2\n".as_bytes(), "没有找到表头"),
    ] {
        let page = county.get("/cases/imports").await;
        let file = huiyin_testing::Chosen { field: "file", name: "a.csv", bytes };
        let refused = county.upload(&page, "/cases/imports", &[], &[file]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains(says), "{says} in {}", refused.text());
    }
    let done = county.post(&format!("{path}/withdrawal"), &[]).await;
    assert!(done.text().contains("已放弃这次导入"));
    assert_eq!(house.count().await, 0);
}

#[tokio::test]
async fn old_imports_are_swept_with_their_rows() {
    let house = House::new().await;
    import_ledger(&house.ledger(), file(true, true), &mut Rng::seeded(1)).await.unwrap();
    let region = house.city.org("宝塔区").region;
    let (before, later) = (on("2016-12-16").now, on("2017-01-20").now);
    let mut tx = house.app.site.db.read().await.unwrap();
    assert!(store::ledger_list_old(&mut tx, region, before, 10).await.unwrap().is_empty());
    let old = store::ledger_list_old(&mut tx, region, later, 10).await.unwrap();
    assert_eq!(old.len(), 1);
    drop(tx);
    let batch = old[0];
    let sweep = async || {
        let write = house
            .cases
            .db
            .write("sweep", move |tx| Box::pin(async move { Ok(store::ledger_sweep(tx, batch, 4).await?) }));
        write.await.unwrap()
    };
    assert_eq!((sweep().await, sweep().await, sweep().await), (4, 2, 0));
    let mut tx = house.app.site.db.read().await.unwrap();
    assert!(store::ledger_find(&mut tx, batch).await.unwrap().is_none());
}

const ABOUT: &str = "台账,,,,,,\n\
    序号,乡镇,反映问题,被反映单位,责任单位,收集时间,问题类别\n\
    1,柳河镇,区水务局收费不开票,区水务局,区交通局,2016-12-05,\n\
    2,柳河镇,镇上的低保名单没有公示,柳河镇,上湾村,2016-12-05,\n\
    3,柳河镇,区上的会议太多,宝塔区,区交通局,2016-12-05,\n\
    4,柳河镇,路坏了,老单位,区交通局,2016-12-05,\n";

#[tokio::test]
async fn who_is_complained_of_neither_handles_nor_reads_it() {
    let house = House::new().await;
    let file = LedgerFile { name: "被反映.csv", bytes: ABOUT.as_bytes(), dry_run: false, partial: true };
    let report = import_ledger(&house.ledger(), file, &mut Rng::seeded(1)).await.unwrap();
    assert_eq!((report.made, report.counts.refuse), (2, 2), "{:?}", report.errors);
    assert!(report.notices.iter().any(|notice| notice.contains("“被反映单位”作为被反映单位")), "{:?}", report.notices);
    assert!(report.errors.iter().any(|error| error.contains("由市级受理")), "{:?}", report.errors);
    assert!(report.errors.iter().any(|error| error.contains("没有叫“老单位”的被反映单位")), "{:?}", report.errors);
    let mut tx = house.app.site.db.read().await.unwrap();
    let region = house.city.org("宝塔区").region;
    let water = store::case_find_number(&mut tx, region, 2016, 1).await.unwrap().unwrap();
    assert_eq!(water.subject_org(), Some(house.city.org("区水务局")));
    assert_eq!(water.owner(), house.city.org("区交通局"));
    let town = store::case_find_number(&mut tx, region, 2016, 2).await.unwrap().unwrap();
    assert_eq!(town.subject_org(), Some(house.city.org("柳河镇")));
    assert_eq!(town.owner(), house.city.org("宝塔区"), "the village stands below it, so the desk keeps it");
    drop(tx);
    // Whoever works there finds it as the public does, and nothing more.
    for (login, case, status) in [("water", &water, 404), ("roads", &water, 200), ("township", &town, 404)] {
        let page = house.browser(login).await.get(&format!("/cases/{}", case.id)).await;
        assert_eq!(page.status.as_u16(), status, "{login}");
    }
    assert_eq!(house.app.browser().get("/problems/宝塔-2016-00001").await.status, 200);
}

#[tokio::test]
async fn what_the_job_refuses_is_told_on_the_page() {
    let house = House::new().await;
    let mut county = house.browser("county").await;
    let page = county.get("/cases/imports").await;
    let file = huiyin_testing::Chosen { field: "file", name: "a.csv", bytes: LEDGER.as_bytes() };
    let path = county.upload(&page, "/cases/imports", &[], &[file]).await.path;
    house.app.drain().await.unwrap();
    let shown = county.get(&path).await;
    county.submit(&shown, &format!("{path}/application"), &[("partial", "1")]).await;
    // Between the confirmation and the job the unit was dissolved.
    let write = house.cases.db.write("gone", |tx| {
        Box::pin(async move {
            let gone = "update org set to_day = $1 where name = '区水务局'";
            Ok(query(gone).bind(crate::tree::day("2016-12-01")).execute(tx).await?)
        })
    });
    write.await.unwrap();
    house.app.drain().await.unwrap();
    let told = county.get(&path).await;
    assert!(
        told.text().contains("承办单位已经撤销") && told.has_form(&format!("{path}/application")),
        "{}",
        told.text()
    );
    assert_eq!(house.count().await, 0);
}
