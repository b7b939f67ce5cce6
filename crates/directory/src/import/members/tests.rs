use huiyin_base::{Day, Id, Instant, Region, Rng};
use huiyin_vault::Vault;

use super::{
    Branch, CITIZEN_NUMBER, COLUMNS, Known, KnownMembership, Line, MemberPlan, MemberState, MemberWrite, plan,
};
use crate::Regions;
use crate::import::{Outcome, RowAction, SheetRow};

const FIRST: &str = "34052419800101001X";
const SECOND: &str = "11010519491231002X";

struct House {
    regions: Regions,
    vault: Vault,
    rng: Rng,
    scope: Vec<Region>,
    state: MemberState,
}

impl House {
    fn new() -> Self {
        let regions = Regions::built_in().unwrap();
        let scope = vec![regions.by_code("610602").unwrap()];
        let mut house =
            Self { regions, vault: Vault::seeded(1), rng: Rng::seeded(1), scope, state: MemberState::default() };
        for (code, name) in [("B01", "上湾村党支部"), ("B02", "下坪村党支部"), ("B03", "下坪村党支部")]
        {
            let region = house.scope[0];
            let id = house.id(region);
            house.state.branches.push(Branch { region, id, code: code.into(), name: name.into() });
        }
        house
    }

    fn id(&mut self, region: Region) -> Id {
        Id::new(region, Instant::UNIX_EPOCH, &mut self.rng)
    }

    fn knows(&mut self, number: &str, name: &str, membership: Option<(Region, Id)>) {
        let region = self.scope[0];
        let id = self.id(region);
        let membership = membership.map(|(region, branch)| KnownMembership {
            region,
            id: self.id(region),
            branch,
            branch_name: "某支部".into(),
            stage: "active".into(),
            joined_day: Some(20_000_701),
        });
        let known = Known { id, name: name.into(), phone: None, education: None, membership };
        self.state.people.insert(self.vault.blind(CITIZEN_NUMBER, number), known);
    }

    fn plan(&mut self, rows: &[[&str; 9]]) -> Vec<Outcome<MemberWrite>> {
        let today = Day::new(2016, 12, 16).unwrap();
        let places: Vec<Option<usize>> = (0..COLUMNS.len()).map(Some).collect();
        let rows: Vec<_> = (2..)
            .zip(rows)
            .map(|(number, cells)| {
                let cells = cells.iter().map(|cell| (*cell).to_owned()).collect();
                let line = Line::read(&SheetRow { number, cells, fault: None }, &places, today);
                (number, line.map(|line| (line.clone(), self.vault.blind(CITIZEN_NUMBER, line.number.as_str()))))
            })
            .collect();
        let given = MemberPlan { rows: &rows, state: &self.state, regions: &self.regions, scope: &self.scope };
        let rng = &mut self.rng;
        plan(&given, &mut |region| Id::new(region, Instant::UNIX_EPOCH, rng))
    }
}

fn row<'a>(name: &'a str, number: &'a str, code: &'a str, branch: &'a str) -> [&'a str; 9] {
    [name, number, code, branch, "", "", "", "2000-07-01", ""]
}

#[test]
fn newcomers_are_added_to_the_branch_of_the_code_or_the_name() {
    let mut house = House::new();
    let outcomes = house.plan(&[row("张三", FIRST, "b01", ""), row("李四", SECOND, "", "上湾村 党支部")]);
    for outcome in &outcomes {
        assert_eq!(outcome.action, RowAction::Add);
        let Some((_, MemberWrite::Add { person: Some(person), membership })) = &outcome.write else { panic!("new") };
        assert_eq!((membership.person, membership.branch), (person.id, house.state.branches[0].id));
        assert_eq!(membership.joined_day, Some(20_000_701));
    }
}

#[test]
fn each_mistake_has_its_sentence_and_none_repeats_the_number() {
    let mut house = House::new();
    let with = |place: usize, value: &'static str| {
        let mut cells = row("张三", FIRST, "B01", "");
        cells[place] = value;
        cells
    };
    let cases = [
        (with(0, ""), "缺少姓名"),
        (with(1, ""), "缺少公民身份号码"),
        (with(1, "340524198001010011"), "校验位"),
        (with(1, "340524800101001"), "15 位"),
        (with(2, ""), "缺少支部"),
        (with(2, "B99"), "支部代码“B99”不存在"),
        (row("张三", FIRST, "", "下坪村党支部"), "有 2 个支部都叫"),
        (with(4, "女"), "第 17 位不符"),
        (with(4, "不详"), "应填“男”或“女”"),
        (with(5, "12345"), "手机号码应为 11 位"),
        (with(7, "2016-07"), "入党日期无法识别"),
        (with(7, "2017-01-01"), "入党日期在将来"),
        (with(7, "1979-01-01"), "早于出生日期"),
        (with(8, "群众"), "党员状态无法识别"),
        (with(8, "已去世"), "不导入"),
    ];
    for (cells, words) in cases {
        let outcome = house.plan(&[cells]).remove(0);
        assert_eq!(outcome.action, RowAction::Refuse, "{words}");
        assert!(outcome.message.starts_with("第 2 行：") && outcome.message.contains(words), "{}", outcome.message);
        assert!(!outcome.message.contains(FIRST) && !outcome.message.contains("张三"));
    }
}

#[test]
fn doubles_in_the_file_name_each_other() {
    let mut house = House::new();
    let outcomes = house.plan(&[row("张三", FIRST, "B01", ""), row("张三", "34052419800101001x", "B02", "")]);
    assert!(outcomes[0].message.contains("与第 3 行相同"));
    assert!(outcomes[1].message.contains("与第 2 行相同"));
}

#[test]
fn somebody_known_stays_changes_or_must_be_transferred() {
    let mut house = House::new();
    let (home, branch) = (house.scope[0], house.state.branches[0].id);
    house.knows(FIRST, "张三", Some((home, branch)));
    let outcomes = house.plan(&[row("张三", FIRST, "B01", "")]);
    assert_eq!((outcomes[0].action, outcomes[0].message.as_str()), (RowAction::Same, "已在本支部，没有变化。"));
    let mut changed = row("张三", FIRST, "B01", "");
    changed[5] = "13800000000";
    let outcomes = house.plan(&[changed]);
    assert_eq!((outcomes[0].action, outcomes[0].message.as_str()), (RowAction::Change, "已在本支部，更新手机。"));
    assert!(house.plan(&[row("张三", FIRST, "B02", "")])[0].message.contains("组织关系在“某支部”"));
    assert!(house.plan(&[row("章三", FIRST, "B01", "")])[0].message.contains("另一个姓名"));

    let far = house.regions.by_code("610603").unwrap();
    let other = house.id(far);
    house.knows(SECOND, "李四", Some((far, other)));
    let message = house.plan(&[row("李四", SECOND, "B01", "")]).remove(0).message;
    assert!(message.contains("组织关系在安塞区") && !message.contains("某支部"), "{message}");

    house.knows(SECOND, "李四", None);
    let outcomes = house.plan(&[row("李四", SECOND, "B01", "")]);
    assert!(matches!(&outcomes[0].write, Some((_, MemberWrite::Add { person: None, .. }))));
}
