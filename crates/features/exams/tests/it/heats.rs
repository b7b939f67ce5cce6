//! Rounds of a contest: tests by choice, a rule that everybody reads, and who goes on told to himself.

use chrono::TimeDelta;
use huiyin_exams::store::{
    Heat, HeatRule, contest_find, entry_find, heat_add, heat_due, heat_exams, heat_firsts, heat_free, heat_list,
    heat_names, heat_of, heat_results, heat_settle,
};
use huiyin_testing::{Browser, Page};

use crate::house::{BANK, House, bank, set, sit};

/// A first round over single choice, open; a last one live, or none. Gives the contest and the test.
async fn made(house: &House, extra: &[(&str, &str)]) -> (Browser, String, String) {
    let mut city = house.browser("city").await;
    bank(&mut city, BANK).await;
    let test = set(&mut city, &[("title", "初赛卷"), ("kind", "single"), ("tries", "1")]).await;
    let page = city.get(&test).await;
    city.submit(&page, &format!("{test}/opening"), &[]).await;
    let exam = test.trim_start_matches("/tests/").to_owned();
    let form = city.get("/contests/new").await;
    let mut fields = vec![
        ("title", "夜话竞赛"),
        ("rounds", "1"),
        ("each", "2"),
        ("category", "常识"),
        ("heat1", exam.as_str()),
        ("rule1", "least"),
        ("bound1", "60"),
    ];
    fields.retain(|(name, _)| !extra.iter().any(|(other, _)| other == name));
    fields.extend_from_slice(extra);
    let page = city.submit(&form, "/contests", &fields).await;
    assert!(page.path.starts_with("/contests/") && page.status == 200, "{} {}", page.status, page.text());
    let again = city.submit(&form, "/contests", &fields).await;
    assert_eq!(again.path, page.path, "pressed twice it is one");
    (city, page.path, test)
}

async fn entered(house: &House, login: &str, path: &str, fields: &[(&str, &str)]) -> Browser {
    let mut player = house.browser(login).await;
    let page = player.get(path).await;
    let page = player.submit(&page, &format!("{path}/entry"), fields).await;
    assert!(page.path == path && page.text().contains("已报名"), "{}", page.text());
    player
}

/// Takes the test; everything right, or nothing.
async fn taken(player: &mut Browser, test: &str, right: bool) -> Page {
    let page = sit(player, test).await;
    let (texts, values) = (page.all(".choice label"), page.attributes(".choice-mark", "value"));
    let names = page.attributes(".choice-mark", "name");
    let at = texts.iter().position(|text| (text == "12月4日") == right).unwrap();
    let action = format!("{}/answers", page.path);
    player.submit(&page, &action, &[(names[at].as_str(), values[at].as_str()), ("submit", "1")]).await
}

/// The test is over, and all is settled.
async fn over(house: &House, city: &mut Browser, test: &str) {
    city.post(&format!("{test}/ending"), &[]).await;
    house.wait(1);
    house.app.periodic("sitting_mark").await.unwrap();
    house.app.periodic("contest_settle").await.unwrap();
}

