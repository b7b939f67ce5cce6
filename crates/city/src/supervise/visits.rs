//! Who went where, drawn by lot, and what was written down there.

use huiyin_base::{Day, Id, Rng};
use huiyin_cases::supervision::SupervisionRules;
use huiyin_cases::supervision::store::{
    Inspection, InspectionFinding, InspectionItem, InspectionKind, InspectionMark, InspectionMember, InspectionPlan,
    InspectionRecord, InspectionTeam, InspectionUnit,
};
use huiyin_directory::Role;

use super::Supervisor;
use crate::invent::OrgNumber;

/// Everything that inspections wrote in the year.
#[derive(Default)]
pub(super) struct Year {
    pub(super) plan: Vec<InspectionPlan>,
    pub(super) teams: Vec<InspectionTeam>,
    pub(super) members: Vec<InspectionMember>,
    pub(super) inspections: Vec<Inspection>,
    pub(super) items: Vec<InspectionItem>,
    pub(super) crews: Vec<(Id, Vec<Id>)>,
    pub(super) units: Vec<InspectionUnit>,
    pub(super) records: Vec<InspectionRecord>,
    pub(super) marks: Vec<InspectionMark>,
    pub(super) findings: Vec<Found>,
}

/// A finding with the place in `texts::FINDINGS` by which it is put right.
pub(super) struct Found {
    pub(super) finding: InspectionFinding,
    pub(super) inspection: usize,
    pub(super) record: usize,
    pub(super) unit: usize,
    pub(super) text: usize,
    /// When the record was handed down.
    pub(super) from: Day,
}

/// An inspection to be told.
struct Told<'a> {
    kind: InspectionKind,
    title: String,
    theme: &'a str,
    from: Day,
    to: Day,
    round: Option<i64>,
    outcome: Option<String>,
    counts: Option<(i64, i64)>,
    planned: bool,
}

/// The whole year.
pub(super) fn year(all: &Supervisor<'_>, rng: &mut Rng) -> Year {
    let mut year = Year::default();
    let mut telling = Telling { all, year: &mut year, rng };
    telling.plan();
    telling.teams();
    telling.rounds();
    telling.concentrated();
    telling.unannounced();
    telling.review();
    year
}

pub(super) struct Telling<'a> {
    pub(super) all: &'a Supervisor<'a>,
    pub(super) year: &'a mut Year,
    pub(super) rng: &'a mut Rng,
}

