//! Taking a test without scripts, its result, and what others do not see of it.

use crate::house::{House, bank, set, sit};

#[tokio::test]
async fn without_scripts_a_paper_is_saved_handed_in_and_marked() {
    let (house, test) = House::with_test(&[]).await;
    let mut member = house.browser("member").await;
    assert!(member.get("/tests").await.text().contains("演示测试"));
    let paper = sit(&mut member, &test).await;
    assert!(paper.path.starts_with("/sittings/"), "{}", paper.text());
    assert_eq!(paper.all("fieldset.asked").len(), 7);
    assert!(!paper.html().contains("记住这一天"), "the answer is not in the page");
    let answers = format!("{}/answers", paper.path);
    let saved = member.submit(&paper, &answers, &[("q0", "0"), ("q3", "一二零"), ("save", "1")]).await;
    assert!(saved.text().contains("已上传"), "{}", saved.text());
    assert_eq!(saved.attributes("input[name=q3]", "value"), ["一二零"]);
    assert_eq!(sit(&mut member, &test).await.path, paper.path, "coming back is the same go");
    let shown = saved.all("[data-place='5'] option");
    let at = |text: &str| shown.iter().position(|one| one == text).unwrap() - 1;
    let (sow, reap) = (at("播种").to_string(), at("收获").to_string());
    let rest = [
        ("q0", "0"),
        ("q1", "0"),
        ("q1", "1"),
        ("q2", "1"),
        ("q3", "一二零"),
        ("q4", "4"),
        ("q5.0", sow.as_str()),
        ("q5.1", reap.as_str()),
        ("q6", "先准备，再讨论"),
        ("submit", "1"),
    ];
    let result = member.submit(&saved, &answers, &rest).await;
    assert!(result.path.ends_with("/result"), "{}", result.text());
    assert!(result.text().contains("得分 10 / 14") && result.text().contains("要按时公开"), "{}", result.text());
    assert!(result.text().contains("等待批阅") && result.text().contains("记住这一天"));
    let again = member.get(&paper.path).await;
    assert!(again.path.ends_with("/result"), "what was handed in stays so");
    let page = member.get(&test).await;
    assert!(page.text().contains("次数已经用完") && !page.has_form(&format!("{test}/sittings")));
    assert_eq!(member.post(&format!("{test}/sittings"), &[]).await.status, 409);

    house.app.periodic("sitting_mark").await.unwrap();
    let mut city = house.browser("city").await;
    let marking = city.get(&format!("{test}/marking")).await;
    assert!(marking.text().contains("先准备，再讨论") && !marking.text().contains("党员"), "not whose it is");
    let action = format!("{test}/marking");
    assert_eq!(city.submit(&marking, &action, &[("marks", "3")]).await.status, 422, "more than there is");
    city.submit(&marking, &action, &[("marks", "1.5"), ("words", "还可以说说落实")]).await;
    let twice = city.submit(&marking, &action, &[("marks", "2")]).await;
    assert_eq!(twice.status, 409, "somebody was first");
    house.app.periodic("sitting_mark").await.unwrap();
    let result = member.get(&paper.path).await;
    assert!(result.text().contains("得分 11.5 / 14") && result.text().contains("还可以说说落实"), "{}", result.text());
}

#[tokio::test]
async fn a_paper_is_nobody_elses() {
    let (house, test) = House::with_test(&[]).await;
    let mut member = house.browser("member").await;
    let paper = sit(&mut member, &test).await;
    for (login, told) in [("member", true), ("secretary", false)] {
        let viewer = house.viewer(login).await;
        let panels = house.app.site.panels("me", Some(&viewer)).await.unwrap();
        assert_eq!(panels.iter().any(|panel| panel.contains("替您存着 1 次答题")), told, "{login}");
    }
    for login in ["secretary", "county", "city", "inspector", "system"] {
        let mut other = house.browser(login).await;
        for path in [paper.path.clone(), format!("{}/result", paper.path)] {
            assert_eq!(other.get(&path).await.status, 404, "{login} {path}");
        }
        assert_eq!(other.post(&format!("{}/answers", paper.path), &[("s0", "0"), ("q0", "1")]).await.status, 404);
    }
    let mut ansai = house.browser("ansai").await;
    for path in ["marking", "late"] {
        assert_eq!(ansai.get(&format!("{test}/{path}")).await.status, 404, "not its keeper");
    }
    assert_eq!(ansai.post(&format!("{test}/ending"), &[]).await.status, 404);
}

