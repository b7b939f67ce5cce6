//! Who is named signs, and who leaves hands over first.

use huiyin_base::Rng;
use huiyin_cases::{Assignment, Outcome, Referral, Request, State, store};
use huiyin_directory::Role;

use crate::ground::Ground;
use crate::tree::on;

#[tokio::test(flavor = "multi_thread")]
async fn a_named_owner_signs_and_what_he_holds_is_handed_over() {
    use huiyin_directory::{HandoverOrder, Holdings};
    let mut ground = Ground::new().await;
    let case = ground.posted(on("2016-03-01")).await.case;
    let officers = ground.tree.persons(Role::CaseOfficer, "甲一村");
    let (first, second) = (officers[0].clone(), officers[1].clone());
    for viewer in [&first, &second] {
        crate::ground::account_add(&ground, viewer).await;
    }
    let to = ground.tree.org("甲一村");
    let named = Request::Assign(Assignment { to, account: Some(first.account), goal: "修好".into(), deadline: None });
    ground.act(case, named, &ground.desk(), on("2016-03-01")).await;
    assert!(
        ground.cases.act(case, Request::Sign, &second, on("2016-03-02")).await.is_err(),
        "it waits for somebody else"
    );
    ground.act(case, Request::Sign, &first, on("2016-03-02")).await;
    let holdings = huiyin_cases::CaseHoldings(ground.cases.clone());
    assert_eq!(holdings.count(&mut ground.tx().await, first.account).await.unwrap(), 1);
    let order = HandoverOrder {
        from: first.account,
        to: Some(second.account),
        by: ground.desk().account,
        reason: "调离".into(),
        at: on("2016-03-03").now,
        day: on("2016-03-03").today,
        rng: Rng::seeded(1),
    };
    let given = ground.cases.db.write("handover", move |tx| {
        let (holdings, order) = (holdings.clone(), order.clone());
        Box::pin(async move { holdings.hand_over(tx, &order).await })
    });
    assert_eq!(given.await.unwrap(), 1);
    let mut tx = ground.tx().await;
    let item = store::case_get(&mut tx, case).await.unwrap().unwrap();
    assert_eq!((item.owner_person(), item.state), (Some(second.account), State::Signed));
    assert_eq!(store::owner_list(&mut tx, case).await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_to_be_verified_or_may_be_objected_to_is_handed_over_too() {
    use huiyin_directory::{HandoverOrder, Holdings};
    let mut ground = Ground::new().await;
    let case = ground.posted(on("2016-03-01")).await.case;
    let officers = ground.tree.persons(Role::CaseOfficer, "甲一村");
    let (first, second) = (officers[0].clone(), officers[1].clone());
    for viewer in [&first, &second] {
        crate::ground::account_add(&ground, viewer).await;
    }
    ground.act(case, crate::ground::assign(&ground.tree, "甲一村"), &ground.desk(), on("2016-03-01")).await;
    ground.act(case, Request::Sign, &first, on("2016-03-02")).await;
    ground.act(case, Request::Begin, &first, on("2016-03-02")).await;
    let close = Request::RequestClose { outcome: Outcome::Solved, text: "都好了".into(), photos: Vec::new() };
    ground.act(case, close, &first, on("2016-03-02")).await;
    let by = ground.desk().account;
    let verifier = ground.tree.person(Role::TownshipStaff, "甲镇").clone();
    for (from, to, state) in [(&first, &second, State::CloseRequested), (&second, &first, State::Answered)] {
        if state == State::Answered {
            ground.act(case, Request::Accept, &verifier, on("2016-03-03")).await;
        }
        let holdings = huiyin_cases::CaseHoldings(ground.cases.clone());
        assert_eq!(holdings.count(&mut ground.tx().await, from.account).await.unwrap(), 1, "{state:?}");
        let order = HandoverOrder {
            from: from.account,
            to: Some(to.account),
            by,
            reason: "调离".into(),
            at: on("2016-03-03").now,
            day: on("2016-03-03").today,
            rng: Rng::seeded(1),
        };
        let given = ground.cases.db.write("handover", move |tx| {
            let (holdings, order) = (holdings.clone(), order.clone());
            Box::pin(async move { holdings.hand_over(tx, &order).await })
        });
        assert_eq!(given.await.unwrap(), 1);
        let item = ground.item(case).await;
        assert_eq!((item.owner_person(), item.state), (Some(to.account), state));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_and_its_whole_do_not_merge_and_a_whole_with_open_parts_goes_nowhere() {
    let mut ground = Ground::new().await;
    let whole = ground.posted(on("2016-03-01")).await.case;
    let other = ground.posted(on("2016-03-01")).await.case;
    let (desk, part, mut rng) = (ground.desk(), ground.submission(), ground.rng.clone());
    let part = ground.cases.break_down(whole, part, &desk, on("2016-03-01"), &mut rng).await.unwrap().case;
    ground.act(part, crate::ground::posting("东头的水管"), &desk, on("2016-03-01")).await;
    let referral = || Request::Refer(Referral::Number("12345 热线 2016030100021".into()));
    for (case, request, says) in [
        (part, Request::Merge(whole), "分解出来的"),
        (whole, Request::Merge(other), "下级还有 1 件"),
        (whole, referral(), "下级还有 1 件"),
    ] {
        let refused = ground.cases.act(case, request.because("同一件"), &desk, on("2016-03-02")).await.unwrap_err();
        assert!(refused.message.contains(says), "{}", refused.message);
    }
    assert_eq!(ground.item(whole).await.children_open, 1);
    ground.act(part, Request::Merge(other), &desk, on("2016-03-02")).await;
    assert_eq!(ground.item(whole).await.children_open, 0);
    ground.act(whole, referral(), &desk, on("2016-03-02")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_waits_for_its_parts() {
    let mut ground = Ground::new().await;
    let whole = ground.posted(on("2016-03-01")).await.case;
    let desk = ground.desk();
    let part = ground.submission();
    let mut rng = ground.rng.clone();
    let part = ground.cases.break_down(whole, part, &desk, on("2016-03-01"), &mut rng).await.unwrap().case;
    let below = ground.submission();
    let below = ground.cases.break_down(part, below, &desk, on("2016-03-01"), &mut rng).await.unwrap().case;
    let stranger = ground.tree.person(Role::CountyStaff, "邻县").clone();
    let theirs = ground.submission();
    assert!(ground.cases.break_down(whole, theirs, &stranger, on("2016-03-01"), &mut rng).await.is_err());
    let mut tx = ground.tx().await;
    assert_eq!(store::case_ancestors(&mut tx, below).await.unwrap(), [whole.id, part.id]);
    assert_eq!(store::case_children(&mut tx, whole).await.unwrap().len(), 1);
    drop(tx);

    let owner = ground.tree.person(Role::CaseOfficer, "水务局").clone();
    ground.act(whole, crate::ground::assign(&ground.tree, "水务局"), &desk, on("2016-03-01")).await;
    ground.act(whole, Request::Sign, &owner, on("2016-03-01")).await;
    ground.act(whole, Request::Begin, &owner, on("2016-03-01")).await;
    let close = || Request::RequestClose { outcome: Outcome::Solved, text: "都好了".into(), photos: Vec::new() };
    let early = ground.cases.act(whole, close(), &owner, on("2016-03-02")).await.unwrap_err();
    assert!(early.message.contains("1 件"), "{}", early.message);
    ground.act(part, Request::Decline, &desk, on("2016-03-02")).await;
    ground.act(whole, close(), &owner, on("2016-03-02")).await;
    let mut tx = ground.tx().await;
    let item = store::case_get(&mut tx, part).await.unwrap().unwrap();
    assert_eq!((item.state, item.children_open), (State::Declined, 1), "its own part is still open");
    drop(tx);
    let late = ground.submission();
    let late = ground.cases.break_down(part, late, &desk, on("2016-03-02"), &mut rng).await.unwrap_err();
    assert!(late.message.contains("已经办结"), "nothing is opened under what has ended");
}
