//! The three lists: a task handed down to every village, and how soon the city sees what one of them has done.

use std::sync::Arc;
use std::time::Instant;

use huiyin_base::{Id, Problem};
use huiyin_cases::store::{self, CaseLink, LinkFilter};
use huiyin_cases::{Breakdown, BreakdownRow, CaseRef, Cases, Issuing, Moment, NEWS, Outcome, Request};
use huiyin_directory::{AccountRef, OrgKind, OrgRef, Role, Viewer, org_root, role_holders, viewer_find};
use huiyin_jobs::{Registry, drain};

use crate::report::Report;
use crate::server::Bench;

/// How many villages and communities the promise speaks of.
const VILLAGES: usize = 1_959;

/// Hands a task down from the city to all villages, has one of them strike it off, and waits until the city's page would show it.
pub(crate) async fn handdown(bench: &Bench, report: &mut Report) -> anyhow::Result<()> {
    let demo = bench.open(None).await?;
    let ground = Arc::new(demo.opened.ground);
    let said = |problem: Problem| anyhow::anyhow!("{problem:?}");
    let cases = Cases::of(&ground.db, &ground.vault, &ground.calendar).map_err(said)?;
    let (moment, mut rng) = (Moment::at(ground.clock.now()), ground.rngs.rng());
    let mut tx = ground.db.read().await?;
    let city = org_root(&mut tx, ground.home).await?.ok_or_else(|| anyhow::anyhow!("no city"))?.at();
    let staff = person(&mut tx, city, &[Role::CityStaff], moment).await?;
    let counties: Vec<_> = ground.regions.children(ground.home).map(|entry| entry.region).collect();
    let kinds = [OrgKind::Village, OrgKind::Community];
    let units = store::place_units(&mut tx, &counties, &kinds, moment.today).await?;
    drop(tx);
    let top = Issuing {
        to: city,
        account: None,
        title: "入冬前走访一遍".into(),
        text: "缺什么登记什么，十天内送到。".into(),
        values: Vec::new(),
        deadline: None,
        issuer: city,
        parent: None,
        nonce: format!("bench-top-{}", rng.below(u64::MAX)),
    };
    let top = cases.issue("task", top, &staff, moment, &mut rng).await.map_err(said)?.case;
    let units = units.iter().map(|unit| OrgRef { region: unit.region, id: unit.id });
    let what = Breakdown {
        parent: top,
        kind: "task".into(),
        title: "入冬前走访一遍".into(),
        text: "缺什么登记什么，十天内送到。".into(),
        measure: "户".into(),
        deadline: None,
        rows: units.map(|unit| BreakdownRow { unit, person: None, target: Some(20) }).collect(),
        nonce: format!("bench-down-{}", rng.below(u64::MAX)),
    };
    let count = what.rows.len();
    let begun = Instant::now();
    let (run, _) = cases.hand_down(what, &staff, moment, &mut rng).await.map_err(said)?;
    cases.handdown_run(top.region, run, moment).await.map_err(said)?;
    let took = begun.elapsed().as_secs_f64();
    let most = if bench.postgres.is_some() { 3.0 } else { 1.0 };
    let found = format!("{count} units in {took:.2} s");
    let what = format!("a task handed down to {VILLAGES} villages in under {most} s");
    report.promise(count >= VILLAGES && took < most, &what, &found);

    let first = store::link_page(&mut ground.db.read().await?, top, &LinkFilter::default(), 1).await?;
    let child = first.first().map(CaseLink::child_at).ok_or_else(|| anyhow::anyhow!("no village"))?;
    let seen = struck_off(&cases, &ground, (top, child), &staff, moment).await?;
    report.promise(seen < 2.0, "what a village has done is counted at the city within 2 s", &format!("{seen:.2} s"));
    ground.db.close().await;
    Ok(())
}

/// Seconds from the acceptance until the parent in the other region counts it, by a worker as it runs in the program.
async fn struck_off(
    cases: &Cases,
    ground: &Arc<huiyin_web::Ground>,
    (top, child): (CaseRef, CaseRef),
    staff: &Viewer,
    moment: Moment,
) -> anyhow::Result<f64> {
    let said = |problem: Problem| anyhow::anyhow!("{problem:?}");
    let mut tx = ground.db.read().await?;
    let item = store::case_get(&mut tx, child).await?.ok_or_else(|| anyhow::anyhow!("no case"))?;
    let roles = [Role::BranchSecretary, Role::CaseOfficer];
    let owner = person(&mut tx, item.owner(), &roles, moment).await?;
    drop(tx);
    let close = Request::RequestClose { outcome: Outcome::Solved, text: "都走到了。".into(), photos: Vec::new() };
    for request in [Request::Sign, Request::Begin, close] {
        cases.act(child, request, &owner, moment).await.map_err(said)?;
    }
    let registry = Registry::new().on(NEWS, |cases: Cases, job| async move {
        let id: Id = job.payload["case"].as_str().unwrap_or_default().parse()?;
        let now = Moment::at(huiyin_base::Clock::system().real());
        cases.tree_news(CaseRef { region: job.region, id }, now).await?;
        Ok(None)
    });
    let before = store::node_get(&mut ground.db.read().await?, top).await?.map_or(0, |node| node.done);
    let begun = Instant::now();
    cases.act(child, Request::Accept, staff, moment).await.map_err(said)?;
    drain(&ground.db, &ground.clock, &ground.rngs, &registry, cases.clone()).await?;
    let after = store::node_get(&mut ground.db.read().await?, top).await?.map_or(0, |node| node.done);
    anyhow::ensure!(after == before + 1, "{after} after {before}");
    // A worker looks for work every 400 ms.
    Ok(begun.elapsed().as_secs_f64() + 0.4)
}

pub(crate) async fn person(
    tx: &mut huiyin_db::Tx,
    org: OrgRef,
    roles: &[Role],
    moment: Moment,
) -> anyhow::Result<Viewer> {
    let holders = role_holders(tx, org, roles, moment.today).await?;
    let holder = holders.first().ok_or_else(|| anyhow::anyhow!("nobody there"))?;
    let account = AccountRef { region: holder.region, id: holder.account };
    viewer_find(tx, account, moment.today).await?.ok_or_else(|| anyhow::anyhow!("no account"))
}
