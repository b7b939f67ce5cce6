//! The desk, the ledger and its file, as browsers of every role meet them.

use huiyin_base::Rng;
use huiyin_cases::{Assignment, CaseRef, Cases, Channel, Moment, Posting, Request, Subject, Submission};
use huiyin_db::query;
use huiyin_directory::{Viewer, viewer_find};
use huiyin_documents::{Column, Limits, Table, read_table};
use huiyin_testing::{Browser, City, Page, TestApp};

use crate::tree::on;

pub(crate) struct House {
    pub(crate) app: TestApp,
    pub(crate) city: City,
    pub(crate) cases: Cases,
    pub(crate) rng: Rng,
}

/// What the reporter wrote, and nobody but the desk may read.
const SEALED: &str = "自来水停了三天，我是赵二";

impl House {
    pub(crate) async fn new() -> Self {
        let app = TestApp::new(vec![huiyin_cases::feature()]).await.unwrap();
        let city = City::found(&app).await.unwrap();
        let cases = Cases::of(&app.site.db, &app.site.vault, &app.site.calendar).unwrap();
        Self { app, city, cases, rng: Rng::seeded(5) }
    }

    pub(crate) async fn browser(&self, login: &str) -> Browser {
        self.app.browser_as(self.city.account(login)).await.unwrap()
    }

    pub(crate) async fn viewer(&self, login: &str) -> Viewer {
        let mut tx = self.app.site.db.read().await.unwrap();
        let found = viewer_find(&mut tx, self.city.account(login), self.app.site.today()).await.unwrap();
        found.unwrap()
    }

    pub(crate) async fn submit(&mut self, village: &str, subject: Option<&str>, day: &str) -> CaseRef {
        let village = self.city.entry(village);
        let subject = subject.map(|name| Subject { org: self.city.org(name), office: None });
        let submission = Submission {
            region: village.region,
            township: village.parent,
            village: Some(village.id),
            category: "infrastructure".into(),
            sub_category: "water".into(),
            title: String::new(),
            text: SEALED.into(),
            contact: None,
            subject,
            channel: Channel::Web,
            photos: Vec::new(),
            nonce: format!("nonce-{}", self.rng.below(u64::MAX)),
        };
        self.cases.submit(submission, on(day), &mut self.rng).await.unwrap().case
    }

    pub(crate) async fn act(&self, case: CaseRef, request: Request, login: &str, moment: Moment) {
        let viewer = self.viewer(login).await;
        self.cases.act(case, request.because("按规定办理"), &viewer, moment).await.unwrap();
    }

    pub(crate) async fn posted(
        &mut self,
        village: &str,
        subject: Option<&str>,
        title: &str,
        category: &str,
        day: &str,
    ) -> CaseRef {
        let case = self.submit(village, subject, day).await;
        let posting = Posting {
            title: title.into(),
            text: format!("{title}，请尽快处理"),
            edited: true,
            category: category.into(),
            sub_category: String::new(),
            photos: Vec::new(),
        };
        let desk = if village == "桥沟村" { "ansai" } else { "county" };
        self.act(case, Request::Post(posting), desk, on(day)).await;
        case
    }

    /// One case in every corner of the tests.
    pub(crate) async fn furnished() -> Self {
        let mut house = Self::new().await;
        let water = house.posted("上湾村", None, "上湾村水管冻裂", "infrastructure", "2016-11-01").await;
        let to = Assignment {
            to: house.city.org("区水务局"), account: None, goal: "恢复供水".into(), deadline: None
        };
        house.act(water, Request::Assign(to), "county", on("2016-11-02")).await;
        house.act(water, Request::Sign, "water", on("2016-11-02")).await;
        house.posted("上湾村", Some("上湾村"), "上湾村账目不清", "village_affairs", "2016-12-15").await;
        house.posted("下坪村", None, "下坪村果园缺技术", "industry", "2016-12-15").await;
        house.posted("桥沟村", None, "桥沟村道路塌方", "infrastructure", "2016-12-15").await;
        house.submit("下坪村", None, "2016-12-15").await;
        house
    }
}

/// Where the file keeps the title.
const TITLE: usize = 3;

/// The titles of a list, in its order.
fn titles(page: &Page) -> Vec<String> {
    page.all("td[data-label=问题]")
}

