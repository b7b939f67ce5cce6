//! Answers written without a network, and ratings written on paper.

use huiyin_base::Rng;
use huiyin_base::number::Receipt;
use huiyin_cases::{Assignment, CaseRef, Cases, Channel, Moment, Posting, Request, Submission};
use huiyin_db::query;
use huiyin_directory::{Viewer, viewer_find};
use huiyin_documents::{Column, Limits, SheetWriter, Table, WriteCell, WriteColumn, read_table};
use huiyin_testing::{Browser, Chosen, City, Page, TestApp};

use crate::tree::on;

const COLUMNS: [&str; 10] =
    ["编号", "问题", "内容", "地方", "期限", "状态", "办理结果", "给群众的答复", "说明", "校验码"];

struct House {
    app: TestApp,
    city: City,
    cases: Cases,
    rng: Rng,
}

impl House {
    async fn new() -> Self {
        let app = TestApp::new(vec![huiyin_cases::feature()]).await.unwrap();
        let city = City::found(&app).await.unwrap();
        let cases = Cases::of(&app.site.db, &app.site.vault, &app.site.calendar).unwrap();
        Self { app, city, cases, rng: Rng::seeded(5) }
    }

    async fn browser(&self, login: &str) -> Browser {
        self.app.browser_as(self.city.account(login)).await.unwrap()
    }

    async fn viewer(&self, login: &str) -> Viewer {
        let mut tx = self.app.site.db.read().await.unwrap();
        viewer_find(&mut tx, self.city.account(login), self.app.site.today()).await.unwrap().unwrap()
    }

    async fn act(&self, case: CaseRef, request: Request, login: &str, moment: Moment) {
        let viewer = self.viewer(login).await;
        self.cases.act(case, request.because("按规定办理"), &viewer, moment).await.unwrap();
    }

    /// In the hands of the water bureau.
    async fn signed(&mut self, title: &str, login: &str) -> (CaseRef, Receipt) {
        let village = self.city.entry("上湾村").clone();
        let submission = Submission {
            region: village.region,
            township: village.parent,
            village: Some(village.id),
            category: "infrastructure".into(),
            sub_category: "water".into(),
            title: String::new(),
            text: title.into(),
            contact: None,
            subject: None,
            channel: Channel::Web,
            photos: Vec::new(),
            nonce: format!("nonce-{}", self.rng.below(u64::MAX)),
        };
        let day = on("2016-12-12");
        let made = self.cases.submit(submission, day, &mut self.rng).await.unwrap();
        let posting = Posting {
            title: title.into(),
            text: title.into(),
            edited: false,
            category: "infrastructure".into(),
            sub_category: "water".into(),
            photos: Vec::new(),
        };
        self.act(made.case, Request::Post(posting), "county", day).await;
        let to = self.city.org("区水务局");
        let assign = Assignment { to, account: None, goal: "恢复供水".into(), deadline: None };
        self.act(made.case, Request::Assign(assign), "county", day).await;
        self.act(made.case, Request::Sign, login, day).await;
        (made.case, made.receipt)
    }

    async fn answered(&mut self, title: &str) -> (CaseRef, Receipt) {
        let made = self.signed(title, "water").await;
        self.act(made.0, Request::Begin, "water", on("2016-12-13")).await;
        let close =
            Request::RequestClose {
                outcome: huiyin_cases::Outcome::Solved, text: "已修好".into(), photos: Vec::new()
            };
        self.act(made.0, close, "water", on("2016-12-13")).await;
        self.act(made.0, Request::Accept, "county", on("2016-12-14")).await;
        made
    }
}

fn read(bytes: &[u8]) -> Table {
    let columns = COLUMNS.map(|name| Column { name, aliases: &[], required: true });
    read_table("a.xlsx", bytes, &columns, &Limits::default()).unwrap()
}

fn written(rows: &[Vec<String>]) -> Vec<u8> {
    let columns = COLUMNS.map(|name| WriteColumn::new(name, 10));
    let mut writer = SheetWriter::new("答复表", &columns).unwrap();
    for row in rows {
        let cells: Vec<WriteCell> = row.iter().map(|cell| WriteCell::from(cell.as_str())).collect();
        writer.row(&cells).unwrap();
    }
    writer.finish().unwrap()
}

