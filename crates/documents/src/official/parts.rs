//! 版头, 主体 and 版记, from the office's name to the last rule.

use docx_rs::{AlignmentType, BreakType, DocGrid, DocGridType, Docx, Footer, PageMargin, PageNum, Paragraph, Run};

use super::fonts::Face;
use super::measure::{
    BOTTOM, CHARACTER_4, FOLIO, LEFT, LINE, MARK_ABOVE, PAGE, RED, RED_RULE, RIGHT, SIZE_2, SIZE_3, SIZE_4, TOP,
    halves, signed,
};
use super::paragraphs::{beginning, body, flush, line, ruled, run};
use super::{Attachment, Block, Numbering, Official, Signing, imprint, tables, title};

/// Height of a line of the title.
const TITLE_LINE: u32 = 680;

/// The whole paper.
pub(super) fn laid_out(official: &Official) -> Docx {
    let mut docx = masthead(page(), official);
    docx = heading(docx, official);
    docx = text(docx, &official.blocks);
    docx = attached(docx, &official.attachments);
    docx = signed_by(docx, &official.signing);
    if !official.note.is_empty() {
        docx = docx.add_paragraph(body(&format!("（{}）", official.note)));
    }
    for (at, attachment) in official.attachments.iter().enumerate() {
        docx = attachment_page(docx, attachment, at + 1, official.attachments.len());
    }
    imprint::added(docx, official)
}

fn page() -> Docx {
    let margin = PageMargin {
        top: signed(TOP),
        left: signed(LEFT),
        bottom: signed(BOTTOM),
        right: signed(RIGHT),
        header: 851,
        footer: signed(FOLIO),
        gutter: 0,
    };
    let grid = DocGrid::new().grid_type(DocGridType::Lines).line_pitch(579);
    let mut docx = Docx::new()
        .page_size(PAGE.0, PAGE.1)
        .page_margin(margin)
        .created_at("2000-01-01T00:00:00Z")
        .updated_at("2000-01-01T00:00:00Z")
        .default_fonts(Face::Text.fonts())
        .default_size(32)
        .footer(folio(AlignmentType::Right))
        .even_footer(folio(AlignmentType::Left));
    docx.document.section_property = docx.document.section_property.doc_grid(grid);
    docx
}

/// — 1 —, one character in from the outer side: odd pages right, even pages left.
fn folio(side: AlignmentType) -> Footer {
    let (left, right) = if matches!(side, AlignmentType::Left) { (CHARACTER_4, 0) } else { (0, CHARACTER_4) };
    let dash = |text: &str| run(text, Face::Folio, SIZE_4);
    let paragraph = line(CHARACTER_4 + 40, 0)
        .align(side)
        .indent(Some(signed(left)), None, Some(signed(right)), None)
        .size(28)
        .fonts(Face::Folio.fonts())
        .add_run(dash("— "))
        .add_page_num(PageNum::new())
        .add_run(dash(" —"));
    Footer::new().add_paragraph(paragraph)
}

fn masthead(docx: Docx, official: &Official) -> Docx {
    if official.issuer.is_empty() {
        return docx;
    }
    // The standard leaves the size to the office; a long name is set so that it stays on one line.
    let most = 8_844 * 2 / halves(&official.issuer).max(1) / 10;
    let size = most.clamp(36, 88);
    let mark = line(size * 10 + 120, MARK_ABOVE)
        .align(AlignmentType::Center)
        .add_run(run(&official.issuer, Face::Title, size).color(RED));
    let number = line(LINE, 2 * LINE).align(AlignmentType::Center).add_run(run(&official.number, Face::Text, SIZE_3));
    docx.add_paragraph(mark).add_paragraph(ruled(number, RED_RULE, RED))
}

