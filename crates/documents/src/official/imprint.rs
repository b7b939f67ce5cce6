//! 版记, at the foot of the last page: 抄送, and who printed it when, between rules as wide as the text.

use docx_rs::{
    Docx, Paragraph, SpecialIndentType, Tab, TabValueType, Table, TableBorderPosition, TableCell,
    TablePositionProperty, TableRow, WidthType,
};

use super::Official;
use super::fonts::Face;
use super::measure::{BOTTOM, CHARACTER_4, LEFT, PAGE, RULE_INNER, RULE_OUTER, SIZE_4, WIDTH, halves, signed, size};
use super::paragraphs::{line, run};
use super::tables::{borders, framed};

/// Height of a line of 4号 between rules.
const HEIGHT: u32 = 440;
/// Halves of a character of 4号 in a line of 抄送: one character in on both sides, and three under its label.
const HALVES: u32 = (WIDTH - 5 * CHARACTER_4) * 2 / CHARACTER_4;

/// A paper with its 版记, where it has one.
pub(super) fn added(docx: Docx, official: &Official) -> Docx {
    let mut lines = 0;
    let mut rows = Vec::new();
    if !official.copies.is_empty() {
        let text = format!("{}。", official.copies);
        lines += halves(&text).div_ceil(HALVES);
        rows.push(row(copies(&text)));
    }
    if !official.printed_by.is_empty() {
        lines += 1;
        rows.push(row(printed(&official.printed_by, &official.printed_on)));
    }
    if rows.is_empty() {
        return docx;
    }
    // Counted from above: not every program knows a table that stands at the bottom.
    let top = PAGE.1 - BOTTOM - lines * HEIGHT;
    let place = TablePositionProperty::new()
        .vertical_anchor("page")
        .horizontal_anchor("page")
        .position_x(signed(LEFT))
        .position_y(signed(top));
    let table = framed(Table::new(rows), &[WIDTH]).position(place).set_borders(borders([
        (TableBorderPosition::Top, RULE_OUTER),
        (TableBorderPosition::Bottom, RULE_OUTER),
        (TableBorderPosition::InsideH, RULE_INNER),
    ]));
    // A floating table hangs on the paragraph after it.
    docx.add_table(table).add_paragraph(line(20, 0))
}

fn row(text: Paragraph) -> TableRow {
    TableRow::new(vec![TableCell::new().width(size(WIDTH), WidthType::Dxa).add_paragraph(text)])
}

/// 抄送 goes on under its first word, not under its label.
fn copies(text: &str) -> Paragraph {
    let hanging = 3 * CHARACTER_4;
    line(HEIGHT, 0)
        .indent(
            Some(signed(CHARACTER_4 + hanging)),
            Some(SpecialIndentType::Hanging(signed(hanging))),
            Some(signed(CHARACTER_4)),
            None,
        )
        .add_run(run(&format!("抄送：{text}"), Face::Text, SIZE_4))
}

/// Who to the left, when to the right, both one character in.
fn printed(by: &str, on: &str) -> Paragraph {
    line(HEIGHT, 0)
        .indent(Some(signed(CHARACTER_4)), None, None, None)
        .add_tab(Tab::new().val(TabValueType::Right).pos(size(WIDTH - CHARACTER_4)))
        .add_run(run(by, Face::Text, SIZE_4).add_tab())
        .add_run(run(&format!("{on}印发"), Face::Text, SIZE_4))
}
