use crate::files::{Old, rows, xls, xlsx, xlsx_of};
use crate::{read, refusal};

#[test]
fn csv_in_utf8_and_gb18030_reads_the_same() {
    let text = "代码,名称\n610602000000,宝塔区\n610603000000,安塞区\n";
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let (gb, _, _) = encoding_rs::GB18030.encode(text);
    for bytes in [text.as_bytes(), &marked, &gb] {
        let table = read("区划.csv", bytes).unwrap();
        assert_eq!(table.rows.len(), 2);
        assert_eq!(table.rows[1].cells, ["610603000000", "安塞区"]);
        assert_eq!(table.rows[1].number, 3);
    }
    assert!(read("区划.csv", &gb).unwrap().notices[0].contains("GB18030"));
}

#[test]
fn headings_are_found_under_a_title_in_any_order_and_dress() {
    let table = read(
        "a.xlsx",
        &xlsx(&rows(&[&["延安市区划表"], &[], &["备注", " 名 称", "ＣＯＤＥ*"], &["x", "宝塔区", "610602"]])),
    )
    .unwrap();
    assert_eq!(table.places, [Some(2), Some(1), None]);
    assert_eq!(table.rows[0].number, 4);
    assert_eq!(table.rows[0].cells, ["x", "宝塔区", "610602"]);
}

#[test]
fn missing_and_double_headings_are_named() {
    let message = refusal("a.csv", "代码,电话\n1,2\n".as_bytes());
    assert!(message.contains("没有“名称”"), "{message}");
    let message = refusal("a.csv", "代码,名称,区划代码\n1,2,3\n".as_bytes());
    assert!(message.contains("“区划代码”出现了两次（A 列和 C 列）"), "{message}");
    assert!(refusal("a.csv", "代码,名称\n".as_bytes()).contains("没有可导入的行"));
}

#[test]
fn numbers_days_formulas_and_errors_in_an_xlsx() {
    let sheet = r#"<sheetData>
        <row r="1"><c r="A1" t="inlineStr"><is><t>代码</t></is></c><c r="B1" t="inlineStr"><is><t>名称</t></is></c></row>
        <row r="3"><c r="A3"><v>6.10602E+11</v></c><c r="B3" t="str"><f>"宝塔"&amp;"区"</f><v>宝塔区</v></c></row>
        <row r="4"><c r="A4"><f>B4</f></c><c r="B4" t="inlineStr"><is><t>安塞区</t></is></c></row>
        <row r="5"><c r="A5"><v>610602199001010000</v></c><c r="B5" t="inlineStr"><is><t>x</t></is></c></row>
        <row r="6"><c r="A6" t="e"><v>#N/A</v></c><c r="B6" t="inlineStr"><is><t>x</t></is></c></row>
        <row r="9"><c r="A9" s="1"/></row>
        </sheetData>"#;
    let table = read("a.xlsx", &xlsx(sheet)).unwrap();
    assert_eq!(table.rows.len(), 4, "a row of formats only is empty");
    assert_eq!(table.rows[0].cells, ["610602000000", "宝塔区"]);
    assert_eq!((table.rows[0].number, &table.rows[0].fault), (3, &None));
    let faults: Vec<&str> = table.rows[1..].iter().map(|row| row.fault.as_deref().unwrap()).collect();
    assert!(faults[0].starts_with("第 4 行“代码”（A 列）公式没有算出的值"), "{}", faults[0]);
    assert!(faults[1].contains("超过 15 位"), "{}", faults[1]);
    assert!(faults[2].contains("#N/A"), "{}", faults[2]);
}

#[test]
fn merged_cells_are_named_row_by_row() {
    let sheet = rows(&[&["标题"], &["代码", "名称"], &["1", "甲"], &["2", ""], &["3", "丙"]])
        + r#"<mergeCells count="2"><mergeCell ref="A1:B1"/><mergeCell ref="B3:B4"/></mergeCells>"#;
    let table = read("a.xlsx", &xlsx(&sheet)).unwrap();
    let faults: Vec<bool> = table.rows.iter().map(|row| row.fault.is_some()).collect();
    assert_eq!(faults, [true, true, false]);
    let message = table.rows[1].fault.as_deref().unwrap();
    assert_eq!(message, "第 4 行“名称”在合并单元格 B3:B4 里，请取消合并，并在每一行填写。");
}

#[test]
fn hidden_sheets_are_left_out_with_a_notice() {
    let hidden = rows(&[&["代码", "名称"], &["9", "藏"]]);
    let shown = rows(&[&["代码", "名称"], &["1", "甲"]]);
    let cover = rows(&[&["填表说明"]]);
    let book = xlsx_of(&[("旧表", "hidden", &hidden), ("说明", "visible", &cover), ("新表", "visible", &shown)], None);
    let table = read("a.xlsx", &book).unwrap();
    assert_eq!(table.rows[0].cells[1], "甲");
    assert_eq!(table.notices, ["隐藏的工作表“旧表”没有读取。", "只读取了工作表“新表”，没有读取“说明”。"]);
}

#[test]
fn excel_97_reads_too() {
    let cells = [
        (0, 0, Old::Text("代码")),
        (0, 1, Old::Text("名称")),
        (2, 0, Old::Number(610_602_000_000.0)),
        (2, 1, Old::Text("宝塔区")),
    ];
    let table = read("a.xls", &xls(&cells, (3, 2))).unwrap();
    assert_eq!(table.rows[0].cells, ["610602000000", "宝塔区"]);
    assert_eq!(table.rows[0].number, 3);
}
