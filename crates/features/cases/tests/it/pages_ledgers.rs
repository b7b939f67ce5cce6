//! Ledgers and what was handed down, as browsers of every role meet them.

use huiyin_documents::{Column, Limits, read_table};

use crate::pages_desk::House;

/// Hands a weak body down on the page; gives the address of its case.
async fn issued(house: &House) -> String {
    let mut county = house.browser("county").await;
    let form = county.get("/ledgers/weak_body/new").await;
    assert_eq!(form.status, 200, "{}", form.text());
    let township = house.city.entry("柳河镇").id.to_string();
    let fields = [
        ("to", township.as_str()),
        ("title", "柳河镇机关党组织整顿"),
        ("text", "班子补齐，按时开会"),
        ("v_cause", "team"),
        ("v_plan", "补选副书记"),
    ];
    let page = county.submit(&form, "/ledgers/weak_body/cases", &fields).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.text().contains("已下达 1 件") && page.text().contains("柳河镇机关党组织整顿"), "{}", page.text());
    page.path.clone()
}

#[tokio::test]
async fn from_handing_down_to_striking_off() {
    let house = House::new().await;
    let case = issued(&house).await;
    let mut township = house.browser("township").await;
    let page = township.get(&case).await;
    let text = page.text();
    assert!(text.contains("补选副书记") && text.contains("班子不团结、不干事") && text.contains("下达单位"), "{text}");
    for wall in ["反映人", "上墙", "公开"] {
        assert!(!text.contains(wall), "{wall} is of the wall: {text}");
    }
    let page = township.submit(&page, &format!("{case}/signature"), &[]).await;
    let page = township.submit(&page, &format!("{case}/beginning"), &[]).await;
    let close = [("outcome", "solved"), ("text", "副书记已经补选，会开起来了")];
    let page = township.upload(&page, &format!("{case}/close-request"), &close, &[]).await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains("票数"), "{}", page.text());
    let record = [("v_vote_for", "21"), ("v_vote_against", "3"), ("v_vote_abstained", "1"), ("reason", "已开会表决")];
    let page = township.submit(&page, &format!("{case}/record"), &record).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.text().contains("已开会表决；更新了满意票、不满意票、弃权票"), "{}", page.text());
    let wrong = township.submit(&page, &format!("{case}/record"), &[("v_vote_for", "很多")]).await;
    assert_eq!(wrong.status, 422);
    let page = township.upload(&page, &format!("{case}/close-request"), &close, &[]).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let mut county = house.browser("county").await;
    let page = county.get(&case).await;
    let page = county.submit(&page, &format!("{case}/acceptance"), &[]).await;
    let text = page.text();
    assert!(text.contains("已销号") && text.contains("宝塔整销〔2016〕0001号") && text.contains("核验人"), "{text}");
    let ledger = county.get("/ledgers/weak_body?state=struck").await.text();
    for shown in ["柳河镇机关党组织整顿", "宝塔整销〔2016〕0001号", "核验：", "巩固到"] {
        assert!(ledger.contains(shown), "{shown}: {ledger}");
    }
    let all = county.get("/ledgers").await.text();
    assert!(all.contains("软弱涣散整顿") && all.contains("改革事项"), "{all}");
}

#[tokio::test]
async fn people_are_not_compared_beyond_ones_own_unit() {
    let house = House::new().await;
    let mut county = house.browser("county").await;
    for query in ["group=leader", "f_leader=018f0000000000000000000000000000"] {
        let page = county.get(&format!("/ledgers/weak_body?{query}")).await;
        assert_eq!(page.status, 403, "{query}");
        assert!(page.text().contains("是人员") && page.text().contains("本单位承办"), "{}", page.text());
        let file = county.get(&format!("/ledgers/weak_body/sheet?{query}")).await;
        assert_eq!(file.status, 403, "nor in a file: {query}");
    }
    assert_eq!(county.get("/ledgers/weak_body?group=leader&owner=own").await.status, 200);
    let sorted = county.get("/ledgers/weak_body?sort=leader").await;
    assert_eq!(sorted.status, 200, "nothing sorts by it");
}

