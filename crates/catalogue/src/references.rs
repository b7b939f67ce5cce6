//! `huiyin check references`: ids that point nowhere. Foreign keys stay inside a region and a crate; the rest is listed and walked.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_base::Report;
use huiyin_db::schema::{Reference, Table};
use huiyin_db::{Result, Tx, schema};

const LIST: &str = include_str!("../references.toml");

/// The committed list. A line that cannot be read is left out; a test compares the numbers.
pub fn list() -> Vec<Reference> {
    let lines: BTreeMap<String, String> = toml::from_str(LIST).unwrap_or_default();
    lines.iter().filter_map(|(from, to)| parse(from, to)).collect()
}

/// Walks every reference of the list, and names the columns that look like one and are in no list.
pub async fn check(tx: &mut Tx) -> Result<Report> {
    let tables = schema::tables(tx).await?;
    let references = list();
    let mut findings = unlisted(&tables, &references);
    let mut examined = 0_u64;
    for reference in &references {
        let Reference { table, column, target, .. } = reference;
        if !exists(&tables, reference) {
            findings.push(format!("引用清单里的 {table}.{column} 或 {target} 已不存在"));
            continue;
        }
        let (rows, dangling) = schema::dangling(tx, reference).await?;
        examined += u64::try_from(rows).unwrap_or(0);
        if dangling > 0 {
            findings.push(format!("{table}.{column} 有 {dangling} 行指向不存在的 {target}"));
        }
    }
    Ok(Report::new("references", examined, findings))
}

/// Columns stored as an id, in no key and in no list: nobody would notice if they pointed nowhere.
fn unlisted(tables: &BTreeMap<String, Table>, references: &[Reference]) -> Vec<String> {
    let listed: BTreeSet<(&str, &str)> =
        references.iter().map(|reference| (reference.table.as_str(), reference.column.as_str())).collect();
    let mut findings = Vec::new();
    for (name, table) in tables {
        for column in table.columns.iter().filter(|column| column.name.ends_with("account") || column.name == "person")
        {
            let in_key = table.foreign_keys.iter().any(|key| key.columns.contains(&column.name));
            if column.storage == "blob" && !in_key && !listed.contains(&(name, column.name.as_str())) {
                findings.push(format!("{name}.{} 指向别处，却没有列入引用清单", column.name));
            }
        }
    }
    findings
}

fn exists(tables: &BTreeMap<String, Table>, reference: &Reference) -> bool {
    let has = |column: &str| {
        tables.get(&reference.table).is_some_and(|table| table.columns.iter().any(|found| found.name == column))
    };
    has(&reference.column) && reference.region.as_deref().is_none_or(has) && tables.contains_key(&reference.target)
}

fn parse(from: &str, to: &str) -> Option<Reference> {
    let (table, column) = from.split_once('.')?;
    let (target, region) = to.split_once(' ').map_or((to, None), |(target, region)| (target, Some(region.to_owned())));
    Some(Reference { table: table.into(), column: column.into(), region, target: target.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_list_is_read() {
        let lines = LIST.lines().filter(|line| line.starts_with('"')).count();
        assert_eq!(list().len(), lines);
        let session = list().into_iter().find(|reference| reference.table == "session").unwrap();
        assert_eq!((session.region.as_deref(), session.target.as_str()), (Some("region"), "account"));
    }
}
