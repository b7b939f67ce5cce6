//! A paper of an office, opened by a program that is not ours: LibreOffice turns it into pages, and the pages are read.

use std::path::{Path, PathBuf};
use std::process::Command;

use huiyin_documents::{Attachment, Block, Official, OfficialColumn, OfficialTable, Side, Signing};

/// A paper with everything that a paper may have.
pub(crate) fn paper() -> Official {
    let heading = |level, text: &str| Block::Heading { level, text: text.into() };
    let paragraph = |text: &str| Block::Paragraph(text.into());
    let counties = ["宝塔区", "安塞区", "延长县", "延川县", "志丹县", "吴起县", "甘泉县", "富县"];
    let row = |(at, county): (usize, &&str)| {
        vec![(*county).into(), (2000 + at * 137).to_string(), (1800 + at * 101).to_string()]
    };
    let table = OfficialTable {
        caption: "各县区问题办理情况".into(),
        columns: vec![
            OfficialColumn::words("县区", 3),
            OfficialColumn::figures("上墙", 2),
            OfficialColumn::figures("解决", 2),
        ],
        rows: counties.iter().enumerate().map(row).collect(),
    };
    let long = "本月全市问题墙上墙问题二千六百三十四件，回音壁答复二千三百四十一件，群众满意度保持稳定。".repeat(6);
    Official {
        issuer: "中共演示市委组织部".into(),
        number: "演组通〔2016〕11号".into(),
        title: "关于2016年11月全市问题墙和回音壁工作推进情况的通报".into(),
        addressee: "各县（区）委组织部，市直各单位党组织".into(),
        blocks: vec![
            paragraph("现将2016年11月全市问题墙和回音壁工作推进情况通报如下。"),
            heading(1, "总体情况"),
            paragraph(&long),
            heading(2, "上墙与解决"),
            paragraph(&long),
            heading(3, "逾期情况"),
            paragraph("逾期问题12件，其中宝塔区3件。"),
            heading(4, "说明"),
            heading(1, "各县区情况"),
            Block::Table(table),
        ],
        signing: Signing::Office { name: "中共演示市委组织部".into(), date: "2016年12月1日".into() },
        note: "此件公开发布".into(),
        attachments: vec![Attachment {
            title: "数据口径说明".into(), blocks: vec![paragraph("按日统计。")]
        }],
        copies: "市委办公室，市人大常委会办公室，市政府办公室，市政协办公室，市纪委机关，各县（区）委、政府".into(),
        printed_by: "中共演示市委组织部办公室".into(),
        printed_on: "2016年12月1日".into(),
    }
}

/// The text of the pages a Word file becomes, page by page.
fn pages(docx: &[u8]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let pdf = turned(folder.path(), docx);
    let text = Command::new("pdftotext").args(["-layout", "-enc", "UTF-8"]).arg(&pdf).arg("-").output().unwrap();
    assert!(text.status.success(), "{}", String::from_utf8_lossy(&text.stderr));
    let text = String::from_utf8(text.stdout).unwrap();
    text.trim_end_matches('\u{c}').split('\u{c}').map(str::to_owned).collect()
}

fn turned(folder: &Path, docx: &[u8]) -> PathBuf {
    let file = folder.join("paper.docx");
    std::fs::write(&file, docx).unwrap();
    // A profile of its own: two tests at once would wait for each other's lock.
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let make = || {
        Command::new("soffice")
            .args([profile.as_str(), "--headless", "--norestore", "--convert-to", "pdf", "--outdir"])
            .arg(folder)
            .arg(&file)
            .output()
            .expect("LibreOffice: scripts/need.sh test installs it")
    };
    let (mut made, pdf) = (make(), folder.join("paper.pdf"));
    if !pdf.exists() {
        // On a busy machine it crashes now and then while it sets up its profile. A paper that it cannot read fails again.
        made = make();
    }
    assert!(pdf.exists(), "{}", String::from_utf8_lossy(&made.stderr));
    pdf
}

/// Without spaces and line ends: how a page is broken is LibreOffice's and the faces' business.
fn tight(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn libreoffice_opens_a_paper_and_shows_all_of_it() {
    let pages = pages(&paper().docx().unwrap());
    assert_eq!(pages.len(), 4, "{pages:#?}");
    let first = tight(&pages[0]);
    for words in [
        "中共演示市委组织部",
        "演组通〔2016〕11号",
        "关于2016年11月全市问题墙和回音壁工作推进情况的通报",
        "各县（区）委组织部，市直各单位党组织：",
        "现将2016年11月",
        "一、总体情况",
        "—1—",
    ] {
        assert!(first.contains(words), "{words} is missing on\n{}", pages[0]);
    }
    let all = tight(&pages.concat());
    for words in [
        "（一）上墙与解决",
        "1.逾期情况",
        "（1）说明",
        "二、各县区情况",
        "富县",
        "附件：数据口径说明",
        "2016年12月1日印发",
    ] {
        assert!(all.contains(words), "{words} is missing in\n{pages:#?}");
    }
    assert!(tight(&pages[3]).starts_with("附件数据口径说明"), "an attachment begins a page");
    assert!(tight(&pages[3]).contains("抄送：市委办公室"), "the imprint stands on the last page");
}

#[test]
fn a_full_page_holds_twenty_two_lines() {
    let text = "一".repeat(28 * 22 * 2 - 2);
    let paper = Official { blocks: vec![Block::Paragraph(text)], ..Official::default() };
    let pages = pages(&paper.docx().unwrap());
    let lines: Vec<usize> = pages.iter().map(|page| page.lines().filter(|line| line.contains('一')).count()).collect();
    // The first line of the paper stays free where there is no title.
    assert_eq!(lines, [21, 22, 1], "{pages:#?}");
    let full = pages[1].lines().map(|line| line.chars().filter(|c| *c == '一').count());
    assert_eq!(full.max(), Some(28));
}

#[test]
fn both_sides_of_an_agreement_sign() {
    let side = |who: &str| Side {
        heading: format!("{who}（盖章）"),
        lines: vec!["负责人签字：".into(), "2016年1月20日".into()],
    };
    let paper = Official {
        title: "党建工作目标责任书".into(),
        blocks: vec![Block::Paragraph("双方约定如下。".into())],
        signing: Signing::Sides(vec![side("市委组织部"), side("宝塔区委")]),
        ..Official::default()
    };
    let pages = pages(&paper.docx().unwrap());
    assert_eq!(pages.len(), 1);
    let beside = pages[0].lines().find(|line| line.contains("市委组织部")).unwrap();
    assert!(beside.contains("宝塔区委（盖章）"), "the sides stand beside each other: {beside}");
}

#[test]
fn a_paper_is_the_same_bytes_twice_and_takes_any_letters() {
    assert_eq!(paper().docx().unwrap(), paper().docx().unwrap());
    let hostile = "<w:p>&\u{0}\u{b}\"'👍 ]]>";
    let paper =
        Official { title: hostile.into(), blocks: vec![Block::Paragraph(hostile.into())], ..Official::default() };
    let text = tight(&pages(&paper.docx().unwrap()).concat());
    assert!(text.contains("<w:p>&"), "{text}");
    assert!(text.contains("]]>"), "{text}");
}
