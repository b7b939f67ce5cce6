use huiyin_base::ProblemKind;
use huiyin_files::{FileState, store};
use image::ImageFormat;

use crate::photo::{GPS, encoded, from_phone, holds, two_halves};
use crate::support::{Desk, REGION};

#[tokio::test]
async fn what_is_accepted_lies_sealed_on_disk_and_is_not_served() {
    let mut desk = Desk::new().await;
    let photo = from_phone(&two_halves(300, 200), 1);
    let file = desk.submit(&photo).await;
    assert_eq!((file.media_type.as_str(), file.width, file.height), ("image/jpeg", 300, 200));
    let objects = desk.objects();
    assert_eq!(objects.len(), 1);
    let stored = std::fs::read(&objects[0]).unwrap();
    assert!(holds(&photo, GPS) && !holds(&stored, GPS) && !holds(&stored, b"Exif"));
    assert!(desk.files.read_clean(REGION, &file.token).await.unwrap().is_none());
    let row = desk.row(file.id).await;
    assert_eq!(
        (row.state, row.token.as_str(), row.created_day.number()),
        (FileState::Accepted, &*file.token, 20_161_216)
    );
}

#[tokio::test]
async fn the_content_counts_and_not_the_name() {
    let mut desk = Desk::new().await;
    let image = two_halves(30, 20);
    for (name, format) in [("表格.xlsx", ImageFormat::Png), ("a.txt", ImageFormat::WebP), ("", ImageFormat::Gif)] {
        let file = desk.accept(name, &encoded(&image, format)).await.unwrap();
        assert_eq!(file.media_type, format.to_mime_type());
    }
    let refused = desk.accept("../照片\u{202e}.jpg", "这是一段文字".as_bytes()).await.unwrap_err();
    assert_eq!(refused.kind, ProblemKind::Invalid);
    assert!(refused.message.starts_with("“照片.jpg”不是照片"), "{}", refused.message);
}

#[tokio::test]
async fn what_cannot_be_taken_in_says_what_to_do() {
    let mut desk = Desk::new().await;
    let heic = desk.accept("IMG_0001.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic").await.unwrap_err();
    assert!(heic.message.contains("兼容性最佳") && heic.message.contains("JPEG"), "{}", heic.message);
    assert!(desk.accept("a.jpg", b"").await.unwrap_err().message.contains("空"));
    let cut = &encoded(&two_halves(30, 20), ImageFormat::Jpeg)[..12];
    assert!(desk.accept("a.jpg", cut).await.unwrap_err().message.contains("不完整"));

    let mut large = encoded(&two_halves(30, 20), ImageFormat::Jpeg);
    large.resize(12 * 1024 * 1024 + 1, 0);
    let refused = desk.accept("大.jpg", &large).await.unwrap_err();
    assert_eq!(refused.kind, ProblemKind::TooLarge);
    assert!(refused.message.contains("13 MB"), "{}", refused.message);
    large.truncate(12 * 1024 * 1024);
    assert!(desk.accept("刚好.jpg", &large).await.is_ok());
    assert_eq!(desk.objects().len(), 1, "nothing refused is on disk");
}

#[tokio::test]
async fn a_bomb_is_refused_by_its_header() {
    let mut desk = Desk::new().await;
    let mut png = encoded(&two_halves(30, 20), ImageFormat::Png);
    png[16..24].copy_from_slice(&[0, 0, 0x9c, 0x40, 0, 0, 0x9c, 0x40]);
    let mut jpeg = encoded(&two_halves(30, 20), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0x9c, 0x40, 0x9c, 0x40]);
    for bomb in [png, jpeg] {
        let refused = desk.accept("bomb.jpg", &bomb).await.unwrap_err();
        assert_eq!(refused.kind, ProblemKind::TooLarge);
        assert!(refused.message.contains("40000×40000"), "{}", refused.message);
    }
    assert!(desk.objects().is_empty());
}

#[tokio::test]
async fn what_was_never_named_can_be_discarded() {
    let mut desk = Desk::new().await;
    let file = desk.accept("a.png", &encoded(&two_halves(30, 20), ImageFormat::Png)).await.unwrap();
    desk.files.discard(&file).await;
    desk.files.discard(&file).await;
    assert!(desk.objects().is_empty());
}

#[tokio::test]
async fn an_address_that_is_no_token_finds_nothing() {
    let desk = Desk::new().await;
    for token in ["", "../../etc/passwd", "0", "ABCDEF0123456789ABCDEF0123456789", "0123456789abcdef0123456789abcdef"] {
        assert!(desk.files.read_clean(REGION, token).await.unwrap().is_none(), "{token}");
        assert!(desk.files.read_small(REGION, token).await.unwrap().is_none(), "{token}");
    }
}

#[tokio::test]
async fn a_document_is_kept_sealed_and_given_out_as_it_came() {
    let mut desk = Desk::new().await;
    let now = "2016-12-16T01:00:00Z".parse().unwrap();
    let bytes = b"%PDF-1.4 the whole of it".to_vec();
    let file = desk.files.attach(REGION, "通知.exe", &bytes, &mut desk.rng, now).await.unwrap();
    assert!(!file.is_picture() && file.media_type == "application/pdf");
    let row = file.clone();
    let named = desk.db().write("file_add", move |tx| {
        let row = row.clone();
        Box::pin(async move { Ok(store::file_add(tx, &row).await?) })
    });
    named.await.unwrap();
    let row = desk.row(file.id).await;
    assert_eq!((row.state, row.name.as_str(), row.width), (FileState::Kept, "附件", None));
    assert_eq!(desk.clean(&file).await, FileState::Kept, "nobody cleans it away");
    assert_eq!(desk.files.read_kept(&row).await.unwrap().unwrap().as_ref(), bytes);
    assert!(desk.files.read_clean(REGION, &file.token).await.unwrap().is_none(), "its address alone opens nothing");
    let on_disk = std::fs::read(&desk.objects()[0]).unwrap();
    assert!(!on_disk.windows(5).any(|window| window == b"whole"), "sealed");
    let resealed = desk.files.reseal(desk.db()).await.unwrap();
    assert_eq!((resealed.done, resealed.failed), (0, 0), "the newest key has sealed it");
}