#[tokio::test]
async fn who_reaches_the_line_goes_on_and_only_he_is_told() {
    let house = House::new().await;
    let (mut city, path, test) = made(&house, &[]).await;
    let mut stranger = house.browser("water").await;
    let listed = stranger.get("/tests").await;
    assert!(!listed.text().contains("初赛卷"), "the way leads over the contest");
    let page = stranger.get(&test).await;
    assert!(page.text().contains("请先在竞赛里报名") && !page.text().contains("开始答题"), "{}", page.text());
    assert_eq!(stranger.post(&format!("{test}/sittings"), &[]).await.status, 409);
    let public = stranger.get(&path).await;
    assert!(public.text().contains("得分达到卷面的 60%，都晋级"), "the rule is for everybody: {}", public.text());

    let mut right = entered(&house, "member", &path, &[("name", "老井"), ("agreed", "1")]).await;
    let mut wrong = entered(&house, "secretary", &path, &[("name", "青杨"), ("agreed", "1")]).await;
    taken(&mut right, &test, true).await;
    taken(&mut wrong, &test, false).await;
    let early = city.post(&format!("{path}/step"), &[("known", "0/waiting")]).await;
    assert_eq!(early.status, 409, "a round is open");
    over(&house, &mut city, &test).await;

    let (passed, failed) = (right.get(&path).await, wrong.get(&path).await);
    assert!(passed.text().contains("您晋级了，下一场是决赛"), "{}", passed.text());
    assert!(failed.text().contains("您这一场没有晋级") && !failed.text().contains("去现场答题"), "{}", failed.text());
    for page in [stranger.get(&path).await, city.get(&path).await, failed] {
        assert!(!page.text().contains("老井"), "told to nobody else");
    }
    assert_eq!(wrong.get(&format!("{path}/live")).await.path, path, "he looks on");
    let late = stranger.get(&path).await;
    assert!(late.text().contains("报名截止了") && late.attributes("form[action$=entry]", "action").is_empty());
    assert_eq!(stranger.post(&format!("{path}/entry"), &[("name", "迟到")]).await.status, 409);

    let page = city.get(&path).await;
    city.submit(&page, &format!("{path}/step"), &[]).await;
    assert!(right.get(&format!("{path}/live")).await.text().contains("第 1 题"));
    let answers = format!("{path}/answers");
    assert_eq!(wrong.post(&answers, &[("item", "1"), ("value", "0")]).await.status, 403, "not through");
}

#[tokio::test]
async fn without_a_live_round_the_last_test_settles_it_and_names_go_after_seven_days() {
    let house = House::new().await;
    let team = [("kind", "team"), ("rounds", "0"), ("rule1", "best"), ("bound1", "1")];
    let (mut city, path, test) = made(&house, &team).await;
    assert!(city.get(&path).await.text().contains("得分最高的 1 队晋级，同分的都晋级"));
    let entry = |name, team, agreed| [("name", name), ("team", team), ("agreed", agreed)];
    let mut best = entered(&house, "member", &path, &entry("老井", "黄土高坡", "1")).await;
    let mut mate = entered(&house, "village", &path, &entry("小雨", "黄土高坡", "")).await;
    let mut silent = entered(&house, "secretary", &path, &entry("青杨", "没有同意", "")).await;
    taken(&mut best, &test, true).await;
    taken(&mut silent, &test, true).await;
    over(&house, &mut city, &test).await;
    assert!(mate.get(&path).await.text().contains("您的队过了决赛的线"), "a team goes on as one");
    assert!(silent.get(&path).await.text().contains("您的队这一场没有晋级"), "only of those who agreed");
    let page = city.get(&path).await;
    let names = page.text();
    assert!(names.contains("走到最后的") && names.contains("黄土高坡"), "{names}");
    for hidden in ["没有同意", "小雨", "老井"] {
        assert!(!names.contains(hidden), "{hidden}");
    }
    house.app.advance(TimeDelta::days(8));
    house.app.periodic("contest_sweep").await.unwrap();
    let page = house.browser("member").await.get(&path).await;
    assert!(!page.text().contains("黄土高坡") && page.text().contains("名单已经清除"), "{}", page.text());
}

