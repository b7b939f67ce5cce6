use chrono::TimeDelta;
use huiyin_testing::{Browser, Page};
use huiyin_vault::totp;

use crate::{House, NEW, PASSWORD};

/// Sets a second factor up in `browser`; gives the secret and the page with the recovery codes.
async fn enrol(house: &House, browser: &mut Browser) -> (Vec<u8>, Page) {
    let page = browser.get("/security/second-factor").await;
    assert!(page.html().contains("<svg class=\"qr\" role=\"img\""), "a QR code");
    let typed = page.all("span.font-mono").remove(0).replace(' ', "");
    let secret = data_encoding::BASE32_NOPAD.decode(typed.as_bytes()).unwrap();
    let wrong = browser.submit(&page, "/security/second-factor", &[("code", "000000")]).await;
    assert_eq!(wrong.status.as_u16(), 422);
    let code = totp::code_at(&secret, house.app.site.clock.real()).unwrap();
    let page = browser.submit(&wrong, "/security/second-factor", &[("code", &code)]).await;
    house.app.advance(TimeDelta::seconds(60));
    (secret, page)
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_roles_rest_until_a_second_factor_is_set_up() {
    let house = House::strict().await;
    let mut browser = house.app.browser();
    let page = browser.get("/sign-in").await;
    let page = browser.submit(&page, "/sign-in", &[("login", "township"), ("password", PASSWORD)]).await;
    assert_eq!(page.path, "/security/second-factor");
    assert!(page.text().contains("工作权限暂时停用"), "{}", page.text());
    assert_eq!(browser.get("/accounts").await.status.as_u16(), 403);
    let (secret, page) = enrol(&house, &mut browser).await;
    assert_eq!(page.all("ol li.font-mono").len(), 10);
    assert_eq!(browser.get("/accounts").await.status.as_u16(), 200, "the roles are awake in the same session");

    let mut other = house.app.browser();
    let page = other.get("/sign-in?next=%2Faccounts").await;
    let page = other.submit(&page, "/sign-in", &[("login", "township"), ("password", PASSWORD)]).await;
    assert!(page.text().contains("两步验证"));
    let page = other.submit(&page, "/sign-in/code", &[("code", "123456")]).await;
    assert_eq!(page.status.as_u16(), 422);
    let code = totp::code_at(&secret, house.app.site.clock.real()).unwrap();
    let page = other.submit(&page, "/sign-in/code", &[("code", &code)]).await;
    assert_eq!((page.status.as_u16(), page.path.as_str()), (200, "/accounts"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_code_opens_once_and_is_never_shown_again() {
    let house = House::new().await;
    let mut browser = house.by_password("member").await;
    let (secret, page) = enrol(&house, &mut browser).await;
    let codes = page.all("ol li.font-mono");
    let shown = browser.get("/security/second-factor").await;
    assert!(codes.iter().all(|code| !shown.html().contains(code)));
    for (attempt, path) in [(0, "/me"), (1, "/sign-in/code")] {
        let mut other = house.app.browser();
        let page = other.get("/sign-in?next=%2Fme").await;
        let page = other.submit(&page, "/sign-in", &[("login", "member"), ("password", PASSWORD)]).await;
        let page = other.submit(&page, "/sign-in/code", &[("code", &codes[0])]).await;
        assert_eq!(page.path, path, "attempt {attempt}");
    }
    let code = totp::code_at(&secret, house.app.site.clock.real()).unwrap();
    let page = browser.get("/security/second-factor").await;
    let renewed = browser.submit(&page, "/security/recovery-codes", &[("code", &code)]).await;
    assert!(renewed.all("ol li.font-mono").iter().all(|code| !codes.contains(code)));
    house.app.advance(TimeDelta::seconds(60));
    let code = totp::code_at(&secret, house.app.site.clock.real()).unwrap();
    let csrf = page.attributes("input[name=csrf]", "value").remove(0);
    let page = browser.post("/security/second-factor/removal", &[("csrf", &csrf), ("code", &code)]).await;
    assert!(page.text().contains("两步验证已关闭"), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_the_other_sessions() {
    let house = House::new().await;
    let (mut here, mut there) = (house.by_password("member").await, house.by_password("member").await);
    let page = here.get("/security").await;
    assert_eq!(page.all("tbody tr").len(), 2);
    for (old, new, again, field) in
        [("wrong", NEW, NEW, "old"), (PASSWORD, "12345678", "12345678", "new"), (PASSWORD, NEW, "别的", "again")]
    {
        let fields = [("old", old), ("new", new), ("again", again)];
        let page = here.submit(&page, "/security/password", &fields).await;
        assert_eq!(page.status.as_u16(), 422);
        assert_eq!(page.attributes("[aria-invalid=true]", "name"), [field]);
        assert!(!page.html().contains(NEW) && !page.html().contains(PASSWORD));
    }
    let page = here.submit(&page, "/security/password", &[("old", PASSWORD), ("new", NEW), ("again", NEW)]).await;
    assert!(page.text().contains("密码已修改"));
    assert_ne!(there.look("/me").await.status.as_u16(), 200);
    assert_eq!(here.look("/me").await.status.as_u16(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_other_devices_are_signed_out_at_once() {
    let house = House::new().await;
    let (mut here, mut there) = (house.by_password("member").await, house.by_password("member").await);
    let page = here.get("/security").await;
    let page = here.submit(&page, "/security/sessions/end", &[]).await;
    assert!(page.text().contains("已退出 1 台其他设备"));
    assert_ne!(there.look("/me").await.status.as_u16(), 200);
}
