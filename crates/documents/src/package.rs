//! An XLSX is an archive: what it unpacks to is counted before anything believes it.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::{Limits, SheetError};

/// Unpacks every part into nothing, counting; refuses what the reader of sheets could not bear.
pub(crate) fn check(bytes: &[u8], limits: &Limits) -> Result<(), SheetError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(refusal)?;
    if archive.len() > limits.entries {
        return Err(SheetError::Bomb);
    }
    let mut total = 0;
    let mut is_workbook = false;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(refusal)?;
        let name = part.name().map_err(refusal)?.to_lowercase();
        if let Some(kind) = foreign(&name) {
            return Err(SheetError::NotASheet(format!("这是{kind}，不是 Excel 工作簿。请另存为 .xlsx 后再试。")));
        }
        is_workbook |= name.ends_with("workbook.xml");
        let mut scan = Scan::new(&name);
        let mut chunk = vec![0; 64 << 10];
        loop {
            let read = part.read(&mut chunk).map_err(|_| SheetError::Damaged)?;
            if read == 0 {
                break;
            }
            total += read as u64;
            if total > limits.unzipped {
                return Err(SheetError::Bomb);
            }
            scan.take(&chunk[..read], limits)?;
        }
    }
    if is_workbook { Ok(()) } else { Err(SheetError::NotASheet(NO_WORKBOOK.into())) }
}

const NO_WORKBOOK: &str = "这个文件里没有 Excel 工作簿。请用 Excel 或 WPS 打开，另存为 .xlsx 后再试。";

fn foreign(part: &str) -> Option<&'static str> {
    match part {
        "word/document.xml" => Some("Word 文档"),
        "ppt/presentation.xml" => Some("演示文稿"),
        "content.xml" => Some("ODF 文档"),
        "xl/workbook.bin" => Some("二进制工作簿（.xlsb）"),
        _ => None,
    }
}

fn refusal(error: ZipError) -> SheetError {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => SheetError::Locked,
        _ => SheetError::Damaged,
    }
}

/// Looks at a part as it streams by. The reader reserves room for as many shared strings as the part claims to have,
/// and follows whatever encoding the part declares; both are checked here.
struct Scan {
    strings: bool,
    xml: bool,
    start: bool,
    tail: Vec<u8>,
}

impl Scan {
    fn new(name: &str) -> Self {
        let xml = [".xml", ".rels"].iter().any(|end| name.ends_with(end));
        Self { strings: name.contains("sharedstrings"), xml, start: true, tail: Vec::new() }
    }

    fn take(&mut self, chunk: &[u8], limits: &Limits) -> Result<(), SheetError> {
        if std::mem::take(&mut self.start) && (self.xml || self.strings) && !is_utf8_xml(chunk) {
            return Err(SheetError::Damaged);
        }
        if self.strings {
            const OVERLAP: usize = 64;
            self.tail.extend_from_slice(chunk);
            if claims_too_many(&self.tail, limits.cells) {
                return Err(SheetError::Bomb);
            }
            self.tail.drain(..self.tail.len().saturating_sub(OVERLAP));
        }
        Ok(())
    }
}

/// Offices write UTF-8 only; anything else would pass the scan unread.
fn is_utf8_xml(start: &[u8]) -> bool {
    let head = &start[..start.len().min(200)];
    if head.contains(&0) || head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return false;
    }
    let head = String::from_utf8_lossy(head).to_lowercase();
    let declaration = head.split_once("?>").map_or("", |(declaration, _)| declaration);
    declaration
        .split_once("encoding")
        .is_none_or(|(_, rest)| rest.trim_start_matches(['=', ' ', '"', '\'', '\t', '\r', '\n']).starts_with("utf-8"))
}

fn claims_too_many(bytes: &[u8], most: usize) -> bool {
    const CLAIM: &[u8] = b"uniqueCount";
    let mut rest = bytes;
    while let Some(at) = rest.windows(CLAIM.len()).position(|window| window == CLAIM) {
        rest = &rest[at + CLAIM.len()..];
        let digits: Vec<u8> = rest
            .iter()
            .copied()
            .skip_while(|byte| byte.is_ascii_whitespace() || matches!(byte, b'=' | b'"' | b'\''))
            .take_while(u8::is_ascii_digit)
            .collect();
        let number = String::from_utf8_lossy(&digits).parse::<u64>();
        let cut_off = digits.len() >= 20;
        if cut_off || number.is_ok_and(|number| number > most as u64) {
            return true;
        }
    }
    false
}
