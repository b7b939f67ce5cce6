//! A house at work: pages, jobs, and a clean end.

use std::time::Duration;

use anyhow::Result;
use huiyin_base::Region;
use huiyin_jobs::Worker;
use huiyin_web::{House, assemble};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::features::features;
use crate::start::{Opened, engine_word};

/// How long requests under way may take after the program was told to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// Whether the operating system has asked for an end.
pub type Stopping = watch::Receiver<bool>;

/// Joins the features over what was opened.
pub fn house(opened: &Opened, settings: huiyin_web::Settings) -> House {
    assemble(opened.ground.clone(), settings, features())
}

/// Answers requests and does jobs until the operating system asks for an end; then finishes what is under way.
pub async fn serve(opened: &Opened, house: House, listener: TcpListener, stop: Stopping) -> Result<()> {
    let worker = work(&house, opened.home, stop.clone());
    let (shut, shutting) = watch::channel(false);
    let logging = house.site.settings.access_log.clone().map(|log| tokio::spawn(log.run(shutting)));
    let db = &opened.ground.db;
    tracing::info!(listen = %listener.local_addr()?, database.engine = engine_word(db), "serving");
    let mut stopping = stop.clone();
    let answering = huiyin_web::serve(listener, house.router, async move {
        let _ = stopping.wait_for(|stop| *stop).await;
    });
    let mut overdue = stop.clone();
    let too_long = async move {
        let _ = overdue.wait_for(|stop| *stop).await;
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        served = answering => served?,
        () = too_long => tracing::warn!("some requests were still open; the program stops without them"),
    }
    // A job that takes longer than this is leased and will be done again.
    if tokio::time::timeout(DRAIN, worker).await.is_err() {
        tracing::warn!("a job was still running; it will be done again");
    }
    // Last, so that what was answered while stopping is written too.
    let _ = shut.send(true);
    if let Some(logging) = logging {
        let _ = tokio::time::timeout(DRAIN, logging).await;
    }
    Ok(())
}

/// Does jobs only, until the operating system asks for an end.
pub async fn work_only(opened: &Opened, house: House) -> Result<()> {
    tracing::info!(database.engine = engine_word(&opened.ground.db), "working");
    work(&house, opened.home, stop_signal()?).await?;
    Ok(())
}

fn work(house: &House, home: Region, stop: watch::Receiver<bool>) -> JoinHandle<()> {
    // The first text that is cut into words fetches the dictionary, a fifth of a second for which nobody could write.
    drop(tokio::task::spawn_blocking(|| huiyin_db::text::words("城市")));
    let ground = &house.site.ground;
    let (db, clock, rngs) = (ground.db.clone(), ground.clock.clone(), ground.rngs.clone());
    tokio::spawn(Worker::new(db, clock, rngs, house.jobs.clone(), house.site.clone(), home).run(stop))
}

/// Becomes true at Ctrl-C or SIGTERM. The second Ctrl-C ends the process at once.
///
/// It listens from the moment it returns, so it is made before the program says that it can be stopped.
pub fn stop_signal() -> Result<Stopping> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! { _ = interrupt.recv() => {} _ = terminate.recv() => {} }
        tracing::info!("stopping");
        let _ = sender.send(true);
        tokio::select! { _ = interrupt.recv() => {} _ = terminate.recv() => {} }
        std::process::exit(130);
    });
    Ok(receiver)
}
