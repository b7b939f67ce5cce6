use huiyin_testing::Page;
use huiyin_web::Who;

use crate::{BRANCH, House};

#[tokio::test(flavor = "multi_thread")]
async fn every_route_refuses_whoever_lacks_its_right() {
    let house = House::new().await;
    let holder = house.city.account("member").id.to_string();
    let routes: Vec<_> = huiyin_account::feature().routes.table().to_vec();
    assert!(routes.len() > 30);
    let logins: Vec<String> = house.city.logins().map(ToOwned::to_owned).collect();
    for route in &routes {
        let path = route.path.replace("{county}/{code}", BRANCH.strip_prefix("/accounts/").unwrap());
        let path = ["{account}", "{grant}", "{request}"].iter().fold(path, |path, part| path.replace(part, &holder));
        let status = async |mut browser: huiyin_testing::Browser| -> u16 {
            let page: Page = match route.method {
                "GET" => browser.look(&path).await,
                _ => browser.post_only(&path, &[]).await,
            };
            page.status.as_u16()
        };
        let anonymous = status(house.app.browser()).await;
        match route.who {
            Who::Everyone => assert!(![401, 500].contains(&anonymous), "{} {path}: {anonymous}", route.method),
            _ => assert!([401, 303].contains(&anonymous), "{} {path} for anybody: {anonymous}", route.method),
        }
        for login in &logins {
            let browser = house.signed_in(login).await;
            let mut tx = house.app.site.db.read().await.unwrap();
            let account = house.city.account(login);
            let viewer =
                huiyin_directory::viewer_find(&mut tx, account, house.app.site.today()).await.unwrap().unwrap();
            drop(tx);
            let may = match route.who {
                Who::Everyone | Who::SignedIn => true,
                Who::Roles(roles) => viewer.has_any(roles),
                Who::Clients(_) | Who::KeyHolders => false,
            };
            let status = status(browser).await;
            assert_ne!(status, 500, "{} {path} as {login}", route.method);
            if !may {
                assert_eq!(status, 403, "{} {path} as {login}", route.method);
            } else if route.method == "GET" {
                assert_ne!(status, 403, "{} {path} as {login}", route.method);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_its_token_changes_nothing() {
    let house = House::new().await;
    let mut browser = house.by_password("member").await;
    browser.headers.insert("origin", "https://evil.example".parse().unwrap());
    for path in ["/sign-out", "/security/password", "/me/requests", "/deputies"] {
        assert_eq!(browser.post_only(path, &[]).await.status.as_u16(), 403, "{path}");
    }
    browser.headers.remove("origin");
    assert_eq!(browser.look("/me").await.status.as_u16(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_security_administrator_grants_and_ends_a_role() {
    let house = House::new().await;
    let mut security = house.signed_in("security").await;
    let holder = format!("/holders/{}", house.city.account("water").id);
    let roles = format!("{holder}/roles");
    let page = security.get(&holder).await;
    for (fields, field) in [
        (vec![("role", ""), ("org", "柳河镇")], "role"),
        (vec![("role", "township_staff"), ("org", "没有这个镇")], "org"),
        (vec![("role", "township_staff"), ("org", "上湾村")], "role"),
        (vec![("role", "township_staff"), ("org", "柳河镇"), ("from_day", "昨天")], "from_day"),
        (vec![("role", "township_staff"), ("org", "柳河镇"), ("to_day", "2010-01-01")], "to_day"),
    ] {
        let refused = security.submit(&page, &roles, &fields).await;
        assert_eq!(refused.status.as_u16(), 422, "{fields:?}");
        assert_eq!(refused.attributes("[aria-invalid=true]", "name"), [field]);
        assert_eq!(refused.attributes("#f-org", "value"), [fields[1].1]);
    }
    let granted = [("role", "township_staff"), ("org", "柳河镇"), ("post", "驻镇干部")];
    let page = security.submit(&page, &roles, &granted).await;
    assert!(page.text().contains("角色已授予") && page.text().contains("驻镇干部"), "{}", page.text());
    let end = page.attributes("form", "action").into_iter().find(|action| action.ends_with("/end")).unwrap();
    let page = security.submit(&page, &end, &[]).await;
    assert!(page.text().contains("角色已结束") && page.text().contains("已结束"));
    let own = format!("/holders/{}", house.city.account("security").id);
    let page = security.get(&own).await;
    let refused = security.submit(&page, &format!("{own}/roles"), &[("role", "audit_admin"), ("org", "延安市")]).await;
    assert_eq!(refused.status.as_u16(), 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_lends_his_role_for_some_days_and_takes_it_back() {
    let house = House::new().await;
    let mut secretary = house.signed_in("secretary").await;
    let page = secretary.get("/deputies").await;
    let fields = [("deputy", "nobody"), ("from_day", "2016-12-16"), ("to_day", "2016-12-20")];
    let refused = secretary.submit(&page, "/deputies", &fields).await;
    assert_eq!(refused.attributes("[aria-invalid=true]", "name"), ["deputy"]);
    assert_eq!(refused.attributes("#f-to_day", "value"), ["2016-12-20"]);
    let member = house.city.account("member").id.to_string();
    assert!(refused.attributes("select[name=person] option", "value").contains(&member), "colleagues are offered");
    let page = secretary.submit(&refused, "/deputies", &[("deputy", ""), ("person", &member)]).await;
    assert!(page.text().contains("代理人已指定"), "{}", page.text());
    let mut deputy = house.signed_in("member").await;
    assert_eq!(deputy.get("/accounts").await.status.as_u16(), 200);
    let acting = deputy.get("/deputies").await.text();
    assert!(acting.contains("我正在代理") && acting.contains("2016年12月20日"), "{acting}");
    let end = page.attributes("form", "action").into_iter().find(|action| action.ends_with("/end")).unwrap();
    let csrf = deputy.get("/me").await.attributes("input[name=csrf]", "value").remove(0);
    assert_eq!(deputy.post(&end, &[("csrf", &csrf)]).await.status.as_u16(), 404, "not by the deputy");
    let page = secretary.submit(&page, &end, &[]).await;
    assert!(page.text().contains("代理已结束"));
    assert_eq!(deputy.get("/accounts").await.status.as_u16(), 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_administrator_reads_what_happened() {
    let house = House::new().await;
    house.by_password("member").await;
    let site = &house.app.site;
    huiyin_directory::audit::seal(&site.db, &site.vault, site.clock.real()).await.unwrap();
    let refused = house.signed_in("member").await.look("/audit").await;
    assert_eq!(refused.status.as_u16(), 403);
    let mut audit = house.signed_in("audit").await;
    assert!(audit.get("/audit?kind=refusal").await.text().contains("被拒绝"));
    let page = audit.get("/audit?kind=sign_in").await;
    assert!(page.text().contains("上湾村党支部 · 党员") && page.text().contains("密码登录"), "{}", page.text());
    assert!(page.text().contains("已封存"), "{}", page.text());
    assert_eq!(audit.get("/audit?kind=nonsense&before=1").await.status.as_u16(), 200);
}
