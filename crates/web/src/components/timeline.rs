use askama::Template;

use super::{Component, Example, Html, Icon, Tag, Tone, component};

/// What happened, one after another.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "components/timeline.html")]
pub struct Timeline {
    events: Vec<Event>,
}

component!(Timeline);

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Event {
    tone: Tone,
    icon: Icon,
    title: String,
    day: String,
    actor: Option<String>,
    text: Option<Html>,
    fresh: bool,
}

impl Event {
    /// What happened and when, as printed.
    pub fn new(tone: Tone, icon: &str, title: impl Into<String>, day: impl Into<String>) -> Self {
        let icon = Icon::new(icon).size(18);
        Self { tone, icon, title: title.into(), day: day.into(), actor: None, text: None, fresh: false }
    }

    /// Which unit or post did it.
    pub fn by(mut self, actor: impl Into<String>) -> Self {
        self.actor = Some(actor.into());
        self
    }

    /// Without the day on which it happened.
    pub fn undated(mut self) -> Self {
        self.day.clear();
        self
    }

    /// The reader has not seen it yet.
    pub fn fresh(mut self) -> Self {
        self.fresh = true;
        self
    }

    /// In what words.
    pub fn text(mut self, text: impl Into<Html>) -> Self {
        self.text = Some(text.into());
        self
    }
}

impl Timeline {
    /// The newest first or last, as the caller gives them.
    pub fn new(events: impl IntoIterator<Item = Event>) -> Self {
        Self { events: events.into_iter().collect() }
    }
}

impl Component for Timeline {
    const NAME: &'static str = "Timeline";
    const PURPOSE: &'static str = "经过：谁在哪天做了什么。";

    fn examples() -> Vec<Example> {
        let events = [
            Event::new(Tone::Good, "circle-check", "核实通过，公开答复", "12月14日").by("宝塔区督查室").fresh(),
            Event::new(Tone::Attention, "circle-pause", "暂停：等反映人补充", "12月9日").by("甘谷驿镇水管站"),
            Event::new(Tone::Info, "user-check", "签收", "12月5日")
                .by("甘谷驿镇水管站")
                .text("已联系村组，明日到现场。"),
            Event::new(Tone::Plain, "megaphone", "群众反映", "12月4日"),
        ];
        vec![Example::new("一个问题的经过", Timeline::new(events))]
    }
}
