//! What cannot wait: who is told, when, and by whom it is called off.

use chrono::{NaiveTime, TimeDelta};
use huiyin_base::{Instant, ProblemKind, Rng};
use huiyin_cases::store::{DeskPage, Duty, desk_list, roster_list, roster_on_call};
use huiyin_cases::{CaseRef, Moment, ReporterAct, Request, Subject, Submission, Turn, Urgent, gaps};
use huiyin_directory::{Role, Viewer};

use crate::ground::{Ground, account_add, assign, posting};
use crate::tree::{at, day, on};

impl Ground {
    async fn urgent(&mut self, text: &str, subject: Option<&str>, moment: Moment) -> CaseRef {
        let subject = subject.map(|name| Subject { org: self.tree.org(name), office: None });
        let submission = Submission { text: text.into(), subject, ..self.submission() };
        self.cases.submit(submission, moment, &mut self.rng).await.unwrap().case
    }

    #[expect(clippy::unused_self, reason = "reads like the rest of the ground")]
    fn turn(&self, viewer: &Viewer, day_of: &str, from: u32, to: u32, days: u32) -> Turn {
        let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
        let (org, account) = (viewer.grants[0].org, viewer.account);
        Turn {
            org,
            account,
            post: "值班室".into(),
            day: day(day_of),
            from: time(from),
            to: time(to),
            days,
            reach: String::new(),
        }
    }

    async fn duties(&self, viewer: &Viewer) -> Vec<Duty> {
        let kind = self.cases.book.kind("problem").unwrap();
        let orgs = huiyin_cases::desk_orgs(kind, viewer);
        let scope = viewer.scope(Role::ALL);
        let page = DeskPage { duty: None, view: None, at: None, limit: 50 };
        let rows = desk_list(&mut self.tx().await, &scope, &orgs, &page).await.unwrap().rows;
        rows.into_iter().map(|item| item.duty).collect()
    }
}

/// A Friday night before the National Day holidays.
fn night() -> Moment {
    Moment::at(at("2016-09-30T15:59:00Z"))
}

#[tokio::test]
async fn whoever_is_on_call_is_told_at_once_then_the_county_then_the_city() {
    let mut ground = Ground::new().await;
    let on_call = ground.tree.person(Role::CaseOfficer, "水务局").clone();
    account_add(&ground, &on_call).await;
    let (keeper, turn) = (ground.desk(), ground.turn(&on_call, "2016-09-30", 18, 8, 3));
    let region = ground.tree.org("县").region;
    let early = on("2016-09-30");
    assert_eq!(ground.cases.roster_add(region, turn.clone(), &keeper, early, &mut Rng::seeded(1)).await.unwrap(), 3);
    assert_eq!(
        ground.cases.roster_add(region, turn, &keeper, early, &mut Rng::seeded(2)).await.unwrap(),
        0,
        "twice is once"
    );
    let case = ground.urgent("楼道里闻到煤气味，二楼有老人", None, night()).await;
    let item = ground.item(case).await;
    assert_eq!((item.urgent, item.urgent_kind.as_deref()), (Some(Urgent::Flagged), Some("gas")));
    assert_eq!(item.urgent_person(), Some(on_call.account));
    assert_eq!(ground.duties(&on_call).await, [Duty::Urgent]);
    assert!(
        ground.cases.handler(&mut ground.tx().await, &item, &on_call).await.is_ok(),
        "he may read what was written"
    );
    assert_eq!(ground.duties(&ground.desk()).await, [Duty::Moderate], "the desk not yet");
    // At night, on a holiday, to the minute.
    let city = ground.tree.person(Role::CityStaff, "市").clone();
    let steps: [(i64, Vec<Duty>, Vec<Duty>); 2] = [
        (60, vec![Duty::Moderate, Duty::Urgent], vec![]),
        (120, vec![Duty::Moderate, Duty::Urgent], vec![Duty::Escalated]),
    ];
    for (minutes, county, at_city) in steps {
        let due: Instant = night().now + TimeDelta::minutes(minutes);
        assert_eq!(ground.item(case).await.next_clock, Some(due));
        assert_eq!(ground.cases.sweep(Moment::at(due - TimeDelta::seconds(1))).await.unwrap(), 0);
        assert_eq!(ground.cases.sweep(Moment::at(due)).await.unwrap(), 1);
        assert_eq!(ground.cases.sweep(Moment::at(due)).await.unwrap(), 0, "once");
        let mut duties = ground.duties(&ground.desk()).await;
        duties.sort_by_key(|duty| duty.as_str());
        assert_eq!((duties, ground.duties(&city).await), (county, at_city), "after {minutes} minutes");
    }
    assert_eq!(ground.cases.book.emergency.due(night().now), at("2016-09-30T17:59:00Z"), "over midnight, two hours");
}

