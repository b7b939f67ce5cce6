//! The tables of the two engines are the same, but for a committed list.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use huiyin_db::schema::Table;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    /// Why the engines differ here; for those who read the list.
    #[expect(dead_code, reason = "read by people; required, so that no exception stands without its reason")]
    why: String,
}

static EXCEPTIONS: LazyLock<BTreeMap<String, Exception>> =
    LazyLock::new(|| toml::from_str(include_str!("../engines.toml")).unwrap_or_default());

/// Whether the table may differ between the engines.
pub fn is_of_one_engine(table: &str) -> bool {
    EXCEPTIONS.contains_key(table)
}

/// What differs between the tables of two databases, one sentence each: tables, columns, keys and indexes.
pub fn compare(sqlite: &BTreeMap<String, Table>, postgres: &BTreeMap<String, Table>) -> Vec<String> {
    let mut findings = Vec::new();
    let names: BTreeSet<&String> =
        sqlite.keys().chain(postgres.keys()).filter(|name| !is_of_one_engine(name)).collect();
    for name in names {
        match (sqlite.get(name), postgres.get(name)) {
            (Some(left), Some(right)) => {
                differ(name, "列", &left.columns, &right.columns, &mut findings);
                differ(name, "索引", &left.indexes, &right.indexes, &mut findings);
                differ(name, "外键", &left.foreign_keys, &right.foreign_keys, &mut findings);
            }
            (Some(_), None) => findings.push(format!("表 {name} 只在 SQLite 里")),
            (None, Some(_)) => findings.push(format!("表 {name} 只在 PostgreSQL 里")),
            (None, None) => {}
        }
    }
    findings
}

fn differ<T: PartialEq + std::fmt::Debug>(name: &str, what: &str, left: &[T], right: &[T], findings: &mut Vec<String>) {
    let lacks = |these: &[T], those: &[T]| -> Vec<String> {
        these.iter().filter(|this| !those.contains(this)).map(|this| format!("{this:?}")).collect()
    };
    let (only_left, only_right) = (lacks(left, right), lacks(right, left));
    if !only_left.is_empty() || !only_right.is_empty() {
        let (left, right) = (only_left.join("、"), only_right.join("、"));
        findings.push(format!("表 {name} 的{what}不同：SQLite [{left}]，PostgreSQL [{right}]"));
    } else if left != right {
        findings.push(format!("表 {name} 的{what}顺序不同"));
    }
}

#[cfg(test)]
mod tests {
    use huiyin_db::schema::Column;

    use super::*;

    fn table(columns: &[(&str, &'static str)]) -> BTreeMap<String, Table> {
        let column = |(name, storage): &(&str, &'static str)| Column { name: (*name).into(), storage, nullable: false };
        let table = Table { name: "a".into(), columns: columns.iter().map(column).collect(), ..Table::default() };
        [("a".to_owned(), table)].into()
    }

    #[test]
    fn a_difference_is_named() {
        let both = table(&[("id", "blob"), ("n", "integer")]);
        assert_eq!(compare(&both, &both), Vec::<String>::new());
        assert!(compare(&both, &table(&[("id", "blob"), ("n", "text")]))[0].contains("列不同"));
        assert!(compare(&both, &table(&[("n", "integer"), ("id", "blob")]))[0].contains("顺序"));
        assert!(compare(&both, &BTreeMap::new())[0].contains("只在 SQLite"));
    }

    #[test]
    fn exceptions_have_a_reason() {
        assert!(is_of_one_engine("case_text") && !is_of_one_engine("case_item"));
    }
}
