//! Tables of a paper, as wide as its text; their headings come again on the next page.

use docx_rs::{
    AlignmentType, Paragraph, Table, TableBorder, TableBorderPosition, TableBorders, TableCell, TableCellMargins,
    TableLayoutType, TableRow, VAlignType, WidthType,
};

use super::fonts::Face;
use super::measure::{LINE, RULE_INNER, RULE_OUTER, SIZE_3, SIZE_TABLE, WIDTH, size};
use super::paragraphs::{line, run};
use super::{OfficialColumn, OfficialTable, Side};

/// Height of a line in a table.
const ROW: u32 = 420;

/// A table of words and figures.
pub(super) fn table(table: &OfficialTable) -> Table {
    let widths = widths(&table.columns);
    let head = table.columns.iter().zip(&widths).map(|(column, width)| {
        let text = line(ROW, 0).align(AlignmentType::Center).add_run(run(&column.title, Face::Heading, SIZE_TABLE));
        cell(text, *width)
    });
    // Only the headings may not split: the package marks them so that they come again on each page.
    let mut rows = vec![TableRow::new(head.collect()).cant_split()];
    for row in &table.rows {
        let cells = table.columns.iter().zip(&widths).enumerate().map(|(at, (column, width))| {
            let align = if column.figures { AlignmentType::Right } else { AlignmentType::Left };
            let words = line(ROW, 0).align(align).indent(Some(80), None, Some(80), None);
            let text = row.get(at).map_or("", String::as_str);
            cell(words.add_run(run(text, Face::Text, SIZE_TABLE)), *width)
        });
        rows.push(TableRow::new(cells.collect()));
    }
    framed(Table::new(rows), &widths).set_borders(borders([
        (TableBorderPosition::Top, RULE_OUTER),
        (TableBorderPosition::Bottom, RULE_OUTER),
        (TableBorderPosition::Left, RULE_INNER),
        (TableBorderPosition::Right, RULE_INNER),
        (TableBorderPosition::InsideH, RULE_INNER),
        (TableBorderPosition::InsideV, RULE_INNER),
    ]))
}

/// Sides of an agreement beside each other, without rules.
pub(super) fn sides(sides: &[Side]) -> Table {
    let columns: Vec<OfficialColumn> = sides.iter().map(|_| OfficialColumn::words("", 1)).collect();
    let widths = widths(&columns);
    let cells = sides.iter().zip(&widths).map(|(side, width)| {
        let mut cell = TableCell::new().width(size(*width), WidthType::Dxa);
        for text in std::iter::once(&side.heading).chain(&side.lines) {
            cell = cell.add_paragraph(line(LINE, 0).add_run(run(text, Face::Text, SIZE_3)));
        }
        cell
    });
    framed(Table::without_borders(vec![TableRow::new(cells.collect())]), &widths)
}

/// As wide as its columns, which do not give way.
pub(super) fn framed(table: Table, widths: &[u32]) -> Table {
    table
        .layout(TableLayoutType::Fixed)
        .width(size(widths.iter().sum()), WidthType::Dxa)
        .set_grid(widths.iter().map(|width| size(*width)).collect())
        .margins(TableCellMargins::new().margin(0, 0, 0, 0))
        .indent(0)
}

fn cell(text: Paragraph, width: u32) -> TableCell {
    TableCell::new().width(size(width), WidthType::Dxa).vertical_align(VAlignType::Center).add_paragraph(text)
}

/// Rules of these thicknesses.
pub(super) fn borders<const N: usize>(which: [(TableBorderPosition, u32); N]) -> TableBorders {
    let of = |borders: TableBorders, (position, thick): (TableBorderPosition, u32)| {
        borders.set(TableBorder::new(position).size(size(thick)).color("000000"))
    };
    which.into_iter().fold(TableBorders::with_empty(), of)
}

/// The width of the text, shared out.
fn widths(columns: &[OfficialColumn]) -> Vec<u32> {
    let all: u32 = columns.iter().map(|column| u32::from(column.share.max(1))).sum();
    columns.iter().map(|column| WIDTH * u32::from(column.share.max(1)) / all.max(1)).collect()
}
