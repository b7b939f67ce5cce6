//! The pledges of the year: the city with each county and each of its departments. One has an older version, one awaits a signature.

use huiyin_base::{Day, Id, Rng};
use huiyin_cases::CaseItem;
use huiyin_cases::store::{self, Pledge, PledgeSignature, PledgeState, PledgeTarget, PledgeVersion, Side, SignManner};
use huiyin_db::Db;
use huiyin_directory::{OrgKind, OrgRef, Role, Viewer};

use crate::invent::OrgNumber;
use crate::lists::{Lists, office};

/// A task of the lists that a pledge may draw: its owner, its theme, the case, its target.
type Task = (OrgRef, usize, CaseItem, Option<i64>);

const COUNTY_TEXT: &str = "市里负责统筹资金、协调部门、按季会商，遇到跨县的问题出面协调。\n县里负责组织实施，把任务分到乡镇和部门，逐件销号，结果向群众公开。\n不以填表、拍照、打卡作为完成依据，不再与乡镇、村签订责任书。";
const DEPARTMENT_TEXT: &str = "市里负责明确任务和时限，协调需要几个部门一起办的事。\n部门负责业务指导和资金落实，自己能办的事项办到底，不转给基层。\n需要基层提供的情况先从系统里取，不另行要表。";

/// Targets of departments: what, how many, of what.
const DEPARTMENT_TARGETS: [(&str, i64, &str); 6] = [
    ("办结问题墙转来的事项", 24, "件"),
    ("压减要求基层报送的表格", 12, "张"),
    ("便民事项进一个门", 8, "项"),
    ("到村现场解决问题", 36, "件"),
    ("清理重复的检查和考核", 5, "项"),
    ("公开办事指南", 20, "份"),
];

/// Writes all pledges in one go: a hundred of them, some seven hundred rows.
pub(crate) async fn write(lists: &Lists<'_>, db: &Db, tasks: &[Task]) -> anyhow::Result<()> {
    let mut all = Book::default();
    let mut rng = Rng::fork(lists.scale.seed, "pledges");
    let parties = lists.city.counties.iter().map(|county| county.org).chain(lists.city.departments.iter().copied());
    for (party, n) in parties.zip(1..) {
        all.add(lists, party, n, tasks, &mut rng);
    }
    let write = db.write("demo_pledges", move |tx| {
        let all = all.clone();
        Box::pin(async move {
            store::pledge_add(tx, &all.pledges).await?;
            store::pledge_version_add(tx, &all.versions, &all.targets).await?;
            store::pledge_signature_add(tx, &all.signatures).await?;
            Ok(())
        })
    });
    Ok(write.await?)
}

#[derive(Clone, Default)]
struct Book {
    pledges: Vec<Pledge>,
    versions: Vec<PledgeVersion>,
    targets: Vec<PledgeTarget>,
    signatures: Vec<PledgeSignature>,
}

impl Book {
    fn add(&mut self, lists: &Lists<'_>, party: OrgNumber, n: usize, tasks: &[Task], rng: &mut Rng) {
        let Some(city) = lists.holder(lists.city.org, &[Role::CityStaff], 0) else { return };
        let org = lists.org(party);
        let county = lists.city.orgs[party].kind == OrgKind::County;
        let made = lists.day(3, 10 + u32::try_from(n % 12).unwrap_or(0));
        let region = lists.city.region;
        let id = Id::new(region, office(made), rng);
        let year = i64::from(made.year());
        // The second has been changed once; the last of the departments has not signed yet.
        let versions: i64 = if n == 2 { 2 } else { 1 };
        let awaits = party == lists.city.departments.last().copied().unwrap_or(party);
        let until = Day::new(made.year(), 12, 31).unwrap_or(made);
        self.pledges.push(Pledge {
            region,
            id,
            issuer: lists.city.orgs[lists.city.org].id,
            party_region: org.region,
            party: org.id,
            year,
            created_day: made,
            approval: format!("延演办函〔{year}〕{n}号"),
            approver: "市委办公室".into(),
            until_day: until,
            title: format!("{year} 年度{}责任书", if county { "民生任务" } else { "服务基层" }),
            versions,
            in_force: (!awaits).then_some(versions),
            ended_day: None,
            end_reason: None,
        });
        for version in 1..=versions {
            let day = if version == 1 { made } else { lists.day(7, 4) };
            let state = match version {
                _ if awaits => PledgeState::Awaiting,
                v if v < versions => PledgeState::Replaced,
                _ => PledgeState::InForce,
            };
            self.versions.push(PledgeVersion {
                region,
                pledge: id,
                n: version,
                text: if county { COUNTY_TEXT } else { DEPARTMENT_TEXT }.into(),
                change: if version == 1 {
                    String::new()
                } else {
                    "七月暴雨冲毁部分路段，道路整治的时限放宽一个月，其他不变。".into()
                },
                state,
                made_by_region: city.account.region,
                made_by: city.account.id,
                made_post: post(lists, lists.city.org, city),
                made_day: day,
                from_day: (!awaits).then(|| lists.day(day.month(), 24)),
            });
            self.draw(lists, (id, version), party, n, tasks);
            self.sign(lists, (id, version), party, awaits, day);
        }
    }

