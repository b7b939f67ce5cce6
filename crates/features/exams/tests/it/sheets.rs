//! Papers for those without a telephone: printed, entered by a helper who sees no result, read by whoever holds the taker's part.

use huiyin_base::Id;
use huiyin_exams::store::{SittingState, sheet_try, sitting_list};
use huiyin_testing::{Browser, Page};

use crate::house::House;

/// Two members of the village's branch without accounts.
async fn members(house: &House) -> Vec<Id> {
    house.city.members(&house.app, &["甲老汉", "乙大娘"]).await.unwrap()
}

/// The paper of one member, and its two codes.
async fn printed(secretary: &mut Browser, test: &str, person: Id) -> (Page, String, String) {
    let path = format!("{test}/sheets");
    let page = secretary.get(&path).await;
    let page = secretary.submit(&page, &path, &[("person", &person.to_string())]).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let codes = page.attributes("[data-copy]", "data-copy");
    assert_eq!(codes.len(), 2);
    (page, codes[0].clone(), codes[1].clone())
}

const ANSWERS: [(&str, &str); 5] = [("q0", "a"), ("q1", "AB"), ("q2", "×"), ("q3", "一二零"), ("q4", "4")];

#[tokio::test]
async fn a_paper_is_printed_entered_and_read_by_its_taker_alone() {
    let (house, test) = House::with_test(&[]).await;
    let people = members(&house).await;
    let mut secretary = house.browser("secretary").await;
    let (page, code, result) = printed(&mut secretary, &test, people[0]).await;
    assert_eq!(page.all(".exam-question").len(), 7);
    assert!(page.text().contains("甲老汉") && !page.html().contains("记住这一天"), "no answer on the paper");
    assert!(!page.all(".exam-sheet > header")[0].contains("甲老汉"), "the answer sheet bears no name");
    let list = secretary.get(&format!("{test}/sheets")).await;
    assert!(list.text().contains("打印，等录入"), "{}", list.text());

    // Whoever looks too early is told so, and the code stays good.
    let mut taker = house.app.browser();
    let early = taker.get("/results").await;
    let early = taker.submit(&early, "/results", &[("code", &result)]).await;
    assert!(early.status == 422 && early.text().contains("还没有录入"), "{}", early.text());

    // Scanned: the address stands before the code.
    let scanned = format!("http://localhost/sheets#{code}");
    let enter = secretary.get("/sheets").await;
    let form = secretary.submit(&enter, "/sheets", &[("code", &scanned)]).await;
    assert_eq!(form.status, 200, "{}", form.text());
    let wrong = [("q0", "Z"), ("q2", "也许")];
    let refused = secretary.submit(&form, "/sheets/answers", &wrong).await;
    assert!(refused.status == 422 && refused.text().contains("有 2 题要再看一眼"), "{}", refused.text());
    let done = secretary.submit(&form, "/sheets/answers", &ANSWERS).await;
    assert!(done.path == "/sheets" && done.text().contains("7 题里答了 5 题"), "{}", done.text());
    assert!(!done.text().contains("得分"), "a helper sees no result");

    // The same press twice is one entry; another's is told that somebody was first.
    let twice = secretary.submit(&form, "/sheets/answers", &ANSWERS).await;
    assert!(twice.path == "/sheets" && twice.text().contains("已录入"), "{}", twice.text());
    let other = secretary.submit(&form, "/sheets/answers", &[("q0", "B")]).await;
    assert!(other.status == 409 && other.text().contains("已经录入过了"), "{}", other.text());
    let again = secretary.submit(&enter, "/sheets", &[("code", &code)]).await;
    assert!(again.status == 422 && again.text().contains("已经录入过了"), "{}", again.text());

    house.app.periodic("sitting_mark").await.unwrap();
    let page = taker.get("/results").await;
    let first = taker.submit(&page, "/results", &[("code", &result)]).await;
    assert!(first.text().contains("得分 10 / 14") && first.text().contains("第一次"), "{}", first.text());
    let second = taker.submit(&page, "/results", &[("code", &result)]).await;
    assert!(second.text().contains("看过 1 次"), "whoever holds it sees whether others did: {}", second.text());
    let sheet_code = taker.submit(&page, "/results", &[("code", &code)]).await;
    assert_eq!(sheet_code.status, 404, "the answer sheet's code opens no result");
}

