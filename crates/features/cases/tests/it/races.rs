//! Two at once: exactly one wins, nothing is lost, and the other is told what happened and what to do next.

use huiyin_base::{Problem, ProblemKind, Rng};
use huiyin_cases::supervision::UnitList;
use huiyin_cases::supervision::store::{InspectionKind, inspection_get, unit_list};
use huiyin_cases::{CaseRef, Done, Issuing, Moment, Outcome, Request, State, check_draws, store};
use huiyin_directory::{OrgKind, Role};
use huiyin_testing::Page;

use crate::ground::Ground;
use crate::pages_desk::House;
use crate::supervision::House as Inspecting;
use crate::tree::{day, on};

/// Which of two won, and what the other was told.
fn one_of<T: std::fmt::Debug>(first: Result<T, Problem>, second: Result<T, Problem>) -> (T, Problem) {
    match (first, second) {
        (Ok(won), Err(lost)) | (Err(lost), Ok(won)) => (won, lost),
        both => panic!("one of two: {both:?}"),
    }
}

fn told(lost: &Problem, what: &str) {
    assert_eq!(lost.kind, ProblemKind::Conflict, "{}", lost.message);
    assert!(lost.message.contains(what), "{what}: {}", lost.message);
}

impl Ground {
    /// Handed down to a township, and in hand there.
    async fn working(&mut self) -> CaseRef {
        let (county, owner) = (self.desk(), self.who(Role::TownshipStaff, "甲镇"));
        let issuing = self.issuing("县", "甲镇");
        let case = self.issue("task", issuing, &county, "2016-03-01").await.case;
        self.act(case, Request::Sign, &owner, on("2016-03-02")).await;
        self.act(case, Request::Begin, &owner, on("2016-03-02")).await;
        case
    }

    async fn events(&self, case: CaseRef) -> Vec<huiyin_cases::Action> {
        let events = store::event_list(&mut self.tx().await, case, false).await.unwrap();
        let numbers: Vec<i64> = events.iter().map(|event| event.n).collect();
        assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "no line is lost or doubled: {numbers:?}");
        events.iter().map(|event| event.kind).collect()
    }
}

impl House {
    /// A task that the county hands down.
    pub(crate) async fn handed_down(&mut self, to: &str) -> CaseRef {
        let issuing = Issuing {
            to: self.city.org(to),
            account: None,
            title: "建好便民服务点".into(),
            text: "三个点都有人值班，有牌子".into(),
            values: Vec::new(),
            deadline: None,
            issuer: self.city.org("宝塔区"),
            parent: None,
            nonce: format!("nonce-{}", self.rng.below(u64::MAX)),
        };
        let county = self.viewer("county").await;
        let moment = Moment::at(self.app.site.clock.now());
        self.cases.issue("task", issuing, &county, moment, &mut self.rng).await.unwrap().case
    }
}

