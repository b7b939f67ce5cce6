//! Decoding, turning upright, scaling, writing again. Only pixels pass.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageReader, ImageResult, Limits, RgbImage};

use crate::header::Header;

/// Longest side of the picture and of its thumbnail, in pixels.
const LARGE: u32 = 1600;
const SMALL: u32 = 480;

/// A photo as it may be served.
pub(crate) struct Cleaned {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) large: Vec<u8>,
    pub(crate) small: Vec<u8>,
}

/// Takes a while and `header.memory()` bytes: call it inside `spawn_blocking`.
pub(crate) fn clean(bytes: &[u8], header: Header) -> ImageResult<Cleaned> {
    let mut decoder = ImageReader::with_format(Cursor::new(bytes), header.format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(header.width);
    limits.max_image_height = Some(header.height);
    limits.max_alloc = Some(header.memory().max(1 << 20));
    decoder.limits(limits);
    let mut decoder = decoder.into_decoder()?;
    let orientation = decoder.orientation()?;
    // Scaled before it is turned: turning makes a second copy, and this one is small.
    let mut large = on_paper(scaled(DynamicImage::from_decoder(decoder)?, LARGE));
    large.apply_orientation(orientation);
    let small = scaled(large.clone(), SMALL).into_rgb8();
    let large = large.into_rgb8();
    Ok(Cleaned { width: large.width(), height: large.height(), large: jpeg(&large, 82)?, small: jpeg(&small, 76)? })
}

/// Averages areas: as good as slower filters when shrinking, and needs no second picture in memory.
fn scaled(image: DynamicImage, longest: u32) -> DynamicImage {
    if image.width() <= longest && image.height() <= longest { image } else { image.thumbnail(longest, longest) }
}

/// JPEG knows nothing transparent: what shines through becomes white, not black.
fn on_paper(image: DynamicImage) -> DynamicImage {
    if !image.color().has_alpha() {
        return DynamicImage::ImageRgb8(image.into_rgb8());
    }
    let image = image.into_rgba8();
    let mut paper = RgbImage::new(image.width(), image.height());
    for (below, pixel) in paper.pixels_mut().zip(image.pixels()) {
        let [red, green, blue, alpha] = pixel.0;
        let mix = |colour: u8| {
            let mixed = (u16::from(colour) * u16::from(alpha) + 255 * (255 - u16::from(alpha))) / 255;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        below.0 = [mix(red), mix(green), mix(blue)];
    }
    DynamicImage::ImageRgb8(paper)
}

fn jpeg(image: &RgbImage, quality: u8) -> ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(image)?;
    Ok(bytes)
}
