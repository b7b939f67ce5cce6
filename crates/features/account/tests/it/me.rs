use crate::House;

#[tokio::test(flavor = "multi_thread")]
async fn my_information_is_shown_copied_and_asked_about() {
    let house = House::new().await;
    let mut member = house.signed_in("member").await;
    let page = member.get("/me").await;
    for words in ["登录名", "member", "上湾村党支部", "用途", "没有人查看过"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    let copy = member.get("/me/copy").await;
    let copy: serde_json::Value = serde_json::from_slice(&copy.bytes).unwrap();
    assert!(copy["kept"].as_array().unwrap().iter().any(|kept| kept["value"] == "member"));
    for (fields, field) in [(vec![("text", "姓名写错了")], "kind"), (vec![("kind", "correct"), ("text", "错")], "text")]
    {
        let refused = member.submit(&page, "/me/requests", &fields).await;
        assert_eq!(
            refused.attributes("[aria-invalid=true], fieldset [aria-invalid=true]", "name").len(),
            usize::from(field == "text")
        );
        assert_eq!(refused.status.as_u16(), 422);
    }
    let page = member.submit(&page, "/me/requests", &[("kind", "correct"), ("text", "<b>姓名写错了</b>")]).await;
    assert!(page.text().contains("待办理") && !page.html().contains("<b>姓名"));

    let mut secretary = house.signed_in("secretary").await;
    let open = secretary.get("/data-requests").await;
    let action =
        open.attributes("form", "action").into_iter().find(|action| action.starts_with("/data-requests/")).unwrap();
    let short = secretary.submit(&open, &action, &[("answer", "好"), ("state", "done")]).await;
    assert_eq!(short.status.as_u16(), 422);
    assert_eq!(short.all("textarea"), ["好"], "what was typed is kept");
    let mut elsewhere = house.signed_in("security").await;
    assert!(elsewhere.get("/data-requests").await.text().contains("姓名写错了"), "the whole city");
    secretary.submit(&open, &action, &[("answer", "已改为王小丽"), ("state", "done")]).await;
    assert!(member.get("/me").await.text().contains("已改为王小丽"));
    assert!(member.get("/me").await.text().contains("答复个人信息申请"));
}