#[tokio::test]
async fn what_a_question_came_to_shows_from_five_on() {
    let (house, test) = House::with_test(&[("kind", "truth")]).await;
    let mut city = house.browser("city").await;
    for (count, login) in ["member", "secretary", "village", "water", "roads"].into_iter().enumerate() {
        let mut taker = house.browser(login).await;
        let paper = sit(&mut taker, &test).await;
        let given = if count < 3 { "0" } else { "1" };
        taker.submit(&paper, &format!("{}/answers", paper.path), &[("q0", given), ("submit", "1")]).await;
        house.app.periodic("sitting_mark").await.unwrap();
        let page = city.get(&test).await;
        assert_eq!(page.text().contains("平均得分"), count == 4, "{count}: {}", page.text());
    }
    assert!(city.get(&test).await.text().contains("60.0%"));
    let mut member = house.browser("member").await;
    assert!(!member.get(&test).await.text().contains("平均得分"));
}

#[tokio::test]
async fn the_server_keeps_the_time_and_the_window() {
    let (house, test) = House::with_test(&[("minutes", "10"), ("tries", "2"), ("closes", "2016-12-16")]).await;
    let mut member = house.browser("member").await;
    let paper = sit(&mut member, &test).await;
    house.wait(11);
    let over = member.get(&paper.path).await;
    assert!(over.path.ends_with("/result"), "time is over: {}", over.path);
    assert_ne!(sit(&mut member, &test).await.path, paper.path, "a second go");
    house.wait(60 * 10);
    member.get(&test).await;
    house.wait(60 * 6);
    assert_eq!(member.post(&format!("{test}/sittings"), &[]).await.status, 409, "the test is over");
    house.app.periodic("sitting_mark").await.unwrap();
    assert!(member.get(&test).await.text().contains("0 / 14"), "handed in by the clock, and marked");
}

#[tokio::test]
async fn a_test_is_for_those_it_was_set_for() {
    let house = House::new().await;
    let mut county = house.browser("county").await;
    bank(&mut county, "县里的题{T}\n").await;
    let township = house.city.org("柳河镇").id.to_string();
    let test = set(&mut county, &[("audience", &township), ("category", ""), ("kind", "truth")]).await;
    let mut member = house.browser("member").await;
    assert_eq!(member.get(&test).await.status, 404, "a draft");
    let page = county.get(&test).await;
    county.submit(&page, &format!("{test}/opening"), &[]).await;
    assert_eq!(county.post(&format!("{test}/opening"), &[]).await.status, 409, "opened once");
    assert_eq!(member.get(&test).await.status, 200);
    let mut other = house.browser("township2").await;
    assert_eq!(other.get(&test).await.status, 404);
    assert_eq!(other.post(&format!("{test}/sittings"), &[]).await.status, 404);
    let mut ansai = house.browser("ansai").await;
    let foreign = ansai.get("/tests/new").await;
    let foreign = ansai.submit(&foreign, "/tests", &[("title", "题"), ("audience", &township), ("marks", "2")]).await;
    assert_eq!(foreign.status, 422, "another county's people are not asked");
}

#[tokio::test]
async fn a_test_needs_enough_questions_and_sense() {
    let house = House::new().await;
    let mut city = house.browser("city").await;
    bank(&mut city, "一题{T}\n").await;
    let test = set(&mut city, &[("drawn", "5"), ("category", "")]).await;
    assert_eq!(city.post(&format!("{test}/opening"), &[]).await.status, 422, "five of one");
    let form = city.get("/tests/new").await;
    for wrong in [("minutes", "0"), ("minutes", "半小时"), ("closes", "2016-12-01"), ("marks", "0"), ("title", " ")]
    {
        let page = city.submit(&form, "/tests", &[("title", "题"), ("marks", "2"), wrong]).await;
        assert_eq!(page.status, 422, "{wrong:?}");
    }
    let one = city.submit(&form, "/tests", &[("title", "题"), ("marks", "2")]).await;
    let two = city.submit(&form, "/tests", &[("title", "题"), ("marks", "2")]).await;
    assert_eq!(one.path, two.path, "sent twice it is one test");
}
