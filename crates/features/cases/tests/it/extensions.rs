//! A longer time to answer: asked for, granted or refused, capped; close-out numbers; notes.

use huiyin_base::ProblemKind;
use huiyin_cases::store::event_list;
use huiyin_cases::{Outcome, Request, State};
use huiyin_directory::Role;

use crate::ground::Ground;
use crate::tree::{day, on};

#[tokio::test]
async fn the_owner_asks_and_the_desk_grants() {
    let mut ground = Ground::new().await;
    let case = ground.in_hand("2016-03-02").await;
    let (desk, owner) = (ground.desk(), ground.tree.person(Role::CaseOfficer, "水务局").clone());
    let ask = |until: &str| Request::AskExtension(day(until)).because("管材要从西安运来");
    // Due on the 23rd; ten working days more end on 7 April, after a holiday on the 4th.
    for wrong in ["2016-03-23", "2016-03-20", "2016-04-08", "2016-04-02", "2026-01-01"] {
        let refused = ground.cases.act(case, ask(wrong), &owner, on("2016-03-10")).await.unwrap_err();
        assert_eq!(refused.kind, ProblemKind::Invalid, "{wrong}");
        assert!(refused.message.contains("2016年4月7日"), "{}", refused.message);
    }
    let silent = Request::AskExtension(day("2016-04-01")).because(" ");
    assert!(ground.cases.act(case, silent, &owner, on("2016-03-10")).await.unwrap_err().message.contains("原因"));
    assert_eq!(
        ground.cases.act(case, ask("2016-04-01"), &desk, on("2016-03-10")).await.unwrap_err().kind,
        ProblemKind::Forbidden
    );
    ground.cases.act(case, ask("2016-04-01"), &owner, on("2016-03-10")).await.unwrap();
    let item = ground.item(case).await;
    assert_eq!(
        (item.due_answer, item.extend_until),
        (Some(day("2016-03-23")), Some(day("2016-04-01"))),
        "nothing moves yet"
    );
    let again = ground.cases.act(case, ask("2016-04-01"), &owner, on("2016-03-10")).await.unwrap_err();
    assert_eq!(again.kind, ProblemKind::Conflict);
    let more = Request::Extend(day("2016-04-06")).because("同意");
    assert!(ground.cases.act(case, more, &desk, on("2016-03-11")).await.unwrap_err().message.contains("只申请延到"));
    ground
        .cases
        .act(case, Request::Extend(day("2016-04-01")).because("同意延期"), &desk, on("2016-03-11"))
        .await
        .unwrap();
    let item = ground.item(case).await;
    assert_eq!((item.due_answer, item.extend_until, item.extended_times), (Some(day("2016-04-01")), None, 1));
    let second = ground.cases.act(case, ask("2016-04-08"), &owner, on("2016-03-25")).await.unwrap_err();
    assert!(second.message.contains("1 次"), "{}", second.message);
    let public: Vec<_> = event_list(&mut ground.tx().await, case, true).await.unwrap();
    let told = public.iter().filter(|event| event.reason.as_deref() == Some("管材要从西安运来")).count();
    assert_eq!(told, 1, "the public reads why");
}

#[tokio::test]
async fn the_desk_refuses_and_a_late_owner_asks_too_late() {
    let mut ground = Ground::new().await;
    let case = ground.in_hand("2016-03-02").await;
    let (desk, owner) = (ground.desk(), ground.tree.person(Role::CaseOfficer, "水务局").clone());
    let nothing = ground.cases.act(case, Request::RefuseExtension.because("不同意"), &desk, on("2016-03-10")).await;
    assert_eq!(nothing.unwrap_err().kind, ProblemKind::Conflict);
    let ask = Request::AskExtension(day("2016-04-01")).because("缺人");
    ground.cases.act(case, ask.clone(), &owner, on("2016-03-10")).await.unwrap();
    let own = ground.cases.act(case, Request::RefuseExtension.because("不"), &owner, on("2016-03-10")).await;
    assert_eq!(own.unwrap_err().kind, ProblemKind::Forbidden);
    ground.cases.act(case, Request::RefuseExtension.because("抓紧办"), &desk, on("2016-03-11")).await.unwrap();
    let item = ground.item(case).await;
    assert_eq!((item.due_answer, item.extend_until, item.extended_times), (Some(day("2016-03-23")), None, 0));
    let late = ground.cases.act(case, ask, &owner, on("2016-03-24")).await.unwrap_err();
    assert!(late.message.contains("已经过了"), "{}", late.message);
}

