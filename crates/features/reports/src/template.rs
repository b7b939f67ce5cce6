//! The templates of bulletins, read from `rules/bulletins.toml`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::bulletin::BulletinKind;

/// The rules for bulletins, and their templates.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Book {
    pub(crate) length: Length,
    pub(crate) remarks: Remarks,
    template: Vec<Template>,
}

/// How long a bulletin may be.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Length {
    /// In force from.
    pub(crate) from: toml::value::Datetime,
    pub(crate) letters: usize,
    pub(crate) source: String,
}

/// What an issuer may add.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Remarks {
    pub(crate) letters: usize,
    pub(crate) refused: Vec<String>,
}

/// A version of a template.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Template {
    kind: String,
    pub(crate) version: i64,
    title: String,
    /// The word before 〔year〕.
    pub(crate) series: String,
    mark: String,
    /// The figures of the table.
    pub(crate) columns: Vec<String>,
    pub(crate) part: Vec<Part>,
}

/// A part under a heading.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Part {
    #[serde(default)]
    pub(crate) heading: String,
    #[serde(default)]
    pub(crate) table: bool,
    #[serde(default)]
    pub(crate) paragraphs: Vec<Paragraph>,
}

/// A paragraph, with the figure without which it is not said.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Paragraph {
    pub(crate) text: String,
    pub(crate) when: Option<String>,
}

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    Words(&'a str),
    /// `{figure}` or `{figure:form}`.
    Slot {
        name: &'a str,
        form: &'a str,
    },
}

static BUILT_IN: LazyLock<Book> = LazyLock::new(|| {
    // A test reads the file; a program whose rules cannot be read must not start.
    toml::from_str(include_str!("../../../../rules/bulletins.toml"))
        .unwrap_or_else(|error| panic!("bulletins.toml: {error}"))
});

impl Book {
    /// The rules of this program.
    pub(crate) fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// A version of a template.
    pub(crate) fn template(&self, kind: BulletinKind, version: i64) -> Option<&Template> {
        self.template.iter().find(|template| template.kind == kind.as_str() && template.version == version)
    }

    /// The template by which a new one is composed.
    pub(crate) fn newest(&self, kind: BulletinKind) -> Option<&Template> {
        self.template.iter().filter(|template| template.kind == kind.as_str()).max_by_key(|template| template.version)
    }
}

impl Template {
    /// The title for a period.
    pub(crate) fn title(&self, period: &str) -> String {
        self.title.replace("{period}", period)
    }

    /// Whose name stands in red.
    pub(crate) fn mark(&self, city: &str) -> String {
        self.mark.replace("{city}", city)
    }

    /// Every figure that it names, in the order of their ids.
    pub(crate) fn figures(&self) -> BTreeSet<&str> {
        let mut found: BTreeSet<&str> = self.columns.iter().map(String::as_str).collect();
        for paragraph in self.part.iter().flat_map(|part| &part.paragraphs) {
            found.extend(paragraph.when.as_deref());
            found.extend(figures_of(&paragraph.text));
        }
        found
    }
}

/// The figures of a text.
pub(crate) fn figures_of(text: &str) -> impl Iterator<Item = &str> {
    tokens(text).into_iter().filter_map(|token| match token {
        Token::Slot { name, .. } if !WORDS.contains(&name) => Some(name),
        _ => None,
    })
}

/// Slots that are words and no figures.
const WORDS: &[&str] = &["period", "last", "until"];

/// A text, taken apart.
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some((words, after)) = rest.split_once('{') {
        let Some((slot, after)) = after.split_once('}') else { break };
        if !words.is_empty() {
            tokens.push(Token::Words(words));
        }
        let (name, form) = slot.split_once(':').unwrap_or((slot, ""));
        tokens.push(Token::Slot { name, form });
        rest = after;
    }
    if !rest.is_empty() {
        tokens.push(Token::Words(rest));
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_apart_at_its_slots() {
        let found = tokens("上墙{a}个{a:change}。");
        assert_eq!(
            found,
            [
                Token::Words("上墙"),
                Token::Slot { name: "a", form: "" },
                Token::Words("个"),
                Token::Slot { name: "a", form: "change" },
                Token::Words("。"),
            ]
        );
        assert_eq!(tokens("没有{"), [Token::Words("没有{")]);
        assert_eq!(figures_of("{period}上墙{a}").collect::<Vec<_>>(), ["a"]);
    }

    #[test]
    fn the_file_of_this_program_is_read_and_knows_its_forms() {
        let book = Book::built_in();
        for kind in BulletinKind::ALL {
            let template = book.newest(*kind).unwrap();
            assert_eq!(book.template(*kind, template.version).unwrap().version, template.version);
            assert!(!template.columns.is_empty() && template.part.iter().any(|part| part.table));
            for text in template.part.iter().flat_map(|part| &part.paragraphs).map(|paragraph| &paragraph.text) {
                for token in tokens(text) {
                    let Token::Slot { name, form } = token else { continue };
                    assert!(["", "change", "places", "both"].contains(&form), "{name}:{form}");
                }
            }
        }
        assert!(book.length.letters <= 5_000 && book.length.from.date.is_some() && !book.length.source.is_empty());
    }
}
