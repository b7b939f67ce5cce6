//! A paper of an office in the layout of GB/T 9704-2012 《党政机关公文格式》: plain data in, the bytes of a Word file out.
//!
//! What is said here is laid out the same for every paper: bulletins, reviews, pledges. Type is named, never embedded; the
//! file lists what may stand in for a face that a computer lacks.

mod fonts;
mod imprint;
mod measure;
mod package;
mod paragraphs;
mod parts;
mod tables;
mod title;

use crate::SheetError;

/// A paper to be issued. What is empty is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Official {
    /// 发文机关标志, in red: the office's full name, with 文件 where it is one.
    pub issuer: String,
    /// 发文字号, its year in 〔〕.
    pub number: String,
    /// 标题.
    pub title: String,
    /// 主送机关, without the colon.
    pub addressee: String,
    /// The text.
    pub blocks: Vec<Block>,
    /// Who answers for it.
    pub signing: Signing,
    /// 附注, without brackets.
    pub note: String,
    /// 附件, each on a page of its own.
    pub attachments: Vec<Attachment>,
    /// 抄送机关.
    pub copies: String,
    /// 印发机关.
    pub printed_by: String,
    /// 印发日期, as it is written: 2016年12月1日.
    pub printed_on: String,
}

/// A part of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading of level 1 to 4. Its number (一、（一）1. （1）) is given by its place.
    Heading {
        /// 1 to 4.
        level: u8,
        /// Its words, without a number.
        text: String,
    },
    /// A paragraph, two characters in.
    Paragraph(String),
    /// A table, as wide as the text.
    Table(OfficialTable),
}

/// A table of a paper.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfficialTable {
    /// What stands above it; may be empty.
    pub caption: String,
    /// Its columns.
    pub columns: Vec<OfficialColumn>,
    /// Its rows; what a row lacks is empty.
    pub rows: Vec<Vec<String>>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficialColumn {
    /// Its heading.
    pub title: String,
    /// Its part of the width, as against the other columns.
    pub share: u16,
    /// Figures stand to the right.
    pub figures: bool,
}

impl OfficialColumn {
    /// A column of words.
    pub fn words(title: impl Into<String>, share: u16) -> Self {
        Self { title: title.into(), share, figures: false }
    }

    /// A column of figures.
    pub fn figures(title: impl Into<String>, share: u16) -> Self {
        Self { title: title.into(), share, figures: true }
    }
}

/// Who signs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Signing {
    /// Nobody.
    #[default]
    None,
    /// 署名 and 成文日期.
    Office {
        /// The office.
        name: String,
        /// The day, as it is written: 2016年12月1日.
        date: String,
    },
    /// Sides of an agreement, beside each other, each with lines to be filled in or filled in already.
    Sides(Vec<Side>),
}

/// A side of an agreement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// 责任单位（盖章）.
    pub heading: String,
    /// 负责人签字, a day.
    pub lines: Vec<String>,
}

/// What goes with a paper.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attachment {
    /// Its title.
    pub title: String,
    /// Its text.
    pub blocks: Vec<Block>,
}

impl Official {
    /// The paper as a Word file. The same paper gives the same bytes.
    pub fn docx(&self) -> Result<Vec<u8>, SheetError> {
        package::packed(parts::laid_out(self), &fonts::table())
    }

    /// The letters of the paper: everything that is read from its title to its signature, attachments too.
    pub fn letters(&self) -> usize {
        let attached = self.attachments.iter().map(|one| count(&one.title) + counted(&one.blocks)).sum::<usize>();
        count(&self.title) + count(&self.addressee) + counted(&self.blocks) + attached
    }
}

fn counted(blocks: &[Block]) -> usize {
    let of = |block: &Block| match block {
        Block::Heading { text, .. } | Block::Paragraph(text) => count(text),
        Block::Table(table) => {
            let head = table.columns.iter().map(|column| count(&column.title)).sum::<usize>();
            count(&table.caption) + head + table.rows.iter().flatten().map(|cell| count(cell)).sum::<usize>()
        }
    };
    blocks.iter().map(of).sum()
}

fn count(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// Gives headings their numbers in the order in which they come: 一、 and （一） and 1. and （1）.
#[derive(Debug, Default)]
pub struct Numbering([usize; 4]);

impl Numbering {
    /// The number of the next heading of a level; those below begin anew.
    pub fn next(&mut self, level: u8) -> String {
        let at = usize::from(level.clamp(1, 4)) - 1;
        self.0[at] += 1;
        self.0[at + 1..].fill(0);
        let n = self.0[at];
        match at {
            0 => format!("{}、", hanzi(n)),
            1 => format!("（{}）", hanzi(n)),
            2 => format!("{n}. "),
            _ => format!("（{n}）"),
        }
    }
}

/// 1 to 99 in Chinese; what is beyond stays in figures.
fn hanzi(n: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match n {
        1..=9 => DIGITS[n].into(),
        10..=19 => format!("十{}", DIGITS[n - 10]),
        20..=99 => format!("{}十{}", DIGITS[n / 10], DIGITS[n % 10]),
        _ => n.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_numbered_by_their_place() {
        let mut numbering = Numbering::default();
        let levels = [1, 2, 2, 3, 4, 1, 2, 9, 0];
        let numbers: Vec<String> = levels.into_iter().map(|level| numbering.next(level)).collect();
        assert_eq!(numbers, ["一、", "（一）", "（二）", "1. ", "（1）", "二、", "（一）", "（1）", "三、"]);
        assert_eq!([10, 11, 20, 21, 99, 100].map(hanzi), ["十", "十一", "二十", "二十一", "九十九", "100"]);
    }

    #[test]
    fn letters_are_counted_without_spaces() {
        let table = OfficialTable {
            caption: "表".into(),
            columns: vec![OfficialColumn::words("县区", 1)],
            rows: vec![vec!["宝塔区".into()]],
        };
        let blocks = vec![Block::Paragraph("一 二\n三".into()), Block::Table(table)];
        let official = Official { title: "通报".into(), blocks, ..Official::default() };
        assert_eq!(official.letters(), 2 + 3 + 1 + 2 + 3);
    }
}
