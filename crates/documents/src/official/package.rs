//! The parts of a Word file, put together. What docx-rs writes is mended in four places.

use std::io::Cursor;

use docx_rs::Docx;

use crate::SheetError;

/// The bytes of the file, with a table of faces of our own.
pub(super) fn packed(docx: Docx, fonts: &str) -> Result<Vec<u8>, SheetError> {
    let mut package = docx.build();
    package.font_table = fonts.as_bytes().to_vec();
    let document = String::from_utf8(package.document).map_err(|error| broken(&error))?;
    package.document = positions_first(&footers_first(&headings_again(&document))).into_bytes();
    let mut bytes = Cursor::new(Vec::new());
    package.pack(&mut bytes).map_err(|error| broken(&error))?;
    Ok(bytes.into_inner())
}

/// docx-rs cannot say that a row is a heading: those that may not split are.
fn headings_again(document: &str) -> String {
    document.replace("<w:cantSplit />", "<w:cantSplit /><w:tblHeader />")
}

/// The schema wants references to footers at the head of a section's properties; docx-rs writes them after the page.
fn footers_first(document: &str) -> String {
    let (open, close) = ("<w:sectPr>", "</w:sectPr>");
    let Some((before, rest)) = document.rsplit_once(open) else { return document.to_owned() };
    let Some((inside, after)) = rest.split_once(close) else { return document.to_owned() };
    let mut footers = String::new();
    let mut others = String::new();
    for part in inside.split_inclusive("/>") {
        let which = if part.starts_with("<w:footerReference") { &mut footers } else { &mut others };
        which.push_str(part);
    }
    format!("{before}{open}{footers}{others}{close}{after}")
}

/// Where a floating table stands is said before how wide it is; docx-rs says it last.
fn positions_first(document: &str) -> String {
    let (open, tag) = ("<w:tblPr>", "<w:tblpPr ");
    let mut parts = document.split(open);
    let mut mended = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        mended.push_str(open);
        let close = part.find("</w:tblPr>").unwrap_or(0);
        match part[..close].find(tag).and_then(|at| Some((at, at + part[at..].find("/>")? + 2))) {
            Some((from, to)) => mended.extend([&part[from..to], &part[..from], &part[to..]]),
            None => mended.push_str(part),
        }
    }
    mended
}

fn broken(error: &dyn std::fmt::Display) -> SheetError {
    SheetError::Write(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_floating_table_says_first_where_it_stands() {
        let made =
            positions_first("a<w:tblPr><w:jc /></w:tblPr>b<w:tblPr><w:tblW /><w:tblpPr w:tblpY=\"1\" /></w:tblPr>c");
        assert_eq!(made, "a<w:tblPr><w:jc /></w:tblPr>b<w:tblPr><w:tblpPr w:tblpY=\"1\" /><w:tblW /></w:tblPr>c");
    }

    #[test]
    fn footers_stand_before_the_page() {
        let made =
            footers_first("<w:p/><w:sectPr><w:pgSz w:w=\"1\" /><w:footerReference r:id=\"a\" /></w:sectPr></w:body>");
        assert_eq!(made, "<w:p/><w:sectPr><w:footerReference r:id=\"a\" /><w:pgSz w:w=\"1\" /></w:sectPr></w:body>");
    }
}
