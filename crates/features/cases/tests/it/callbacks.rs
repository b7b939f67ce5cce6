//! Call-backs by lot, from the committed seed to what was said.

use huiyin_base::{ProblemKind, Region, Rng};
use huiyin_cases::store::{
    CallState, callback_answered, callback_calls, callback_counts, callback_draw_due, callback_draw_list,
    callback_entry_list, callback_waiting, network_list,
};
use huiyin_cases::{CallResult, CaseRef, Score, check_draws, open_seed};
use huiyin_db::query;
use huiyin_directory::Role;

use crate::ground::Ground;
use crate::tree::{day, on};

impl Ground {
    fn county(&self) -> Region {
        self.tree.org("县").region
    }

    /// So many answered in March, each with a telephone number; one more without.
    async fn march(&mut self, n: usize) -> Vec<CaseRef> {
        let mut cases = Vec::new();
        for _ in 0..=n {
            cases.push(self.answered("2016-03-02", "2016-03-10").await.case);
        }
        let silent = cases.pop().unwrap();
        let write = self.cases.db.write("contacts", move |tx| {
            Box::pin(async move {
                query("update case_item set contact = $1").bind(vec![1_u8]).execute(tx).await?;
                let none = query("update case_item set contact = null where id = $1").bind(silent.id);
                none.execute(tx).await?;
                Ok(())
            })
        });
        write.await.unwrap();
        cases
    }

    async fn held(&self, today: &str) -> usize {
        self.cases.callback_draw(day(today), |_| "甲".to_owned()).await.unwrap()
    }

    async fn calls(&self) -> Vec<CaseRef> {
        let calls = callback_calls(&mut self.tx().await, self.county(), CallState::Waiting, 100).await.unwrap();
        calls.iter().map(huiyin_cases::CallbackEntry::case).collect()
    }
}

#[tokio::test]
async fn the_seed_is_committed_before_and_the_draw_can_be_repeated() {
    let mut ground = Ground::new().await;
    let counties = [ground.county()];
    let commit = |seed| {
        let cases = ground.cases.clone();
        async move { cases.callback_commit(&counties, day("2016-02-15"), &mut Rng::seeded(seed)).await.unwrap() }
    };
    assert_eq!(commit(1).await, 2, "this month and the next");
    assert_eq!(commit(2).await, 0, "what is committed stays");
    let before = callback_draw_list(&mut ground.tx().await, Some(ground.county()), 10).await.unwrap();
    assert!(before.iter().all(|draw| draw.seed.is_none() && draw.seed_hash.len() == 64));
    ground.march(12).await;
    assert_eq!(ground.held("2016-03-31").await, 1, "February is over, March is not");
    assert_eq!(callback_draw_due(&mut ground.tx().await, day("2016-04-01")).await.unwrap().len(), 1);
    assert_eq!(ground.held("2016-04-01").await, 1);
    assert_eq!(ground.held("2016-04-01").await, 0, "once");
    let draws = callback_draw_list(&mut ground.tx().await, Some(ground.county()), 10).await.unwrap();
    let march = draws.iter().find(|draw| draw.month == day("2016-03-01")).unwrap();
    assert_eq!((march.answered, march.listed, march.drawn), (13, 12, 5));
    assert_eq!(march.seed_hash, before[0].seed_hash, "the seed is the one committed");
    assert_eq!(march.seed.as_deref(), Some(open_seed(&ground.cases.vault, march).unwrap().as_str()));
    let entries = callback_entry_list(&mut ground.tx().await, ground.county(), march.month).await.unwrap();
    assert_eq!((entries.len(), entries.iter().filter(|entry| entry.drawn).count()), (12, 5));
    let report = check_draws(&mut ground.tx().await).await.unwrap();
    assert!(report.passed && report.examined == 2, "{report:?}");
    let month = march.month;
    for forged in [
        "update callback_entry set drawn = $1 where month = $2",
        "update callback_draw set seed_hash = 'x' where $1 and month = $2",
    ] {
        let write = ground.cases.db.write("forge", move |tx| {
            Box::pin(async move {
                query(forged).bind(true).bind(month).execute(tx).await?;
                Ok(())
            })
        });
        write.await.unwrap();
        assert!(!check_draws(&mut ground.tx().await).await.unwrap().passed, "{forged}");
    }
}

