//! Two at once in the tree: a parent that closes while a child opens, a breaking down while units work.

use huiyin_cases::{Outcome, Request, State};
use huiyin_directory::Role;

use crate::ground::Ground;
use crate::tree::on;

#[tokio::test(flavor = "multi_thread")]
async fn a_parent_that_closes_while_a_child_opens_never_closes_over_it() {
    for round in 0..6 {
        let mut ground = Ground::new().await;
        let city = ground.who(Role::CityStaff, "市");
        let other = ground.tree.persons(Role::CityStaff, "市")[1].clone();
        let county = ground.who(Role::CountyStaff, "县");
        let root = ground.top().await;
        let what = ground.breakdown(root, &[("县", 30)]);
        ground.handed(what, &city).await;
        let child = ground.children(root).await[0];
        ground.done(child, &county, "2016-03-03").await;
        ground.act(child, Request::Accept, &city, on("2016-03-03")).await;
        ground.news(&[child]).await;
        ground.done(root, &city, "2016-03-04").await;

        let closing = ground.cases.act(root, Request::Accept, &other, on("2016-03-05"));
        let opening = ground.cases.act(child, Request::Reopen.because("又坏了"), &city, on("2016-03-05"));
        let (closed, opened) = if round % 2 == 0 {
            tokio::join!(closing, opening)
        } else {
            let (opened, closed) = tokio::join!(opening, closing);
            (closed, opened)
        };
        let (root, child) = (ground.item(root).await, ground.item(child).await);
        match (closed, opened) {
            (Ok(_), Err(refused)) => {
                assert_eq!((root.state, child.state, root.children_open), (State::Answered, State::Answered, 0));
                assert!(refused.message.contains("先重新打开上级"), "{}", refused.message);
            }
            (Err(refused), Ok(_)) => {
                assert_eq!((root.state, child.state), (State::CloseRequested, State::Reopened));
                assert_eq!(root.children_open, 1);
                assert!(refused.message.contains("还有 1 件"), "{}", refused.message);
            }
            both => panic!("one of both: {both:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leave_that_was_taken_back_opens_nothing() {
    let mut ground = Ground::new().await;
    let city = ground.who(Role::CityStaff, "市");
    let county = ground.who(Role::CountyStaff, "县");
    let root = ground.top().await;
    let what = ground.breakdown(root, &[("县", 30)]);
    ground.handed(what, &city).await;
    let child = ground.children(root).await[0];
    ground.done(child, &county, "2016-03-03").await;
    ground.act(child, Request::Accept, &city, on("2016-03-03")).await;
    ground.news(&[child]).await;
    // Openings and the end of leaves at once, many times: whatever comes first, both sides agree in the end.
    for _ in 0..8 {
        let opening = ground.cases.act(child, Request::Reopen.because("又坏了"), &city, on("2016-03-05"));
        let (opened, ended) = tokio::join!(opening, ground.cases.tree_hold_end(child, on("2016-03-05")));
        ended.unwrap();
        ground.cases.tree_hold_end(child, on("2016-03-05")).await.unwrap();
        let open = ground.item(child).await.state.is_open();
        assert_eq!(open, opened.is_ok());
        assert_eq!(ground.item(root).await.children_open, i64::from(open));
        if open {
            ground.act(child, Request::Begin, &county, on("2016-03-06")).await;
            let text = "修好了。".to_owned();
            let close = Request::RequestClose { outcome: Outcome::Solved, text, photos: Vec::new() };
            ground.act(child, close, &county, on("2016-03-06")).await;
            ground.act(child, Request::Accept, &city, on("2016-03-06")).await;
            ground.news(&[child]).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_breaking_down_while_units_work_loses_nothing() {
    let mut ground = Ground::new().await;
    let county = ground.who(Role::CountyStaff, "县");
    let issuing = ground.issuing("县", "县");
    let root = ground.issue("task", issuing, &county, "2016-03-01").await.case;
    let what = ground.breakdown(root, &[("甲一村", 10), ("甲二村", 12)]);
    ground.handed(what, &county).await;
    let first = ground.children(root).await;
    let village = ground.who(Role::CaseOfficer, "甲一村");
    ground.done(first[0], &village, "2016-03-03").await;
    let second = ground.breakdown(root, &[("乙一村", 8), ("甲镇", 5)]);
    let third = ground.breakdown(root, &[("乙镇", 6)]);
    let mut rng = huiyin_base::Rng::seeded(77);
    let accepting = ground.cases.act(first[0], Request::Accept, &county, on("2016-03-04"));
    let breaking = ground.cases.hand_down(second, &county, on("2016-03-04"), &mut ground.rng);
    let again = ground.cases.hand_down(third, &county, on("2016-03-04"), &mut rng);
    let (accepted, broken, more) = tokio::join!(accepting, breaking, again);
    accepted.unwrap();
    for (run, _) in [broken.unwrap(), more.unwrap()] {
        ground.cases.handdown_run(root.region, run, on("2016-03-04")).await.unwrap();
    }
    let node = ground.node(root).await;
    assert_eq!((node.total, node.done, node.parts_target), (5, 1, 41));
    assert_eq!(ground.item(root).await.children_open, 4);
    assert_eq!(ground.children(root).await.len(), 5);
}
