use askama::Template;

use super::{Button, Component, Example, Html, Icon, Tone, component};

/// Something to know, above or between other things.
#[derive(Clone, Debug, Template)]
#[template(path = "components/notice.html")]
pub struct Notice {
    tone: Tone,
    icon: Icon,
    title: Option<String>,
    text: Html,
    role: Option<&'static str>,
}

component!(Notice);

impl Notice {
    fn new(tone: Tone, text: impl Into<Html>) -> Self {
        Self { tone, icon: Icon::new(tone.icon()), title: None, text: text.into(), role: None }
    }

    /// Good to know.
    pub fn info(text: impl Into<Html>) -> Self {
        Self::new(Tone::Info, text)
    }

    /// It is done.
    pub fn good(text: impl Into<Html>) -> Self {
        Self::new(Tone::Good, text)
    }

    /// Look out.
    pub fn attention(text: impl Into<Html>) -> Self {
        Self::new(Tone::Attention, text)
    }

    /// It did not work.
    pub fn bad(text: impl Into<Html>) -> Self {
        Self { role: Some("alert"), ..Self::new(Tone::Bad, text) }
    }

    /// A line in bold above the text.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Another icon than the tone's.
    pub fn icon(mut self, name: &str) -> Self {
        self.icon = Icon::new(name);
        self
    }

    /// Read aloud when the reader pauses.
    pub fn polite(mut self) -> Self {
        self.role = Some("status");
        self
    }
}

impl Component for Notice {
    const NAME: &'static str = "Notice";
    const PURPOSE: &'static str = "一句要紧的话：做成了、要注意、没办成。";

    fn examples() -> Vec<Example> {
        let urgent = Notice::attention("火警 119，急救 120，报警 110。").title("紧急情况请直接拨打电话").icon("phone");
        vec![
            Example::new("做成了", Notice::good("已提交。请记下回执码。").polite()),
            Example::new("要注意", urgent),
            Example::new("说明", Notice::info("公开的是问题和答复，不公开是谁反映的。")),
            Example::new("没办成", Notice::bad("照片没有传上来：单张不能超过 10 MB。请换一张再试。")),
        ]
    }
}

/// Where a list has nothing: why, and what to do.
#[derive(Clone, Debug, Template)]
#[template(path = "components/empty.html")]
pub struct Empty {
    title: String,
    text: Option<String>,
    icon: Icon,
    action: Option<Button>,
}

component!(Empty);

impl Empty {
    /// What is missing, in a few words.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), text: None, icon: Icon::new("inbox").size(40), action: None }
    }

    /// Why, and what to do next.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// A way on.
    pub fn action(mut self, button: Button) -> Self {
        self.action = Some(button);
        self
    }

    /// Another icon than the empty tray.
    pub fn icon(mut self, name: &str) -> Self {
        self.icon = Icon::new(name).size(40);
        self
    }
}

impl Component for Empty {
    const NAME: &'static str = "Empty";
    const PURPOSE: &'static str = "没有内容时：说明原因，给出下一步。";

    fn examples() -> Vec<Example> {
        let nothing = Empty::new("没有符合条件的问题").text("可以减少一个筛选条件，或换一个词再找。");
        vec![
            Example::new("筛选无结果", nothing.icon("search").action(Button::secondary("清除筛选").to("#"))),
            Example::new("全部办完", Empty::new("手上没有要办的事").icon("circle-check")),
        ]
    }
}