#[tokio::test]
async fn who_may_not_see_it_finds_nothing_and_strange_addresses_break_nothing() {
    let house = House::new().await;
    let case = issued(&house).await;
    for login in ["ansai", "village"] {
        let page = house.browser(login).await.get(&case).await;
        assert_eq!(page.status, 404, "{login}");
    }
    assert!(!house.browser("ansai").await.get("/ledgers/weak_body").await.text().contains("柳河镇机关"));
    let mut county = house.browser("county").await;
    for path in ["/ledgers/problem", "/ledgers/burden", "/ledgers/nothing", "/ledgers/%2e%2e"] {
        assert_eq!(county.get(path).await.status, 404, "{path}");
    }
    for query in [
        "sort=x&dir=y&at=n.z&group=q&state=w&f_cause=%00&county=0",
        "at=n.99999999999999999999.k",
        "f_cause=team&sort=vote_day",
    ] {
        assert_eq!(county.get(&format!("/ledgers/weak_body?{query}")).await.status, 200, "{query}");
    }
    let mut township = house.browser("township").await;
    assert_eq!(township.get("/ledgers/weak_body/new").await.status, 403, "a township hands no such thing down");
}

#[tokio::test]
async fn a_ledger_leaves_as_a_file_with_its_fields() {
    let house = House::new().await;
    issued(&house).await;
    let file = house.browser("county").await.get("/ledgers/weak_body/sheet").await;
    assert_eq!(file.status, 200);
    let columns = ["名称", "主要原因", "状态", "承办单位"].map(|name| Column { name, aliases: &[], required: true });
    let table = read_table("台账.xlsx", &file.bytes, &columns, &Limits::default()).unwrap();
    assert_eq!(table.rows.len(), 1);
    let cells: Vec<&str> = table.rows[0].cells.iter().map(String::as_str).collect();
    assert!(cells.contains(&"班子不团结、不干事") && cells.contains(&"已交办"), "{cells:?}");
}

#[tokio::test]
async fn a_kind_is_made_from_lists_published_and_used() {
    let house = House::new().await;
    let mut admin = house.browser("system").await;
    let form = admin.get("/admin/kinds/new").await;
    assert_eq!(form.status, 200, "{}", form.text());
    let fields = [
        ("name", "road_repair"),
        ("label", "道路养护"),
        ("mark", "路"),
        ("desk", "county_staff"),
        ("r0_label", "缓急"),
        ("r0_type", "choice"),
        ("r0_options", "急\n缓"),
        ("r0_filter", "1"),
        ("r1_label", "里程"),
        ("r1_type", "number"),
        ("r1_sort", "1"),
    ];
    let taken: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (*name, if *name == "name" { "task" } else { *value })).collect();
    assert_eq!(admin.submit(&form, "/admin/kinds", &taken).await.status, 422, "a word that is taken");
    let preview = admin.submit(&form, "/admin/kinds", &fields).await;
    let text = preview.text();
    assert!(text.contains("草稿") && text.contains("宝塔路销〔2016〕00001号") && text.contains("里程"), "{text}");
    let mut county = house.browser("county").await;
    assert_eq!(county.get("/ledgers/road_repair/new").await.status, 404, "a draft is nobody's");
    let path = "/admin/kinds/road_repair/1/publication";
    let published = admin.submit(&preview, path, &[]).await;
    assert!(published.text().contains("发布，"), "{}", published.text());
    let form = county.get("/ledgers/road_repair/new").await;
    let township = house.city.entry("柳河镇").id.to_string();
    let fields =
        [("to", township.as_str()), ("title", "柳河沟口路段"), ("text", "补坑"), ("v_f1", "o1"), ("v_f2", "12")];
    let case = county.submit(&form, "/ledgers/road_repair/cases", &fields).await;
    assert!(case.text().contains("道路养护") && case.text().contains("急"), "{}", case.text());
    let ledger = county.get("/ledgers/road_repair?f_f1=o1&sort=f2&dir=desc").await.text();
    assert!(ledger.contains("柳河沟口路段") && ledger.contains("12"), "{ledger}");

    // A change is another version; what is open keeps its own.
    let form = admin.get("/admin/kinds/new?name=road_repair&version=1").await;
    let preview = admin
        .submit(
            &form,
            "/admin/kinds",
            &[("label", "公路养护"), ("r1_label", ""), ("r2_label", "路段"), ("r2_type", "text")],
        )
        .await;
    let preview = admin.submit(&preview, "/admin/kinds/road_repair/2/publication", &[]).await;
    assert!(preview.text().contains("公路养护"), "{}", preview.text());
    let old = county.get(&case.path).await.text();
    assert!(old.contains("里程"), "{old}");
    for login in ["county", "audit", "security"] {
        assert_eq!(house.browser(login).await.get("/admin/kinds").await.status, 403, "{login}");
    }
}

