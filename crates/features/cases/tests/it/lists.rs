//! Lists, counts, search, figures and loads in bulk, over a few hundred invented problems.

use std::collections::BTreeSet;

use huiyin_base::Rng;
use huiyin_cases::store::{self, CaseFilter, CaseLine, Count, Order, Page, WallFilter};
use huiyin_cases::{Act, Actor, Around, History, Moment, Outcome, Posting, Request, State};
use huiyin_directory::Role;

use crate::ground::{Ground, assign};
use crate::tree::{Tree, on};

const CATEGORIES: [&str; 3] = ["infrastructure", "industry", "village_affairs"];

/// Problems of every state, spread over the year.
fn histories(tree: &Tree, count: u64) -> Vec<History> {
    (0..count).map(|n| history(tree, n)).collect()
}

fn history(tree: &Tree, n: u64) -> History {
    let start = Moment::at(on("2016-01-04").now + chrono::TimeDelta::hours(i64::try_from(n).unwrap() * 16));
    let mut history = tree.opened(n + 10, None, start);
    history.item.receipt = Some(huiyin_vault::Vault::seeded(1).blind("receipt", &n.to_string()));
    history.follows[0].follower = history.item.receipt.unwrap();
    let desk = tree.person(Role::CountyStaff, "县");
    let owner = tree.person(Role::CaseOfficer, "水务局");
    let post = Request::Post(Posting {
        title: format!("第{n}件水管坏了"),
        text: if n.is_multiple_of(7) {
            "果园缺水，苹果树旱了".into()
        } else {
            "村口没有自来水".into()
        },
        edited: false,
        category: CATEGORIES[usize::try_from(n % 3).unwrap()].into(),
        sub_category: String::new(),
        photos: Vec::new(),
    });
    let answer =
        |outcome| Request::RequestClose { outcome, text: "已修好，供水恢复".into(), photos: Vec::new() };
    let outcome = if n.is_multiple_of(5) { Outcome::Explained } else { Outcome::Solved };
    let steps: Vec<(Request, Actor<'_>, i64)> = vec![
        (post, Actor::Staff(desk), 1),
        (assign(tree, "水务局"), Actor::Staff(desk), 1),
        (Request::Sign, Actor::Staff(owner), 2),
        (Request::Begin, Actor::Staff(owner), 2),
        (answer(outcome), Actor::Staff(owner), 9),
        (Request::Accept, Actor::Staff(desk), 10),
    ];
    let depth = usize::try_from(n % 11).unwrap();
    for (request, actor, days) in steps.into_iter().take(if depth > 6 { 6 } else { depth }) {
        act(tree, &mut history, request, actor, start, n, days);
    }
    if history.item.state == State::Answered && n.is_multiple_of(2) {
        history.rate(i64::try_from(n % 5).unwrap() + 1, Moment::at(start.now + chrono::TimeDelta::days(11)));
    }
    if depth == 9 {
        act(tree, &mut history, Request::Object(vec![1]), Actor::Reporter, start, n, 12);
    }
    history
}

fn act(tree: &Tree, history: &mut History, request: Request, actor: Actor<'_>, start: Moment, n: u64, days: i64) {
    let around = Around {
        lines: &tree.lines,
        assignee: None,
        merge_into: None,
        close_number: None,
        number: Some((2016, i64::try_from(n).unwrap() + 1)),
        moment: Moment::at(start.now + chrono::TimeDelta::days(days)),
    };
    let act: Act = request.because("按规定");
    history.act(&tree.book, &act, &actor, around).unwrap();
}

pub(crate) async fn loaded(count: u64) -> (Ground, Vec<History>) {
    let ground = Ground::new().await;
    let all = histories(&ground.tree, count);
    load(&ground, &all).await;
    (ground, all)
}

