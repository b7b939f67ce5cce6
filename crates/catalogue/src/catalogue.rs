use std::collections::BTreeMap;

use huiyin_db::text_enum;
use serde::Deserialize;

const COLUMNS: &[&str] = &[
    include_str!("../columns/directory.toml"),
    include_str!("../columns/platform.toml"),
    include_str!("../columns/cases.toml"),
    include_str!("../columns/case_desk.toml"),
    include_str!("../columns/lists.toml"),
    include_str!("../columns/figures.toml"),
    include_str!("../columns/reflections.toml"),
    include_str!("../columns/reports.toml"),
    include_str!("../columns/city.toml"),
    include_str!("../columns/gateways.toml"),
    include_str!("../columns/interfaces.toml"),
    include_str!("../columns/kinds.toml"),
    include_str!("../columns/recalls.toml"),
    include_str!("../columns/case_files.toml"),
    include_str!("../columns/supervision.toml"),
    include_str!("../columns/library.toml"),
    include_str!("../columns/kits.toml"),
    include_str!("../columns/exams.toml"),
];
const PURPOSES: &str = include_str!("../purposes.toml");
const RETENTIONS: &str = include_str!("../retentions.toml");

/// Every column with what it is.
#[derive(Clone, Debug)]
pub struct Catalogue {
    /// Tables by name.
    pub tables: BTreeMap<String, Table>,
    /// Purposes by word.
    pub purposes: BTreeMap<String, Purpose>,
    /// Retentions by word, as people read them.
    pub retentions: BTreeMap<String, String>,
}

/// A table's lines.
#[derive(Clone, Debug)]
pub struct Table {
    /// What people call it.
    pub title: String,
    /// The crate that writes it.
    pub owner: String,
    /// By name.
    pub columns: BTreeMap<String, Column>,
}

/// A column's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// How open.
    pub class: Class,
    /// A word of `purposes.toml`.
    pub purpose: String,
    /// A word of `retentions.toml`.
    pub retention: String,
}

/// What data may be kept for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// As the page 我的信息 says it.
    pub label: String,
    /// Why times, counts and places about a person may be kept for it; `None` where they may not.
    pub measures: Option<String>,
}

text_enum! {
    /// How open a column is.
    pub enum Class {
        Public = "public" / "公开",
        Internal = "internal" / "内部",
        Personal = "personal" / "个人信息",
        Sensitive = "sensitive" / "敏感个人信息",
    }
}

/// The committed lists contradict themselves.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not TOML of the expected shape.
    #[error("数据目录的文件格式不对：{0}")]
    Shape(#[from] toml::de::Error),
    /// A line that says nothing known.
    #[error("数据目录 {table}.{column} 的“{line}”不对：{why}")]
    Line {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// What stands there.
        line: String,
        /// What is wrong.
        why: &'static str,
    },
    /// A table stands in two files.
    #[error("数据目录里 {0} 出现两次")]
    Twice(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lines {
    title: String,
    owner: String,
    retention: String,
    columns: BTreeMap<String, String>,
}

impl Catalogue {
    /// The lists that the program carries.
    pub fn load() -> Result<Self, Error> {
        Self::parse(COLUMNS, PURPOSES, RETENTIONS)
    }

    /// The column's line.
    pub fn column(&self, table: &str, column: &str) -> Option<&Column> {
        self.tables.get(table)?.columns.get(column)
    }

    pub(crate) fn parse(columns: &[&str], purposes: &str, retentions: &str) -> Result<Self, Error> {
        let mut catalogue = Self {
            tables: BTreeMap::new(),
            purposes: toml::from_str(purposes)?,
            retentions: toml::from_str(retentions)?,
        };
        for file in columns {
            for (name, lines) in toml::from_str::<BTreeMap<String, Lines>>(file)? {
                let table = catalogue.table(&name, lines)?;
                if catalogue.tables.insert(name.clone(), table).is_some() {
                    return Err(Error::Twice(name));
                }
            }
        }
        Ok(catalogue)
    }

    fn table(&self, name: &str, lines: Lines) -> Result<Table, Error> {
        let mut columns = BTreeMap::new();
        for (column, line) in lines.columns {
            let read = self.line(&line, &lines.retention);
            let read = read.map_err(|why| Error::Line { table: name.into(), column: column.clone(), line, why })?;
            columns.insert(column, read);
        }
        Ok(Table { title: lines.title, owner: lines.owner, columns })
    }

    fn line(&self, line: &str, retention: &str) -> Result<Column, &'static str> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (class, purpose, retention) = match words[..] {
            [class, purpose] => (class, purpose, retention),
            [class, purpose, retention] => (class, purpose, retention),
            _ => return Err("应为“级别 用途”或“级别 用途 期限”"),
        };
        let class = Class::parse(class).ok_or("没有这个级别")?;
        if !self.purposes.contains_key(purpose) {
            return Err("没有这个用途");
        }
        if !self.retentions.contains_key(retention) {
            return Err("没有这个期限");
        }
        Ok(Column { class, purpose: purpose.to_owned(), retention: retention.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Catalogue, Error> {
        let columns = format!("[a]\ntitle = \"表\"\nowner = \"db\"\nretention = \"standing\"\ncolumns.b = \"{line}\"");
        Catalogue::parse(&[&columns], "[key]\nlabel = \"键\"", "standing = \"长期\"\nshort = \"30 天\"")
    }

    #[test]
    fn the_committed_lists_are_read() {
        let catalogue = Catalogue::load().unwrap();
        assert_eq!(catalogue.column("person", "citizen_number").unwrap().class, Class::Sensitive);
        assert_eq!(catalogue.column("person", "citizen_number").unwrap().retention, "person");
    }

    #[test]
    fn a_line_of_unknown_words_is_refused() {
        assert_eq!(parse("public key").unwrap().column("a", "b").unwrap().retention, "standing");
        assert_eq!(parse("public key short").unwrap().column("a", "b").unwrap().retention, "short");
        for (line, why) in
            [("public", "应为"), ("secret key", "级别"), ("public fun", "用途"), ("public key ever", "期限")]
        {
            assert!(parse(line).unwrap_err().to_string().contains(why), "{line}");
        }
    }
}