/// What the administrator fills in for a public, rated kind.
const PUBLIC_KIND: [(&str, &str); 15] = [
    ("name", "road_repair"),
    ("label", "道路养护"),
    ("mark", "路"),
    ("desk", "county_staff"),
    ("public_ledger", "1"),
    ("rated", "1"),
    ("r0_label", "里程"),
    ("r0_type", "number"),
    ("r0_public", "1"),
    ("r1_label", "备注"),
    ("r1_type", "text"),
    ("r1_sort", "1"),
    ("r2_label", "包抓人"),
    ("r2_type", "person"),
    ("r2_public", "1"),
];

#[tokio::test]
async fn a_ledger_of_ones_own_may_be_public_and_rated() {
    let house = House::new().await;
    let mut anyone = house.app.browser();
    assert!(anyone.get("/public-ledgers").await.text().contains("现在没有对外公开的台账"));
    let mut admin = house.browser("system").await;
    let form = admin.get("/admin/kinds/new").await;
    let preview = admin.submit(&form, "/admin/kinds", &PUBLIC_KIND).await;
    let told = "对外公开：名称、承办单位、里程、状态（含销号编号、核验岗位）、完成、期限、群众评议票数";
    assert!(preview.text().contains(told) && preview.text().contains("只记票数"), "{}", preview.text());
    admin.submit(&preview, "/admin/kinds/road_repair/1/publication", &[]).await;
    let mut county = house.browser("county").await;
    let form = county.get("/ledgers/road_repair/new").await;
    assert!(form.text().contains("这类事项对外公开"), "{}", form.text());
    let township = house.city.entry("柳河镇").id.to_string();
    let given = [
        ("to", township.as_str()),
        ("title", "柳河沟口路段"),
        ("text", "内部要求"),
        ("v_f1", "12"),
        ("v_f2", "材料在三楼"),
    ];
    let case = county.submit(&form, "/ledgers/road_repair/cases", &given).await.path;
    let values =
        [("to", township.as_str()), ("title", "东沟路段"), ("text", "补坑"), ("v_f1", "3"), ("v_rated_for", "99")];
    let form = county.get("/ledgers/road_repair/new").await;
    let voted = county.submit(&form, "/ledgers/road_repair/cases", &values).await;
    assert!(!voted.text().contains("99"), "nobody votes before it is done: {}", voted.text());
    let page = anyone.get("/public-ledgers/road_repair").await;
    let text = page.text();
    assert!(text.contains("柳河沟口路段") && text.contains("柳河镇") && text.contains("12"), "{text}");
    let id = case.trim_start_matches("/cases/");
    for hidden in ["内部要求", "材料在三楼", "备注", "包抓人", id] {
        assert!(!page.html().contains(hidden), "{hidden}: {text}");
    }
    assert!(anyone.get("/public-ledgers").await.text().contains("道路养护"));
    let mut township = house.browser("township").await;
    let page = township.get(&case).await;
    let page = township.submit(&page, &format!("{case}/signature"), &[]).await;
    let page = township.submit(&page, &format!("{case}/beginning"), &[]).await;
    let close = [("outcome", "solved"), ("text", "坑都补平了")];
    let page = township.upload(&page, &format!("{case}/close-request"), &close, &[]).await;
    assert!(page.status == 422 && page.text().contains("还没有登记票数"), "{}", page.text());
    let votes = [("v_rated_for", "21"), ("v_rated_against", "3"), ("v_rated_abstained", "1"), ("reason", "已评议")];
    let page = township.submit(&page, &format!("{case}/record"), &votes).await;
    township.upload(&page, &format!("{case}/close-request"), &close, &[]).await;
    assert!(!anyone.get("/public-ledgers/road_repair").await.text().contains("满意 21"), "only once it is struck off");
    let page = county.get(&case).await;
    county.submit(&page, &format!("{case}/acceptance"), &[]).await;
    let text = anyone.get("/public-ledgers/road_repair?state=struck&county=610602").await.text();
    for shown in ["柳河沟口路段", "路销〔2016〕00001号", "满意 21，不满意 3，弃权 1"] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    let open = anyone.get("/public-ledgers/road_repair?state=open").await.text();
    assert!(open.contains("东沟路段") && !open.contains("柳河沟口路段"), "{open}");
    let none = anyone.get("/public-ledgers/road_repair?county=610681&page=9").await;
    assert!(none.text().contains("没有符合条件的事项"), "the end is not passed: {}", none.path);
}

