//! Units by lot: the list is frozen and the seed committed, both on record, before anything is drawn.

use std::collections::BTreeSet;

use huiyin_base::{Day, Id, Instant, Problem, Region, Rng};
use huiyin_db::Tx;
use huiyin_directory::audit::{self, AuditKind, Event};
use huiyin_directory::{OrgKind, OrgRef, Regions, Viewer};
use huiyin_vault::{Place, Vault};

use super::ordering::runs;
use super::store::{
    Inspection, InspectionUnit, StandingOrg, crew_list, inspection_draws, inspection_lock, inspection_save,
    orgs_standing, unit_add, unit_list, unit_save,
};
use super::visiting::{assigned, conflicts};
use crate::draw::{Held, Lot, drawn, faults, hash_of, list_hash, seed_of};
use crate::store::lines_find;
use crate::{Cases, Moment};

/// From what units are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitList {
    /// Counties, departments, townships, villages and communities.
    pub kind: OrgKind,
    /// Of one county; of all where there is none.
    pub region: Option<Region>,
}

impl UnitList {
    /// 宝塔区的村和社区
    pub fn name(self, regions: &Regions) -> String {
        let place = self.region.map_or_else(|| "全部".to_owned(), |region| format!("{}的", regions.name(region)));
        format!("{place}{}", self.label())
    }

    fn label(self) -> &'static str {
        match self.kind {
            OrgKind::County => "县（市、区）",
            OrgKind::Department => "部门",
            OrgKind::Township => "乡镇（街道）",
            _ => "村和社区",
        }
    }

    fn kinds(self) -> Vec<OrgKind> {
        match self.kind {
            OrgKind::Village | OrgKind::Community => vec![OrgKind::Village, OrgKind::Community],
            kind => vec![kind],
        }
    }
}

impl Cases {
    /// Freezes the list and commits the seed: what is drawn is decided from here on and known to nobody.
    pub async fn inspection_freeze(
        &self,
        id: Id,
        list: UnitList,
        regions: &Regions,
        viewer: &Viewer,
        (moment, real_now): (Moment, Instant),
        rng: &mut Rng,
    ) -> Result<(), Problem> {
        let name = list.name(regions);
        let all = regions.with_children(id.region());
        let of = match list.region {
            Some(region) if all.contains(&region) => vec![region],
            Some(_) => return Err(Problem::invalid("只能从本市、本县（市、区）的单位里抽。")),
            None => all,
        };
        let seed = seed_of(&rng.bytes());
        let sealed = seed_sealed(&self.vault, id, &seed, rng);
        let event = Event::new(viewer.account.region, AuditKind::Supervision, real_now, rng).by(viewer.account);
        let viewer = viewer.clone();
        let write = self.db.write("inspection_freeze", move |tx| {
            let (name, of, sealed, seed_hash) = (name.clone(), of.clone(), sealed.clone(), hash_of(&seed));
            let (event, viewer) = (event.clone(), viewer.clone());
            Box::pin(async move {
                let inspection = inspection_lock(tx, id).await?.ok_or_else(Problem::not_found)?;
                runs(tx, &inspection, &viewer).await?;
                if inspection.frozen_day.is_some() {
                    return Err(Problem::conflict(
                        "名单已经定下，不能再改，可能是同事刚定的。请刷新这一页，看定下的名单。",
                    ));
                }
                let standing = orgs_standing(tx, &of, &list.kinds(), moment.today).await?;
                let frozen = frozen(inspection, &standing, (name, seed_hash, sealed), moment.today);
                if frozen.1.is_empty() {
                    return Err(Problem::invalid("这份名单里没有单位，请换一个范围。"));
                }
                let (list_hash, seed_hash) = (frozen.0.list_hash.clone(), frozen.0.seed_hash.clone());
                let detail = format!(
                    "督查抽签前公布：名单指纹 {}，种子指纹 {}",
                    list_hash.unwrap_or_default(),
                    seed_hash.unwrap_or_default()
                );
                let before = i64::try_from(unit_list(tx, id, false).await?.len()).unwrap_or(0);
                let units: Vec<_> =
                    frozen.1.into_iter().map(|unit| InspectionUnit { n: unit.n + before, ..unit }).collect();
                unit_add(tx, &units).await?;
                inspection_save(tx, &frozen.0).await?;
                Ok(audit::record(tx, &event.detail(detail)).await?)
            })
        });
        write.await
    }

