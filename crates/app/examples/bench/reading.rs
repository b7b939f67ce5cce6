//! Pages, read by thirty-two at once.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use huiyin_base::Id;
use huiyin_directory::Role;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::load::{Ask, Run, run};
use crate::report::{Report, milliseconds};
use crate::server::{Bench, Running};
use crate::support::http::Client;

/// Elder mode is never served from memory.
const UNCACHED: &str = "huiyin_elder=1";

/// County, category, progress, and each two of them.
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

/// Rare, middling and common words, alone and together.
const WORDS: [&str; 8] = ["道路", "自来水", "路灯", "低保", "道路 积水", "苹果", "修路 赔偿", "没有这样的词"];

/// The wall's list, filtered, on its first ten pages and far down, uncached.
pub(crate) async fn wall(bench: &Bench, ten: Option<&Path>, report: &mut Report) -> anyhow::Result<()> {
    let [one, deep] = wall_of(bench).await?;
    let most = if bench.cases == 1 { 15 } else { 30 };
    for (what, run) in [("wall list", &one), ("wall list, far down", &deep)] {
        report.run(&format!("{what}, filtered, uncached, 32 connections"), run);
        bounded(report, &format!("{what}: p99 under {most} ms at 32 connections"), run, most);
    }
    let Some(ten) = ten else { return Ok(()) };
    let larger = Bench { data: ten.to_owned(), cases: 10, ..bench.clone() };
    for ((what, before), run) in
        [("wall list", one), ("wall list, far down", deep)].into_iter().zip(wall_of(&larger).await?)
    {
        report.run(&format!("{what} with ten times the cases"), &run);
        let ratio = run.p99.as_secs_f64() / before.p99.as_secs_f64();
        report.promise(
            ratio <= 1.5,
            &format!("{what}: at ten times the cases within 1.5 times"),
            &format!("{ratio:.2} times"),
        );
    }
    Ok(())
}

async fn wall_of(bench: &Bench) -> anyhow::Result<[Run; 2]> {
    let server = Running::start(bench).await?;
    let (near, far) = wall_paths(&server.host).await?;
    let near = pages(&server.host, near, UNCACHED.into(), 6_000).await?;
    let far = pages(&server.host, far, UNCACHED.into(), 6_000).await?;
    server.stop().await?;
    Ok([near, far])
}

/// Asks for these pages in turn, after as many as fill the memory and let a server that has just started come to rest.
async fn pages(host: &str, paths: Vec<String>, cookie: Arc<str>, count: usize) -> anyhow::Result<Run> {
    let paths = Arc::new(paths);
    let ask = |paths: &Arc<Vec<String>>| {
        let (paths, cookie) = (Arc::clone(paths), Arc::clone(&cookie));
        move |number: usize| Ask::Page(paths[number * 7 % paths.len()].clone(), Some(Arc::clone(&cookie)))
    };
    run(host, 32, count, 200, ask(&paths)).await?;
    run(host, 32, count, 200, ask(&paths)).await
}

/// Every filter followed up to ten pages deep; and from a problem in the first, second and third quarter of the year.
async fn wall_paths(host: &str) -> anyhow::Result<(Vec<String>, Vec<String>)> {
    let mut client = Client::connect(host).await?;
    let (mut near, mut far) = (Vec::new(), Vec::new());
    for filter in FILTERS {
        let mut path = format!("/wall?{filter}");
        for depth in 0..10 {
            let page = client.get(&path, Some(UNCACHED)).await?.text();
            near.push(path);
            let Some(next) = link_after(&page) else { break };
            if depth == 0 {
                far.extend([4, 2, 1].into_iter().filter_map(|quarters| quarter_of(&next, quarters)));
            }
            path = next;
        }
    }
    Ok((near, far))
}

/// The address of the next page.
fn link_after(page: &str) -> Option<String> {
    let mut links = page.split("href=\"").filter_map(|rest| rest.split('"').next());
    Some(links.find(|href| href.contains("after="))?.replace("&#38;", "&").replace("&amp;", "&"))
}