async fn load(ground: &Ground, all: &[History]) {
    for chunk in all.chunks(100) {
        let chunk = chunk.to_vec();
        let write = ground.cases.db.write("load", move |tx| {
            let chunk = chunk.clone();
            Box::pin(async move { Ok(store::history_add_many(tx, &chunk).await?) })
        });
        write.await.unwrap();
    }
}

pub(crate) fn posted<'a>(all: &'a [History], filter: impl Fn(&History) -> bool + 'a) -> BTreeSet<i64> {
    let wall = all.iter().filter(move |history| history.item.posted_day.is_some() && filter(history));
    wall.map(|history| history.item.seq).collect()
}

/// Walks a list to its end and back to its beginning.
async fn walk(ground: &Ground, filter: &WallFilter) -> Vec<CaseLine> {
    let mut tx = ground.tx().await;
    let mut page = Page::first(7);
    let mut rows = Vec::new();
    let mut last;
    loop {
        let slice = store::wall_list(&mut tx, filter, &page).await.unwrap();
        last = slice.rows.clone();
        rows.extend(slice.rows);
        let Some(next) = slice.next else { break };
        page = Page::at(Some(&next.to_string()), 7);
    }
    let mut back = last;
    let mut at = page;
    while let Some(previous) = store::wall_list(&mut tx, filter, &at).await.unwrap().previous {
        at = Page::at(Some(&previous.to_string()), 7);
        let slice = store::wall_list(&mut tx, filter, &at).await.unwrap();
        back.splice(0..0, slice.rows);
    }
    assert_eq!(back, rows, "the way back shows what the way there showed");
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wall_lists_counts_and_finds() {
    let (ground, all) = loaded(240).await;
    let region = Some(ground.tree.org("县").region);
    let filters = [
        WallFilter::default(),
        WallFilter { region, ..WallFilter::default() },
        WallFilter { region, category: Some("industry".into()), ..WallFilter::default() },
        WallFilter { category: Some("industry".into()), states: vec![State::Answered], ..WallFilter::default() },
        WallFilter { region, states: State::WORKING.to_vec(), ..WallFilter::default() },
        WallFilter { region, township: Some(ground.tree.org("甲镇").id), ..WallFilter::default() },
        WallFilter { region, township: Some(ground.tree.org("乙镇").id), ..WallFilter::default() },
        WallFilter { region, village: Some(ground.tree.org("甲一村").id), ..WallFilter::default() },
        WallFilter { words: "苹果树".into(), region, ..WallFilter::default() },
        WallFilter { words: "供水".into(), ..WallFilter::default() },
        WallFilter { words: "供水".into(), states: State::ECHOED.to_vec(), ..WallFilter::default() },
        WallFilter { words: "自来水".into(), township: Some(ground.tree.org("甲镇").id), ..WallFilter::default() },
        WallFilter {
            words: "供水".into(),
            village: Some(ground.tree.org("甲一村").id),
            region,
            ..WallFilter::default()
        },
        WallFilter { states: State::ECHOED.to_vec(), category: Some("industry".into()), ..WallFilter::default() },
        WallFilter { states: vec![State::Merged, State::Posted], region, ..WallFilter::default() },
    ];
    for filter in filters {
        let seqs: Vec<i64> = walk(&ground, &filter).await.iter().map(|line| line.seq).collect();
        let wanted = posted(&all, |history| fits(&filter, history));
        assert_eq!(seqs, wanted.iter().rev().copied().collect::<Vec<_>>(), "{filter:?}");
        let count = store::wall_count(&mut ground.tx().await, &filter).await.unwrap();
        assert_eq!(count, told(&filter, wanted.len()), "{filter:?}");
        let (first, same) = store::wall_page(&mut ground.tx().await, &filter, &Page::first(7)).await.unwrap();
        assert!(same == count && first.next.is_some() == (count.n > 7), "{filter:?}: {same}");
        assert_eq!(first.rows.iter().map(|line| line.seq).collect::<Vec<_>>(), seqs[..seqs.len().min(7)], "{filter:?}");
    }
    let counts = store::state_counts(&mut ground.tx().await, &WallFilter::default()).await.unwrap();
    let total: i64 = counts.iter().map(|(_, n)| n).sum();
    assert_eq!(total, i64::try_from(posted(&all, |_| true).len()).unwrap());
}

/// What is closed stays in the list of the answered, and the words do not tell them apart.
#[tokio::test(flavor = "multi_thread")]
async fn words_find_the_answered_and_the_closed_apart() {
    let ground = Ground::new().await;
    let mut all = histories(&ground.tree, 600);
    for (history, n) in all.iter_mut().zip(0..) {
        if history.item.state == State::Answered && n % 13 != 6 {
            let start = Moment::at(on("2016-01-04").now + chrono::TimeDelta::hours(i64::try_from(n).unwrap() * 16));
            act(&ground.tree, history, Request::Close, Actor::System, start, n, 60);
        }
    }
    load(&ground, &all).await;
    let county = WallFilter { region: Some(ground.tree.org("县").region), ..WallFilter::default() };
    for (state, words, least) in [
        (State::Answered, "供水", 8),
        (State::Closed, "供水", 100),
        (State::Answered, "苹果树", 1),
        (State::Closed, "路灯", 0),
    ] {
        let filter = WallFilter { words: words.into(), states: vec![state], ..county.clone() };
        let seqs: Vec<i64> = walk(&ground, &filter).await.iter().map(|line| line.seq).collect();
        let wanted = posted(&all, |history| fits(&filter, history));
        assert!(wanted.len() >= least && (least > 0) != wanted.is_empty(), "{filter:?}: {}", wanted.len());
        assert_eq!(seqs, wanted.iter().rev().copied().collect::<Vec<_>>(), "{filter:?}");
        let count = store::wall_count(&mut ground.tx().await, &filter).await.unwrap();
        assert_eq!(count, told(&filter, wanted.len()), "{filter:?}");
    }
}

/// How a count of so many is told: what words find only up to a hundred.
fn told(filter: &WallFilter, n: usize) -> Count {
    if n > 100 && !filter.words.is_empty() {
        Count { n: 100, exact: false }
    } else {
        Count { n: i64::try_from(n).unwrap(), exact: true }
    }
}

/// Nobody who looks for a word wants to know whether it is eight hundred or nine.
#[tokio::test(flavor = "multi_thread")]
async fn what_words_find_is_counted_to_a_hundred() {
    let (ground, all) = loaded(600).await;
    let found = WallFilter { words: "供水".into(), ..WallFilter::default() };
    let one = all.iter().find(|history| history.item.posted_day.is_some() && fits(&found, history)).unwrap();
    let within = WallFilter { sub_category: Some(one.item.sub_category.clone()), ..found.clone() };
    let wanted = posted(&all, |history| fits(&found, history)).len();
    assert!(wanted > 101, "{wanted}");
    let mut tx = ground.tx().await;
    for filter in [&found, &within] {
        let all = posted(&all, |history| {
            fits(filter, history) && filter.sub_category.as_ref().is_none_or(|sub| history.item.sub_category == *sub)
        });
        let (page, count) = store::wall_page(&mut tx, filter, &Page::first(9)).await.unwrap();
        assert_eq!(count, told(filter, all.len()), "{filter:?}");
        assert_eq!(page.rows.len(), all.len().min(9));
        assert_eq!(store::wall_count(&mut tx, filter).await.unwrap(), count);
    }
}

fn fits(filter: &WallFilter, history: &History) -> bool {
    let item = &history.item;
    let answered = item.outcome.and(history.answers.last()).map_or("", |answer| answer.text.as_str());
    let text = format!("{}{}{answered}", item.title, item.text);
    filter.category.as_ref().is_none_or(|category| *category == item.category)
        && (filter.states.is_empty() || filter.states.contains(&item.state))
        && filter.township.is_none_or(|township| Some(township) == item.township)
        && filter.village.is_none_or(|village| Some(village) == item.village)
        && (filter.words.is_empty() || text.contains(&filter.words))
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_lists_keep_to_their_scope() {
    let (ground, all) = loaded(120).await;
    let mut tx = ground.tx().await;
    let list = async |tx: &mut huiyin_db::Tx, role, org: &str, filter: &CaseFilter| {
        let scope = ground.tree.person(role, org).scope(&[role]);
        let page = Page::first(500);
        let rows = store::case_list(tx, &scope, filter, &page).await.unwrap().rows.len();
        let exact = store::case_count_exact(tx, &scope, filter).await.unwrap();
        assert_eq!((exact.n, exact.exact), (i64::try_from(rows).unwrap(), true));
        rows
    };
    let every = CaseFilter::default();
    let on_wall = posted(&all, |_| true).len();
    assert_eq!(list(&mut tx, Role::CountyStaff, "县", &every).await, all.len());
    assert_eq!(list(&mut tx, Role::CityStaff, "市", &every).await, all.len());
    assert_eq!(list(&mut tx, Role::CountyStaff, "邻县", &every).await, 0);
    assert_eq!(list(&mut tx, Role::TownshipStaff, "甲镇", &every).await, on_wall, "what is not posted is the desk's");
    assert_eq!(list(&mut tx, Role::TownshipStaff, "乙镇", &every).await, 0);
    let owned = posted(&all, |history| history.item.assigned_day.is_some()).len();
    assert_eq!(list(&mut tx, Role::CaseOfficer, "水务局", &every).await, owned);
    let owner = ground.tree.person(Role::CaseOfficer, "水务局");
    let mine =
        CaseFilter { owner_person: Some(owner.account), owner: Some(ground.tree.org("水务局")), ..every.clone() };
    let signed = posted(&all, |history| history.item.signed_day.is_some()).len();
    assert_eq!(list(&mut tx, Role::CountyStaff, "县", &mine).await, signed);
    let today = on("2016-12-16").today;
    let number = all.iter().find_map(|history| history.item.number());
    let numbered = CaseFilter { number, ..every.clone() };
    assert_eq!(list(&mut tx, Role::CountyStaff, "县", &numbered).await, 1);
    let dated = CaseFilter { has_deadline: true, ..every.clone() };
    let with_day = all.iter().filter(|history| history.item.due_day.is_some()).count();
    assert_eq!(list(&mut tx, Role::CountyStaff, "县", &dated).await, with_day);
    let late = CaseFilter { overdue_on: Some(today), ..every.clone() };
    let overdue = all.iter().filter(|history| history.item.is_overdue(today)).count();
    assert_eq!(list(&mut tx, Role::CountyStaff, "县", &late).await, overdue);
    let june =
        CaseFilter { posted_from: Some(on("2016-02-01").today), posted_to: Some(on("2016-02-29").today), ..every };
    let wanted = posted(&all, |history| history.item.posted_month == Some(on("2016-02-01").today)).len();
    assert_eq!(list(&mut tx, Role::CountyStaff, "县", &june).await, wanted);

    let scope = ground.desk().scope(&[Role::CountyStaff]);
    let mut page = Page::first(9).by(Order::Due);
    let mut rows = Vec::new();
    loop {
        let slice = store::case_list(&mut tx, &scope, &late, &page).await.unwrap();
        rows.extend(slice.rows);
        let Some(next) = slice.next else { break };
        page = Page::at(Some(&next.to_string()), 9).by(Order::Due);
    }
    assert_eq!(rows.len(), overdue);
    assert!(rows.is_sorted_by_key(|line| (line.due_day, line.seq)));
    let back = store::case_list(&mut tx, &scope, &late, &page).await.unwrap().previous.unwrap();
    let back = store::case_list(&mut tx, &scope, &late, &Page::at(Some(&back.to_string()), 9).by(Order::Due)).await;
    assert_eq!(back.unwrap().rows, rows[rows.len() - rows.len() % 9 - 9..rows.len() - rows.len() % 9]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cube_equals_a_recount_whatever_happens() {
    let (ground, all) = loaded(60).await;
    let region = ground.tree.org("县").region;
    let mut rng = Rng::seeded(11);
    let mut accepted = 0;
    for round in 0..1200 {
        let history = &all[usize::try_from(rng.below(60)).unwrap()];
        let other = &all[usize::try_from(rng.below(60)).unwrap()];
        let anybody = &ground.tree.people[usize::try_from(rng.below(17)).unwrap()];
        let officer = ground.tree.person(Role::CaseOfficer, "水务局");
        let viewer = [anybody, &ground.desk(), officer][usize::try_from(rng.below(3)).unwrap()].clone();
        let request = match rng.below(9) {
            0 => crate::ground::posting("水管坏了"),
            1 => assign(&ground.tree, "水务局"),
            2 => Request::Sign,
            3 => Request::Begin,
            4 => Request::RequestClose { outcome: Outcome::Solved, text: "好了".into(), photos: Vec::new() },
            5 => Request::Accept,
            6 => Request::Merge(other.item.at()),
            7 => Request::Reopen,
            _ => Request::Decline,
        };
        let moment = Moment::at(on("2016-12-16").now + chrono::TimeDelta::minutes(round));
        let done = ground.cases.act(history.item.at(), request.because("因故"), &viewer, moment).await;
        accepted += i32::from(done.is_ok());
    }
    assert!(accepted > 30, "{accepted}");
    let mut tx = ground.tx().await;
    let stored = store::cube_stored(&mut tx, region).await.unwrap();
    assert_eq!(stored, store::cube_recount(&mut tx, region).await.unwrap());
    assert_eq!(store::totals_astray(&mut tx, region).await.unwrap(), 0);
    assert_eq!(store::clocks_astray(&mut tx).await.unwrap(), []);
    for history in &all {
        let case = store::case_get(&mut tx, history.item.at()).await.unwrap().unwrap();
        let events = store::event_list(&mut tx, case.at(), false).await.unwrap();
        assert_eq!(events.len(), usize::try_from(case.events).unwrap());
        assert_eq!(events.last().unwrap().to_state, case.state);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_can_be_made_anew() {
    let (ground, all) = loaded(30).await;
    let region = ground.tree.org("县").region;
    ground.cases.reindex(region).await.unwrap();
    let filter = WallFilter { words: "供水".into(), ..WallFilter::default() };
    let found = store::wall_list(&mut ground.tx().await, &filter, &Page::first(100)).await.unwrap().rows.len();
    assert_eq!(found, posted(&all, |history| fits(&filter, history)).len());
    assert!(found > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_and_receipts_of_an_import_go_on() {
    let mut ground = Ground::new().await;
    let region = ground.tree.org("县").region;
    let case = ground.posted(on("2016-03-01")).await.case;
    let write = ground.cases.db.write("bulk", move |tx| {
        Box::pin(async move {
            store::counter_put_many(tx, &[(region, 2016, 500)]).await?;
            store::counter_put_many(tx, &[(region, 2016, 20)]).await?;
            store::receipt_add_many(tx, &[([7; 32], case)]).await?;
            store::kind_put(tx, crate::tree::book().kind("problem").unwrap()).await?;
            Ok(store::case_known(tx, region, &[case.id, crate::ground::stray()]).await?)
        })
    });
    assert_eq!(write.await.unwrap(), [case.id]);
    let next = ground.posted(on("2016-03-02")).await.case;
    let mut tx = ground.tx().await;
    assert_eq!(store::case_get(&mut tx, next).await.unwrap().unwrap().number(), Some((2016, 501)));
    assert_eq!(store::receipt_find(&mut tx, [7; 32]).await.unwrap(), Some(case));
    assert_eq!(store::case_get_many(&mut tx, region, &[case.id, next.id]).await.unwrap().len(), 2);
}