impl Telling<'_> {
    pub(super) fn home(&self) -> huiyin_directory::OrgRef {
        self.all.org(self.all.city.org)
    }

    /// Laid down in January: everything of the year but one visit.
    fn plan(&mut self) {
        let home = self.home();
        let lines = [
            (InspectionKind::Concentrated, "集中督查", 5, 3, 11),
            (InspectionKind::Unannounced, "随机暗访", 13, 1, 12),
            (InspectionKind::Round, "督导组集中督导", 2, 6, 8),
            (InspectionKind::Review, "班子综合研判", 1, 10, 10),
        ];
        let day = self.all.day(1, 18);
        for (kind, title, times, from_month, to_month) in lines {
            let id = Supervisor::id(day, home, self.rng);
            self.year.plan.push(InspectionPlan {
                region: home.region,
                id,
                org: home.id,
                year: i64::from(day.year()),
                kind,
                title: title.into(),
                times,
                from_month,
                to_month,
                approval: "延办字〔2016〕6号".into(),
                created_day: day,
            });
        }
    }

    /// Five teams, each led by an inspector of the city, with a county's inspector who stands aside at home.
    fn teams(&mut self) {
        let (all, home) = (self.all, self.home());
        let leaders = all.city.holders(all.city.org, Role::Inspector);
        let day = all.day(5, 25);
        for (place, name) in ["第一督导组", "第二督导组", "第三督导组", "第四督导组", "第五督导组"].iter().enumerate()
        {
            let id = Supervisor::id(day, home, self.rng);
            let formed_day = day;
            let (region, org) = (home.region, home.id);
            self.year.teams.push(InspectionTeam { region, id, org, name: (*name).into(), formed_day, ended_day: None });
            let county = &all.city.counties[place % all.city.counties.len()];
            let with = all.holder(county.org, Role::Inspector);
            let people = leaders.get(place).copied().map(|number| (number, true)).into_iter();
            for (number, leads) in people.chain(with.map(|number| (number, false))) {
                let account = all.account(number);
                self.year.members.push(InspectionMember {
                    region,
                    team: id,
                    account_region: account.region,
                    account: account.id,
                    leads,
                });
            }
        }
    }

    /// A team for the unit: never that whose member comes from its county.
    pub(super) fn team(&self, place: usize, region: huiyin_base::Region) -> usize {
        let counties = &self.all.city.counties;
        let count = self.year.teams.len().max(1);
        (0..count)
            .map(|turn| (place + turn) % count)
            .find(|team| counties[team % counties.len()].region != region)
            .unwrap_or(0)
    }

    /// Begins an inspection, and tells its place.
    fn begin(&mut self, told: Told<'_>) -> usize {
        let (all, home) = (self.all, self.home());
        let ordered = told.from.plus(-4);
        let orderer = all.holder(all.city.org, Role::CityStaff).map(|number| all.account(number));
        let account = orderer.unwrap_or(huiyin_directory::AccountRef { region: home.region, id: home.id });
        let id = Supervisor::id(ordered, home, self.rng);
        let plan = self.year.plan.iter().find(|line| line.kind == told.kind).map(|line| line.id);
        let outside = |words: &str| (!told.planned).then(|| words.to_owned());
        let (talks, removed) = told.counts.unzip();
        self.year.inspections.push(Inspection {
            region: home.region,
            id,
            org: home.id,
            kind: told.kind,
            title: told.title,
            theme: told.theme.to_owned(),
            plan: plan.filter(|_| told.planned),
            outside_reason: outside("入冬前群众反映饮水的多"),
            outside_approval: outside("延办字〔2016〕47号"),
            from_day: told.from,
            to_day: told.to,
            round: told.round,
            account_region: account.region,
            account: account.id,
            nonce: format!("demo-{id}"),
            created_day: ordered,
            done_day: told.outcome.as_ref().map(|_| told.to),
            outcome: told.outcome,
            talks,
            removed,
            seed_hash: None,
            seed_sealed: None,
            committed_day: None,
            frozen_day: None,
            list_name: None,
            list_hash: None,
            listed: 0,
            drawn: 0,
            seed: None,
            drawn_day: None,
        });
        let rules = SupervisionRules::built_in().map(|rules| rules.inspection.checklist.clone()).unwrap_or_default();
        let items = rules.into_iter().zip(1..);
        let region = home.region;
        self.year.items.extend(items.map(|(text, n)| InspectionItem { region, inspection: id, n, text }));
        self.year.inspections.len() - 1
    }

    /// Two rounds of all teams over all counties, June to August.
    fn rounds(&mut self) {
        for (n, from, to) in [(1, (6, 13), (6, 30)), (2, (8, 8), (8, 26))] {
            let (from, to) = (self.all.day(from.0, from.1), self.all.day(to.0, to.1));
            let place = self.begin(Told {
                kind: InspectionKind::Round,
                title: format!("第{}轮集中督导", ["一", "二"][n - 1]),
                theme: "看问题墙上的事办没办、任务有没有人管、组织生活开没开",
                from,
                to,
                round: i64::try_from(n).ok(),
                outcome: Some(format!(
                    "五个组走完 {} 个县（市、区），发现的问题当场交办。",
                    self.all.city.counties.len()
                )),
                counts: None,
                planned: true,
            });
            let counties: Vec<OrgNumber> = self.all.city.counties.iter().map(|county| county.org).collect();
            self.named(place, &counties);
            self.seen(place, 3);
        }
    }

    /// Five of a week each, over townships drawn from all of the city.
    fn concentrated(&mut self) {
        let all = self.all;
        let list: Vec<OrgNumber> =
            all.city.counties.iter().flat_map(|county| county.townships.iter().map(|one| one.org)).collect();
        let themes = [
            (3, "问题墙答复回头看", "答复写的和现场一样不一样"),
            (5, "汛前准备集中督查", "危房、河道、值班"),
            (7, "便民窗口集中督查", "窗口有没有人、要跑几趟"),
            (9, "村务财务公开集中督查", "账目贴到几月"),
            (11, "入冬前饮水集中督查", "水管冻不冻、有没有水"),
        ];
        for (month, title, theme) in themes {
            let place = self.begin(Told {
                kind: InspectionKind::Concentrated,
                title: title.into(),
                theme,
                from: all.day(month, 14),
                to: all.day(month, 18),
                round: None,
                outcome: Some("抽到的乡镇都已看完，问题交整改，做得好的收进好做法。".into()),
                counts: None,
                planned: true,
            });
            self.draw(place, "全部乡镇（街道）", &list, 8);
            self.seen(place, 2);
        }
    }

    /// Twelve that are over, and one that is not and so is hidden.
    fn unannounced(&mut self) {
        let all = self.all;
        let days = [
            (1, 20),
            (2, 24),
            (3, 30),
            (4, 13),
            (5, 11),
            (6, 8),
            (7, 27),
            (8, 31),
            (9, 14),
            (10, 12),
            (11, 9),
            (11, 30),
        ];
        let counties = all.city.counties.len();
        for (n, (month, day)) in days.into_iter().chain([(12, 14)]).enumerate() {
            let county = &all.city.counties[(n * 5 + 2) % counties];
            let done = n < 12;
            let from = all.day(month, day);
            let place = self.begin(Told {
                kind: InspectionKind::Unannounced,
                title: format!("{}村级便民服务暗访", county.name),
                theme: "不打招呼，看门开没开、事办没办、账贴没贴",
                from,
                to: from.plus(if done { 2 } else { 7 }),
                round: None,
                outcome: done.then(|| "三个村都到了，问题已交整改。".to_owned()),
                counts: None,
                planned: n != 11,
            });
            let list: Vec<OrgNumber> =
                county.townships.iter().flat_map(|township| township.villages.iter().copied()).collect();
            self.draw(place, &format!("{}的村和社区", county.name), &list, 3);
            if done {
                self.seen(place, 1);
            }
        }
    }

    /// Thirteen counties and 87 departments; what came of it are two counts.
    fn review(&mut self) {
        let all = self.all;
        let place = self.begin(Told {
            kind: InspectionKind::Review,
            title: "县（市、区）和市直部门班子综合研判".into(),
            theme: "班子合不合手、担当不担当，四个问题四有干部",
            from: all.day(10, 10),
            to: all.day(10, 28),
            round: None,
            outcome: Some("逐个班子研判，结果按规定使用，这里只记人数。".into()),
            counts: Some((40, 2)),
            planned: true,
        });
        let counties = all.city.counties.iter().map(|county| county.org);
        let units: Vec<OrgNumber> = counties.chain(all.city.departments.iter().copied()).collect();
        self.named(place, &units);
        let (id, day) = (self.year.inspections[place].id, all.day(10, 28));
        for unit in self.year.units.iter_mut().filter(|unit| unit.inspection == id) {
            unit.visited_day = Some(day);
        }
    }
}
