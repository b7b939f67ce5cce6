//! The measures, each with what is promised of it.

use std::path::Path;
use std::time::{Duration, Instant};

use huiyin_app::config::Config;
use huiyin_app::demo::{self, Wish};

use crate::load::{Ask, Run, run};
use crate::report::{Report, milliseconds};
use crate::server::{Bench, Running};
use crate::support::http::{Client, photo, problem, township};
use crate::support::kill;

/// Elder mode is never served from memory.
const UNCACHED: Option<&str> = Some("huiyin_elder=1");

/// Makes the city where there is none, and opens it a second time.
pub(crate) async fn make(bench: &Bench, report: &mut Report) -> anyhow::Result<()> {
    let config = Config::read("", [])?;
    let wish = Wish { folder: bench.data.clone(), today: None, size: None, cases: None };
    if !bench.data.exists() {
        let begun = Instant::now();
        demo::close(demo::open(&config, &wish).await?).await?;
        let took = begun.elapsed();
        report.promise(
            took.as_secs() < 60,
            "the full city is made in under 60 s",
            &format!("{:.1} s", took.as_secs_f64()),
        );
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
    server.stop().await
}

/// The wall's list, filtered, any page deep, uncached.
pub(crate) async fn wall(bench: &Bench, ten: Option<&Path>, report: &mut Report) -> anyhow::Result<()> {
    let one = wall_of(bench).await?;
    report.run("wall list, filtered, paged, uncached, 32 connections", &one);
    let kept = one.p99 < Duration::from_millis(15);
    report.promise(kept, "wall list: p99 under 15 ms at 32 connections", &milliseconds(one.p99));
    if let Some(ten) = ten {
        let ten = wall_of(&Bench { data: ten.to_owned(), ..bench.clone() }).await?;
        report.run("the same with ten times the cases", &ten);
        let ratio = ten.p99.as_secs_f64() / one.p99.as_secs_f64();
        report.promise(ratio <= 1.5, "at ten times the cases within 1.5 times", &format!("{ratio:.2} times"));
    }
    Ok(())
}

async fn wall_of(bench: &Bench) -> anyhow::Result<Run> {
    let server = Running::start(bench).await?;
    let paths = wall_paths(&server.host).await?;
    let ask = move |number: usize| Ask::Page(paths[number * 7 % paths.len()].clone(), UNCACHED);
    let ask = std::sync::Arc::new(ask);
    let warm = std::sync::Arc::clone(&ask);
    run(&server.host, 32, 500, 200, move |number| warm(number)).await?;
    let measured = run(&server.host, 32, 6_000, 200, move |number| ask(number)).await?;
    server.stop().await?;
    Ok(measured)
}

/// Filters by county, category and state, each followed up to ten pages deep.
async fn wall_paths(host: &str) -> anyhow::Result<Vec<String>> {
    const FILTERS: [&str; 8] = [
        "",
        "county=610602",
        "county=610629&state=answered",
        "county=610602&category=other&state=answered",
        "state=working",
        "county=610681&state=working",
        "category=other",
        "county=610627&category=other",
    ];
    let mut client = Client::connect(host).await?;
    let mut paths = Vec::new();
    for filter in FILTERS {
        let mut path = format!("/wall?{filter}");
        for _ in 0..10 {
            let page = client.get(&path, UNCACHED).await?.text();
            paths.push(path);
            let next =
                page.split("href=\"").filter_map(|rest| rest.split('"').next()).find(|href| href.contains("after="));
            let Some(next) = next else { break };
            path = next.replace("&#38;", "&").replace("&amp;", "&");
        }
    }
    Ok(paths)
}

/// The public wall's first page from memory, against a fixed page of the same size behind the same middleware.
pub(crate) async fn front(bench: &Bench, report: &mut Report) -> anyhow::Result<()> {
    let server = Running::start(bench).await?;
    let ask = |path: &'static str| move |_: usize| Ask::Page(path.to_owned(), None);
    run(&server.host, 32, 500, 200, ask("/wall")).await?;
    let fixed = run(&server.host, 32, 10_000, 200, ask("/bench/static")).await?;
    let first = run(&server.host, 32, 10_000, 200, ask("/wall")).await?;
    report.run("a fixed page behind the same middleware", &fixed);
    report.run("the wall's first page, cached", &first);
    let ratio = first.rate / fixed.rate;
    report.promise(
        ratio >= 1.0 / 3.0,
        "cached first page: at least a third of a fixed page's rate",
        &format!("{ratio:.2}"),
    );
    server.stop().await
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
