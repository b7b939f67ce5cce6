//! Where SQL stands, and which tables it may touch.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::migrations::tables;
use super::workspace::{File, Workspace, has_ending};
use super::{accepts, finds, holds};

/// What every store may read: the places and the people that all features speak of.
const READ_BY_ALL: [&str; 4] = ["region", "org", "org_ancestor", "person"];

/// `db` is the layer itself; `app` walks all tables to check them; `city` invents a whole city and hands over rows in bulk.
const READS_ALL: [&str; 3] = ["db", "app", "city"];
const WRITES_ALL: [&str; 2] = ["db", "city"];

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a valid pattern")
}

/// A string that is a statement, and not a sentence that begins with the same word.
static STATEMENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?is)^\s*(select\s.*(\sfrom\s|\$\d)|select\s+\d|insert\s+into\s|update\s+[a-z_.]+\s+(as\s+\w+\s+)?set\s|delete\s+from\s|with\s+(recursive\s+)?\w+\s*(\([^)]*\)\s*)?as\s+(materialized\s+|not\s+materialized\s+)?\(|(create|drop|alter)\s+(unique\s+|virtual\s+|unlogged\s+)?(table|index|view)\s)",
    )
});
static READ: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)\b(?:from|join)\s+([a-z_][a-z0-9_]*(?:\s*(?:as\s+)?[a-z_]*\s*,\s*[a-z_][a-z0-9_]*)*)")
});
static WRITE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b(?:insert\s+into|update|delete\s+from)\s+([a-z_][a-z0-9_]*)"));
static WORD: LazyLock<Regex> = LazyLock::new(|| pattern(r"[a-z_][a-z0-9_]*"));

fn is_store(file: &File) -> bool {
    file.owner() == Some("db")
        || (file.path.contains("/src/") && file.path.contains("/store/"))
        || file.path.ends_with("/src/store.rs")
        || file.path.ends_with("/store.rs")
}

/// SQL of tests is left out: a test may break a row on purpose, to show that somebody notices.
fn only_in_stores(workspace: &Workspace) -> Vec<String> {
    let strings = workspace
        .rust()
        .filter(|(file, _)| file.owner().is_some() && !is_store(file) && !file.is_test())
        .flat_map(|(file, code)| {
            code.strings.iter().filter(|string| !string.in_test && STATEMENT.is_match(&string.text)).map(
                move |string| format!("{}:{} holds SQL: it belongs into store.rs or store/", file.path, string.line),
            )
        });
    let files = workspace
        .files
        .iter()
        .filter(|file| file.owner().is_some() && has_ending(&file.path, "sql") && !is_store(file) && !file.is_test())
        .map(|file| format!("{} holds SQL: it belongs into store/ or migrations/", file.path));
    strings.chain(files).collect()
}

fn touches_own_tables(workspace: &Workspace) -> Vec<String> {
    let owners: BTreeMap<String, String> =
        tables(workspace).into_iter().filter_map(|table| Some((table.name, table.owner?))).collect();
    let mut violations = Vec::new();
    for (file, line, text) in store_strings(workspace) {
        let Some(own) = file.owner() else { continue };
        let mut note = |table: &str, does: &str| {
            if let Some(owner) = owners.get(table).filter(|owner| owner.as_str() != own) {
                violations.push(format!("{}:{line} {does} {table}, which belongs to {owner}", file.path));
            }
        };
        let written = written_tables(text);
        if !WRITES_ALL.contains(&own) {
            for table in &written {
                note(table, "writes");
            }
        }
        if !READS_ALL.contains(&own) {
            read_tables(text)
                .iter()
                .filter(|table| !READ_BY_ALL.contains(&table.as_str()) && !written.contains(table))
                .for_each(|table| note(table, "reads"));
        }
    }
    violations
}

fn store_strings(workspace: &Workspace) -> impl Iterator<Item = (&File, usize, &str)> {
    let strings =
        workspace.rust().filter(|(file, _)| file.owner().is_some() && !file.is_test()).flat_map(|(file, code)| {
            code.strings
                .iter()
                .filter(|string| !string.in_test && (is_store(file) || STATEMENT.is_match(&string.text)))
                .map(move |string| (file, string.line, string.text.as_str()))
        });
    let files = workspace.files.iter().filter(|file| file.owner().is_some() && has_ending(&file.path, "sql"));
    strings.chain(files.map(|file| (file, 1, file.text.as_str())))
}

fn written_tables(text: &str) -> Vec<String> {
    WRITE.captures_iter(text).map(|found| found[1].to_lowercase()).collect()
}

/// Every word of a from clause that could be a table; those that are none are not in the owner list.
fn read_tables(text: &str) -> Vec<String> {
    READ.captures_iter(text)
        .flat_map(|found| {
            let clause = found[1].to_lowercase();
            clause
                .split(',')
                .filter_map(|part| WORD.find(part).map(|word| word.as_str().to_owned()))
                .collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn sql_stands_only_in_stores() {
    holds(only_in_stores);
    for statement in [
        "select id from org where region = $1",
        "\\n  INSERT INTO org (id) values ($1)",
        "update org set name = $1",
        "delete from org where id = $1",
        "with recursive below as (select 1) select * from below",
        "create table org (id int)",
    ] {
        let text = format!("fn a() {{ run(\"{statement}\"); }}");
        finds(only_in_stores, &[("crates/directory/src/org.rs", &text)], "org.rs:1 holds SQL");
        accepts(only_in_stores, &[("crates/directory/src/store/org.rs", &text)]);
    }
    finds(only_in_stores, &[("crates/directory/src/tree.sql", "select 1")], "tree.sql");
    for sentence in ["select a village", "update the page", "with thanks", "delete", "insert coin", "selected"] {
        accepts(only_in_stores, &[("crates/web/src/lib.rs", &format!("const A: &str = \"{sentence}\";"))]);
    }
}

#[test]
fn a_store_touches_its_own_tables() {
    holds(touches_own_tables);
    let migration = (
        "migrations/sqlite/0001_a.sql",
        "-- owner: directory\ncreate table org (id int);\ncreate table account (id int);\n-- owner: cases\ncreate table problem (id int);",
    );
    let store = |text: &str| format!("const A: &str = \"{text}\";");
    let cases = "crates/features/cases/src/store.rs";
    for (text, named) in [
        ("update org set name = $1", "writes org"),
        ("insert into org (id) values ($1)", "writes org"),
        ("select 1 from problem join account on true", "reads account"),
        ("select 1 from problem p, account a", "reads account"),
    ] {
        finds(touches_own_tables, &[migration, (cases, &store(text))], named);
    }
    for text in [
        "select 1 from problem join org on true",
        "update problem set a = 1",
        "select 1 from problem for update skip locked",
    ] {
        accepts(touches_own_tables, &[migration, (cases, &store(text))]);
    }
}
