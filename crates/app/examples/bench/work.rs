//! Work in bulk: the ledger as a file, and the clocks that are due.

use std::path::Path;
use std::time::Instant;

use huiyin_base::Day;
use huiyin_cases::{Cases, Moment};
use huiyin_directory::Role;

use crate::load::number;
use crate::reading::sign_in;
use crate::report::Report;
use crate::server::{Bench, Running};
use crate::support::http::Client;

/// The most rows a file may have.
const MOST: usize = 100_000;

/// The whole ledger as Excel; with ten times the cases the largest part of it that fits one file.
pub(crate) async fn ledger(bench: &Bench, ten: Option<&Path>, report: &mut Report) -> anyhow::Result<()> {
    export(bench, 31_602, 1.5, report).await?;
    let Some(ten) = ten else { return Ok(()) };
    export(&Bench { data: ten.to_owned(), cases: 10, ..bench.clone() }, MOST, 5.0, report).await
}

/// Exports the largest part of the ledger that fits one file; `seconds` is what `rows` may take.
async fn export(bench: &Bench, rows: usize, seconds: f64, report: &mut Report) -> anyhow::Result<()> {
    let server = Running::start(bench).await?;
    let mut client = Client::connect(&server.host).await?;
    let session = sign_in(bench, &mut client, Role::CityStaff).await?;
    let (mut most, mut chosen) = (0, String::new());
    let parts = ["", "category=infrastructure", "category=industry", "category=village_affairs", "category=other"];
    let counties = ["county=610602", "county=610629", "county=610681", "county=610632"];
    for filter in parts.into_iter().chain(counties) {
        let page = client.get(&format!("/cases?{filter}&count=exact"), Some(&session)).await?.text();
        let count = counted(&page).unwrap_or(0);
        if count > most && count <= MOST {
            (most, chosen) = (count, filter.to_owned());
        }
    }
    let (before, _) = server.memory();
    let begun = Instant::now();
    let file = client.get(&format!("/cases.xlsx?{chosen}"), Some(&session)).await?;
    let took = begun.elapsed().as_secs_f64();
    anyhow::ensure!(file.status == 200 && file.body.starts_with(b"PK"), "no file: {}", file.status);
    let (_, peak) = server.memory();
    let allowed = seconds * number(most) / number(rows);
    let found =
        format!("{most} rows in {took:.2} s, {} kB; memory from {before} to {peak} MB at most", file.body.len() / 1024);
    report.promise(took < allowed, &format!("the ledger as Excel: {rows} rows in under {seconds} s"), &found);
    server.stop().await
}

/// The number before 件 on the ledger's page.
fn counted(page: &str) -> Option<usize> {
    let (before, _) = page.split_once(" 件")?;
    let start = before.rfind(|letter: char| !(letter.is_ascii_digit() || letter == ','))?;
    before[start..].chars().filter(char::is_ascii_digit).collect::<String>().parse().ok()
}

/// Two weeks later every report of the measures before waits for its moderator, and all clocks of the city are due. Of a larger
/// city a morning is enough.
pub(crate) async fn sweep(bench: &Bench, report: &mut Report) -> anyhow::Result<()> {
    let demo = bench.open(Day::new(2016, 12, if bench.cases == 1 { 30 } else { 19 })).await?;
    let ground = &demo.opened.ground;
    let cases =
        Cases::of(&ground.db, &ground.vault, &ground.calendar).map_err(|problem| anyhow::anyhow!("{problem:?}"))?;
    // As a server that has run for a moment.
    let _dictionary = huiyin_db::text::words("城市");
    let begun = Instant::now();
    let fired = cases.sweep(Moment::at(ground.clock.now())).await.map_err(|problem| anyhow::anyhow!("{problem:?}"))?;
    let took = begun.elapsed().as_secs_f64();
    ground.db.close().await;
    let allowed = 2.0 * number(usize::try_from(fired)?) / 20_000.0;
    let found = format!("{fired} clocks in {took:.2} s");
    report.promise(took < allowed, "20,000 clocks that are due are fired in under 2 s", &found);
    Ok(())
}
