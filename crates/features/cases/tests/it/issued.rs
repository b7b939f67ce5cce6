//! What is handed down by a unit: its way until it is struck off, who may do what, and what is refused.

use huiyin_base::ProblemKind;
use huiyin_cases::{Act, Action, CaseRef, FieldValue, Issued, Issuing, Outcome, Request, State, Value, store};
use huiyin_directory::{OrgRef, Role, Viewer};

use crate::ground::{Ground, account_add, stray};
use crate::tree::{day, on};

impl Ground {
    pub(crate) fn issuing(&mut self, from: &str, to: &str) -> Issuing {
        Issuing {
            to: self.tree.org(to),
            account: None,
            title: "年内建成便民服务点".into(),
            text: "每个村一处，有人值班，有牌子，有登记".into(),
            values: Vec::new(),
            deadline: None,
            issuer: self.tree.org(from),
            parent: None,
            nonce: format!("nonce-{}", self.rng.below(u64::MAX)),
        }
    }

    pub(crate) async fn issue(&mut self, kind: &str, issuing: Issuing, by: &Viewer, when: &str) -> Issued {
        self.cases.issue(kind, issuing, by, on(when), &mut self.rng).await.unwrap()
    }

    async fn refused(&self, case: CaseRef, act: impl Into<Act>, by: &Viewer, when: &str) -> (ProblemKind, String) {
        let problem = self.cases.act(case, act, by, on(when)).await.unwrap_err();
        (problem.kind, problem.message)
    }

    pub(crate) fn who(&self, role: Role, org: &str) -> Viewer {
        self.tree.person(role, org).clone()
    }

    /// Signed, done, and asked to be struck off.
    pub(crate) async fn done(&self, case: CaseRef, owner: &Viewer, when: &str) {
        self.act(case, Request::Sign, owner, on(when)).await;
        self.act(case, Request::Begin, owner, on(when)).await;
        let text = "三个点都建好了，已经有人值班。".to_owned();
        let close = Request::RequestClose { outcome: Outcome::Solved, text, photos: Vec::new() };
        self.act(case, close, owner, on(when)).await;
    }
}

fn weak_values() -> Vec<FieldValue> {
    vec![FieldValue::text("cause", "team"), FieldValue::text("plan", "选派第一书记，补齐班子")]
}

