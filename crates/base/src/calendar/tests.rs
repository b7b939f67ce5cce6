use chrono::NaiveTime;
use proptest::prelude::*;

use super::*;

pub(super) fn calendar() -> WorkCalendar {
    WorkCalendar::parse(include_str!("../../../../data/work-calendar.csv")).unwrap()
}

pub(super) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// A time of day in Asia/Shanghai.
pub(super) fn at(date: &str, time: &str) -> Instant {
    day(date).at(NaiveTime::parse_from_str(time, "%H:%M").unwrap())
}

fn pause(from: Instant, until: Instant) -> Pause {
    Pause { from, until: Some(until) }
}

#[test]
fn knows_holidays_and_make_up_days() {
    let calendar = calendar();
    assert!(calendar.is_working(day("2016-02-06")), "a Saturday before Spring Festival, made up");
    assert!(!calendar.is_working(day("2016-02-10")), "Spring Festival on a Wednesday");
    assert!(calendar.is_working(day("2016-12-16")));
    assert!(!calendar.is_working(day("2016-12-17")));
    assert_eq!(calendar.add_working_days(day("2016-02-05"), 1), day("2016-02-06"));
    assert_eq!(calendar.add_working_days(day("2016-02-06"), 1), day("2016-02-14"));
    assert_eq!(calendar.add_working_days(day("2016-02-06"), 2), day("2016-02-15"));
    assert_eq!(calendar.working_days_between(day("2016-02-05"), day("2016-02-15")), 3);
    assert_eq!(calendar.working_days_between(day("2016-02-15"), day("2016-02-05")), -3);
}

#[test]
fn says_where_its_knowledge_ends() {
    let calendar = calendar();
    assert_eq!(calendar.last_year(), 2026);
    assert!(calendar.is_published(day("2026-12-31")));
    assert!(!calendar.is_published(day("2027-01-01")));
    assert!(!calendar.is_published(day("2015-12-31")));
    assert!(calendar.is_working(day("2027-10-01")), "a Friday: the notice for 2027 is not known");
    assert!(!calendar.is_working(day("2027-10-02")));
}

#[test]
fn refuses_a_damaged_file_with_its_line() {
    let refused = |text: &str| WorkCalendar::parse(text).unwrap_err().to_string();
    assert!(refused("date,is,occasion\n").contains("空"));
    assert!(refused("date,is,occasion\n2016-02-30,rest,x\n").contains("第 2 行"));
    assert!(refused("date,is,occasion\n2016-02-08,rest,x\n2016-02-09,free,x\n").contains("第 3 行"));
    assert!(refused("date,is,occasion\n2016-02-08\n").contains("第 2 行"));
    assert!(refused("date,is,occasion\n2016-02-07,rest,a Sunday\n").contains("没有区别"));
    assert!(refused("date,is,occasion\n2016-02-08,rest,x\n2016-02-08,rest,x\n").contains("两次"));
}

#[test]
fn a_later_year_joins_and_an_imported_year_replaces_what_was_known() {
    let (days, errors) = read_days("\u{feff}date,is,occasion\n2028-10-02,rest,国庆节\n2028-09-30,work,国庆节\n");
    assert_eq!(errors, vec![]);
    let longer = calendar().with(&days);
    assert_eq!(longer.last_year(), 2028);
    assert!(longer.is_published(day("2028-01-01")) && !longer.is_published(day("2027-05-03")), "2027 is still missing");
    assert!(!longer.is_working(day("2028-10-02")) && longer.is_working(day("2028-09-30")));
    assert!(!longer.is_working(day("2016-02-10")), "what was known stays");
    let (days, _) = read_days("date,is,occasion\n2016-02-09,rest,x\n");
    assert!(calendar().with(&days).is_working(day("2016-02-10")), "the year is the file's alone");
}

#[test]
fn every_wrong_line_is_told() {
    let (days, errors) =
        read_days("date,is,occasion\n2027-13-01,rest,x\n2027-01-01,rest,元旦\n2027-01-01,rest,x\n2027-01-04,off,x\n");
    assert_eq!(days.len(), 1);
    let said: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert!(said[0].contains("第 2 行") && said[1].contains("第 4 行") && said[2].contains("第 5 行"), "{said:?}");
}

#[test]
fn a_span_over_days_keeps_its_time_of_day() {
    let due = calendar().add_working_days_at(at("2016-12-16", "10:00"), 3);
    assert_eq!(due, at("2016-12-21", "10:00"));
}