/// The same list from a problem whose number is so many quarters of the newest one's, less a little.
fn quarter_of(link: &str, quarters: u32) -> Option<String> {
    let (head, n) = link.rsplit_once('-')?;
    let n: u32 = n.parse().ok()?;
    Some(format!("{head}-{:05}", (n * quarters / 5).max(1)))
}

/// Words, one problem's page, and what staff open all day.
pub(crate) async fn others(bench: &Bench, report: &mut Report) -> anyhow::Result<()> {
    let server = Running::start(bench).await?;
    let host = &server.host;
    let (near, _) = wall_paths(host).await?;
    let searches = WORDS.iter().flat_map(|words| {
        let words = utf8_percent_encode(words, NON_ALPHANUMERIC);
        [
            format!("/wall?q={words}"),
            format!("/wall?q={words}&county=610602"),
            format!("/wall?q={words}&state=answered"),
        ]
    });
    let found = pages(host, searches.collect(), UNCACHED.into(), 2_000).await?;
    report.run("search for rare, middling and common words, 32 connections", &found);
    bounded(report, "search: p99 under 100 ms at 32 connections", &found, 100);

    let mut client = Client::connect(host).await?;
    let mut problems = Vec::new();
    for path in near.iter().step_by(5) {
        let page = client.get(path, Some(UNCACHED)).await?.text();
        problems.extend(links(&page, "/problems/").into_iter().filter(|link| link.contains("-2016-")));
    }
    let one = pages(host, problems, UNCACHED.into(), 4_000).await?;
    report.run("one problem's page, uncached, 32 connections", &one);
    bounded(report, "one problem's page: p99 under 30 ms at 32 connections", &one, 30);

    let session = sign_in(bench, &mut client, Role::CountyStaff).await?;
    let list = client.get("/cases", Some(&session)).await?.text();
    let is_case = |link: &String| link.trim_start_matches("/cases/").parse::<Id>().is_ok();
    let cases: Vec<String> = links(&list, "/cases/").into_iter().filter(is_case).collect();
    let ledger = ["/cases", "/cases?state=open", "/cases?order=due", "/cases?category=other"];
    for (what, paths) in [
        ("the desk", vec!["/desk".to_owned()]),
        ("the ledger's pages", ledger.map(str::to_owned).to_vec()),
        ("one case as staff see it", cases),
    ] {
        let run = pages(host, paths, session.as_str().into(), 3_000).await?;
        report.run(&format!("{what}, county staff, 32 connections"), &run);
        bounded(report, &format!("{what}: p99 under 30 ms at 32 connections"), &run, 30);
    }
    server.stop().await
}

/// The cookie of a new session.
pub(crate) async fn sign_in(bench: &Bench, client: &mut Client, role: Role) -> anyhow::Result<String> {
    let (login, password) = bench.account(role)?;
    let body = format!("login={login}&password={password}&next=/desk");
    let head = client.head("POST", "/sign-in", None);
    let kind = "content-type: application/x-www-form-urlencoded";
    let head = format!("{head}sec-fetch-site: same-origin\r\n{kind}\r\ncontent-length: {}\r\n\r\n", body.len());
    let answer = client.send(&[head.as_bytes(), body.as_bytes()]).await?;
    anyhow::ensure!(answer.status == 303, "signing in: {} {}", answer.status, answer.text());
    answer.cookie.ok_or_else(|| anyhow::anyhow!("no session"))
}

fn links(page: &str, start: &str) -> Vec<String> {
    let links = page.split("href=\"").filter_map(|rest| rest.split('"').next());
    links.filter(|href| href.starts_with(start)).map(str::to_owned).collect()
}

fn bounded(report: &mut Report, what: &str, run: &Run, most: u64) {
    report.promise(run.p99 < Duration::from_millis(most), what, &milliseconds(run.p99));
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