async fn hand_in(browser: &mut Browser, bytes: &[u8]) -> Page {
    let page = browser.get("/cases/worksheet").await;
    browser.upload(&page, "/cases/worksheet", &[], &[Chosen { field: "file", name: "答复表.xlsx", bytes }]).await
}

#[tokio::test]
async fn a_sheet_is_filled_in_shown_and_asked_to_close_row_by_row() {
    let mut house = House::new().await;
    let (one, _) = house.signed("水管坏了", "water").await;
    let (two, _) = house.signed("水浑", "water").await;
    house.signed("水表不准", "water2").await;
    let mut water = house.browser("water").await;
    let page = water.get("/cases/worksheet").await;
    assert!(page.text().contains("您手上有 2 件在办") && page.text().contains("另有 1 件"), "{}", page.text());
    let sheet = water.get("/cases/worksheet.xlsx").await;
    assert_eq!(sheet.status, 200);
    let table = read(&sheet.bytes);
    assert_eq!(table.rows.len(), 3);
    let mut rows: Vec<Vec<String>> = table.rows.iter().map(|row| row.cells.clone()).collect();
    let at = |rows: &[Vec<String>], title: &str| rows.iter().position(|row| row[1] == title).unwrap();
    let (first, second, other) = (at(&rows, "水管坏了"), at(&rows, "水浑"), at(&rows, "水表不准"));
    assert_eq!(rows[other][8], "由本单位另一位承办");
    for row in [first, second, other] {
        rows[row][6] = "已解决".into();
        rows[row][7] = "换了新管，恢复供水。".into();
    }
    // One moved since: somebody else looked after it meanwhile.
    house.act(two, Request::Begin, "water", on("2016-12-14")).await;
    let shown = hand_in(&mut water, &written(&rows)).await;
    let text = shown.text();
    assert_eq!(shown.status, 200, "{text}");
    for said in ["提交 1 件", "申请办结，已解决", "在您下载以后有了变动", "现在不由您承办"]
    {
        assert!(text.contains(said), "{said} in {text}");
    }
    let path = shown.path.clone();
    assert_eq!(house.browser("water2").await.get(&path).await.status, 404);
    let done = water.submit(&shown, &format!("{path}/application"), &[]).await;
    assert!(done.text().contains("已提交 1 件"), "{}", done.text());
    let again = water.post(&format!("{path}/application"), &[]).await;
    assert!(again.status == 422 || again.status == 403, "{}", again.status);
    let mut tx = house.app.site.db.read().await.unwrap();
    let item = huiyin_cases::store::case_get(&mut tx, one).await.unwrap().unwrap();
    assert_eq!(item.state, huiyin_cases::State::CloseRequested);
    drop(tx);
    // Handed in once more, the row has moved by its own doing.
    let shown = hand_in(&mut water, &written(&rows)).await;
    assert!(!shown.text().contains("提交 1 件"), "{}", shown.text());
}

#[tokio::test]
async fn a_sheet_that_broke_halfway_is_handed_in_again() {
    let mut house = House::new().await;
    for title in ["水管坏了", "水浑"] {
        house.signed(title, "water").await;
    }
    let mut water = house.browser("water").await;
    let table = read(&water.get("/cases/worksheet.xlsx").await.bytes);
    let mut rows: Vec<Vec<String>> = table.rows.iter().map(|row| row.cells.clone()).collect();
    for row in &mut rows {
        (row[6], row[7]) = ("已解决".into(), "修好了".into());
    }
    let shown = hand_in(&mut water, &written(&rows)).await;
    let plans = "select number, plan from case_import_row order by number";
    let mut tx = house.app.site.db.read().await.unwrap();
    let plans = query(plans).fetch_all::<(u32, Vec<u8>)>(&mut tx).await.unwrap();
    drop(tx);
    let (last, plan) = plans.last().unwrap().clone();
    let keep = async |plan: Vec<u8>| {
        let write = house.app.site.db.write("test", move |tx| {
            let plan = plan.clone();
            Box::pin(async move {
                let set = query("update case_import_row set plan = $1 where number = $2").bind(plan).bind(last);
                Ok(set.execute(tx).await?)
            })
        });
        write.await.unwrap();
    };
    keep(vec![0; 40]).await;
    let path = format!("{}/application", shown.path);
    assert_eq!(water.submit(&shown, &path, &[]).await.status, 500);
    keep(plan).await;
    let done = water.submit(&shown, &path, &[]).await;
    assert!(done.text().contains("已提交 1 件"), "{}", done.text());
    let mut tx = house.app.site.db.read().await.unwrap();
    let closing = "select count(*) from case_item where state = 'close_requested'";
    assert_eq!(query(closing).fetch_scalar::<i64>(&mut tx).await.unwrap(), 2);
    let stay = "select count(*) from case_import_row where action = 'done'";
    assert_eq!(query(stay).fetch_scalar::<i64>(&mut tx).await.unwrap(), 2);
}

