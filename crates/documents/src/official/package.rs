//! The parts of a Word file, put together. What docx-rs writes is mended in three places.

use std::io::Cursor;

use docx_rs::Docx;

use crate::SheetError;

/// The bytes of the file, with a table of faces of our own.
pub(super) fn packed(docx: Docx, fonts: &str) -> Result<Vec<u8>, SheetError> {
    let mut package = docx.build();
    package.font_table = fonts.as_bytes().to_vec();
    let document = String::from_utf8(package.document).map_err(|error| broken(&error))?;
    package.document = footers_first(&headings_again(&document)).into_bytes();
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

fn broken(error: &dyn std::fmt::Display) -> SheetError {
    SheetError::Write(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn footers_stand_before_the_page() {
        let made =
            footers_first("<w:p/><w:sectPr><w:pgSz w:w=\"1\" /><w:footerReference r:id=\"a\" /></w:sectPr></w:body>");
        assert_eq!(made, "<w:p/><w:sectPr><w:footerReference r:id=\"a\" /><w:pgSz w:w=\"1\" /></w:sectPr></w:body>");
    }
}
