use huiyin_base::{Day, Id, Instant, Region, Rng};

use super::plan::OrgPlan;
use super::{COLUMNS, OrgState, OrgWrite, plan};
use crate::import::{Outcome, RowAction, SheetRow};
use crate::{Org, OrgKind, Regions};

struct House {
    regions: Regions,
    state: OrgState,
    rng: Rng,
    today: Day,
}

impl House {
    fn new() -> Self {
        let regions = Regions::built_in().unwrap();
        Self { regions, state: OrgState::default(), rng: Rng::seeded(1), today: Day::new(2016, 12, 16).unwrap() }
    }

    fn add(&mut self, kind: OrgKind, code: &str, name: &str, parent: Option<Id>) -> Id {
        let region = self.regions.by_code(&code[..6]).unwrap();
        let id = Id::new(region, Instant::UNIX_EPOCH, &mut self.rng);
        self.state.orgs.push(Org { parent, ..Org::new(id, kind, code, name, Day::new(2000, 1, 1).unwrap()) });
        id
    }

    fn plan(&mut self, rows: &[[&str; 4]]) -> Vec<Outcome<OrgWrite>> {
        let rows: Vec<SheetRow> = (2..).zip(rows).map(|(number, row)| sheet_row(number, row)).collect();
        self.plan_rows(&rows)
    }

    fn plan_rows(&mut self, rows: &[SheetRow]) -> Vec<Outcome<OrgWrite>> {
        let places: Vec<Option<usize>> = (0..COLUMNS.len()).map(Some).collect();
        let city = self.regions.by_code("610600").unwrap();
        let scope: Vec<Region> = self.regions.with_children(city);
        let given = OrgPlan {
            rows,
            places: &places,
            state: &self.state,
            regions: &self.regions,
            scope: &scope,
            today: self.today,
        };
        let rng = &mut self.rng;
        plan(&given, &mut |region| Id::new(region, Instant::UNIX_EPOCH, rng))
    }
}

fn sheet_row(number: u32, cells: &[&str]) -> SheetRow {
    SheetRow { number, cells: cells.iter().map(|cell| (*cell).to_owned()).collect(), fault: None }
}

fn actions(outcomes: &[Outcome<OrgWrite>]) -> Vec<RowAction> {
    outcomes.iter().map(|outcome| outcome.action).collect()
}

const COUNTY: [&str; 4] = ["610602000000", "宝塔区", "610600000000", "county"];
const TOWN: [&str; 4] = ["610602101000", "柳河镇", "610602000000", "township"];
const VILLAGE: [&str; 4] = ["610602101201", "上湾村", "610602101000", "village"];

#[test]
fn parents_may_come_later_and_go_first() {
    let mut house = House::new();
    let outcomes = house.plan(&[VILLAGE, TOWN, COUNTY]);
    assert_eq!(actions(&outcomes), [RowAction::Add; 3]);
    let order: Vec<u32> = outcomes.iter().map(|outcome| outcome.write.as_ref().unwrap().0).collect();
    assert_eq!(order, [2, 1, 0]);
    let OrgWrite::Add(village) = &outcomes[0].write.as_ref().unwrap().1 else { panic!("an addition") };
    let OrgWrite::Add(town) = &outcomes[1].write.as_ref().unwrap().1 else { panic!("an addition") };
    assert_eq!(village.parent, Some(town.id));
    assert_eq!(house.regions.name(village.id.region()), "宝塔区");
}

