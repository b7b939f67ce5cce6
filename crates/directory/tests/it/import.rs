use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;
use huiyin_base::{Id, Problem, ProblemKind, Rng};
use huiyin_directory::import::{
    Import, ImportCounts, ImportKind, ImportState, ImportTable, NewBatch, RowAction, SheetRow, members,
};
use huiyin_directory::{
    OrgRef, branch_member_list, import_batch_list, import_message_list, import_row_counts, org_children, org_find_code,
    org_path, person_find_number,
};
use huiyin_vault::Vault;

use crate::support::City;

struct House {
    city: City,
    vault: Vault,
    rng: Rng,
}

impl House {
    async fn new() -> Self {
        Self { city: City::new().await, vault: Vault::seeded(1), rng: Rng::seeded(5) }
    }

    /// Runs an import until so many rows are written, and drops it there as a kill does: the chunk after them is never asked for.
    async fn stopped(&self, id: Id, rows: u64) {
        let (mut rng, import) = (Rng::seeded(7), self.import());
        let mut stop = |done: u64, _| assert!(done < rows, "stopped here");
        let run = AssertUnwindSafe(import.apply(id, false, &mut rng, &mut stop)).catch_unwind().await;
        assert!(run.is_err(), "it should have been stopped");
    }

    fn import(&self) -> Import<'_> {
        let City { scratch, regions, clock, .. } = &self.city;
        Import { db: &scratch.db, vault: &self.vault, regions, now: clock.now(), today: clock.today() }
    }

    fn batch(&mut self, kind: ImportKind) -> NewBatch {
        let City { home, regions, clock, .. } = &self.city;
        let id = Id::new(*home, clock.now(), &mut self.rng);
        NewBatch { id, kind, file_name: "表.csv".into(), scope: regions.with_children(*home), created_by: None }
    }

    async fn check(&mut self, kind: ImportKind, rows: &[Vec<&str>]) -> (Id, ImportCounts) {
        let batch = self.batch(kind);
        let id = batch.id;
        let mut rng = Rng::seeded(6);
        self.import().stage(batch, table(rows), &mut rng).await.unwrap();
        let counts = self.import().check(id, &mut rng, &mut |_, _| {}).await.unwrap();
        (id, counts)
    }

    async fn apply(&self, id: Id, partial: bool) -> Result<(), Problem> {
        self.import().apply(id, partial, &mut Rng::seeded(7), &mut |_, _| {}).await
    }

    async fn state(&self, id: Id) -> ImportState {
        self.import().find(id).await.unwrap().state
    }
}

fn table(rows: &[Vec<&str>]) -> ImportTable {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cells = |row: &Vec<&str>| row.iter().map(|cell| (*cell).to_owned()).collect();
    ImportTable {
        headers: (0..width).map(|index| format!("列{index}")).collect(),
        places: (0..width).map(Some).collect(),
        rows: (2..).zip(rows).map(|(number, row)| SheetRow { number, cells: cells(row), fault: None }).collect(),
        notices: vec!["说明".into()],
    }
}

fn divisions() -> Vec<Vec<&'static str>> {
    include_str!("../../../../data/yanan-divisions.csv").lines().skip(1).map(|line| line.split(',').collect()).collect()
}

#[tokio::test]
async fn the_real_divisions_come_in_and_a_second_time_change_nothing() {
    let mut house = House::new().await;
    let (id, counts) = house.check(ImportKind::Organisations, &divisions()).await;
    assert_eq!((counts.refuse, counts.add + counts.change + counts.moved + counts.same), (0, 2_090));
    house.apply(id, false).await.unwrap();
    assert_eq!(house.state(id).await, ImportState::Complete);
    house.apply(id, false).await.unwrap();
    let mut tx = house.city.read().await;
    let zichang = house.city.regions.by_code("610681").unwrap();
    let village = org_find_code(&mut tx, zichang, "610681108219").await.unwrap().unwrap();
    let path = org_path(&mut tx, village.at()).await.unwrap();
    assert_eq!(path.iter().map(|step| step.depth).collect::<Vec<_>>(), [2, 1, 0]);
    assert_eq!(path[0].name, "子长市");
    drop(tx);
    let (_, counts) = house.check(ImportKind::Organisations, &divisions()).await;
    assert_eq!(counts, ImportCounts { same: 2_090, ..ImportCounts::default() });
}

