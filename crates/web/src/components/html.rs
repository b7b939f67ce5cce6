use std::fmt;

use askama::filters::HtmlSafe;

/// A piece of finished HTML: a component, or text that has been escaped on the way in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    /// HTML that a template has drawn. Never give it what a person has written: `Html::from(text)` escapes that.
    pub fn drawn(html: String) -> Self {
        Self(html)
    }

    /// Whether nothing would be seen.
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// Side by side, with space between; wraps on a phone.
    pub fn row(pieces: impl IntoIterator<Item = Html>) -> Self {
        Self(format!(r#"<div class="row">{}</div>"#, Self::join(pieces)))
    }

    /// One piece after another, within a line.
    pub fn join(pieces: impl IntoIterator<Item = Html>) -> Self {
        Self(pieces.into_iter().map(|piece| piece.0).collect::<Vec<_>>().join(" "))
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Html {}

impl From<&str> for Html {
    fn from(text: &str) -> Self {
        let mut escaped = String::with_capacity(text.len());
        for letter in text.chars() {
            match letter {
                '<' => escaped.push_str("&lt;"),
                '>' => escaped.push_str("&gt;"),
                '&' => escaped.push_str("&amp;"),
                '"' => escaped.push_str("&quot;"),
                '\'' => escaped.push_str("&#39;"),
                other => escaped.push(other),
            }
        }
        Self(escaped)
    }
}

impl From<String> for Html {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&String> for Html {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

/// Makes templates usable as `{{ component }}` and as pieces of others.
macro_rules! component {
    ($($name:ident),+) => {$(
        impl askama::filters::HtmlSafe for $name {}

        impl From<$name> for $crate::components::Html {
            fn from(component: $name) -> Self {
                Self::drawn(component.to_string())
            }
        }

        impl From<&$name> for $crate::components::Html {
            fn from(component: &$name) -> Self {
                Self::drawn(component.to_string())
            }
        }
    )+};
}
pub(crate) use component;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_once() {
        let html = Html::from("<script>'\"&");
        assert_eq!(html.to_string(), "&lt;script&gt;&#39;&quot;&amp;");
        assert_eq!(Html::join([html.clone()]), html);
    }
}
