//! A part of a joint handling: work, and no problem of its own.

use huiyin_cases::store::{self, CaseFilter, Page, WallFilter};
use huiyin_cases::{CaseItem, State};
use huiyin_db::Tx;
use huiyin_directory::Role;

use crate::ground::Ground;
use crate::pages_desk::House;
use crate::tree::day;

/// The wall, however it is narrowed, shows and counts what residents raised, as the figures do; a part's number finds its page.
pub(crate) async fn on_no_wall(tx: &mut Tx, ground: &Ground, part: &CaseItem) {
    let region = Some(part.region);
    let all = WallFilter::default();
    for filter in [
        all.clone(),
        WallFilter { region, ..all.clone() },
        WallFilter { region, township: part.township, ..all.clone() },
        WallFilter { region, village: part.village, ..all.clone() },
        WallFilter { posted_from: Some(day("2016-03-02")), ..all.clone() },
        WallFilter { states: vec![part.state, State::InHand], ..all.clone() },
        WallFilter { words: "联合办理".into(), ..all.clone() },
        WallFilter { words: "联合办理".into(), region, township: part.township, ..all.clone() },
    ] {
        let rows = store::wall_list(tx, &filter, &Page::first(9)).await.unwrap().rows;
        assert!(!rows.iter().any(|row| row.id == part.id), "{filter:?}");
        let count = store::wall_count(tx, &filter).await.unwrap();
        assert_eq!(count.n, i64::try_from(rows.len()).unwrap(), "{filter:?}");
    }
    assert_eq!(store::state_counts(tx, &all).await.unwrap().iter().map(|(_, n)| n).sum::<i64>(), 1);
    assert_eq!(store::county_counts(tx, &all).await.unwrap().iter().map(|(.., n)| n).sum::<i64>(), 1);
    let open = store::village_open(tx, &all, day("2016-03-02")).await.unwrap();
    assert_eq!(open.iter().map(|(_, _, n, _)| n).sum::<i64>(), 1);
    let numbered = WallFilter { region, number: part.number(), ..all };
    assert_eq!(store::wall_list(tx, &numbered, &Page::first(9)).await.unwrap().rows[0].id, part.id);
    let found =
        CaseFilter { wall: WallFilter { words: "联合办理".into(), ..WallFilter::default() }, ..Default::default() };
    let scope = ground.desk().scope(Role::ALL);
    assert_eq!(store::case_count(tx, &scope, &found).await.unwrap().n, 1, "its units find it by words");
    let echoed = WallFilter::default();
    let echoes = store::echo_list(tx, &echoed, &Page::first(9)).await.unwrap().rows;
    assert!(!echoes.iter().any(|row| row.id == part.id), "nor on the wall of echoes");
    let counted = store::cube_recount(tx, part.region).await.unwrap();
    assert_eq!(store::cube_stored(tx, part.region).await.unwrap(), counted, "the check stays green");
    assert_eq!(store::totals_astray(tx, part.region).await.unwrap(), 0);
    assert_eq!(store::clocks_astray(tx).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_and_agreed_on_pages() {
    let house = House::furnished().await;
    let mut water = house.browser("water").await;
    let link = water.get("/desk").await.attributes("tbody th a", "href")[0].clone();
    let page = water.get(&link).await;
    let town = house.city.org("柳河镇").id.to_string();
    let form = format!("{link}/joint-request");
    let offered = page.attributes("select[name=unit_1] option", "value");
    for name in ["区水务局", "宝塔区"] {
        let id = house.city.org(name).id.to_string();
        assert!(!offered.contains(&id), "{name} leads or decides: {offered:?}");
    }
    let short = water.submit(&page, &form, &[("task_1", "清雪"), ("reason", "路断了")]).await;
    assert!(short.status == 422 && short.text().contains("要选是哪个单位"), "{}", short.text());
    let given = [("unit_1", town.as_str()), ("task_1", "清雪开路"), ("reason", "路断了，水车进不去")];
    let asked = water.submit(&page, &form, &given).await;
    assert!(asked.text().contains("等受理单位决定") && asked.text().contains("清雪开路"), "{}", asked.text());
    assert!(!asked.has_form(&form), "one at a time");
    let mut county = house.browser("county").await;
    let page = county.get(&link).await;
    let agreed = county.submit(&page, &format!("{link}/joint-approval"), &[]).await;
    assert!(agreed.text().contains("一起办的单位（1）") && agreed.text().contains("柳河镇"), "{}", agreed.text());
    let waits = water.get("/desk").await;
    assert!(waits.text().contains("分件办结 0/1"), "{}", waits.text());
    let mut township = house.browser("township").await;
    let desk = township.get("/desk").await;
    assert!(desk.text().contains("联合办理：上湾村水管冻裂"), "{}", desk.text());
    let part = township.get(&desk.attributes("tbody th a", "href")[0]).await;
    let told = part.text();
    assert!(told.contains("牵头，总的是：") && told.contains("从总的那件里分出来"), "{told}");
    assert!(!told.contains("与反映人来往") && !told.contains("反映人 ·"), "nobody outside raised it: {told}");
    let public = house.app.browser().get("/problems/宝塔-2016-00001").await;
    assert!(public.text().contains("一起办的单位") && public.text().contains("清雪开路"), "{}", public.text());
    let below = public.attributes(".parts a", "href")[0].clone();
    let below = house.app.browser().get(&below).await;
    assert!(below.text().contains("这是联合办理的一个分件"), "{}", below.text());
    for word in ["我是反映人", "有群众反映", "人反映或关注", "我也遇到了"] {
        assert!(!below.text().contains(word), "{word}: {}", below.text());
    }
    assert_eq!(house.browser("water2").await.post_only(&format!("{link}/joint-approval"), &[]).await.status, 403);
}
