//! What other engines' clocks did wrong.

use huiyin_base::Day;
use huiyin_cases::{Actor, Around, Assignment, ClockKind, History, Moment, Outcome, Posting, Request, State, running};
use huiyin_directory::{Role, Viewer};

use crate::tree::{Tree, at, day, on};

pub(crate) fn act(tree: &Tree, history: &mut History, request: Request, by: Actor<'_>, moment: Moment) {
    history.act(&tree.book, &request.because("按规定"), &by, around(tree, moment)).unwrap();
}

pub(crate) fn around(tree: &Tree, moment: Moment) -> Around<'_> {
    Around {
        lines: &tree.lines,
        assignee: None,
        merge_into: None,
        number: Some((2016, 1)),
        close_number: Some((2016, 1)),
        moment,
    }
}

pub(crate) fn posting() -> Request {
    Request::Post(Posting {
        title: "水管坏了".into(),
        text: "村口水管坏了三天，全村没有水".into(),
        edited: false,
        category: "infrastructure".into(),
        sub_category: "water".into(),
        photos: Vec::new(),
    })
}

pub(crate) fn assignment(tree: &Tree, org: &str, deadline: Option<Day>) -> Request {
    let goal = "一周内恢复供水".to_owned();
    Request::Assign(Assignment { to: tree.org(org), account: None, goal, deadline })
}

/// Posted, assigned to the water department and in hand on the given day.
fn in_hand(tree: &Tree, opened: &str) -> (History, Viewer) {
    let mut history = tree.opened(1, None, on(opened));
    let desk = tree.person(Role::CountyStaff, "县");
    let owner = tree.person(Role::CaseOfficer, "水务局").clone();
    act(tree, &mut history, posting(), Actor::Staff(desk), on(opened));
    act(tree, &mut history, assignment(tree, "水务局", None), Actor::Staff(desk), on(opened));
    act(tree, &mut history, Request::Sign, Actor::Staff(&owner), on(opened));
    act(tree, &mut history, Request::Begin, Actor::Staff(&owner), on(opened));
    (history, owner)
}

#[test]
fn make_up_days_count_and_holidays_do_not() {
    let tree = Tree::new();
    // Spring Festival 2016: 8 to 12 February off, the 6th and the 14th are worked.
    let (history, _) = in_hand(&tree, "2016-02-04");
    let due = history.item.due_answer.unwrap();
    assert_eq!(tree.book.calendar.working_days_between(day("2016-02-04"), due), 15);
    assert_eq!(due, day("2016-03-01"));
}

#[test]
fn a_pause_over_a_weekend_is_credited_once() {
    let tree = Tree::new();
    let (mut history, owner) = in_hand(&tree, "2016-03-02");
    let before = history.item.due_answer.unwrap();
    let pause = Request::Pause { reason: "reporter".into(), until: None };
    // Friday to Monday: one working day.
    act(&tree, &mut history, pause, Actor::Staff(&owner), on("2016-03-04"));
    assert_eq!((history.item.state, history.item.due_day), (State::Paused, None));
    assert!(!history.item.is_overdue(day("2017-01-01")), "what rests is not late");
    act(&tree, &mut history, Request::Resume, Actor::Staff(&owner), on("2016-03-07"));
    assert_eq!(tree.book.calendar.working_days_between(before, history.item.due_answer.unwrap()), 1);
}

#[test]
fn another_deadline_keeps_the_pauses_and_moves_the_escalation() {
    let tree = Tree::new();
    let (mut history, owner) = in_hand(&tree, "2016-03-02");
    let desk = tree.person(Role::CountyStaff, "县");
    let pause = Request::Pause { reason: "money".into(), until: Some(day("2016-03-18")) };
    act(&tree, &mut history, pause, Actor::Staff(&owner), on("2016-03-11"));
    act(&tree, &mut history, Request::Resume, Actor::Staff(&owner), on("2016-03-18"));
    let paused = history.item.paused_days;
    assert_eq!(paused, 5);
    act(&tree, &mut history, Request::Extend(day("2016-04-29")), Actor::Staff(desk), on("2016-03-21"));
    assert_eq!((history.item.due_answer, history.item.paused_days), (Some(day("2016-04-29")), paused));
    // 36 working days are given beside the pause: half of them before the new deadline, at nine.
    assert_eq!(history.item.next_clock, Some(at("2016-04-05T01:00:00Z")));
    let early = Request::Extend(day("2016-03-01")).because("改期");
    let refused = history.act(&tree.book, &early, &Actor::Staff(desk), around(&tree, on("2016-03-21")));
    assert!(refused.unwrap_err().message.contains("不能早于今天"));
}

#[test]
fn escalation_fires_in_office_hours_and_only_once() {
    let tree = Tree::new();
    let mut history = tree.opened(1, None, on("2016-04-29"));
    let desk = tree.person(Role::CountyStaff, "县");
    act(&tree, &mut history, posting(), Actor::Staff(desk), on("2016-04-29"));
    act(&tree, &mut history, assignment(&tree, "甲一村", None), Actor::Staff(desk), on("2016-04-29"));
    // Friday; Monday 2 May is a holiday: due on Wednesday, escalated on Thursday at nine.
    assert_eq!(running(&history.item), Some((ClockKind::Sign, day("2016-05-04"))));
    let fires = at("2016-05-05T01:00:00Z");
    assert_eq!(history.item.next_clock, Some(fires));
    let early = Moment::at(fires - chrono::TimeDelta::seconds(1));
    assert!(history.act(&tree.book, &Request::Escalate.into(), &Actor::System, around(&tree, early)).is_err());
    history.act(&tree.book, &Request::Escalate.into(), &Actor::System, around(&tree, Moment::at(fires))).unwrap();
    assert_eq!(history.item.escalated_to(), Some(tree.org("甲镇")));
    assert!(
        history.act(&tree.book, &Request::Escalate.into(), &Actor::System, around(&tree, Moment::at(fires))).is_err()
    );
    let officer = tree.person(Role::CaseOfficer, "甲一村");
    act(&tree, &mut history, Request::Sign, Actor::Staff(officer), on("2016-05-06"));
    assert_eq!(history.item.escalated_to(), None, "what was escalated does not stay so");
}