#[tokio::test]
async fn rounds_follow_each_other_and_a_test_is_a_round_once() {
    let house = House::new().await;
    let (mut city, _, test) = made(&house, &[]).await;
    let used = test.trim_start_matches("/tests/");
    let form = city.get("/contests/new").await;
    assert!(!form.html().contains("heat1"), "no test is left to choose");
    let fields = [("title", "又一场"), ("heat1", used), ("rule1", "least"), ("bound1", "60"), ("rounds", "0")];
    assert_eq!(city.submit(&form, "/contests", &fields).await.status, 422);
    let mut ids = Vec::new();
    for title in ["甲卷", "乙卷"] {
        ids.push(set(&mut city, &[("title", title)]).await.trim_start_matches("/tests/").to_owned());
    }
    let form = city.get("/contests/new").await;
    for wrong in [
        [("heat1", ids[0].as_str()), ("bound1", "60"), ("heat2", ids[1].as_str()), ("bound2", "60")],
        [("heat1", ids[0].as_str()), ("bound1", "0"), ("heat2", ""), ("bound2", "")],
        [("heat1", ids[0].as_str()), ("bound1", "101"), ("heat2", ""), ("bound2", "")],
        [("heat1", ""), ("bound1", ""), ("heat2", ""), ("bound2", "")],
    ] {
        let mut fields = vec![("title", "又一场"), ("rounds", "0")];
        fields.extend(wrong);
        assert_eq!(city.submit(&form, "/contests", &fields).await.status, 422, "{wrong:?}");
    }
    let mut secretary = house.browser("secretary").await;
    let printed = secretary.get(&test).await;
    assert!(!printed.text().contains("打印纸质卷"), "whoever prints would see who takes part");
}

#[tokio::test]
async fn the_statements_of_rounds() {
    let house = House::new().await;
    let (_, path, test) = made(&house, &[]).await;
    let contest: huiyin_base::Id = path.trim_start_matches("/contests/").parse().unwrap();
    let exam: huiyin_base::Id = test.trim_start_matches("/tests/").parse().unwrap();
    entered(&house, "member", &path, &[("name", "老井"), ("agreed", "1")]).await;
    let taker = house.city.account("member").id;
    let (now, today) = (house.app.site.clock.now(), house.app.site.today());
    let write = house.app.site.db.write("test", move |tx| {
        Box::pin(async move {
            let heats = heat_list(tx, contest).await?;
            let heat = heats[0].clone();
            assert_eq!((heats.len(), heat.rule, heat.bound), (1, HeatRule::Least, 60));
            assert_eq!(heat_of(tx, exam).await?.unwrap(), heat);
            assert!(heat_of(tx, contest).await?.is_none());
            assert_eq!(heat_exams(tx, &[exam, contest]).await?, [exam]);
            assert!(heat_exams(tx, &[]).await?.is_empty() && heat_free(tx, &[]).await?.is_empty());
            assert!(heat_free(tx, &[exam]).await?.is_empty(), "it is a round");
            let firsts = heat_firsts(tx, &[contest, exam]).await?;
            assert!(firsts.len() == 1 && firsts[0].0 == contest && firsts[0].1 > now && firsts[0].2.is_none());
            assert!(heat_due(tx, now, 9).await?.is_empty(), "its test is open");
            assert_eq!(heat_due(tx, now + TimeDelta::days(400), 9).await?, std::slice::from_ref(&heat));
            let found = contest_find(tx, contest).await?.unwrap();
            assert!(heat_add(tx, &[Heat { contest: found.id, n: 2, ..heat.clone() }]).await.is_err(), "once");
            Ok::<(), huiyin_base::Problem>(())
        })
    });
    // The statement that fails ends the transaction on one of the engines.
    let _ = write.await;
    let write = house.app.site.db.write("test", move |tx| {
        Box::pin(async move {
            let heat = heat_of(tx, exam).await?.unwrap();
            let results = heat_results(tx, &heat).await?;
            assert!(results.len() == 1 && results[0].taker == taker && results[0].marks.is_none());
            heat_settle(tx, &heat, &[taker], today).await?;
            assert_eq!(entry_find(tx, contest, taker).await?.unwrap().reached, 1);
            assert_eq!(heat_names(tx, contest, 1, 9).await?, ["老井"]);
            assert!(heat_names(tx, contest, 2, 9).await?.is_empty());
            assert!(heat_due(tx, now + TimeDelta::days(400), 9).await?.is_empty(), "settled");
            Ok::<(), huiyin_base::Problem>(())
        })
    });
    write.await.unwrap();
}