#[tokio::test]
async fn somebody_with_no_hand_in_it_calls_and_writes_down_what_was_said() {
    let mut ground = Ground::new().await;
    let counties = [ground.county()];
    ground.cases.callback_commit(&counties, day("2016-02-15"), &mut Rng::seeded(1)).await.unwrap();
    ground.march(8).await;
    ground.held("2016-04-01").await;
    let calls = ground.calls().await;
    assert_eq!(calls.len(), 5);
    let (verifier, owner) = (ground.desk(), ground.tree.person(Role::CaseOfficer, "水务局").clone());
    let desk = ground.tree.persons(Role::CountyStaff, "县")[1].clone();
    let neighbour = ground.tree.person(Role::CountyStaff, "邻县").clone();
    let said = |solved, score| CallResult::Reached { solved, score, words: "水是来了".into() };
    let all = ground.cases.clone();
    let record = |case, result, viewer: &huiyin_directory::Viewer| {
        let (cases, viewer) = (all.clone(), viewer.clone());
        async move { cases.callback_record(case, result, &viewer, on("2016-04-05"), &mut Rng::seeded(4)).await }
    };
    assert_eq!(record(calls[0], said(true, 5), &owner).await.unwrap_err().kind, ProblemKind::NotFound);
    assert_eq!(record(calls[0], said(true, 5), &neighbour).await.unwrap_err().kind, ProblemKind::NotFound);
    let verified = record(calls[0], said(true, 5), &verifier).await.unwrap_err();
    assert_eq!(verified.kind, ProblemKind::Forbidden, "who accepted the answer does not ask how it was");
    assert_eq!(record(calls[0], said(true, 9), &desk).await.unwrap_err().kind, ProblemKind::Invalid);
    assert_eq!(record(calls[0], said(true, 5), &desk).await.unwrap().state, Some(CallState::Reached));
    assert_eq!(record(calls[0], said(true, 5), &desk).await.unwrap_err().kind, ProblemKind::Conflict, "once");
    assert_eq!(record(calls[1], said(false, 1), &desk).await.unwrap().solved, Some(false));
    assert_eq!(record(calls[2], CallResult::Refused, &desk).await.unwrap().state, Some(CallState::Refused));
    for (day, state) in [("05", CallState::Waiting), ("06", CallState::Waiting), ("07", CallState::Unreached)] {
        let (mut rng, moment) = (Rng::seeded(5), on(&format!("2016-04-{day}")));
        let first = all.callback_record(calls[3], CallResult::Missed, &desk, moment, &mut rng).await.unwrap();
        assert_eq!(first.state, Some(state));
        let again = all.callback_record(calls[3], CallResult::Missed, &desk, moment, &mut rng).await;
        assert_eq!(again.unwrap_err().kind, ProblemKind::Conflict, "one try a day: a form sent again is none");
    }
    assert!(callback_waiting(&mut ground.tx().await, calls[3]).await.unwrap().is_none());
    let counts = callback_counts(&mut ground.tx().await, Some(ground.county()), day("2016-03-01")).await.unwrap();
    assert!(counts.contains(&(CallState::Reached, 2, 1)) && counts.contains(&(CallState::Waiting, 1, 0)), "{counts:?}");
    assert!(check_draws(&mut ground.tx().await).await.unwrap().passed, "results change no draw");
    let strange = ground.submit(on("2016-04-05")).await.case;
    let own = record(strange, CallResult::Missed, &desk).await.unwrap_err();
    assert_eq!(own.kind, ProblemKind::Forbidden, "what one's own unit handles is the level above's to verify");
    let city = ground.tree.person(Role::CityStaff, "市").clone();
    assert_eq!(record(strange, CallResult::Missed, &city).await.unwrap_err().kind, ProblemKind::Conflict, "not drawn");
}

#[tokio::test]
async fn a_rating_from_the_handlers_own_network_only_gets_more_lots() {
    let mut ground = Ground::new().await;
    let (desk, org, region) = (ground.desk(), ground.tree.org("水务局"), ground.county());
    assert_eq!(ground.cases.network_add(region, org, "10.61.8", &desk).await.unwrap_err().kind, ProblemKind::Invalid);
    let city = ground.tree.org("市水务局");
    assert_eq!(
        ground.cases.network_add(region, city, "10.61.8.0/24", &desk).await.unwrap_err().kind,
        ProblemKind::Invalid
    );
    let neighbour = ground.tree.person(Role::CountyStaff, "邻县").clone();
    assert_eq!(
        ground.cases.network_add(region, org, "10.61.8.0/24", &neighbour).await.unwrap_err().kind,
        ProblemKind::NotFound
    );
    ground.cases.network_add(region, org, "10.61.8.7/24", &desk).await.unwrap();
    ground.cases.network_add(region, org, "10.61.8.0/24", &desk).await.unwrap();
    assert_eq!(network_list(&mut ground.tx().await, region).await.unwrap(), [(org.id, "10.61.8.0/24".to_owned())]);
    let (inside, outside) =
        (ground.answered("2016-03-02", "2016-03-10").await, ground.answered("2016-03-02", "2016-03-10").await);
    for (receipt, caller) in [(&inside.receipt, "10.61.8.9"), (&outside.receipt, "192.0.2.1")] {
        let score = Score { score: 5, reasons: Vec::new(), comment: String::new() };
        ground.cases.rate_from(receipt, score, caller, on("2016-03-11"), &mut Rng::seeded(1)).await.unwrap();
    }
    let listed = callback_answered(&mut ground.tx().await, region, day("2016-03-01"), day("2016-03-31")).await.unwrap();
    let own: Vec<i64> = listed.iter().map(|case| case.own).collect();
    assert_eq!(own, [1, 0]);
    // Rated again from the other side: once own is always own.
    for (receipt, caller) in [(&inside.receipt, "192.0.2.1"), (&outside.receipt, "10.61.8.9")] {
        let score = Score { score: 5, reasons: Vec::new(), comment: String::new() };
        ground.cases.rate_from(receipt, score, caller, on("2016-03-12"), &mut Rng::seeded(2)).await.unwrap();
    }
    let listed = callback_answered(&mut ground.tx().await, region, day("2016-03-01"), day("2016-03-31")).await.unwrap();
    assert_eq!(listed.iter().map(|case| case.own).collect::<Vec<_>>(), [1, 1]);
    assert_eq!(ground.item(inside.case).await.rating, Some(5), "the rating itself counts");
    ground.cases.network_remove(region, org, "10.61.8.0/24", &desk).await.unwrap();
    assert_eq!(network_list(&mut ground.tx().await, region).await.unwrap(), []);
}
