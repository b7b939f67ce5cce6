//! What was found, as cases of the units: handed down, mended, and struck off by whoever inspected.

use std::collections::BTreeMap;

use huiyin_base::{Day, Id, Region, Rng};
use huiyin_cases::supervision::finding_issuing;
use huiyin_cases::supervision::store::InspectionFinding;
use huiyin_cases::{Act, Actor, Around, History, Issue, Moment, Outcome, Request, seq_at};
use huiyin_directory::{OrgKind, Role};

use super::Supervisor;
use super::texts::FINDINGS;
use super::visits::{Found, Year};
use crate::invent::AccountNumber;

/// The findings with their cases, and the last close-out number of each county and year.
type Cases = ((Vec<InspectionFinding>, Vec<History>), BTreeMap<(Region, i64), i64>);

/// Tells every finding's case.
pub(super) fn found(all: &Supervisor<'_>, year: &Year, rng: &mut Rng) -> anyhow::Result<Cases> {
    let (mut findings, mut histories) = (Vec::new(), Vec::new());
    let mut counters = BTreeMap::new();
    let mut order: Vec<&Found> = year.findings.iter().collect();
    order.sort_by_key(|found| found.from);
    for (n, found) in order.into_iter().enumerate() {
        let mut finding = found.finding.clone();
        if let Some(history) = told(all, year, (n, found), &mut counters, rng)? {
            (finding.case_region, finding.case_id) = (Some(history.item.region), Some(history.item.id));
            histories.push(history);
        }
        findings.push(finding);
    }
    Ok(((findings, histories), counters))
}

fn told(
    all: &Supervisor<'_>,
    year: &Year,
    (n, found): (usize, &Found),
    counters: &mut BTreeMap<(Region, i64), i64>,
    rng: &mut Rng,
) -> anyhow::Result<Option<History>> {
    let (inspection, unit) = (&year.inspections[found.inspection], &year.units[found.unit]);
    let record = &year.records[found.record];
    let issuer = all.holder(all.city.org, Role::CityStaff);
    let (Some(issuer), Some(owner)) = (issuer, owner(all, unit.unit, unit.kind)) else { return Ok(None) };
    let calendar = &all.book.calendar;
    let begun = calendar.add_working_days(found.from, 1);
    let deadline = calendar.add_working_days(begun, 20);
    let what = finding_issuing(inspection, record, unit, &found.finding, deadline);
    let at = morning(begun, n);
    let post = all.city.post(issuer, all.city.org).to_owned();
    let id = Id::new(unit.unit_region, at.now, rng);
    let by = (all.account(issuer), post);
    let issue = Issue { kind: "finding", id, seq: seq_at(at.now, rng), by, what };
    let lines = all.historian.lines();
    let mut history = History::issue(all.book, issue, lines, at)?;
    let (officer, verifier) = (all.historian.viewer(owner), all.historian.viewer(issuer));
    // Most are put right in three weeks; the newest are still under way.
    let days = [1, 2, 8 + rng.between(0, 9), 3];
    let mut day = begun;
    for (step, days) in days.into_iter().enumerate() {
        day = calendar.add_working_days(day, u32::try_from(days).unwrap_or(1));
        if day > all.scale.today || (step >= 2 && n % 11 == 5) {
            break;
        }
        let (request, viewer) = match step {
            0 => (Request::Sign, officer),
            1 => (Request::Begin, officer),
            2 => {
                let text = FINDINGS[found.text].3.to_owned();
                (Request::RequestClose { outcome: Outcome::Solved, text, photos: Vec::new() }, officer)
            }
            _ => (Request::Accept, verifier),
        };
        let close_number = (step == 3).then(|| next(counters, unit.unit_region, day));
        let around =
            Around { lines, assignee: None, merge_into: None, number: None, close_number, moment: morning(day, n) };
        let act: Act = request.because("整改到位，现场看过");
        history.act(all.book, &act, &Actor::Staff(viewer), around)?;
    }
    Ok(Some(history))
}

fn next(counters: &mut BTreeMap<(Region, i64), i64>, region: Region, day: Day) -> (i64, i64) {
    let year = i64::from(day.year());
    let n = counters.entry((region, year)).or_insert(0);
    *n += 1;
    (year, *n)
}

fn morning(day: Day, n: usize) -> Moment {
    let later = chrono::TimeDelta::minutes(9 * 60 + i64::try_from(n % 120).unwrap_or(0));
    Moment { now: day.start() + later, today: day }
}

/// Who mends it at the unit.
fn owner(all: &Supervisor<'_>, unit: Id, kind: OrgKind) -> Option<AccountNumber> {
    let number = all.city.orgs.iter().position(|org| org.id == unit)?;
    let role = match kind {
        OrgKind::Township => Role::TownshipStaff,
        OrgKind::County => Role::CountyStaff,
        _ => Role::CaseOfficer,
    };
    all.holder(number, role).or_else(|| all.holder(number, Role::BranchSecretary))
}