    /// From the lists where the unit has tasks, else what a department of its kind promises.
    fn draw(&mut self, lists: &Lists<'_>, (pledge, n): (Id, i64), party: OrgNumber, number: usize, tasks: &[Task]) {
        let org = lists.org(party);
        let region = lists.city.region;
        let drawn = tasks.iter().filter(|(owner, ..)| *owner == org).map(|(_, theme, case, target)| PledgeTarget {
            region,
            pledge,
            n,
            position: 0,
            text: case.title.clone(),
            target: *target,
            measure: Lists::measure(*theme).into(),
            due_day: case.due_answer,
            case_region: Some(case.region),
            case_id: Some(case.id),
        });
        let mut targets: Vec<PledgeTarget> = drawn.collect();
        if lists.city.orgs[party].kind == OrgKind::Department {
            for turn in 0..3 {
                let (text, each, measure) = DEPARTMENT_TARGETS[(number * 2 + turn * 5) % DEPARTMENT_TARGETS.len()];
                let extra = i64::try_from((number * 7 + turn * 3) % 9).unwrap_or(0);
                targets.push(PledgeTarget {
                    region,
                    pledge,
                    n,
                    position: 0,
                    text: text.into(),
                    target: Some(each + extra),
                    measure: measure.into(),
                    due_day: Some(lists.day(12, 20)),
                    case_region: None,
                    case_id: None,
                });
            }
        }
        targets.dedup_by(|one, other| one.text == other.text);
        for (target, position) in targets.iter_mut().zip(1..) {
            target.position = position;
        }
        self.targets.extend(targets);
    }

    fn sign(&mut self, lists: &Lists<'_>, (pledge, n): (Id, i64), party: OrgNumber, awaits: bool, day: Day) {
        let city = lists.holder(lists.city.org, &[Role::CityStaff], 0);
        let roles = [Role::CountyStaff, Role::CaseOfficer];
        let theirs = lists.holder(party, &roles, 0).filter(|_| !awaits);
        let mut signature = |side, manner, viewer: &Viewer, post: String, day| {
            self.signatures.push(PledgeSignature {
                region: lists.city.region,
                pledge,
                n,
                side,
                manner,
                account_region: viewer.account.region,
                account: viewer.account.id,
                post,
                day,
            });
        };
        if let Some(viewer) = city {
            signature(
                Side::Issuer,
                SignManner::Account,
                viewer,
                post(lists, lists.city.org, viewer),
                lists.day(day.month(), 22),
            );
        }
        let signed = lists.day(day.month(), 24);
        match (theirs, city) {
            (Some(viewer), _) => {
                signature(Side::Party, SignManner::Account, viewer, post(lists, party, viewer), signed);
            }
            // Without an account of its own it signed on paper; the city's staff entered it.
            (None, Some(viewer)) if !awaits => {
                let post = format!("{} 负责人", lists.city.orgs[party].name);
                signature(Side::Party, SignManner::Paper, viewer, post, signed);
            }
            _ => {}
        }
    }
}

fn post(lists: &Lists<'_>, org: OrgNumber, viewer: &Viewer) -> String {
    let at = lists.org(org);
    let grant = viewer.grants.iter().find(|grant| grant.org == at).or(viewer.grants.first());
    grant.map(huiyin_cases::post_of).unwrap_or_default()
}
