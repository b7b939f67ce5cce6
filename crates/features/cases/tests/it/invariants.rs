//! Whatever anybody tries, in whatever order: nobody handles a case about himself, nobody verifies his own.

use huiyin_base::Day;
use huiyin_cases::{
    Act, Action, Actor, Around, Assignment, CaseItem, Decision, History, JointTask, Moment, Outcome, Posting, Referral,
    Request, State, Subject,
};
use huiyin_directory::{OrgRef, Viewer};
use proptest::prelude::*;

use crate::tree::{Tree, on};

/// One try: who, what, when, with what.
#[derive(Clone, Debug)]
struct Try {
    actor: usize,
    request: usize,
    org: usize,
    person: usize,
    days: i64,
    reason: bool,
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let one = (0..19_usize, 0..32_usize, 0..12_usize, 0..17_usize, 0..9_i64, prop::bool::weighted(0.9));
    let one =
        one.prop_map(|(actor, request, org, person, days, reason)| Try { actor, request, org, person, days, reason });
    prop::collection::vec(one, 60..160)
}

/// Half of the tries are what the state asks for, so that cases come to their ends.
fn request(tree: &Tree, case: &CaseItem, one: &Try, today: Day) -> Request {
    let org = tree.nodes[one.org % tree.nodes.len()].at;
    let account = tree.people[one.person].account;
    let next = match case.state {
        State::Submitted => 0,
        State::Posted => 5,
        State::Assigned => 7,
        State::Signed | State::Reopened => 8,
        State::InHand => 13,
        State::Paused => 12,
        State::CloseRequested => 14,
        // Objections, and what is decided of the second.
        State::Answered if case.review_at().is_some() => 23 - 5 * usize::from(one.person.is_multiple_of(2)),
        State::Answered if one.person.is_multiple_of(3) => {
            if case.objected_times > 0 {
                24
            } else {
                16
            }
        }
        _ => one.request,
    };
    match if one.days % 2 == 0 { next } else { one.request } {
        0 => Request::Post(Posting {
            title: "水管坏了".into(),
            text: "村口水管坏了三天".into(),
            edited: false,
            category: "infrastructure".into(),
            sub_category: "water".into(),
            photos: Vec::new(),
        }),
        1 => Request::Decline,
        2 => Request::Withdraw,
        3 => Request::Appeal(vec![1]),
        4 => Request::Subject((one.org < 10).then_some(Subject { org, office: None })),
        5 => Request::Assign(Assignment {
            to: org,
            account: (one.person.is_multiple_of(3)).then_some(account),
            goal: "修好水管".into(),
            deadline: (one.person.is_multiple_of(4)).then(|| today.plus(one.days * 3 - 2)),
        }),
        6 => Request::Return,
        7 => Request::Sign,
        8 => Request::Begin,
        9 => Request::Entrust(account),
        10 => Request::Extend(today.plus(one.days + 1)),
        11 => Request::Pause { reason: "reporter".into(), until: None },
        12 => Request::Resume,
        13 => Request::RequestClose {
            outcome: if one.person.is_multiple_of(2) { Outcome::Solved } else { Outcome::Explained },
            text: "已经修好".into(),
            photos: Vec::new(),
        },
        14 => Request::Accept,
        15 => Request::Refuse,
        16 => Request::Object(vec![1]),
        17 => Request::Close,
        18 => Request::Reopen,
        19 => Request::Merge(case.at()),
        20 => Request::Refer(Referral::Number("12345 热线 1".into())),
        21 => Request::Escalate,
        23 => Request::Uphold,
        24 => Request::Contest(vec![1]),
        25 => Request::Correct(vec![2]),
        26 => Request::Undo,
        27 => Request::Remind,
        28 => Request::AskJoint(vec![JointTask { unit: org, task: "清雪".into() }]),
        29 => Request::AllowJoint,
        30 => Request::DenyJoint,
        31 => Request::Cover { photo: case.id, by: case.id },
        _ => Request::Edit { title: "水管".into(), text: "水管坏了".into(), over: None },
    }
}

