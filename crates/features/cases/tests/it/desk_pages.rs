//! A desk, page by page.

use huiyin_base::Day;
use huiyin_cases::State;
use huiyin_cases::store::{self, Count, DeskPage};
use huiyin_directory::Role;

use crate::ground::desk_counts;
use crate::lists::loaded;
use crate::tree::on;

#[tokio::test(flavor = "multi_thread")]
async fn desks_come_page_by_page() {
    let (ground, all) = loaded(90).await;
    let scope = ground.desk().scope(&[Role::CountyStaff]);
    let at = ground.desks(&ground.desk());
    let mut tx = ground.tx().await;
    let mut items: Vec<store::DeskItem> = Vec::new();
    let mut page = DeskPage { duty: None, view: None, at: None, limit: 4 };
    let mut pages = Vec::new();
    loop {
        let slice = store::desk_list(&mut tx, &scope, &at, &page).await.unwrap();
        items.extend(slice.rows.iter().cloned());
        pages.push(slice.rows);
        let Some(next) = slice.next else { break };
        page.at = Some(next.to_string().parse().unwrap());
    }
    while let Some(previous) = store::desk_list(&mut tx, &scope, &at, &page).await.unwrap().previous {
        page.at = Some(previous.to_string().parse().unwrap());
        pages.pop();
        let slice = store::desk_list(&mut tx, &scope, &at, &page).await.unwrap();
        assert_eq!(Some(&slice.rows), pages.last(), "the way back shows what the way there showed");
    }
    assert_eq!(pages.len(), 1);
    let whole = DeskPage { duty: None, view: None, at: None, limit: 500 };
    let rows = store::desk_rows(&mut tx, &scope, &at, &whole).await.unwrap().rows;
    assert_eq!(rows.len(), items.len());
    for (row, item) in rows.iter().zip(&items) {
        assert_eq!((row.duty, row.due_day, row.returned), (item.duty, item.due_day, item.returned));
        assert_eq!(row.line, store::case_lines(&mut tx, &scope, &[item.case()]).await.unwrap().remove(0));
    }
    let waiting = [State::Submitted, State::Posted, State::CloseRequested];
    assert_eq!(items.len(), all.iter().filter(|history| waiting.contains(&history.item.state)).count());
    assert!(items.is_sorted_by_key(|item| (item.due_day.map_or(i64::MAX, Day::number), item.seq)));
    let today = on("2016-12-16").today;
    let counts = desk_counts(&mut tx, (&scope, &at), today, today).await;
    assert_eq!(counts.total, Count { n: i64::try_from(items.len()).unwrap(), exact: true });
    for counted in counts.duties {
        let duty = counted.duty;
        let one = DeskPage { duty: Some(duty), view: None, at: None, limit: 500 };
        let rows = store::desk_list(&mut tx, &scope, &at, &one).await.unwrap().rows;
        assert!(rows.iter().all(|item| item.duty == duty));
        assert_eq!(i64::try_from(rows.len()).unwrap(), counted.total.n);
    }
}
