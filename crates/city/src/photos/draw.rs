use std::io::Cursor;

use huiyin_base::Rng;
use image::{ImageFormat, Rgb, RgbImage};

/// Small enough for hundreds of them, large enough to see what is drawn.
const SIZE: (u32, u32) = (400, 300);

/// 演 and 示, 24 by 24, a row a number, the highest bit on the left.
const MARK: [[u32; 24]; 2] = [
    [
        0, 0, 0x600, 0x18_0700, 0x1c_0300, 0x0c_410c, 0x0c_fffe, 0x1_c038, 0x63_fff8, 0x32_8700, 0x3a_4710, 0x1c_7ff8,
        0x4_6738, 0x4_6738, 0xc_6738, 0xc_7ff8, 0x1c_6738, 0x38_6738, 0x18_7ff8, 0x1c_6030, 0x1c_58c0, 0x1c_3e78,
        0x1c_7c3c, 0x1c_e01e,
    ],
    [
        0, 0, 0, 0x40, 0xf0, 0xf_fff0, 0, 0, 0, 0x1c, 0x7f_fffe, 0x1c00, 0x1c00, 0x1c00, 0x7_1cc0, 0x7_1c60, 0xe_1c78,
        0xe_1c38, 0x1c_1c3c, 0x18_1c1c, 0x30_1c1c, 0x20_1c0c, 0xf800, 0x7800,
    ],
];

/// A picture of this kind of trouble, as PNG.
pub(super) fn picture(sub: &str, rng: &mut Rng) -> Result<Vec<u8>, image::ImageError> {
    let mut image = land(rng);
    match sub {
        "road" => road(&mut image, rng),
        "water" | "irrigation" => pipe(&mut image, rng),
        "housing" | "venue" => cave(&mut image, rng),
        "sanitation" => heap(&mut image, rng),
        _ => rows(&mut image, rng),
    }
    mark(&mut image);
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}

/// Sky, a ridge of loess and the ground before it.
fn land(rng: &mut Rng) -> RgbImage {
    let (sky, ridge, ground) =
        (color(rng, [176, 200, 216], 22), color(rng, [196, 166, 118], 20), color(rng, [166, 134, 92], 18));
    let steps: Vec<i64> = (0..9).map(|_| rng.between(88, 140)).collect();
    RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| {
        let (part, within) = (i64::from(x) / 50, i64::from(x) % 50);
        let at = |index: i64| steps[usize::try_from(index).unwrap_or(0).min(8)];
        let edge = at(part) + (at(part + 1) - at(part)) * within / 50;
        let y = i64::from(y);
        match y {
            _ if y < edge => sky,
            _ if y < 170 => shade(ridge, (y - edge) / 3),
            _ => shade(ground, (y - 170) / 8),
        }
    })
}

fn road(image: &mut RgbImage, rng: &mut Rng) {
    let tar = color(rng, [120, 116, 108], 12);
    for y in 160..SIZE.1 {
        let half = i64::from(y - 150) * 2 / 3;
        fill(image, (200 - half, i64::from(y)), (half * 2, 1), tar);
    }
    for _ in 0..rng.between(3, 7) {
        let at = (rng.between(130, 270), rng.between(190, 280));
        disc(image, at, (rng.between(10, 30), rng.between(4, 11)), color(rng, [78, 66, 52], 10));
    }
}

fn pipe(image: &mut RgbImage, rng: &mut Rng) {
    let iron = color(rng, [92, 106, 116], 14);
    let y = rng.between(180, 210);
    fill(image, (40, y), (rng.between(220, 300), 16), iron);
    fill(image, (120, y - 40), (14, 44), iron);
    disc(image, (127, y - 44), (20, 7), iron);
    disc(
        image,
        (rng.between(90, 240), y + 50),
        (rng.between(40, 90), rng.between(10, 18)),
        color(rng, [110, 140, 160], 16),
    );
}

fn cave(image: &mut RgbImage, rng: &mut Rng) {
    let face = color(rng, [206, 178, 132], 12);
    fill(image, (60, 110), (280, 140), face);
    for left in [90, 190, 290] {
        disc(image, (left, 180), (30, 36), color(rng, [120, 84, 58], 12));
        fill(image, (left - 30, 180), (60, 70), color(rng, [104, 74, 52], 10));
    }
    let mut at = (rng.between(100, 300), 112);
    for _ in 0..rng.between(30, 60) {
        fill(image, at, (3, 4), Rgb([70, 52, 40]));
        at = (at.0 + rng.between(-4, 4), at.1 + 2);
    }
}

fn heap(image: &mut RgbImage, rng: &mut Rng) {
    for _ in 0..rng.between(26, 50) {
        let at = (rng.between(90, 310), rng.between(190, 250));
        let tint = [[196, 62, 54], [72, 110, 160], [220, 214, 200], [92, 128, 78], [60, 60, 60]];
        let base = tint[usize::try_from(rng.below(5)).unwrap_or(0)];
        fill(image, at, (rng.between(8, 30), rng.between(6, 18)), color(rng, base, 14));
    }
}

fn rows(image: &mut RgbImage, rng: &mut Rng) {
    let leaf = color(rng, [92, 124, 70], 20);
    for row in 0..6 {
        for tree in 0..9 {
            let at = (24 + tree * 44 + row * 6, 172 + row * 20);
            disc(image, at, (8 + row * 2, 7 + row * 2), shade(leaf, rng.between(0, 26)));
        }
    }
}

fn mark(image: &mut RgbImage) {
    fill(image, (282, 246), (110, 48), Rgb([250, 247, 240]));
    for (glyph, left) in MARK.iter().zip([286_i64, 338]) {
        for (row, bits) in (0_i64..).zip(glyph) {
            for column in (0_i64..24).filter(|column| bits >> (23 - column) & 1 == 1) {
                fill(image, (left + column * 2, 247 + row * 2), (2, 2), Rgb([176, 36, 30]));
            }
        }
    }
}

fn disc(image: &mut RgbImage, centre: (i64, i64), radius: (i64, i64), tint: Rgb<u8>) {
    for y in -radius.1..=radius.1 {
        for x in -radius.0..=radius.0 {
            if x * x * radius.1 * radius.1 + y * y * radius.0 * radius.0 <= radius.0 * radius.0 * radius.1 * radius.1 {
                fill(image, (centre.0 + x, centre.1 + y), (1, 1), tint);
            }
        }
    }
}

fn fill(image: &mut RgbImage, at: (i64, i64), size: (i64, i64), tint: Rgb<u8>) {
    for y in at.1.max(0)..(at.1 + size.1).min(i64::from(SIZE.1)) {
        for x in at.0.max(0)..(at.0 + size.0).min(i64::from(SIZE.0)) {
            image.put_pixel(u32::try_from(x).unwrap_or(0), u32::try_from(y).unwrap_or(0), tint);
        }
    }
}

fn color(rng: &mut Rng, base: [u8; 3], spread: i64) -> Rgb<u8> {
    Rgb(base.map(|part| clamp(i64::from(part) + rng.between(-spread, spread))))
}

fn shade(tint: Rgb<u8>, darker: i64) -> Rgb<u8> {
    Rgb(tint.0.map(|part| clamp(i64::from(part) - darker)))
}

fn clamp(value: i64) -> u8 {
    u8::try_from(value.clamp(0, 255)).unwrap_or(255)
}