#[test]
fn a_pause_ends_by_itself_and_is_capped() {
    let tree = Tree::new();
    let (mut history, owner) = in_hand(&tree, "2016-03-02");
    let long = Request::Pause { reason: "reporter".into(), until: Some(day("2016-12-01")) }.because("等人");
    let refused = history.act(&tree.book, &long, &Actor::Staff(&owner), around(&tree, on("2016-03-02")));
    assert!(refused.unwrap_err().message.contains("最晚"));
    let pause = Request::Pause { reason: "reporter".into(), until: Some(day("2016-03-08")) };
    act(&tree, &mut history, pause, Actor::Staff(&owner), on("2016-03-02"));
    assert_eq!(history.item.next_clock, Some(at("2016-03-08T01:00:00Z")));
    // The job came two days late; the pause is still four days.
    act(&tree, &mut history, Request::Resume, Actor::System, on("2016-03-10"));
    assert_eq!(history.item.paused_days, 4);
}

#[test]
fn the_window_closes_after_fifteen_days_and_not_before() {
    let tree = Tree::new();
    let (mut history, owner) = in_hand(&tree, "2016-03-02");
    let ask = Request::RequestClose { outcome: Outcome::Solved, text: "已修好".into(), photos: Vec::new() };
    act(&tree, &mut history, ask, Actor::Staff(&owner), on("2016-03-03"));
    let verifier = tree.person(Role::CountyStaff, "县");
    act(&tree, &mut history, Request::Accept, Actor::Staff(verifier), on("2016-03-04"));
    assert_eq!(history.item.next_clock, Some(day("2016-03-20").start()));
    let close = Request::Close.because("异议期满");
    assert!(history.act(&tree.book, &close, &Actor::System, around(&tree, on("2016-03-19"))).is_err());
    let mut objected = history.clone();
    act(&tree, &mut objected, Request::Object(vec![1]), Actor::Reporter, on("2016-03-19"));
    assert_eq!((objected.item.state, objected.item.outcome), (State::Reopened, None));
    assert_eq!(objected.item.owner_person(), Some(owner.account), "the owner goes on");
    history.act(&tree.book, &close, &Actor::System, around(&tree, on("2016-03-20"))).unwrap();
    assert_eq!((history.item.state, history.item.outcome), (State::Closed, Some(Outcome::Solved)));
    let late =
        history.act(&tree.book, &Request::Object(vec![1]).into(), &Actor::Reporter, around(&tree, on("2016-03-21")));
    assert!(late.is_err());
}

#[test]
fn returned_twice_the_county_decides() {
    let tree = Tree::new();
    let mut history = tree.opened(1, None, on("2016-03-02"));
    let desk = tree.person(Role::CountyStaff, "县");
    let officer = tree.person(Role::CaseOfficer, "水务局");
    act(&tree, &mut history, posting(), Actor::Staff(desk), on("2016-03-02"));
    for _ in 0..2 {
        act(&tree, &mut history, assignment(&tree, "水务局", None), Actor::Staff(desk), on("2016-03-02"));
        act(&tree, &mut history, Request::Return, Actor::Staff(officer), on("2016-03-03"));
        assert_eq!(history.item.owner(), tree.org("县"));
    }
    act(&tree, &mut history, assignment(&tree, "水务局", None), Actor::Staff(desk), on("2016-03-04"));
    let third = history.act(
        &tree.book,
        &Request::Return.because("不归我们"),
        &Actor::Staff(officer),
        around(&tree, on("2016-03-04")),
    );
    assert!(third.unwrap_err().message.contains("2 次"));
}

#[test]
fn a_declined_case_is_appealed_once_one_level_up() {
    let tree = Tree::new();
    let mut history = tree.opened(1, None, on("2016-03-02"));
    let desk = tree.person(Role::CountyStaff, "县");
    let no_reason =
        history.act(&tree.book, &Request::Decline.into(), &Actor::Staff(desk), around(&tree, on("2016-03-02")));
    assert!(no_reason.unwrap_err().message.contains("原因"));
    act(&tree, &mut history, Request::Decline, Actor::Staff(desk), on("2016-03-02"));
    act(&tree, &mut history, Request::Appeal(vec![1]), Actor::Reporter, on("2016-03-03"));
    assert_eq!(history.item.desk_org(), tree.org("市"));
    let own = history.act(&tree.book, &posting().into(), &Actor::Staff(desk), around(&tree, on("2016-03-03")));
    assert!(own.is_err(), "who declined it does not decide the appeal");
    let city = tree.person(Role::CityStaff, "市");
    let mut again = history.clone();
    act(&tree, &mut again, Request::Decline, Actor::Staff(city), on("2016-03-04"));
    assert!(
        again
            .act(&tree.book, &Request::Appeal(vec![1]).into(), &Actor::Reporter, around(&tree, on("2016-03-05")))
            .is_err()
    );
    act(&tree, &mut history, posting(), Actor::Staff(city), on("2016-03-04"));
    assert_eq!(history.item.desk_org(), tree.org("县"), "what is posted goes on where it belongs");
}