#[tokio::test]
async fn wrong_codes_and_other_branches_get_one_answer() {
    let (house, test) = House::with_test(&[]).await;
    let people = members(&house).await;
    let mut secretary = house.browser("secretary").await;
    let (_, old, _) = printed(&mut secretary, &test, people[0]).await;
    let (_, code, result) = printed(&mut secretary, &test, people[0]).await;
    assert_ne!(old, code, "printed anew");
    let enter = secretary.get("/sheets").await;
    for gone in [old.as_str(), result.as_str(), "1111-1111-1111-1"] {
        let page = secretary.submit(&enter, "/sheets", &[("code", gone)]).await;
        assert_eq!(page.status, 422, "{gone}");
        assert!(page.text().contains("没有这张答题纸") || page.text().contains("抄错了"), "{}", page.text());
    }
    let mut stranger = house.browser("township2").await;
    let enter = stranger.get("/sheets").await;
    let page = stranger.submit(&enter, "/sheets", &[("code", &code)]).await;
    assert!(page.status == 422 && page.text().contains("没有这张答题纸"), "{}", page.text());
    assert_eq!(stranger.post("/sheets/answers", &[("code", &code), ("q0", "A")]).await.status, 422);
    let branch = house.city.org("上湾村党支部").id.to_string();
    assert_eq!(stranger.get(&format!("{test}/sheets?branch={branch}")).await.status, 404);
    let person = people[0].to_string();
    let fields = [("branch", branch.as_str()), ("person", person.as_str()), ("nonce", "x")];
    assert_eq!(stranger.post(&format!("{test}/sheets"), &fields).await.status, 404);
    assert_eq!(house.browser("member").await.get("/sheets").await.status, 403);
    let mut township = house.browser("township").await;
    let enter = township.get("/sheets").await;
    assert_eq!(township.submit(&enter, "/sheets", &[("code", &code)]).await.status, 200);
    let mut anybody = house.app.browser();
    let page = anybody.get("/results").await;
    let mut other = result.clone().into_bytes();
    other[0] = if other[0] == b'2' { b'3' } else { b'2' };
    let typo = anybody.submit(&page, "/results", &[("code", std::str::from_utf8(&other).unwrap())]).await;
    assert!(typo.status == 422 && typo.text().contains("抄错了"), "a slip of the pen is noticed: {}", typo.text());
    let unknown = huiyin_base::number::Receipt::new(&[9; 8]).to_string();
    let missing = anybody.submit(&page, "/results", &[("code", &unknown)]).await;
    assert_eq!(missing.status, 404);
}

