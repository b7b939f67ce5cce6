//! Just enough of the compound file format (MS-CFB) to look into a workbook before the reader of sheets does.

use crate::SheetError;

const SIGNATURE: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
/// Sector numbers from here on mean "no further sector".
const SPECIAL: u32 = 0xffff_fffa;
const ENTRY: usize = 128;
/// Streams shorter than this live in the mini stream.
const MINI_CUTOFF: u32 = 4_096;
const MINI_SECTOR: usize = 64;

/// A compound file, with the stream names of its directory.
pub(crate) struct CompoundFile<'a> {
    bytes: &'a [u8],
    sector: usize,
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    start: u32,
    length: u32,
}

pub(crate) fn is_compound(bytes: &[u8]) -> bool {
    bytes.starts_with(&SIGNATURE)
}

impl<'a> CompoundFile<'a> {
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, SheetError> {
        let version = number16(bytes, 26)?;
        let sector = if version == 3 { 512 } else { 4_096 };
        let mut file = Self { bytes, sector, fat: Vec::new(), mini_fat: Vec::new(), entries: Vec::new() };
        let mut places: Vec<u32> = (0..109).map(|index| number32(bytes, 76 + index * 4)).collect::<Result<_, _>>()?;
        let (mut next, mut visited) = (number32(bytes, 68)?, 0);
        while next < SPECIAL {
            let content = file.sector(next)?;
            let mut more = words(content);
            next = more.pop().unwrap_or(SPECIAL);
            places.append(&mut more);
            visited += 1;
            if visited > bytes.len() / sector {
                return Err(SheetError::Damaged);
            }
        }
        for place in places.into_iter().filter(|place| *place < SPECIAL) {
            if file.fat.len() * 4 > bytes.len() {
                return Err(SheetError::Damaged);
            }
            file.fat.extend(words(file.sector(place)?));
        }
        let directory = file.chain(number32(bytes, 48)?)?;
        file.entries = directory.chunks_exact(ENTRY).map(entry).collect::<Result<_, _>>()?;
        if number32(bytes, 64)? > 0 {
            file.mini_fat = words(&file.chain(number32(bytes, 60)?)?);
        }
        Ok(file)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    pub(crate) fn stream(&self, name: &str) -> Result<Vec<u8>, SheetError> {
        let entry = self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name));
        let entry = entry.ok_or(SheetError::Damaged)?;
        let mut content =
            if entry.length < MINI_CUTOFF { self.mini_chain(entry.start)? } else { self.chain(entry.start)? };
        content.truncate(entry.length as usize);
        Ok(content)
    }

    fn sector(&self, number: u32) -> Result<&'a [u8], SheetError> {
        let start = (number as usize + 1).saturating_mul(self.sector);
        let end = start.saturating_add(self.sector).min(self.bytes.len());
        self.bytes.get(start..end).filter(|content| !content.is_empty()).ok_or(SheetError::Damaged)
    }

    fn chain(&self, start: u32) -> Result<Vec<u8>, SheetError> {
        let mut content = Vec::new();
        let mut next = start;
        while next < SPECIAL {
            content.extend_from_slice(self.sector(next)?);
            // A chain that bites its own tail would never end.
            if content.len() > self.bytes.len() {
                return Err(SheetError::Damaged);
            }
            next = self.fat.get(next as usize).copied().unwrap_or(SPECIAL);
        }
        Ok(content)
    }

    fn mini_chain(&self, start: u32) -> Result<Vec<u8>, SheetError> {
        let holder = self.entries.first().ok_or(SheetError::Damaged)?;
        let all = self.chain(holder.start)?;
        let mut content = Vec::new();
        let mut next = start;
        while next < SPECIAL && content.len() <= all.len() {
            let at = next as usize * MINI_SECTOR;
            content.extend_from_slice(all.get(at..at + MINI_SECTOR).ok_or(SheetError::Damaged)?);
            next = self.mini_fat.get(next as usize).copied().unwrap_or(SPECIAL);
        }
        Ok(content)
    }
}

fn entry(bytes: &[u8]) -> Result<Entry, SheetError> {
    let units: Vec<u16> = bytes[..64].chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let name = String::from_utf16_lossy(&units);
    let name = name.split('\0').next().unwrap_or_default().to_owned();
    Ok(Entry { name, start: number32(bytes, 116)?, length: number32(bytes, 120)? })
}

fn words(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]])).collect()
}

pub(crate) fn number16(bytes: &[u8], at: usize) -> Result<u16, SheetError> {
    let found = bytes.get(at..at + 2).ok_or(SheetError::Damaged)?;
    Ok(u16::from_le_bytes([found[0], found[1]]))
}

pub(crate) fn number32(bytes: &[u8], at: usize) -> Result<u32, SheetError> {
    let found = bytes.get(at..at + 4).ok_or(SheetError::Damaged)?;
    Ok(u32::from_le_bytes([found[0], found[1], found[2], found[3]]))
}