fn is_about(tree: &Tree, viewer: &Viewer, subject: OrgRef) -> bool {
    viewer.grants.iter().any(|grant| tree.lines.within(grant.org, subject))
}

/// What must hold after every accepted step.
fn check(tree: &Tree, history: &History) {
    let case = &history.item;
    let subject = case.subject_org();
    assert!(!case.state.has_owner() || case.owner_person().is_some(), "{case:?}");
    assert_eq!(case.state.has_outcome(), case.outcome.is_some(), "{:?} {:?}", case.state, case.outcome);
    let public = tree.book.kind(&case.kind).unwrap().public;
    let told = public && (case.state.is_public() || case.number().is_some());
    assert_eq!(case.posted_day.is_some(), told, "visible before posting, or never to be seen: {case:?}");
    assert_eq!(history.events.len(), usize::try_from(case.events).unwrap());
    if let Some(subject) = subject {
        let orgs = [Some(case.desk_org()), Some(case.owner()), case.verify_at(), case.escalated_to(), case.review_at()];
        for org in orgs.into_iter().flatten() {
            assert!(!tree.lines.within(org, subject), "the subject holds a case about itself: {case:?}");
        }
        assert!(tree.lines.below(subject, case.desk_org()), "it begins above the subject");
    }
    if let Some(verifier) = case.verified_by() {
        assert!(history.owners.iter().all(|owner| owner.account() != verifier), "an owner verified: {history:?}");
    }
    for answer in history.answers.iter().filter(|answer| answer.decision == Decision::Accepted) {
        assert_ne!(answer.account, answer.verifier, "the author verified his answer");
    }
    assert!(public || (case.posted_day.is_none() && history.events.iter().all(|event| !event.public)));
    if let Some(review) = case.review_at() {
        assert!(case.state == State::Answered && case.next_clock.is_some() || case.due_day.is_some());
        let above = tree.lines.below(case.owner(), review) || tree.lines.above(review).next().is_none();
        assert!(above, "the owner decides an objection against itself: {case:?}");
    }
    let lost = !case.state.is_open() && !case.state.has_outcome() && case.state != State::Withdrawn;
    assert!(!lost, "a case that is neither open nor ended: {case:?}");
    assert!(desk_waits(case), "an open case that lies on nobody's desk: {case:?}");
    assert!(case.returned_times <= tree.book.rules.returns);
    assert!(case.paused_times <= tree.book.rules.pause.times);
    assert_eq!(case.state == State::Paused, case.pause_until.is_some());
    assert!(case.is_overdue(day_far()) == case.due_day.is_some());
    assert!(
        !(case.state.is_open() && case.next_clock.is_none() && case.due_day.is_none()),
        "an open case without a clock"
    );
}

/// What is open waits on a desk, and so does an objection that is not decided.
fn desk_waits(case: &CaseItem) -> bool {
    let waits = !huiyin_cases::store::desk_items(case).is_empty();
    waits == (case.state.is_open() || case.review_at().is_some())
}

fn day_far() -> Day {
    Day::new(2099, 1, 1).unwrap()
}

