use std::collections::HashSet;
use std::sync::LazyLock;

use askama::Template;

use super::{Component, Example, Html, component};
use crate::asset;

/// Those that `npm run build` puts into one picture.
static NAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/icons.txt")).split_whitespace().collect()
});

/// The picture of which each icon is a part: a page that drew them itself would be mostly icons.
static SHEET: LazyLock<String> = LazyLock::new(|| asset("icons.svg"));

/// A picture beside words, of the lucide set (web/icons.txt lists those at hand). It says nothing by itself: a screen
/// reader skips it unless it is [`named`](Icon::named).
#[derive(Clone, Debug, Template)]
#[template(path = "components/icon.html")]
pub struct Icon {
    part: &'static str,
    size: u16,
    name: Option<String>,
}

component!(Icon);

impl Icon {
    /// The icon `name`, as high as a line. An unknown name draws a circle (and fails a test build).
    pub fn new(name: &str) -> Self {
        debug_assert!(NAMES.contains(name), "no icon {name}: add it to web/icons.txt");
        Self { part: NAMES.get(name).unwrap_or(&"circle"), size: 20, name: None }
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
                assert!(NAMES.contains(name), "{}: no icon {name}: see web/icons.txt", file.display());
            }
        }
        assert_eq!(named(r#"Tag::good("x").icon("check")"#), ["check"]);
    }
}