    /// Draws so many units of the frozen list, shows the seed, and sends a team to each.
    pub async fn inspection_draw(
        &self,
        id: Id,
        count: usize,
        viewer: &Viewer,
        moment: Moment,
    ) -> Result<usize, Problem> {
        let (vault, viewer) = (self.vault.clone(), viewer.clone());
        let write = self.db.write("inspection_draw", move |tx| {
            let (vault, viewer) = (vault.clone(), viewer.clone());
            Box::pin(async move {
                let inspection = inspection_lock(tx, id).await?.ok_or_else(Problem::not_found)?;
                runs(tx, &inspection, &viewer).await?;
                if inspection.drawn_day.is_some() {
                    return Err(Problem::conflict(
                        "已经抽过了，不能再抽第二次，可能是同事刚抽的。请刷新这一页，看抽中的单位。",
                    ));
                }
                let Some(sealed) = &inspection.seed_sealed else {
                    return Err(Problem::invalid("请先定下名单，再抽签。"));
                };
                let most = usize::try_from(inspection.listed).unwrap_or(0);
                if count == 0 || count > most {
                    return Err(Problem::invalid(format!("抽几个请填 1 到 {most}。")));
                }
                let seed = vault.open_sealed(place(&row_of(id)), sealed).map_err(Problem::broken)?;
                let seed = String::from_utf8(seed).map_err(Problem::broken)?;
                let units = unit_list(tx, id, false).await?;
                let (inspection, mut chosen) = held_draw(inspection, &units, seed, count, moment.today);
                let crew = crew_list(tx, id).await?;
                assigned(tx, &inspection, &crew, &mut chosen).await?;
                for unit in &chosen {
                    unit_save(tx, unit).await?;
                }
                inspection_save(tx, &inspection).await?;
                Ok(chosen.len())
            })
        });
        write.await
    }

    /// Names a unit that is visited without a draw.
    pub async fn inspection_name(&self, id: Id, unit: StandingOrg, viewer: &Viewer) -> Result<(), Problem> {
        let viewer = viewer.clone();
        let write = self.db.write("inspection_name", move |tx| {
            let (unit, viewer) = (unit.clone(), viewer.clone());
            Box::pin(async move {
                let inspection = inspection_lock(tx, id).await?.ok_or_else(Problem::not_found)?;
                runs(tx, &inspection, &viewer).await?;
                if inspection.done_day.is_some() {
                    return Err(Problem::conflict("这次督查已经结束，不能再加单位。"));
                }
                let at = OrgRef { region: unit.region, id: unit.id };
                if !lines_find(tx, vec![at]).await?.below(at, inspection.org()) {
                    return Err(Problem::invalid("只能督查本级以下的单位。"));
                }
                let units = unit_list(tx, id, false).await?;
                if let Some(before) = units.iter().find(|before| before.unit == unit.id) {
                    let mut chosen = vec![InspectionUnit { chosen: true, ..before.clone() }];
                    let crew = crew_list(tx, id).await?;
                    assigned(tx, &inspection, &crew, &mut chosen).await?;
                    return Ok(unit_save(tx, &chosen[0]).await?);
                }
                let n = i64::try_from(units.len()).unwrap_or(0) + 1;
                let mut named = vec![InspectionUnit { chosen: true, ..row(&inspection, n, &unit, false) }];
                let crew = crew_list(tx, id).await?;
                assigned(tx, &inspection, &crew, &mut named).await?;
                Ok(unit_add(tx, &named).await?)
            })
        });
        write.await
    }

    /// Sends another team to a unit.
    pub async fn inspection_assign(&self, id: Id, n: i64, team: Id, viewer: &Viewer) -> Result<(), Problem> {
        let viewer = viewer.clone();
        let write = self.db.write("inspection_assign", move |tx| {
            let viewer = viewer.clone();
            Box::pin(async move {
                let inspection = inspection_lock(tx, id).await?.ok_or_else(Problem::not_found)?;
                runs(tx, &inspection, &viewer).await?;
                let crew = crew_list(tx, id).await?;
                let team = crew.iter().find(|one| one.id == team).ok_or_else(Problem::not_found)?;
                let units = unit_list(tx, id, true).await?;
                let mut unit = units.into_iter().find(|unit| unit.n == n).ok_or_else(Problem::not_found)?;
                if conflicts(tx, &inspection, team.id, unit.at()).await? {
                    return Err(Problem::invalid("这个组里有人在被查单位或它的上下级任职，要回避，请换一个组。"));
                }
                unit.team = Some(team.id);
                Ok(unit_save(tx, &unit).await?)
            })
        });
        write.await
    }
}

