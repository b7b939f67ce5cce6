//! Tables of offices, which nobody made for a machine.

use huiyin_documents::{Limits, SheetError, read_ledger};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

const WORDS: [&str; 6] = ["问题", "承办单位", "日期", "乡镇", "姓名", "电话"];

fn read(name: &str, bytes: &[u8]) -> huiyin_documents::Table {
    read_ledger(name, bytes, &WORDS, &Limits::default()).unwrap()
}

#[test]
fn titles_double_headings_and_merged_places_are_understood() {
    let mut book = Workbook::new();
    let plain = Format::new();
    book.add_worksheet().set_name("说明").unwrap().write(0, 0, "填表说明：问题如实填写").unwrap();
    let sheet = book.add_worksheet();
    sheet.set_name("台账").unwrap();
    sheet.merge_range(0, 0, 0, 5, "柳河镇问题墙问题台账", &plain).unwrap();
    sheet.write(1, 0, "填报单位：柳河镇").unwrap();
    sheet.merge_range(2, 0, 3, 0, "乡镇", &plain).unwrap();
    sheet.merge_range(2, 1, 3, 1, "反映问题", &plain).unwrap();
    sheet.merge_range(2, 2, 2, 3, "反映人", &plain).unwrap();
    sheet.write(3, 2, "姓名").unwrap();
    sheet.write(3, 3, "电话").unwrap();
    sheet.merge_range(2, 4, 3, 4, "承办单位", &plain).unwrap();
    sheet.merge_range(2, 5, 3, 5, "日期", &plain).unwrap();
    sheet.merge_range(4, 0, 5, 0, "柳河镇", &plain).unwrap();
    for (row, text) in [(4, "停水"), (5, "路不通")] {
        sheet.write(row, 1, text).unwrap();
        let day = ExcelDateTime::from_ymd(2016, 3, 5).unwrap();
        sheet.write_datetime_with_format(row, 5, &day, &Format::new().set_num_format("yyyy/m/d")).unwrap();
    }
    // The page's headings again, as offices print them.
    for (column, text) in ["乡镇", "反映问题"].iter().enumerate() {
        sheet.write(6, u16::try_from(column).unwrap(), *text).unwrap();
    }
    let table = read("台账.xlsx", &book.save_to_buffer().unwrap());
    assert_eq!(table.headers, ["乡镇", "反映问题", "反映人姓名", "反映人电话", "承办单位", "日期"]);
    let rows: Vec<_> =
        table.rows.iter().map(|row| (row.number, row.cells[0].as_str(), row.cells[5].as_str())).collect();
    assert_eq!(rows, [(5, "柳河镇", "2016-03-05"), (6, "柳河镇", "2016-03-05")]);
    assert!(table.notices[0].contains("台账"), "{:?}", table.notices);
}

#[test]
fn old_encodings_are_read_and_what_is_no_ledger_is_refused() {
    let (bytes, _, _) = encoding_rs::GB18030.encode("某镇台账,,\r\n问题,承办单位,日期\r\n停水,水务局,2016.3.5\r\n");
    let table = read("a.csv", &bytes);
    assert_eq!((table.rows.len(), table.rows[0].number), (1, 3));
    let refused = |text: &str| read_ledger("a.csv", text.as_bytes(), &WORDS, &Limits::default()).unwrap_err();
    assert!(matches!(refused("甲,乙\n1,2\n"), SheetError::NoHeader { .. }));
    assert!(matches!(refused("问题,日期\n"), SheetError::NoRows));
    assert_eq!(refused(""), SheetError::Empty);
}

#[test]
fn a_merge_over_many_rows_costs_no_more_than_the_rows_there_are() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, text) in ["问题", "承办单位"].iter().enumerate() {
        sheet.write(0, u16::try_from(column).unwrap(), *text).unwrap();
    }
    sheet.write(1, 0, "停水").unwrap();
    sheet.write(2, 0, "停电").unwrap();
    sheet.merge_range(1, 1, 60_000, 1, "水务局", &Format::new()).unwrap();
    let limits = Limits::default();
    match read_ledger("a.xlsx", &book.save_to_buffer().unwrap(), &WORDS, &limits) {
        Ok(table) => assert!(table.rows.iter().take(2).all(|row| row.cells[1] == "水务局")),
        // The writer puts a formatted cell into every covered row.
        Err(refusal) => assert!(matches!(refusal, SheetError::TooMuch { .. }), "{refusal}"),
    }
}
