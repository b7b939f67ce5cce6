//! How large a picture is, written beside its address: the page keeps its place, and no line moves when it comes.

use std::io::Cursor;

use image::ImageReader;

use super::{Chapter, IMAGE_SCHEME, Image};

/// The chapters with width and height, in pixels, at every picture whose file tells them.
pub(crate) fn sized(mut chapters: Vec<Chapter>, images: &[Image]) -> Vec<Chapter> {
    for (image, n) in images.iter().zip(0..) {
        let Some((width, height)) = size(image) else { continue };
        let bare = format!("<img src=\"{IMAGE_SCHEME}{n}\"");
        let whole = format!("{bare} width=\"{width}\" height=\"{height}\"");
        for chapter in &mut chapters {
            if chapter.html.contains(&bare) {
                chapter.html = chapter.html.replace(&bare, &whole);
            }
        }
    }
    chapters
}

/// From the head of the file alone.
fn size(image: &Image) -> Option<(u32, u32)> {
    ImageReader::new(Cursor::new(&image.bytes)).with_guessed_format().ok()?.into_dimensions().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_its_place() {
        let gif = b"GIF89a\x02\x00\x03\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x02\x00\x03\x00\x00\x02\x03D\x02\x05\x00;";
        let images = [
            Image { media_type: "image/gif", bytes: gif.to_vec() },
            Image { media_type: "image/png", bytes: b"\x89PNG broken".to_vec() },
        ];
        let html = format!("<p>水</p><img src=\"{IMAGE_SCHEME}0\" alt=\"渠\"><img src=\"{IMAGE_SCHEME}1\" alt=\"\">");
        let chapters = sized(vec![Chapter { title: "一".into(), depth: 0, html, text: "水".into() }], &images);
        let expected = format!(
            "<p>水</p><img src=\"{IMAGE_SCHEME}0\" width=\"2\" height=\"3\" alt=\"渠\"><img src=\"{IMAGE_SCHEME}1\" alt=\"\">"
        );
        assert_eq!(chapters[0].html, expected);
    }
}