/// What must hold of the step itself.
fn check_step(tree: &Tree, before: &CaseItem, after: &History, actor: &Actor<'_>, act: &Act) {
    let kind = tree.book.kind(&before.kind).unwrap();
    let row = kind.transition(act.request.action(), before.state).expect("only listed transitions are accepted");
    assert!(row.to.is_none_or(|to| to == after.item.state));
    assert!(
        !row.reason
            || !act.reason.is_empty()
            || matches!(act.request, Request::Appeal(_) | Request::Object(_) | Request::Contest(_))
    );
    let Actor::Staff(viewer) = actor else { return };
    for subject in [before.subject_org()].into_iter().flatten() {
        assert!(!is_about(tree, viewer, subject), "{} by the subject", act.request.action().label());
    }
    if matches!(act.request.action(), Action::Uphold | Action::Close) {
        let owned = after.owners.iter().any(|owner| owner.account() == viewer.account);
        assert!(!owned, "an owner closed his own case");
        assert_ne!(before.verified_by(), Some(viewer.account), "who verified it decided the objection");
    }
    if act.request.action() == Action::Accept {
        let event = after.events.last().unwrap();
        let acting = OrgRef { region: event.org_region.unwrap(), id: event.org.unwrap() };
        for owner in &after.owners {
            assert_ne!(owner.account(), viewer.account);
            assert!(!tree.lines.below(acting, owner.org()), "a subordinate verified");
        }
    }
    if let Some(person) = after.item.owner_person() {
        let owner = tree.people.iter().find(|viewer| viewer.account == person).unwrap();
        let subject = after.item.subject_org();
        assert!(subject.is_none_or(|subject| !is_about(tree, owner, subject)), "the subject owns the case");
        assert!(owner.grants.iter().any(|grant| grant.org == after.item.owner()));
    }
}

/// Runs the tries; gives the history and how many were accepted.
fn run(tree: &Tree, kind: &str, subject: Option<OrgRef>, all: &[Try]) -> (History, usize) {
    let mut history = tree.opened_as(kind, 7, subject, on("2016-03-01"));
    let mut moment = on("2016-03-01");
    let mut accepted = 0;
    check(tree, &history);
    for one in all {
        moment = Moment::at(moment.now + chrono::TimeDelta::days(if one.days > 5 { one.days } else { 0 }));
        let act = request(tree, &history.item, one, moment.today).because(if one.reason { "有原因" } else { "" });
        // Objections are the reporter's: often enough it is he who tries them.
        let item = &history.item;
        let objects = item.state == State::Answered && item.review_at().is_none();
        let objects = objects && one.days % 2 == 0 && one.person.is_multiple_of(3);
        let actor = match one.actor {
            _ if objects => Actor::Reporter,
            17 => Actor::Reporter,
            18 => Actor::System,
            n => Actor::Staff(&tree.people[n]),
        };
        let before = history.item.clone();
        let around = Around {
            lines: &tree.lines,
            assignee: Some(&tree.people[one.person]),
            merge_into: None,
            close_number: None,
            number: Some((2016, 1)),
            moment,
        };
        if history.act(&tree.book, &act, &actor, around).is_ok() {
            accepted += 1;
            check(tree, &history);
            check_step(tree, &before, &history, &actor, &act);
        } else {
            assert_eq!(history.item, before, "a refusal changes nothing");
        }
    }
    (history, accepted)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_acts_breaks_the_rules(all in tries(), subject in 0..12_usize) {
        let tree = Tree::new();
        // The city itself stands above everything and cannot be a subject.
        let subject = (1..10).contains(&subject).then(|| tree.nodes[subject].at);
        run(&tree, "problem", subject, &all);
    }

    #[test]
    fn nor_does_one_of_another_kind(all in tries(), subject in 1..10_usize, pressed in prop::bool::ANY) {
        let tree = Tree::new();
        let subject = Some(tree.nodes[subject].at);
        run(&tree, if pressed { "pressure" } else { "burden" }, subject, &all);
    }
}

/// The property above would hold of an engine that refuses everything: this one does not.
#[test]
fn random_acts_reach_every_state() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    let tree = Tree::new();
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut seen = std::collections::BTreeSet::new();
    let mut upheld = false;
    for round in 0..1200 {
        let all = tries().new_tree(&mut runner).unwrap().current();
        let subject = (round % 3 == 0).then(|| tree.org("甲一村"));
        let (history, _) = run(&tree, "problem", subject, &all);
        upheld |= history.events.iter().any(|event| event.kind == Action::Uphold);
        seen.extend(history.events.iter().map(|event| event.to_state));
    }
    // A case is merged into another one, and there is only one here.
    assert!(upheld, "no objection was ever decided");
    let missing: Vec<_> = State::ALL.iter().filter(|state| !seen.contains(state) && **state != State::Merged).collect();
    assert!(missing.is_empty(), "never reached: {missing:?}");
}
