use huiyin_documents::{Limits, SheetError, read_table};

use crate::files::{Old, archive, rows, xls, xlsx, xlsx_of};
use crate::{COLUMNS, read, refusal};

#[test]
fn a_sheet_that_claims_everything_is_read_for_what_it_holds() {
    let claim = r#"<dimension ref="A1:XFD1048576"/>"#;
    let table = read("a.xlsx", &xlsx(&(claim.to_owned() + &rows(&[&["代码", "名称"], &["1", "甲"]])))).unwrap();
    assert_eq!(table.rows.len(), 1);
    let far = r#"<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>代码</t></is></c><c r="B1" t="inlineStr"><is><t>名称</t></is></c></row>
        <row r="1048576"><c r="A1048576"><v>1</v></c><c r="B1048576"><v>2</v></c></row></sheetData>"#;
    assert_eq!(read("a.xlsx", &xlsx(far)).unwrap().rows[0].number, 1_048_576);
    let wide = far.replace("B1048576", "XFD1048576");
    assert!(refusal("a.xlsx", &xlsx(&wide)).contains("第 1048576 行超过 200 列"));
}

#[test]
fn an_archive_bomb_is_refused_while_it_unpacks() {
    let nothing = vec![b' '; 4 << 20];
    let bomb = archive([("xl/workbook.xml", &nothing[..])].into_iter());
    let limits = Limits { unzipped: 1 << 20, ..Limits::default() };
    assert!(bomb.len() < 1 << 16);
    assert_eq!(read_table("a.xlsx", &bomb, COLUMNS, &limits).unwrap_err(), SheetError::Bomb);
    let names: Vec<String> = (0..1_001).map(|n| format!("xl/{n}.xml")).collect();
    let many = archive(names.iter().map(|name| (name.as_str(), &b""[..])));
    assert_eq!(read("a.xlsx", &many).unwrap_err(), SheetError::Bomb);
}

#[test]
fn a_string_table_that_claims_too_much_is_refused() {
    let sheet = rows(&[&["代码", "名称"], &["1", "甲"]]);
    let book = |strings: &[u8]| xlsx_of(&[("表", "visible", &sheet)], Some(strings));
    for claim in ["uniqueCount=\"9000000000000000\"", "uniqueCount = '99999999999999999999999'"] {
        let strings = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><sst {claim}></sst>");
        assert_eq!(read("a.xlsx", &book(strings.as_bytes())).unwrap_err(), SheetError::Bomb);
    }
    let honest = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><sst uniqueCount=\"1\"><si><t>x</t></si></sst>";
    assert!(read("a.xlsx", &book(honest)).is_ok());
    let hidden: Vec<u8> = "<sst uniqueCount=\"9000000000\"></sst>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let hidden = [&[0xff, 0xfe][..], &hidden].concat();
    assert_eq!(read("a.xlsx", &book(&hidden)).unwrap_err(), SheetError::Damaged);
}

#[test]
fn one_long_string_shared_by_many_cells_costs_no_copies() {
    let long = "字".repeat(1 << 20);
    let strings = format!("<sst><si><t>{long}</t></si><si><t>代码</t></si><si><t>名称</t></si></sst>");
    let mut sheet = String::from(r#"<sheetData><row><c t="s"><v>1</v></c><c t="s"><v>2</v></c></row>"#);
    sheet += &r#"<row><c t="s"><v>0</v></c></row>"#.repeat(10_000);
    let book = xlsx_of(&[("表", "visible", &(sheet + "</sheetData>"))], Some(strings.as_bytes()));
    let table = read("a.xlsx", &book).unwrap();
    assert!(table.rows.iter().all(|row| row.fault.as_ref().unwrap().contains("超过 2000 字")));
}

#[test]
fn cut_off_files_are_damaged_at_every_length() {
    let book = xlsx(&rows(&[&["代码", "名称"], &["1", "甲"]]));
    let cells = [(0, 0, Old::Text("代码")), (0, 1, Old::Text("名称")), (1, 0, Old::Number(1.0))];
    let old = xls(&cells, (2, 2));
    for whole in [book, old] {
        for part in 1..40 {
            let cut = &whole[..whole.len() * part / 40];
            // A file that lost only its padding may still be whole; none may panic or come out empty.
            if let Ok(table) = read("a.xlsx", cut) {
                assert!(!table.rows.is_empty());
            }
        }
        assert!(read("a.xlsx", &whole[..whole.len() / 2]).is_err());
    }
}

#[test]
fn damaged_bytes_never_bring_the_reader_down() {
    let cells =
        [(0, 0, Old::Text("代码")), (0, 1, Old::Text("名称")), (1, 0, Old::Number(1.0)), (1, 1, Old::Text("甲"))];
    let whole = xls(&cells, (2, 2));
    let mut state = 7_u32;
    for _ in 0..2_000 {
        let mut broken = whole.clone();
        for _ in 0..4 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = (state >> 8) as usize % 2_048;
            broken[at] = u8::try_from(state >> 24).unwrap();
        }
        let _ = read("a.xls", &broken);
    }
}

#[test]
fn an_old_workbook_that_claims_or_spans_too_much_is_refused() {
    let header = || vec![(0, 0, Old::Text("代码")), (0, 1, Old::Text("名称")), (1, 0, Old::Number(1.0))];
    assert!(matches!(read("a.xls", &xls(&header(), (0xffff_ffff, 0xff))), Err(SheetError::TooMuch { .. })));
    let mut far = header();
    far.push((65_535, 65_535, Old::Number(1.0)));
    assert!(matches!(read("a.xls", &xls(&far, (2, 2))), Err(SheetError::TooMuch { .. })));
    assert!(read("a.xls", &xls(&header(), (65_536, 12))).is_ok(), "a whole sheet of a few columns is an honest claim");
}

#[test]
fn other_things_under_a_table_s_name_are_told_apart() {
    let text = "代码,名称\n1,甲\n".as_bytes();
    assert!(refusal("a.xlsx", text).contains("内容却是普通文字"));
    assert!(refusal("a.xls", b"<html><table><tr><td>1</td></tr></table>").contains("网页"));
    assert!(refusal("a.csv", b"\x00\x01\x02\x03").contains("不是表格"));
    assert!(refusal("a.xlsx", &archive([("word/document.xml", &b"<a/>"[..])].into_iter())).contains("Word"));
    assert!(refusal("a.csv", b"a,b\n1,\xff\xff\xff\n").contains("第 2 行"));
    assert_eq!(read("a.csv", b"").unwrap_err(), SheetError::Empty);
    assert_eq!(read("a.csv", b"\n\n").unwrap_err(), SheetError::Empty);
}

#[test]
fn limits_of_cells_rows_and_bytes_hold() {
    let text = "代码,名称\n".to_owned() + &"1,甲\n".repeat(20);
    let with = |limits: Limits| read_table("a.csv", text.as_bytes(), COLUMNS, &limits).unwrap_err().to_string();
    assert!(with(Limits { rows: 5, ..Limits::default() }).contains("超过 5 行"));
    assert!(with(Limits { cells: 10, ..Limits::default() }).contains("超过 10 个单元格"));
    assert!(with(Limits { text_bytes: 10, ..Limits::default() }).contains("文字过多"));
    assert!(with(Limits { bytes: 10, ..Limits::default() }).contains("最多 0 MB"));
}