#[tokio::test]
async fn a_sheet_that_comes_after_the_end_waits_for_somebody_to_look() {
    let (house, test) = House::with_test(&[("closes", "2016-12-16")]).await;
    let people = members(&house).await;
    let mut secretary = house.browser("secretary").await;
    let (_, code, result) = printed(&mut secretary, &test, people[0]).await;
    house.wait(60 * 24 * 2);
    let mut secretary = house.browser("secretary").await;
    house.app.periodic("sitting_mark").await.unwrap();
    let enter = secretary.get("/sheets").await;
    let form = secretary.submit(&enter, "/sheets", &[("code", &code)]).await;
    assert!(form.text().contains("测试已经结束"), "{}", form.text());
    let dated: Vec<(&str, &str)> = ANSWERS.into_iter().chain([("day", "2016-12-16")]).collect();
    let done = secretary.submit(&form, "/sheets/answers", &dated).await;
    assert!(done.text().contains("5 个答案在测试结束以后才到"), "{}", done.text());
    house.app.periodic("sitting_mark").await.unwrap();
    let mut taker = house.app.browser();
    let page = taker.get("/results").await;
    let shown = taker.submit(&page, "/results", &[("code", &result)]).await;
    assert!(shown.text().contains("得分 0 / 14") && shown.text().contains("等组织单位核对"), "{}", shown.text());

    // Somebody looks at the sheet as a whole.
    let mut city = house.browser("city").await;
    let queue = city.get(&format!("{test}/late")).await;
    assert_eq!(queue.all("section.panel").len(), 1, "{}", queue.text());
    assert!(queue.text().contains("纸质答题纸") && !queue.text().contains("甲老汉"), "{}", queue.text());
    let action = format!("{test}/late");
    let taken = city.submit(&queue, &action, &[("accept", "yes"), ("reason", "写在截止以前")]).await;
    assert!(taken.text().contains("没有等待核对的答案"), "{}", taken.text());
    let twice = city.submit(&queue, &action, &[("accept", "no"), ("reason", "不算")]).await;
    assert_eq!(twice.status, 409, "decided once");
    let shown = taker.submit(&page, "/results", &[("code", &result)]).await;
    assert!(shown.text().contains("得分 10 / 14"), "{}", shown.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_helpers_and_two_prints_at_once_are_one() {
    let (house, test) = House::with_test(&[("tries", "1")]).await;
    let people = members(&house).await;
    let (mut secretary, mut township) = (house.browser("secretary").await, house.browser("township").await);
    let branch = house.city.org("上湾村党支部").id.to_string();
    let (person, path) = (people[0].to_string(), format!("{test}/sheets"));
    let fields = |nonce| [("branch", branch.as_str()), ("person", person.as_str()), ("nonce", nonce)];
    let (one, two) = (fields("one"), fields("two"));
    let (first, second) = tokio::join!(secretary.post(&path, &one), township.post(&path, &two));
    assert!(first.status == 200 && second.status == 200, "{} {}", first.text(), second.text());
    let mut tx = house.app.site.db.read().await.unwrap();
    let exam: Id = test.trim_start_matches("/tests/").parse().unwrap();
    assert_eq!(sitting_list(&mut tx, people[0], exam).await.unwrap().len(), 1, "one go on paper");
    drop(tx);
    // Printed by the same press it is the same sheet.
    let (one, two) = (secretary.post(&path, &fields("three")).await, secretary.post(&path, &fields("three")).await);
    let codes = one.attributes("[data-copy]", "data-copy");
    assert_eq!(codes, two.attributes("[data-copy]", "data-copy"));
    let left = [("code", codes[0].as_str()), ("q0", "A"), ("q4", "4")];
    let right = [("code", codes[0].as_str()), ("q0", "B"), ("q4", "5")];
    let (left, right) =
        tokio::join!(secretary.post("/sheets/answers", &left), township.post("/sheets/answers", &right));
    let mut states = [left.status.as_u16(), right.status.as_u16()];
    states.sort_unstable();
    assert_eq!(states, [200, 409], "{} {}", left.text(), right.text());
    let mut tx = house.app.site.db.read().await.unwrap();
    let sitting = &sitting_list(&mut tx, people[0], exam).await.unwrap()[0];
    assert_eq!(sitting.state, SittingState::Submitted);
    let held = huiyin_exams::store::answer_list(&mut tx, sitting.id).await.unwrap();
    let held: Vec<&str> = held.iter().map(|row| row.value.as_str()).collect();
    assert!(held == ["0", "4"] || held == ["1", "5"], "nobody's halves are mixed: {held:?}");
    drop(tx);
    let used = secretary.post(&path, &fields("four")).await;
    assert!(used.status == 422 && used.text().contains("甲老汉的次数已经用完"), "{}", used.text());
}

#[tokio::test]
async fn whoever_has_only_the_code_sees_no_result_where_its_taker_chose_a_word() {
    let (house, test) = House::with_test(&[]).await;
    let people = members(&house).await;
    let mut secretary = house.browser("secretary").await;
    let (page, code, result) = printed(&mut secretary, &test, people[0]).await;
    assert!(page.text().contains("查分口令（可以不写）") && page.text().contains("他也打得开"), "{}", page.text());
    let enter = secretary.get("/sheets").await;
    let form = secretary.submit(&enter, "/sheets", &[("code", &code)]).await;
    let with = |word| ANSWERS.into_iter().chain([("word", word)]).collect::<Vec<(&str, &str)>>();
    let short = secretary.submit(&form, "/sheets/answers", &with("枣花")).await;
    assert!(short.status == 422 && short.text().contains("4 到 20 个字"), "{}", short.text());
    let done = secretary.submit(&form, "/sheets/answers", &with("Zao 花 1940")).await;
    assert!(done.text().contains("已录入"), "{}", done.text());
    house.app.periodic("sitting_mark").await.unwrap();

    let mut taker = house.app.browser();
    let page = taker.get("/results").await;
    let bare = taker.submit(&page, "/results", &[("code", &result)]).await;
    assert!(bare.status == 422 && bare.text().contains("定了查分口令") && !bare.text().contains("得分"));
    let right = taker.submit(&page, "/results", &[("code", &result), ("word", "zao花1940")]).await;
    assert!(right.text().contains("得分 10 / 14") && right.text().contains("第一次"), "{}", right.text());
    assert!(!right.text().contains("也打得开"));
    for n in 1..=5 {
        house.wait(1);
        let wrong = taker.submit(&page, "/results", &[("code", &result), ("word", "枣花枣花")]).await;
        let closed = wrong.text().contains("错了太多次");
        assert!(wrong.status == 422 && closed == (n == 5), "{n} {}", wrong.text());
    }
    let right = [("code", result.as_str()), ("word", "zao花1940")];
    assert_eq!(taker.submit(&page, "/results", &right).await.status, 422, "closed for today");
    house.wait(60 * 24);
    let page = taker.get("/results").await;
    assert!(taker.submit(&page, "/results", &right).await.text().contains("得分 10 / 14"), "and open tomorrow");

    // Many at once take no more tries than there are.
    let today = house.app.site.today();
    let at = huiyin_db::query("select sitting from exam_sheet where word is not null");
    let sitting: Id = at.fetch_scalar(&mut house.app.site.db.read().await.unwrap()).await.unwrap();
    let tries = (0..12).map(|_| {
        house.app.site.db.write("test", move |tx| Box::pin(async move { Ok(sheet_try(tx, sitting, today, 5).await?) }))
    });
    let tries: Vec<Result<_, huiyin_base::Problem>> = futures::future::join_all(tries).await;
    let mut taken: Vec<i64> = tries.into_iter().filter_map(Result::unwrap).collect();
    taken.sort_unstable();
    assert_eq!(taken, [1, 2, 3, 4, 5], "opening gave them back");
}
