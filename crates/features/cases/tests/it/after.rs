//! What follows an answer: ratings changed, second objections, pressure, burdens, and how units read their ratings.

use huiyin_base::ProblemKind;
use huiyin_base::number::Receipt;
use huiyin_cases::store::{self, CaseFilter, Count, Page, WallFilter};
use huiyin_cases::{
    Action, Contact, Outcome, Pressure, ReporterAct, Request, Score, State, Subject, Submission, Submitted,
};
use huiyin_db::query;
use huiyin_directory::{Role, Viewer};

use crate::ground::{Ground, assign, posting};
use crate::tree::{day, on};

const ALL: &[Role] = Role::ALL;

pub(crate) fn score(score: i64, comment: &str) -> Score {
    Score { score, comment: comment.into(), reasons: vec!["slow".into(), "done".into()] }
}

pub(crate) async fn kept(ground: &Ground, made: &Submitted) -> huiyin_cases::CaseItem {
    store::case_get(&mut ground.tx().await, made.case).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rating_changes_for_fifteen_days_and_its_history_stays() {
    let mut ground = Ground::new().await;
    let made = ground.answered("2016-03-01", "2016-03-07").await;
    let mut rng = ground.rng.clone();
    let (cases, receipt) = (ground.cases.clone(), made.receipt);
    let bare = cases.rate(&receipt, score(2, " "), on("2016-03-08"), &mut rng).await.unwrap_err();
    assert!(bare.kind == ProblemKind::Invalid && bare.message.contains("哪里没办好"), "{}", bare.message);
    for wrong in [0, 6, -1] {
        assert!(cases.rate(&receipt, score(wrong, "x"), on("2016-03-08"), &mut rng).await.is_err(), "{wrong}");
    }
    let strange = Score { reasons: vec!["nonsense".into()], ..score(5, "") };
    assert!(cases.rate(&receipt, strange, on("2016-03-08"), &mut rng).await.is_err());
    let events = kept(&ground, &made).await.events;
    cases.rate(&receipt, score(5, ""), on("2016-03-08"), &mut rng).await.unwrap();
    cases.rate(&receipt, score(1, "又漏了"), on("2016-03-23"), &mut rng).await.unwrap();
    let late = cases.rate(&receipt, score(5, ""), on("2016-03-24"), &mut rng).await.unwrap_err();
    assert_eq!(late.kind, ProblemKind::Conflict, "the first day counts, not that of the last change");
    let mut tx = ground.tx().await;
    let ratings = store::rating_list(&mut tx, made.case).await.unwrap();
    assert_eq!((ratings.len(), ratings[0].score, ratings[0].reasons.as_str()), (1, 1, "slow"));
    let past = store::rating_past(&mut tx, made.case, (1, ratings[0].follower)).await.unwrap();
    assert_eq!((past.len(), past[0].score, past[0].reasons.as_str(), past[0].day), (1, 5, "done", day("2016-03-08")));
    drop(tx);
    let item = kept(&ground, &made).await;
    assert_eq!((item.rating, item.events), (Some(1), events), "the history does not tell that somebody rated");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_rated_later_leaves_the_year_as_it_was() {
    let mut ground = Ground::new().await;
    let made = ground.answered("2016-12-20", "2016-12-28").await;
    let mut registry = huiyin_figures::Registry::default();
    huiyin_cases::figures(&mut registry);
    let year = huiyin_figures::Cut::city(huiyin_figures::Period { from: day("2016-01-01"), to: day("2016-12-31") });
    let mut rng = ground.rng.clone();
    ground.cases.rate(&made.receipt, score(5, ""), on("2016-12-30"), &mut rng).await.unwrap();
    let value = async |ground: &Ground, id: &str| {
        registry.value(&mut ground.tx().await, registry.find(id).unwrap(), &year).await.unwrap().value
    };
    assert_eq!((value(&ground, "problems_rated").await, value(&ground, "problems_satisfied").await), (1, 1));
    ground.cases.rate(&made.receipt, score(1, "又坏了"), on("2017-01-03"), &mut rng).await.unwrap();
    assert_eq!((value(&ground, "problems_rated").await, value(&ground, "problems_satisfied").await), (1, 1));
    let object = ReporterAct::Object("又坏了".into());
    ground.cases.act_as_reporter(&made.receipt, object, on("2017-01-04"), &mut rng).await.unwrap();
    assert_eq!((value(&ground, "problems_rated").await, value(&ground, "problems_satisfied").await), (1, 1));
}

/// Answered, objected to, answered again: the second objection.
async fn contested(ground: &mut Ground, made: &Submitted) -> huiyin_cases::CaseItem {
    let mut rng = ground.rng.clone();
    let object = |words: &str| ReporterAct::Object(words.into());
    ground.cases.act_as_reporter(&made.receipt, object("没修好"), on("2016-03-08"), &mut rng).await.unwrap();
    let owner = ground.tree.person(Role::CaseOfficer, "水务局").clone();
    ground.act(made.case, Request::Begin, &owner, on("2016-03-09")).await;
    let close = Request::RequestClose { outcome: Outcome::Solved, text: "又修了一次".into(), photos: Vec::new() };
    ground.act(made.case, close, &owner, on("2016-03-10")).await;
    ground.act(made.case, Request::Accept, &ground.desk(), on("2016-03-10")).await;
    ground.cases.act_as_reporter(&made.receipt, object("还是漏"), on("2016-03-11"), &mut rng).await.unwrap().case
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_objection_goes_to_the_county_and_not_to_whoever_verified() {
    let mut ground = Ground::new().await;
    let made = ground.answered("2016-03-01", "2016-03-07").await;
    let case = contested(&mut ground, &made).await;
    assert_eq!((case.state, case.review_at()), (State::Answered, Some(ground.tree.org("县"))));
    let again = ReporterAct::Object("再说一遍".into());
    let mut rng = ground.rng.clone();
    let twice = ground.cases.act_as_reporter(&made.receipt, again, on("2016-03-11"), &mut rng).await.unwrap_err();
    assert!(twice.message.contains("正在复查"), "{}", twice.message);
    let owner = ground.tree.person(Role::CaseOfficer, "水务局").clone();
    let uphold = || Request::Uphold.because("到现场看过，水管没有再漏");
    for who in [&owner, &ground.desk()] {
        assert!(ground.cases.act(made.case, uphold(), who, on("2016-03-14")).await.is_err(), "{:?}", who.grants);
    }
    // Nobody decides for two weeks: the end of the window does not close it, the level above is told.
    ground.cases.sweep(on("2016-04-05")).await.unwrap();
    let waiting = kept(&ground, &made).await;
    assert_eq!((waiting.state, waiting.escalated_to()), (State::Answered, Some(ground.tree.org("市"))));
    let other = ground.tree.persons(Role::CountyStaff, "县")[1].clone();
    let bare = ground.cases.act(made.case, Request::Uphold, &other, on("2016-04-06")).await.unwrap_err();
    assert_eq!(bare.kind, ProblemKind::Invalid, "without a reason");
    let done = ground.cases.act(made.case, uphold(), &other, on("2016-04-06")).await.unwrap().case;
    assert_eq!((done.state, done.outcome, done.review_at()), (State::Closed, Some(Outcome::Solved), None));
    let public = store::event_list(&mut ground.tx().await, made.case, true).await.unwrap();
    let upheld = public.iter().find(|event| event.kind == Action::Uphold).unwrap();
    assert!(upheld.reason.as_deref().unwrap().contains("到现场看过"), "the reason is public");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_clock_closes_is_found_as_before() {
    let mut ground = Ground::new().await;
    let made = ground.answered("2016-03-01", "2016-03-07").await;
    let words = kept(&ground, &made).await.title;
    let scope = ground.desk().scope(ALL);
    let found = async |ground: &Ground, words: &str, states: &[State]| {
        let wall = WallFilter { words: words.to_owned(), states: states.to_vec(), ..WallFilter::default() };
        let (mut tx, page) = (ground.tx().await, Page::first(9));
        let listed = store::wall_list(&mut tx, &wall, &page).await.unwrap().rows.len();
        let staff = CaseFilter { wall, ..CaseFilter::default() };
        let counted = store::case_count(&mut tx, &scope, &staff).await.unwrap().n;
        let rows = store::case_list(&mut tx, &scope, &staff, &page).await.unwrap().rows.len();
        [listed, rows, usize::try_from(counted).unwrap()]
    };
    ground.cases.sweep(on("2016-04-05")).await.unwrap();
    assert_eq!(kept(&ground, &made).await.state, State::Closed);
    for (states, n) in [
        (&[][..], 1),
        (&State::ECHOED[..], 1),
        (&[State::Closed], 1),
        (&[State::Answered], 0),
        (&[State::Closed, State::Posted], 1),
        (&[State::Answered, State::Posted], 0),
        (&State::OPEN[..], 0),
    ] {
        for words in [words.as_str(), ""] {
            assert_eq!(found(&ground, words, states).await, [n; 3], "{words} {states:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_county_may_open_it_again_and_the_city_decides_about_the_county() {
    let mut ground = Ground::new().await;
    let made = ground.answered("2016-03-01", "2016-03-07").await;
    contested(&mut ground, &made).await;
    let other = ground.tree.persons(Role::CountyStaff, "县")[1].clone();
    let reopened = ground.act(made.case, Request::Reopen, &other, on("2016-03-14")).await.case;
    assert_eq!((reopened.state, reopened.review_at()), (State::Reopened, None));

    let own = ground.posted(on("2016-04-01")).await;
    let desk = ground.desk();
    ground.act(own.case, assign(&ground.tree, "县"), &desk, on("2016-04-01")).await;
    ground.act(own.case, Request::Sign, &desk, on("2016-04-01")).await;
    let city = ground.tree.persons(Role::CityStaff, "市");
    let (city, second) = (city[0].clone(), city[1].clone());
    let mut rng = ground.rng.clone();
    for round in 0..2 {
        ground.act(own.case, Request::Begin, &desk, on("2016-04-05")).await;
        let close = Request::RequestClose { outcome: Outcome::Explained, text: "等资金".into(), photos: Vec::new() };
        ground.act(own.case, close, &desk, on("2016-04-05")).await;
        ground.act(own.case, Request::Accept, &city, on("2016-04-06")).await;
        let object = ReporterAct::Object("不满意".into());
        let case = ground.cases.act_as_reporter(&own.receipt, object, on("2016-04-07"), &mut rng).await.unwrap().case;
        assert_eq!(case.review_at(), (round == 1).then(|| ground.tree.org("市")), "never where its owner sits");
    }
    let upheld = ground.act(own.case, Request::Uphold, &second, on("2016-04-08")).await.case;
    assert_eq!(upheld.state, State::Closed);
}

#[tokio::test(flavor = "multi_thread")]
async fn he_corrects_and_withdraws_before_posting_only() {
    let mut ground = Ground::new().await;
    let made = ground.submit(on("2016-03-01")).await;
    let mut rng = ground.rng.clone();
    let correct = |text: &str| ReporterAct::Correct("改过的".into(), text.into());
    let right = correct("村口的水管坏了五天");
    ground.cases.act_as_reporter(&made.receipt, right, on("2016-03-01"), &mut rng).await.unwrap();
    let empty = ground.cases.act_as_reporter(&made.receipt, correct(" "), on("2016-03-01"), &mut rng).await;
    assert_eq!(empty.unwrap_err().kind, ProblemKind::Invalid);
    let words = ground.cases.original(made.case, &ground.desk(), on("2016-03-01").now, &mut rng).await.unwrap();
    assert_eq!((words.title.as_str(), words.text.as_str()), ("改过的", "村口的水管坏了五天"));
    ground.act(made.case, posting("村口水管坏了"), &ground.desk(), on("2016-03-01")).await;
    for act in [correct("晚了"), ReporterAct::Withdraw] {
        let late = ground.cases.act_as_reporter(&made.receipt, act, on("2016-03-02"), &mut rng).await.unwrap_err();
        assert_eq!(late.kind, ProblemKind::Conflict);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_looked_at_with_a_reason_that_its_owner_reads() {
    let mut ground = Ground::new().await;
    let contact = Contact { name: "张三".into(), phone: "13900000000".into() };
    let submission = Submission { contact: Some(contact.clone()), ..ground.submission() };
    let made = ground.cases.submit(submission, on("2016-03-01"), &mut ground.rng).await.unwrap();
    let (desk, mut rng) = (ground.desk(), ground.rng.clone());
    let words = ground.cases.original(made.case, &desk, on("2016-03-01").now, &mut rng).await.unwrap();
    assert_eq!(words.contact, None, "the words do not bring the number along");
    let times = (on("2016-03-02"), on("2016-03-02").now);
    for wrong in ["", "  ", "打 13900000001 找不到人"] {
        let look = ground.cases.contact(made.case, wrong, &desk, times, &mut rng).await.unwrap_err();
        assert_eq!(look.kind, ProblemKind::Invalid, "{wrong}");
    }
    let strangers: [&Viewer; 2] =
        [ground.tree.person(Role::CaseOfficer, "乙一村"), ground.tree.person(Role::CountyStaff, "邻县")];
    for stranger in strangers {
        let look = ground.cases.contact(made.case, "想知道", stranger, times, &mut rng).await.unwrap_err();
        assert_eq!(look.kind, ProblemKind::NotFound);
    }
    let look = ground.cases.contact(made.case, "核实是哪一段水管", &desk, times, &mut rng).await.unwrap();
    assert_eq!(look, Some(contact));
    let mut tx = ground.tx().await;
    let followed = ground.cases.followed(&mut tx, &made.receipt).await.unwrap().unwrap();
    let report = ground.cases.report(&mut tx, &made.receipt, &followed).await.unwrap();
    let event = report.events.iter().find(|event| event.kind == Action::Contact).unwrap();
    assert!(event.post.contains('县') && event.reason.as_deref() == Some("核实是哪一段水管") && !event.public);
    let looks: i64 =
        query("select count(*) from audit_event where kind = 'sensitive_look' and detail like '查看联系方式%'")
            .fetch_scalar(&mut tx)
            .await
            .unwrap();
    assert_eq!(looks, 1, "refused looks show nothing, and leave nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn pressure_goes_above_all_who_handle_the_case() {
    let mut ground = Ground::new().await;
    let made = ground.answered("2016-03-01", "2016-03-07").await;
    let before = store::event_list(&mut ground.tx().await, made.case, false).await.unwrap();
    let mut rng = ground.rng.clone();
    let press =
        |nonce: &str| Pressure { category: "score".into(), text: "让我打五分".into(), nonce: nonce.into() };
    let cases = ground.cases.clone();
    let told = cases.press(&made.receipt, press("pressure-1"), on("2016-03-08"), &mut rng).await.unwrap();
    let again = cases.press(&made.receipt, press("pressure-1"), on("2016-03-08"), &mut rng).await.unwrap();
    assert!(again.repeated && again.case == told.case && told.case != made.case);
    let wrong = Pressure { category: "infrastructure".into(), ..press("pressure-2") };
    assert!(cases.press(&made.receipt, wrong, on("2016-03-08"), &mut rng).await.is_err());
    let stranger = cases.press(&Receipt::new(&[3; 8]), press("pressure-3"), on("2016-03-08"), &mut rng).await;
    assert_eq!(stranger.unwrap_err().kind, ProblemKind::NotFound);
    let case = kept(&ground, &told).await;
    assert_eq!((case.kind.as_str(), case.desk_org()), ("pressure", ground.tree.org("市")));
    assert_eq!((case.origin_id, case.posted_day), (Some(made.case.id), None));
    let mut tx = ground.tx().await;
    for viewer in &ground.tree.people {
        let city = viewer.grants.iter().any(|grant| grant.org.region == ground.tree.org("市").region);
        let found = store::case_find(&mut tx, &viewer.scope(ALL), told.case).await.unwrap();
        let handles = cases.handler(&mut tx, &case, viewer).await.is_ok();
        let staff = viewer.grants.iter().any(|grant| grant.role == Role::CityStaff);
        assert!(city || found.is_none(), "{:?} sees who was pressed", viewer.grants);
        assert_eq!(handles, staff, "{:?}", viewer.grants);
    }
    let after = store::event_list(&mut tx, made.case, false).await.unwrap();
    assert_eq!(before, after, "nothing in the first case tells of it");
    let followed = cases.followed(&mut tx, &made.receipt).await.unwrap().unwrap();
    assert_eq!(followed.current().id, made.case.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burden_begins_one_level_up_and_no_list_mixes_it_with_problems() {
    let mut ground = Ground::new().await;
    let problem = ground.posted(on("2016-03-01")).await;
    let mut made = Vec::new();
    for (about, desk) in [("甲一村", "甲镇"), ("甲镇", "县"), ("水务局", "县"), ("县", "市"), ("市水务局", "市")]
    {
        let subject = ground.tree.org(about);
        let submission = Submission {
            region: subject.region,
            township: None,
            village: None,
            category: "repeated".into(),
            sub_category: String::new(),
            text: "同一张表报了三遍".into(),
            subject: Some(Subject { org: subject, office: None }),
            ..ground.submission()
        };
        let one = ground.cases.submit_as("burden", submission, on("2016-03-02"), &mut ground.rng).await.unwrap();
        let case = kept(&ground, &one).await;
        assert_eq!(case.desk_org(), ground.tree.org(desk), "about {about}");
        made.push((about, one));
    }
    let top = Submission {
        region: ground.tree.org("市").region,
        township: None,
        village: None,
        category: "repeated".into(),
        sub_category: String::new(),
        subject: Some(Subject { org: ground.tree.org("市"), office: None }),
        ..ground.submission()
    };
    let nowhere = ground.cases.submit_as("burden", top, on("2016-03-02"), &mut ground.rng).await.unwrap_err();
    assert!(nowhere.message.contains("上级机关"), "{}", nowhere.message);
    let mut tx = ground.tx().await;
    let city = ground.tree.person(Role::CityStaff, "市").scope(ALL);
    let problems = store::case_list(&mut tx, &city, &CaseFilter::default(), &Page::first(20)).await.unwrap();
    assert_eq!(problems.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [problem.case.id]);
    let burdens = CaseFilter { kind: Some("burden".into()), ..CaseFilter::default() };
    // What is about an office of the city itself is not for whoever works there: the clerk of the city sits above it.
    assert_eq!(store::case_list(&mut tx, &city, &burdens, &Page::first(20)).await.unwrap().rows.len(), 5);
    let one = Count { n: 1, exact: true };
    assert_eq!(store::case_count(&mut tx, &city, &CaseFilter::default()).await.unwrap(), one);
    assert_eq!(store::wall_count(&mut tx, &WallFilter::default()).await.unwrap(), one);
    assert_eq!(store::wall_list(&mut tx, &WallFilter::default(), &Page::first(20)).await.unwrap().rows.len(), 1);
    let states = store::state_counts(&mut tx, &WallFilter::default()).await.unwrap();
    assert_eq!(states, [(State::Posted, 1)]);
    let township = ground.tree.person(Role::TownshipStaff, "甲镇");
    for (about, one) in &made {
        let found = store::case_find(&mut tx, &township.scope(ALL), one.case).await.unwrap();
        assert_eq!(found.is_some(), *about == "甲一村", "the township about {about}");
    }
    drop(tx);
    let (village, receipt) = (made[0].1.case, made[0].1.receipt);
    let town = township.clone();
    ground.act(village, Request::Sign, &town, on("2016-03-03")).await;
    ground.act(village, Request::Begin, &town, on("2016-03-03")).await;
    let close =
        Request::RequestClose { outcome: Outcome::Solved, text: "那张表不用报了".into(), photos: Vec::new() };
    ground.act(village, close, &town, on("2016-03-04")).await;
    let own = ground.cases.act(village, Request::Accept, &town, on("2016-03-04")).await;
    assert!(own.is_err(), "nobody verifies his own");
    ground.act(village, Request::Accept, &ground.desk(), on("2016-03-05")).await;
    let mut rng = ground.rng.clone();
    let rated = ground.cases.rate(&receipt, score(5, ""), on("2016-03-06"), &mut rng).await.unwrap_err();
    assert!(rated.message.contains("不打分"), "{}", rated.message);
    let mut tx = ground.tx().await;
    assert!(store::event_list(&mut tx, village, true).await.unwrap().iter().skip(1).all(|event| !event.public));
    assert_eq!(store::echo_list(&mut tx, &WallFilter::default(), &Page::first(20)).await.unwrap().rows.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_reads_how_its_answers_were_rated_and_nobody_reads_of_himself() {
    let mut ground = Ground::new().await;
    let mut rng = ground.rng.clone();
    for given in [5, 5, 4] {
        let made = ground.answered("2016-03-01", "2016-03-07").await;
        ground.cases.rate(&made.receipt, score(given, ""), on("2016-03-08"), &mut rng).await.unwrap();
    }
    let water = ground.tree.org("水务局");
    let (from, to) = (day("2016-03-01"), day("2016-03-31"));
    let mut tx = ground.tx().await;
    let counts = async |tx: &mut huiyin_db::Tx, viewer: &Viewer| {
        let counts = store::rating_counts(tx, &viewer.scope(ALL), from, to).await.unwrap();
        counts.into_iter().map(|count| (count.org, count.score, count.n)).collect::<Vec<_>>()
    };
    let all = [(water.id, 4, 1), (water.id, 5, 2)];
    assert_eq!(counts(&mut tx, ground.tree.person(Role::CaseOfficer, "水务局")).await, all);
    assert_eq!(counts(&mut tx, &ground.desk()).await, all);
    assert!(counts(&mut tx, ground.tree.person(Role::TownshipStaff, "乙镇")).await.is_empty());
    drop(tx);
    let subject = Some(Subject { org: ground.tree.org("水务局"), office: None });
    let submission = Submission { subject, ..ground.submission() };
    let about = ground.cases.submit(submission, on("2016-03-01"), &mut ground.rng).await.unwrap();
    ground.act(about.case, posting("水务局不来人"), &ground.desk(), on("2016-03-01")).await;
    let town = ground.tree.person(Role::TownshipStaff, "甲镇").clone();
    ground.act(about.case, assign(&ground.tree, "甲镇"), &ground.desk(), on("2016-03-01")).await;
    ground.act(about.case, Request::Sign, &town, on("2016-03-01")).await;
    ground.act(about.case, Request::Begin, &town, on("2016-03-01")).await;
    let close = Request::RequestClose { outcome: Outcome::Solved, text: "已查".into(), photos: Vec::new() };
    ground.act(about.case, close, &town, on("2016-03-02")).await;
    ground.act(about.case, Request::Accept, &ground.desk(), on("2016-03-02")).await;
    ground.cases.rate(&about.receipt, score(1, "不信"), on("2016-03-08"), &mut rng).await.unwrap();
    let mut tx = ground.tx().await;
    assert_eq!(counts(&mut tx, &ground.desk()).await.len(), 3);
    let both =
        ground.tree.people.iter().find(|viewer| viewer.grants.len() == 2 && viewer.grants[0].org == water).unwrap();
    assert_eq!(counts(&mut tx, both).await, all, "whoever belongs to the office reads nothing of what is about it");
}
