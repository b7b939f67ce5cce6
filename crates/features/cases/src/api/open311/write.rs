//! One answer in two formats: JSON as it is, XML with an element for each field.

use huiyin_web::api::{Format, document};
use huiyin_web::components::Html;
use huiyin_web::{Ctx, Result};
use serde_json::Value;

use super::super::feed::plain;

/// A list of things of one kind, as `<root><item>…</item></root>`.
pub(super) fn list(ctx: &Ctx, format: Format, root: &str, items: &[Value]) -> Result {
    let text = match format {
        Format::Json => Value::from(items.to_vec()).to_string(),
        Format::Xml => {
            let items: String = items.iter().map(|value| element(item_of(root), value)).collect();
            headed(&format!("<{root}>{items}</{root}>"))
        }
    };
    document(ctx, format.media_type(), text)
}

/// One thing.
pub(super) fn object(ctx: &Ctx, format: Format, root: &str, value: &Value) -> Result {
    let text = match format {
        Format::Json => value.to_string(),
        Format::Xml => headed(&element(root, value)),
    };
    document(ctx, format.media_type(), text)
}

fn headed(body: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{body}")
}

fn element(name: &str, value: &Value) -> String {
    let inner = match value {
        Value::Null => return format!("<{name}/>"),
        Value::Object(fields) => fields.iter().map(|(key, value)| element(key, value)).collect(),
        Value::Array(items) => items.iter().map(|item| element(item_of(name), item)).collect(),
        Value::String(text) => Html::from(plain(text)).to_string(),
        other => other.to_string(),
    };
    format!("<{name}>{inner}</{name}>")
}

/// What one of a list is called.
fn item_of(name: &str) -> &str {
    match name {
        "services" => "service",
        "service_requests" => "request",
        "attributes" => "attribute",
        "values" => "value",
        "endpoints" => "endpoint",
        "formats" => "format",
        _ => "item",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_become_elements_and_text_is_escaped() {
        let value = serde_json::json!({ "a": "<b>&\u{1}", "n": null, "values": [{ "key": 1 }] });
        assert_eq!(
            element("service", &value),
            "<service><a>&lt;b&gt;&amp;</a><n/><values><value><key>1</key></value></values></service>"
        );
    }
}
