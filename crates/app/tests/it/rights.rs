//! The table of rights: every route of the program with who may take it, committed as `rights.txt`, and every cell of it
//! driven as a browser of that role.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use huiyin_directory::{Role, viewer_find};
use huiyin_testing::{Browser, City, TestApp};
use huiyin_web::{Route, Who};

const COMMITTED: &str = include_str!("rights.txt");

async fn house() -> (TestApp, City) {
    let app = TestApp::new(huiyin_app::features::features()).await.expect("a house");
    let city = City::found(&app).await.expect("a city");
    (app, city)
}

fn line(route: &Route) -> String {
    let who = match route.who {
        Who::Everyone => "everyone".to_owned(),
        Who::SignedIn => "signed in".to_owned(),
        Who::Roles(roles) => roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(" "),
        Who::Clients(scope) => format!("key:{}", scope.as_str()),
        Who::KeyHolders => "reading key".to_owned(),
    };
    format!("{} {} | {} | {who}", route.method, route.path, route.permission)
}

/// A new route, or another right for an old one, must show in review.
#[tokio::test(flavor = "multi_thread")]
async fn the_table_is_the_committed_one() {
    let (app, _) = house().await;
    let lines: BTreeSet<String> = app.site.table.iter().map(line).collect();
    let mut table = String::new();
    for line in &lines {
        let _ = writeln!(table, "{line}");
    }
    if std::env::var_os("HUIYIN_ACCEPT").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/rights.txt"), &table).expect("written");
        return;
    }
    assert_eq!(table, COMMITTED, "run this test with HUIYIN_ACCEPT=1 and review the difference");
    assert_eq!(lines.len(), app.site.table.len(), "a route stands twice");
}

/// The path with something in each of its parameters: what stands there does not exist, so nobody gets more than a 404.
fn filled(path: &str) -> String {
    let mut filled = String::new();
    for part in path.split('/').skip(1) {
        let part = match part {
            "{county}" => "610602",
            "{code}" => "610602000000",
            "{number}" => "宝塔-2016-99999",
            part if part.starts_with('{') => "0158f2a0000070100000000000000001",
            part => part,
        };
        let _ = write!(filled, "/{part}");
    }
    if filled.is_empty() { "/".into() } else { filled.replace("宝塔", "%E5%AE%9D%E5%A1%94") }
}

/// What the guard says to whom it turns away; a page's own refusals have other words.
const TURNED_AWAY: &str = "您的账号没有这项权限";

/// The status, and whether it was the guard that refused.
async fn status(browser: &mut Browser, route: &Route) -> (u16, bool) {
    let path = filled(route.path);
    let page = match route.method {
        "GET" => browser.look(&path).await,
        _ => browser.post_only(&path, &[]).await,
    };
    (page.status.as_u16(), page.text().contains(TURNED_AWAY))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_as_every_role() {
    let (app, city) = house().await;
    for route in &app.site.table {
        let (anonymous, _) = status(&mut app.browser(), route).await;
        match route.who {
            Who::Everyone => assert!(![401, 403, 500].contains(&anonymous), "{}: {anonymous}", line(route)),
            _ => assert_eq!(anonymous, 401, "{}", line(route)),
        }
        for login in city.logins() {
            let account = city.account(login);
            let mut tx = app.site.db.read().await.expect("a connection");
            let viewer = viewer_find(&mut tx, account, app.site.today()).await.expect("read").expect("a viewer");
            drop(tx);
            let may = match route.who {
                Who::Everyone | Who::SignedIn => true,
                Who::Roles(roles) => viewer.has_any(roles),
                Who::Clients(_) | Who::KeyHolders => false,
            };
            // Anew for each request, since one of them signs out.
            let mut browser = app.browser_as(account).await.expect("a session");
            let (status, turned_away) = status(&mut browser, route).await;
            assert_ne!(status, 500, "{} as {login}", line(route));
            if may {
                assert_ne!(status, 401, "{} as {login}", line(route));
                assert!(!turned_away, "{} as {login}: entitled, and turned away", line(route));
            } else if matches!(route.who, Who::Clients(_) | Who::KeyHolders) {
                assert_eq!(status, 401, "{} as {login}: no session stands for a key", line(route));
            } else {
                assert!(status == 403 && turned_away, "{} as {login}: {status}", line(route));
            }
        }
    }
}

/// A role that nobody in the test city holds would be a column that is never driven.
#[tokio::test(flavor = "multi_thread")]
async fn every_role_is_driven() {
    let (app, city) = house().await;
    let mut driven = BTreeSet::new();
    for login in city.logins() {
        let mut tx = app.site.db.read().await.expect("a connection");
        let viewer = viewer_find(&mut tx, city.account(login), app.site.today()).await.expect("read");
        driven.extend(viewer.expect("a viewer").grants.iter().map(|grant| grant.role.as_str()));
    }
    let all: BTreeSet<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
    assert_eq!(driven, all);
}
