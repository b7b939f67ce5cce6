use askama::Template;

use super::icon_set::marks;
use super::{Component, Example, Html, component};

/// A picture beside words, of the lucide set (web/icons.txt lists those at hand). It says nothing by itself: a screen
/// reader skips it unless it is [`named`](Icon::named).
#[derive(Clone, Debug, Template)]
#[template(path = "components/icon.html")]
pub struct Icon {
    marks: &'static str,
    size: u16,
    name: Option<String>,
}

component!(Icon);

impl Icon {
    /// The icon `name`, as high as a line. An unknown name draws a circle (and fails a test build).
    pub fn new(name: &str) -> Self {
        debug_assert!(marks(name).is_some(), "no icon {name}: add it to web/icons.txt and run `npm run icons`");
        Self { marks: marks(name).unwrap_or(r#"<circle cx="12" cy="12" r="9"/>"#), size: 20, name: None }
    }

    /// Its height in pixels.
    pub fn size(mut self, pixels: u16) -> Self {
        self.size = pixels;
        self
    }

    /// What a screen reader says; only for an icon without words beside it.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}

impl Component for Icon {
    const NAME: &'static str = "Icon";
    const PURPOSE: &'static str = "图标，总与文字一起出现。";

    fn examples() -> Vec<Example> {
        let row = ["megaphone", "search", "calendar-clock", "map-pin", "circle-check", "hourglass", "printer"];
        vec![
            Example::new("一行图标", Html::join(row.map(|name| Icon::new(name).into()))),
            Example::new("大图标，有名称", Icon::new("message-circle-reply").size(40).named("回音")),
        ]
    }
}
