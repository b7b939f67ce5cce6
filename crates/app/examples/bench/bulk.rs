//! One act for a thousand cases, as a county's dispatcher does after a storm.

use std::time::Instant;

use huiyin_base::{Id, Problem};
use huiyin_cases::store::{self, CaseFilter, CaseLine, Page, WallFilter};
use huiyin_cases::{BulkAct, CaseRef, Cases, Moment, Posting, Request, State};
use huiyin_directory::{OrgKind, OrgRef, Role, org_root};

use crate::load::{Ask, run};
use crate::report::Report;
use crate::server::{Bench, Running};
use crate::support::http::{Client, problem, township};
use crate::tree::person;

/// As many as one run takes.
const CASES: usize = 1_000;

/// Reports from one county are posted one by one, and then assigned to one township together: the second is measured, from the
/// press of the button to the last row's result, as the job does it.
pub(crate) async fn bulk(bench: &Bench, report: &mut Report) -> anyhow::Result<()> {
    let server = Running::start(bench).await?;
    let town = township(&mut Client::connect(&server.host).await?).await?;
    run(&server.host, 64, CASES, 303, move |n| Ask::Report(problem(&town, &format!("bulk-{n}"), &[]))).await?;
    server.stop().await?;

    let demo = bench.open(None).await?;
    let ground = &demo.opened.ground;
    let said = |problem: Problem| anyhow::anyhow!("{problem:?}");
    let cases = Cases::of(&ground.db, &ground.vault, &ground.calendar).map_err(said)?;
    let (moment, mut rng) = (Moment::at(ground.clock.now()), ground.rngs.rng());
    let mut tx = ground.db.read().await?;
    let region = ground.regions.by_code("610602").ok_or_else(|| anyhow::anyhow!("no county"))?;
    let county = org_root(&mut tx, region).await?.ok_or_else(|| anyhow::anyhow!("no county"))?.at();
    let staff = person(&mut tx, county, &[Role::CountyStaff], moment).await?;
    let scope = staff.scope(&[Role::CountyStaff]);
    let of = |state| CaseFilter {
        wall: WallFilter { region: Some(region), states: vec![state], ..WallFilter::default() },
        ..CaseFilter::default()
    };
    let most = Page::first(i64::try_from(CASES)?);
    for line in store::case_list(&mut tx, &scope, &of(State::Submitted), &most).await?.rows {
        let posting = Posting {
            title: "路灯坏了".into(),
            text: "路灯坏了三天了。".into(),
            edited: false,
            category: line.category.clone(),
            sub_category: line.sub_category.clone(),
            photos: Vec::new(),
        };
        cases.act(line.at(), Request::Post(posting), &staff, moment).await.map_err(said)?;
    }
    let waiting: Vec<CaseRef> = store::case_list(&mut ground.db.read().await?, &scope, &of(State::Posted), &most)
        .await?
        .rows
        .iter()
        .map(CaseLine::at)
        .collect();
    let to = store::place_units(&mut tx, &[region], &[OrgKind::Township], moment.today).await?;
    let to = to
        .first()
        .map(|unit| OrgRef { region: unit.region, id: unit.id })
        .ok_or_else(|| anyhow::anyhow!("no township"))?;
    drop(tx);

    let act = BulkAct::Assign { org: to.id.to_string(), goal: "月底前修好".into(), deadline: None };
    let id = Id::new(region, ground.clock.now(), &mut rng);
    let begun = Instant::now();
    cases.bulk_start(id, &act, &waiting, &staff, (moment, ground.clock.real()), &mut rng).await.map_err(said)?;
    let (done, refused) = cases.bulk_run(region, id, moment).await.map_err(said)?;
    let took = begun.elapsed().as_secs_f64();
    ground.db.close().await;
    let whole = done == u64::try_from(CASES)?;
    let found = format!("{done} assigned, {refused} refused, in {took:.2} s");
    report.promise(whole && took < 2.0, "1,000 cases assigned in bulk in under 2 s", &found);
    Ok(())
}