#[tokio::test]
async fn what_was_written_for_colleagues_is_never_opened_later() {
    let house = House::new().await;
    let mut anyone = house.app.browser();
    let mut admin = house.browser("system").await;
    let form = admin.get("/admin/kinds/new").await;
    let inside: Vec<(&str, &str)> = PUBLIC_KIND.into_iter().filter(|(name, _)| *name != "public_ledger").collect();
    let preview = admin.submit(&form, "/admin/kinds", &inside).await;
    assert!(preview.text().contains("不对外公开"), "{}", preview.text());
    admin.submit(&preview, "/admin/kinds/road_repair/1/publication", &[]).await;
    for path in ["road_repair", "task", "weak_body", "problem", "%2e%2e"] {
        let page = anyone.get(&format!("/public-ledgers/{path}")).await;
        assert_eq!(page.status, 404, "{path}");
    }
    let form = admin.get("/admin/kinds/new?name=road_repair&version=1").await;
    let opened = [("public_ledger", "1"), ("r1_public", "1")];
    let preview = admin.submit(&form, "/admin/kinds", &opened).await;
    admin.submit(&preview, "/admin/kinds/road_repair/2/publication", &[]).await;
    assert_eq!(anyone.get("/public-ledgers/road_repair").await.status, 404, "a later version opens nothing");

    let public = PUBLIC_KIND.map(|(name, value)| (name, if name == "name" { "lamp_repair" } else { value }));
    let form = admin.get("/admin/kinds/new").await;
    let preview = admin.submit(&form, "/admin/kinds", &public).await;
    admin.submit(&preview, "/admin/kinds/lamp_repair/1/publication", &[]).await;
    let form = admin.get("/admin/kinds/new?name=lamp_repair&version=1").await;
    let preview = admin.submit(&form, "/admin/kinds", &[("r1_public", "1")]).await;
    assert!(!preview.text().contains("里程、备注"), "a field stays as it began: {}", preview.text());
    admin.submit(&preview, "/admin/kinds/lamp_repair/2/publication", &[]).await;
    assert_eq!(anyone.get("/public-ledgers/lamp_repair").await.status, 200);
    let form = admin.get("/admin/kinds/new?name=lamp_repair&version=2").await;
    let preview = admin.submit(&form, "/admin/kinds", &[("r0_public", "")]).await;
    assert!(preview.text().contains("对外公开：名称、承办单位、状态"), "a field may be closed: {}", preview.text());
    for query in ["county=0&state=x&page=-3", "page=99999999999999999999", "county=%00"] {
        let page = anyone.get(&format!("/public-ledgers/lamp_repair?{query}")).await;
        assert_eq!(page.status, 200, "{query}");
    }
}

