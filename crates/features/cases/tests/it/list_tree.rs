//! The tree: handed down across regions, rolled up, kept from closing, resumed, changed.

use huiyin_base::{Id, ProblemKind};
use huiyin_cases::store::{self, CaseNode, LinkFilter, ProposalState};
use huiyin_cases::{Breakdown, BreakdownRow, CaseRef, FieldValue, ParentChange, Request, State, Value};
use huiyin_db::query;
use huiyin_directory::{Role, Viewer};

use crate::ground::{Ground, account_add, assign};
use crate::tree::{day, on};

impl Ground {
    /// A task that the city gives itself, signed by the second of its staff.
    pub(crate) async fn top(&mut self) -> CaseRef {
        let city = self.who(Role::CityStaff, "市");
        let issuing = self.issuing("市", "市");
        self.issue("task", issuing, &city, "2016-03-01").await.case
    }

    pub(crate) fn breakdown(&mut self, parent: CaseRef, units: &[(&str, i64)]) -> Breakdown {
        let row = |(unit, target): &(&str, i64)| BreakdownRow {
            unit: self.tree.org(unit),
            person: None,
            target: Some(*target),
        };
        let rows = units.iter().map(row).collect();
        let nonce = format!("nonce-{}", self.rng.below(u64::MAX));
        Breakdown {
            parent,
            kind: "task".into(),
            title: "解决饮水困难".into(),
            text: "把水通到每一户。".into(),
            measure: "户".into(),
            deadline: None,
            rows,
            nonce,
        }
    }

    /// Handed down, and written where the units live.
    pub(crate) async fn handed(&mut self, what: Breakdown, by: &Viewer) -> Id {
        let (run, _) = self.cases.hand_down(what.clone(), by, on("2016-03-02"), &mut self.rng).await.unwrap();
        self.cases.handdown_run(what.parent.region, run, on("2016-03-02")).await.unwrap();
        run
    }

    /// A task of the city for the county, which hands it on to villages; gives both.
    async fn through_the_county(&mut self, villages: &[(&str, i64)]) -> (CaseRef, CaseRef) {
        let (city, county) = (self.who(Role::CityStaff, "市"), self.who(Role::CountyStaff, "县"));
        let root = self.top().await;
        let what = self.breakdown(root, &[("县", 30)]);
        self.handed(what, &city).await;
        let child = self.children(root).await[0];
        let what = self.breakdown(child, villages);
        self.handed(what, &county).await;
        (root, child)
    }

    pub(crate) async fn children(&self, parent: CaseRef) -> Vec<CaseRef> {
        let all = LinkFilter::default();
        let links = store::link_all(&mut self.tx().await, parent, &all).await.unwrap();
        links.iter().map(store::CaseLink::child_at).collect()
    }

    pub(crate) async fn node(&self, case: CaseRef) -> CaseNode {
        store::node_get(&mut self.tx().await, case).await.unwrap().unwrap()
    }

    /// What jobs do: news across a border.
    pub(crate) async fn news(&self, cases: &[CaseRef]) {
        for case in cases {
            self.cases.tree_news(*case, on("2016-03-05")).await.unwrap();
        }
    }
}

