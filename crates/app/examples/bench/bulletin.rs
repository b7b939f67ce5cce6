//! The whole city's monthly bulletin: the page of a draft, counted from the records, of an issued one, and its Word file.

use std::sync::Arc;
use std::time::Duration;

use huiyin_directory::Role;

use crate::load::{Ask, run};
use crate::reading::sign_in;
use crate::report::{Report, milliseconds};
use crate::server::{Bench, Running};
use crate::support::http::Client;

/// One reader after another, as an office reads it: few enough for what a reader may fetch.
const READERS: usize = 1;

pub(crate) async fn bulletin(bench: &Bench, report: &mut Report) -> anyhow::Result<()> {
    let server = Running::start(bench).await?;
    let mut client = Client::connect(&server.host).await?;
    let session: Arc<str> = sign_in(bench, &mut client, Role::CityStaff).await?.into();
    for (what, path, count, most) in [
        ("the draft of the city's monthly bulletin", "/bulletins/201612", 50, 300),
        ("the city's issued bulletin, every number with its door", "/bulletins/201611", 50, 300),
        ("the rows behind a frozen number", "/bulletins/201611/figures/problems_raised", 50, 300),
        ("the bulletin's Word file", "/bulletins/201611/paper", 15, 1_000),
        ("the bulletin's sheet", "/bulletins/201611/sheet", 4, 1_000),
    ] {
        let session = Arc::clone(&session);
        let ask = move |_: usize| Ask::Page(path.to_owned(), Some(Arc::clone(&session)));
        let read = run(&server.host, READERS, count, 200, ask).await?;
        report.run(&format!("{what}, one reader"), &read);
        let kept = read.p99 < Duration::from_millis(most);
        report.promise(kept, &format!("{what}: p99 under {most} ms"), &milliseconds(read.p99));
    }
    server.stop().await
}
