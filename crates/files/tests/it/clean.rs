use huiyin_db::query;
use huiyin_files::{FileState, FileStore, store};
use huiyin_vault::Vault;
use image::{DynamicImage, GenericImageView as _, ImageFormat, Rgba, RgbaImage};

use crate::photo::{GPS, encoded, from_phone, holds, two_halves};
use crate::support::{Desk, REGION};

fn decoded(bytes: &[u8]) -> DynamicImage {
    image::load_from_memory_with_format(bytes, ImageFormat::Jpeg).expect("a JPEG")
}

#[tokio::test]
async fn a_clean_photo_has_nothing_but_its_pixels() {
    let mut desk = Desk::new().await;
    let file = desk.submit(&from_phone(&two_halves(2000, 1500), 1)).await;
    assert_eq!(desk.clean(&file).await, FileState::Clean);
    assert_eq!(desk.kinds(), ["large", "small"], "the original is gone");
    let (media_type, large) = desk.files.read_clean(REGION, &file.token).await.unwrap().unwrap();
    let (_, small) = desk.files.read_small(REGION, &file.token).await.unwrap().unwrap();
    assert_eq!(media_type, "image/jpeg");
    for picture in [&large, &small] {
        assert!(!holds(picture, GPS) && !holds(picture, b"Exif") && !holds(picture, b"GPS"));
        assert!(!holds(picture, &[0xff, 0xe1]), "no application segment but JFIF");
    }
    assert_eq!(decoded(&large).dimensions(), (1600, 1200));
    assert_eq!(decoded(&small).dimensions(), (480, 360));
    let row = desk.row(file.id).await;
    assert_eq!((row.state, row.width, row.height), (FileState::Clean, Some(1600), Some(1200)));
    assert_eq!(usize::try_from(row.bytes).unwrap(), large.len());
    for object in desk.objects() {
        assert!(!holds(&std::fs::read(object).unwrap(), b"JFIF"), "what is clean lies sealed, too");
    }
}

#[tokio::test]
async fn the_camera_held_upright_gives_an_upright_photo() {
    let mut desk = Desk::new().await;
    // Orientation 6: the left half of the file is the top of the photo.
    let file = desk.submit(&from_phone(&two_halves(400, 200), 6)).await;
    desk.clean(&file).await;
    let (_, large) = desk.files.read_clean(REGION, &file.token).await.unwrap().unwrap();
    let photo = decoded(&large).into_rgb8();
    assert_eq!(photo.dimensions(), (200, 400));
    let (top, bottom) = (photo.get_pixel(100, 20).0, photo.get_pixel(100, 380).0);
    assert!(top[0] > 150 && top[2] < 90, "red above: {top:?}");
    assert!(bottom[2] > 150 && bottom[0] < 90, "blue below: {bottom:?}");
}

#[tokio::test]
async fn a_small_photo_is_not_blown_up_and_glass_becomes_white() {
    let mut desk = Desk::new().await;
    let glass = DynamicImage::ImageRgba8(RgbaImage::from_pixel(60, 40, Rgba([0, 0, 0, 0])));
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let file = desk.submit(&encoded(&glass, format)).await;
        desk.clean(&file).await;
        let (_, large) = desk.files.read_clean(REGION, &file.token).await.unwrap().unwrap();
        assert_eq!(decoded(&large).dimensions(), (60, 40));
        assert!(decoded(&large).into_rgb8().pixels().all(|pixel| pixel.0.iter().all(|colour| *colour > 250)));
        assert_eq!(desk.row(file.id).await.media_type, "image/jpeg");
    }
}

#[tokio::test]
async fn what_does_not_decode_is_refused_and_deleted() {
    let mut desk = Desk::new().await;
    let png = encoded(&two_halves(300, 200), ImageFormat::Png);
    let mut garbled = png[..40].to_vec();
    garbled.extend([0x5a; 400]);
    for bytes in [&png[..png.len() / 2], &garbled] {
        let file = desk.submit(bytes).await;
        assert_eq!(desk.clean(&file).await, FileState::Refused);
        assert_eq!(desk.row(file.id).await.state, FileState::Refused);
        assert!(desk.objects().is_empty());
        assert!(desk.files.read_clean(REGION, &file.token).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn cleaning_may_be_interrupted_and_run_again() {
    let mut desk = Desk::new().await;
    let file = desk.submit(&encoded(&two_halves(300, 200), ImageFormat::Png)).await;
    let original = desk.objects().remove(0);
    let kept = std::fs::read(&original).unwrap();
    assert_eq!(desk.clean(&file).await, FileState::Clean);

    // Died after the commit, before the original was deleted.
    std::fs::write(&original, &kept).unwrap();
    assert_eq!(desk.clean(&file).await, FileState::Clean);
    assert_eq!(desk.kinds(), ["large", "small"]);

    // Died after the pictures were written, before the commit.
    std::fs::write(&original, &kept).unwrap();
    let id = file.id;
    let undone = desk.db().write("undo", move |tx| {
        Box::pin(async move {
            query("update stored_file set state = 'accepted' where id = $1").bind(id).execute(tx).await?;
            Ok(())
        })
    });
    undone.await.unwrap();
    assert_eq!(desk.clean(&file).await, FileState::Clean);
    assert_eq!(desk.kinds(), ["large", "small"]);
    assert!(desk.files.read_small(REGION, &file.token).await.unwrap().is_some());
}

#[tokio::test]
async fn lost_content_is_refused_and_a_wrong_key_is_an_error() {
    let mut desk = Desk::new().await;
    let photo = encoded(&two_halves(300, 200), ImageFormat::Png);
    let file = desk.submit(&photo).await;
    let stranger = FileStore::open(&desk.folder.path().join("files"), Vault::seeded(2)).unwrap();
    assert!(stranger.clean(desk.db(), REGION, file.id).await.is_err(), "another key must not destroy the photo");
    assert_eq!(desk.row(file.id).await.state, FileState::Accepted);

    std::fs::remove_file(&desk.objects()[0]).unwrap();
    assert_eq!(desk.clean(&file).await, FileState::Refused);
}

#[tokio::test]
async fn the_files_of_a_page_come_in_order() {
    let mut desk = Desk::new().await;
    let photo = encoded(&two_halves(30, 20), ImageFormat::Png);
    let ids = [desk.submit(&photo).await.id, desk.submit(&photo).await.id, desk.submit(&photo).await.id];
    let mut tx = desk.db().read().await.unwrap();
    let listed = store::file_list(&mut tx, REGION, &[ids[2], ids[0]]).await.unwrap();
    let mut expected = vec![ids[0], ids[2]];
    expected.sort();
    assert_eq!(listed.iter().map(|file| file.id).collect::<Vec<_>>(), expected);
    assert!(store::file_list(&mut tx, REGION, &[]).await.unwrap().is_empty());
}
