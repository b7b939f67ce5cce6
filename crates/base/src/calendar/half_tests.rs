use chrono::{NaiveTime, TimeDelta};
use proptest::prelude::*;

use super::tests::{at, calendar, day};
use super::*;

fn hours() -> OfficeHours {
    let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
    OfficeHours { open: at(9), noon: at(12), close: at(18) }
}

/// 2016-12-16 is a Friday.
fn half(date: &str, time: &str) -> Instant {
    calendar().add_half_days(at(date, time), 1, hours()).at.unwrap()
}

#[test]
fn half_a_day_ends_with_the_next_half() {
    assert_eq!(half("2016-12-16", "07:30"), at("2016-12-16", "12:00"), "before offices open");
    assert_eq!(half("2016-12-16", "09:00"), at("2016-12-16", "18:00"));
    assert_eq!(half("2016-12-16", "11:59"), at("2016-12-16", "18:00"));
    assert_eq!(half("2016-12-16", "12:00"), at("2016-12-19", "12:00"), "after noon on a Friday");
    assert_eq!(half("2016-12-16", "23:59"), at("2016-12-19", "12:00"));
    assert_eq!(half("2016-12-17", "10:00"), at("2016-12-19", "12:00"), "a Saturday");
    assert_eq!(half("2016-10-02", "10:00"), at("2016-10-08", "12:00"), "a make-up Saturday");
}

#[test]
fn whole_days_do_not_ask_when_it_came_in() {
    let calendar = calendar();
    for time in ["00:00", "08:00", "11:59", "12:00", "18:01", "23:59"] {
        let due = calendar.add_half_days(at("2016-12-16", time), 4, hours());
        assert_eq!(due, Due { day: day("2016-12-20"), at: None });
    }
    let one_and_a_half = calendar.add_half_days(at("2016-12-15", "16:00"), 3, hours());
    assert_eq!(one_and_a_half, Due { day: day("2016-12-19"), at: Some(at("2016-12-19", "12:00")) });
}

proptest! {
    #[test]
    fn a_longer_limit_never_ends_earlier(minutes in 0_i64..3_000_000, halves in 1_u32..40) {
        let calendar = calendar();
        let from = day("2016-01-01").start() + TimeDelta::minutes(minutes);
        let end = |halves| {
            let due = calendar.add_half_days(from, halves, hours());
            due.at.unwrap_or_else(|| due.day.plus(1).start())
        };
        prop_assert!(end(halves) < end(halves + 1));
        prop_assert!(end(halves) > from);
    }

    #[test]
    fn coming_in_later_is_never_due_earlier(minutes in 0_i64..3_000_000, later in 0_i64..20_000, halves in 0_u32..20) {
        let calendar = calendar();
        let from = day("2016-01-01").start() + TimeDelta::minutes(minutes);
        let end = |from| {
            let due = calendar.add_half_days(from, halves, hours());
            due.at.unwrap_or_else(|| due.day.plus(1).start())
        };
        prop_assert!(end(from) <= end(from + TimeDelta::minutes(later)));
    }

    #[test]
    fn going_back_undoes_going_on(offset in 0_i64..4_000, n in 0_u32..200) {
        let calendar = calendar();
        let from = calendar.add_working_days(day("2016-01-01").plus(offset), 1);
        prop_assert_eq!(calendar.sub_working_days(calendar.add_working_days(from, n), n), from);
    }

    #[test]
    fn nothing_disturbs_anybody_at_night_or_on_a_holiday(minutes in 0_i64..4_000_000) {
        let calendar = calendar();
        let moment = day("2016-01-01").start() + TimeDelta::minutes(minutes);
        let said = calendar.next_office_moment(moment, hours().open, hours().close);
        let said_day = Day::of(said);
        prop_assert!(said >= moment && calendar.is_working(said_day));
        prop_assert!(said >= said_day.at(hours().open) && said < said_day.at(hours().close));
    }

    #[test]
    fn a_pause_gives_back_what_it_took_and_once(start in 0_i64..2_000, into in 0_i64..15, long in 0_i64..30, limit in 1_u32..40) {
        let calendar = calendar();
        let since = day("2016-01-01").plus(start).at(NaiveTime::from_hms_opt(10, 0, 0).unwrap());
        let from = since + TimeDelta::days(into);
        let pause = Pause { from, until: Some(from + TimeDelta::days(long)) };
        let due = |pauses| Term { since, working_days: limit, pauses }.due(&calendar).unwrap();
        let (plain, once, twice) = (due(vec![]), due(vec![pause]), due(vec![pause, pause]));
        prop_assert_eq!(once, twice, "the same pause told twice counts once");
        let days = calendar.working_days_between(Day::of(from), Day::of(from + TimeDelta::days(long)));
        prop_assert_eq!(calendar.working_days_between(Day::of(plain), Day::of(once)), days);
    }
}
