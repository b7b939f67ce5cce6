use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use huiyin_account::{HoldingsOf, Options};
use huiyin_base::Problem;
use huiyin_db::Tx;
use huiyin_directory::{AccountRef, HandoverOrder, Holdings, HoldingsFuture, org_find};
use huiyin_testing::TestApp;

use crate::House;

/// A feature in which accounts hold some pieces of work.
struct Desk(AtomicI64);

impl Holdings for Desk {
    fn label(&self) -> &'static str {
        "承办的问题"
    }

    fn count<'a>(&'a self, _: &'a mut Tx, _: AccountRef) -> HoldingsFuture<'a, i64> {
        Box::pin(async { Ok(self.0.load(Ordering::SeqCst)) })
    }

    fn hand_over<'a>(&'a self, _: &'a mut Tx, _: &'a HandoverOrder) -> HoldingsFuture<'a, i64, Problem> {
        Box::pin(async { Ok(self.0.swap(0, Ordering::SeqCst)) })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_hands_over_first() {
    let desk = Arc::new(Desk(AtomicI64::new(2)));
    let holdings: HoldingsOf = Arc::new(move |_| Ok(vec![desk.clone()]));
    let options = Options { holdings: Some(holdings) };
    let app = TestApp::new(vec![huiyin_account::feature_with(options)]).await.unwrap();
    let house = House::over(app).await;
    let mut leaver = house.signed_in("water").await;
    let mut system = house.signed_in("system").await;
    let holder = format!("/holders/{}", house.city.account("water").id);
    let departure = format!("{holder}/departure");
    let page = system.get(&departure).await;
    let water2 = house.city.account("water2").id.to_string();
    assert!(page.attributes("select[name=person] option", "value").contains(&water2), "colleagues are offered");
    assert!(page.text().contains("承办的问题 2 件"), "{}", page.text());
    for (fields, words) in [
        (vec![("kind", "close"), ("reason", "退休")], "请先选择接手人"),
        (vec![("kind", "close"), ("reason", "退休"), ("successor", "nobody")], "没有这个登录名"),
        (vec![("kind", "close"), ("reason", "退休"), ("successor", "water")], "接手人不能是本人"),
        (vec![("reason", "退休")], "停用还是注销"),
        (
            vec![("kind", "close"), ("reason", "退休"), ("successor", "water2"), ("person", water2.as_str())],
            "两样只用一样",
        ),
        (vec![("kind", "close"), ("successor", "water2")], "写明原因"),
    ] {
        let refused = system.submit(&page, &departure, &fields).await;
        assert_eq!(refused.status.as_u16(), 422);
        assert!(refused.text().contains(words), "{words}: {}", refused.text());
    }
    assert_eq!(leaver.look("/me").await.status.as_u16(), 200);
    let fields = [("kind", "suspend"), ("reason", "借调"), ("successor", "water2")];
    let page = system.submit(&page, &departure, &fields).await;
    assert!(page.text().contains("已移交：承办的问题 2 件") && page.text().contains("已停用"), "{}", page.text());
    assert_ne!(leaver.look("/me").await.status.as_u16(), 200);
    let place = house.city.org("区水务局");
    let code = org_find(&mut house.app.site.db.read().await.unwrap(), place).await.unwrap().unwrap().code;
    let listed = system.get(&format!("/accounts/610602/{code}")).await;
    assert!(listed.attributes("#stopped ~ * a", "href").contains(&holder), "found again: {}", listed.text());
    let page = system.submit(&page, &format!("{holder}/restoration"), &[]).await;
    assert!(page.text().contains("账号已恢复") && page.text().contains("正常"));
    assert_ne!(leaver.look("/me").await.status.as_u16(), 200, "an old session does not come back");
}
