//! What an attached document is, by its content and never by what it is called. Nothing is opened here: a document that could run
//! something is refused, whatever program would be asked to run it.

use huiyin_base::{Problem, ProblemKind};

/// The largest document taken in, in bytes.
pub(crate) const MOST_BYTES: usize = 20 * 1024 * 1024;

/// A kind of document that people attach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentKind {
    /// How its name ends.
    pub ending: &'static str,
    /// As browsers are told.
    pub media_type: &'static str,
}

const PDF: DocumentKind = kind("pdf", "application/pdf");
const DOCX: DocumentKind = kind("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
const XLSX: DocumentKind = kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
const DOC: DocumentKind = kind("doc", "application/msword");
const XLS: DocumentKind = kind("xls", "application/vnd.ms-excel");

/// Every kind there is.
pub const DOCUMENTS: [DocumentKind; 5] = [PDF, DOCX, XLSX, DOC, XLS];

const fn kind(ending: &'static str, media_type: &'static str) -> DocumentKind {
    DocumentKind { ending, media_type }
}

impl DocumentKind {
    /// The kind that was kept under this media type.
    pub fn of(media_type: &str) -> Option<Self> {
        DOCUMENTS.into_iter().find(|kind| kind.media_type == media_type)
    }
}

/// What it is; otherwise why it cannot be taken in, and what to do about it.
pub(crate) fn document(name: &str, bytes: &[u8]) -> Result<DocumentKind, Problem> {
    if bytes.is_empty() {
        return Err(Problem::invalid(format!("“{name}”是空的，可能没有传完。请重新选择。")));
    }
    if bytes.len() > MOST_BYTES {
        let megabytes = bytes.len().div_ceil(1024 * 1024);
        let message = format!("“{name}”有 {megabytes} MB，附件最多 20 MB。请压缩里面的图片，或者拆成几份再上传。");
        return Err(Problem::new(ProblemKind::TooLarge, message));
    }
    let kind = kind_of(bytes).ok_or_else(|| {
        Problem::invalid(format!(
            "“{name}”不是能附上的文件。请选 JPEG 或 PNG 照片、PDF、Word（docx、doc）或 Excel（xlsx、xls）。"
        ))
    })?;
    if runs(kind, bytes) {
        return Err(Problem::invalid(format!(
            "“{name}”里有宏、脚本或夹带的文件，为了安全不能收。请另存为不带宏的 {} 再上传。",
            kind.ending
        )));
    }
    Ok(kind)
}

fn kind_of(bytes: &[u8]) -> Option<DocumentKind> {
    match bytes {
        [b'%', b'P', b'D', b'F', b'-', ..] => Some(PDF),
        // The names of an archive's parts stand in it unpacked.
        [b'P', b'K', 3, 4, ..] if holds(bytes, b"word/document.xml") => Some(DOCX),
        [b'P', b'K', 3, 4, ..] if holds(bytes, b"xl/workbook.xml") => Some(XLSX),
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] if holds(bytes, &wide("WordDocument")) => Some(DOC),
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] if holds(bytes, &wide("Workbook")) => Some(XLS),
        _ => None,
    }
}

fn runs(kind: DocumentKind, bytes: &[u8]) -> bool {
    match kind {
        PDF => {
            [&b"/JavaScript"[..], b"/JS ", b"/JS(", b"/Launch", b"/EmbeddedFile"].iter().any(|word| holds(bytes, word))
        }
        DOCX | XLSX => [&b"vbaProject.bin"[..], b"/embeddings/", b"/activeX/"].iter().any(|word| holds(bytes, word)),
        _ => ["_VBA_PROJECT", "_VBA_PROJECT_CUR", "Macros"].iter().any(|word| holds(bytes, &wide(word))),
    }
}

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    let Some(first) = word.first() else { return true };
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| byte == first) {
        if rest[at..].starts_with(word) {
            return true;
        }
        rest = &rest[at + 1..];
    }
    false
}

/// As a compound file writes the names of its streams.
fn wide(word: &str) -> Vec<u8> {
    word.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn old(stream: &str) -> Vec<u8> {
        let mut bytes = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0];
        bytes.extend(wide(stream));
        bytes.extend([0; 8]);
        bytes
    }

    #[test]
    fn a_document_is_told_by_its_content() {
        let zip = |part: &str| [&b"PK\x03\x04...."[..], part.as_bytes(), &b"...."[..]].concat();
        for (bytes, ending) in [
            (b"%PDF-1.4\n1 0 obj".to_vec(), "pdf"),
            (zip("word/document.xml"), "docx"),
            (zip("xl/workbook.xml"), "xlsx"),
            (old("WordDocument"), "doc"),
            (old("Workbook"), "xls"),
        ] {
            assert_eq!(document("a.txt", &bytes).unwrap().ending, ending);
        }
        let refused: [&[u8]; 6] =
            [b"", b"MZ\x90\x00", b"<html>", b"PK\x03\x04ppt/presentation.xml", b"#!/bin/sh", b"\xff\xd8\xff"];
        for bytes in refused {
            assert!(document("a.pdf", bytes).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn what_could_run_is_refused() {
        for bytes in [
            b"%PDF-1.4 /OpenAction << /S /JavaScript >>".to_vec(),
            b"%PDF-1.4 /Launch".to_vec(),
            b"PK\x03\x04word/document.xml word/vbaProject.bin".to_vec(),
            b"PK\x03\x04xl/workbook.xml xl/embeddings/oleObject1.bin".to_vec(),
            [old("WordDocument"), wide("_VBA_PROJECT")].concat(),
        ] {
            let problem = document("通知.docm", &bytes).unwrap_err();
            assert!(problem.message.contains("不带宏"), "{}", problem.message);
        }
    }

    #[test]
    fn one_that_is_too_large_says_how_large() {
        let mut large = b"%PDF-1.4".to_vec();
        large.resize(MOST_BYTES + 1, b' ');
        let problem = document("全年总结.pdf", &large).unwrap_err();
        assert_eq!(problem.kind, ProblemKind::TooLarge);
        assert!(problem.message.contains("21 MB") && problem.message.contains("20 MB"), "{}", problem.message);
    }
}
