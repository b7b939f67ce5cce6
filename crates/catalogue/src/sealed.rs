//! The columns that a key rotation must not forget.

use std::collections::BTreeMap;

use huiyin_db::sealed::{SealedColumn, sealed_so};
use huiyin_db::{Result, Tx, schema};

use crate::{Catalogue, Class};

const LIST: &str = include_str!("../sealed.toml");

/// Sensitive columns that hold no ciphertext: keyed hashes, which cannot be turned back, and a password's one-way hash.
const HASHES: [(&str, &str); 3] = [("session", "hash"), ("person_lookup", "hash"), ("account", "password")];
/// Ciphertext that is gone within a day: it is waited for.
const SHORT_LIVED: [(&str, &str); 1] = [("kept_form", "sealed")];

/// A column of ciphertext, and the column that its values are bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Where it is.
    pub at: SealedColumn,
    /// The table in the binding, where values move from one table to another.
    pub bound_table: String,
    /// The column in the binding, where two columns share one.
    pub bound_column: String,
}

/// The committed list. A line that cannot be read is left out; a test compares the numbers.
pub fn list() -> Vec<Sealed> {
    let lines: BTreeMap<String, String> = toml::from_str(LIST).unwrap_or_default();
    lines.iter().filter_map(|(from, to)| parse(from, to)).collect()
}

/// Columns that the catalogue calls sensitive and that the list forgets, and the other way round.
pub fn compare(catalogue: &Catalogue, list: &[Sealed]) -> Vec<String> {
    let listed = |table: &str, column: &str| list.iter().any(|line| line.at.table == table && line.at.column == column);
    let mut findings = Vec::new();
    for (table, lines) in &catalogue.tables {
        for (column, line) in &lines.columns {
            let at = (table.as_str(), column.as_str());
            let known = HASHES.contains(&at) || SHORT_LIVED.contains(&at) || listed(table, column);
            if line.class == Class::Sensitive && !known {
                findings.push(format!("{table}.{column} 是密文，却没有列入换密钥的清单"));
            }
        }
    }
    for line in list {
        let found = catalogue.column(&line.at.table, &line.at.column);
        if found.is_none_or(|found| found.class != Class::Sensitive) {
            findings.push(format!("换密钥清单里的 {}.{} 不是敏感信息", line.at.table, line.at.column));
        }
    }
    findings
}

/// How many values of each column begin with `head`: those that one key has sealed. Columns without any are left out.
pub async fn usage(tx: &mut Tx, head: &[u8]) -> Result<Vec<(String, i64)>> {
    let mut used = Vec::new();
    let short = SHORT_LIVED.map(|(table, column)| SealedColumn {
        table: table.into(),
        column: column.into(),
        binding: vec!["hash".into()],
    });
    let all = list().into_iter().map(|line| line.at).chain(short);
    let tables = schema::tables(tx).await?;
    for at in all.filter(|at| tables.contains_key(&at.table)) {
        let count = sealed_so(tx, &at, head).await?;
        if count > 0 {
            used.push((format!("{}.{}", at.table, at.column), count));
        }
    }
    Ok(used)
}

fn parse(from: &str, to: &str) -> Option<Sealed> {
    let (table, column) = from.split_once('.')?;
    let (bound, binding) = to.split_once(' ')?;
    let (bound_table, bound_column) = bound.split_once('.').unwrap_or((table, bound));
    let binding = binding.split_whitespace().map(str::to_owned).collect();
    Some(Sealed {
        at: SealedColumn { table: table.into(), column: column.into(), binding },
        bound_table: bound_table.into(),
        bound_column: bound_column.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sensitive_column_is_in_the_list() {
        let catalogue = Catalogue::load().unwrap();
        assert_eq!(list().len(), LIST.lines().filter(|line| line.starts_with('"')).count());
        let findings = compare(&catalogue, &list());
        assert!(findings.is_empty(), "{}", findings.join("\n"));
    }

    /// Bytes that are no id are a hash or ciphertext. Only PostgreSQL's types tell ids from bytes.
    #[test]
    fn every_column_of_bytes_is_a_hash_or_in_the_list() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/postgres");
        let mut text = String::new();
        for file in std::fs::read_dir(folder).unwrap() {
            text += &std::fs::read_to_string(file.unwrap().path()).unwrap();
        }
        let columns = columns_of_bytes(&text);
        assert!(columns.len() > 30, "{columns:?}");
        let forgotten = |list: &[Sealed]| -> Vec<String> {
            let listed = |at: &str| list.iter().any(|line| format!("{}.{}", line.at.table, line.at.column) == at);
            let short = SHORT_LIVED.map(|(table, column)| format!("{table}.{column}"));
            let known = |at: &String| listed(at) || short.contains(at) || BYTES.contains(&at.as_str());
            columns.iter().filter(|at| !known(at)).cloned().collect()
        };
        assert_eq!(forgotten(&list()), Vec::<String>::new(), "neither listed nor known as a hash");
        let short: Vec<Sealed> = list().into_iter().filter(|line| line.at.table != "callback_draw").collect();
        assert_eq!(forgotten(&short), ["callback_draw.seed_sealed"]);
        for at in BYTES {
            assert!(columns.iter().any(|column| column == at), "{at} is gone");
        }
    }

    /// Keyed hashes and the seals of the journal; files of books, which are for readers.
    const BYTES: [&str; 33] = [
        "account_lookup.hash",
        "activation_lookup.hash",
        "api_key_lookup.hash",
        "api_post.body",
        "api_post.key",
        "audit_seal.cut",
        "audit_seal.head",
        "audit_seal.previous",
        "book_file_part.content",
        "case_follow.follower",
        "case_item.receipt",
        "case_message.follower",
        "case_notice.follower",
        "case_phone.follower",
        "case_phone.number",
        "case_rating.follower",
        "case_rating_past.follower",
        "exam_sheet.word",
        "external_identity.hash",
        "external_lookup.hash",
        "gateway_message.address_hash",
        "kept_form.hash",
        "person_lookup.hash",
        "phone_code.code",
        "phone_code.number",
        "phone_lookup.hash",
        "reading_key_lookup.hash",
        "receipt_lookup.hash",
        "recovery_code.hash",
        "session.hash",
        "sheet_lookup.hash",
        "submission_lookup.hash",
        "handdown.nonce",
    ];

    fn columns_of_bytes(migrations: &str) -> Vec<String> {
        let mut table = "";
        let mut columns = Vec::new();
        for line in migrations.lines() {
            let words: Vec<&str> = line.trim().trim_end_matches([',', ';']).split_whitespace().collect();
            match words[..] {
                ["create", "table", name, ..] | ["create", "unlogged", "table", name, ..] => table = name,
                ["alter", "table", name, "add", "column", column, "bytea", ..] => {
                    columns.push(format!("{name}.{column}"));
                }
                [column, "bytea", ..] => columns.push(format!("{table}.{column}")),
                _ => {}
            }
        }
        columns
    }

    #[test]
    fn a_forgotten_column_is_found() {
        let catalogue = Catalogue::load().unwrap();
        let mut short = list();
        let gone = short.remove(0);
        let findings = compare(&catalogue, &short);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].contains(&gone.at.column), "{findings:?}");
        let mut long = list();
        long.push(Sealed {
            at: SealedColumn { column: "title".into(), ..gone.at },
            bound_column: "title".into(),
            ..list().remove(0)
        });
        assert_eq!(compare(&catalogue, &long).len(), 1);
    }
}
