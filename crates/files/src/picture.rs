//! Decoding, turning upright, scaling, writing again. Only pixels pass.

use std::error::Error;
use std::io::Cursor;
use std::mem;

use image::error::{EncodingError, LimitError, LimitErrorKind};
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, ImageResult, Limits, RgbImage};
use jpeg_encoder::{ColorType, Encoder};

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

/// A rectangle to be covered, in thousandths of the picture's width and height.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cover {
    /// From the left.
    pub x: u32,
    /// From the top.
    pub y: u32,
    /// Its width.
    pub width: u32,
    /// Its height.
    pub height: u32,
}

impl Cover {
    /// None where it covers nothing or reaches outside.
    pub fn new(x: u32, y: u32, width: u32, height: u32) -> Option<Self> {
        let fits = |from: u32, size: u32| size > 0 && from.checked_add(size).is_some_and(|end| end <= 1000);
        (fits(x, width) && fits(y, height)).then_some(Self { x, y, width, height })
    }

    /// In pixels, rounded outwards: from, to.
    fn pixels(from: u32, size: u32, length: u32) -> (u32, u32) {
        let at = |thousandths: u32, up: u64| {
            let pixel = (u64::from(thousandths) * u64::from(length) + up) / 1000;
            u32::try_from(pixel).unwrap_or(length).min(length)
        };
        (at(from, 0), at(from + size, 999))
    }
}

/// A copy of a cleaned photo in which the rectangles are of one colour: nothing below them is left in the file.
pub(crate) fn cover(jpeg_bytes: &[u8], covers: &[Cover]) -> ImageResult<Vec<u8>> {
    const INK: image::Rgb<u8> = image::Rgb([41, 35, 28]);
    let mut reader = ImageReader::with_format(Cursor::new(jpeg_bytes), ImageFormat::Jpeg);
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(LARGE), Some(LARGE));
    reader.limits(limits);
    let mut picture = reader.decode()?.into_rgb8();
    let (width, height) = picture.dimensions();
    for cover in covers {
        let (left, right) = Cover::pixels(cover.x, cover.width, width);
        let (top, bottom) = Cover::pixels(cover.y, cover.height, height);
        for y in top..bottom {
            for x in left..right {
                picture.put_pixel(x, y, INK);
            }
        }
    }
    jpeg(&picture, 90)
}

/// Takes a while and `header.memory()` bytes: call it inside `spawn_blocking`. An ordinary photo is decoded into `pixels`, to
/// be kept for the next one: tens of megabytes that come and go leave as many unused beside them.
pub(crate) fn clean(bytes: &[u8], header: Header, pixels: &mut Vec<u8>) -> ImageResult<Cleaned> {
    let mut decoder = ImageReader::with_format(Cursor::new(bytes), header.format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(header.width);
    limits.max_image_height = Some(header.height);
    limits.max_alloc = Some(header.memory().max(1 << 20));
    decoder.limits(limits);
    let mut decoder = decoder.into_decoder()?;
    let orientation = decoder.orientation()?;
    // Scaled before it is turned: turning makes a second copy, and this one is small.
    let mut large = match decoder.color_type() {
        // A small photo is not shrunk and would keep what it is decoded into.
        image::ColorType::Rgb8 if header.width.max(header.height) > LARGE => {
            scaled(decoded(decoder, mem::take(pixels))?, LARGE, pixels)
        }
        image::ColorType::Rgb8 => decoded(decoder, Vec::new())?,
        _ => on_paper(scaled(DynamicImage::from_decoder(decoder)?, LARGE, &mut Vec::new())),
    };
    large.apply_orientation(orientation);
    let small = scaled(large.clone(), SMALL, &mut Vec::new()).into_rgb8();
    let large = large.into_rgb8();
    Ok(Cleaned { width: large.width(), height: large.height(), large: jpeg(&large, 82)?, small: jpeg(&small, 76)? })
}

/// The photo's colours, in the memory that `pixels` holds.
fn decoded(decoder: impl ImageDecoder, mut pixels: Vec<u8>) -> ImageResult<DynamicImage> {
    let (width, height) = decoder.dimensions();
    // Blank before each photo: what a file cut short does not fill must not be somebody else's picture.
    pixels.clear();
    pixels.resize(usize::try_from(decoder.total_bytes()).unwrap_or(usize::MAX), 0);
    decoder.read_image(&mut pixels)?;
    let whole = RgbImage::from_raw(width, height, pixels);
    let odd = || ImageError::Limits(LimitError::from_kind(LimitErrorKind::DimensionError));
    whole.map(DynamicImage::ImageRgb8).ok_or_else(odd)
}

/// Averages areas: as good as slower filters when shrinking, and needs no second picture in memory. What held the colours of
/// a larger one is left in `pixels`.
fn scaled(image: DynamicImage, longest: u32, pixels: &mut Vec<u8>) -> DynamicImage {
    if image.width() <= longest && image.height() <= longest {
        return image;
    }
    let small = image.thumbnail(longest, longest);
    *pixels = image.into_bytes();
    small
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
    fn failed(error: impl Into<Box<dyn Error + Send + Sync>>) -> ImageError {
        ImageError::Encoding(EncodingError::new(ImageFormat::Jpeg.into(), error))
    }
    let (width, height) =
        (u16::try_from(image.width()).map_err(failed)?, u16::try_from(image.height()).map_err(failed)?);
    let mut bytes = Vec::new();
    Encoder::new(&mut bytes, quality).encode(image.as_raw(), width, height, ColorType::Rgb).map_err(failed)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_covered_is_gone_and_the_rest_stays() {
        let white = RgbImage::from_pixel(300, 200, image::Rgb([255, 255, 255]));
        let bytes = jpeg(&white, 90).unwrap();
        let covered = cover(&bytes, &[Cover::new(0, 0, 333, 500).unwrap()]).unwrap();
        let seen = image::load_from_memory(&covered).unwrap().into_rgb8();
        assert_eq!(seen.dimensions(), (300, 200));
        assert!(seen.get_pixel(50, 50).0[0] < 70 && seen.get_pixel(98, 98).0[0] < 90);
        assert!(seen.get_pixel(200, 50).0[0] > 240 && seen.get_pixel(50, 150).0[0] > 240);
    }

    #[test]
    fn a_photo_cut_short_shows_nothing_of_the_one_before() {
        let mut pixels = Vec::new();
        let red = jpeg(&RgbImage::from_pixel(1800, 1200, image::Rgb([255, 0, 0])), 90).unwrap();
        clean(&red, Header::read(&red).unwrap(), &mut pixels).unwrap();
        assert!(!pixels.is_empty(), "kept for the next one");
        let blue = jpeg(&RgbImage::from_pixel(1800, 1200, image::Rgb([0, 0, 255])), 90).unwrap();
        let short = &blue[..blue.len() / 2];
        let cleaned = clean(short, Header::read(short).unwrap(), &mut pixels).unwrap();
        let seen = image::load_from_memory(&cleaned.large).unwrap().into_rgb8();
        assert!(seen.pixels().all(|pixel| pixel.0[0] < 200 || pixel.0[1] > 100), "no red of the photo before");
    }

    #[test]
    fn covers_stay_inside() {
        for (x, y, width, height) in [(0, 0, 0, 5), (900, 0, 101, 5), (0, 900, 5, 101), (u32::MAX, 0, 2, 2)] {
            assert_eq!(Cover::new(x, y, width, height), None);
        }
        assert!(Cover::new(0, 0, 1000, 1000).is_some());
        assert!(cover(b"no picture", &[]).is_err());
    }
}
