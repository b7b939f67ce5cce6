//! Faces by name, with what may stand in for them. None is shipped: those of the standard are not free.

use docx_rs::RunFonts;

/// A face of the standard.
#[derive(Clone, Copy)]
pub(super) enum Face {
    /// 仿宋, for the text.
    Text,
    /// 小标宋, for the office and the title.
    Title,
    /// 黑体, for headings of the first level.
    Heading,
    /// 楷体, for headings of the second level.
    Second,
    /// 宋体, for page numbers.
    Folio,
}

/// Each face with its stand-ins, the nearest first.
const FACES: &[(&str, &str, &str)] = &[
    ("仿宋_GB2312", "仿宋,FangSong,方正仿宋_GBK,华文仿宋,FandolFang R,Noto Serif CJK SC,Source Han Serif SC", "modern"),
    ("方正小标宋简体", "方正小标宋_GBK,小标宋,华文中宋,Noto Serif CJK SC,Source Han Serif SC,宋体,SimSun", "auto"),
    ("黑体", "SimHei,方正黑体_GBK,FandolHei,Noto Sans CJK SC,Source Han Sans SC", "modern"),
    ("楷体_GB2312", "楷体,KaiTi,方正楷体_GBK,华文楷体,FandolKai,Noto Serif CJK SC", "modern"),
    ("宋体", "SimSun,方正书宋_GBK,FandolSong,Noto Serif CJK SC,Source Han Serif SC", "auto"),
];

impl Face {
    fn name(self) -> &'static str {
        let at = match self {
            Self::Text => 0,
            Self::Title => 1,
            Self::Heading => 2,
            Self::Second => 3,
            Self::Folio => 4,
        };
        FACES[at].0
    }

    /// The face for every script: figures of the standard are set in it too.
    pub(super) fn fonts(self) -> RunFonts {
        let name = self.name();
        RunFonts::new().ascii(name).hi_ansi(name).east_asia(name).cs(name).hint("eastAsia")
    }
}

/// The file's table of faces.
pub(super) fn table() -> String {
    let font = |(name, others, family): &(&str, &str, &str)| {
        format!(
            "<w:font w:name=\"{name}\"><w:altName w:val=\"{others}\"/><w:charset w:val=\"86\"/>\
             <w:family w:val=\"{family}\"/><w:pitch w:val=\"default\"/></w:font>"
        )
    };
    let fonts: String = FACES.iter().map(font).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
         <w:fonts xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">{fonts}</w:fonts>"
    )
}
