//! Talks: who sees one, who looked, his own word, the appeal, and the end.

use huiyin_base::Id;
use huiyin_cases::Moment;
use huiyin_cases::supervision::store::{InspectionKind, TalkSight, look_list, talk_find, talk_lock};
use huiyin_db::query;
use huiyin_testing::Page;

use super::House;

const REASON: &str = "两件交办的事到期没有动";

/// The county talks with somebody of a township; the talk's page.
async fn talked(house: &mut House) -> Page {
    let team = house.team(&["inspector"]).await;
    let basis = house.ordered(InspectionKind::Concentrated, team).await;
    let city = house.viewer("city").await;
    let unit = huiyin_cases::supervision::store::StandingOrg {
        region: house.city.org("柳河镇").region,
        id: house.city.org("柳河镇").id,
        kind: huiyin_directory::OrgKind::Township,
        code: "610602701000".into(),
        name: "柳河镇".into(),
    };
    house.cases.inspection_name(basis, unit, &city).await.unwrap();
    let mut county = house.browser("county").await;
    let form = county.get("/talks/new?q=%E6%9F%B3%E6%B2%B3%E9%95%87&county=610602").await;
    let (person, basis) = (house.city.account("township").id.to_string(), format!("/inspections/{basis}"));
    let fields = [
        ("person", person.as_str()),
        ("kind", "remind"),
        ("day", "2016-12-15"),
        ("basis", basis.as_str()),
        ("reason", REASON),
        ("agreed", "月底前办完"),
        ("due", "2016-12-31"),
    ];
    let nothing = county.submit(&form, "/talks", &[fields[0], fields[1], fields[2], fields[4], fields[5]]).await;
    assert_eq!(nothing.status, 422, "a talk rests on records");
    let page = county.submit(&form, "/talks", &fields).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(county.submit(&form, "/talks", &fields).await.path, page.path, "sent twice it is one");
    page
}

#[tokio::test]
async fn it_is_seen_by_few_and_every_look_is_told() {
    let mut house = House::new().await;
    let page = talked(&mut house).await;
    assert!(!page.text().contains(REASON), "the words come after a look that is on record");
    for login in
        ["city", "ansai", "village", "township2", "inspector", "water", "system", "security", "audit", "member"]
    {
        let mut browser = house.browser(login).await;
        assert_eq!(browser.get(&page.path).await.status, 404, "{login}");
        assert_eq!(browser.post(&format!("{}/text", page.path), &[]).await.status, 404, "{login}");
        assert!(!browser.get("/talks").await.html().contains(&page.path), "{login}");
    }
    let mut other = house.browser("county2").await;
    let read = other.post(&format!("{}/text", page.path), &[]).await;
    assert!(read.text().contains(REASON));
    let mut own = house.browser("township").await;
    assert!(own.get("/talks").await.html().contains(&page.path));
    let shown = own.get(&page.path).await;
    assert!(
        shown.text().contains(REASON) && shown.text().contains("区督办室"),
        "he reads who looked: {}",
        shown.text()
    );
    for (login, told) in [("township", true), ("county", false), ("township2", false), ("village", false)] {
        let viewer = house.viewer(login).await;
        for place in ["me", "home_figures"] {
            let panels = house.app.site.panels(place, Some(&viewer)).await.unwrap();
            assert_eq!(panels.iter().any(|panel| panel.contains(&page.path)), told, "{login}, {place}");
        }
    }
    let id: Id = page.path.rsplit('/').next().unwrap().parse().unwrap();
    let mut tx = house.app.site.db.read().await.unwrap();
    assert_eq!(look_list(&mut tx, id).await.unwrap().len(), 1, "his own look is none");
    let looks = "select count(*) from audit_event where kind = 'sensitive_look'";
    assert_eq!(query(looks).fetch_scalar::<i64>(&mut tx).await.unwrap(), 1);
    let plain = talk_lock(&mut tx, id).await.unwrap().unwrap();
    let sealed = plain.reason.unwrap();
    assert!(!sealed.windows(6).any(|part| part == "交办".as_bytes()), "sealed in the database");
}

#[tokio::test]
async fn he_writes_his_word_appeals_and_one_level_up_decides() {
    let mut house = House::new().await;
    let page = talked(&mut house).await;
    let mut own = house.browser("township").await;
    let stated = own.post(&format!("{}/statement", page.path), &[("text", "材料已经补上")]).await;
    assert!(stated.text().contains("材料已经补上"));
    assert_eq!(own.post(&format!("{}/appeal", page.path), &[("text", "")]).await.status, 422);
    own.post(&format!("{}/appeal", page.path), &[("text", "期限没有通知到我")]).await;
    assert_eq!(own.post(&format!("{}/appeal", page.path), &[("text", "再说一遍")]).await.status, 422, "once");
    let decision = format!("{}/decision", page.path);
    let mut county = house.browser("county").await;
    assert_eq!(county.post(&decision, &[("text", "维持"), ("lift", "0")]).await.status, 403, "not by the same level");
    assert_eq!(county.post(&format!("{}/statement", page.path), &[("text", "替他写")]).await.status, 404);
    let mut city = house.browser("city").await;
    assert_eq!(city.get(&page.path).await.status, 200, "now it is his to decide");
    let decided = city.post(&decision, &[("text", "确实没有送达"), ("lift", "1")]).await;
    assert!(decided.text().contains("已撤销"), "{}", decided.text());
    assert_eq!(city.post(&decision, &[("text", "改主意"), ("lift", "0")]).await.status, 422, "once");
    assert!(own.get(&page.path).await.text().contains("确实没有送达"));
}

#[tokio::test]
async fn it_ends_by_itself_and_leaves_a_record_that_names_nobody() {
    let mut house = House::new().await;
    let page = talked(&mut house).await;
    let id: Id = page.path.rsplit('/').next().unwrap().parse().unwrap();
    let db = house.app.site.db.clone();
    let talk = talk_lock(&mut db.read().await.unwrap(), id).await.unwrap().unwrap();
    let after = talk.expires_day.plus(1);
    let sight =
        TalkSight {
            account: house.city.account("township"), orgs: vec![house.city.org("宝塔区")], below: Vec::new()
        };
    let mut tx = db.read().await.unwrap();
    assert!(talk_find(&mut tx, &sight, id, talk.expires_day).await.unwrap().is_some());
    assert!(talk_find(&mut tx, &sight, id, after).await.unwrap().is_none(), "over, though its text is still kept");
    drop(tx);
    let then = Moment { now: after.start(), today: after };
    let real = house.app.site.clock.real();
    assert_eq!(house.cases.talks_erase(then, real, &mut house.rng).await.unwrap(), 1);
    assert_eq!(house.cases.talks_erase(then, real, &mut house.rng).await.unwrap(), 0, "once");
    let mut tx = db.read().await.unwrap();
    let bare = talk_lock(&mut tx, id).await.unwrap().unwrap();
    assert!(bare.reason.is_none() && bare.agreed.is_none() && bare.account.is_none() && bare.unit.is_none());
    assert_eq!((bare.day, bare.erased_day), (talk.day, Some(after)), "that there was one stays");
    let kept = "select detail from audit_event where kind = 'retention'";
    let said: Vec<String> = query(kept).fetch_column(&mut tx).await.unwrap();
    assert_eq!(said, ["谈话期满，内容和姓名已删除"]);
}
