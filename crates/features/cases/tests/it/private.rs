//! A telephone number instead of a receipt, news of a case, and the end of what is sealed.

use huiyin_base::{Id, ProblemKind};
use huiyin_cases::{Action, CaseRef, Contact, NoticeChannel, Phone, ReporterAct, Request, State, Submission, store};
use huiyin_directory::Role;
use huiyin_files::store::file_find;

use crate::after::{kept, score};
use crate::ground::{Ground, assign};
use crate::tree::{day, on};

#[tokio::test(flavor = "multi_thread")]
async fn a_number_opens_its_case_after_a_code_and_few_tries() {
    let mut ground = Ground::new().await;
    let made = ground.submit(on("2016-03-01")).await;
    let (cases, mut rng) = (ground.cases.clone(), ground.rng.clone());
    let home = ground.tree.org("市").region;
    let (mine, other) = (Phone::parse("139 0000 0000").unwrap(), Phone::parse("13900000001").unwrap());
    let now = on("2016-03-01").now;
    let code = cases.code_make(home, &mine, now, &mut rng).await.unwrap();
    let late = now + chrono::TimeDelta::minutes(11);
    assert!(!cases.code_fits(home, &other, &code, now).await.unwrap(), "another's number");
    assert!(!cases.code_fits(home, &mine, &code, late).await.unwrap(), "too late");
    assert!(cases.code_fits(home, &mine, &code, now).await.unwrap());
    assert!(!cases.code_fits(home, &mine, &code, now).await.unwrap(), "used up");
    let code = cases.code_make(home, &mine, now, &mut rng).await.unwrap();
    let wrong = if code == "000000" { "111111" } else { "000000" };
    for _ in 0..5 {
        assert!(!cases.code_fits(home, &mine, wrong, now).await.unwrap());
    }
    assert!(!cases.code_fits(home, &mine, &code, now).await.unwrap(), "after five wrong ones none fits");

    cases.phone_bind(&made.receipt, &mine, on("2016-03-02"), &mut rng).await.unwrap();
    let mut tx = ground.tx().await;
    let opened = cases.opened_by(&mut tx, &mine).await.unwrap();
    assert_eq!(opened.iter().map(|one| (one.case.id, one.receipt)).collect::<Vec<_>>(), [(made.case.id, made.receipt)]);
    assert!(cases.opened_by(&mut tx, &other).await.unwrap().is_empty());
    let phones = store::phone_list(&mut tx, made.case).await.unwrap();
    let plain = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(!plain(&phones[0].phone, "13900000000") && !plain(&phones[0].receipt, &made.receipt.canonical()));
    drop(tx);
    cases.phone_bind(&made.receipt, &other, on("2016-03-03"), &mut rng).await.unwrap();
    let mut tx = ground.tx().await;
    assert!(cases.opened_by(&mut tx, &mine).await.unwrap().is_empty(), "a new number takes the place of the old one");
    drop(tx);
    cases.phone_release(&made.receipt).await.unwrap();
    let mut tx = ground.tx().await;
    assert!(cases.opened_by(&mut tx, &other).await.unwrap().is_empty());
    assert!(store::phone_cases(&mut tx, cases.phone_hash(&other)).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn news_go_to_whoever_asked_and_name_nothing() {
    let mut ground = Ground::new().await;
    let made = ground.posted(on("2016-03-01")).await;
    let (cases, mut rng) = (ground.cases.clone(), ground.rng.clone());
    for (channel, wrong) in [(NoticeChannel::Sms, "a@b.cn"), (NoticeChannel::Email, "13900000000")] {
        let ask = cases.notice_ask(&made.receipt, channel, wrong, on("2016-03-01"), &mut rng).await;
        assert_eq!(ask.unwrap_err().kind, ProblemKind::Invalid);
    }
    cases.notice_ask(&made.receipt, NoticeChannel::Sms, "139-0000-0000", on("2016-03-01"), &mut rng).await.unwrap();
    let mut tx = ground.tx().await;
    assert_eq!(cases.notice_of(&mut tx, &made.receipt, made.case).await.unwrap(), Some(NoticeChannel::Sms));
    assert!(store::notice_pending(&mut tx, 10).await.unwrap().is_empty(), "what happened before he asked is no news");
    drop(tx);
    ground.act(made.case, assign(&ground.tree, "水务局"), &ground.desk(), on("2016-03-02")).await;
    cases.write_as_reporter(&made.receipt, "补充一句", on("2016-03-02"), &mut rng).await.unwrap();
    assert!(store::notice_pending(&mut ground.tx().await, 10).await.unwrap().is_empty(), "no news to him");
    cases.write_as_officer(made.case, "是哪一段？", &ground.desk(), on("2016-03-02"), &mut rng).await.unwrap();
    let waiting = store::notice_pending(&mut ground.tx().await, 10).await.unwrap();
    let parcel = cases.parcel(&waiting[0], "延安市").unwrap().unwrap();
    assert_eq!((waiting.len(), parcel.recipient.as_str()), (1, "13900000000"));
    assert!(parcel.text.contains("有话问您") && !parcel.text.contains("水管"), "{}", parcel.text);
    let notice = waiting[0].clone();
    let cleared = cases.db.write("clear", move |tx| {
        let notice = notice.clone();
        Box::pin(async move {
            let first = store::notice_clear(tx, &notice).await?;
            Ok((first, store::notice_clear(tx, &notice).await?))
        })
    });
    assert_eq!(cleared.await.unwrap(), (true, false), "told once");
    cases.notice_end(&made.receipt).await.unwrap();
    ground
        .act(made.case, Request::Sign, &ground.tree.person(Role::CaseOfficer, "水务局").clone(), on("2016-03-03"))
        .await;
    cases.write_as_officer(made.case, "谢谢", &ground.desk(), on("2016-03-03"), &mut rng).await.unwrap();
    assert!(store::notice_pending(&mut ground.tx().await, 10).await.unwrap().is_empty());
}

/// A report with a photo that never became public, ended on the second of March.
async fn pictured(ground: &mut Ground, files: &huiyin_files::FileStore) -> (CaseRef, Id) {
    let (mut rng, region) = (ground.rng.clone(), ground.tree.org("县").region);
    let photo = crate::moderation::PNG;
    let photo = files.accept(region, "a.png", photo, &mut rng, on("2016-03-01").now).await.unwrap();
    let id = photo.id;
    let submission = Submission { photos: vec![photo], ..ground.submission() };
    let made = ground.cases.submit(submission, on("2016-03-01"), &mut ground.rng).await.unwrap();
    ground.act(made.case, Request::Decline, &ground.desk(), on("2016-03-02")).await;
    (made.case, id)
}

/// How many files lie below a folder.
fn contents(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { contents(&path) } else { 1 }).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sealed_is_removed_when_its_time_is_over_and_leaves_a_record() {
    let mut ground = Ground::new().await;
    let contact = Some(Contact { name: "张三".into(), phone: "13900000000".into() });
    let submission = Submission { contact, ..ground.submission() };
    let declined = ground.cases.submit(submission, on("2016-03-01"), &mut ground.rng).await.unwrap();
    ground.act(declined.case, Request::Decline, &ground.desk(), on("2016-03-02")).await;
    let made = ground.answered("2016-03-01", "2016-03-07").await;
    let (cases, mut rng) = (ground.cases.clone(), ground.rng.clone());
    cases.rate(&made.receipt, score(2, "我家还没水"), on("2016-03-08"), &mut rng).await.unwrap();
    cases.rate(&made.receipt, score(4, "来水了"), on("2016-03-09"), &mut rng).await.unwrap();
    cases.write_as_reporter(&made.receipt, "我家在桥东", on("2016-03-09"), &mut rng).await.unwrap();
    let phone = Phone::parse("13900000000").unwrap();
    cases.phone_bind(&made.receipt, &phone, on("2016-03-09"), &mut rng).await.unwrap();
    cases.notice_ask(&made.receipt, NoticeChannel::Sms, "13900000000", on("2016-03-09"), &mut rng).await.unwrap();
    cases.sweep(on("2016-03-24")).await.unwrap();
    let open = ground.posted(on("2016-03-01")).await;
    let closed = kept(&ground, &made).await;
    assert_eq!((closed.state, closed.closed_day), (State::Closed, Some(day("2016-03-24"))));

    let folder = tempfile::tempdir().unwrap();
    let files = huiyin_files::FileStore::open(folder.path(), ground.cases.vault.clone()).unwrap();
    assert_eq!(cases.sealed_until(day("2016-03-24")), day("2016-09-20"));
    let (pictured, picture) = pictured(&mut ground, &files).await;
    // Listed as due, and opened again before the write.
    let again = cases.db.write("test", move |tx| {
        let moment = (on("2016-09-19"), 180);
        Box::pin(async move { Ok(store::sealed_erase(tx, pictured, day("2016-03-01"), moment).await?) })
    });
    let (erased, pictures) = again.await.unwrap();
    assert!(erased.is_empty() && pictures.is_empty());
    assert!(contents(folder.path()) > 0);
    assert_eq!(cases.erase_due(&files, on("2016-09-19")).await.unwrap(), 2, "only what ended on the second of March");
    assert_eq!(contents(folder.path()), 0, "the picture's content is gone with its row");
    assert!(file_find(&mut ground.tx().await, pictured.region, picture).await.unwrap().is_none());
    assert_eq!(cases.erase_due(&files, on("2016-09-20")).await.unwrap(), 1);
    assert_eq!(cases.erase_due(&files, on("2016-09-20")).await.unwrap(), 0, "once");
    let mut tx = ground.tx().await;
    for one in [&declined, &made] {
        let case = store::case_get(&mut tx, one.case).await.unwrap().unwrap();
        assert!(case.original.is_none() && case.contact.is_none() && case.erased_day.is_some());
    }
    assert!(store::case_get(&mut tx, open.case).await.unwrap().unwrap().original.is_some());
    let record = store::erasure_list(&mut tx, made.case).await.unwrap();
    let what: Vec<(&str, i64)> = record.iter().map(|line| (line.what.as_str(), line.n)).collect();
    let all = [("comments", 1), ("messages", 1), ("notices", 1), ("original", 1), ("past_comments", 1), ("phones", 1)];
    assert_eq!(what, all);
    assert!(store::rating_list(&mut tx, made.case).await.unwrap().iter().all(|rating| rating.comment.is_none()));
    assert!(store::phone_list(&mut tx, made.case).await.unwrap().is_empty());
    assert!(store::phone_cases(&mut tx, cases.phone_hash(&phone)).await.unwrap().is_empty());
    assert!(store::notice_list(&mut tx, made.case).await.unwrap().is_empty());
    let followed = cases.followed(&mut tx, &made.receipt).await.unwrap().unwrap();
    let report = cases.report(&mut tx, &made.receipt, &followed).await.unwrap();
    assert_eq!(report.letters[0].body, "（已按规定删除）");
    assert_eq!(report.events.last().unwrap().kind, Action::Erase);
    assert!(!report.answers.is_empty(), "what was public stays");
    drop(tx);
    let appeal = ReporterAct::Appeal("应当受理".into());
    let late = cases.act_as_reporter(&declined.receipt, appeal, on("2016-09-21"), &mut rng).await.unwrap_err();
    assert!(late.message.contains("已按规定删除"), "{}", late.message);
    let bind = cases.phone_bind(&made.receipt, &phone, on("2016-09-21"), &mut rng).await;
    assert_eq!(bind.unwrap_err().kind, ProblemKind::Conflict);
}
