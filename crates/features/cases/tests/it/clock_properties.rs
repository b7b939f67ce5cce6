//! Whatever is done to a case in whatever order, its clock adds up and disturbs nobody at night.

use chrono::{NaiveTime, TimeDelta};
use huiyin_base::{Day, Instant};
use huiyin_cases::{Actor, Assignment, History, Moment, Request, State};
use huiyin_directory::Role;
use proptest::prelude::*;

use crate::clocks::{around, posting};
use crate::tree::{Tree, day};

#[derive(Clone, Copy, Debug)]
enum Deed {
    Pause(usize),
    Resume,
    Extend(u32),
    AskExtension(u32),
    RefuseExtension,
    Nothing,
}

fn deeds() -> impl Strategy<Value = Vec<(i64, Deed)>> {
    let deed = prop_oneof![
        (0_usize..4).prop_map(Deed::Pause),
        Just(Deed::Resume),
        (1_u32..40).prop_map(Deed::Extend),
        (1_u32..15).prop_map(Deed::AskExtension),
        Just(Deed::RefuseExtension),
        Just(Deed::Nothing),
    ];
    // Minutes until it is done.
    proptest::collection::vec((0_i64..20_000, deed), 0..14)
}

/// Fires what is due up to a moment, as the sweep does every minute.
fn fired(tree: &Tree, history: &mut History, until: Instant) {
    while let Some(at) = history.item.next_clock.filter(|at| *at <= until) {
        let local = (at - Day::of(at).start()).num_minutes();
        assert!(tree.book.calendar.is_working(Day::of(at)), "on a holiday: {at}");
        assert!((9 * 60..18 * 60).contains(&local), "at night: {at}");
        let request = if history.item.state == State::Paused { Request::Resume } else { Request::Escalate };
        let steps = history.item.next_step;
        history.act(&tree.book, &request.into(), &Actor::System, around(tree, Moment::at(at))).unwrap();
        let later = history.item.next_clock.is_none_or(|next| next > at);
        assert!(later || history.item.next_step > steps, "it must not fire for ever: {at}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_clock_adds_up(start in 0_i64..3_000, deeds in deeds()) {
        let tree = Tree::new();
        let begun = day("2016-01-04").plus(start);
        let mut now = begun.at(NaiveTime::from_hms_opt(10, 0, 0).unwrap());
        let mut history = tree.opened(1, None, Moment::at(now));
        let (desk, owner) = (tree.person(Role::CountyStaff, "县"), tree.person(Role::CaseOfficer, "水务局"));
        let goal = "办好".to_owned();
        let assign = Request::Assign(Assignment { to: tree.org("水务局"), account: None, goal, deadline: None });
        for (request, by) in [(posting(), desk), (assign, desk), (Request::Sign, owner), (Request::Begin, owner)] {
            history.act(&tree.book, &request.into(), &Actor::Staff(by), around(&tree, Moment::at(now))).unwrap();
        }
        for (minutes, deed) in deeds {
            now += TimeDelta::minutes(minutes);
            fired(&tree, &mut history, now);
            let today = Day::of(now);
            let calendar = &tree.book.calendar;
            let due = history.item.due_answer.unwrap();
            let (request, by) = match deed {
                Deed::Pause(reason) => {
                    let reason = tree.book.rules.pause.reason[reason].id.clone();
                    (Request::Pause { reason, until: None }, owner)
                }
                Deed::Resume => (Request::Resume, owner),
                Deed::Extend(days) => (Request::Extend(calendar.add_working_days(today, days)), desk),
                Deed::AskExtension(days) => (Request::AskExtension(calendar.add_working_days(due, days)), owner),
                Deed::RefuseExtension => (Request::RefuseExtension, desk),
                Deed::Nothing => continue,
            };
            let before = history.item.clone();
            let done = history.act(&tree.book, &request.because("按规定"), &Actor::Staff(by), around(&tree, Moment::at(now)));
            let item = &history.item;
            if done.is_err() {
                prop_assert_eq!(&before, item, "what is refused changes nothing");
            }
            let from = item.answer_from.unwrap();
            let length = calendar.working_days_between(from, item.due_answer.unwrap());
            prop_assert_eq!(length, item.answer_days + item.paused_days, "limit and pauses make the deadline");
            prop_assert!(item.paused_days >= before.paused_days, "a pause is never lost");
            prop_assert!(item.paused_days <= tree.book.rules.pause.most);
            prop_assert_eq!(item.is_overdue(today) && item.state == State::Paused, false, "what rests is not late");
            prop_assert!(item.extended_times <= tree.book.clocks.extension.times);
            if item.state != State::Paused && item.due_answer == before.due_answer {
                prop_assert!(item.next_step >= before.next_step || before.state == State::Paused);
            }
        }
        let far = now + TimeDelta::days(900);
        fired(&tree, &mut history, far);
        prop_assert_eq!(history.item.next_clock, None, "every ladder ends");
    }
}
