//! `huiyin check burden`: the software keeps nothing by which people are watched, ranked or made to check in.
//!
//! The rules are those against formalism at the fingertips (2023-12-18, 2024-08-06, 2026-01-25): no check-in, no points or rankings,
//! no online time, no install or sign-in rates.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_base::Report;
use huiyin_db::schema::{Column, Table};
use huiyin_db::{Result, Tx, schema};

use crate::{Catalogue, Class, engines, references};

/// Tables whose rows are a person's: who refers to them speaks of somebody.
const PEOPLE: [&str; 2] = ["person", "account"];

/// Parts of names that only such things bear. A word is what stands between underscores, hyphens or slashes.
const FORBIDDEN: [&str; 19] = [
    "checkin",
    "streak",
    "punch",
    "points",
    "ranking",
    "rankings",
    "rank",
    "leaderboard",
    "online",
    "dwell",
    "watched",
    "heartbeat",
    "likes",
    "gps",
    "track",
    "trajectory",
    "logins",
    "installs",
    "usage",
];

/// Pairs of words that say the same.
const FORBIDDEN_PAIRS: [(&str, &str); 5] =
    [("check", "in"), ("clock", "in"), ("last", "login"), ("login", "count"), ("read", "receipt")];

/// Columns that say where somebody is.
const PLACES: [&str; 6] = ["longitude", "latitude", "location", "address", "ip", "whereabouts"];

/// Looks through the tables of the open database and the paths of the router.
pub async fn check(tx: &mut Tx, catalogue: &Catalogue, paths: &[&str]) -> Result<Report> {
    let tables = schema::tables(tx).await?;
    Ok(examine(catalogue, &tables, paths))
}

/// The same over given tables.
pub fn examine(catalogue: &Catalogue, tables: &BTreeMap<String, Table>, paths: &[&str]) -> Report {
    let mut findings = Vec::new();
    let mut examined = 0;
    for (name, table) in tables.iter().filter(|(name, _)| !engines::is_of_one_engine(name)) {
        examined += 1 + table.columns.len() as u64;
        if let Some(word) = forbidden(name) {
            findings.push(format!("表 {name} 的名称含“{word}”：不设签到、积分、排名、在线时长"));
        }
        for column in &table.columns {
            if let Some(word) = forbidden(&column.name) {
                findings.push(format!("列 {name}.{} 的名称含“{word}”：不设签到、积分、排名、在线时长", column.name));
            }
        }
        if speaks_of_people(catalogue, table) {
            findings.extend(measures_without_purpose(catalogue, table));
        }
    }
    for path in paths {
        examined += 1;
        if let Some(word) = forbidden(path) {
            findings.push(format!("页面 {path} 的地址含“{word}”：不设签到、积分、排名、在线时长"));
        }
    }
    Report::new("burden", examined, findings)
}

fn measures_without_purpose(catalogue: &Catalogue, table: &Table) -> Vec<String> {
    let refers = referring(table);
    let measures = table.columns.iter().filter(|column| !refers.contains(column.name.as_str()) && is_measure(column));
    measures
        .filter_map(|column| {
            let place = format!("{}.{}", table.name, column.name);
            let Some(line) = catalogue.column(&table.name, &column.name) else {
                return Some(format!("{place} 是关于人的时间、次数或地点，没有列入数据目录"));
            };
            let allowed = catalogue.purposes.get(&line.purpose).is_some_and(|purpose| purpose.measures.is_some());
            (!allowed).then(|| format!("{place} 是关于人的时间、次数或地点，用途“{}”不在允许之列", line.purpose))
        })
        .collect()
}

/// Whether rows of the table are about somebody: it is a table of people, refers to one, or keeps personal data.
fn speaks_of_people(catalogue: &Catalogue, table: &Table) -> bool {
    let personal = |column: &Column| {
        let line = catalogue.column(&table.name, &column.name);
        line.is_some_and(|line| matches!(line.class, Class::Personal | Class::Sensitive))
    };
    PEOPLE.contains(&table.name.as_str())
        || table.foreign_keys.iter().any(|key| PEOPLE.contains(&key.target.as_str()))
        || table.columns.iter().any(|column| PEOPLE.contains(&column.name.as_str()) || personal(column))
        || references::list()
            .iter()
            .any(|reference| reference.table == table.name && PEOPLE.contains(&reference.target.as_str()))
}

/// Columns that only say which row, here or elsewhere.
fn referring(table: &Table) -> BTreeSet<&str> {
    let region = |column: &&Column| column.name == "region" || column.name.ends_with("_region");
    let mut columns: BTreeSet<&str> = table.columns.iter().filter(region).map(|column| column.name.as_str()).collect();
    columns.extend(table.foreign_keys.iter().flat_map(|key| key.columns.iter().map(String::as_str)));
    columns
}

/// A time, a count or a place: every number, and text that says where.
fn is_measure(column: &Column) -> bool {
    matches!(column.storage, "integer" | "real") || PLACES.contains(&column.name.as_str())
}

/// The forbidden word that a name contains.
fn forbidden(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split(|letter: char| !letter.is_alphanumeric()).collect();
    let single = FORBIDDEN.iter().find(|word| words.contains(word)).copied();
    let pair = FORBIDDEN_PAIRS.iter().find(|(first, second)| words.windows(2).any(|two| two == [*first, *second]));
    single.or(pair.map(|(first, _)| *first))
}
