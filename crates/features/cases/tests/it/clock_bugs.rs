//! Every clock bug that other engines had, in a database: none of them may come back.

use huiyin_cases::store::{DeskPage, Duty, desk_list};
use huiyin_cases::{CaseRef, Moment, Outcome, Request, State, store};
use huiyin_db::query;
use huiyin_directory::Role;

use crate::ground::{Ground, assign, posting};
use crate::tree::{at, day, on};

impl Ground {
    /// Posted and given to the water department, in hand on the given day.
    pub(crate) async fn in_hand(&mut self, day: &str) -> CaseRef {
        let case = self.submit(on(day)).await.case;
        let (desk, owner) = (self.desk(), self.tree.person(Role::CaseOfficer, "水务局").clone());
        self.cases.act(case, posting("水管坏了"), &desk, on(day)).await.unwrap();
        self.cases.act(case, assign(&self.tree, "水务局"), &desk, on(day)).await.unwrap();
        self.cases.act(case, Request::Sign, &owner, on(day)).await.unwrap();
        self.cases.act(case, Request::Begin, &owner, on(day)).await.unwrap();
        case
    }

    pub(crate) async fn item(&self, case: CaseRef) -> huiyin_cases::CaseItem {
        let mut tx = self.tx().await;
        assert_eq!(store::clocks_astray(&mut tx).await.unwrap(), [], "what is due is found by its clock");
        store::case_get(&mut tx, case).await.unwrap().unwrap()
    }

    /// How many things of a duty lie on the county's desk.
    async fn on_desk(&self, duty: Duty) -> usize {
        let desk = self.desk();
        let kind = self.cases.book.kind("problem").unwrap();
        let scope = desk.scope(&[Role::CountyStaff]);
        let page = DeskPage { duty: Some(duty), view: None, at: None, limit: 50 };
        let orgs = huiyin_cases::desk_orgs(kind, &desk);
        desk_list(&mut self.tx().await, &scope, &orgs, &page).await.unwrap().rows.len()
    }
}

#[tokio::test]
async fn the_ladder_climbs_by_shares_in_office_hours_and_each_rung_once() {
    let mut ground = Ground::new().await;
    // Signed on Wednesday 2 March with 15 working days: due on the 23rd.
    let case = ground.in_hand("2016-03-02").await;
    assert_eq!(ground.item(case).await.due_answer, Some(day("2016-03-23")));
    let rungs = [
        // 8 working days before the end, 3 before it, the morning after it, ten working days after it.
        ("2016-03-11T01:00:00Z", None),
        ("2016-03-18T01:00:00Z", Some("县")),
        ("2016-03-24T01:00:00Z", Some("县")),
        ("2016-04-07T01:00:00Z", Some("市")),
    ];
    for (moment, reached) in rungs {
        let due = at(moment);
        assert_eq!(ground.item(case).await.next_clock, Some(due));
        let early = Moment::at(due - chrono::TimeDelta::seconds(1));
        assert_eq!(ground.cases.sweep(early).await.unwrap(), 0, "not a second before");
        assert_eq!(ground.cases.sweep(Moment::at(due)).await.unwrap(), 1);
        assert_eq!(ground.cases.sweep(Moment::at(due)).await.unwrap(), 0, "and once");
        assert_eq!(ground.item(case).await.escalated_to(), reached.map(|org| ground.tree.org(org)), "{moment}");
    }
    assert_eq!(ground.item(case).await.next_clock, None);
    let events = store::event_list(&mut ground.tx().await, case, false).await.unwrap();
    let told: Vec<String> =
        events.iter().filter_map(|event| event.reason.clone()).filter(|why| why.contains('期')).collect();
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(
        told[0].contains("50%")
            && told[1].contains("80%")
            && told[2].contains("期限已到")
            && told[3].contains("10 个工作日")
    );
    assert!(
        events
            .iter()
            .filter(|event| event.reason.as_deref().is_some_and(|why| why.contains('%')))
            .all(|event| !event.public)
    );
}

#[tokio::test]
async fn a_sweep_has_no_cap() {
    let mut ground = Ground::new().await;
    for _ in 0..150 {
        ground.submit(on("2016-03-02")).await;
    }
    // Two working days to moderate, then one: the first reminder.
    assert_eq!(ground.cases.sweep(on("2016-03-08")).await.unwrap(), 150);
    assert_eq!(ground.cases.sweep(on("2016-03-08")).await.unwrap(), 0);
}

#[tokio::test]
async fn a_case_that_breaks_stops_no_other_clock() {
    let mut ground = Ground::new().await;
    let mut cases = Vec::new();
    for _ in 0..3 {
        cases.push(ground.submit(on("2016-03-02")).await.case);
    }
    // The next line of its history is there already.
    let broken = cases[1];
    let write = ground.cases.db.write("break", move |tx| {
        let twice = "insert into case_event
            (region, case_id, n, kind, to_state, owner_region, owner_org, actor, post, public, at, day)
            select region, case_id, n + 1, kind, to_state, owner_region, owner_org, actor, post, public, at, day
            from case_event where case_id = $1";
        Box::pin(async move { Ok(query(twice).bind(broken.id).execute(tx).await?) })
    });
    assert_eq!(write.await.unwrap(), 1);
    ground.cases.sweep(on("2016-03-08")).await.expect_err("what broke is told");
    let mut events = Vec::new();
    for case in cases {
        events.push(ground.item(case).await.events);
    }
    assert_eq!(events, [2, 1, 2]);
}

