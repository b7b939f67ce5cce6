//! The measures, each with what is promised of it.

use std::path::Path;
use std::time::{Duration, Instant};

use huiyin_cases::{Cases, Moment};

use crate::load::{Ask, run};
use crate::report::{Report, milliseconds};
use crate::server::{Bench, Running};
use crate::support::http::{Client, photo, problem, township};
use crate::support::kill;

/// Makes the city where there is none, and opens it a second time.
pub(crate) async fn make(bench: &Bench, report: &mut Report) -> anyhow::Result<()> {
    if !bench.data.exists() {
        let took = Duration::from_secs_f64(bench.made().await?);
        let most = Duration::from_secs(if bench.cases == 1 { 60 } else { 1_200 });
        let what = format!("the city is made in under {} s", most.as_secs());
        report.promise(took < most, &what, &format!("{:.1} s", took.as_secs_f64()));
    }
    let begun = Instant::now();
    let server = Running::start(bench).await?;
    Client::connect(&server.host).await?.get("/", None).await?;
    let took = begun.elapsed();
    report.promise(
        took < Duration::from_secs(2),
        "a second start answers in under 2 s",
        &format!("{:.2} s", took.as_secs_f64()),
    );
    // What a city does once a day is no part of what is measured.
    server.rests().await;
    server.stop().await
}

/// What the process does that makes the city: says the seconds it took.
pub(crate) async fn make_city(bench: &Bench) -> anyhow::Result<()> {
    let begun = Instant::now();
    let demo = bench.open(None).await?;
    let took = begun.elapsed();
    let ground = &demo.opened.ground;
    // What fell due while it was invented is a burst of its own kind, once in a city's life.
    Cases::of(&ground.db, &ground.vault, &ground.calendar)?.sweep(Moment::at(ground.clock.now())).await?;
    ground.db.close().await;
    println!("{}", took.as_secs_f64());
    Ok(())
}

/// Durable reports: with shared commits, without, and both on a disk that is slower by 5 ms.
pub(crate) async fn submissions(bench: &Bench, report: &mut Report) -> anyhow::Result<()> {
    let mut rates = Vec::new();
    for (what, group_size, commit_delay_ms, count) in [
        ("reports, shared commits", 256, 0, 6_000),
        ("reports, a commit each", 1, 0, 4_000),
        ("reports, shared commits, 5 ms slower", 256, 5, 4_000),
        ("reports, a commit each, 5 ms slower", 1, 5, 1_000),
    ] {
        let server = Running::start(&Bench { group_size, commit_delay_ms, ..bench.clone() }).await?;
        let town = township(&mut Client::connect(&server.host).await?).await?;
        let run = run(&server.host, 64, count, 303, move |number| {
            Ask::Report(problem(&town, &format!("{group_size}-{commit_delay_ms}-{number}"), &[]))
        });
        let run = run.await?;
        report.run(what, &run);
        rates.push(run.rate);
        if group_size > 1 && commit_delay_ms == 0 {
            let (_, most) = server.memory();
            report.promise(most < 200, "memory below 200 MB for pages and reports", &format!("{most} MB at most"));
        }
        server.stop().await?;
    }
    let (quick, slow) = (rates[0] / rates[1], rates[2] / rates[3]);
    report.promise(quick >= 1.5, "shared commits: at least 1.5 times a commit each", &format!("{quick:.2} times"));
    report.promise(slow >= 10.0, "with 5 ms added: at least 10 times", &format!("{slow:.1} times"));
    Ok(())
}

/// Three photos of 2 MB with each report.
pub(crate) async fn photos(bench: &Bench, report: &mut Report) -> anyhow::Result<()> {
    let server = Running::start(bench).await?;
    let town = township(&mut Client::connect(&server.host).await?).await?;
    let photos: Vec<Vec<u8>> = (0..3).map(|seed| photo(seed, 2_048)).collect();
    println!("a photo has {} kB", photos[0].len() / 1024);
    let run = run(&server.host, 8, 240, 303, move |number| {
        let photos: Vec<&[u8]> = photos.iter().map(Vec::as_slice).collect();
        Ask::Report(problem(&town, &format!("photos-{number}"), &photos))
    });
    let run = run.await?;
    report.run("reports with three photos of 2 MB, 8 connections", &run);
    let kept = run.p99 < Duration::from_millis(300);
    report.promise(kept, "three 2 MB photos: p99 under 300 ms at 8 connections", &milliseconds(run.p99));
    let (_, most) = server.memory();
    report.promise(most < 300, "memory below 300 MB with photos", &format!("{most} MB at most"));
    server.stop().await
}

/// Rounds of a thousand reports at once with a power cut in the middle.
pub(crate) async fn kills(bench: &Bench, binary: &Path, rounds: usize, report: &mut Report) {
    let (mut shown, mut kept, mut with_photo) = (0, 0, 0);
    for round in 1..=rounds {
        let found = kill::round(binary, &bench.data, round, 1_000, 100, 100 + 70 * round).await;
        println!("round {round}: {found:?}");
        shown += found.shown;
        kept += found.kept;
        with_photo += found.with_photo;
    }
    let whole = shown == kept && kept == with_photo;
    let found = format!("{shown} shown, {kept} kept, {with_photo} with their photo");
    report.promise(whole, &format!("kill -9 in {rounds} rounds of 1,000 reports: every receipt shown exists"), &found);
}