#[tokio::test]
async fn nothing_is_seen_before_the_last_step_and_a_killed_run_goes_on() {
    let mut house = House::new().await;
    let (id, _) = house.check(ImportKind::Organisations, &divisions()).await;
    house.stopped(id, 1_000).await;
    let batch = house.import().find(id).await.unwrap();
    assert_eq!((batch.state, batch.steps_done), (ImportState::Applying, 1_000));
    let zichang = house.city.regions.by_code("610681").unwrap();
    let mut tx = house.city.read().await;
    let county = org_find_code(&mut tx, zichang, "610681000000").await.unwrap().unwrap();
    assert!(org_children(&mut tx, county.at(), house.city.today()).await.unwrap().is_empty(), "half is nothing");
    drop(tx);
    house.apply(id, false).await.unwrap();
    let mut tx = house.city.read().await;
    assert!(org_children(&mut tx, county.at(), house.city.today()).await.unwrap().len() > 5);
}

#[tokio::test]
async fn a_given_up_import_leaves_nothing() {
    let mut house = House::new().await;
    let (id, _) = house.check(ImportKind::Organisations, &divisions()).await;
    house.stopped(id, 500).await;
    house.import().discard(id).await.unwrap();
    assert_eq!(house.state(id).await, ImportState::Discarded);
    assert_eq!(house.apply(id, false).await.unwrap_err().kind, ProblemKind::Conflict);
    let zichang = house.city.regions.by_code("610681").unwrap();
    let mut tx = house.city.read().await;
    assert!(org_find_code(&mut tx, zichang, "610681000000").await.unwrap().is_none());
    drop(tx);
    let (again, counts) = house.check(ImportKind::Organisations, &divisions()).await;
    assert!(counts.add > 2_000);
    house.apply(again, false).await.unwrap();
}

#[tokio::test]
async fn a_moved_township_takes_its_villages_along() {
    let mut house = House::new().await;
    let rows = vec![
        vec!["610602110000", "新镇", "610602000000", "township"],
        vec!["610602101201", "上湾村", "610602110000", "village"],
        vec!["B01", "上湾党支部", "610602101201", "党支部"],
    ];
    let (id, counts) = house.check(ImportKind::Organisations, &rows).await;
    assert_eq!(counts, ImportCounts { add: 1, change: 1, moved: 1, ..ImportCounts::default() });
    house.apply(id, false).await.unwrap();
    let mut tx = house.city.read().await;
    let path = org_path(&mut tx, house.city.at("上湾村党支部")).await.unwrap();
    let names: Vec<&str> = path.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(names, ["宝塔区", "新镇", "上湾村", "上湾党支部"]);
}

#[tokio::test]
async fn rows_with_errors_hold_everything_back_unless_left_out_on_purpose() {
    let mut house = House::new().await;
    let rows = vec![
        vec!["610602110000", "新镇", "610602000000", "township"],
        vec!["6106021", "短", "610602000000", "township"],
    ];
    let (id, counts) = house.check(ImportKind::Organisations, &rows).await;
    assert_eq!((counts.add, counts.refuse), (1, 1));
    let problem = house.apply(id, false).await.unwrap_err();
    assert!(problem.message.contains("有 1 行错误"));
    assert_eq!(house.state(id).await, ImportState::Checked);
    let mut tx = house.city.read().await;
    let counted = import_row_counts(&mut tx, id).await.unwrap();
    assert_eq!(counted, [(RowAction::Add, 1), (RowAction::Refuse, 1)]);
    let messages = import_message_list(&mut tx, id, Some(RowAction::Refuse), 0, 10).await.unwrap();
    assert!(messages[0].message.contains("有 7 位"));
    assert_eq!(import_message_list(&mut tx, id, None, 2, 10).await.unwrap().len(), 1);
    assert_eq!(import_batch_list(&mut tx, house.city.home, 10).await.unwrap()[0].notice_list(), ["说明"]);
    drop(tx);
    house.apply(id, true).await.unwrap();
    let results = house.import().results(id).await.unwrap();
    assert_eq!(results[0].1, "新增：“新镇”（乡镇（街道）），属于“宝塔区”。");
    assert!(results[1].1.starts_with("第 3 行："));
    assert_eq!(results[1].0.cells[1], "短");
}

