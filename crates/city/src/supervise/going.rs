//! Going there: units named or drawn, and what was written down at each.

use huiyin_base::{Day, Id};
use huiyin_cases::draw::{hash_of, seed_of};
use huiyin_cases::supervision::store::{
    Gravity, InspectionFinding, InspectionKind, InspectionMark, InspectionMember, InspectionRecord, InspectionUnit,
    StandingOrg, Verdict,
};
use huiyin_cases::supervision::{frozen, held_draw, seed_sealed};

use super::Supervisor;
use super::texts::{FINDINGS, SEEN};
use super::visits::{Found, Telling};
use crate::invent::OrgNumber;

impl Telling<'_> {
    fn standing(&self, number: OrgNumber) -> StandingOrg {
        let org = &self.all.city.orgs[number];
        let (code, name) = (org.code.clone(), org.name.clone());
        StandingOrg { region: org.region, id: org.id, kind: org.kind, code, name }
    }

    pub(super) fn named(&mut self, place: usize, units: &[OrgNumber]) {
        let inspection = self.year.inspections[place].clone();
        let mut crew: Vec<Id> = Vec::new();
        for (n, number) in units.iter().enumerate() {
            let org = self.standing(*number);
            let team = self.year.teams[self.team(n, org.region)].id;
            if !crew.contains(&team) {
                crew.push(team);
            }
            self.year.units.push(InspectionUnit {
                region: inspection.region,
                inspection: inspection.id,
                n: i64::try_from(n).unwrap_or(0) + 1,
                unit_region: org.region,
                unit: org.id,
                kind: org.kind,
                code: org.code,
                name: org.name,
                listed: false,
                chosen: true,
                team: Some(team),
                visited_day: None,
            });
        }
        self.year.crews.push((inspection.id, crew));
    }

    /// Frozen and committed on the day of the order, drawn the day before it begins.
    pub(super) fn draw(&mut self, place: usize, name: &str, list: &[OrgNumber], count: usize) {
        let mut standing: Vec<StandingOrg> = list.iter().map(|number| self.standing(*number)).collect();
        standing.sort_by(|one, other| one.code.cmp(&other.code));
        let inspection = self.year.inspections[place].clone();
        let seed = seed_of(&self.rng.bytes());
        let sealed = seed_sealed(self.all.vault, inspection.id, &seed, self.rng);
        let (id, ordered, begun) = (inspection.id, inspection.created_day, inspection.from_day.plus(-1));
        let (inspection, mut units) = frozen(inspection, &standing, (name.to_owned(), hash_of(&seed), sealed), ordered);
        let (inspection, chosen) = held_draw(inspection, &units, seed, count.min(units.len()), begun);
        let mut crew = Vec::new();
        // One team goes on a visit without notice, and each in its turn on what is larger.
        let single = inspection.kind == InspectionKind::Unannounced;
        for (turn, drawn) in chosen.iter().enumerate() {
            let first = match (single, inspection.is_hidden()) {
                (true, true) => 0,
                (true, false) => place,
                _ => place + turn,
            };
            let team = self.year.teams[self.team(first, drawn.unit_region)].id;
            if !crew.contains(&team) {
                crew.push(team);
            }
            if let Some(unit) = units.iter_mut().find(|unit| unit.n == drawn.n) {
                (unit.chosen, unit.team) = (true, Some(team));
            }
        }
        self.year.inspections[place] = inspection;
        self.year.units.extend(units);
        self.year.crews.push((id, crew));
    }

    /// A record at every unit, and findings at one of so many.
    pub(super) fn seen(&mut self, place: usize, each: usize) {
        let inspection = self.year.inspections[place].clone();
        let chosen: Vec<usize> = (0..self.year.units.len())
            .filter(|unit| self.year.units[*unit].inspection == inspection.id && self.year.units[*unit].chosen)
            .collect();
        let region = inspection.region;
        for (n, unit) in chosen.into_iter().enumerate() {
            let span = inspection.to_day.since(inspection.from_day).max(0);
            let day = inspection.from_day.plus(i64::try_from(n).unwrap_or(0).min(span));
            let Some(account) = self.writer(self.year.units[unit].team) else { continue };
            let id = Supervisor::id(day, self.home(), self.rng);
            self.year.units[unit].visited_day = Some(day);
            let words = self.rng.pick(&SEEN).copied().unwrap_or_default().to_owned();
            self.year.records.push(InspectionRecord {
                region,
                id,
                inspection: inspection.id,
                unit_n: self.year.units[unit].n,
                day,
                text: words,
                spoken: self.rng.between(3, 18),
                account_region: account.region,
                account: account.id,
                nonce: format!("demo-{id}"),
            });
            let wrong = n % each == 0;
            for mark in 1..=4 {
                let unfit = wrong && self.rng.chance(400);
                let result = if unfit { Verdict::Unfit } else { Verdict::Fit };
                self.year.marks.push(InspectionMark { region, record: id, n: mark, result, note: String::new() });
            }
            if wrong {
                self.found(place, unit, (id, day));
            }
        }
    }

    fn writer(&self, team: Option<Id>) -> Option<huiyin_directory::AccountRef> {
        let members = self.year.members.iter().filter(|member| Some(member.team) == team);
        members.max_by_key(|member| member.leads).map(InspectionMember::account)
    }

    fn found(&mut self, place: usize, unit: usize, (record, day): (Id, Day)) {
        let text = usize::try_from(self.rng.below(FINDINGS.len() as u64)).unwrap_or(0);
        let (title, words, demand, _) = FINDINGS[text];
        let hidden_until = self.year.inspections[place].done_day.unwrap_or(day);
        let from = if self.year.inspections[place].kind == InspectionKind::Unannounced { hidden_until } else { day };
        let gravity = match self.rng.below(10) {
            0..=2 => Gravity::Light,
            3..=8 => Gravity::Common,
            _ => Gravity::Grave,
        };
        self.year.findings.push(Found {
            finding: InspectionFinding {
                region: self.home().region,
                record,
                n: 1,
                title: title.into(),
                text: words.into(),
                demand: demand.into(),
                gravity,
                deadline: None,
                case_region: None,
                case_id: None,
            },
            inspection: place,
            record: self.year.records.len() - 1,
            unit,
            text,
            from,
        });
    }
}