#[test]
fn a_span_begun_just_before_midnight_or_on_a_holiday_loses_nothing() {
    let calendar = calendar();
    assert_eq!(calendar.add_working_days_at(at("2016-12-16", "23:59"), 1), at("2016-12-19", "23:59"));
    assert_eq!(calendar.add_working_days_at(at("2016-12-16", "00:00"), 1), at("2016-12-19", "00:00"));
    assert_eq!(calendar.add_working_days(day("2016-10-02"), 1), day("2016-10-08"), "a make-up Saturday");
}

#[test]
fn changing_the_limit_keeps_the_pause() {
    let calendar = calendar();
    let paused = pause(at("2016-12-06", "09:00"), at("2016-12-08", "09:00"));
    let mut term = Term { since: at("2016-12-05", "10:00"), working_days: 5, pauses: vec![paused] };
    assert_eq!(term.due(&calendar), Some(at("2016-12-14", "10:00")));
    term.working_days = 7;
    assert_eq!(term.due(&calendar), Some(at("2016-12-16", "10:00")));
}

#[test]
fn a_pause_over_a_weekend_is_credited_once() {
    let calendar = calendar();
    let over_weekend = pause(at("2016-12-16", "15:00"), at("2016-12-19", "09:00"));
    let term = |pauses| Term { since: at("2016-12-14", "10:00"), working_days: 5, pauses };
    assert_eq!(term(vec![]).due(&calendar), Some(at("2016-12-21", "10:00")));
    assert_eq!(term(vec![over_weekend]).due(&calendar), Some(at("2016-12-22", "10:00")), "Monday only");
    let inside = pause(at("2016-12-17", "08:00"), at("2016-12-18", "20:00"));
    assert_eq!(term(vec![inside]).due(&calendar), Some(at("2016-12-21", "10:00")), "nobody worked anyway");
    let overlapping = vec![over_weekend, inside, pause(at("2016-12-18", "12:00"), at("2016-12-19", "12:00"))];
    assert_eq!(term(overlapping).due(&calendar), Some(at("2016-12-22", "10:00")));
}

#[test]
fn a_paused_term_is_never_late() {
    let calendar = calendar();
    let lasting = Pause { from: at("2016-12-06", "09:00"), until: None };
    let mut term = Term { since: at("2016-12-05", "10:00"), working_days: 2, pauses: vec![lasting] };
    assert_eq!(term.due(&calendar), None);
    assert!(!term.is_late(&calendar, at("2017-12-05", "10:00")));
    term.pauses.clear();
    assert!(!term.is_late(&calendar, at("2016-12-07", "10:00")), "due this very moment");
    assert!(term.is_late(&calendar, at("2016-12-07", "10:01")));
}

#[test]
fn reminders_wait_for_the_morning_of_a_working_day() {
    let calendar = calendar();
    let (opens, closes) = (NaiveTime::from_hms_opt(9, 0, 0).unwrap(), NaiveTime::from_hms_opt(18, 0, 0).unwrap());
    let moment = |date, time| calendar.next_office_moment(at(date, time), opens, closes);
    assert_eq!(moment("2016-12-16", "10:30"), at("2016-12-16", "10:30"));
    assert_eq!(moment("2016-12-16", "02:00"), at("2016-12-16", "09:00"));
    assert_eq!(moment("2016-12-16", "18:00"), at("2016-12-19", "09:00"));
    assert_eq!(moment("2016-09-30", "23:00"), at("2016-10-08", "09:00"), "after the National Day holidays");
}

proptest! {
    #[test]
    fn counting_undoes_adding(offset in 0_i64..4_500, n in 0_u32..400) {
        let calendar = calendar();
        let from = day("2015-06-01").plus(offset);
        let to = calendar.add_working_days(from, n);
        prop_assert_eq!(calendar.working_days_between(from, to), i64::from(n));
        prop_assert!(n == 0 || calendar.is_working(to));
    }

    #[test]
    fn counting_by_formula_is_counting_one_by_one(offset in 0_i64..4_500, span in 0_i64..500) {
        let calendar = calendar();
        let from = day("2015-06-01").plus(offset);
        let one_by_one = (1..=span).filter(|step| calendar.is_working(from.plus(*step))).count();
        prop_assert_eq!(calendar.working_days_between(from, from.plus(span)), i64::try_from(one_by_one).unwrap());
    }
}