/// Nobody puts off what residents raised for longer than the regulations allow, nor to the day that it is due on already.
#[tokio::test]
async fn no_deadline_lies_beyond_ninety_days() {
    let mut ground = Ground::new().await;
    let case = ground.in_hand("2016-03-02").await;
    let desk = ground.desk();
    let extend = |until: &str| Request::Extend(day(until)).because("要等雨季过去");
    let far = ground.cases.act(case, extend("2016-06-01"), &desk, on("2016-03-10")).await.unwrap_err();
    assert!(far.message.contains("最晚到2016年5月31日"), "{}", far.message);
    ground.cases.act(case, extend("2016-05-31"), &desk, on("2016-03-10")).await.unwrap();
    let again = ground.cases.act(case, extend("2016-05-31"), &desk, on("2016-03-10")).await.unwrap_err();
    assert_eq!(again.kind, ProblemKind::Conflict);
}

#[tokio::test]
async fn what_is_struck_off_has_a_number_of_its_own_and_keeps_it() {
    let mut ground = Ground::new().await;
    let first = ground.answered("2016-03-02", "2016-03-02").await.case;
    let second = ground.answered("2016-03-03", "2016-03-03").await.case;
    let number = |item: &huiyin_cases::CaseItem| item.close_number();
    assert_eq!(number(&ground.item(first).await), Some((2016, 1)));
    assert_eq!(number(&ground.item(second).await), Some((2016, 2)));
    let desk = ground.desk();
    ground.cases.act(first, Request::Reopen.because("又坏了"), &desk, on("2016-03-10")).await.unwrap();
    assert_eq!(number(&ground.item(first).await), None, "what is open again is not struck off");
    let owner = ground.tree.person(Role::CaseOfficer, "水务局").clone();
    let verifier = ground.tree.persons(Role::CountyStaff, "县")[1].clone();
    ground.cases.act(first, Request::Begin, &owner, on("2016-03-10")).await.unwrap();
    let ask = Request::RequestClose { outcome: Outcome::Solved, text: "再修".into(), photos: vec![] };
    ground.cases.act(first, ask, &owner, on("2016-03-11")).await.unwrap();
    ground.cases.act(first, Request::Accept, &verifier, on("2016-03-11")).await.unwrap();
    assert_eq!(number(&ground.item(first).await), Some((2016, 1)), "and keeps its number");
    let third = ground.answered("2016-03-14", "2016-03-14").await.case;
    assert_eq!(number(&ground.item(third).await), Some((2016, 3)));
    assert_eq!(ground.item(first).await.state, State::Answered);
}

#[tokio::test]
async fn notes_are_for_those_who_handle_the_case_and_nobody_else() {
    let mut ground = Ground::new().await;
    let case = ground.in_hand("2016-03-02").await;
    let (desk, owner) = (ground.desk(), ground.tree.person(Role::CaseOfficer, "水务局").clone());
    let mut rng = huiyin_base::Rng::seeded(1);
    ground.cases.note_add(case, "管材 8 日到", &owner, on("2016-03-03"), &mut rng).await.unwrap();
    ground.cases.note_add(case, "请抓紧", &desk, on("2016-03-04"), &mut rng).await.unwrap();
    for stranger in [
        ground.tree.person(Role::CountyStaff, "邻县"),
        ground.tree.person(Role::CaseOfficer, "甲一村"),
        ground.tree.person(Role::Inspector, "县"),
    ] {
        let refused = ground.cases.note_add(case, "看看", stranger, on("2016-03-04"), &mut rng).await.unwrap_err();
        assert_eq!(refused.kind, ProblemKind::NotFound);
    }
    assert_eq!(
        ground.cases.note_add(case, " ", &desk, on("2016-03-04"), &mut rng).await.unwrap_err().kind,
        ProblemKind::Invalid
    );
    let item = ground.item(case).await;
    let notes = ground.cases.notes(&mut ground.tx().await, &item).await.unwrap();
    let said: Vec<&str> = notes.iter().map(|note| note.body.as_str()).collect();
    assert_eq!(said, ["管材 8 日到", "请抓紧"]);
    let events = event_list(&mut ground.tx().await, case, false).await.unwrap();
    assert!(events.iter().all(|event| event.reason.as_deref() != Some("请抓紧")), "nor does the history tell");
}