#[test]
fn the_real_file_is_accepted_whole() {
    let mut house = House::new();
    let text = include_str!("../../../../../data/yanan-divisions.csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<SheetRow> = (2..)
        .zip(reader.records())
        .map(|(number, record)| sheet_row(number, &record.unwrap().iter().collect::<Vec<_>>()))
        .collect();
    let outcomes = house.plan_rows(&rows);
    assert_eq!(outcomes.len(), 2_090);
    let refused: Vec<&str> =
        outcomes.iter().filter(|row| row.action == RowAction::Refuse).map(|row| row.message.as_str()).collect();
    assert!(refused.is_empty(), "{refused:?}");
}

#[test]
fn doubles_strangers_cycles_and_lengths_are_named() {
    let mut house = House::new();
    let outcomes = house.plan(&[
        COUNTY,
        ["610602101000", "甲镇", "610602000000", "township"],
        ["610602101000", "乙镇", "610602000000", "township"],
        ["610602102000", "丙镇", "610602999000", "township"],
        ["6106021030", "丁镇", "610602000000", "township"],
        ["D1", "甲局", "D2", "department"],
        ["D2", "乙局", "D1", "department"],
        ["D3", "丙局", "D2", "department"],
        ["610602103001", "戊村", "610602000000", "village"],
        ["110101001000", "东华门街道", "610602000000", "township"],
        ["610602104000", "", "610602000000", "township"],
        ["610602105000", "己镇", "610602000000", "什么"],
        ["610602101201", "庚村", "610602101000", "village"],
    ]);
    let expected = [
        "“宝塔区”（县（市、区））",
        "与第 4 行重复",
        "与第 3 行重复",
        "“610602999000”在文件和系统里都没有",
        "有 10 位，区划代码应为 12 位",
        "成了一个圈",
        "成了一个圈",
        "上级的上级关系成了一个圈",
        "不能直接属于“宝塔区”",
        "“东城区”不在您负责的范围内",
        "缺少名称",
        "类别“什么”无法识别",
        "上级在第 3 行，那一行有错误",
    ];
    for (outcome, words) in outcomes.iter().zip(expected) {
        assert!(outcome.message.contains(words), "row {}: {} / {words}", outcome.number, outcome.message);
    }
    assert!(outcomes[1..].iter().all(|outcome| outcome.action == RowAction::Refuse && outcome.write.is_none()));
}

#[test]
fn what_is_there_already_stays_the_same_or_is_renamed_or_moved() {
    let mut house = House::new();
    let county = house.add(OrgKind::County, "610602000000", "宝塔区", None);
    let town = house.add(OrgKind::Township, "610602101000", "柳河镇", Some(county));
    let other = house.add(OrgKind::Township, "610602102000", "松岭镇", Some(county));
    house.add(OrgKind::Village, "610602101201", "上湾村", Some(town));
    let outcomes = house.plan(&[
        COUNTY,
        ["610602101000", "柳河街道", "610602000000", "township"],
        ["610602101201", "上湾村", "610602102000", "village"],
    ]);
    assert_eq!(actions(&outcomes), [RowAction::Same, RowAction::Change, RowAction::Move]);
    assert_eq!(outcomes[1].message, "名称由“柳河镇”改为“柳河街道”。");
    assert_eq!(outcomes[2].message, "由“柳河镇”划入“松岭镇”。");
    let Some((_, OrgWrite::Change { record, renamed, moved })) = &outcomes[2].write else { panic!("a change") };
    assert_eq!((record.parent, *renamed, *moved), (Some(other), false, true));
}

#[test]
fn a_new_head_of_a_county_s_codes_is_recognised_and_an_old_one_too() {
    let mut house = House::new();
    let county = house.add(OrgKind::County, "610624000000", "安塞县", None);
    house.add(OrgKind::Township, "610624100000", "真武洞镇", Some(county));
    let outcomes = house.plan(&[
        ["610603000000", "安塞区", "610600000000", "county"],
        ["610603100000", "真武洞街道", "610603000000", "township"],
    ]);
    assert_eq!(actions(&outcomes), [RowAction::Change, RowAction::Change]);
    assert!(outcomes[1].message.contains("代码由“610624100000”改为“610603100000”"), "{}", outcomes[1].message);

    let mut house = House::new();
    let county = house.add(OrgKind::County, "610603000000", "安塞区", None);
    house.add(OrgKind::Township, "610603100000", "真武洞街道", Some(county));
    let outcomes = house.plan(&[
        ["610624000000", "安塞县", "610600000000", "county"],
        ["610624100000", "真武洞镇", "610624000000", "township"],
        ["610624109000", "新镇", "610624000000", "township"],
    ]);
    assert_eq!(actions(&outcomes), [RowAction::Same, RowAction::Same, RowAction::Refuse]);
    assert!(outcomes[0].message.contains("用到 2016-06-07 为止"), "{}", outcomes[0].message);
    assert!(outcomes[2].message.contains("现为“610603”"), "{}", outcomes[2].message);
}

#[test]
fn a_predecessor_code_is_recognised_by_its_column_and_by_its_date() {
    let mut house = House::new();
    let county = house.add(OrgKind::County, "610602000000", "宝塔区", None);
    let town = house.add(OrgKind::Township, "610602101000", "柳河镇", Some(county));
    let row = ["610602009000", "柳河街道", "610602000000", "township", "", "", "", "", "", "", "610602101000"];
    let outcomes = house.plan_rows(&[sheet_row(2, &row)]);
    assert_eq!(actions(&outcomes), [RowAction::Change]);
    house.state.orgs[1].code = "610602009000".into();
    house.state.former.push((town.region(), town, "610602101000".into(), Day::new(2016, 1, 31).unwrap()));
    let outcomes = house.plan(&[TOWN, VILLAGE]);
    assert_eq!(actions(&outcomes), [RowAction::Same, RowAction::Add]);
    assert!(outcomes[0].message.contains("用到 2016-01-31 为止"));
}

#[test]
fn a_cycle_through_what_is_there_is_found() {
    let mut house = House::new();
    let county = house.add(OrgKind::County, "610602000000", "宝塔区", None);
    let upper = house.add(OrgKind::Committee, "610602-A", "甲党委", Some(county));
    let middle = house.add(OrgKind::GeneralBranch, "610602-B", "乙总支", Some(upper));
    house.add(OrgKind::Branch, "610602-C", "丙支部", Some(middle));
    let outcomes = house.plan(&[["610602-A", "甲党委", "610602-C", "党委"]]);
    assert!(outcomes[0].message.contains("成了一个圈"), "{}", outcomes[0].message);
}

/// The state after the plan, as the writes would leave it.
fn after(mut state: OrgState, outcomes: &[Outcome<OrgWrite>]) -> OrgState {
    let mut writes: Vec<_> =
        outcomes.iter().filter_map(|outcome| Some((outcome.action, outcome.write.as_ref()?))).collect();
    writes.sort_by_key(|(action, (depth, _))| (*action != RowAction::Add, *depth));
    for (_, (_, write)) in writes {
        let (OrgWrite::Add(record) | OrgWrite::Change { record, .. }) = write;
        assert!(
            record.parent.is_none_or(|parent| state.orgs.iter().any(|org| org.id == parent)),
            "a parent is there first"
        );
        let kind = OrgKind::parse(&record.kind).unwrap();
        let new = Org::new(record.id, kind, &*record.code, &*record.name, Day::new(2016, 12, 16).unwrap());
        let new = Org { parent: record.parent, short_name: record.short_name.clone(), ..new };
        match state.orgs.iter_mut().find(|org| org.id == record.id) {
            Some(org) => *org = new,
            None => state.orgs.push(new),
        }
    }
    state
}

#[test]
fn any_shuffled_tree_comes_in_and_a_second_time_changes_nothing() {
    for seed in 0..30 {
        let mut house = House::new();
        let mut rng = Rng::seeded(seed);
        let mut rows: Vec<[String; 4]> = vec![COUNTY.map(str::to_owned)];
        for town in 0..=rng.below(6) {
            let code = format!("610602{:03}000", 101 + town);
            rows.push([code.clone(), format!("镇{town}"), COUNTY[0].into(), "township".into()]);
            for village in 0..rng.below(8) {
                let name = format!("村{town}-{village}");
                let own = format!("610602{:03}{:03}", 101 + town, 201 + village);
                rows.push([own.clone(), name.clone(), code.clone(), "village".into()]);
                rows.push([format!("B{own}"), name + "支部", own, "党支部".into()]);
            }
        }
        let mut plan_all = |house: &mut House, rows: &[[String; 4]]| {
            let mut rows: Vec<[&str; 4]> = rows.iter().map(|row| row.each_ref().map(String::as_str)).collect();
            rng.shuffle(&mut rows);
            house.plan(&rows)
        };
        let first = plan_all(&mut house, &rows);
        assert!(first.iter().all(|outcome| outcome.action == RowAction::Add), "{first:?}");
        house.state = after(std::mem::take(&mut house.state), &first);
        let again = plan_all(&mut house, &rows);
        assert!(again.iter().all(|outcome| outcome.action == RowAction::Same), "{again:?}");
        // Every other village goes to the first town under a new name.
        let (mut moved, mut seen) = (0, 0);
        for row in rows.iter_mut().filter(|row| row[3] == "village") {
            seen += 1;
            if seen % 2 == 0 && row[2] != "610602101000" {
                row[2] = "610602101000".into();
                row[1] += "新";
                moved += 1;
            }
        }
        let changed = plan_all(&mut house, &rows);
        assert_eq!(changed.iter().filter(|outcome| outcome.action == RowAction::Move).count(), moved);
        house.state = after(std::mem::take(&mut house.state), &changed);
        let again = plan_all(&mut house, &rows);
        assert!(again.iter().all(|outcome| outcome.action == RowAction::Same), "{again:?}");
    }
}