fn below(node: &CaseNode) -> (i64, i64, i64, i64, i64) {
    (node.total, node.done, node.late, node.parts_target, node.parts_amount)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_goes_from_the_city_to_the_villages_and_comes_back_done() {
    let mut ground = Ground::new().await;
    let (city, county) = (ground.who(Role::CityStaff, "市"), ground.who(Role::CountyStaff, "县"));
    let root = ground.top().await;
    let what = ground.breakdown(root, &[("县", 30), ("邻县", 20)]);
    ground.handed(what, &city).await;
    let counties = ground.children(root).await;
    assert_eq!(below(&ground.node(root).await), (2, 0, 0, 50, 0));
    assert_eq!(ground.item(root).await.children_open, 2);
    let mine = ground.item(counties[0]).await;
    assert_eq!((mine.region, mine.owner()), (ground.tree.org("县").region, ground.tree.org("县")));
    assert_eq!((mine.state, mine.desk_org()), (State::Assigned, ground.tree.org("市")));

    let what = ground.breakdown(counties[0], &[("甲一村", 10), ("甲二村", 12), ("乙一村", 8)]);
    ground.handed(what, &county).await;
    let villages = ground.children(counties[0]).await;
    assert_eq!(below(&ground.node(counties[0]).await), (3, 0, 0, 30, 0));
    // In the region of the county it stood there in the same transaction; the city learns it by the job.
    assert_eq!(below(&ground.node(root).await), (2, 0, 0, 50, 0));
    ground.news(&counties).await;
    assert_eq!(below(&ground.node(root).await), (5, 0, 0, 50, 0));

    let village = ground.who(Role::CaseOfficer, "甲一村");
    ground.act(villages[0], Request::Sign, &village, on("2016-03-03")).await;
    let record = Request::Record(vec![FieldValue::new("done", Value::Number(7))]);
    ground.act(villages[0], record, &village, on("2016-03-03")).await;
    assert_eq!(below(&ground.node(counties[0]).await), (3, 0, 0, 30, 7));
    ground.act(villages[0], Request::Begin, &village, on("2016-03-03")).await;
    let close =
        Request::RequestClose {
            outcome: huiyin_cases::Outcome::Solved, text: "全通了。".into(), photos: Vec::new()
        };
    ground.act(villages[0], close, &village, on("2016-03-04")).await;
    ground.act(villages[0], Request::Accept, &county, on("2016-03-04")).await;
    assert_eq!(below(&ground.node(counties[0]).await), (3, 1, 0, 30, 7));
    assert_eq!(ground.item(counties[0]).await.children_open, 2);
    ground.news(&counties).await;
    assert_eq!(below(&ground.node(root).await), (5, 1, 0, 50, 7));
    let as_of = ground.node(root).await.as_of;
    assert_eq!(as_of, Some(on("2016-03-05").now));
    // Old news changes nothing.
    ground.news(&counties).await;
    assert_eq!(below(&ground.node(root).await), (5, 1, 0, 50, 7));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parent_does_not_close_over_open_children_across_the_border() {
    let mut ground = Ground::new().await;
    let city = ground.who(Role::CityStaff, "市");
    let other = ground.tree.persons(Role::CityStaff, "市")[1].clone();
    let root = ground.top().await;
    let what = ground.breakdown(root, &[("县", 30)]);
    ground.handed(what, &city).await;
    let child = ground.children(root).await[0];
    ground.act(root, Request::Sign, &city, on("2016-03-03")).await;
    ground.act(root, Request::Begin, &city, on("2016-03-03")).await;
    let close = || Request::RequestClose {
        outcome: huiyin_cases::Outcome::Solved,
        text: "都办好了。".into(),
        photos: Vec::new(),
    };
    let refused = ground.cases.act(root, close(), &city, on("2016-03-03")).await.unwrap_err();
    assert!(refused.kind == ProblemKind::Conflict && refused.message.contains("还有 1 件"), "{}", refused.message);
    let gone = ground.cases.act(root, Request::Withdraw.because("不办了"), &other, on("2016-03-03")).await.unwrap_err();
    assert!(gone.message.contains("还有 1 件"), "{}", gone.message);

    let county = ground.who(Role::CountyStaff, "县");
    ground.done(child, &county, "2016-03-04").await;
    ground.act(child, Request::Accept, &city, on("2016-03-04")).await;
    assert_eq!(ground.item(root).await.children_open, 1, "until the news has come, the parent waits");
    ground.news(&[child]).await;
    assert_eq!(ground.item(root).await.children_open, 0);
    ground.act(root, close(), &city, on("2016-03-05")).await;

    // While the parent waits to be checked the child is opened again: the parent cannot be accepted.
    ground.act(child, Request::Reopen, &city, on("2016-03-05")).await;
    assert_eq!(ground.item(root).await.children_open, 1);
    let refused = ground.cases.act(root, Request::Accept, &other, on("2016-03-05")).await.unwrap_err();
    assert!(refused.message.contains("还有 1 件"), "{}", refused.message);
    let text = "又修好了。".to_owned();
    ground.act(child, Request::Begin, &county, on("2016-03-06")).await;
    let again = Request::RequestClose { outcome: huiyin_cases::Outcome::Solved, text, photos: Vec::new() };
    ground.act(child, again, &county, on("2016-03-06")).await;
    ground.act(child, Request::Accept, &city, on("2016-03-06")).await;
    ground.news(&[child]).await;
    ground.act(root, Request::Accept, &other, on("2016-03-07")).await;
    assert_eq!(ground.item(root).await.state, State::Answered);
    // And once the parent is closed, the child stays so.
    let refused =
        ground.cases.act(child, Request::Reopen.because("又坏了"), &city, on("2016-03-08")).await.unwrap_err();
    assert!(refused.message.contains("先重新打开上级"), "{}", refused.message);
    let late = ground.breakdown(root, &[("邻县", 3)]);
    let refused = ground.cases.hand_down(late, &city, on("2016-03-08"), &mut ground.rng).await.unwrap_err();
    assert_eq!(refused.kind, ProblemKind::Conflict);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_form_is_one_run_and_a_run_goes_on_where_it_stopped() {
    let mut ground = Ground::new().await;
    let city = ground.who(Role::CityStaff, "市");
    let root = ground.top().await;
    let what = ground.breakdown(root, &[("县", 30), ("邻县", 20)]);
    let (run, repeated) = ground.cases.hand_down(what.clone(), &city, on("2016-03-02"), &mut ground.rng).await.unwrap();
    assert!(!repeated);
    // Interrupted before anything was written: the parent counts them all the same.
    assert_eq!(ground.item(root).await.children_open, 2);
    let (same, repeated) = ground.cases.hand_down(what, &city, on("2016-03-02"), &mut ground.rng).await.unwrap();
    assert_eq!((same, repeated), (run, true));
    assert_eq!(ground.cases.handdown_run(root.region, run, on("2016-03-02")).await.unwrap(), 2);
    assert_eq!(ground.cases.handdown_run(root.region, run, on("2016-03-02")).await.unwrap(), 0);
    // Killed after the cases were written and before their rows were marked: nothing is made twice.
    let write = ground.cases.db.write("interrupted", move |tx| {
        Box::pin(async move {
            query("update handdown_row set state = 'waiting' where run = $1").bind(run).execute(tx).await?;
            Ok(())
        })
    });
    write.await.unwrap();
    let (first, second) = tokio::join!(
        ground.cases.handdown_run(root.region, run, on("2016-03-02")),
        ground.cases.handdown_run(root.region, run, on("2016-03-02"))
    );
    first.unwrap();
    second.unwrap();
    let count = query("select count(*) from case_item where parent = $1").bind(root.id);
    let count: i64 = count.fetch_scalar(&mut ground.tx().await).await.unwrap();
    assert_eq!((count, ground.item(root).await.children_open), (2, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_own_it_does_not_break_it_down_and_no_unit_above_is_named() {
    let mut ground = Ground::new().await;
    let (city, county) = (ground.who(Role::CityStaff, "市"), ground.who(Role::CountyStaff, "县"));
    let root = ground.top().await;
    let what = ground.breakdown(root, &[("甲镇", 3)]);
    let refused = ground.cases.hand_down(what, &county, on("2016-03-02"), &mut ground.rng).await.unwrap_err();
    assert_eq!(refused.kind, ProblemKind::Forbidden);
    let what = ground.breakdown(root, &[("县", 30)]);
    ground.handed(what, &city).await;
    let child = ground.children(root).await[0];
    for (units, word) in
        [(vec![("邻县", 3)], "下级"), (vec![("市", 3)], "下级"), (vec![], "至少"), (vec![("甲镇", -1)], "目标数")]
    {
        let what = ground.breakdown(child, &units);
        let refused = ground.cases.hand_down(what, &county, on("2016-03-02"), &mut ground.rng).await.unwrap_err();
        assert!(refused.message.contains(word), "{word}: {}", refused.message);
    }
    let twice = ground.breakdown(child, &[("甲镇", 3), ("甲镇", 4)]);
    let refused = ground.cases.hand_down(twice, &county, on("2016-03-02"), &mut ground.rng).await.unwrap_err();
    assert!(refused.message.contains("两次"));
    assert_eq!(ground.item(child).await.children_open, 0, "nothing of it was written");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duty_has_a_person_and_ends_the_tree() {
    let mut ground = Ground::new().await;
    let county = ground.who(Role::CountyStaff, "县");
    let officer = ground.who(Role::CaseOfficer, "甲一村");
    account_add(&ground, &officer).await;
    let issuing = ground.issuing("县", "县");
    let root = ground.issue("task", issuing, &county, "2016-03-01").await.case;
    let what = ground.breakdown(root, &[("甲一村", 1)]);
    let duty = Breakdown { kind: "duty".into(), ..what };
    let refused = ground.cases.hand_down(duty.clone(), &county, on("2016-03-02"), &mut ground.rng).await.unwrap_err();
    assert!(refused.message.contains("落实到人"));
    let rows = duty.rows.iter().map(|row| BreakdownRow { person: Some(officer.account), ..*row }).collect();
    ground.handed(Breakdown { rows, ..duty }, &county).await;
    let child = ground.children(root).await[0];
    let item = ground.item(child).await;
    assert_eq!((item.kind.as_str(), item.owner_person()), ("duty", Some(officer.account)));
    assert!(item.path.starts_with(&ground.item(root).await.path), "in one region the path leads to the top");
    let what = ground.breakdown(child, &[("甲一村", 1)]);
    let refused = ground.cases.hand_down(what, &officer, on("2016-03-02"), &mut ground.rng).await.unwrap_err();
    assert!(refused.message.contains("不再往下"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_above_is_proposed_and_each_unit_answers_for_itself() {
    let mut ground = Ground::new().await;
    let city = ground.who(Role::CityStaff, "市");
    let root = ground.top().await;
    let what = ground.breakdown(root, &[("县", 30), ("邻县", 20)]);
    ground.handed(what, &city).await;
    let children = ground.children(root).await;
    let change = ParentChange {
        deadline: Some(day("2016-11-30")),
        targets: vec![(children[0].id, 40)],
        why: "资金到得晚。".into(),
        nonce: "nonce-change-1".into(),
        ..ParentChange::default()
    };
    let (run, _) = ground.cases.propose(root, change, &city, on("2016-03-03"), &mut ground.rng).await.unwrap();
    ground.cases.handdown_run(root.region, run, on("2016-03-03")).await.unwrap();
    let before = ground.item(children[0]).await;
    let county = ground.who(Role::CountyStaff, "县");
    let waiting = store::proposal_waiting(&mut ground.tx().await, &[ground.tree.org("县")], 10).await.unwrap();
    assert_eq!((waiting.len(), waiting[0].target), (1, Some(40)));
    assert_eq!(ground.item(children[0]).await, before, "nothing changes before the unit has answered");
    let outside = ground.who(Role::CountyStaff, "邻县");
    let when = on("2016-03-04");
    let refused = ground.cases.proposal_answer(children[0], run, true, "", &outside, when).await.unwrap_err();
    assert_eq!(refused.kind, ProblemKind::Forbidden);
    let state = ground.cases.proposal_answer(children[0], run, true, "", &county, when).await.unwrap();
    assert_eq!(state, ProposalState::Accepted);
    assert_eq!(ground.item(children[0]).await.due_answer, Some(day("2016-11-30")));
    ground.news(&children).await;
    assert_eq!(ground.node(root).await.parts_target, 60);
    let again = ground.cases.proposal_answer(children[0], run, false, "晚了", &county, when).await.unwrap_err();
    assert!(again.kind == ProblemKind::Conflict && again.message.contains("已接受"), "{}", again.message);
    let bare = ground.cases.proposal_answer(children[1], run, false, " ", &outside, when).await.unwrap_err();
    assert_eq!(bare.kind, ProblemKind::Invalid);
    ground.cases.proposal_answer(children[1], run, false, "工期已经排定。", &outside, when).await.unwrap();
    assert_eq!(ground.item(children[1]).await.due_answer, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_becomes_late_is_counted_at_every_level_above() {
    let mut ground = Ground::new().await;
    let (root, child) = ground.through_the_county(&[("甲一村", 10), ("甲二村", 12)]).await;
    let later = on("2016-06-01");
    assert_eq!(ground.cases.tree_late(child.region, later).await.unwrap(), 2);
    assert_eq!(ground.cases.tree_late(child.region, later).await.unwrap(), 0);
    assert_eq!(ground.node(child).await.late, 2);
    ground.cases.tree_late(root.region, later).await.unwrap();
    ground.cases.tree_news(child, later).await.unwrap();
    assert_eq!(ground.node(root).await.late, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_that_fire_together_are_each_counted_above() {
    let mut ground = Ground::new().await;
    let (root, child) = ground.through_the_county(&[("甲一村", 10), ("甲二村", 12), ("乙一村", 8)]).await;
    let villages = ground.children(child).await;
    let before = ground.node(child).await;

    // One sweep for the county and its three villages: all of them are late, and the county hears of each.
    let later = on("2016-06-01");
    assert!(ground.cases.sweep(later).await.unwrap() >= 4);
    let after = ground.node(child).await;
    assert_eq!((after.late, after.total, after.done), (3, 3, 0));
    assert_eq!(after.as_of, Some(later.now));
    assert!(after.version >= before.version + 3, "{} {}", before.version, after.version);
    for village in &villages {
        let link = store::link_get(&mut ground.tx().await, child, *village).await.unwrap().unwrap();
        assert_eq!((link.late, link.late_below, link.version), (true, 1, ground.node(*village).await.version));
    }
    assert_eq!(ground.cases.tree_late(child.region, later).await.unwrap(), 0, "nothing is left to count");

    // The city hears it by the one job that waits.
    let jobs = query("select count(*) from job where kind = $1 and state = 'waiting'").bind(huiyin_cases::NEWS);
    assert_eq!(jobs.fetch_column::<i64>(&mut ground.tx().await).await.unwrap(), [1]);
    ground.cases.tree_news(child, later).await.unwrap();
    assert_eq!(ground.node(root).await.late, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_problem_that_was_handed_down_hears_of_late_parts_as_well() {
    let mut ground = Ground::new().await;
    let county = ground.who(Role::CountyStaff, "县");
    let case = ground.posted(on("2016-03-01")).await.case;
    let desk = ground.desk();
    ground.act(case, assign(&ground.tree, "县"), &desk, on("2016-03-01")).await;
    ground.act(case, Request::Sign, &county, on("2016-03-01")).await;
    let what = ground.breakdown(case, &[("甲一村", 10), ("甲二村", 12)]);
    ground.handed(what, &county).await;
    assert_eq!(ground.node(case).await.total, 2);
    assert!(ground.cases.sweep(on("2016-06-01")).await.unwrap() >= 2);
    assert_eq!(ground.node(case).await.late, 2);
}
