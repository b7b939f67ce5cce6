//! Lines of a paper: every one exactly as high as the standard says.

use docx_rs::{
    AlignmentType, LineSpacing, LineSpacingType, Paragraph, ParagraphBorder, ParagraphBorderPosition, ParagraphBorders,
    Run, SpecialIndentType,
};

use super::fonts::Face;
use super::measure::{CHARACTER, LINE, SIZE_3, TIGHTER, signed, size as sized};

/// Text in a face and a size; what no file may hold is left out.
pub(super) fn run(text: &str, face: Face, size: u32) -> Run {
    let text: String = text.chars().filter(|c| !c.is_control() || *c == '\t').collect();
    let run = Run::new().fonts(face.fonts()).size(sized(size));
    if size == SIZE_3 { run.character_spacing(TIGHTER).add_text(text) } else { run.add_text(text) }
}

/// An empty paragraph of lines of a height, with something free above it.
pub(super) fn line(height: u32, above: u32) -> Paragraph {
    let spacing = LineSpacing::new().line_rule(LineSpacingType::Exact).line(signed(height)).before(above).after(0);
    // Widows would leave a page one line short of its 22.
    Paragraph::new().line_spacing(spacing).snap_to_grid(false).widow_control(false)
}

/// A paragraph of the text: two characters in.
pub(super) fn body(text: &str) -> Paragraph {
    line(LINE, 0)
        .align(AlignmentType::Both)
        .indent(None, Some(SpecialIndentType::FirstLine(signed(2 * CHARACTER))), None, None)
        .add_run(run(text, Face::Text, SIZE_3))
}

/// A line of the text that begins at the margin, with lines left free above it.
pub(super) fn flush(text: &str, free: u32) -> Paragraph {
    line(LINE, free * LINE).add_run(run(text, Face::Text, SIZE_3))
}

/// A line that begins some half characters from the left margin.
pub(super) fn beginning(text: &str, halves: u32, free: u32) -> Paragraph {
    line(LINE, free * LINE).indent(Some(signed(halves * CHARACTER / 2)), None, None, None).add_run(run(
        text,
        Face::Text,
        SIZE_3,
    ))
}

/// One rule below a paragraph: its thickness in eighths of a point, its distance in points.
pub(super) fn ruled(mut paragraph: Paragraph, (size, space): (u32, u32), colour: &str) -> Paragraph {
    let border =
        ParagraphBorder::new(ParagraphBorderPosition::Bottom).size(sized(size)).space(sized(space)).color(colour);
    paragraph.property = paragraph.property.set_borders(ParagraphBorders::with_empty().set(border));
    paragraph
}
