use chrono::TimeDelta;
use huiyin_directory::audit::AuditKind;
use huiyin_directory::{AccountStatus, account_status_set, audit_event_list_account};

use crate::{House, PASSWORD};

#[tokio::test(flavor = "multi_thread")]
async fn a_member_signs_in_and_out_without_scripts() {
    let house = House::new().await;
    let mut browser = house.app.browser();
    let page = browser.get("/sign-in?next=%2Fme").await;
    let page = browser.submit(&page, "/sign-in", &[("login", " Member "), ("password", PASSWORD)]).await;
    assert_eq!((page.status.as_u16(), page.path.as_str()), (200, "/me"));
    let page = browser.submit(&page, "/sign-out", &[]).await;
    assert!(page.text().contains("已退出登录"), "{}", page.text());
    assert_eq!(browser.get("/me").await.path, "/me");
    assert!(browser.look("/me").await.status.as_u16() != 200, "the session is gone");
    let tx = &mut house.app.site.db.read().await.unwrap();
    let events = audit_event_list_account(tx, house.city.account("member"), None, 9).await.unwrap();
    assert_eq!(events.iter().map(|event| event.kind).collect::<Vec<_>>(), [AuditKind::SignOut, AuditKind::SignIn]);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_tells_a_shared_computer_to_forget() {
    let house = House::new().await;
    let mut browser = house.by_password("member").await;
    let page = browser.get("/me").await;
    let csrf = page.attributes("input[name=csrf]", "value").remove(0);
    let answer = browser.post_only("/sign-out", &[("csrf", &csrf)]).await;
    assert_eq!(answer.headers["clear-site-data"], r#""cache", "storage""#);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_name_and_a_wrong_password_get_the_same_words() {
    let house = House::new().await;
    let mut answers = Vec::new();
    for login in ["member", "nobody", "county"] {
        let mut browser = house.app.browser();
        let page = browser.get("/sign-in").await;
        let page = browser.submit(&page, "/sign-in", &[("login", login), ("password", "错的密码 1")]).await;
        assert_eq!(page.status.as_u16(), 422);
        assert_eq!(page.attributes("#f-login", "value"), [login], "what was typed is kept");
        assert!(!page.html().contains("错的密码"), "a password never comes back");
        answers.push(page.all("[role=alert]"));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn next_leads_nowhere_else() {
    let house = House::new().await;
    for next in ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"] {
        let mut browser = house.app.browser();
        let page = browser.get("/sign-in").await;
        let csrf = page.attributes("input[name=csrf]", "value").remove(0);
        let fields = [("csrf", csrf.as_str()), ("login", "member"), ("password", PASSWORD), ("next", next)];
        let answer = browser.post_only("/sign-in", &fields).await;
        assert_eq!((answer.status.as_u16(), answer.headers["location"].to_str().unwrap()), (303, "/"), "{next}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tries_lock_the_account_and_time_opens_it() {
    let house = House::new().await;
    let attempt = async |password: &str| {
        let mut browser = house.app.browser();
        let page = browser.get("/sign-in").await;
        browser.submit(&page, "/sign-in", &[("login", "member"), ("password", password), ("next", "/me")]).await
    };
    for _ in 0..5 {
        assert_eq!(attempt("wrong").await.status.as_u16(), 422);
    }
    assert_eq!(attempt(PASSWORD).await.status.as_u16(), 422);
    house.app.advance(TimeDelta::seconds(61));
    assert_eq!(attempt(PASSWORD).await.path, "/me");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_account_is_told_whom_to_ask_and_its_session_ends() {
    let house = House::new().await;
    let mut open = house.by_password("member").await;
    assert_eq!(open.look("/me").await.status.as_u16(), 200);
    let at = house.city.account("member");
    let db = &house.app.site.db;
    db.write("test", move |tx| {
        Box::pin(async move { Ok(account_status_set(tx, at, AccountStatus::Suspended).await?) })
    })
    .await
    .unwrap();
    assert_ne!(open.look("/me").await.status.as_u16(), 200);
    let mut browser = house.app.browser();
    let page = browser.get("/sign-in").await;
    let page = browser.submit(&page, "/sign-in", &[("login", "member"), ("password", PASSWORD)]).await;
    assert!(page.text().contains("已停用"));
}

#[tokio::test(flavor = "multi_thread")]
async fn strange_input_is_refused_calmly() {
    let house = House::new().await;
    let long = "长".repeat(50_000);
    for text in ["", &long, "😀\u{202e}\u{200b}", "' or 1=1 --", "<script>alert(1)</script>"] {
        let mut browser = house.app.browser();
        let page = browser.get("/sign-in").await;
        let page = browser.submit(&page, "/sign-in", &[("login", text), ("password", text)]).await;
        assert_eq!(page.status.as_u16(), 422);
        assert!(!page.html().contains("<script>alert"));
        let page = browser.get("/activation").await;
        let page = browser.submit(&page, "/activation/code", &[("code", text)]).await;
        assert_eq!(page.status.as_u16(), 422);
        assert!(!page.html().contains("<script>alert"));
    }
}
