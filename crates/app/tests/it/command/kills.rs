//! A power cut in the middle of many reports loses no receipt that was shown. `make bench` runs ten rounds of a thousand.

use super::super::support::kill::round;
use super::{binary, city, huiyin, text};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_receipt_that_was_shown_exists_after_a_kill() {
    let (_above, folder) = city().await;
    let round = round(binary(), &folder, 1, 200, 32, 60).await;
    assert!(round.shown >= 60, "{round:?}");
    assert_eq!((round.kept, round.with_photo), (round.shown, round.shown), "{round:?}");
    let checked = huiyin(&["check", "all", "--demo", folder.to_str().unwrap()], &[]).await;
    assert!(checked.status.success(), "{}", text(&checked.stdout));
}