#[tokio::test]
async fn reopening_reads_nothing_of_a_long_history() {
    let mut ground = Ground::new().await;
    let case = ground.answered("2016-03-02", "2016-03-02").await.case;
    // Were the history read to go on with it, this would show.
    let write = ground.cases.db.write("forget", move |tx| {
        Box::pin(async move {
            query("delete from case_event where region = $1").bind(case.region).execute(tx).await?;
            Ok(())
        })
    });
    write.await.unwrap();
    let events = ground.item(case).await.events;
    let desk = ground.desk();
    ground.cases.act(case, Request::Reopen.because("回访发现没有修好"), &desk, on("2016-03-04")).await.unwrap();
    let item = ground.item(case).await;
    assert_eq!((item.state, item.events), (State::Reopened, events + 1));
    assert_eq!(item.due_answer, Some(day("2016-03-25")), "the clock begins anew");
}

#[tokio::test]
async fn what_rests_is_never_late_and_ends_by_itself_in_the_morning() {
    let mut ground = Ground::new().await;
    let case = ground.in_hand("2016-03-02").await;
    let owner = ground.tree.person(Role::CaseOfficer, "水务局").clone();
    let pause = Request::Pause { reason: "season".into(), until: Some(day("2016-04-30")) };
    ground.cases.act(case, pause.because("结冰"), &owner, on("2016-03-10")).await.unwrap();
    // A Saturday, the 2nd of May is a holiday: it goes on on Tuesday morning, and nobody was disturbed before.
    let mut moment = at("2016-03-11T01:00:00Z");
    while moment < at("2016-05-03T01:00:00Z") {
        assert_eq!(ground.cases.sweep(Moment::at(moment)).await.unwrap(), 0, "{moment}");
        assert!(!ground.item(case).await.is_late(moment));
        moment += chrono::TimeDelta::hours(31);
    }
    assert_eq!(ground.cases.sweep(Moment::at(at("2016-05-03T01:00:00Z"))).await.unwrap(), 1);
    assert_eq!(ground.item(case).await.state, State::InHand);
}

#[tokio::test]
async fn what_ended_stays_on_no_desk() {
    let mut ground = Ground::new().await;
    let case = ground.in_hand("2016-03-02").await;
    let owner = ground.tree.person(Role::CaseOfficer, "水务局").clone();
    let verifier = ground.tree.persons(Role::CountyStaff, "县")[1].clone();
    for moment in ["2016-03-11T01:00:00Z", "2016-03-18T01:00:00Z"] {
        ground.cases.sweep(Moment::at(at(moment))).await.unwrap();
    }
    assert_eq!(ground.on_desk(Duty::Escalated).await, 1);
    let ask = Request::RequestClose { outcome: Outcome::Solved, text: "换了新管".into(), photos: vec![] };
    ground.cases.act(case, ask, &owner, on("2016-03-21")).await.unwrap();
    ground.cases.act(case, Request::Accept, &verifier, on("2016-03-21")).await.unwrap();
    assert_eq!((ground.on_desk(Duty::Escalated).await, ground.on_desk(Duty::Verify).await), (0, 0));
    assert_eq!(ground.cases.sweep(on("2016-03-30")).await.unwrap(), 0);
}

#[tokio::test]
async fn half_a_day_to_sign_ends_at_noon_and_is_late_after_it() {
    let mut ground = Ground::new().await;
    // Water: half a day to sign, from 12 December 2016 on. Assigned on Thursday at three in the afternoon.
    let afternoon = Moment::at(at("2016-12-15T07:00:00Z"));
    let case = ground.submit(afternoon).await.case;
    let desk = ground.desk();
    ground.cases.act(case, posting("停水"), &desk, afternoon).await.unwrap();
    ground.cases.act(case, assign(&ground.tree, "水务局"), &desk, afternoon).await.unwrap();
    let item = ground.item(case).await;
    let noon = at("2016-12-16T04:00:00Z");
    assert_eq!(
        (item.due_sign, item.due_day, item.due_at),
        (Some(day("2016-12-16")), Some(day("2016-12-16")), Some(noon))
    );
    assert!(!item.is_late(noon) && item.is_late(noon + chrono::TimeDelta::seconds(1)));
    assert_eq!(item.next_clock, Some(noon), "the level above is told the same day");
    assert_eq!(ground.cases.sweep(Moment::at(noon)).await.unwrap(), 1);
    assert_eq!(ground.item(case).await.escalated_to(), Some(ground.tree.org("县")));
    let owner = ground.tree.person(Role::CaseOfficer, "水务局").clone();
    ground.cases.act(case, Request::Sign, &owner, Moment::at(noon)).await.unwrap();
    assert_eq!(ground.item(case).await.due_at, None, "the next clock counts days");
}
