use huiyin_testing::Page;

use crate::{BRANCH, House, NEW};

fn code_of(page: &Page) -> String {
    page.all("article .font-mono").remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secretary_prints_slips_and_a_member_opens_his_account() {
    let house = House::new().await;
    let person = house.member("王小丽").await;
    let mut secretary = house.signed_in("secretary").await;
    let list = secretary.get("/accounts").await;
    assert!(list.attributes("a", "href").contains(&BRANCH.to_owned()), "{}", list.html());
    let page = secretary.get(BRANCH).await;
    assert!(page.text().contains("王小丽") && page.text().contains("还有 1 人没有开通"), "{}", page.text());
    let nothing = secretary.submit(&page, &format!("{BRANCH}/slips"), &[]).await;
    assert!(nothing.path == BRANCH && nothing.text().contains("还没有勾选"), "{}", nothing.text());
    let printed = secretary.submit(&page, &format!("{BRANCH}/slips"), &[("person", &person.to_string())]).await;
    let code = code_of(&printed);
    assert_eq!(code.len(), 16, "{code}");

    let mut browser = house.app.browser();
    let page = browser.get("/activation").await;
    let wrong = browser.submit(&page, "/activation/code", &[("code", "0000-0000-0000-0")]).await;
    assert_eq!(wrong.status.as_u16(), 422);
    let page = browser.submit(&page, "/activation/code", &[("code", &code.to_lowercase())]).await;
    assert!(page.text().contains("王**") && !page.text().contains("王小丽"), "{}", page.text());
    let short = browser.submit(&page, "/activation", &[("login", "xiaoli"), ("new", "短"), ("again", "短")]).await;
    assert_eq!(short.status.as_u16(), 422);
    assert_eq!(short.attributes("#f-login", "value"), ["xiaoli"]);
    let page = browser.submit(&short, "/activation", &[("login", "xiaoli"), ("new", NEW), ("again", NEW)]).await;
    assert_eq!(page.path, "/me");
    assert!(page.text().contains("王小丽"));
    let again = house.app.browser().get("/activation").await;
    let again = house.app.browser().submit(&again, "/activation/code", &[("code", &code)]).await;
    assert_ne!(again.status.as_u16(), 200, "used");
    assert!(secretary.get(BRANCH).await.text().contains("党员都开通了账号"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_branch_is_out_of_reach() {
    let house = House::new().await;
    let person = house.member("王小丽").await;
    for login in ["township2", "ansai"] {
        let mut browser = house.signed_in(login).await;
        assert_eq!(browser.get(BRANCH).await.status.as_u16(), 404, "{login}");
        let page = browser.get("/accounts").await;
        let csrf = page.attributes("input[name=csrf]", "value").remove(0);
        let fields = [("csrf", csrf.as_str()), ("person", &person.to_string())];
        let page = browser.post(&format!("{BRANCH}/slips"), &fields).await;
        assert_eq!(page.status.as_u16(), 404, "{login}");
        let holder = format!("/holders/{}", house.city.account("member").id);
        assert_eq!(browser.get(&holder).await.status.as_u16(), 404, "{login}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_back_needs_a_second_person() {
    let house = House::new().await;
    let mut old = house.by_password("member").await;
    let mut first = house.signed_in("secretary").await;
    let holder = format!("/holders/{}", house.city.account("member").id);
    let page = first.get(&holder).await;
    let page = first.submit(&page, &format!("{holder}/recoveries"), &[]).await;
    assert_eq!(page.path, BRANCH);
    assert!(page.text().contains("等另一名工作人员确认"), "{}", page.text());
    let actions = page.attributes("form", "action");
    assert!(actions.iter().all(|action| !action.ends_with("/confirmation")), "{actions:?}");
    let back = actions.into_iter().find(|action| action.ends_with("/withdrawal")).unwrap();
    let page = first.submit(&page, &back, &[]).await;
    assert!(page.text().contains("已撤回") && !page.text().contains("等另一名"), "{}", page.text());
    let csrf = first.get("/me").await.attributes("input[name=csrf]", "value").remove(0);
    assert_eq!(first.post(&back, &[("csrf", &csrf)]).await.status.as_u16(), 409, "once");
    let mut other = house.signed_in("township").await;
    let csrf = other.get("/me").await.attributes("input[name=csrf]", "value").remove(0);
    let late = other.post(&back.replace("/withdrawal", "/confirmation"), &[("csrf", &csrf)]).await;
    assert_eq!(late.status.as_u16(), 409, "what was taken back gives no code: {}", late.text());
    let page = first.get(&holder).await;
    first.submit(&page, &format!("{holder}/recoveries"), &[]).await;

    for (login, told) in [("township", true), ("secretary", false), ("township2", false), ("ansai", false)] {
        let me = house.signed_in(login).await.get("/me").await;
        assert_eq!(me.text().contains("等第二个人核实"), told, "{login}");
    }
    let mut second = house.signed_in("township").await;
    let page = second.get(BRANCH).await;
    let action =
        page.attributes("form", "action").into_iter().find(|action| action.ends_with("/confirmation")).unwrap();
    let csrf = first.get("/me").await.attributes("input[name=csrf]", "value").remove(0);
    assert_eq!(first.post(&action, &[("csrf", &csrf)]).await.status.as_u16(), 403, "not by the first");
    let printed = second.submit(&page, &action, &[]).await;
    assert!(printed.text().contains("找回账号的纸条"), "{}", printed.text());
    let code = code_of(&printed);
    assert_eq!(old.look("/me").await.status.as_u16(), 200, "nothing changed yet");

    let mut browser = house.app.browser();
    let page = browser.get("/activation").await;
    let page = browser.submit(&page, "/activation/code", &[("code", &code)]).await;
    assert!(page.text().contains("重设密码") && page.text().contains("member"));
    let page = browser.submit(&page, "/activation", &[("new", NEW), ("again", NEW)]).await;
    assert_eq!(page.path, "/me");
    assert_ne!(old.look("/me").await.status.as_u16(), 200, "old sessions end");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_administrator_opens_an_account_without_rights() {
    let house = House::new().await;
    let mut system = house.signed_in("system").await;
    let town = "/accounts/610602/610602701000";
    let page = system.get(town).await;
    let refused = system.submit(&page, town, &[("login", "member"), ("name", "镇办公室")]).await;
    assert_eq!(refused.status.as_u16(), 422);
    assert_eq!(refused.attributes("#f-name", "value"), ["镇办公室"]);
    let printed = system.submit(&page, town, &[("login", "liuhe.office"), ("name", "镇办公室")]).await;
    assert!(printed.text().contains("镇办公室") && code_of(&printed).len() == 16);
}
