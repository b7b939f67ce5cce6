//! A part of a joint handling: work, and no problem of its own.

use huiyin_cases::store::{self, CaseFilter, Page, WallFilter};
use huiyin_cases::{CaseItem, State};
use huiyin_db::Tx;
use huiyin_directory::Role;

use crate::ground::Ground;
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
}