fn closing(text: &str) -> Request {
    Request::RequestClose { outcome: Outcome::Solved, text: text.to_owned(), photos: Vec::new() }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_requests_to_close_one_waits_for_its_check() {
    let mut ground = Ground::new().await;
    for _ in 0..4 {
        let case = ground.working().await;
        let owner = ground.who(Role::TownshipStaff, "甲镇");
        let (one, two) = tokio::join!(
            ground.cases.act(case, closing("做了一半。"), &owner, on("2016-03-03")),
            ground.cases.act(case, closing("全做完了。"), &owner, on("2016-03-03"))
        );
        let (won, lost) = one_of::<Done>(one, two);
        told(&lost, "可能别人刚处理过，请刷新后再看");
        assert_eq!((won.case.state, won.case.answers), (State::CloseRequested, 1));
        let answers = store::answer_list(&mut ground.tx().await, case, false).await.unwrap();
        assert_eq!(answers.len(), 1, "one answer waits, not two");
        assert_eq!(ground.events(case).await.len(), 4);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn accepted_and_refused_at_once_is_one_of_both() {
    let mut ground = Ground::new().await;
    let (county, other) = (ground.desk(), ground.tree.persons(Role::CountyStaff, "县")[1].clone());
    let owner = ground.who(Role::TownshipStaff, "甲镇");
    for _ in 0..4 {
        let case = ground.working().await;
        ground.act(case, closing("做完了。"), &owner, on("2016-03-03")).await;
        let (accepted, refused) = tokio::join!(
            ground.cases.act(case, Request::Accept, &county, on("2016-03-04")),
            ground.cases.act(case, Request::Refuse.because("牌子还没有挂"), &other, on("2016-03-04"))
        );
        let is_accepted = accepted.is_ok();
        let (won, lost) = one_of::<Done>(accepted, refused);
        told(&lost, "请刷新后再看");
        let expected = if is_accepted { State::Answered } else { State::InHand };
        assert_eq!(won.case.state, expected);
        assert_eq!(won.case.close_number().is_some(), is_accepted, "only what is struck off has a number");
        assert_eq!(ground.events(case).await.len(), 5);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_sign_one_owns_it() {
    let mut ground = Ground::new().await;
    let people = ground.tree.persons(Role::CaseOfficer, "甲一村");
    let (first, second) = (people[0].clone(), people[1].clone());
    let issuing = ground.issuing("县", "甲一村");
    let case = ground.issue("task", issuing, &ground.desk(), "2016-03-01").await.case;
    let (one, two) = tokio::join!(
        ground.cases.act(case, Request::Sign, &first, on("2016-03-02")),
        ground.cases.act(case, Request::Sign, &second, on("2016-03-02"))
    );
    let (won, lost) = one_of::<Done>(one, two);
    told(&lost, "已签收");
    let owners = store::owner_list(&mut ground.tx().await, case).await.unwrap();
    assert_eq!(owners.len(), 1);
    assert_eq!(won.case.owner_person(), Some(owners[0].account()));
}

#[tokio::test(flavor = "multi_thread")]
async fn taken_back_while_it_is_asked_to_be_struck_off() {
    let mut ground = Ground::new().await;
    let (county, owner) = (ground.desk(), ground.who(Role::TownshipStaff, "甲镇"));
    for _ in 0..4 {
        let case = ground.working().await;
        let (closed, withdrawn) = tokio::join!(
            ground.cases.act(case, closing("做完了。"), &owner, on("2016-03-03")),
            ground.cases.act(case, Request::Withdraw.because("并入另一项"), &county, on("2016-03-03"))
        );
        let is_closed = closed.is_ok();
        let (won, lost) = one_of::<Done>(closed, withdrawn);
        told(&lost, "请刷新后再看");
        assert_eq!(won.case.state, if is_closed { State::CloseRequested } else { State::Withdrawn });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_is_drawn_once_however_many_servers_draw() {
    let mut ground = Ground::new().await;
    let counties = [ground.tree.org("县").region];
    ground.cases.callback_commit(&counties, day("2016-02-15"), &mut Rng::seeded(1)).await.unwrap();
    for _ in 0..6 {
        ground.answered("2016-03-02", "2016-03-10").await;
    }
    let write = ground.cases.db.write("contacts", move |tx| {
        Box::pin(async move {
            let all = huiyin_db::query("update case_item set contact = $1");
            Ok(all.bind(vec![1_u8]).execute(tx).await?)
        })
    });
    write.await.unwrap();
    let draw = || ground.cases.callback_draw(day("2016-04-01"), |_| "甲".to_owned());
    let (one, two, three) = tokio::join!(draw(), draw(), draw());
    assert_eq!(one.unwrap() + two.unwrap() + three.unwrap(), 2, "February and March, once each");
    let entries = store::callback_entry_list(&mut ground.tx().await, counties[0], day("2016-03-01")).await.unwrap();
    assert_eq!(entries.len(), 6, "nobody stands in the list twice");
    let report = check_draws(&mut ground.tx().await).await.unwrap();
    assert!(report.passed, "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_frozen_once_and_drawn_from_once() {
    let mut house = Inspecting::new().await;
    let team = house.team(&["inspector"]).await;
    let id = house.ordered(InspectionKind::Concentrated, team).await;
    let city = house.viewer("city").await;
    let when = (house.moment(), house.app.site.clock.real());
    let regions = house.app.site.regions.clone();
    let towns = UnitList { kind: OrgKind::Township, region: None };
    let villages = UnitList { kind: OrgKind::Village, region: None };
    let (mut first, mut second) = (Rng::seeded(21), Rng::seeded(22));
    let (one, two) = tokio::join!(
        house.cases.inspection_freeze(id, towns, &regions, &city, when, &mut first),
        house.cases.inspection_freeze(id, villages, &regions, &city, when, &mut second)
    );
    let ((), lost) = one_of(one, two);
    told(&lost, "请刷新");
    let db = house.app.site.db.clone();
    let units = unit_list(&mut db.read().await.unwrap(), id, false).await.unwrap();
    let kept = inspection_get(&mut db.read().await.unwrap(), id).await.unwrap().unwrap();
    assert_eq!(i64::try_from(units.len()).unwrap(), kept.listed, "one list, whole");
    let (one, two) = tokio::join!(
        house.cases.inspection_draw(id, 2, &city, when.0),
        house.cases.inspection_draw(id, 1, &city, when.0)
    );
    let (drawn, lost) = one_of(one, two);
    told(&lost, "请刷新");
    let chosen = unit_list(&mut db.read().await.unwrap(), id, true).await.unwrap();
    assert_eq!(chosen.len(), drawn, "what was drawn first stands");
    assert!(check_draws(&mut db.read().await.unwrap()).await.unwrap().passed);
}

/// What the page says to whoever came second.
fn late<'a>(first: &'a Page, second: &'a Page) -> &'a Page {
    let statuses = (first.status.as_u16(), second.status.as_u16());
    match statuses {
        (200, 409 | 422) => second,
        (409 | 422, 200) => first,
        _ => panic!("one of two: {statuses:?}: {} — {}", first.text(), second.text()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_draws_second_reads_it_on_the_page() {
    let mut house = Inspecting::new().await;
    let team = house.team(&["inspector"]).await;
    let id = house.ordered(InspectionKind::Concentrated, team).await;
    let (mut one, mut other) = (house.browser("city").await, house.browser("city").await);
    let frozen = one.post(&format!("/inspections/{id}/list"), &[("kind", "township")]).await;
    assert_eq!(frozen.status, 200, "{}", frozen.text());
    let path = format!("/inspections/{id}/draw");
    let (first, second) = tokio::join!(one.post(&path, &[("count", "2")]), other.post(&path, &[("count", "1")]));
    let text = late(&first, &second).text();
    assert!(text.contains("请刷新"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_checks_second_reads_it_on_the_page() {
    let mut house = House::new().await;
    let case = house.handed_down("区水务局").await;
    let at = format!("/cases/{}", case.id);
    let mut water = house.browser("water").await;
    for step in ["signature", "beginning"] {
        let page = water.get(&at).await;
        assert_eq!(water.submit(&page, &format!("{at}/{step}"), &[]).await.status, 200, "{step}");
    }
    let page = water.get(&at).await;
    let close = [("outcome", "solved"), ("text", "三个点都有人值班了")];
    let closed = water.upload(&page, &format!("{at}/close-request"), &close, &[]).await;
    assert_eq!(closed.status, 200, "{}", closed.text());
    let (mut one, mut other) = (house.browser("county").await, house.browser("county2").await);
    let (seen, seen_too) = (one.get(&at).await, other.get(&at).await);
    let accept = format!("{at}/acceptance");
    let (first, second) = tokio::join!(one.submit(&seen, &accept, &[]), other.submit(&seen_too, &accept, &[]));
    let text = late(&first, &second).text();
    assert!(text.contains("已销号") && text.contains("可能别人刚处理过"), "{text}");
}
