//! One act for many cases: confirmed, done by a job, every row through the engine.

use huiyin_base::{Id, ProblemKind};
use huiyin_cases::store::{self, RowState};
use huiyin_cases::{BulkAct, Request};
use huiyin_testing::Page;

use crate::ground::{Ground, account_add, assign};
use crate::pages_desk::House;
use crate::tree::{day, on};

fn to_water(ground: &Ground) -> BulkAct {
    let org = ground.tree.org("水务局").id.to_string();
    BulkAct::Assign { org, goal: "恢复供水".into(), deadline: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_is_done_or_says_why_and_nothing_twice() {
    let mut ground = Ground::new().await;
    let desk = ground.desk();
    account_add(&ground, &desk).await;
    let mut cases = Vec::new();
    for _ in 0..5 {
        cases.push(ground.posted(on("2016-03-01")).await.case);
    }
    // One has gone on already, one is not posted.
    ground.act(cases[0], assign(&ground.tree, "水务局"), &desk, on("2016-03-01")).await;
    let water = ground.tree.person(huiyin_directory::Role::CaseOfficer, "水务局").clone();
    ground.act(cases[0], Request::Sign, &water, on("2016-03-01")).await;
    ground.act(cases[0], Request::Begin, &water, on("2016-03-01")).await;
    let text = "修好了。".to_owned();
    let close = Request::RequestClose { outcome: huiyin_cases::Outcome::Solved, text, photos: Vec::new() };
    ground.act(cases[0], close, &water, on("2016-03-02")).await;
    cases.push(ground.submit(on("2016-03-01")).await.case);
    let (region, now) = (desk.account.region, on("2016-03-02"));
    let run = Id::new(region, now.now, &mut ground.rng);
    let act = to_water(&ground);
    for _ in 0..2 {
        let mut rng = ground.rng.clone();
        ground.cases.bulk_start(run, &act, &cases, &desk, (now, now.now), &mut rng).await.unwrap();
    }
    assert_eq!(ground.cases.bulk_run(region, run, now).await.unwrap(), (4, 2));
    assert_eq!(ground.cases.bulk_run(region, run, now).await.unwrap(), (0, 0), "again: nothing is left");
    let mut tx = ground.tx().await;
    let rows = store::bulk_row_list(&mut tx, region, run, None, 100).await.unwrap();
    assert_eq!(rows.len(), 6, "the same form twice is one run");
    let refused: Vec<_> = rows.iter().filter(|row| row.state == RowState::Refused).collect();
    assert_eq!(refused.len(), 2);
    assert!(refused.iter().all(|row| row.message.as_deref().unwrap().contains("不能交办")), "{refused:?}");
    for case in &cases[1..5] {
        let events = store::event_list(&mut tx, *case, false).await.unwrap();
        assert_eq!(events.iter().filter(|event| event.kind.as_str() == "assign").count(), 1);
        assert_eq!(store::case_get(&mut tx, *case).await.unwrap().unwrap().owner(), ground.tree.org("水务局"));
    }
    let counts = store::bulk_row_count(&mut tx, region, run).await.unwrap();
    assert_eq!(counts.iter().map(|(_, n)| n).sum::<i64>(), 6);
    let other = store::bulk_run_find(&mut tx, water.account, run).await.unwrap();
    assert!(other.is_none(), "a run is its account's");
    assert_eq!(store::bulk_run_list(&mut tx, desk.account, 10).await.unwrap().len(), 1);
    drop(tx);
    let sweep = |before| {
        ground
            .cases
            .db
            .write("sweep", move |tx| Box::pin(async move { Ok(store::bulk_run_sweep(tx, region, before).await?) }))
    };
    assert_eq!(sweep(day("2016-03-02")).await.unwrap(), 0);
    for (state, swept) in [("waiting", 0), ("done", 1)] {
        let set = ground.cases.db.write("test", move |tx| {
            Box::pin(async move {
                let set = huiyin_db::query("update bulk_row set state = $1 where n = 1").bind(state);
                Ok(set.execute(tx).await?)
            })
        });
        assert_eq!(set.await.unwrap(), 1);
        assert_eq!(sweep(day("2016-03-03")).await.unwrap(), swept, "{state}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_bounded_and_its_account_must_still_be_there() {
    let mut ground = Ground::new().await;
    let desk = ground.desk();
    let case = ground.posted(on("2016-03-01")).await.case;
    let (region, now) = (desk.account.region, on("2016-03-02"));
    let run = Id::new(region, now.now, &mut ground.rng);
    let act = to_water(&ground);
    let mut rng = ground.rng.clone();
    for cases in [vec![], vec![case; 1001]] {
        let refused = ground.cases.bulk_start(run, &act, &cases, &desk, (now, now.now), &mut rng).await.unwrap_err();
        assert_eq!(refused.kind, ProblemKind::Invalid);
    }
    // No account was opened for the desk here: nothing is done in its name.
    ground.cases.bulk_start(run, &act, &[case], &desk, (now, now.now), &mut rng).await.unwrap();
    assert_eq!(ground.cases.bulk_run(region, run, now).await.unwrap(), (0, 1));
}

fn rows(page: &Page) -> Vec<String> {
    page.all("td[data-label=结果]")
}

#[tokio::test(flavor = "multi_thread")]
async fn ticked_asked_once_more_done_and_told() {
    let mut house = House::furnished().await;
    house.posted("下坪村", None, "下坪村水管漏水", "infrastructure", "2016-12-15").await;
    let mut county = house.browser("county").await;
    let desk = county.get("/desk?duty=assign").await;
    let ticks = desk.attributes(".pick input[name=case]", "value");
    assert_eq!(ticks.len(), 3);
    assert!(!desk.html().contains("value=\"decline\""), "nobody is declined in bulk");
    let chosen = ticks.iter().map(|id| format!("&case={id}")).collect::<Vec<_>>().concat();
    let page = county.get(&format!("/bulk/new?page=desk&query=duty%3Dassign&action=assign{chosen}")).await;
    assert!(page.text().contains("共 3 件") && page.text().contains("下坪村果园缺技术"), "{}", page.text());
    let water = house.city.org("区水务局").id.to_string();
    let empty = county.submit(&page, "/bulk", &[("org", &water), ("goal", " ")]).await;
    assert_eq!(empty.status, 422);
    assert!(empty.text().contains("办到什么程度"));
    let run = county.submit(&page, "/bulk", &[("org", &water), ("goal", "恢复供水")]).await;
    assert!(run.path.starts_with("/bulk/") && run.text().contains("还剩 3 件"), "{}", run.text());
    house.app.drain().await.unwrap();
    let done = county.get(&run.path).await;
    assert!(done.text().contains("3 件全部办成"), "{}", done.text());
    assert_eq!(rows(&done), ["已办", "已办", "已办"]);
    let twice = county.submit(&page, "/bulk", &[("org", &water), ("goal", "恢复供水")]).await;
    assert_eq!(twice.path, run.path, "the same form twice is the same run");
    assert!(county.get("/bulk").await.text().contains("交办"));
    assert_eq!(house.browser("county2").await.get(&run.path).await.status, 404, "another's run");
    // The officer signs all that waits for him, by the whole tab.
    let mut officer = house.browser("water").await;
    let page = officer.get("/bulk/new?page=desk&query=duty%3Dsign&action=sign&all=1").await;
    assert!(page.text().contains("共 3 件"), "{}", page.text());
    let run = officer.submit(&page, "/bulk", &[]).await;
    house.app.drain().await.unwrap();
    assert_eq!(rows(&officer.get(&run.path).await), ["已办", "已办", "已办"]);
    assert_eq!(officer.get("/bulk/new?page=desk&action=assign&all=1").await.status, 404, "not his to assign");
    assert_eq!(county.get("/bulk/new?page=desk&action=decline&all=1").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_goal_is_public_and_is_looked_at_like_every_public_word() {
    let mut ground = Ground::new().await;
    let case = ground.posted(on("2016-03-01")).await.case;
    let goal = "修好以后请回电13900000000".to_owned();
    let to = ground.tree.org("水务局");
    let assign = Request::Assign(huiyin_cases::Assignment { to, account: None, goal, deadline: None });
    let refused = ground.cases.act(case, assign, &ground.desk(), on("2016-03-01")).await.unwrap_err();
    assert!(refused.message.contains("手机号"), "{}", refused.message);

    let house = House::furnished().await;
    let mut county = house.browser("county").await;
    let page = county.get("/bulk/new?page=desk&query=duty%3Dassign&action=assign&all=1").await;
    let water = house.city.org("区水务局").id.to_string();
    let number = county.submit(&page, "/bulk", &[("org", &water), ("goal", "修好后打13900000000")]).await;
    assert!(number.status == 422 && number.text().contains("手机号"), "{}", number.text());
    let named = [("org", water.as_str()), ("goal", "给村民王建国家恢复供水")];
    let asked = county.submit(&page, "/bulk", &named).await;
    assert!(asked.status == 422 && asked.text().contains("王建国（人名）"), "{}", asked.text());
    assert!(asked.html().contains("给村民王建国家恢复供水"), "what was typed is still there");
    let run = county.submit(&asked, "/bulk", &[("checked", "1")]).await;
    assert!(run.path.starts_with("/bulk/"), "{}", run.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_changed_is_asked_again_and_others_cases_are_left_out() {
    let mut house = House::furnished().await;
    let mut county = house.browser("county").await;
    let page = county.get("/bulk/new?page=cases&query=category%3Dindustry&action=remind&all=1").await;
    assert!(page.text().contains("共 1 件"), "{}", page.text());
    house.posted("下坪村", None, "下坪村苹果滞销", "industry", "2016-12-16").await;
    let changed = county.submit(&page, "/bulk", &[]).await;
    assert_eq!(changed.status, 422);
    assert!(changed.text().contains("现在是 2 件"), "{}", changed.text());
    let run = county.submit(&changed, "/bulk", &[]).await;
    house.app.drain().await.unwrap();
    let told = county.get(&run.path).await;
    assert!(told.text().contains("2 件没有办成") && told.text().contains("不能提醒"), "{}", told.text());
    // Another county's case, an invented one, one about the viewer himself: as if they had not been ticked.
    let mut ansai = house.browser("ansai").await;
    let foreign = ansai.get("/cases").await.attributes(".pick input[name=case]", "value")[0].clone();
    let away = county.get(&format!("/bulk/new?page=cases&action=remind&case={foreign}&case=x")).await;
    assert_eq!(away.path, "/cases");
    assert!(away.text().contains("还没有选中"), "{}", away.text());
    let about = county.get("/cases?category=village_affairs").await;
    let about = about.attributes(".pick input[name=case]", "value")[0].clone();
    let mut village = house.browser("village").await;
    let away = village.get(&format!("/bulk/new?page=cases&action=sign&case={about}")).await;
    assert!(away.text().contains("还没有选中"), "the subject ticks nothing: {}", away.text());
    // Two counties at once are not assigned together.
    let mut city = house.browser("city").await;
    let both = city.get("/bulk/new?page=cases&query=state%3Dposted&action=assign&all=1").await;
    assert!(both.text().contains("分属几个县"), "{}", both.text());
}

/// Measured by hand: `HUIYIN_MEASURE=1 cargo test --release -p huiyin-cases --test it a_thousand -- --nocapture`.
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_are_assigned_in_one_run() {
    let n = if std::env::var_os("HUIYIN_MEASURE").is_some() { 1000 } else { 80 };
    let mut ground = Ground::new().await;
    let desk = ground.desk();
    account_add(&ground, &desk).await;
    let mut cases = Vec::new();
    for _ in 0..n {
        cases.push(ground.posted(on("2016-03-01")).await.case);
    }
    let (region, now) = (desk.account.region, on("2016-03-02"));
    let run = Id::new(region, now.now, &mut ground.rng);
    let act = to_water(&ground);
    let mut rng = ground.rng.clone();
    ground.cases.bulk_start(run, &act, &cases, &desk, (now, now.now), &mut rng).await.unwrap();
    let began = std::time::Instant::now();
    assert_eq!(ground.cases.bulk_run(region, run, now).await.unwrap(), (n, 0));
    if n == 1000 {
        eprintln!("1,000 cases assigned in {:?}", began.elapsed());
    }
}
