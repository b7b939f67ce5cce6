use rust_xlsxwriter::{
    Color, DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
    XlsxError,
};

use crate::{SheetError, WriteCell, escaped};

/// A column of a form.
#[derive(Clone, Debug)]
pub struct FormColumn {
    /// The heading.
    pub title: String,
    /// Width in characters of the standard type.
    pub width: u32,
    /// What is to be filled in; nothing else can be changed.
    pub fill: Fill,
}

/// How a column is filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fill {
    /// Not at all.
    Locked,
    /// Not at all, and nobody needs to see it.
    Hidden,
    /// With words.
    Words,
    /// With one of these.
    OneOf(Vec<String>),
}

/// A row of a form; `open` where its fields may be filled in.
#[derive(Clone, Debug)]
pub struct FormRow {
    /// The cells under the headings.
    pub cells: Vec<WriteCell>,
    /// Whether it may be filled in.
    pub open: bool,
}

/// A protected sheet to be filled in without a network: a note above the headings, and only the fields of open rows
/// take words.
pub fn form_sheet(name: &str, note: &str, columns: &[FormColumn], rows: &[FormRow]) -> Result<Vec<u8>, SheetError> {
    write(name, note, columns, rows).map_err(|error| SheetError::Write(error.to_string()))
}

const HEAD: u32 = 1;

fn write(name: &str, note: &str, columns: &[FormColumn], rows: &[FormRow]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // Without it the file would hold the hour at which it was made.
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let sheet = workbook.add_worksheet();
    sheet.set_name(name)?;
    let head =
        Format::new().set_bold().set_background_color(Color::RGB(0x00F1_EADF)).set_border_bottom(FormatBorder::Thin);
    let locked = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let open =
        locked.clone().set_unlocked().set_background_color(Color::RGB(0x00FF_FBEA)).set_border(FormatBorder::Hair);
    let open = open.set_num_format("@");
    sheet.write_string_with_format(0, 0, note, &Format::new().set_bold())?;
    sheet.set_freeze_panes(HEAD + 1, 1)?;
    for (place, column) in (0_u16..).zip(columns) {
        sheet.set_column_width(place, column.width)?;
        sheet.write_string_with_format(HEAD, place, &*column.title, &head)?;
        if column.fill == Fill::Hidden {
            sheet.set_column_hidden(place)?;
        }
    }
    for (number, row) in (HEAD + 1..).zip(rows) {
        for ((place, column), cell) in (0_u16..).zip(columns).zip(&row.cells) {
            let fillable = row.open && matches!(column.fill, Fill::Words | Fill::OneOf(_));
            put(sheet, number, place, cell, if fillable { &open } else { &locked })?;
        }
    }
    let last = HEAD + u32::try_from(rows.len()).unwrap_or(u32::MAX - HEAD);
    for (place, column) in (0_u16..).zip(columns) {
        if let Fill::OneOf(choices) = &column.fill
            && last > HEAD
        {
            let choices: Vec<&str> = choices.iter().map(String::as_str).collect();
            let rule = DataValidation::new().allow_list_strings(&choices)?;
            sheet.add_data_validation(HEAD + 1, place, last, place, &rule)?;
        }
    }
    sheet.protect();
    sheet.set_landscape();
    sheet.set_paper_size(9);
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(HEAD, HEAD)?;
    workbook.save_to_buffer()
}

fn put(sheet: &mut Worksheet, row: u32, place: u16, cell: &WriteCell, format: &Format) -> Result<(), XlsxError> {
    match cell {
        WriteCell::Text(text) => {
            let text: String = escaped(text).chars().take(16_000).collect();
            sheet.write_string_with_format(row, place, text, format)?;
        }
        WriteCell::Number(number) => {
            sheet.write_number_with_format(row, place, *number, format)?;
        }
        WriteCell::Empty => {
            sheet.write_blank(row, place, format)?;
        }
    }
    Ok(())
}
