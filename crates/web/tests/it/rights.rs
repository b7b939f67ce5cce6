use crate::house::house;

#[tokio::test]
async fn a_right_is_proven_before_the_handler_runs() {
    let (app, city, _) = house().await;
    let fields = [("text", "x")];
    assert_eq!(app.browser().post_only("/notes/decision", &fields).await.status, 401);
    for (login, status) in [("member", 403), ("township", 403), ("audit", 403), ("county", 200), ("city", 200)] {
        let mut browser = app.browser_as(city.account(login)).await.unwrap();
        let page = browser.post_only("/notes/decision", &fields).await;
        assert_eq!(page.status, status, "{login}: {}", page.text());
        if status == 403 {
            assert!(page.text().contains("县级工作人员"), "says who can: {}", page.text());
        }
    }
}

#[tokio::test]
async fn the_table_of_rights_names_every_route() {
    let (app, _, _) = house().await;
    let lines: Vec<String> =
        app.site.table.iter().map(|route| format!("{} {} {}", route.method, route.path, route.permission)).collect();
    assert!(lines.contains(&"POST /notes/decision note_decide".to_owned()), "{lines:?}");
    assert!(lines.contains(&"GET /healthz public".to_owned()));
}
