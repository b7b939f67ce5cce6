use askama::Template;

use super::{Component, Example, Html, component};

/// A paper of an office as it is read on a screen and as it leaves the printer: GB/T 9704-2012.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "components/official.html")]
pub struct OfficialPaper {
    mark: String,
    number: String,
    title: String,
    addressee: String,
    body: Html,
    office: String,
    date: String,
    sides: Vec<(String, Vec<String>)>,
    note: String,
    copies: String,
    printed: Option<(String, String)>,
    inside: bool,
}

component!(OfficialPaper);

impl OfficialPaper {
    /// A paper with a title and a text: `h2` to `h4` for headings with their numbers, `p`, and tables.
    pub fn new(title: impl Into<String>, body: Html) -> Self {
        Self { title: title.into(), body, ..Self::default() }
    }

    /// The office in red and the paper's number.
    pub fn mark(mut self, office: impl Into<String>, number: impl Into<String>) -> Self {
        (self.mark, self.number) = (office.into(), number.into());
        self
    }

    /// To whom, without a colon.
    pub fn addressee(mut self, addressee: impl Into<String>) -> Self {
        self.addressee = addressee.into();
        self
    }

    /// The office that answers for it, and the day.
    pub fn signed(mut self, office: impl Into<String>, date: impl Into<String>) -> Self {
        (self.office, self.date) = (office.into(), date.into());
        self
    }

    /// A side of an agreement, with its lines.
    pub fn side(mut self, heading: impl Into<String>, lines: impl IntoIterator<Item = String>) -> Self {
        self.sides.push((heading.into(), lines.into_iter().collect()));
        self
    }

    /// 附注, without brackets.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// Who gets a copy.
    pub fn copies(mut self, copies: impl Into<String>) -> Self {
        self.copies = copies.into();
        self
    }

    /// On a page that has a heading of its own.
    pub fn inside(mut self) -> Self {
        self.inside = true;
        self
    }

    /// Who printed it, and the day.
    pub fn printed(mut self, by: impl Into<String>, on: impl Into<String>) -> Self {
        self.printed = Some((by.into(), on.into()));
        self
    }
}

impl Component for OfficialPaper {
    const NAME: &'static str = "OfficialPaper";
    const PURPOSE: &'static str = "公文：屏幕上好读，打印出来是《党政机关公文格式》的版式。";

    fn examples() -> Vec<Example> {
        let body = Html::drawn(
            "<p>现将有关情况通报如下。</p><h2>一、总体情况</h2><p>本月问题墙上墙问题 12 件。</p>\
             <h3>（一）办理情况</h3><p>已答复 11 件。</p>"
                .into(),
        );
        let bulletin = OfficialPaper::new("关于2016年11月问题墙工作情况的通报", body.clone())
            .mark("演示市委组织部", "演组通〔2016〕11号")
            .addressee("各县（区）委组织部")
            .signed("演示市委组织部", "2016年12月1日")
            .copies("市委办公室，市政府办公室")
            .printed("演示市委组织部办公室", "2016年12月1日")
            .inside();
        let lines = || ["负责人签字：".to_owned(), "年　　月　　日".to_owned()];
        let pledge = OfficialPaper::new("责任书", body).side("市委组织部（盖章）", lines());
        let pledge = pledge.side("宝塔区委（盖章）", lines()).inside();
        vec![Example::new("通报", bulletin), Example::new("两方签署", pledge)]
    }
}
