use askama::Template;

use super::{Component, Example, Html, Icon, component};

/// What a colour means here; it never stands without an icon and words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Neither good nor bad.
    #[default]
    Plain,
    /// Under way.
    Info,
    /// Done, kept, solved.
    Good,
    /// Look at it soon.
    Attention,
    /// Late, refused, lost.
    Bad,
}

impl Tone {
    /// The end of its class names.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Info => "info",
            Self::Good => "good",
            Self::Attention => "attention",
            Self::Bad => "bad",
        }
    }

    /// The icon it has unless another is given.
    pub(crate) fn icon(self) -> &'static str {
        match self {
            Self::Plain => "circle",
            Self::Info => "info",
            Self::Good => "circle-check",
            Self::Attention => "triangle-alert",
            Self::Bad => "circle-alert",
        }
    }
}

/// A state or a kind in a word or two, with its icon.
#[derive(Clone, Debug, Template)]
#[template(path = "components/tag.html")]
pub struct Tag {
    label: String,
    tone: Tone,
    icon: Option<Icon>,
}

component!(Tag);

impl Tag {
    /// A tag of `tone`.
    pub fn new(tone: Tone, label: impl Into<String>) -> Self {
        let icon = (tone != Tone::Plain).then(|| Icon::new(tone.icon()).size(16));
        Self { label: label.into(), tone, icon }
    }

    /// Neither good nor bad; a kind rather than a state, and without an icon unless it is given one.
    pub fn plain(label: impl Into<String>) -> Self {
        Self::new(Tone::Plain, label)
    }

    /// Under way.
    pub fn info(label: impl Into<String>) -> Self {
        Self::new(Tone::Info, label)
    }

    /// Done, kept, solved.
    pub fn good(label: impl Into<String>) -> Self {
        Self::new(Tone::Good, label)
    }

    /// Look at it soon.
    pub fn attention(label: impl Into<String>) -> Self {
        Self::new(Tone::Attention, label)
    }

    /// Late, refused, lost.
    pub fn bad(label: impl Into<String>) -> Self {
        Self::new(Tone::Bad, label)
    }

    /// Another icon than the tone's.
    pub fn icon(mut self, name: &str) -> Self {
        self.icon = Some(Icon::new(name).size(16));
        self
    }
}

impl Component for Tag {
    const NAME: &'static str = "Tag";
    const PURPOSE: &'static str = "状态或类别：图标加文字，不只靠颜色。";

    fn examples() -> Vec<Example> {
        let states = [
            Tag::plain("待上墙").icon("inbox"),
            Tag::info("办理中").icon("wrench"),
            Tag::attention("等反映人补充").icon("circle-pause"),
            Tag::good("已解决"),
            Tag::bad("已逾期").icon("clock"),
        ];
        vec![
            Example::new("状态", Html::row(states.map(Html::from))),
            Example::new("类别", Tag::plain("基础设施 · 饮水").icon("droplets")),
        ]
    }
}
