//! The description of the interface: each feature describes its own routes, the house joins them.

use serde_json::{Map, Value};

/// What a feature says about its part of the interface: an OpenAPI document with `paths` and `components`.
pub type Described = &'static str;

const HEAD: &str = include_str!("head.json");

/// The joined description, served at `/api/openapi.json`.
#[derive(Debug)]
pub(crate) struct Description(pub(crate) String);

impl Description {
    /// Joins the parts. One that cannot be read would be a mistake in a committed file, which a test finds.
    pub(crate) fn of(parts: &[Described], city: &str) -> Self {
        let mut whole: Value = serde_json::from_str(HEAD).unwrap_or_default();
        if let Some(title) = whole.pointer_mut("/info/title") {
            *title = Value::from(format!("{city}回音接口"));
        }
        for part in parts {
            let part: Value = serde_json::from_str(part).unwrap_or_default();
            join(&mut whole, &part, &["paths"]);
            for kind in ["schemas", "parameters", "responses"] {
                join(&mut whole, &part, &["components", kind]);
            }
        }
        Self(whole.to_string())
    }
}

fn join(whole: &mut Value, part: &Value, path: &[&str]) {
    let found = path.iter().try_fold(part, |value, key| value.get(key)).and_then(Value::as_object);
    let Some(found) = found else { return };
    let mut place = whole;
    for key in path {
        let Some(map) = place.as_object_mut() else { return };
        place = map.entry(*key).or_insert_with(|| Value::Object(Map::new()));
    }
    if let Some(map) = place.as_object_mut() {
        map.extend(found.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_joined() {
        let one = r#"{"paths": {"/a": {}}, "components": {"schemas": {"A": {}}}}"#;
        let joined: Value =
            serde_json::from_str(&Description::of(&[one, r#"{"paths": {"/b": {}}}"#], "甲市").0).unwrap();
        assert_eq!(joined["openapi"], "3.1.0");
        assert_eq!(joined["info"]["title"], "甲市回音接口");
        assert!(joined["paths"]["/a"].is_object() && joined["paths"]["/b"].is_object());
        assert!(joined["components"]["schemas"]["A"].is_object());
        assert!(joined["components"]["schemas"]["Problem"].is_object(), "the failures are described once");
    }
}
