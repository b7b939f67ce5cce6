//! A series to listen to. No voice is invented: each part is a few seconds of a simple tune, so that players can be tried.

/// Samples a second, one byte each.
const RATE: u32 = 8_000;
/// Halves of a second of each part.
const BEATS: usize = 24;
/// A scale of five, in hertz.
const NOTES: [f64; 5] = [261.6, 293.7, 329.6, 392.0, 440.0];
const PARTS: [&str; 6] = ["01 开场：听什么", "02 看树", "03 看水", "04 看账", "05 看人", "06 收场"];

/// The parts, as files.
pub(super) fn series() -> Vec<(String, Vec<u8>)> {
    PARTS.iter().enumerate().map(|(n, title)| (format!("{title}.wav"), wave(&tune(n)))).collect()
}

fn tune(part: usize) -> Vec<u8> {
    let beat = RATE / 2;
    let mut samples = Vec::new();
    for at in 0..BEATS {
        let pitch = NOTES[(at * (part + 2) + at / 3) % NOTES.len()];
        for n in 0..beat {
            let time = f64::from(n) / f64::from(RATE);
            // Fades out before the next note.
            let loud = 1.0 - f64::from(n) / f64::from(beat);
            let wave = (time * pitch * std::f64::consts::TAU).sin() * loud * 60.0;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 68 and 188")]
            samples.push((128.0 + wave) as u8);
        }
    }
    samples
}

/// The head of a WAVE file before its samples: one channel, eight bits.
fn wave(samples: &[u8]) -> Vec<u8> {
    let length = u32::try_from(samples.len()).unwrap_or(0);
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + length).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16_u32.to_le_bytes());
    bytes.extend([1, 0, 1, 0]);
    bytes.extend(RATE.to_le_bytes());
    bytes.extend(RATE.to_le_bytes());
    bytes.extend([1, 0, 8, 0]);
    bytes.extend(b"data");
    bytes.extend(length.to_le_bytes());
    bytes.extend(samples);
    bytes
}
