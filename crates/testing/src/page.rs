use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use scraper::{ElementRef, Html, Selector};

/// An answer.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// What was asked for.
    pub path: String,
    /// Its body.
    pub bytes: Bytes,
}

impl Page {
    /// The body as text.
    pub fn html(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// What a reader sees, with runs of white space made one.
    pub fn text(&self) -> String {
        let document = self.document();
        let words: Vec<&str> = document.root_element().text().flat_map(str::split_whitespace).collect();
        words.join(" ")
    }

    /// The text of every element that `selector` finds.
    pub fn all(&self, selector: &str) -> Vec<String> {
        let document = self.document();
        let selector = select(selector);
        let texts = document.select(&selector).map(|element| {
            let words: Vec<&str> = element.text().flat_map(str::split_whitespace).collect();
            words.join(" ")
        });
        texts.collect()
    }

    /// An attribute of every element that `selector` finds.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let document = self.document();
        let selector = select(selector);
        document.select(&selector).filter_map(|element| element.attr(name)).map(ToOwned::to_owned).collect()
    }

    /// Whether the page has a form with this action.
    pub fn has_form(&self, action: &str) -> bool {
        let document = self.document();
        let selector = select("form");
        document.select(&selector).any(|form| form.attr("action") == Some(action))
    }

    /// What the form with this action holds, with `fields` filled in.
    pub(crate) fn form(&self, action: &str, fields: &[(&str, &str)]) -> Vec<(String, String)> {
        let document = self.document();
        let selector = select("form");
        let form = document
            .select(&selector)
            .find(|form| form.attr("action") == Some(action))
            .unwrap_or_else(|| panic!("{} ({}) has no form {action}: {}", self.path, self.status, self.text()));
        let mut filled: Vec<(String, String)> =
            held(form).into_iter().filter(|(name, _)| !fields.iter().any(|(given, _)| given == name)).collect();
        filled.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        filled
    }

    fn document(&self) -> Html {
        Html::parse_document(&self.html())
    }
}

fn select(selector: &str) -> Selector {
    Selector::parse(selector).unwrap_or_else(|error| panic!("{selector}: {error}"))
}

/// The values a browser would send without anybody touching the form.
fn held(form: ElementRef<'_>) -> Vec<(String, String)> {
    let mut held = Vec::new();
    for field in form.select(&select("input, textarea, select")) {
        let Some(name) = field.attr("name") else { continue };
        let kind = field.attr("type").unwrap_or("text");
        let value = match field.value().name() {
            "textarea" => Some(field.text().collect()),
            "select" => chosen(field),
            _ if matches!(kind, "checkbox" | "radio") && field.attr("checked").is_none() => None,
            _ if matches!(kind, "file" | "submit") => None,
            _ => Some(field.attr("value").unwrap_or_default().to_owned()),
        };
        held.extend(value.map(|value| (name.to_owned(), value)));
    }
    held
}

fn chosen(select_element: ElementRef<'_>) -> Option<String> {
    let options = select("option");
    let value = |option: ElementRef<'_>| {
        option.attr("value").map_or_else(|| option.text().collect::<String>(), ToOwned::to_owned)
    };
    let selected = select_element.select(&options).find(|option| option.attr("selected").is_some());
    selected.or_else(|| select_element.select(&options).next()).map(value)
}
