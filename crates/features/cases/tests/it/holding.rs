//! Who is named signs, and who leaves hands over first.

use huiyin_base::Rng;
use huiyin_cases::{Assignment, Outcome, Request, State, store};
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
