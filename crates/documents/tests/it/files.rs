//! Makers of workbooks, down to the XML and the records, so that they may also lie.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;

/// An XLSX of one sheet whose XML is given from `<dimension>` on, with more sheets as (name, state, xml).
pub(crate) fn xlsx(sheet: &str) -> Vec<u8> {
    xlsx_of(&[("表一", "visible", sheet)], None)
}

pub(crate) fn xlsx_of(sheets: &[(&str, &str, &str)], strings: Option<&[u8]>) -> Vec<u8> {
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    let (mut list, mut relations) = (String::new(), String::new());
    let namespace = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    for (index, (name, state, xml)) in sheets.iter().enumerate() {
        let n = index + 1;
        list += &format!(r#"<sheet name="{name}" sheetId="{n}" state="{state}" r:id="rId{n}"/>"#);
        relations +=
            &format!(r#"<Relationship Id="rId{n}" Type="{namespace}/worksheet" Target="worksheets/sheet{n}.xml"/>"#);
        parts.push((
            format!("xl/worksheets/sheet{n}.xml"),
            format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><worksheet>{xml}</worksheet>").into(),
        ));
    }
    parts.push(("xl/workbook.xml".into(), format!(r#"<?xml version="1.0" encoding="UTF-8"?><workbook xmlns:r="{namespace}"><sheets>{list}</sheets></workbook>"#).into()));
    parts.push(("xl/_rels/workbook.xml.rels".into(), format!("<Relationships>{relations}</Relationships>").into()));
    parts.push(("_rels/.rels".into(), format!(r#"<Relationships><Relationship Id="rId1" Type="{namespace}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#).into()));
    if let Some(strings) = strings {
        parts.push(("xl/sharedStrings.xml".into(), strings.to_vec()));
    }
    archive(parts.iter().map(|(name, content)| (name.as_str(), content.as_slice())))
}

pub(crate) fn archive<'a>(parts: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Rows of inline strings: `a1` holds the first cell of the first row.
pub(crate) fn rows(rows: &[&[&str]]) -> String {
    let mut xml = String::from("<sheetData>");
    for (index, row) in rows.iter().enumerate() {
        xml += &format!(r#"<row r="{}">"#, index + 1);
        for (column, text) in row.iter().enumerate() {
            xml += &format!(
                r#"<c r="{}{}" t="inlineStr"><is><t>{text}</t></is></c>"#,
                char::from(b'A' + u8::try_from(column).unwrap()),
                index + 1
            );
        }
        xml += "</row>";
    }
    xml + "</sheetData>"
}

/// A cell of an Excel 97 workbook.
pub(crate) enum Old<'a> {
    Text(&'a str),
    Number(f64),
}

/// An Excel 97 workbook of one sheet; `claimed` is what its dimensions record says (rows, columns).
pub(crate) fn xls(cells: &[(u16, u16, Old<'_>)], claimed: (u32, u16)) -> Vec<u8> {
    let bof = |kind: u16| record(0x0809, &[&0x0600_u16.to_le_bytes()[..], &kind.to_le_bytes(), &[0; 12]].concat());
    let end = record(0x000a, &[]);
    let mut sheet = bof(0x0010);
    sheet.extend(record(
        0x0200,
        &[&0_u32.to_le_bytes()[..], &claimed.0.to_le_bytes(), &[0; 2], &claimed.1.to_le_bytes(), &[0; 2]].concat(),
    ));
    for (row, column, value) in cells {
        let place = [row.to_le_bytes(), column.to_le_bytes(), [0; 2]].concat();
        sheet.extend(match value {
            Old::Number(number) => record(0x0203, &[&place[..], &number.to_le_bytes()].concat()),
            Old::Text(text) => {
                let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
                let length = u16::try_from(units.len() / 2).unwrap().to_le_bytes();
                record(0x0204, &[&place[..], &length, &[1], &units].concat())
            }
        });
    }
    sheet.extend(&end);
    let name: Vec<u8> = [&[2, 1][..], &"表一".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()].concat();
    let start = bof(5).len() + 4 + 6 + name.len() + end.len();
    let mut stream = bof(5);
    stream.extend(record(0x0085, &[&u32::try_from(start).unwrap().to_le_bytes()[..], &[0, 0], &name].concat()));
    stream.extend(&end);
    stream.extend(sheet);
    compound(&stream)
}

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &u16::try_from(data.len()).unwrap().to_le_bytes(), data].concat()
}

/// A compound file with the one stream `Workbook`: sector 0 is the FAT, 1 the directory, then the stream.
fn compound(stream: &[u8]) -> Vec<u8> {
    const SECTOR: usize = 512;
    let mut content = stream.to_vec();
    content.resize(stream.len().max(4_096).next_multiple_of(SECTOR), 0);
    let sectors = content.len() / SECTOR;
    assert!(sectors + 2 <= 128, "one FAT sector is enough for a test");
    let mut header = vec![0; SECTOR];
    header[..8].copy_from_slice(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    put(24, &[0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0]);
    put(44, &1_u32.to_le_bytes());
    put(48, &1_u32.to_le_bytes());
    put(56, &4_096_u32.to_le_bytes());
    put(60, &0xffff_fffe_u32.to_le_bytes());
    put(68, &0xffff_fffe_u32.to_le_bytes());
    put(76, &0_u32.to_le_bytes());
    for index in 1..109 {
        put(76 + index * 4, &0xffff_ffff_u32.to_le_bytes());
    }
    let mut fat = vec![0xffff_fffd_u32, 0xffff_fffe];
    for index in 0..sectors {
        fat.push(if index + 1 == sectors { 0xffff_fffe } else { u32::try_from(index + 3).unwrap() });
    }
    fat.resize(128, 0xffff_ffff);
    let mut file = header;
    file.extend(fat.iter().flat_map(|word| word.to_le_bytes()));
    file.extend(entry("Root Entry", 5, 0xffff_fffe, 0));
    file.extend(entry("Workbook", 2, 2, u32::try_from(content.len()).unwrap()));
    file.resize(3 * SECTOR, 0);
    file.extend(content);
    file
}

fn entry(name: &str, kind: u8, start: u32, length: u32) -> Vec<u8> {
    let mut entry = vec![0; 128];
    let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    entry[..units.len()].copy_from_slice(&units);
    entry[64] = u8::try_from(units.len() + 2).unwrap();
    entry[66] = kind;
    entry[68..80].fill(0xff);
    entry[116..120].copy_from_slice(&start.to_le_bytes());
    entry[120..124].copy_from_slice(&length.to_le_bytes());
    entry
}
