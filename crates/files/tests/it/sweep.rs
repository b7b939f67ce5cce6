use chrono::TimeDelta;
use huiyin_base::{Clock, Instant};
use image::ImageFormat;

use crate::photo::{encoded, two_halves};
use crate::support::Desk;

fn in_an_hour() -> Instant {
    Clock::system().real() + TimeDelta::hours(1)
}

#[tokio::test]
async fn what_was_never_named_goes_and_all_else_stays() {
    let mut desk = Desk::new().await;
    let photo = encoded(&two_halves(30, 20), ImageFormat::Png);
    let waiting = desk.submit(&photo).await;
    let clean = desk.submit(&photo).await;
    desk.clean(&clean).await;
    let unnamed = desk.accept("a.png", &photo).await.unwrap();
    std::fs::write(desk.folder.path().join("files/README"), "not ours").unwrap();

    let an_hour_ago = Clock::system().real() - TimeDelta::hours(1);
    assert_eq!(desk.files.sweep(desk.db(), an_hour_ago).await.unwrap(), 0, "it may be named yet");
    assert_eq!(desk.files.sweep(desk.db(), in_an_hour()).await.unwrap(), 1);
    let left: Vec<String> = desk.objects().iter().map(|path| path.display().to_string()).collect();
    assert_eq!(left.len(), 4, "{left:?}");
    assert!(left.iter().any(|path| path.contains(&waiting.token)));
    assert!(left.iter().any(|path| path.contains(&clean.token)));
    assert!(!left.iter().any(|path| path.contains(&unnamed.token)));
}
