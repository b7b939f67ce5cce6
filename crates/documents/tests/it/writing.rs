use std::io::{Cursor, Read as _};

use huiyin_documents::{SheetWriter, WriteCell, WriteColumn, result_sheet, write_csv};

use crate::read;

#[test]
fn what_is_written_reads_back() {
    let columns = ["代码", "名称", "电话"].map(|title| WriteColumn::new(title, 16));
    let mut writer = SheetWriter::new("机构[1]", &columns).unwrap();
    writer.row(&["610602000000".into(), "=cmd|' /C calc'!A1".into(), WriteCell::Number(12.0)]).unwrap();
    let bytes = writer.finish().unwrap();
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("&#39;=cmd") || sheet.contains("'=cmd"), "the formula is escaped");
    assert!(!sheet.contains("<f>"));
    assert!(sheet.contains("state=\"frozen\""));
    let table = read("a.xlsx", &bytes).unwrap();
    assert_eq!(table.rows[0].cells, ["610602000000", "=cmd|' /C calc'!A1", "12"]);
}

#[test]
fn the_same_rows_give_the_same_bytes() {
    let make = || {
        let mut writer = SheetWriter::new("表", &[WriteColumn::new("代码", 9)]).unwrap();
        writer.row(&["1".into()]).unwrap();
        writer.finish().unwrap()
    };
    assert_eq!(make(), make());
}

#[test]
fn a_result_sheet_keeps_the_rows_and_adds_what_became_of_them() {
    let headers = ["代码".to_owned(), "名称".to_owned()];
    let rows = [(vec!["1".to_owned(), "甲".to_owned()], "新增"), (vec!["2".to_owned()], "第 3 行缺少名称")];
    let bytes = result_sheet(&headers, rows.iter().map(|(cells, message)| (&cells[..], *message))).unwrap();
    let table = read("a.xlsx", &bytes).unwrap();
    assert_eq!(table.headers, ["代码", "名称", "结果"]);
    assert_eq!(table.rows[1].cells, ["2", "", "第 3 行缺少名称"]);
}

#[test]
fn csv_has_a_mark_and_escapes() {
    let rows = vec![vec!["=1+1".into(), WriteCell::from(-3), WriteCell::Empty]];
    let bytes = write_csv(&["a".into(), "b".into(), "c".into()], rows.into_iter()).unwrap();
    assert_eq!(String::from_utf8(bytes).unwrap(), "\u{feff}a,b,c\r\n'=1+1,-3,\r\n");
}

fn part(book: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(book)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}