fn votes(favour: i64, against: i64) -> Request {
    let of = |field, count| FieldValue::new(field, Value::Number(count));
    Request::Record(vec![of("vote_for", favour), of("vote_against", against), of("vote_abstained", 0)])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_struck_off_by_whoever_handed_it_down() {
    let mut ground = Ground::new().await;
    let (county, owner) = (ground.desk(), ground.who(Role::TownshipStaff, "甲镇"));
    let issuing = ground.issuing("县", "甲镇");
    let case = ground.issue("task", issuing, &county, "2016-03-01").await.case;
    let item = store::case_get(&mut ground.tx().await, case).await.unwrap().unwrap();
    assert_eq!((item.state, item.number(), item.posted_day), (State::Assigned, None, Some(day("2016-03-01"))));
    assert_eq!((item.owner(), item.desk_org()), (ground.tree.org("甲镇"), ground.tree.org("县")));
    assert_eq!((item.township, item.village), (Some(ground.tree.org("甲镇").id), None));
    assert_eq!(item.due_sign, Some(day("2016-03-03")));

    ground.done(case, &owner, "2016-03-02").await;
    let events = store::event_list(&mut ground.tx().await, case, false).await.unwrap();
    assert_eq!((events[0].kind, events[0].public), (Action::Issue, false));
    let colleague = ground.who(Role::TownshipStaff, "乙镇");
    assert_eq!(ground.refused(case, Request::Accept, &colleague, "2016-03-03").await.0, ProblemKind::NotFound);
    assert_eq!(ground.refused(case, Request::Accept, &owner, "2016-03-03").await.0, ProblemKind::Forbidden);
    let done = ground.act(case, Request::Accept, &county, on("2016-03-03")).await.case;
    assert_eq!((done.state, done.close_number()), (State::Answered, Some((2016, 1))));
    assert_eq!(done.verified_by(), Some(county.account));
    assert_eq!(done.next_clock, None, "nobody objects to a task: it stays struck off");
    let number = ground.cases.book.close_number("task", "宝塔", (2016, 1));
    assert_eq!(number.as_deref(), Some("宝塔任销〔2016〕00001号"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_owned_it_never_checks_it() {
    let mut ground = Ground::new().await;
    let county = ground.desk();
    let issuing = ground.issuing("县", "县");
    let case = ground
        .issue("reform", Issuing { values: vec![FieldValue::text("type", "plan")], ..issuing }, &county, "2016-03-01")
        .await
        .case;
    ground.done(case, &county, "2016-03-02").await;
    assert_eq!(ground.refused(case, Request::Accept, &county, "2016-03-03").await.0, ProblemKind::Forbidden);
    let other = ground.tree.persons(Role::CountyStaff, "县")[1].clone();
    assert_eq!(ground.act(case, Request::Accept, &other, on("2016-03-03")).await.case.state, State::Answered);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_verifiers_at_once_give_one_number() {
    let mut ground = Ground::new().await;
    let (county, owner) = (ground.desk(), ground.who(Role::TownshipStaff, "甲镇"));
    let other = ground.tree.persons(Role::CountyStaff, "县")[1].clone();
    let issuing = ground.issuing("县", "甲镇");
    let case = ground.issue("task", issuing, &county, "2016-03-01").await.case;
    ground.done(case, &owner, "2016-03-02").await;
    let one = ground.cases.act(case, Request::Accept, &county, on("2016-03-03"));
    let two = ground.cases.act(case, Request::Accept, &other, on("2016-03-03"));
    let (one, two) = tokio::join!(one, two);
    let (won, lost) = if one.is_ok() { (one, two) } else { (two, one) };
    assert_eq!(won.unwrap().case.close_number(), Some((2016, 1)));
    let lost = lost.unwrap_err();
    assert_eq!(lost.kind, ProblemKind::Conflict);
    assert!(lost.message.contains("已销号") && lost.message.contains("别人刚处理过"), "{}", lost.message);
    let again = ground.issuing("县", "乙镇");
    let next = ground.issue("task", again, &county, "2016-03-03").await.case;
    ground.done(next, &ground.who(Role::TownshipStaff, "乙镇"), "2016-03-04").await;
    let next = ground.act(next, Request::Accept, &county, on("2016-03-04")).await.case;
    assert_eq!(next.close_number(), Some((2016, 2)), "the loser took no number");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_handed_down_is_refused() {
    let mut ground = Ground::new().await;
    let (county, township) = (ground.desk(), ground.who(Role::TownshipStaff, "甲镇"));
    let refused = [
        (ground.issuing("县", "邻县"), &county, "another county"),
        (ground.issuing("县", "市"), &county, "somebody above"),
        (ground.issuing("市", "县"), &county, "in the name of the city"),
        (ground.issuing("甲镇", "乙一村"), &township, "a village of another township"),
        (Issuing { title: String::new(), ..ground.issuing("县", "甲镇") }, &county, "without a title"),
        (Issuing { title: "字".repeat(61), ..ground.issuing("县", "甲镇") }, &county, "too long"),
        (Issuing { text: "打 13912345678".into(), ..ground.issuing("县", "甲镇") }, &county, "a number in it"),
        (Issuing { nonce: "1".into(), ..ground.issuing("县", "甲镇") }, &county, "no form"),
        (Issuing { deadline: Some(day("2016-02-29")), ..ground.issuing("县", "甲镇") }, &county, "a day that is over"),
        (
            Issuing { values: vec![FieldValue::text("nothing", "x")], ..ground.issuing("县", "甲镇") },
            &county,
            "no such field",
        ),
        (
            Issuing { to: OrgRef { id: stray(), ..ground.tree.org("县") }, ..ground.issuing("县", "甲镇") },
            &county,
            "no unit",
        ),
        (
            Issuing {
                account: Some(ground.who(Role::TownshipStaff, "乙镇").account), ..ground.issuing("县", "甲镇")
            },
            &county,
            "somebody else's man",
        ),
    ];
    for (issuing, by, what) in refused {
        let problem = ground.cases.issue("task", issuing, by, on("2016-03-01"), &mut ground.rng).await;
        assert!(matches!(problem.unwrap_err().kind, ProblemKind::Invalid | ProblemKind::Forbidden), "{what}");
    }
    let issuing = ground.issuing("县", "甲镇");
    let wall = ground.cases.issue("problem", issuing, &county, on("2016-03-01"), &mut ground.rng).await;
    assert_eq!(wall.unwrap_err().kind, ProblemKind::NotFound, "a problem is not handed down");
    let submission = ground.submission();
    assert!(ground.cases.submit_as("task", submission, on("2016-03-01"), &mut ground.rng).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_twice_makes_one() {
    let mut ground = Ground::new().await;
    let county = ground.desk();
    let issuing = ground.issuing("县", "甲一村");
    let first = ground.issue("task", issuing.clone(), &county, "2016-03-01").await;
    let second = ground.issue("task", issuing, &county, "2016-03-01").await;
    assert_eq!((second.case, second.repeated), (first.case, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vote_decides_and_a_relapse_opens_again() {
    let mut ground = Ground::new().await;
    let (county, owner) = (ground.desk(), ground.who(Role::CaseOfficer, "甲一村"));
    let issuing = Issuing { values: weak_values(), ..ground.issuing("县", "甲一村") };
    let case = ground.issue("weak_body", issuing, &county, "2016-03-01").await.case;
    ground.act(case, Request::Sign, &owner, on("2016-03-02")).await;
    ground.act(case, Request::Begin, &owner, on("2016-03-02")).await;
    let close =
        || Request::RequestClose { outcome: Outcome::Solved, text: "班子配齐了".into(), photos: Vec::new() };
    assert!(ground.refused(case, close(), &owner, "2016-06-01").await.1.contains("票数"));
    ground.cases.act(case, votes(10, 30), &owner, on("2016-06-01")).await.unwrap();
    assert!(ground.refused(case, close(), &owner, "2016-06-01").await.1.contains("没有通过"));
    ground.cases.act(case, votes(30, 10), &owner, on("2016-07-01")).await.unwrap();
    assert_eq!(ground.refused(case, votes(30, 10), &owner, "2016-07-01").await.0, ProblemKind::Invalid, "nothing new");
    ground.act(case, close(), &owner, on("2016-07-01")).await;
    let done = ground.act(case, Request::Accept, &county, on("2016-07-04")).await.case;
    assert_eq!(ground.cases.book.window_ends(&done), Some(day("2017-07-04")));
    ground.cases.sweep(on("2017-07-04")).await.unwrap();
    let state = async |ground: &Ground| store::case_get(&mut ground.tx().await, case).await.unwrap().unwrap().state;
    assert_eq!(state(&ground).await, State::Answered, "the last day of the watch");
    ground.cases.sweep(on("2017-07-05")).await.unwrap();
    assert_eq!(state(&ground).await, State::Closed);
    let again = ground.cases.act(case, Request::Reopen.because("书记外出务工，班子又散了"), &county, on("2017-08-01"));
    assert_eq!(again.await.unwrap().case.state, State::Reopened);
    let values = store::value_list(&mut ground.tx().await, case).await.unwrap();
    assert!(!values.iter().any(|value| value.field.starts_with("vote_") && value.field != "vote_day"), "{values:?}");
    assert!(values.contains(&FieldValue::text("cause", "team")), "what else was entered stays: {values:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parent_is_not_struck_off_over_its_parts() {
    let mut ground = Ground::new().await;
    let (county, owner) = (ground.desk(), ground.who(Role::TownshipStaff, "甲镇"));
    let issuing = ground.issuing("县", "甲镇");
    let whole = ground.issue("task", issuing, &county, "2016-03-01").await.case;
    ground.act(whole, Request::Sign, &owner, on("2016-03-02")).await;
    ground.act(whole, Request::Begin, &owner, on("2016-03-02")).await;
    let part = Issuing { parent: Some(whole), ..ground.issuing("甲镇", "甲一村") };
    let part = ground.issue("duty", part, &owner, "2016-03-03").await.case;
    let close = Request::RequestClose { outcome: Outcome::Solved, text: "好了".into(), photos: Vec::new() };
    assert!(ground.refused(whole, close, &owner, "2016-03-04").await.1.contains("下级还有 1 件"));
    ground.done(part, &ground.who(Role::CaseOfficer, "甲一村"), "2016-03-04").await;
    ground.act(part, Request::Accept, &owner, on("2016-03-05")).await;
    let item = store::case_get(&mut ground.tx().await, whole).await.unwrap().unwrap();
    assert_eq!(item.children_open, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_go_down_in_one_write_and_one_wrong_stops_all() {
    let mut ground = Ground::new().await;
    let county = ground.desk();
    let many: Vec<Issuing> = (0..120).map(|n| ground.issuing("县", ["甲一村", "甲二村", "乙一村"][n % 3])).collect();
    let mut wrong = many.clone();
    wrong[100].to = ground.tree.org("邻县");
    assert!(ground.cases.issue_many("task", wrong, &county, on("2016-03-01"), &mut ground.rng).await.is_err());
    let scope = county.scope(&[Role::CountyStaff]);
    let filter = store::CaseFilter { kind: Some("task".into()), ..store::CaseFilter::default() };
    let count =
        async |ground: &Ground| store::case_count_exact(&mut ground.tx().await, &scope, &filter).await.unwrap().n;
    assert_eq!(count(&ground).await, 0);
    // Two batches of one millisecond.
    let (one, two) = many.split_at(60);
    for some in [one, two] {
        let issued = ground.cases.issue_many("task", some.to_vec(), &county, on("2016-03-01"), &mut ground.rng).await;
        assert!(issued.unwrap().iter().all(|issued| !issued.repeated));
    }
    assert_eq!(count(&ground).await, 120);
    let problems = store::CaseFilter::default();
    let problems = store::case_count_exact(&mut ground.tx().await, &scope, &problems).await.unwrap();
    assert_eq!(problems.n, 0, "kinds never mix");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_named_and_a_department_sees_what_it_handed_down() {
    let mut ground = Ground::new().await;
    let owner = ground.who(Role::CaseOfficer, "甲一村");
    account_add(&ground, &owner).await;
    let department = ground.tree.viewer(&[(Role::CountyStaff, "水务局")]);
    let issuing = Issuing { account: Some(owner.account), ..ground.issuing("水务局", "甲一村") };
    let case = ground.issue("duty", issuing, &department, "2016-03-01").await.case;
    let other = ground.tree.persons(Role::CaseOfficer, "甲一村")[1].clone();
    assert_eq!(ground.refused(case, Request::Sign, &other, "2016-03-02").await.0, ProblemKind::Forbidden);
    ground.act(case, Request::Sign, &owner, on("2016-03-02")).await;
    let scope = department.scope(&[Role::CountyStaff]);
    assert!(store::case_find(&mut ground.tx().await, &scope, case).await.unwrap().is_some());
    let stranger = ground.who(Role::CaseOfficer, "乙一村").scope(&[Role::CaseOfficer]);
    assert!(store::case_find(&mut ground.tx().await, &stranger, case).await.unwrap().is_none());
    let wall = store::wall_list(&mut ground.tx().await, &store::WallFilter::default(), &store::Page::first(20)).await;
    assert!(wall.unwrap().rows.is_empty(), "never on the wall");
}
