//! Whom to assign to, what to answer, several units together, what is the same.

use huiyin_base::Id;
use huiyin_cases::store::{self, AnswerTemplate, AssignRule, JointDecision};
use huiyin_cases::{CaseItem, CaseRef, JointTask, Outcome, Request, State, blank_in, is_bare, rule_of};
use huiyin_directory::Role;
use huiyin_testing::Page;

use crate::ground::{Ground, assign};
use crate::pages_desk::House;
use crate::parts::on_no_wall;
use crate::tree::{day, on};

fn rule(ground: &mut Ground, position: i64, sub: &str, unit: &str) -> AssignRule {
    let region = ground.tree.org("县").region;
    AssignRule {
        region,
        id: Id::new(region, on("2016-01-01").now, &mut ground.rng),
        position,
        category: "infrastructure".into(),
        sub_category: sub.into(),
        place: None,
        unit: ground.tree.org(unit).id,
        note: String::new(),
        account: None,
        post: "县 问题墙办公室".into(),
        from_day: day("2016-01-01"),
        ended_day: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_rule_that_fits_and_what_was_before() {
    let mut ground = Ground::new().await;
    let region = ground.tree.org("县").region;
    let rules = vec![
        rule(&mut ground, 1, "road", "甲镇"),
        AssignRule { place: Some(ground.tree.org("乙镇").id), ..rule(&mut ground, 2, "water", "乙镇") },
        rule(&mut ground, 3, "water", "水务局"),
        rule(&mut ground, 4, "", "甲镇"),
    ];
    let case = ground.posted(on("2016-03-01")).await.case;
    let mut item = store::case_get(&mut ground.tx().await, case).await.unwrap().unwrap();
    assert_eq!(rule_of(&rules, &item).map(|(place, _)| place), Some(3));
    item.sub_category = "power".into();
    assert_eq!(rule_of(&rules, &item).map(|(place, _)| place), Some(4));
    let other = CaseItem { category: "industry".into(), ..item };
    assert_eq!(rule_of(&rules, &other), None);
    let (last, first) = (rules[3].id, rules[0].id);
    let write = ground.cases.db.write("rules", move |tx| {
        let rules = rules.clone();
        Box::pin(async move {
            store::assign_rule_add(tx, &rules).await?;
            let raised = store::assign_rule_raise(tx, region, last).await?;
            let top = store::assign_rule_raise(tx, region, first).await?;
            let ended = store::assign_rule_end(tx, region, first, day("2016-03-02")).await?;
            let twice = store::assign_rule_end(tx, region, first, day("2016-03-02")).await?;
            Ok((raised, top, ended, twice))
        })
    });
    assert_eq!(write.await.unwrap(), (true, false, true, false));
    let mut tx = ground.tx().await;
    let held = store::assign_rule_list(&mut tx, region, true).await.unwrap();
    assert_eq!(held.iter().map(|rule| rule.sub_category.as_str()).collect::<Vec<_>>(), ["water", "", "water"]);
    assert_eq!(store::assign_rule_list(&mut tx, region, false).await.unwrap().len(), 1, "it stays on record");
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_are_kept_by_county() {
    let mut ground = Ground::new().await;
    let region = ground.tree.org("县").region;
    let template = |id, category: &str| AnswerTemplate {
        region,
        id,
        category: category.into(),
        sub_category: String::new(),
        outcome: Outcome::Solved,
        title: "修好".into(),
        text: "{地方}的事，{单位}办了：……".into(),
        account: None,
        post: "县".into(),
        from_day: day("2016-01-01"),
        ended_day: None,
    };
    let ids: Vec<Id> = (0..2).map(|_| Id::new(region, on("2016-01-01").now, &mut ground.rng)).collect();
    let all = vec![template(ids[0], "infrastructure"), template(ids[1], "")];
    let first = ids[0];
    let write = ground.cases.db.write("templates", move |tx| {
        let all = all.clone();
        Box::pin(async move { Ok(store::answer_template_add(tx, &all).await?) })
    });
    write.await.unwrap();
    let mut tx = ground.tx().await;
    assert_eq!(store::answer_template_list(&mut tx, region, Some("infrastructure")).await.unwrap().len(), 2);
    assert_eq!(store::answer_template_list(&mut tx, region, Some("industry")).await.unwrap().len(), 1);
    drop(tx);
    let write = ground.cases.db.write("end", move |tx| {
        Box::pin(async move { Ok(store::answer_template_end(tx, region, first, day("2016-03-01")).await?) })
    });
    assert!(write.await.unwrap());
    assert_eq!(store::answer_template_list(&mut ground.tx().await, region, None).await.unwrap().len(), 1);
    let filled = huiyin_cases::filled("{地方}的事，{单位}办了：……", "甲一村", "水务局", "3月1日", "县-2016-00001");
    assert_eq!(filled, "甲一村的事，水务局办了：……");
    let template = "已于……月……日动工，……前完成。";
    assert_eq!(blank_in("已于12月……日动工，年前完成。谢谢。", template).as_deref(), Some("月……日"));
    assert_eq!(blank_in("已于12月3日动工，现在……说来话长。", template), None);
    assert!(is_bare("甲一村的事 水务局办了", &filled) && !is_bare("甲一村的事，水务局办了：换了水管", &filled));
}

async fn in_hand(ground: &mut Ground) -> CaseRef {
    let case = ground.posted(on("2016-03-01")).await.case;
    let water = ground.tree.person(Role::CaseOfficer, "水务局").clone();
    ground.act(case, assign(&ground.tree, "水务局"), &ground.desk(), on("2016-03-01")).await;
    ground.act(case, Request::Sign, &water, on("2016-03-01")).await;
    ground.act(case, Request::Begin, &water, on("2016-03-01")).await;
    case
}

/// A figure of the whole year.
async fn figure_value(tx: &mut huiyin_db::Tx, id: &str) -> i64 {
    let mut registry = huiyin_figures::Registry::new();
    huiyin_cases::figures(&mut registry);
    let period = huiyin_figures::Period { from: day("2016-01-01"), to: day("2016-12-31") };
    let cut = huiyin_figures::Cut::city(period);
    registry.value(tx, registry.find(id).unwrap(), &cut).await.unwrap().value
}

fn tasks(ground: &Ground, units: &[&str]) -> Request {
    let task =
        |unit: &&str| JointTask { unit: ground.tree.org(unit), task: "修好路面，保障送水车通行".into() };
    Request::AskJoint(units.iter().map(task).collect())
}

/// Whether a request for joint handling of this case waits at the county's desk.
async fn lies_at_desk(ground: &Ground, case: CaseRef) -> bool {
    let item = ground.item(case).await;
    let waits = store::desk_items(&item).iter().any(|lies| lies.duty == store::Duty::Joint);
    let mut tx = ground.tx().await;
    let page = store::DeskPage { duty: Some(store::Duty::Joint), view: None, at: None, limit: 9 };
    let desk = ground.desk();
    let orgs = [item.desk_org()];
    let listed = store::desk_list(&mut tx, &desk.scope(Role::ALL), &orgs, &page).await.unwrap();
    assert_eq!(waits, listed.rows.iter().any(|lies| lies.case_id == case.id), "what lies there is what is kept");
    waits
}

#[tokio::test(flavor = "multi_thread")]
async fn several_units_after_the_county_agreed_and_the_owner_leads() {
    let mut ground = Ground::new().await;
    let case = in_hand(&mut ground).await;
    let (desk, water) = (ground.desk(), ground.tree.person(Role::CaseOfficer, "水务局").clone());
    for (units, said) in [
        (&[][..], "请选 1 到"),
        (&["水务局"], "不是牵头的单位"),
        (&["甲镇", "甲镇"], "只能选一次"),
        (&["邻县"], "本县区"),
    ] {
        let act = tasks(&ground, units).because("路断了，水车进不去");
        let refused = ground.cases.act(case, act, &water, on("2016-03-02")).await.unwrap_err();
        assert!(refused.message.contains(said), "{units:?}: {}", refused.message);
    }
    let mut rng = ground.rng.clone();
    let early = ground.cases.allow_joint(case, None, &desk, on("2016-03-02"), &mut rng).await.unwrap_err();
    assert!(early.message.contains("没有等待决定"), "{}", early.message);
    let ask = tasks(&ground, &["甲镇"]);
    let by_desk = ground.cases.act(case, ask.clone().because("路断了"), &desk, on("2016-03-02")).await;
    assert!(by_desk.is_err(), "the owner asks");
    ground.act(case, ask.clone(), &water, on("2016-03-02")).await;
    let twice = ground.cases.act(case, ask.because("再"), &water, on("2016-03-02")).await.unwrap_err();
    assert!(twice.message.contains("还在等"), "{}", twice.message);
    assert!(lies_at_desk(&ground, case).await, "the desk reads that it is asked");
    let text = "水管已更换。".to_owned();
    let close = Request::RequestClose { outcome: Outcome::Solved, text, photos: Vec::new() };
    let early = ground.cases.act(case, close, &water, on("2016-03-02")).await.unwrap_err();
    assert!(early.message.contains("还在等受理单位决定"), "{}", early.message);
    let own = ground.cases.allow_joint(case, None, &water, on("2016-03-02"), &mut rng).await;
    assert!(own.is_err(), "nobody agrees with himself");
    ground.cases.allow_joint(case, None, &desk, on("2016-03-02"), &mut rng).await.unwrap();
    assert!(!lies_at_desk(&ground, case).await, "decided");
    let mut tx = ground.tx().await;
    let whole = store::case_get(&mut tx, case).await.unwrap().unwrap();
    assert_eq!((whole.children_open, whole.owner()), (1, ground.tree.org("水务局")), "the owner leads on");
    let parts = store::case_children(&mut tx, case).await.unwrap();
    assert_eq!((parts[0].state, parts[0].owner()), (State::Assigned, ground.tree.org("甲镇")));
    assert!(parts[0].title.starts_with("联合办理："));
    let requests = store::joint_list(&mut tx, case).await.unwrap();
    assert_eq!(requests[0].decision, JointDecision::Approved);
    // Work on the problem, not another problem: the unit's list has it, the figures do not.
    let listed = store::CaseFilter { owner: Some(ground.tree.org("甲镇")), ..Default::default() };
    let scope = desk.scope(Role::ALL);
    assert_eq!(store::case_count(&mut tx, &scope, &listed).await.unwrap().n, 1);
    for (figure, n) in [("problems_raised", 1), ("problems_open", 1), ("problems_solved", 0), ("problems_rated", 0)] {
        assert_eq!(figure_value(&mut tx, figure).await, n, "{figure}");
    }
    assert_eq!(store::joint_units(&mut tx, case, 1).await.unwrap()[0].part, Some(parts[0].id));
    on_no_wall(&mut tx, &ground, &parts[0]).await;
    drop(tx);
    let text = "水管已更换。".to_owned();
    let close = Request::RequestClose { outcome: Outcome::Solved, text, photos: Vec::new() };
    let over = ground.cases.act(case, close, &water, on("2016-03-03")).await.unwrap_err();
    assert!(over.message.contains("下级还有 1 件"), "{}", over.message);
    // The part is answered and rated: still nothing that a resident raised was solved.
    let (part, town) = (parts[0].at(), ground.tree.person(Role::TownshipStaff, "甲镇").clone());
    ground.act(part, Request::Sign, &town, on("2016-03-03")).await;
    ground.act(part, Request::Begin, &town, on("2016-03-03")).await;
    let text = "路面已修好。".to_owned();
    let close = Request::RequestClose { outcome: Outcome::Solved, text, photos: Vec::new() };
    ground.act(part, close, &town, on("2016-03-04")).await;
    ground.act(part, Request::Accept, &desk, on("2016-03-04")).await;
    let item = ground.item(part).await;
    assert_eq!(item.outcome, Some(Outcome::Solved));
    let mut tx = ground.tx().await;
    for (figure, n) in [("problems_raised", 1), ("problems_answered", 0), ("problems_solved", 0)] {
        assert_eq!(figure_value(&mut tx, figure).await, n, "{figure}");
    }
    let from = day("2016-03-01");
    let answered = store::callback_answered(&mut tx, part.region, from, day("2016-03-31")).await.unwrap();
    assert!(answered.is_empty(), "nobody is called back about a part: {answered:?}");
    on_no_wall(&mut tx, &ground, &item).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_request_says_why_and_may_be_asked_again() {
    let mut ground = Ground::new().await;
    let case = in_hand(&mut ground).await;
    let (desk, water) = (ground.desk(), ground.tree.person(Role::CaseOfficer, "水务局").clone());
    ground.act(case, tasks(&ground, &["甲镇"]), &water, on("2016-03-02")).await;
    let mute = ground.cases.act(case, Request::DenyJoint, &desk, on("2016-03-02")).await.unwrap_err();
    assert!(mute.message.contains("请写明"), "{}", mute.message);
    ground.act(case, Request::DenyJoint, &desk, on("2016-03-02")).await;
    let mut tx = ground.tx().await;
    let requests = store::joint_list(&mut tx, case).await.unwrap();
    assert_eq!((requests[0].decision, requests[0].refusal.as_deref()), (JointDecision::Refused, Some("按规定办理")));
    assert!(store::case_children(&mut tx, case).await.unwrap().is_empty());
    drop(tx);
    ground.act(case, tasks(&ground, &["甲镇"]), &water, on("2016-03-03")).await;
    assert_eq!(store::joint_list(&mut ground.tx().await, case).await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn near_cases_are_found_and_none_about_oneself() {
    let mut house = House::new().await;
    let one = house.posted("上湾村", None, "上湾村水管冻裂没有水", "infrastructure", "2016-12-14").await;
    house.posted("上湾村", None, "上湾村自来水管冻裂", "infrastructure", "2016-12-14").await;
    house.posted("上湾村", Some("上湾村"), "上湾村水管冻裂无人管", "infrastructure", "2016-12-14").await;
    house.posted("上湾村", None, "路灯不亮", "infrastructure", "2016-12-14").await;
    let mut tx = house.app.site.db.read().await.unwrap();
    let item = store::case_get(&mut tx, one).await.unwrap().unwrap();
    drop(tx);
    let titles = async |login: &str| {
        let viewer = house.viewer(login).await;
        let mut tx = house.app.site.db.read().await.unwrap();
        let found = store::merger_list(&mut tx, &viewer.scope(Role::ALL), &item, 2).await.unwrap();
        let mut titles: Vec<String> = found.into_iter().map(|line| line.title).collect();
        titles.sort();
        titles
    };
    assert_eq!(titles("county").await, ["上湾村水管冻裂无人管", "上湾村自来水管冻裂"]);
    assert!(!titles("village").await.contains(&"上湾村水管冻裂无人管".to_owned()), "the subject finds nothing");
    // On the page they are chosen, not typed.
    let mut county = house.browser("county").await;
    let link = format!("/cases/{}", one.id);
    let page = county.get(&link).await;
    let numbers = page.attributes("input[name=into]", "value");
    assert!(numbers.contains(&"宝塔-2016-00002".to_owned()), "{numbers:?}");
    let given = [("into", "宝塔-2016-00002"), ("reason", "同一段水管")];
    let merged = county.submit(&page, &format!("{link}/merger"), &given).await;
    assert!(merged.text().contains("已合并"), "{}", merged.text());
}

fn suggestion(page: &Page) -> String {
    page.all("#f-assignment-org-hint").into_iter().next().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_countys_rules_suggest_with_their_reason() {
    let mut house = House::new().await;
    let case = house.posted("上湾村", None, "上湾村水管冻裂", "infrastructure", "2016-12-14").await;
    let link = format!("/cases/{}", case.id);
    let mut county = house.browser("county").await;
    let rules = county.get("/assignment-rules").await;
    let roads = house.city.org("区交通局").id.to_string();
    let wrong = county.submit(&rules, "/assignment-rules", &[("sub", "infrastructure/"), ("unit", "")]).await;
    assert!(wrong.status == 422 && wrong.text().contains("请选择建议交给哪个单位"), "{}", wrong.text());
    let foreign = house.city.org("区住建局").id.to_string();
    let wrong = county.submit(&rules, "/assignment-rules", &[("sub", "infrastructure/"), ("unit", &foreign)]).await;
    assert_eq!(wrong.status, 422, "another county's unit");
    let given = [("sub", "infrastructure/"), ("unit", roads.as_str()), ("note", "先由交通局看")];
    let saved = county.submit(&rules, "/assignment-rules", &given).await;
    assert!(saved.text().contains("区交通局") && saved.text().contains("先由交通局看"), "{}", saved.text());
    let page = county.get(&link).await;
    let said = suggestion(&page);
    assert!(said.contains("建议：区交通局") && said.contains("第 1 条") && said.contains("由您决定"), "{said}");
    // Suggested, never done.
    let mut tx = house.app.site.db.read().await.unwrap();
    assert_eq!(store::case_get(&mut tx, case).await.unwrap().unwrap().state, State::Posted);
    drop(tx);
    let about = house.posted("上湾村", Some("区交通局"), "交通局不修路", "infrastructure", "2016-12-14").await;
    let page = county.get(&format!("/cases/{}", about.id)).await;
    assert!(!suggestion(&page).contains("区交通局"), "never whom it is about: {}", suggestion(&page));
    for (login, status) in [("water", 403), ("township", 403), ("ansai", 200), ("city", 200)] {
        assert_eq!(house.browser(login).await.get("/assignment-rules").await.status, status, "{login}");
    }
    let ending = county.get("/assignment-rules").await.attributes("form[action$='/ending']", "action")[0].clone();
    assert_eq!(house.browser("ansai").await.post_only(&ending, &[]).await.status, 404, "another county's rule");
    let ended = county.post(&ending, &[]).await;
    assert!(ended.text().contains("停用过的规则"), "{}", ended.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_begins_an_answer_and_is_not_one() {
    let mut house = House::furnished().await;
    let mut county = house.browser("county").await;
    let page = county.get("/answer-templates").await;
    let text = "您反映的{地方}的问题，{单位}已办好：……";
    let given = [("sub", "infrastructure/"), ("outcome", "solved"), ("title", "办好了"), ("text", text)];
    let private = [("sub", "/"), ("outcome", "solved"), ("title", "问"), ("text", "请打13900000000")];
    assert_eq!(county.submit(&page, "/answer-templates", &private).await.status, 422);
    let saved = county.submit(&page, "/answer-templates", &given).await;
    assert!(saved.text().contains("办好了"), "{}", saved.text());
    let mut water = house.browser("water").await;
    let link = water.get("/desk").await.attributes("tbody th a", "href")[0].clone();
    let signed = water.get(&link).await;
    let begun = water.submit(&signed, &format!("{link}/beginning"), &[]).await;
    let chosen = begun.attributes(".templates a", "href")[0].clone();
    let page = water.get(chosen.split('#').next().unwrap()).await;
    let filled = "您反映的宝塔区 柳河镇 上湾村的问题，区水务局已办好：……";
    assert!(page.html().contains(filled), "{}", page.text());
    let close = format!("{link}/close-request");
    let blank = water.upload(&page, &close, &[("outcome", "solved"), ("unchanged", "1")], &[]).await;
    assert_eq!(blank.status, 422);
    assert!(blank.text().contains("空还没有填"), "{}", blank.text());
    let bare = filled.replace("：……", "。");
    let given = [("outcome", "solved"), ("text", bare.as_str())];
    let bare = water.upload(&blank, &close, &given, &[]).await;
    assert_eq!(bare.status, 422);
    assert!(bare.text().contains("模板的原话") && bare.has_form(&close), "{}", bare.text());
    let done = water.upload(&bare, &close, &[given[0], given[1], ("unchanged", "1")], &[]).await;
    assert!(done.text().contains("办结申请已提交"), "{}", done.text());
    // Changed: the old one is kept on record, the new one is offered.
    let edit = saved.attributes("a[href*='edit=']", "href")[0].clone();
    let form = county.get(&edit).await;
    let changed = county.submit(&form, "/answer-templates", &[("title", "办成了")]).await;
    assert!(changed.text().contains("办成了") && !changed.text().contains("办好了　"), "{}", changed.text());
    let stale = county.submit(&form, "/answer-templates", &[("title", "又一个")]).await;
    assert_eq!(stale.status, 409, "somebody was first");
    house.posted("下坪村", None, "下坪村水窖", "infrastructure", "2016-12-16").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_referral_carries_the_other_channels_number() {
    let mut house = House::new().await;
    let case = house.posted("上湾村", None, "上湾村门前违停", "infrastructure", "2016-12-14").await;
    let link = format!("/cases/{}", case.id);
    let mut county = house.browser("county").await;
    let page = county.get(&link).await;
    let form = format!("{link}/referral");
    let none = county.submit(&page, &form, &[("county", "to/hotline"), ("reason", "热线已在办")]).await;
    assert!(none.status == 422 && none.text().contains("要填对方的编号"), "{}", none.text());
    let nobody = county.submit(&page, &form, &[("reason", "热线已在办")]).await;
    assert!(nobody.text().contains("请选择转给谁"), "{}", nobody.text());
    let given = [("county", "to/hotline"), ("number", " 2016120100021 "), ("reason", "热线已在办")];
    let done = county.submit(&page, &form, &given).await;
    assert!(done.text().contains("已转送"), "{}", done.text());
    let public = house.app.browser().get("/problems/宝塔-2016-00001").await;
    assert!(public.text().contains("12345 热线 2016120100021"), "{}", public.text());
}
