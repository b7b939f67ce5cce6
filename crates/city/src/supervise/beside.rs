//! What inspections left beside: good practice in the library, and one talk.

use huiyin_base::Rng;
use huiyin_cases::supervision::SupervisionRules;
use huiyin_cases::supervision::store::{
    BasisKind, Inspection, InspectionKind, InspectionUnit, Practice, Talk, TalkBasis, TalkKind,
};
use huiyin_directory::{OrgKind, Role};
use huiyin_vault::Place;

use super::Supervisor;
use super::texts::PRACTICES;
use super::visits::Year;
use crate::invent::AccountNumber;

/// Talks and what they rest on.
type Talks = (Vec<Talk>, Vec<TalkBasis>);

/// Good practice of townships, and the one talk that a visitor can try out.
pub(super) fn beside(all: &Supervisor<'_>, year: &Year, rng: &mut Rng) -> anyhow::Result<(Vec<Practice>, Talks)> {
    let home = all.org(all.city.org);
    let Some(keeper) = all.holder(all.city.org, Role::CityStaff).map(|number| all.account(number)) else {
        return Ok(Default::default());
    };
    let sources: Vec<&Inspection> = year
        .inspections
        .iter()
        .filter(|inspection| inspection.kind == InspectionKind::Concentrated && inspection.done_day.is_some())
        .collect();
    let mut practices = Vec::new();
    for (n, (title, text, category)) in PRACTICES.iter().enumerate() {
        let source = sources[n % sources.len()];
        let units: Vec<&InspectionUnit> = year
            .units
            .iter()
            .filter(|unit| unit.inspection == source.id && unit.chosen && unit.kind == OrgKind::Township)
            .collect();
        let Some(unit) = units.get(n % units.len().max(1)) else { continue };
        let day = source.to_day.plus(2);
        let id = Supervisor::id(day, home, rng);
        practices.push(Practice {
            region: home.region,
            id,
            title: (*title).into(),
            text: (*text).into(),
            category: (*category).into(),
            unit_region: unit.unit_region,
            unit: unit.unit,
            unit_name: unit.name.clone(),
            inspection_region: Some(source.region),
            inspection: Some(source.id),
            meeting_region: None,
            meeting: None,
            org: home.id,
            account_region: keeper.region,
            account: keeper.id,
            day,
            nonce: format!("demo-{id}"),
            withdrawn_day: None,
        });
    }
    Ok((practices, talk(all, year, rng)?))
}

/// The first county with somebody of its first township, after a round of the teams.
fn talk(all: &Supervisor<'_>, year: &Year, rng: &mut Rng) -> anyhow::Result<Talks> {
    let none = || Ok((Vec::new(), Vec::new()));
    let Some(county) = all.city.counties.first() else { return none() };
    let Some(township) = county.townships.first() else { return none() };
    let accounts = (all.holder(county.org, Role::CountyStaff), all.holder(township.org, Role::TownshipStaff));
    let (Some(talker), Some(person)) = accounts else { return none() };
    let Some(round) = year.inspections.iter().find(|inspection| inspection.round == Some(2)) else { return none() };
    let (org, unit) = (all.org(county.org), all.org(township.org));
    let rules = SupervisionRules::built_in()?;
    let day = all.scale.today.plus(-9);
    let id = Supervisor::id(day, org, rng);
    let (talker, person): (AccountNumber, AccountNumber) = (talker, person);
    let (talker, person) = (all.account(talker), all.account(person));
    let row = id.uuid().into_bytes();
    let mut seal = |column: &'static str, words: &str| {
        Some(all.vault.seal(Place { table: "talk", column, row: &row }, words.as_bytes(), rng))
    };
    let talk = Talk {
        region: org.region,
        id,
        org: org.id,
        kind: TalkKind::Remind,
        talker_region: talker.region,
        talker: talker.id,
        day,
        due_day: Some(all.scale.today.plus(12)),
        expires_day: rules.talk_until(day),
        nonce: format!("demo-{id}"),
        account_region: Some(person.region),
        account: Some(person.id),
        unit_region: Some(unit.region),
        unit: Some(unit.id),
        reason: seal("reason", "第二轮督导指出的两件事，到期一个多月没有动，问起来说不清卡在哪里。"),
        agreed: seal("agreed", "一周内定下牵头的人和开工日期，月底前办完一件，另一件写明原因公开。"),
        statement: None,
        appeal: None,
        decision: None,
        done_day: None,
        appeal_day: None,
        decided_day: None,
        decider_region: None,
        decider: None,
        lifted: false,
        erased_day: None,
    };
    let basis = TalkBasis {
        region: org.region,
        talk: id,
        n: 1,
        kind: BasisKind::Inspection,
        refers_region: round.region,
        refers: round.id,
        label: round.title.clone(),
    };
    Ok((vec![talk], vec![basis]))
}
