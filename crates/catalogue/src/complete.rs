//! Every column of the database has a line, every line has its column, and what is sensitive is not stored readably.

use std::collections::BTreeMap;

use huiyin_db::schema::Table;

use crate::{Catalogue, Class, engines};

/// Sensitive text that is a one-way hash and so no readable value.
const HASHED_TEXT: [(&str, &str); 1] = [("account", "password")];

/// What differs between the catalogue and the tables of the open database, one sentence each.
pub fn compare(catalogue: &Catalogue, tables: &BTreeMap<String, Table>) -> Vec<String> {
    let mut findings = Vec::new();
    for (name, table) in tables.iter().filter(|(name, _)| !engines::is_of_one_engine(name)) {
        for column in &table.columns {
            match catalogue.column(name, &column.name) {
                None => findings.push(format!("{name}.{} 没有列入数据目录", column.name)),
                Some(line) if line.class == Class::Sensitive && column.storage != "blob" => {
                    if !HASHED_TEXT.contains(&(name, column.name.as_str())) {
                        findings.push(format!("{name}.{} 属于敏感信息，却不是密文", column.name));
                    }
                }
                Some(_) => {}
            }
        }
    }
    for (name, table) in &catalogue.tables {
        let found = tables.get(name);
        for column in table.columns.keys() {
            let exists = found.is_some_and(|table| table.columns.iter().any(|found| found.name == *column));
            if !exists && !engines::is_of_one_engine(name) {
                findings.push(format!("数据目录里的 {name}.{column} 已不存在"));
            }
        }
    }
    findings
}
