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

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs" || end == "html") {
                found.push(path);
            }
        }
    }

    /// Every word that any crate gives as an icon's name.
    fn named(text: &str) -> Vec<&str> {
        let ways = [".icon(\"", "Icon::new(\"", "icon: \""];
        ways.iter().flat_map(|way| text.split(way).skip(1)).filter_map(|rest| rest.split('"').next()).collect()
    }

    #[test]
    fn every_icon_that_is_named_exists() {
        let mut files = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), &mut files);
        for file in files.iter().filter(|file| !file.ends_with("components/icon.rs")) {
            for name in named(&std::fs::read_to_string(file).unwrap()) {
                assert!(marks(name).is_some(), "{}: no icon {name}: see web/icons.txt", file.display());
            }
        }
        assert_eq!(named(r#"Tag::good("x").icon("check")"#), ["check"]);
    }
}