#[tokio::test(flavor = "multi_thread")]
async fn only_staff_come_in() {
    let house = House::furnished().await;
    for path in ["/desk", "/cases", "/cases.xlsx"] {
        assert_eq!(house.app.browser().look(path).await.status, 401, "{path}");
        for login in ["member", "system", "security", "audit"] {
            assert_eq!(house.browser(login).await.get(path).await.status, 403, "{path} as {login}");
        }
        for login in ["secretary", "village", "water", "township", "county", "city", "citywater", "inspector"] {
            assert_eq!(house.browser(login).await.get(path).await.status, 200, "{path} as {login}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_shows_what_waits_by_duty() {
    let house = House::furnished().await;
    let mut county = house.browser("county").await;
    let page = county.get("/desk").await;
    let tabs = page.all(".views-list a");
    assert_eq!(tabs, ["全部 3", "审核 1", "交办 2"]);
    assert_eq!(page.all("tbody tr").len(), 3);
    let moderate = county.get("/desk?duty=moderate").await;
    assert_eq!(moderate.all("tbody th"), ["待审核"]);
    assert_eq!(titles(&moderate), ["12月15日反映，文字还没有公开"]);
    assert_eq!(moderate.all("td[data-label=地方]"), ["松岭镇 下坪村"]);
    assert!(moderate.attributes("tbody th a", "href")[0].starts_with("/cases/"));
    assert!(!page.html().contains("自来水停了") && !page.html().contains("赵二"), "what was not posted is sealed");
    assert!(page.text().contains("宝塔-2016-00002"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_late_is_counted_and_said() {
    let house = House::furnished().await;
    let page = house.browser("water").await.get("/desk").await;
    assert_eq!(page.all(".views-list a"), ["全部 1，超期 1", "我承办的 1", "已超期 1", "办理 1，超期 1"]);
    assert!(page.all("td[data-label=期限]")[0].starts_with("逾期"), "{}", page.text());
    assert!(page.all(".lead")[0].contains("其中 1 件"));
    // The one who signed owns it: it waits for nobody else at his office.
    let page = house.browser("water2").await.get("/desk").await;
    assert!(page.text().contains("手上没有要办的事"), "{}", page.text());
    // What an inspector found comes back to him to be checked.
    let page = house.browser("inspector").await.get("/desk").await;
    assert!(page.text().contains("手上没有要办的事"), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn views_of_a_desk_hold_what_they_count() {
    let mut house = House::furnished().await;
    let back = house.posted("下坪村", None, "下坪村桥坏了", "infrastructure", "2016-12-14").await;
    let to = Assignment { to: house.city.org("区交通局"), account: None, goal: "修好".into(), deadline: None };
    house.act(back, Request::Assign(to), "county", on("2016-12-14")).await;
    house.act(back, Request::Return, "roads", on("2016-12-14")).await;
    let mut county = house.browser("county").await;
    let page = county.get("/desk?view=returned").await;
    assert_eq!(titles(&page).len(), 1);
    assert!(titles(&page)[0].starts_with("下坪村桥坏了") && titles(&page)[0].contains("退回"), "{:?}", titles(&page));
    assert!(page.all(".views-list a").contains(&"退回来的 1".to_owned()), "{:?}", page.all(".views-list a"));
    // 12月14日 is two working days ago; nothing at this desk has waited ten, and nothing is said of none.
    assert_eq!(page.all(".queue strong"), ["2"]);
    let page = county.get("/desk?view=late").await;
    assert!(page.text().contains("这一类都办完了"), "{}", page.text());
    let mut water = house.browser("water").await;
    let page = water.get("/desk?view=mine").await;
    assert_eq!(titles(&page), ["上湾村水管冻裂"]);
    assert_eq!(page.all(".queue strong"), ["33", "1 件"]);
    assert_eq!(titles(&water.get("/desk?view=late").await), ["上湾村水管冻裂"]);
    assert!(water.get("/desk?view=today").await.text().contains("这一类都办完了"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_ends_where_ones_reach_ends() {
    let house = House::furnished().await;
    let seen = async |login: &str| {
        let page = house.browser(login).await.get("/cases").await;
        let mut titles = titles(&page);
        titles.sort();
        assert!(page.text().contains(&format!("共 {} 件", titles.len())), "{}", page.text());
        titles
    };
    let sealed = "12月15日反映，文字还没有公开";
    let here = [sealed, "上湾村水管冻裂", "上湾村账目不清", "下坪村果园缺技术"];
    assert_eq!(seen("county").await, here);
    assert_eq!(seen("ansai").await, ["桥沟村道路塌方"]);
    assert_eq!(seen("city").await, [&here[..], &["桥沟村道路塌方"]].concat());
    assert_eq!(seen("township").await, ["上湾村水管冻裂", "上湾村账目不清"]);
    assert_eq!(seen("township2").await, ["下坪村果园缺技术"], "before posting it is the desk's alone");
    assert_eq!(seen("water").await, ["上湾村水管冻裂"]);
    assert_eq!(seen("roads").await, [""; 0]);
    // Whom it is about does not find it, nor anybody who holds an office below.
    assert_eq!(seen("village").await, ["上湾村水管冻裂"]);
    assert_eq!(seen("secretary").await, [""; 0]);
    let file = house.browser("village").await.get("/cases.xlsx").await;
    assert_eq!(column(&sheet(&file), TITLE), ["上湾村水管冻裂"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_narrows() {
    let house = House::furnished().await;
    let mut city = house.browser("city").await;
    let cases = [
        ("county=610603", vec!["桥沟村道路塌方"]),
        ("county=610602&town=610602701000", vec!["上湾村账目不清", "上湾村水管冻裂"]),
        ("county=610602&category=industry", vec!["下坪村果园缺技术"]),
        ("state=signed", vec!["上湾村水管冻裂"]),
        ("state=submitted", vec!["12月15日反映，文字还没有公开"]),
        ("due=late", vec!["上湾村水管冻裂"]),
        ("q=%E6%9E%9C%E5%9B%AD", vec!["下坪村果园缺技术"]),
        ("q=%E5%AE%9D%E5%A1%94-2016-2", vec!["上湾村账目不清"]),
        ("q=%E5%AE%9D%E5%A1%94-2016-2&county=610603&due=late", vec!["上湾村账目不清"]),
        ("owner=mine", vec![]),
        ("category=industry&due=late", vec![]),
    ];
    for (asked, wanted) in cases {
        let page = city.get(&format!("/cases?{asked}")).await;
        assert_eq!(titles(&page), wanted, "{asked}");
        assert!(page.text().contains(&format!("共 {} 件", wanted.len())), "{asked}: {}", page.text());
        let file = city.get(&format!("/cases.xlsx?{asked}")).await;
        assert_eq!(file.status, 200, "{asked}");
        if wanted.is_empty() {
            continue;
        }
        assert_eq!(column(&sheet(&file), TITLE).len(), wanted.len(), "{asked}");
    }
    let all = city.get("/cases?state=open").await;
    assert_eq!(all.all("tbody tr").len(), 5);
    assert_eq!(titles(&house.browser("water").await.get("/cases?owner=mine").await), ["上湾村水管冻裂"]);
    // A township of another county narrows nothing, and opens nothing.
    let mut county = house.browser("county").await;
    assert_eq!(county.get("/cases?county=610603&town=610603701000").await.all("tbody tr").len(), 4);
    let narrowed = county.get("/cases?category=industry&due=late").await;
    assert!(narrowed.text().contains("没有符合条件的问题"));
    assert_eq!(narrowed.all(".chip"), ["发展农业主导产业 （去掉）", "已超期 （去掉）"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_each_other_and_the_file_has_their_rows() {
    let mut house = House::new().await;
    for n in 0..58 {
        let day = format!("2016-{:02}-{:02}", n % 11 + 1, n % 28 + 1);
        house.posted("下坪村", None, &format!("第{n}个问题"), "infrastructure", &day).await;
    }
    let mut county = house.browser("county").await;
    for (list, rows) in [("/cases", (50, 8)), ("/cases?order=due", (50, 8)), ("/desk", (30, 28))] {
        let first = county.get(list).await;
        let next = first.attributes("a[rel=next]", "href").pop().unwrap();
        let second = county.get(&next).await;
        assert_eq!((titles(&first).len(), titles(&second).len()), rows, "{list}");
        let back = second.attributes("a[rel=prev]", "href").pop().unwrap();
        assert_eq!(titles(&county.get(&back).await), titles(&first), "{list}");
        let both = [titles(&first), titles(&second)].concat();
        let mut different = both.clone();
        different.sort();
        different.dedup();
        assert_eq!(different.len(), 58, "{list}");
        if let Some(query) = list.strip_prefix("/cases") {
            let file = county.get(&format!("/cases.xlsx{query}")).await;
            assert_eq!(column(&sheet(&file), TITLE), both, "the file stands in the order of the list");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_is_on_record_and_opens_nothing_sealed() {
    let mut house = House::furnished().await;
    house.posted("上湾村", None, "=HYPERLINK(1)", "infrastructure", "2016-12-15").await;
    let mut county = house.browser("county").await;
    let page = county.get("/cases.xlsx?category=infrastructure&q=HYPERLINK").await;
    assert_eq!(column(&sheet(&page), TITLE), ["=HYPERLINK(1)"]);
    let page = county.get("/cases.xlsx?state=open").await;
    let table = sheet(&page);
    assert!(column(&table, TITLE).contains(&"（待审核，文字还没有公开）".to_owned()));
    assert!(!table.rows.iter().any(|row| row.cells.iter().any(|cell| cell.contains("赵二"))));
    let late = table.rows.iter().find(|row| row.cells[TITLE] == "上湾村水管冻裂").unwrap();
    assert_eq!((late.cells[9].as_str(), late.cells[15].as_str()), ("区水务局", "是"));
    let recorded = query("select detail from audit_event where kind = 'export' order by at, id")
        .fetch_column::<String>(&mut house.app.site.db.read().await.unwrap())
        .await
        .unwrap();
    assert_eq!(recorded.len(), 2);
    assert!(recorded.contains(&"导出台账，改善基础设施条件、关键词，1 行".to_owned()), "{recorded:?}");
    assert!(recorded.contains(&"导出台账，未办结，5 行".to_owned()), "{recorded:?}");
}

fn sheet(page: &Page) -> Table {
    assert_eq!(page.status, 200);
    let columns =
        ["编号", "状态", "问题", "承办单位", "超期"].map(|name| Column { name, aliases: &[], required: true });
    read_table("cases.xlsx", &page.bytes, &columns, &Limits::default()).unwrap()
}

fn column(table: &Table, index: usize) -> Vec<String> {
    table.rows.iter().map(|row| row.cells[index].clone()).collect()
}
