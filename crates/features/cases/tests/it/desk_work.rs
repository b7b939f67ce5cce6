//! A step taken back, reminders, who has a case open, saved filters.

use chrono::TimeDelta;
use huiyin_base::ProblemKind;
use huiyin_cases::store::{self, DeskFilter, DeskHas, DeskView, FilterPage};
use huiyin_cases::{Request, State};
use huiyin_directory::{OrgRef, Role, Scope};
use huiyin_testing::Page;

use crate::ground::{Ground, assign, desk_counts};
use crate::pages_desk::House;
use crate::tree::{day, on};

#[tokio::test(flavor = "multi_thread")]
async fn an_assignment_is_taken_back_until_somebody_signs() {
    let mut ground = Ground::new().await;
    let case = ground.posted(on("2016-03-01")).await.case;
    let (desk, water) = (ground.desk(), ground.tree.person(Role::CaseOfficer, "水务局").clone());
    ground.act(case, assign(&ground.tree, "水务局"), &desk, on("2016-03-01")).await;
    let stranger = ground.cases.act(case, Request::Undo, &water, on("2016-03-01")).await.unwrap_err();
    assert_eq!(stranger.kind, ProblemKind::Forbidden, "whoever assigned takes back");
    let back = ground.cases.act(case, Request::Undo, &desk, on("2016-03-02")).await.unwrap().case;
    assert_eq!((back.state, back.owner(), back.goal.as_str()), (State::Posted, ground.tree.org("县"), ""));
    assert_eq!((back.assigned_day, back.due_sign, back.due_answer), (None, None, None));
    ground.act(case, assign(&ground.tree, "水务局"), &desk, on("2016-03-02")).await;
    ground.act(case, Request::Sign, &water, on("2016-03-02")).await;
    let late = ground.cases.act(case, Request::Undo, &desk, on("2016-03-02")).await.unwrap_err();
    assert_eq!(late.kind, ProblemKind::Forbidden, "{}", late.message);
    let mut tx = ground.tx().await;
    let events = store::event_list(&mut tx, case, true).await.unwrap();
    assert!(events.iter().any(|event| event.kind.as_str() == "undo"), "it stands in the history");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_is_taken_back_and_gains_no_time() {
    let mut ground = Ground::new().await;
    let case = ground.posted(on("2016-03-01")).await.case;
    let (desk, water) = (ground.desk(), ground.tree.person(Role::CaseOfficer, "水务局").clone());
    ground.act(case, assign(&ground.tree, "水务局"), &desk, on("2016-03-01")).await;
    let signed = ground.act(case, Request::Sign, &water, on("2016-03-01")).await.case;
    let back = ground.cases.act(case, Request::Undo, &water, on("2016-03-03")).await.unwrap().case;
    assert_eq!((back.state, back.owner_person(), back.signed_day), (State::Assigned, None, None));
    let again = ground.act(case, Request::Sign, &water, on("2016-03-04")).await.case;
    assert_eq!(again.due_answer, signed.due_answer);
    ground.act(case, Request::Begin, &water, on("2016-03-04")).await;
    let begun = ground.cases.act(case, Request::Undo, &water, on("2016-03-04")).await.unwrap_err();
    assert_eq!(begun.kind, ProblemKind::Conflict);
    // Whoever signed once owned it: he never verifies it.
    assert_eq!(store::owner_list(&mut ground.tx().await, case).await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn going_back_and_forth_gains_no_day() {
    let mut ground = Ground::new().await;
    let posted = ground.posted(on("2016-03-01")).await;
    let case = posted.case;
    let (desk, water) = (ground.desk(), ground.tree.person(Role::CaseOfficer, "水务局").clone());
    let due = ground.item(case).await.due_day.unwrap();
    // The desk: assigned and taken back, over and over.
    for today in ["2016-03-02", "2016-03-03", "2016-03-04"] {
        ground.act(case, assign(&ground.tree, "水务局"), &desk, on(today)).await;
        let back = ground.cases.act(case, Request::Undo, &desk, on(today)).await.unwrap().case;
        assert_eq!((back.state, back.due_day), (State::Posted, Some(due)), "{today}");
    }
    // Whoever signs: the same.
    let assigned = ground.act(case, assign(&ground.tree, "水务局"), &desk, on("2016-03-04")).await.case;
    for today in ["2016-03-07", "2016-03-08", "2016-03-09"] {
        ground.act(case, Request::Sign, &water, on(today)).await;
        let back = ground.cases.act(case, Request::Undo, &water, on(today)).await.unwrap().case;
        assert_eq!((back.state, back.due_sign, back.due_day), (State::Assigned, assigned.due_sign, assigned.due_day));
    }
    // What was assigned anew out of another unit's hands goes back to the desk with the time to assign, not late already.
    ground.act(case, Request::Sign, &water, on("2016-03-09")).await;
    ground.act(case, assign(&ground.tree, "甲镇"), &desk, on("2016-03-15")).await;
    let back = ground.cases.act(case, Request::Undo, &desk, on("2016-03-15")).await.unwrap().case;
    assert!(back.due_day.unwrap() > day("2016-03-15"), "{:?}", back.due_day);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_once_a_day_is_the_officers_to_read() {
    let mut ground = Ground::new().await;
    let case = ground.posted(on("2016-03-01")).await.case;
    let (desk, water) = (ground.desk(), ground.tree.person(Role::CaseOfficer, "水务局").clone());
    ground.act(case, assign(&ground.tree, "水务局"), &desk, on("2016-03-01")).await;
    let done = ground.cases.act(case, Request::Remind.because("学校等着用水"), &desk, on("2016-03-02")).await.unwrap();
    assert_eq!(done.case.reminded_day, Some(day("2016-03-02")));
    let twice = ground.cases.act(case, Request::Remind, &desk, on("2016-03-02")).await.unwrap_err();
    assert!(twice.message.contains("今天已经提醒过"), "{}", twice.message);
    let own = ground.cases.act(case, Request::Remind, &water, on("2016-03-03")).await.unwrap_err();
    assert_eq!(own.kind, ProblemKind::Forbidden);
    let mut tx = ground.tx().await;
    let public = store::event_list(&mut tx, case, true).await.unwrap();
    assert!(!public.iter().any(|event| event.kind.as_str() == "remind"), "the public needs no reminders");
    drop(tx);
    let signed = ground.act(case, Request::Sign, &water, on("2016-03-03")).await.case;
    assert_eq!(signed.reminded_day, None, "what was asked for has happened");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_in_numbers() {
    let mut ground = Ground::new().await;
    for day in ["2016-03-01", "2016-03-14"] {
        ground.posted(on(day)).await;
    }
    let desk = ground.desk();
    let (scope, at) = (desk.scope(Role::ALL), ground.desks(&desk));
    let mut tx = ground.tx().await;
    let counts = desk_counts(&mut tx, (&scope, &at), day("2016-03-15"), day("2016-03-10")).await;
    let all = [counts.total, counts.late, counts.long, counts.mine, counts.returned];
    assert_eq!(all.map(|count| (count.n, count.exact)), [(2, true), (1, true), (1, true), (0, true), (0, true)]);
    let oldest = counts.oldest.unwrap() >> 20;
    assert_eq!(oldest, on("2016-03-01").now.timestamp_millis());
    let late = store::DeskPage { duty: None, view: Some(DeskView::Late(day("2016-03-15"))), at: None, limit: 9 };
    assert_eq!(store::desk_list(&mut tx, &scope, &at, &late).await.unwrap().rows.len(), 1);
    let nobody = huiyin_directory::Scope { account: None, ..scope };
    let none = desk_counts(&mut tx, (&nobody, &at), day("2016-03-15"), day("2016-03-10")).await;
    assert_eq!(none, store::DeskCounts::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_with_too_much_on_it_is_counted_up_to_a_few() {
    let ground = Ground::new().await;
    let desk = ground.desk();
    let (scope, at) = (desk.scope(Role::ALL), ground.desks(&desk));
    let (mut rng, org) = (huiyin_base::Rng::seeded(7), at[0]);
    let item = |n: i64, rng: &mut huiyin_base::Rng| store::DeskItem {
        region: org.region,
        org: org.id,
        duty: if n < 1_200 { store::Duty::Escalated } else { store::Duty::Assign },
        case_region: org.region,
        case_id: huiyin_base::Id::new(org.region, on("2016-03-01").now, rng),
        account: (n == 5).then_some(desk.account.id),
        seq: (on(if n < 40 { "2016-03-01" } else { "2016-03-14" }).now.timestamp_millis() << 20) + n,
        category: "other".into(),
        state: State::Posted,
        subject: None,
        due_day: (n % 2 == 0).then(|| day(if n < 600 { "2016-03-14" } else { "2016-03-15" })),
        returned: n % 100 == 0,
    };
    let items: Vec<_> = (0..1_250).map(|n| item(n, &mut rng)).collect();
    let write = ground.cases.db.write("desk", move |tx| {
        let items = items.clone();
        Box::pin(async move { Ok::<_, huiyin_base::Problem>(store::desk_put(tx, &[], &items).await?) })
    });
    write.await.unwrap();
    let mut tx = ground.tx().await;
    let counts = desk_counts(&mut tx, (&scope, &at), day("2016-03-15"), day("2016-03-10")).await;
    let told = |count: store::Count| (count.n, count.exact);
    assert_eq!(told(counts.total), (500, false));
    assert_eq!(counts.duties.iter().map(|one| told(one.total)).collect::<Vec<_>>(), [(50, true), (50, false)]);
    let views = [counts.mine, counts.today, counts.late, counts.returned, counts.long].map(told);
    assert_eq!(views, [(1, true), (50, false), (50, false), (13, true), (40, true)]);
    assert_eq!(counts.oldest.unwrap() >> 20, on("2016-03-01").now.timestamp_millis());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_a_case_open_is_told_and_forgotten() {
    let mut ground = Ground::new().await;
    let case = ground.posted(on("2016-03-01")).await.case;
    let (one, other) = (ground.desk().account, ground.tree.person(Role::CaseOfficer, "水务局").account);
    let (now, hold) = (on("2016-03-01").now, TimeDelta::seconds(150));
    let write = ground.cases.db.write("presence", move |tx| {
        Box::pin(async move {
            store::presence_hold(tx, case, one, "赵一", now, now + hold).await?;
            Ok(store::presence_hold(tx, case, one, "赵一", now, now + hold).await?)
        })
    });
    write.await.unwrap();
    let mut tx = ground.tx().await;
    assert_eq!(store::presence_list(&mut tx, case, other, now).await.unwrap(), ["赵一"]);
    assert!(store::presence_list(&mut tx, case, one, now).await.unwrap().is_empty(), "nobody is told of himself");
    assert!(store::presence_list(&mut tx, case, other, now + hold).await.unwrap().is_empty(), "it ended");
    assert_eq!(store::presence_count(&mut tx, case.id).await.unwrap(), 1);
    drop(tx);
    let write = ground
        .cases
        .db
        .write("presence", move |tx| Box::pin(async move { Ok(store::presence_sweep(tx, now + hold).await?) }));
    assert_eq!(write.await.unwrap(), 1);
    assert_eq!(store::presence_count(&mut ground.tx().await, case.id).await.unwrap(), 0, "nothing is kept");
    let write = ground.cases.db.write("presence", move |tx| {
        Box::pin(async move {
            store::presence_hold(tx, case, one, "赵一", now, now + hold).await?;
            Ok(store::presence_end(tx, case, one).await?)
        })
    });
    write.await.unwrap();
    assert_eq!(store::presence_count(&mut ground.tx().await, case.id).await.unwrap(), 0);
}

fn link(page: &Page) -> String {
    page.attributes("tbody th a", "href")[0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_says_who_else_works_on_it_and_the_subject_learns_nothing() {
    let house = House::furnished().await;
    let mut one = house.browser("county").await;
    let page = one.get("/desk?duty=assign").await;
    let links = page.attributes("tbody th a", "href");
    let (accounts, orchard) = (links[0].clone(), links[1].clone());
    for case in [&accounts, &orchard] {
        one.headers.insert("hx-request", "true".parse().unwrap());
        let said = one.post(&format!("{case}/presence"), &[]).await;
        one.headers.remove("hx-request");
        assert_eq!((said.status.as_u16(), said.text().trim()), (200, ""), "{}", said.html());
        let other = house.browser("county2").await.get(case).await;
        assert!(other.all(".presence-words")[0].contains("区问题墙办公室"), "{}", other.text());
        assert!(one.get(case).await.all(".presence-words").is_empty());
    }
    // One of the two is about the village: who belongs to it is told nothing, not even by a post.
    let mut subject = house.browser("village").await;
    for case in [&accounts, &orchard] {
        assert_eq!(subject.post_only(&format!("{case}/presence"), &[]).await.status, 404);
    }
    // Who may look but does not handle leaves no trace either.
    assert_eq!(house.browser("inspector").await.post_only(&format!("{accounts}/presence"), &[]).await.status, 403);
    one.post(&format!("{orchard}/departure"), &[]).await;
    assert!(house.browser("county2").await.get(&orchard).await.all(".presence-words").is_empty());
    // The lease ends by itself.
    house.app.advance(TimeDelta::seconds(200));
    assert!(house.browser("county2").await.get(&accounts).await.all(".presence-words").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_are_kept_shared_and_removed() {
    let house = House::furnished().await;
    let mut county = house.browser("county").await;
    let page = county.get("/cases?category=industry&state=open&at=n0.1&count=exact").await;
    let saved = county.submit(&page, "/filters", &[("name", "产业未办结")]).await;
    assert_eq!(saved.path, "/cases?category=industry&state=open", "where one was, without the place in the list");
    assert!(saved.text().contains("已存下"), "{}", saved.text());
    assert_eq!(county.get("/cases").await.all(".saved-list .chip"), ["产业未办结"]);
    assert!(house.browser("county2").await.get("/cases").await.all(".saved-list .chip").is_empty(), "one's own");
    let page = county.get("/desk?view=late").await;
    let here = house.city.org("宝塔区").id.to_string();
    county.submit(&page, "/filters", &[("name", "先办超期"), ("shared", &here)]).await;
    let other = house.browser("county2").await.get("/desk").await;
    assert_eq!(other.all(".saved-list .chip"), ["先办超期 （共用）"]);
    assert!(house.browser("water").await.get("/desk").await.all(".saved-list .chip").is_empty());
    let id = other.attributes("form[action^='/filters/']", "action");
    assert!(id.is_empty(), "only its owner removes it");
    let page = county.get("/desk?view=late").await;
    let removal = page.attributes("form[action$='/removal']", "action")[0].clone();
    assert_eq!(house.browser("county2").await.post_only(&removal, &[]).await.status, 404);
    assert_eq!(county.post(&removal, &[("page", "desk")]).await.status, 200);
    assert_eq!(county.post_only(&removal, &[("page", "desk")]).await.status, 404, "twice");
    // An organisation that is not one's own shares nothing; names are short and name nobody.
    let town = house.city.org("柳河镇").id.to_string();
    let wrong = [("page", "desk"), ("query", "view=late"), ("name", "试"), ("shared", town.as_str())];
    county.post("/filters", &wrong).await;
    assert!(house.browser("township").await.get("/desk").await.all(".saved-list .chip").is_empty());
    for (name, said) in
        [("", "名字要填写"), ("一二三四五六七八九十一二三四五六七", "最多 16"), ("找13900000000", "手机号")]
    {
        let page = county.post("/filters", &[("page", "desk"), ("query", "view=late"), ("name", name)]).await;
        assert!(page.text().contains(said), "{name}: {}", page.text());
    }
    for n in 0..25 {
        let (name, query) = (format!("第{n}个"), format!("q=水管{n}"));
        county.post("/filters", &[("page", "cases"), ("query", &query), ("name", &name)]).await;
    }
    let again = county.post("/filters", &[("page", "cases"), ("query", "q=水管1"), ("name", "又一个")]).await;
    assert!(again.text().contains("已经存过"), "{}", again.text());
    assert_eq!(
        county.get("/cases").await.all(".saved-list .chip").len()
            + county.get("/desk").await.all(".saved-list .chip").len(),
        20
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_and_a_step_back_on_the_page() {
    let house = House::furnished().await;
    let mut county = house.browser("county").await;
    let list = county.get("/cases?state=signed").await;
    let case = link(&list);
    let page = county.get(&case).await;
    let reminded = county.submit(&page, &format!("{case}/reminder"), &[("reason", "请今天联系反映人")]).await;
    assert!(reminded.text().contains("已提醒"), "{}", reminded.text());
    let mut water = house.browser("water").await;
    assert!(water.get("/desk").await.text().contains("12月16日有提醒"));
    let again = county.post(&format!("{case}/reminder"), &[]).await;
    assert_eq!(again.status, 422);
    let page = water.get(&case).await;
    let back = water.submit(&page, &format!("{case}/undoing"), &[]).await;
    assert!(back.text().contains("已收回"), "{}", back.text());
    assert!(back.has_form(&format!("{case}/signature")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_knows_whether_anything_stands_beside_it() {
    let ground = Ground::new().await;
    let county = ground.tree.person(Role::CountyStaff, "县").clone();
    let (scope, at) = (county.scope(Role::ALL), ground.tree.org("县"));
    let nothing = DeskHas { recalls: false, proposals: false, filters: false, calls: 0 };
    let desks = ground.desks(&county);
    let nobody = Scope { account: None, held: Vec::new(), ..scope.clone() };
    let mut tx = ground.tx().await;
    assert_eq!(beside(&mut tx, &desks, &[], &nobody, None).await, nothing);
    assert_eq!(beside(&mut tx, &desks, &[at], &scope, Some(at.region)).await, nothing);
    drop(tx);

    let kept = DeskFilter {
        region: county.account.region,
        id: huiyin_base::Id::new(county.account.region, on("2016-03-01").now, &mut huiyin_base::Rng::seeded(1)),
        account: county.account.id,
        name: "超期的".into(),
        page: FilterPage::Desk,
        query: "view=late".into(),
        org_region: None,
        org: None,
        created_day: day("2016-03-01"),
    };
    let write = ground.cases.db.write("filter", move |tx| {
        let kept = kept.clone();
        Box::pin(async move { Ok(store::desk_filter_add(tx, &kept, 9).await?) })
    });
    assert!(write.await.unwrap());
    let mut tx = ground.tx().await;
    for desks in [desks.as_slice(), &[]] {
        let has = beside(&mut tx, desks, &[at], &scope, Some(at.region)).await;
        assert_eq!(has, DeskHas { filters: true, ..nothing }, "with a desk or without one");
    }
    assert_eq!(beside(&mut tx, &desks, &[at], &nobody, None).await, nothing, "somebody else's");
}

async fn beside(
    tx: &mut huiyin_db::Tx,
    at: &[OrgRef],
    units: &[OrgRef],
    scope: &Scope,
    county: Option<huiyin_base::Region>,
) -> DeskHas {
    let beside = store::DeskBeside { units, scope, county };
    let today = day("2016-03-15");
    let asked = store::DeskAsked { scope, at, today, long_before: today, beside };
    store::desk_stands(tx, &asked).await.unwrap().1
}
