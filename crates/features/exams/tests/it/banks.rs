//! The bank: bringing in, taking home, changing.

use huiyin_exams::question::{gift, sheet};
use huiyin_testing::Chosen;

use crate::house::{BANK, House, bank};

#[tokio::test]
async fn a_file_is_looked_at_first_and_comes_out_as_it_came_in() {
    let house = House::new().await;
    let mut city = house.browser("city").await;
    let form = city.get("/questions/import").await;
    let csv = "题型,题干,选项A,选项B,答案\n单选,一加一,1,2,B\n单选,坏的,1,2,Z\n";
    let file = Chosen { field: "file", name: "题.csv", bytes: csv.as_bytes() };
    let checked = city.upload(&form, "/questions/import", &[], &[file]).await;
    assert!(checked.text().contains("有问题的行") && checked.text().contains("选项以外的字母"), "{}", checked.text());
    assert!(city.get("/questions").await.text().contains("没有符合条件的题目"), "looking writes nothing");
    let page = city.submit(&checked, "/questions/batch", &[]).await;
    assert!(page.text().contains("1 题已入库") && page.text().contains("一加一"));
    city.submit(&checked, "/questions/batch", &[]).await;
    assert_eq!(city.get("/questions").await.all("tbody tr").len(), 1, "pressed twice it is there once");
    bank(&mut city, BANK).await;
    let file = city.get("/questions/file?format=gift&category=常识").await;
    let (out, into) = (gift::read(&file.html()), gift::read(BANK));
    let all = |found: gift::Found| found.questions.into_iter().map(|(_, question)| question).collect::<Vec<_>>();
    assert_eq!(all(out), all(into));
    let file = city.get("/questions/file?format=xlsx").await;
    assert_eq!(sheet::read("a.xlsx", &file.bytes).unwrap().0.questions.len(), 8);
    let aiken = city.get("/questions/file?format=aiken").await.html();
    assert!(aiken.contains("ANSWER: A") && !aiken.contains("低保"));
    assert_eq!(city.get("/questions?kind=truth").await.all("tbody tr").len(), 1);
}

#[tokio::test]
async fn a_question_has_versions_and_one_keeper() {
    let house = House::new().await;
    let mut city = house.browser("city").await;
    bank(&mut city, BANK).await;
    let list = city.get("/questions?kind=single").await;
    let path = list.attributes("tbody a", "href").remove(0);
    let page = city.get(&path).await;
    let action = format!("{path}/version");
    let page = city.submit(&page, &action, &[("gift", ""), ("feedback", "十二月四日")]).await;
    assert!(page.text().contains("第 2 版") && page.text().contains("十二月四日"), "{}", page.text());
    let stale = city
        .post(&action, &[("kind", "single"), ("stem", "问"), ("options", "甲\n乙"), ("answer", "A"), ("version", "1")]);
    assert_eq!(stale.await.status, 409, "somebody was first");
    let wrong =
        city.post(&action, &[("kind", "single"), ("stem", ""), ("options", ""), ("answer", "A"), ("version", "2")]);
    assert_eq!(wrong.await.status, 422);
    let mut county = house.browser("county").await;
    let page = county.get(&path).await;
    assert!(page.status == 200 && !page.has_form(&action), "the city's is used by all and changed by the city");
    assert_eq!(county.post(&format!("{path}/retirement"), &[]).await.status, 404);
    bank(&mut county, "县里的题{T}\n").await;
    let own = county.get("/questions?kind=truth").await;
    let own = own.attributes("tbody a", "href").pop().unwrap();
    let mut other = house.browser("ansai").await;
    assert_eq!(other.get(&own).await.status, 404, "another county's");
    let mut member = house.browser("member").await;
    assert_eq!(member.get("/questions").await.status, 403);
    let page = city.get(&path).await;
    city.submit(&page, &format!("{path}/retirement"), &[]).await;
    assert!(city.get("/questions?kind=single").await.text().contains("没有符合条件的题目"));
}

#[tokio::test]
async fn rubbish_and_too_much_are_told_in_words() {
    let house = House::new().await;
    let mut city = house.browser("city").await;
    let form = city.get("/questions/import").await;
    let empty = city.upload(&form, "/questions/import", &[("text", " ")], &[]).await;
    assert_eq!(empty.status, 422);
    let file = Chosen { field: "file", name: "a.xlsx", bytes: b"PK\x03\x04 no sheet" };
    assert_eq!(city.upload(&form, "/questions/import", &[], &[file]).await.status, 422);
    let latin = Chosen { field: "file", name: "a.txt", bytes: &[0xff, 0xfe, 0xfd] };
    assert_eq!(city.upload(&form, "/questions/import", &[], &[latin]).await.status, 422);
    let many = "问{T}\n\n".repeat(5_001);
    assert_eq!(city.upload(&form, "/questions/import", &[("text", &many)], &[]).await.status, 422);
    assert_eq!(city.post("/questions/batch", &[("gift", "问{"), ("nonce", "x")]).await.status, 422);
    assert_eq!(city.post("/questions/batch", &[("gift", "问{T}"), ("nonce", "")]).await.status, 422);
    let stored = bank(&mut city, "<b>粗</b><script>x()</script>{=甲 ~<img src=x>}\n").await;
    assert!(!stored.html().contains("<script>x") && !stored.html().contains("<b>粗"));
}