#[tokio::test]
async fn a_table_is_checked_row_by_row_and_handed_down_at_once() {
    let house = House::new().await;
    let mut county = house.browser("county").await;
    let form = county.get("/ledgers/venue/sheet/new").await;
    assert_eq!(form.status, 200, "{}", form.text());
    let head = "名称,要办的事,承办单位,办法,进度,面积（平方米）\n";
    let right = format!("{head}上湾村阵地,能开会,上湾村,新建,选址,120\n下坪村阵地,能办事,下坪村,租借,施工,80\n");
    let wrong = format!("{right}桥沟村阵地,能开会,桥沟村,新建,选址,100\n某某阵地,能开会,上湾村,盖楼,选址,1\n");
    let issuer = house.city.org("宝塔区").id.to_string();
    let bring = async |county: &mut huiyin_testing::Browser, text: &str| {
        let file = huiyin_testing::Chosen { field: "file", name: "表.csv", bytes: text.as_bytes() };
        county.upload(&form, "/ledgers/venue/sheet", &[("issuer", issuer.as_str())], &[file]).await
    };
    let checked = bring(&mut county, &wrong).await.text();
    assert!(checked.contains("2 行可以下达，2 行要改") && checked.contains("不在能下达的范围里"), "{checked}");
    assert!(checked.contains("只能填：新建、改扩建、置换、租借"), "{checked}");
    let checked = bring(&mut county, &right).await;
    assert!(checked.has_form("/ledgers/venue/rows"), "{}", checked.text());
    assert!(!county.get("/ledgers/venue").await.text().contains("上湾村阵地"), "nothing is written yet");
    for said in ["已下达 2 件", "这张表已经下达过"] {
        let page = county.submit(&checked, "/ledgers/venue/rows", &[]).await;
        assert!(page.text().contains(said) && page.text().contains("上湾村阵地"), "{}", page.text());
    }
    let nonsense = county.submit(&checked, "/ledgers/venue/rows", &[("rows", "[{}]")]).await;
    assert_eq!(nonsense.status, 422);
}