#[tokio::test]
async fn a_person_calls_it_off_with_a_reason_and_the_alarm_ends() {
    let mut ground = Ground::new().await;
    let case = ground.urgent("村后山火，烧起来了", None, night()).await;
    let item = ground.item(case).await;
    assert_eq!((item.urgent_person(), item.urgent_org), (None, Some(item.desk)), "nobody is on call: the desk");
    let desk = ground.desk();
    let mut duties = ground.duties(&desk).await;
    duties.sort_by_key(|duty| duty.as_str());
    assert_eq!(duties, [Duty::Moderate, Duty::Urgent]);
    let moment = Moment::at(night().now + TimeDelta::minutes(5));
    let silent = ground.cases.act(case, Request::Confirm, &desk, moment).await.unwrap_err();
    assert!(silent.message.contains("原因"), "{}", silent.message);
    let stranger = ground.tree.person(Role::CaseOfficer, "甲一村").clone();
    let refused = ground.cases.act(case, Request::Calm.because("没事"), &stranger, moment).await.unwrap_err();
    assert_eq!(refused.kind, ProblemKind::NotFound);
    ground.cases.act(case, Request::Confirm.because("已打 119，消防队 23:50 出发"), &desk, moment).await.unwrap();
    assert_eq!(ground.item(case).await.urgent, Some(Urgent::Confirmed));
    assert_eq!(ground.duties(&desk).await, [Duty::Moderate]);
    assert_eq!(
        ground.cases.sweep(Moment::at(night().now + TimeDelta::hours(5))).await.unwrap(),
        0,
        "nobody else is woken"
    );
    let twice = ground.cases.act(case, Request::Confirm.because("又"), &desk, moment).await.unwrap_err();
    assert_eq!(twice.kind, ProblemKind::Conflict);
    ground.cases.act(case, Request::Calm.because("是烧秸秆"), &desk, moment).await.unwrap();
    assert!(!ground.item(case).await.is_urgent());
    // It goes on like every other.
    ground.cases.act(case, posting("后山冒烟"), &desk, on("2016-10-08")).await.unwrap();
    ground.cases.act(case, assign(&ground.tree, "水务局"), &desk, on("2016-10-08")).await.unwrap();
}

#[tokio::test]
async fn nobody_is_told_of_what_is_about_himself() {
    let mut ground = Ground::new().await;
    let on_call = ground.tree.person(Role::CaseOfficer, "水务局").clone();
    account_add(&ground, &on_call).await;
    let turn = ground.turn(&on_call, "2016-09-30", 8, 8, 2);
    let (keeper, region) = (ground.desk(), ground.tree.org("县").region);
    ground.cases.roster_add(region, turn, &keeper, on("2016-09-30"), &mut Rng::seeded(1)).await.unwrap();
    let case = ground.urgent("水务局的人持刀威胁我", Some("水务局"), night()).await;
    let item = ground.item(case).await;
    assert_eq!((item.urgent, item.urgent_person()), (Some(Urgent::Flagged), None));
    assert_eq!(ground.duties(&on_call).await, []);
    assert!(ground.cases.handler(&mut ground.tx().await, &item, &on_call).await.is_err());
}

#[tokio::test]
async fn an_ordinary_report_wakes_nobody_and_a_merged_one_leaves_no_alarm() {
    let mut ground = Ground::new().await;
    let bill = ground.urgent("煤气费涨了没人解释", None, night()).await;
    assert_eq!(ground.item(bill).await.urgent, None);
    let fire = ground.urgent("柴房着火了", None, night()).await;
    let desk = ground.desk();
    for case in [bill, fire] {
        ground.cases.act(case, posting("事"), &desk, night()).await.unwrap();
    }
    assert!(ground.duties(&desk).await.contains(&Duty::Urgent));
    ground.cases.act(fire, Request::Merge(bill).because("同一件"), &desk, night()).await.unwrap();
    assert!(!ground.duties(&desk).await.contains(&Duty::Urgent));
    assert_eq!(ground.cases.sweep(Moment::at(night().now + TimeDelta::hours(3))).await.unwrap(), 0);
}

