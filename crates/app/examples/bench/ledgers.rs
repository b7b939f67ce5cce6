//! A ledger of a hundred thousand rows: the views it ships with, and any one filter with one order.

use std::time::{Duration, Instant};

use huiyin_base::Id;
use huiyin_cases::store::{EntryFilter, entry_count, place_children};
use huiyin_cases::{Cases, FieldValue, Issuing, Moment, Value};
use huiyin_directory::{OrgKind, OrgRef, Role, Viewer, account_find_login, org_root, viewer_find};
use huiyin_web::Ground;

use crate::reading::sign_in;
use crate::report::Report;
use crate::server::{Bench, Running};
use crate::support::http::Client;

const ROWS: usize = 100_000;

/// Handed down in one write.
const TOGETHER: usize = 2_000;

/// How often each view is opened.
const TIMES: usize = 60;

const STAGES: [&str; 5] = ["s1_site", "s2_design", "s3_build", "s4_check", "s5_use"];
const WAYS: [&str; 4] = ["new", "extend", "swap", "rent"];

pub(crate) async fn ledgers(bench: &Bench, report: &mut Report) -> anyhow::Result<()> {
    Box::pin(fill(bench)).await?;
    let server = Running::start(bench).await?;
    let mut client = Client::connect(&server.host).await?;
    let session = sign_in(bench, &mut client, Role::CityStaff).await?;
    let shipped = [
        "",
        "state=open",
        "state=struck",
        "due=late",
        "sort=due&dir=asc",
        "group=state",
        "group=stage",
        "group=place",
        "county=610602",
    ];
    let narrowed = ["f_stage=s3_build", "f_way=rent", "state=assigned", "county=610602", "due=late"];
    let sorts = ["stage", "area", "money_county", "due", "issued"];
    let both = narrowed.iter().flat_map(|by| sorts.map(|sort| format!("{by}&sort={sort}&dir=desc")));
    for (what, views) in
        [("its shipped views", shipped.map(str::to_owned).to_vec()), ("one filter with one order", both.collect())]
    {
        let mut all = Vec::new();
        let mut slowest = (Duration::ZERO, String::new());
        for view in &views {
            let path = format!("/ledgers/venue?{view}");
            let mut own = Vec::with_capacity(TIMES);
            for _ in 0..TIMES {
                let begun = Instant::now();
                let page = client.get(&path, Some(&session)).await?;
                own.push(begun.elapsed());
                anyhow::ensure!(page.status == 200, "{path}: {}", page.status);
            }
            own.sort_unstable();
            let middle = own[own.len() / 2];
            if middle > slowest.0 {
                slowest = (middle, view.clone());
            }
            all.extend(own);
        }
        all.sort_unstable();
        let at = |percent: usize| all[(all.len() * percent / 100).min(all.len() - 1)];
        let found = format!(
            "p50 {:.1} ms, p99 {:.1} ms over {} pages; slowest in the middle {:.1} ms: {}",
            at(50).as_secs_f64() * 1e3,
            at(99).as_secs_f64() * 1e3,
            all.len(),
            slowest.0.as_secs_f64() * 1e3,
            slowest.1
        );
        let promise = format!("a ledger of 100,000 rows, {what}: p99 under 40 ms at one connection");
        report.promise(at(99) < Duration::from_millis(40), &promise, &found);
    }
    server.stop().await
}

/// Hands venues down until there are a hundred thousand.
async fn fill(bench: &Bench) -> anyhow::Result<()> {
    let demo = bench.open(None).await?;
    let ground = demo.opened.ground.clone();
    let engine = Cases::of(&ground.db, &ground.vault, &ground.calendar)?;
    let viewer = staff(bench, &ground).await?;
    let villages = villages(&ground).await?;
    let city = org_root(&mut ground.db.read().await?, ground.home).await?.map(|org| org.at());
    let city = city.ok_or_else(|| anyhow::anyhow!("no city"))?;
    let filter = EntryFilter { kind: "venue".to_owned(), ..EntryFilter::default() };
    let scope = viewer.scope(&[Role::CityStaff]);
    let there = entry_count(&mut ground.db.read().await?, &scope, &filter, true).await?.n;
    let missing = ROWS.saturating_sub(usize::try_from(there).unwrap_or(0));
    let mut rng = ground.rngs.rng();
    for start in (0..missing).step_by(TOGETHER) {
        let all = (start..(start + TOGETHER).min(missing)).map(|n| {
            let to = villages[n % villages.len()];
            let seen = i64::try_from(n * 7_919 % 10_007).unwrap_or(0);
            let values = vec![
                FieldValue::new("place", Value::Ref(to.id)),
                FieldValue::text("way", WAYS[n / 3 % WAYS.len()]),
                FieldValue::text("stage", STAGES[n / 7 % STAGES.len()]),
                FieldValue::new("area", Value::Number(60 + seen % 400)),
                FieldValue::new("money_county", Value::Number(seen * 1_000)),
            ];
            let nonce = format!("bench-{}", Id::new(to.region, ground.clock.now(), &mut rng));
            let (title, text) = (format!("第 {n} 处活动阵地"), "建成后能开会、能办事".to_owned());
            Issuing { to, account: None, title, text, values, deadline: None, issuer: city, parent: None, nonce }
        });
        let all: Vec<Issuing> = all.collect();
        engine.issue_many("venue", all, &viewer, Moment::at(ground.clock.now()), &mut ground.rngs.rng()).await?;
    }
    bench.counted(&demo.opened.ground).await?;
    bench.close(demo).await
}

async fn staff(bench: &Bench, ground: &Ground) -> anyhow::Result<Viewer> {
    let (login, _) = bench.account(Role::CityStaff)?;
    let mut tx = ground.db.read().await?;
    let found = account_find_login(&mut tx, ground.vault.blind("login", &login)).await?;
    let account = found.ok_or_else(|| anyhow::anyhow!("no account"))?.at();
    let viewer = viewer_find(&mut tx, account, ground.clock.today()).await?;
    viewer.ok_or_else(|| anyhow::anyhow!("nobody"))
}

async fn villages(ground: &Ground) -> anyhow::Result<Vec<OrgRef>> {
    let (mut tx, today) = (ground.db.read().await?, ground.clock.today());
    let mut all = Vec::new();
    for county in ground.regions.children(ground.home) {
        let Some(root) = org_root(&mut tx, county.region).await? else { continue };
        for town in place_children(&mut tx, root.region, root.id, &[OrgKind::Township], today).await? {
            let below = [OrgKind::Village, OrgKind::Community];
            let found = place_children(&mut tx, town.region, town.id, &below, today).await?;
            all.extend(found.iter().map(|place| OrgRef { region: place.region, id: place.id }));
        }
    }
    anyhow::ensure!(!all.is_empty(), "no villages");
    Ok(all)
}
