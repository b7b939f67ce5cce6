use huiyin_base::Id;
use huiyin_directory::{Account, AccountRef, Role, RoleGrant, account_add, grant_add};

use crate::House;

impl House {
    /// An account of somebody in the register, at the branch.
    async fn with_account(&self, name: &str) -> AccountRef {
        let person = self.member(name).await;
        let (branch, now) = (self.city.org("上湾村党支部"), self.app.site.clock.now());
        let mut rng = self.app.site.rngs.rng();
        let id = Id::new(branch.region, now, &mut rng);
        let account = Account { person: Some(person), ..Account::new(id, "wang", name, now) };
        let grant = RoleGrant {
            region: branch.region,
            id: Id::new(branch.region, now, &mut rng),
            account: id,
            role: Role::Member,
            org_region: branch.region,
            org: branch.id,
            post: "党员".into(),
            from_day: self.app.site.today(),
            to_day: None,
            deputy_of: None,
            granted_by: None,
        };
        let hash = self.app.site.vault.blind("login", "wang");
        let write = self.app.site.db.write("test_account", move |tx| {
            let (account, grant) = (account.clone(), grant.clone());
            Box::pin(async move {
                account_add(tx, &account, hash).await?;
                Ok(grant_add(tx, &grant).await?)
            })
        });
        write.await.unwrap();
        AccountRef { region: branch.region, id }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_granted_is_corrected_in_the_register() {
    let house = House::new().await;
    let mut member = house.app.browser_as(house.with_account("王小莉").await).await.unwrap();
    let page = member.get("/me").await;
    member.submit(&page, "/me/requests", &[("kind", "correct"), ("text", "姓名写错了")]).await;
    let mut secretary = house.signed_in("secretary").await;
    let open = secretary.get("/data-requests").await;
    let action = open.attributes("form", "action");
    let action = action.iter().find(|action| action.starts_with("/data-requests/")).unwrap();
    let unread = [("answer", "已改"), ("state", "done"), ("phone", "123")];
    assert_eq!(secretary.submit(&open, action, &unread).await.status.as_u16(), 422);
    let refused = secretary.get("/data-requests").await;
    assert!(refused.text().contains("姓名写错了"), "it waits still");
    let corrected = [("answer", "已改为王小丽"), ("state", "done"), ("name", "王小丽"), ("phone", "138-0000-0001")];
    secretary.submit(&open, action, &corrected).await;
    let me = member.get("/me").await;
    assert!(me.text().contains("王小丽") && !me.text().contains("王小莉"), "{}", me.text());
    assert!(me.text().contains("138****0001"), "{}", me.text());
}

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
    let post = [("answer", "已改为王小丽"), ("state", "done"), ("name", "王小丽")];
    assert_eq!(
        secretary.submit(&open, &action, &post).await.status.as_u16(),
        409,
        "a post has no entry in the register"
    );
    secretary.submit(&open, &action, &[("answer", "已改为王小丽"), ("state", "done")]).await;
    assert!(member.get("/me").await.text().contains("已改为王小丽"));
    assert!(member.get("/me").await.text().contains("答复个人信息申请"));
}
