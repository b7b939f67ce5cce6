//! One problem's way from a resident to its echo, in the database.

use huiyin_base::ProblemKind;
use huiyin_base::number::Receipt;
use huiyin_cases::store::{self, CaseFilter, Page, WallFilter};
use huiyin_cases::{Action, CaseItem, History, Outcome, ReporterAct, Request, Score, Sender, State, Subject};
use huiyin_directory::Role;

use crate::ground::{Ground, assign, desk_counts, posting, stray};
use crate::tree::on;

const STAFF: &[Role] = &[Role::CountyStaff, Role::CityStaff, Role::TownshipStaff, Role::CaseOfficer];

#[tokio::test(flavor = "multi_thread")]
async fn a_problem_finds_its_echo() {
    let mut ground = Ground::new().await;
    let submitted = ground.submit(on("2016-03-01")).await;
    let (receipt, case) = (submitted.receipt, submitted.case);
    let mut tx = ground.tx().await;
    assert!(store::wall_list(&mut tx, &WallFilter::default(), &Page::first(10)).await.unwrap().rows.is_empty());
    let desk = ground.desk();
    let page = store::DeskPage { duty: None, view: None, at: None, limit: 10 };
    let waiting = store::desk_list(&mut tx, &desk.scope(STAFF), &ground.desks(&desk), &page).await.unwrap().rows;
    assert_eq!((waiting.len(), waiting[0].duty, waiting[0].case()), (1, store::Duty::Moderate, case));
    drop(tx);
    let words = ground.cases.original(case, &desk, on("2016-03-01").now, &mut ground.rng.clone()).await.unwrap();
    assert!(words.text.contains("张三"));

    let done = ground.act(case, posting("村口水管坏了"), &desk, on("2016-03-01")).await;
    assert_eq!(done.case.number(), Some((2016, 1)));
    let mut tx = ground.tx().await;
    let found = store::case_find_number(&mut tx, case.region, 2016, 1).await.unwrap().unwrap();
    assert_eq!((found.id, found.text.contains("张三")), (case.id, false));
    drop(tx);

    let owner = ground.tree.person(Role::CaseOfficer, "水务局").clone();
    ground.act(case, assign(&ground.tree, "水务局"), &desk, on("2016-03-02")).await;
    ground.act(case, Request::Sign, &owner, on("2016-03-03")).await;
    ground.act(case, Request::Begin, &owner, on("2016-03-03")).await;
    let mut rng = ground.rng.clone();
    ground.cases.write_as_officer(case, "哪一段管子？", &owner, on("2016-03-03"), &mut rng).await.unwrap();
    ground.cases.write_as_reporter(&receipt, "桥东那一段", on("2016-03-04"), &mut rng).await.unwrap();
    let ask = Request::RequestClose { outcome: Outcome::Solved, text: "换好了".into(), photos: vec![stray()] };
    ground.act(case, ask, &owner, on("2016-03-07")).await;
    let own = ground.cases.act(case, Request::Accept, &owner, on("2016-03-07")).await;
    assert_eq!(own.unwrap_err().kind, ProblemKind::Forbidden, "nobody accepts his own answer");
    let done = ground.act(case, Request::Accept, &desk, on("2016-03-08")).await;
    assert_eq!((done.case.state, done.case.outcome), (State::Answered, Some(Outcome::Solved)));

    let mut tx = ground.tx().await;
    let echo = store::echo_list(&mut tx, &WallFilter::default(), &Page::first(10)).await.unwrap();
    let answers = store::answers_of(&mut tx, &echo.rows).await.unwrap();
    assert_eq!(answers[&case.id].text, "换好了");
    let followed = ground.cases.followed(&mut tx, &receipt).await.unwrap().unwrap();
    let report = ground.cases.report(&mut tx, &receipt, &followed).await.unwrap();
    let senders: Vec<Sender> = report.letters.iter().map(|letter| letter.sender).collect();
    assert_eq!(senders, [Sender::Officer, Sender::Reporter]);
    assert_eq!(report.letters[1].body, "桥东那一段");
    assert!(report.original.text.contains("张三"), "who wrote it sees both texts");
    let public = store::event_list(&mut tx, case, true).await.unwrap();
    assert!(public.len() < report.events.len() && public.iter().all(|event| event.kind != Action::Message));
    assert_eq!(store::photo_list(&mut tx, case, true).await.unwrap().len(), 1);
    drop(tx);

    let score = |score| Score { score, comment: "水很清".into(), reasons: Vec::new() };
    ground.cases.rate(&receipt, score(5), on("2016-03-09"), &mut rng).await.unwrap();
    let wrong = ground.cases.rate(&Receipt::new(&[9; 8]), score(5), on("2016-03-09"), &mut rng).await;
    assert_eq!(wrong.unwrap_err().kind, ProblemKind::NotFound);
    let object = ReporterAct::Object("又漏了".into());
    let reopened = ground.cases.act_as_reporter(&receipt, object, on("2016-03-10"), &mut rng).await.unwrap().case;
    assert_eq!((reopened.state, reopened.rating), (State::Reopened, None));
    let mut tx = ground.tx().await;
    let ratings = store::rating_list(&mut tx, case).await.unwrap();
    assert_eq!(ground.cases.comment(&ratings[0]).unwrap().as_deref(), Some("水很清"), "what was rated stays on record");
    assert_eq!(store::owner_list(&mut tx, case).await.unwrap().len(), 1);
    let held = store::holding_list(&mut tx, owner.account).await.unwrap();
    assert_eq!(held, [case]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doubled_click_makes_one_case() {
    let mut ground = Ground::new().await;
    let submission = ground.submission();
    let first = ground.cases.submit(submission.clone(), on("2016-03-01"), &mut ground.rng).await.unwrap();
    let second = ground.cases.submit(submission, on("2016-03-01"), &mut ground.rng).await.unwrap();
    assert_eq!((first.receipt, first.case, first.repeated), (second.receipt, second.case, false));
    assert!(second.repeated);
    let mut many = tokio::task::JoinSet::new();
    let submission = ground.submission();
    for n in 0..12 {
        let (cases, submission) = (ground.cases.clone(), submission.clone());
        many.spawn(async move {
            let mut rng = huiyin_base::Rng::seeded(n);
            cases.submit(submission, on("2016-03-01"), &mut rng).await.unwrap()
        });
    }
    let all = many.join_all().await;
    assert_eq!(all.iter().filter(|made| !made.repeated).count(), 1);
    assert!(all.iter().all(|made| made.case == all[0].case && made.receipt == all[0].receipt));
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_of_one_moment_all_get_their_place() {
    let ground = Ground::new().await;
    let histories: Vec<History> = (1..4).map(|n| ground.tree.opened(n, None, on("2016-03-01"))).collect();
    let seq = histories[0].item.seq;
    let write = ground.cases.db.write("add", move |tx| {
        let histories = histories.clone();
        Box::pin(async move {
            let mut seqs = Vec::new();
            for history in &histories {
                // All three drew the same bits.
                let item = CaseItem { seq, ..history.item.clone() };
                seqs.push(store::case_add(tx, &item, &history.events[0], None, &[]).await?.seq);
            }
            Ok(seqs)
        })
    });
    assert_eq!(write.await.unwrap(), [seq, seq + 1, seq + 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_refused_before_anything_is_written() {
    let mut ground = Ground::new().await;
    let good = ground.submission();
    let other = ground.tree.org("乙一村").id;
    let wrong = [
        huiyin_cases::Submission { text: " \u{200b} ".into(), ..good.clone() },
        huiyin_cases::Submission { text: "长".repeat(100_000), ..good.clone() },
        huiyin_cases::Submission { category: "drop table".into(), ..good.clone() },
        huiyin_cases::Submission { village: Some(other), ..good.clone() },
        huiyin_cases::Submission { township: Some(stray()), ..good.clone() },
        huiyin_cases::Submission { region: ground.tree.org("市").region, ..good.clone() },
        huiyin_cases::Submission { nonce: String::new(), ..good.clone() },
        huiyin_cases::Submission { subject: Some(Subject { org: ground.tree.org("市"), office: None }), ..good },
    ];
    for submission in wrong {
        let refused = ground.cases.submit(submission, on("2016-03-01"), &mut ground.rng).await.unwrap_err();
        assert_eq!(refused.kind, ProblemKind::Invalid, "{}", refused.message);
    }
    let scope = ground.desk().scope(STAFF);
    let count = store::case_count(&mut ground.tx().await, &scope, &CaseFilter::default()).await.unwrap();
    assert_eq!(count.to_string(), "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn strange_text_stays_text() {
    let mut ground = Ground::new().await;
    let strange = "'; drop table case_item; -- <script>alert(1)</script> 👍 \u{202e}反 %_\\ \"or\" * NEAR(";
    let submission = huiyin_cases::Submission {
        text: strange.into(),
        title: strange.chars().take(50).collect(),
        ..ground.submission()
    };
    let made = ground.cases.submit(submission, on("2016-03-01"), &mut ground.rng).await.unwrap();
    let desk = ground.desk();
    let title: String = strange.chars().take(50).collect();
    ground.act(made.case, posting(&title), &desk, on("2016-03-01")).await;
    let mut tx = ground.tx().await;
    for words in [strange, "*", "\"", "NEAR(", "'", "and or not", "自来水"] {
        let filter = WallFilter { words: words.into(), ..WallFilter::default() };
        store::wall_list(&mut tx, &filter, &Page::first(5)).await.unwrap();
    }
    let found = WallFilter { words: "自来水".into(), region: Some(made.case.region), ..WallFilter::default() };
    assert_eq!(store::wall_list(&mut tx, &found, &Page::first(5)).await.unwrap().rows.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_merged_into_what_is_closed() {
    let mut ground = Ground::new().await;
    let (old, new) = (ground.answered("2016-03-01", "2016-03-07").await, ground.posted(on("2016-03-08")).await);
    let merge = || Request::Merge(old.case).because("同一件");
    ground.cases.sweep(on("2016-06-01")).await.unwrap();
    assert_eq!(store::case_get(&mut ground.tx().await, old.case).await.unwrap().unwrap().state, State::Closed);
    let refused = ground.cases.act(new.case, merge(), &ground.desk(), on("2016-06-01")).await.unwrap_err();
    assert!(refused.message.contains("已经办结"), "{}", refused.message);
    let recent = ground.answered("2016-06-01", "2016-06-02").await;
    let merge = Request::Merge(recent.case).because("同一件");
    ground.cases.act(new.case, merge, &ground.desk(), on("2016-06-03")).await.unwrap();
}

/// Two who open the same text: the second learns that it is another by now.
#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_changed_over_the_one_that_was_read() {
    let mut ground = Ground::new().await;
    let case = ground.posted(on("2016-03-01")).await.case;
    let item = store::case_get(&mut ground.tx().await, case).await.unwrap().unwrap();
    let over = Some(huiyin_cases::text_mark(&item.title, &item.text));
    let edit = |title: &str| {
        let (title, text) = (title.to_owned(), "村口水管坏了".to_owned());
        Request::Edit { title, text, over: over.clone() }.because("改错字")
    };
    ground.cases.act(case, edit("水管坏了"), &ground.desk(), on("2016-03-01")).await.unwrap();
    let second = ground.cases.act(case, edit("管子坏了"), &ground.desk(), on("2016-03-01")).await.unwrap_err();
    assert_eq!(second.kind, ProblemKind::Conflict);
    assert_eq!(store::case_get(&mut ground.tx().await, case).await.unwrap().unwrap().title, "水管坏了");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_keeps_every_follower() {
    let mut ground = Ground::new().await;
    let (first, second) = (ground.posted(on("2016-03-01")).await, ground.posted(on("2016-03-01")).await);
    let mut rng = ground.rng.clone();
    let also = ground.cases.follow(second.case, on("2016-03-01"), &mut rng).await.unwrap();
    let itself = ground
        .cases
        .act(first.case, Request::Merge(first.case).because("重复"), &ground.desk(), on("2016-03-02"))
        .await;
    assert_eq!(itself.unwrap_err().kind, ProblemKind::Invalid);
    ground.act(second.case, Request::Merge(first.case), &ground.desk(), on("2016-03-02")).await;
    let mut tx = ground.tx().await;
    let kept = store::case_get(&mut tx, first.case).await.unwrap().unwrap();
    assert_eq!(kept.followers, 3);
    let followed = ground.cases.followed(&mut tx, &second.receipt).await.unwrap().unwrap();
    assert_eq!((followed.current().id, followed.raised), (first.case.id, true));
    assert_eq!(followed.case.outcome, Some(Outcome::Duplicate));
    let only = ground.cases.followed(&mut tx, &also).await.unwrap().unwrap();
    assert_eq!((only.current().id, only.raised), (first.case.id, false));
    let report = ground.cases.report(&mut tx, &also, &only).await.unwrap();
    assert_eq!(report.original, huiyin_cases::Words::default(), "who only follows sees what the public sees");
    drop(tx);
    answer(&ground, first.case).await;
    let written = ground.cases.write_as_reporter(&second.receipt, "还在漏", on("2016-03-09"), &mut rng).await;
    assert_eq!(written.unwrap_err().kind, ProblemKind::Forbidden);
    let object = ReporterAct::Object("我家还没有水".into());
    ground.cases.act_as_reporter(&second.receipt, object, on("2016-03-09"), &mut rng).await.unwrap();
    let mut tx = ground.tx().await;
    for (receipt, letters) in [(&first.receipt, 0), (&second.receipt, 1), (&also, 0)] {
        let followed = ground.cases.followed(&mut tx, receipt).await.unwrap().unwrap();
        let report = ground.cases.report(&mut tx, receipt, &followed).await.unwrap();
        assert_eq!(report.letters.len(), letters, "nobody reads another's words");
    }
    let kept = store::case_get(&mut tx, first.case).await.unwrap().unwrap();
    assert_eq!((kept.state, ground.cases.letters(&mut tx, &kept).await.unwrap().len()), (State::Reopened, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_county_gets_a_linked_case_with_its_followers() {
    let mut ground = Ground::new().await;
    let made = ground.posted(on("2016-03-01")).await;
    let other = ground.tree.org("邻县").region;
    let mut rng = ground.rng.clone();
    let done = ground
        .cases
        .refer_to_county(made.case, other, "河对岸归邻县", &ground.desk(), on("2016-03-02"), &mut rng)
        .await;
    assert_eq!(done.unwrap().case.state, State::Referred);
    let mut tx = ground.tx().await;
    let followed = ground.cases.followed(&mut tx, &made.receipt).await.unwrap().unwrap();
    let new = followed.current().clone();
    assert_eq!((new.region, new.state, new.origin_id, new.followers), (other, State::Submitted, Some(made.case.id), 1));
    assert!(followed.raised);
    drop(tx);
    let theirs = ground.tree.person(Role::CountyStaff, "邻县").clone();
    let words = ground.cases.original(new.at(), &theirs, on("2016-03-02").now, &mut rng).await.unwrap();
    assert!(words.text.contains("自来水"));
    ground.act(new.at(), posting("水管坏了"), &theirs, on("2016-03-03")).await;
    let withdrawn =
        ground.cases.act_as_reporter(&made.receipt, ReporterAct::Withdraw, on("2016-03-03"), &mut rng).await;
    assert_eq!(withdrawn.unwrap_err().kind, ProblemKind::Conflict);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_posting_gives_its_number_back() {
    let mut ground = Ground::new().await;
    let made = ground.submit(on("2016-03-01")).await;
    assert!(ground.cases.act(made.case, posting(""), &ground.desk(), on("2016-03-01")).await.is_err());
    let phone = ground.cases.act(made.case, posting("找13900000000"), &ground.desk(), on("2016-03-01")).await;
    assert!(phone.unwrap_err().message.contains("手机号"));
    let done = ground.act(made.case, posting("水管坏了"), &ground.desk(), on("2016-03-01")).await;
    assert_eq!(done.case.number(), Some((2016, 1)));
    let twice = ground.cases.act(made.case, posting("水管坏了"), &ground.desk(), on("2016-03-01")).await.unwrap_err();
    assert_eq!(twice.kind, ProblemKind::Conflict);
    let next = ground.posted(on("2017-01-03")).await;
    assert_eq!(store::case_get(&mut ground.tx().await, next.case).await.unwrap().unwrap().number(), Some((2017, 1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_fire_by_themselves_and_once() {
    let mut ground = Ground::new().await;
    let late = ground.submit(on("2016-03-01")).await;
    let answered = ground.answered("2016-03-01", "2016-03-02").await;
    assert_eq!(ground.cases.sweep(on("2016-03-02")).await.unwrap(), 0);
    let fired = ground.cases.sweep(on("2016-03-20")).await.unwrap();
    assert!(fired >= 2, "{fired}");
    let mut tx = ground.tx().await;
    let closed = store::case_get(&mut tx, answered.case).await.unwrap().unwrap();
    assert_eq!((closed.state, closed.next_clock), (State::Closed, None));
    let late = store::case_get(&mut tx, late.case).await.unwrap().unwrap();
    assert_eq!(late.state, State::Submitted);
    drop(tx);
    ground.cases.sweep(on("2016-03-20")).await.unwrap();
    ground.cases.sweep(on("2016-03-20")).await.unwrap();
    assert_eq!(ground.cases.sweep(on("2016-03-20")).await.unwrap(), 0, "nothing is left to fire");
    let city = ground.tree.person(Role::CityStaff, "市");
    let (scope, at) = (city.scope(STAFF), ground.desks(city));
    let today = on("2016-03-20").today;
    let waiting = desk_counts(&mut ground.tx().await, (&scope, &at), today, today).await;
    let waiting: Vec<_> = waiting.duties.iter().map(|counted| (counted.duty, counted.total.n, counted.late)).collect();
    assert_eq!(waiting, [(store::Duty::Escalated, 1, Some(1))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_declined_is_counted_by_reason() {
    let mut ground = Ground::new().await;
    for _ in 0..2 {
        let made = ground.submit(on("2016-03-01")).await;
        ground.act(made.case, Request::Decline, &ground.desk(), on("2016-03-02")).await;
    }
    let (from, to) = (on("2016-01-01").today, on("2016-12-31").today);
    let counts = store::decline_counts(&mut ground.tx().await, None, from, to).await.unwrap();
    assert_eq!(counts, [("按规定办理".to_owned(), 2)]);
}

async fn answer(ground: &Ground, case: huiyin_cases::CaseRef) {
    let owner = ground.tree.person(Role::CaseOfficer, "水务局").clone();
    ground.act(case, assign(&ground.tree, "水务局"), &ground.desk(), on("2016-03-02")).await;
    ground.act(case, Request::Sign, &owner, on("2016-03-03")).await;
    ground.act(case, Request::Begin, &owner, on("2016-03-03")).await;
    let close = Request::RequestClose { outcome: Outcome::Solved, text: "好了".into(), photos: Vec::new() };
    ground.act(case, close, &owner, on("2016-03-04")).await;
    ground.act(case, Request::Accept, &ground.desk(), on("2016-03-07")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_kind_does_not_change() {
    let mut ground = Ground::new().await;
    ground.submit(on("2016-03-01")).await;
    assert!(ground.cases.changed_kinds(&mut ground.tx().await).await.unwrap().is_empty());
    let kind = ground.cases.book.kind("problem").unwrap().clone();
    let commented = format!("# A remark.\n{}", kind.text);
    assert!(kind.says_the_same(&commented));
    let eased = kind.text.replacen("reason = true", "reason = false", 1);
    let eased = huiyin_cases::Kind::parse(&eased).unwrap();
    let mut cases = ground.cases.clone();
    cases.book.kinds = std::sync::Arc::new(vec![eased]);
    let changed = cases.changed_kinds(&mut ground.tx().await).await.unwrap();
    assert!(changed[0].contains("第 1 版"), "{changed:?}");
}