#[tokio::test]
async fn a_kind_of_the_program_gets_a_version_of_ones_own_and_old_cases_keep_theirs() {
    let house = House::new().await;
    let case = issued(&house).await;
    let mut admin = house.browser("system").await;
    let list = admin.get("/admin/kinds").await;
    let door = "/admin/kinds/new?name=weak_body&version=1";
    assert!(list.attributes("a", "href").iter().any(|href| href == door), "{}", list.html());
    let form = admin.get(door).await;
    assert!(form.text().contains("第 2 版") && form.text().contains("随程序提供"), "{}", form.text());
    let fewer = admin.submit(&form, "/admin/kinds", &[("r0_label", "")]).await;
    assert!(fewer.status == 422 && fewer.text().contains("不能去掉"), "{}", fewer.text());
    let more = [("label", "软弱涣散村整顿"), ("r8_label", "整顿前照片"), ("r8_type", "file"), ("days_township", "90")];
    let preview = admin.submit(&form, "/admin/kinds", &more).await;
    assert_eq!(preview.status, 200, "{}", preview.text());
    assert!(preview.text().contains("软弱涣散村整顿"), "{}", preview.text());
    let published = admin.submit(&preview, "/admin/kinds/weak_body/2/publication", &[]).await;
    assert!(published.text().contains("发布，"), "{}", published.text());
    let mut county = house.browser("county").await;
    let form = county.get("/ledgers/weak_body/new").await;
    assert!(form.text().contains("整顿前照片"), "{}", form.text());
    let township = house.city.entry("松岭镇").id.to_string();
    let fields = [
        ("to", township.as_str()),
        ("title", "松岭镇机关党组织整顿"),
        ("text", "补齐班子"),
        ("v_cause", "team"),
        ("v_plan", "补选书记"),
    ];
    let newer = county.upload(&form, "/ledgers/weak_body/cases", &fields, &[]).await;
    assert_eq!(newer.status, 200, "{}", newer.text());
    let ledger = county.get("/ledgers/weak_body?f_cause=team").await;
    for title in ["柳河镇机关党组织整顿", "松岭镇机关党组织整顿"] {
        assert!(ledger.text().contains(title), "both versions stand in one ledger: {}", ledger.text());
    }
    assert_eq!(county.get("/ledgers").await.text().matches("软弱涣散村整顿").count(), 1, "one ledger, not two");
    let mut township = house.browser("township").await;
    let old = township.get(&case).await;
    assert!(!old.text().contains("整顿前照片"), "{}", old.text());
    township.submit(&old, &format!("{case}/signature"), &[]).await;
    let old = township.get(&case).await;
    assert!(!old.text().contains("整顿前照片"), "what is open keeps its own: {}", old.text());
}

#[tokio::test]
async fn a_table_names_people_and_units_by_their_names() {
    let house = House::new().await;
    let mut county = house.browser("county").await;
    let form = county.get("/ledgers/weak_body/sheet/new").await;
    assert!(form.text().contains("包抓领导、帮扶单位"), "{}", form.text());
    let issuer = house.city.org("宝塔区").id.to_string();
    let head = "名称,要办的事,承办单位,主要原因,整顿方案,包抓领导,帮扶单位\n";
    let bring = async |county: &mut huiyin_testing::Browser, rows: &str| {
        let text = format!("{head}{rows}");
        let file = huiyin_testing::Chosen { field: "file", name: "表.csv", bytes: text.as_bytes() };
        county.upload(&form, "/ledgers/weak_body/sheet", &[("issuer", issuer.as_str())], &[file]).await
    };
    // Two posts are called alike, in a township and in its neighbour: nobody is guessed.
    let row = "上湾村整顿,补齐班子,上湾村,班子不团结、不干事,补选书记,镇党政办主任,区水务局\n";
    let unclear = bring(&mut county, row).await.text();
    assert!(
        unclear.contains("有 2 个同名的：") && unclear.contains("柳河镇") && unclear.contains("松岭镇"),
        "{unclear}"
    );
    let nobody = bring(&mut county, &row.replace("镇党政办主任", "查无此人")).await.text();
    assert!(nobody.contains("没有找到") && nobody.contains("可以留空"), "{nobody}");
    let far = bring(&mut county, &row.replace("镇党政办主任", "市问题墙办公室")).await.text();
    assert!(far.contains("没有找到"), "outside of what is handed down to: {far}");
    let checked = bring(&mut county, &row.replace("镇党政办主任", "镇党政办主任（柳河镇）")).await;
    assert!(checked.has_form("/ledgers/weak_body/rows"), "{}", checked.text());
    let done = county.submit(&checked, "/ledgers/weak_body/rows", &[]).await;
    assert!(done.text().contains("已下达 1 件"), "{}", done.text());
    let query = huiyin_db::query("select count(*) from case_value where ref = $1");
    let account = house.city.account("township").id;
    let mut tx = house.app.site.db.read().await.unwrap();
    assert_eq!(query.bind(account).fetch_scalar::<i64>(&mut tx).await.unwrap(), 1);
}