/// Freezes a list: the inspection with its fingerprints, and the units. Pure.
pub fn frozen(
    inspection: Inspection,
    standing: &[StandingOrg],
    (name, seed_hash, sealed): (String, String, Vec<u8>),
    today: Day,
) -> (Inspection, Vec<InspectionUnit>) {
    let units: Vec<InspectionUnit> = standing.iter().zip(1..).map(|(org, n)| row(&inspection, n, org, true)).collect();
    let inspection = Inspection {
        list_hash: Some(list_hash(&lots_of(&units), None)),
        listed: i64::try_from(units.len()).unwrap_or(0),
        list_name: Some(name),
        seed_hash: Some(seed_hash),
        seed_sealed: Some(sealed),
        committed_day: Some(today),
        frozen_day: Some(today),
        ..inspection
    };
    (inspection, units)
}

/// Draws from a frozen list: the inspection with its seed shown, and the units that were drawn. Pure.
pub fn held_draw(
    inspection: Inspection,
    units: &[InspectionUnit],
    seed: String,
    count: usize,
    today: Day,
) -> (Inspection, Vec<InspectionUnit>) {
    let numbers = drawn(&seed, &lots_of(units), count);
    let chosen: Vec<InspectionUnit> = units
        .iter()
        .filter(|unit| unit.listed && numbers.contains(&unit.code))
        .map(|unit| InspectionUnit { chosen: true, ..unit.clone() })
        .collect();
    let inspection = Inspection {
        seed: Some(seed),
        drawn: i64::try_from(chosen.len()).unwrap_or(0),
        drawn_day: Some(today),
        ..inspection
    };
    (inspection, chosen)
}

fn row(inspection: &Inspection, n: i64, org: &StandingOrg, listed: bool) -> InspectionUnit {
    InspectionUnit {
        region: inspection.region,
        inspection: inspection.id,
        n,
        unit_region: org.region,
        unit: org.id,
        kind: org.kind,
        code: org.code.clone(),
        name: org.name.clone(),
        listed,
        chosen: false,
        team: None,
        visited_day: None,
    }
}

/// Repeats every draw of an inspection: how many there are, and what does not hold. Nothing of a hidden one is named.
pub async fn draw_faults(tx: &mut Tx) -> huiyin_db::Result<(u64, Vec<String>)> {
    let (mut held, mut findings) = (0, Vec::new());
    for inspection in inspection_draws(tx).await? {
        let (Some(seed), Some(seed_hash)) = (&inspection.seed, &inspection.seed_hash) else { continue };
        held += 1;
        let units = unit_list(tx, inspection.id, false).await?;
        let drawn: BTreeSet<String> =
            units.iter().filter(|unit| unit.listed && unit.chosen).map(|unit| unit.code.clone()).collect();
        let kept = Held {
            seed,
            seed_hash,
            list_hash: inspection.list_hash.as_ref(),
            salt: None,
            drawn: usize::try_from(inspection.drawn).unwrap_or(0),
        };
        let which = if inspection.is_hidden() { "一次没有公开的督查" } else { inspection.title.as_str() };
        let said = faults(&kept, &lots_of(&units), &drawn).into_iter();
        findings.extend(said.map(|words| format!("{which}的抽签：{words}")));
        if inspection.committed_day > inspection.drawn_day {
            findings.push(format!("{which}的抽签：种子是抽签以后才定的。"));
        }
    }
    Ok((held, findings))
}

fn lots_of(units: &[InspectionUnit]) -> Vec<Lot> {
    let listed = units.iter().filter(|unit| unit.listed);
    listed.map(|unit| Lot { number: unit.code.clone(), lots: 1 }).collect()
}

/// The seed of an inspection, sealed until the draw.
pub fn seed_sealed(vault: &Vault, id: Id, seed: &str, rng: &mut Rng) -> Vec<u8> {
    vault.seal(place(&row_of(id)), seed.as_bytes(), rng)
}

fn row_of(id: Id) -> [u8; 16] {
    id.uuid().into_bytes()
}

fn place(row: &[u8]) -> Place<'_> {
    Place { table: "inspection", column: "seed_sealed", row }
}