#[tokio::test]
async fn a_county_keeps_its_own_roster_and_sees_its_gaps() {
    let ground = Ground::new().await;
    let on_call = ground.tree.person(Role::CaseOfficer, "水务局").clone();
    account_add(&ground, &on_call).await;
    let (region, keeper) = (ground.tree.org("县").region, ground.desk());
    let now = on("2016-12-16");
    let add = |turn: Turn, viewer: Viewer| {
        let cases = ground.cases.clone();
        async move { cases.roster_add(region, turn, &viewer, now, &mut Rng::seeded(9)).await }
    };
    let turn = ground.turn(&on_call, "2016-12-17", 8, 18, 2);
    let neighbour = ground.tree.person(Role::CountyStaff, "邻县").clone();
    assert_eq!(add(turn.clone(), neighbour).await.unwrap_err().kind, ProblemKind::NotFound);
    let stranger = ground.tree.person(Role::CaseOfficer, "市水务局").clone();
    let wrong = [
        Turn { post: " ".into(), ..turn.clone() },
        Turn { days: 0, ..turn.clone() },
        Turn { days: 4_000_000, ..turn.clone() },
        Turn { day: day("2016-12-01"), ..turn.clone() },
        ground.turn(&stranger, "2016-12-17", 8, 18, 1),
        ground.turn(&ground.desk(), "2016-12-17", 8, 18, 1),
    ];
    for turn in wrong {
        assert_eq!(add(turn, keeper.clone()).await.unwrap_err().kind, ProblemKind::Invalid);
    }
    assert_eq!(add(turn, keeper.clone()).await.unwrap(), 2);
    let (from, to) = (day("2016-12-17").start(), day("2016-12-19").start());
    let entries = roster_list(&mut ground.tx().await, region, from, to).await.unwrap();
    let hour = |text: &str| at(&format!("2016-12-{text}:00:00Z"));
    let empty = vec![(from, hour("17T00")), (hour("17T10"), hour("18T00")), (hour("18T10"), to)];
    assert_eq!(gaps(&entries, from, to), empty);
    let ids: Vec<_> = entries.iter().map(|entry| entry.id).collect();
    ground.cases.roster_remove(region, ids[0], &keeper, now.now).await.unwrap();
    assert_eq!(
        ground.cases.roster_remove(region, ids[0], &keeper, now.now).await.unwrap_err().kind,
        ProblemKind::Conflict
    );
    assert_eq!(roster_on_call(&mut ground.tx().await, region, hour("17T03")).await.unwrap(), vec![]);
    assert_eq!(roster_on_call(&mut ground.tx().await, region, hour("18T03")).await.unwrap().len(), 1);
    assert_eq!(gaps(&[], from, to), vec![(from, to)]);
}

#[tokio::test]
async fn an_emergency_in_a_correction_an_appeal_or_an_objection_raises_the_alarm() {
    let mut ground = Ground::new().await;
    let corrected = ground.submit(on("2016-03-01")).await;
    let declined = ground.submit(on("2016-03-01")).await;
    ground.act(declined.case, Request::Decline, &ground.desk(), on("2016-03-02")).await;
    let answered = ground.answered("2016-03-01", "2016-03-02").await;
    let words = || "楼道里闻到煤气味".to_owned();
    for ((made, act), seed) in [
        (corrected, ReporterAct::Correct(String::new(), words())),
        (declined, ReporterAct::Appeal(words())),
        (answered, ReporterAct::Object(words())),
    ]
    .into_iter()
    .zip(4..)
    {
        let said = format!("{act:?}");
        assert_eq!(ground.item(made.case).await.urgent, None);
        ground.cases.act_as_reporter(&made.receipt, act, on("2016-03-03"), &mut Rng::seeded(seed)).await.unwrap();
        assert_eq!(ground.item(made.case).await.urgent, Some(Urgent::Flagged), "{said}");
        let jobs = "select count(*) from job where kind = 'case_alarm' and key = $1";
        let jobs = huiyin_db::query(jobs).bind(made.case.id.to_string());
        assert_eq!(jobs.fetch_scalar::<i64>(&mut ground.tx().await).await.unwrap(), 1, "{said}");
    }
    assert!(ground.duties(&ground.desk()).await.contains(&Duty::Urgent));
}

#[tokio::test]
async fn what_is_written_afterwards_raises_the_alarm_too() {
    let mut ground = Ground::new().await;
    let submitted = ground.submit(night()).await;
    let desk = ground.desk();
    let all = ground.cases.clone();
    let write = |words: &'static str| {
        let (cases, receipt) = (all.clone(), submitted.receipt);
        async move { cases.write_as_reporter(&receipt, words, night(), &mut Rng::seeded(6)).await.unwrap() }
    };
    write("水还是没有来").await;
    assert_eq!(ground.item(submitted.case).await.urgent, None);
    write("我不想活了").await;
    let item = ground.item(submitted.case).await;
    assert_eq!((item.urgent, item.urgent_kind.as_deref()), (Some(Urgent::Flagged), Some("self_harm")));
    assert!(ground.duties(&desk).await.contains(&Duty::Urgent));
    ground.cases.act(submitted.case, Request::Calm.because("已与本人通话"), &desk, night()).await.unwrap();
    write("我真的不想活了").await;
    assert_eq!(
        ground.item(submitted.case).await.urgent,
        Some(Urgent::Flagged),
        "what is said again is looked at again"
    );
}