fn heading(mut docx: Docx, official: &Official) -> Docx {
    for (at, words) in title::lines(&official.title).iter().enumerate() {
        let above = if at == 0 && !official.issuer.is_empty() { 2 * LINE } else { 0 };
        let text = line(TITLE_LINE, above).keep_next(true).align(AlignmentType::Center);
        docx = docx.add_paragraph(text.add_run(run(words, Face::Title, SIZE_2)));
    }
    if official.addressee.is_empty() {
        return docx.add_paragraph(line(LINE, 0));
    }
    docx.add_paragraph(flush(&format!("{}：", official.addressee), 1))
}

fn text(mut docx: Docx, blocks: &[Block]) -> Docx {
    let mut numbering = Numbering::default();
    for block in blocks {
        docx = match block {
            Block::Heading { level, text } => docx.add_paragraph(numbered(&mut numbering, *level, text)),
            Block::Paragraph(words) => words.lines().fold(docx, |docx, words| docx.add_paragraph(body(words))),
            Block::Table(table) => {
                let caption = line(LINE, LINE / 4).keep_next(true).align(AlignmentType::Center);
                let caption = caption.add_run(run(&table.caption, Face::Heading, SIZE_4));
                let docx = if table.caption.is_empty() { docx } else { docx.add_paragraph(caption) };
                docx.add_table(tables::table(table)).add_paragraph(line(LINE / 2, 0))
            }
        };
    }
    docx
}

fn numbered(numbering: &mut Numbering, level: u8, text: &str) -> Paragraph {
    let face = match level {
        0 | 1 => Face::Heading,
        2 => Face::Second,
        _ => Face::Text,
    };
    let words = format!("{}{text}", numbering.next(level));
    let mut paragraph = body("").keep_next(true);
    paragraph.children.clear();
    paragraph.add_run(run(&words, face, SIZE_3))
}

/// 附件说明: one line below the text, two characters in, no mark at its end.
fn attached(mut docx: Docx, attachments: &[Attachment]) -> Docx {
    for (at, attachment) in attachments.iter().enumerate() {
        let label = if at == 0 { "附件：" } else { "　　　" };
        let number = if attachments.len() > 1 { format!("{}. ", at + 1) } else { String::new() };
        let mut paragraph = body(&format!("{label}{number}{}", attachment.title));
        if at == 0 {
            paragraph = paragraph.line_spacing(
                docx_rs::LineSpacing::new()
                    .line_rule(docx_rs::LineSpacingType::Exact)
                    .line(signed(LINE))
                    .before(LINE)
                    .after(0),
            );
        }
        docx = docx.add_paragraph(paragraph);
    }
    docx
}

/// Without a seal: the office two characters from the right; the day begins two characters right of the office's first.
fn signed_by(docx: Docx, signing: &Signing) -> Docx {
    match signing {
        Signing::None => docx,
        Signing::Office { name, date } => {
            let (wide, day) = (halves(name), halves(date));
            // A day that is longer than the office stands two characters in, and the office moves left of it.
            let begin = if day > wide { 48_u32.saturating_sub(day) } else { 52_u32.saturating_sub(wide) };
            docx.add_paragraph(beginning(name, begin, 2).keep_next(true)).add_paragraph(beginning(date, begin + 4, 0))
        }
        Signing::Sides(sides) => docx
            .add_paragraph(line(LINE, LINE).keep_next(true))
            .add_table(tables::sides(sides))
            .add_paragraph(line(LINE / 2, 0)),
    }
}

/// 附件 begins a page; its name in 黑体 on the first line, its title on the third.
fn attachment_page(docx: Docx, attachment: &Attachment, number: usize, of: usize) -> Docx {
    let label = if of > 1 { format!("附件{number}") } else { "附件".into() };
    let first =
        line(LINE, 0).add_run(Run::new().add_break(BreakType::Page)).add_run(run(&label, Face::Heading, SIZE_3));
    let mut docx = docx.add_paragraph(first).add_paragraph(line(LINE, 0));
    for words in title::lines(&attachment.title) {
        let text = line(TITLE_LINE, 0).align(AlignmentType::Center);
        docx = docx.add_paragraph(text.add_run(run(&words, Face::Title, SIZE_2)));
    }
    text(docx.add_paragraph(line(LINE, 0)), &attachment.blocks)
}
