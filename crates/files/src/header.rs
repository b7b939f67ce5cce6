//! What a file is, by its first bytes. Nothing is decoded here: a picture that would fill the memory is refused by the
//! size that its own header claims.

use image::ImageFormat;

/// A picture by its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) format: ImageFormat,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// What decoding it needs at most, per pixel.
    bytes_per_pixel: u64,
}

/// Why a file is no picture that can be taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoPicture {
    /// HEIC or AVIF: what phones write in their "high efficiency" mode.
    Heic,
    /// Begins like a picture, but has no size.
    Broken,
    /// Anything else.
    Unknown,
}

impl Header {
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, NoPicture> {
        let header = match bytes {
            [0xff, 0xd8, 0xff, ..] => jpeg(bytes),
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => png(bytes),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => webp(bytes),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => gif(bytes),
            [_, _, _, _, b'f', b't', b'y', b'p', ..] if is_heic(bytes) => return Err(NoPicture::Heic),
            _ => return Err(NoPicture::Unknown),
        };
        header.filter(|header| header.width > 0 && header.height > 0).ok_or(NoPicture::Broken)
    }

    /// Bytes of memory that decoding needs at most.
    pub(crate) fn memory(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height) * self.bytes_per_pixel
    }

    pub(crate) fn media_type(&self) -> &'static str {
        self.format.to_mime_type()
    }
}

/// Walks the segments to the one that starts the frame.
fn jpeg(bytes: &[u8]) -> Option<Header> {
    let mut at = 2;
    loop {
        while *bytes.get(at)? != 0xff {
            at += 1;
        }
        while *bytes.get(at)? == 0xff {
            at += 1;
        }
        let marker = bytes[at];
        at += 1;
        match marker {
            // Markers that stand alone.
            0x00 | 0x01 | 0xd0..=0xd8 => continue,
            // The picture begins, or ends, and no frame was announced.
            0xd9 | 0xda => return None,
            _ => {}
        }
        let is_frame = matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
        if is_frame {
            // A progressive picture keeps all its coefficients until the last scan.
            let bytes_per_pixel = if marker == 0xc0 || marker == 0xc1 { 3 } else { 9 };
            let (height, width) = (u32::from(big_u16(bytes, at + 3)?), u32::from(big_u16(bytes, at + 5)?));
            return Some(Header { format: ImageFormat::Jpeg, width, height, bytes_per_pixel });
        }
        at += usize::from(big_u16(bytes, at)?.max(2));
    }
}

fn png(bytes: &[u8]) -> Option<Header> {
    let number = |at: usize| Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?));
    let bytes_per_pixel = if *bytes.get(24)? == 16 { 8 } else { 4 };
    (bytes.get(12..16)? == b"IHDR").then_some(())?;
    Some(Header { format: ImageFormat::Png, width: number(16)?, height: number(20)?, bytes_per_pixel })
}

fn webp(bytes: &[u8]) -> Option<Header> {
    let little = |at: usize| Some(u32::from(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?)));
    let little24 = |at: usize| Some(little(at)? | u32::from(*bytes.get(at + 2)?) << 16);
    let (width, height) = match bytes.get(12..16)? {
        b"VP8 " => (little(26)? & 0x3fff, little(28)? & 0x3fff),
        b"VP8L" => {
            let bits = little(21)? | little(23)? << 16;
            ((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1)
        }
        b"VP8X" => (little24(24)? + 1, little24(27)? + 1),
        _ => return None,
    };
    Some(Header { format: ImageFormat::WebP, width, height, bytes_per_pixel: 8 })
}

fn gif(bytes: &[u8]) -> Option<Header> {
    let little = |at: usize| Some(u32::from(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?)));
    Some(Header { format: ImageFormat::Gif, width: little(6)?, height: little(8)?, bytes_per_pixel: 8 })
}

fn is_heic(bytes: &[u8]) -> bool {
    const BRANDS: [&[u8; 4]; 9] = [b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif"];
    bytes.get(8..12).is_some_and(|brand| BRANDS.iter().any(|known| *known == brand))
}

fn big_u16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::DynamicImage;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn finds_the_size_of_every_format() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
            let mut bytes = Cursor::new(Vec::new());
            DynamicImage::new_rgb8(123, 45).write_to(&mut bytes, format).unwrap();
            let header = Header::read(bytes.get_ref()).unwrap();
            assert_eq!((header.format, header.width, header.height), (format, 123, 45));
            assert!(header.memory() >= 123 * 45 * 3);
        }
        let extended = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x3f\x9c\x00\x3f\x9c\x00";
        assert_eq!(Header::read(extended).map(|header| (header.width, header.height)), Ok((40_000, 40_000)));
    }

    #[test]
    fn tells_what_is_no_picture() {
        assert_eq!(Header::read(b"\0\0\0\x18ftypheic\0\0\0\0"), Err(NoPicture::Heic));
        assert_eq!(Header::read(b"\0\0\0\x18ftypmp42\0\0\0\0"), Err(NoPicture::Unknown));
        assert_eq!(Header::read("这是一段文字".as_bytes()), Err(NoPicture::Unknown));
        assert_eq!(Header::read(b"<svg onload=alert(1)>"), Err(NoPicture::Unknown));
        assert_eq!(Header::read(b""), Err(NoPicture::Unknown));
        assert_eq!(Header::read(&[0xff, 0xd8, 0xff, 0xda]), Err(NoPicture::Broken));
        assert_eq!(Header::read(b"GIF89a\0\0\0\0"), Err(NoPicture::Broken));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(head in 0_usize..6, tail: Vec<u8>) {
            let heads: [&[u8]; 6] = [b"", &[0xff, 0xd8, 0xff], b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"GIF89a", b"\0\0\0\0ftyp"];
            let _ = Header::read(&[heads[head], &tail].concat());
        }
    }
}