#[tokio::test]
async fn rows_cannot_be_swapped_invented_or_doubled() {
    let mut house = House::new().await;
    house.signed("水管坏了", "water").await;
    house.signed("水浑", "water").await;
    let mut water = house.browser("water").await;
    let table = read(&water.get("/cases/worksheet.xlsx").await.bytes);
    let good: Vec<Vec<String>> = table
        .rows
        .iter()
        .map(|row| {
            let mut cells = row.cells.clone();
            (cells[6], cells[7]) = ("已解决".into(), "修好了".into());
            cells
        })
        .collect();
    let mut swapped = good.clone();
    let token = swapped[0][9].clone();
    swapped[0][9] = std::mem::replace(&mut swapped[1][9], token);
    let mut invented = good.clone();
    invented[0][9] = "A".repeat(48);
    let doubled = vec![good[0].clone(), good[0].clone()];
    let mut private = good.clone();
    private[0][7] = "请打 13900000000".into();
    let mut unknown = good.clone();
    unknown[0][6] = "差不多".into();
    for (rows, says) in [
        (swapped, "行可能被调换过"),
        (invented, "校验码不对"),
        (doubled, "出现了两次"),
        (private, "手机号"),
        (unknown, "只能是“已解决”或“已说明”"),
    ] {
        let shown = hand_in(&mut water, &written(&rows)).await;
        assert!(shown.text().contains(says), "{says} in {}", shown.text());
    }
    let refused = hand_in(&mut water, b"").await;
    assert_eq!(refused.status, 422);
    assert_eq!(house.browser("member").await.get("/cases/worksheet").await.status, 403);
}

#[tokio::test]
async fn paper_is_entered_by_a_hand_that_did_not_handle_it() {
    let mut house = House::new().await;
    let (case, receipt) = house.answered("水管坏了").await;
    let code = receipt.canonical();
    // The officer, his colleague in the same unit, and whoever assigned and verified it.
    for login in ["water", "water2", "county"] {
        let mut browser = house.browser(login).await;
        let page = browser.get("/paper-ratings").await;
        let refused = browser.submit(&page, "/paper-ratings", &[("code", &code), ("score", "5")]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("不能代录"), "{}", refused.text());
    }
    // Nor does a signed-in hand rate with the receipt, which the counter has seen.
    let mut water = house.browser("water").await;
    let page = water.get("/follow").await;
    let shown = water.submit(&page, "/follow", &[("code", &code)]).await;
    assert!(shown.path == "/follow" && shown.text().contains("不能替反映人打分"), "{}", shown.text());
    for (path, fields) in [
        ("/follow/rating", [("score", "5"), ("text", "")]),
        ("/follow/objection", [("text", "不行"), ("score", "")]),
        ("/follow/messages", [("text", "很好"), ("score", "")]),
    ] {
        let refused = water.post(path, &fields).await;
        assert!(refused.text().contains("不能替反映人打分"), "{path}: {}", refused.text());
    }
    let mut township = house.browser("township").await;
    let page = township.get("/paper-ratings").await;
    let wrong = township.submit(&page, "/paper-ratings", &[("code", "8K3F29QMXW4T7"), ("score", "5")]).await;
    assert!(wrong.text().contains("没有查到这个回执码"), "{}", wrong.text());
    let done =
        township.submit(&page, "/paper-ratings", &[("code", &code), ("score", "2"), ("reasons", "unsolved")]).await;
    assert!(done.text().contains("纸质评分已录入"), "{}", done.text());
    let objected =
        township.submit(&page, "/paper-objections", &[("object_code", &code), ("reason", "还是没有水")]).await;
    assert!(objected.text().contains("纸质异议已录入"), "{}", objected.text());
    let mut tx = house.app.site.db.read().await.unwrap();
    let item = huiyin_cases::store::case_get(&mut tx, case).await.unwrap().unwrap();
    assert_eq!(item.state, huiyin_cases::State::Reopened);
    let events = huiyin_cases::store::event_list(&mut tx, case, false).await.unwrap();
    let entered: Vec<_> = events.iter().filter(|event| event.kind == huiyin_cases::Action::Paper).collect();
    assert_eq!(entered.len(), 1);
    assert!(entered.iter().all(|event| event.account == Some(house.city.account("township").id) && !event.public));
    let ratings = huiyin_cases::store::rating_list(&mut tx, case).await.unwrap();
    assert_eq!((ratings[0].score, ratings[0].channel), (2, huiyin_cases::RatingChannel::Paper));
    assert_eq!(ratings[0].reasons, "unsolved", "a tick says what was not done, where nothing was written");
    let entered = huiyin_db::query("select detail from audit_event where detail like '代录纸质%'");
    let entered = entered.fetch_all::<(String,)>(&mut tx).await.unwrap();
    // Both of one millisecond have no order.
    let entered: std::collections::BTreeSet<&str> = entered.iter().map(|(detail,)| detail.as_str()).collect();
    assert_eq!(entered, ["代录纸质评分（2016 年第 1 号）", "代录纸质异议（2016 年第 1 号）"].into());
    drop(tx);
    let (year, n) = item.number().unwrap();
    let public = house.app.browser().get(&format!("/problems/宝塔-{year}-{n:05}")).await;
    assert!(public.text().contains("先前的答复"), "what was published stays: {}", public.text());
}

