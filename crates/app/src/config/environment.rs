use anyhow::Result;
use toml::{Table, Value};

use super::Config;
use super::keys::{KEYS, Key};
use crate::failure::stop;

/// Puts what the environment says over the file: `HUIYIN_SITE_CITY` for `site.city`.
///
/// An empty variable counts as not set. Variables that name no key belong to others (tests, scripts) and are left alone.
pub(super) fn overlay(table: &mut Table, variables: impl IntoIterator<Item = (String, String)>) -> Result<()> {
    let defaults = Table::try_from(Config::default()).unwrap_or_default();
    for (name, text) in variables {
        let Some(key) = KEYS.iter().find(|key| key.variable() == name) else { continue };
        if text.is_empty() {
            continue;
        }
        let value = read(&text, default_of(&defaults, key.path)).ok_or_else(|| {
            stop(format!("环境变量 {name} 的值不合适：配置项 {} 的默认值是 {}。", key.path, key.default_text()))
        })?;
        set(table, key, value);
    }
    Ok(())
}

/// The default of `section.name`; nothing for a key that may be left out.
pub(super) fn default_of<'a>(defaults: &'a Table, path: &str) -> Option<&'a Value> {
    match path.split_once('.') {
        Some((section, name)) => defaults.get(section)?.get(name),
        None => defaults.get(path),
    }
}

/// Reads `text` as the type that the default has.
fn read(text: &str, default: Option<&Value>) -> Option<Value> {
    Some(match default {
        Some(Value::Integer(_)) => Value::Integer(text.parse().ok()?),
        Some(Value::Float(_)) => Value::Float(text.parse().ok()?),
        Some(Value::Boolean(_)) => Value::Boolean(text.parse().ok()?),
        Some(Value::Array(_)) => {
            Value::Array(text.split(',').map(|part| Value::String(part.trim().to_owned())).collect())
        }
        _ => Value::String(text.to_owned()),
    })
}

fn set(table: &mut Table, key: &Key, value: Value) {
    match key.path.split_once('.') {
        Some((section, name)) => {
            let section = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(section) = section {
                section.insert(name.to_owned(), value);
            }
        }
        None => {
            table.insert(key.path.to_owned(), value);
        }
    }
}
