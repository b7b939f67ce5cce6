//! Foreign HTML becomes ours: the elements of a list, no style, no script, no address but of images inside the book.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::Builder;
use regex::Regex;
use scraper::Html;

use super::BookError;

/// What stands before an image's number in a chapter's HTML, in place of its address.
pub const IMAGE_SCHEME: &str = "book-image:";

const TAGS: [&str; 41] = [
    "a",
    "aside",
    "b",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "rp",
    "rt",
    "ruby",
    "section",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
];
const MORE_TAGS: [&str; 4] = ["tfoot", "tr", "u", "ul"];

/// Elements without an end, which XHTML closes like all others.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

#[expect(clippy::unwrap_used, reason = "constants, read by the tests of this file")]
static SELF_CLOSED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"<([A-Za-z][A-Za-z0-9:]*)((?:\s[^<>]*)?)/>").unwrap());
#[expect(clippy::unwrap_used, reason = "constants, read by the tests of this file")]
static RUNS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i)<script[\s>/]|\son[a-z]+\s*=\s*["']|(?:href|src)\s*=\s*["']?\s*javascript:"#).unwrap()
});
#[expect(clippy::unwrap_used, reason = "constants, read by the tests of this file")]
static LOADS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i)<(?:img|image|audio|video|source|iframe|object|embed)\s[^>]*(?:src|data|xlink:href|href)\s*=\s*["']?\s*(?:https?:)?//"#).unwrap()
});

/// The body of a page of a book, cleaned. `image` tells the number of the image at an address; what it does not know goes.
pub(super) fn clean(page: &str, title: &str, image: &dyn Fn(&str) -> Option<usize>) -> Result<String, BookError> {
    if RUNS.is_match(page) {
        return Err(BookError::Script(title.to_owned()));
    }
    if LOADS.is_match(page) {
        return Err(BookError::External(title.to_owned()));
    }
    // XHTML closes empty elements in a way that HTML reads as an opening: everything after an anchor would be inside it.
    let opened = SELF_CLOSED.replace_all(page, |found: &regex::Captures<'_>| {
        let name = found[1].to_ascii_lowercase();
        if VOID.contains(&name.as_str()) {
            found[0].to_owned()
        } else {
            format!("<{0}{1}></{0}>", &found[1], &found[2])
        }
    });
    Ok(only_ours(&body_of(&opened), image))
}

/// What stands between the body's marks; all of it where there are none.
fn body_of(page: &str) -> Cow<'_, str> {
    let lower = page.to_ascii_lowercase();
    let Some(from) = lower.find("<body").and_then(|at| lower[at..].find('>').map(|end| at + end + 1)) else {
        return Cow::Borrowed(page);
    };
    let to = lower.rfind("</body").unwrap_or(page.len()).max(from);
    Cow::Borrowed(&page[from..to])
}

fn only_ours(body: &str, image: &dyn Fn(&str) -> Option<usize>) -> String {
    // An SVG that only frames a picture is that picture.
    let framed = body.replace("<image ", "<img ").replace("xlink:href=", "src=");
    let addresses = addresses(&framed);
    let mut known = Vec::new();
    for address in addresses {
        if let Some(number) = image(&address) {
            known.push((address, format!("{IMAGE_SCHEME}{number}")));
        }
    }
    let tags: HashSet<&str> = TAGS.into_iter().chain(MORE_TAGS).collect();
    let mut builder = Builder::empty();
    builder.tags(tags).clean_content_tags(HashSet::from(["script", "style", "head", "title"]));
    builder.link_rel(None).tag_attributes(HashMap::from([
        ("img", HashSet::from(["src", "alt"])),
        ("td", HashSet::from(["colspan", "rowspan"])),
        ("th", HashSet::from(["colspan", "rowspan"])),
        ("ol", HashSet::from(["start"])),
    ]));
    builder.add_url_schemes(["book-image"]);
    builder.attribute_filter(move |element, attribute, value| match (element, attribute) {
        ("img", "src") => known.iter().find(|(address, _)| address == value).map(|(_, ours)| ours.clone().into()),
        _ => Some(value.into()),
    });
    let cleaned = builder.clean(&framed).to_string();
    // An image whose file is not in the book would be a broken one.
    LOST.replace_all(&cleaned, "").into_owned()
}

#[expect(clippy::unwrap_used, reason = "constants, read by the tests of this file")]
static LOST: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"<img(?: alt="[^"]*")?>"#).unwrap());

/// The addresses of all images.
fn addresses(body: &str) -> HashSet<String> {
    let page = Html::parse_fragment(body);
    let Ok(images) = scraper::Selector::parse("img") else { return HashSet::new() };
    page.select(&images).filter_map(|image| image.value().attr("src")).map(str::to_owned).collect()
}

/// The words of clean HTML, one line a block.
pub(super) fn words(html: &str) -> String {
    const BLOCKS: [&str; 16] = [
        "p",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "blockquote",
        "tr",
        "section",
        "figcaption",
        "dd",
        "dt",
        "pre",
    ];
    let mut text = String::new();
    for edge in Html::parse_fragment(html).root_element().traverse() {
        match edge {
            ego_tree::iter::Edge::Open(node) => {
                if let Some(words) = node.value().as_text() {
                    text.push_str(&words.replace(['\n', '\r', '\t'], " "));
                } else if node.value().as_element().is_some_and(|element| element.name() == "br") {
                    text.push('\n');
                }
            }
            ego_tree::iter::Edge::Close(node) => {
                if node.value().as_element().is_some_and(|element| BLOCKS.contains(&element.name())) {
                    text.push('\n');
                }
            }
        }
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(page: &str) -> String {
        clean(page, "第一章", &|address| (address == "../img/a.jpg").then_some(3)).unwrap()
    }

    #[test]
    fn only_what_is_listed_stays() {
        let page = r#"<html><head><title>x</title><style>p{color:red}</style></head><body class="a">
            <h1 id="t">甲</h1><p style="color:red">一<a id="n1"/>二<img src="../img/a.jpg" alt="渠"/></p>
            <img src="gone.png"/><form><input/></form></body></html>"#;
        let html = cleaned(page);
        assert!(html.contains("<h1>甲</h1>") && html.contains("二<img src=\"book-image:3\" alt=\"渠\">"), "{html}");
        assert!(!html.contains("color") && !html.contains("gone") && !html.contains("input"), "{html}");
        assert_eq!(words(&html), "甲\n一二");
    }

    #[test]
    fn what_runs_or_loads_is_refused() {
        let refused = |page: &str| clean(page, "第一章", &|_| None).unwrap_err();
        for page in ["<p>x<script>1</script></p>", "<p onclick=\"x()\">x</p>", "<a href='javascript:1'>x</a>"] {
            assert_eq!(refused(page), BookError::Script("第一章".into()), "{page}");
        }
        for page in ["<img src=\"https://a.example/x.gif\"/>", "<iframe src='//a.example'></iframe>"] {
            assert_eq!(refused(page), BookError::External("第一章".into()), "{page}");
        }
        assert_eq!(cleaned("<p>见 <a href=\"https://a.example\">网址</a></p>"), "<p>见 <a>网址</a></p>");
    }

    #[test]
    fn a_picture_in_a_drawing_is_a_picture() {
        let html = cleaned("<svg viewBox=\"0 0 1 1\"><image width=\"1\" xlink:href=\"../img/a.jpg\"/></svg>");
        assert!(html.contains("<img src=\"book-image:3\">"), "{html}");
    }
}