/// The rating and its record are one write: where one cannot be, the other is not.
#[tokio::test]
async fn no_paper_is_entered_off_the_record() {
    let mut house = House::new().await;
    let (case, receipt) = house.answered("水管坏了").await;
    let viewer = house.viewer("township").await;
    let write = house.app.site.db.write("test_block", |tx| {
        Box::pin(async move {
            huiyin_db::query("alter table audit_event rename to audit_event_away").execute(tx).await?;
            Ok(())
        })
    });
    write.await.unwrap();
    let moment = Moment::at(house.app.site.clock.now());
    let (times, rng) = ((moment, moment.now), &mut huiyin_base::Rng::seeded(8));
    let score = huiyin_cases::Score { score: 5, ..huiyin_cases::Score::default() };
    assert!(house.cases.paper_rate(&receipt, score, &viewer, times, rng).await.is_err());
    assert!(house.cases.paper_object(&receipt, "还是没有水", &viewer, times, rng).await.is_err());
    let mut tx = house.app.site.db.read().await.unwrap();
    assert!(huiyin_cases::store::rating_list(&mut tx, case).await.unwrap().is_empty());
    let item = huiyin_cases::store::case_get(&mut tx, case).await.unwrap().unwrap();
    assert_eq!(item.state, huiyin_cases::State::Answered, "not half of it");
}

#[tokio::test]
async fn forms_are_printed_blank_with_a_receipt_and_for_a_village() {
    let mut house = House::new().await;
    let (_, receipt) = house.answered("水管坏了").await;
    let mut anybody = house.app.browser();
    let blank = anybody.get("/rating-form").await;
    assert_eq!(blank.all(".paper-box").len(), 13);
    assert!(blank.text().contains("没有真解决") && blank.text().contains("打 1、2 分的"), "{}", blank.text());
    let page = anybody.get("/follow").await;
    anybody.submit(&page, "/follow", &[("code", &receipt.canonical())]).await;
    let own = anybody.get("/follow/rating-form").await;
    assert!(own.text().contains("已修好") && own.all(".paper-box").concat() == receipt.canonical(), "{}", own.text());
    let mut township = house.browser("township").await;
    assert_eq!(township.get("/paper-ratings/sheet").await.status, 200);
    let (town, village) = (house.city.entry("柳河镇").code.clone(), house.city.entry("上湾村").code.clone());
    let sheet = township.get(&format!("/paper-ratings/sheet?county=610602&town={town}&village={village}")).await;
    assert!(sheet.text().contains("宝塔-2016-00001"), "{}", sheet.text());
    assert_eq!(house.app.browser().look("/paper-ratings/sheet").await.status, 401);
}