const FIRST: &str = "34052419800101001X";
const SECOND: &str = "11010519491231002X";

#[tokio::test]
async fn members_come_in_sealed_and_are_known_again_anywhere() {
    let mut house = House::new().await;
    let more = vec![
        vec!["610603-B", "河西党支部", "610603000000", "党支部"],
        vec!["610603000000", "安塞区", "610600000000", "county"],
    ];
    let (id, _) = house.check(ImportKind::Organisations, &more).await;
    house.apply(id, false).await.unwrap();
    let rows = vec![
        vec!["张三", FIRST, "B01", "", "男", "13800000000", "大专", "2005-07-01", "正式党员"],
        vec!["李四", SECOND, "", "河西党支部", "", "", "", "", ""],
    ];
    let (id, counts) = house.check(ImportKind::Members, &rows).await;
    assert_eq!(counts.add, 2);
    house.apply(id, false).await.unwrap();
    let today = house.city.today();
    let mut tx = house.city.read().await;
    let branch = house.city.at("上湾村党支部");
    let members = branch_member_list(&mut tx, branch, today).await.unwrap();
    assert_eq!(members.iter().map(|member| member.name.as_str()).collect::<Vec<_>>(), ["张三"]);
    let hash = house.vault.blind(members::CITIZEN_NUMBER, SECOND);
    let far = person_find_number(&mut tx, hash).await.unwrap().unwrap();
    assert_eq!(house.city.regions.name(far.region()), "安塞区");
    drop(tx);
    let (_, counts) = house.check(ImportKind::Members, &rows).await;
    assert_eq!(counts.same, 2, "a second time changes nothing");
    let changed = vec![
        vec!["张三", FIRST, "B01", "", "", "13900000000", "", "", "预备党员"],
        vec!["李四", SECOND, "B01", "", "", "", "", "", ""],
    ];
    let (id, counts) = house.check(ImportKind::Members, &changed).await;
    assert_eq!((counts.change, counts.refuse), (1, 1));
    house.apply(id, true).await.unwrap();
    let (_, counts) = house.check(ImportKind::Members, &changed[..1]).await;
    assert_eq!(counts.same, 1);
}

#[tokio::test]
async fn a_given_up_import_of_members_forgets_the_people() {
    let mut house = House::new().await;
    // Two chunks.
    let numbers: Vec<String> = (0..600).map(citizen_number).collect();
    let rows: Vec<Vec<&str>> = numbers.iter().map(|number| vec!["张三", number.as_str(), "B01", ""]).collect();
    let (id, counts) = house.check(ImportKind::Members, &rows).await;
    assert_eq!(counts.add, 600);
    house.stopped(id, 500).await;
    let hash = house.vault.blind(members::CITIZEN_NUMBER, &numbers[0]);
    let find = async |house: &House| person_find_number(&mut house.city.read().await, hash).await.unwrap();
    assert!(find(&house).await.is_some());
    let mut tx = house.city.read().await;
    let branch: OrgRef = house.city.at("上湾村党支部");
    assert!(branch_member_list(&mut tx, branch, house.city.today()).await.unwrap().is_empty());
    drop(tx);
    house.import().discard(id).await.unwrap();
    assert!(find(&house).await.is_none());
}

/// A valid number of somebody born in 1980, the `n`-th that day.
fn citizen_number(n: usize) -> String {
    let digits = format!("61060219800101{n:03}");
    let sum = digits.bytes().fold(0, |sum, digit| (sum + usize::from(digit - b'0')) * 2 % 11);
    format!("{digits}{}", char::from(b"10X98765432"[sum]))
}

#[tokio::test]
async fn staged_rows_are_sealed() {
    let mut house = House::new().await;
    let (id, _) = house.check(ImportKind::Members, &[vec!["张三", FIRST, "B01", ""]]).await;
    let mut tx = house.city.read().await;
    let rows = huiyin_directory::import_row_list(&mut tx, id, 0, 10).await.unwrap();
    let holds = |bytes: &[u8]| bytes.windows(FIRST.len()).any(|window| window == FIRST.as_bytes());
    assert!(!holds(&rows[0].cells) && !holds(rows[0].plan.as_ref().unwrap()));
}
