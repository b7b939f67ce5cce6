//! Migrations come in pairs, and every table says who owns it and of which class it is:
//!
//! ```sql
//! -- owner: cases
//! -- class: regional
//! create table case_event (…)
//! ```
//!
//! The two lines stand in the comment above the table; an owner that stands once above the first table of a file
//! holds for all that follow.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use super::workspace::{File, Workspace};
use super::{accepts, finds, holds};

const ENGINES: [&str; 2] = ["sqlite", "postgres"];
const CLASSES: [&str; 3] = ["regional", "shared", "lookup"];

static CREATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i)^\s*create\s+(?:unlogged\s+|virtual\s+)?table\s+(?:if\s+not\s+exists\s+)?"?([a-z_][a-z0-9_]*)"#)
        .expect("a valid pattern")
});
static OWNER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"--.*\bowner:\s*([a-z]+)").expect("a valid pattern"));
static CLASS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"--.*\bclass:\s*([a-z]+)").expect("a valid pattern"));
static NAME: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^(\d{4})_[a-z0-9_]+\.sql$").expect("a valid pattern"));

pub(super) struct Table {
    pub(super) name: String,
    pub(super) owner: Option<String>,
    class: Option<String>,
    place: String,
}

/// Every table that a migration makes, on either engine.
pub(super) fn tables(workspace: &Workspace) -> Vec<Table> {
    workspace.files.iter().filter(|file| file.path.starts_with("migrations/")).flat_map(tables_of).collect()
}

fn tables_of(file: &File) -> Vec<Table> {
    let mut tables = Vec::new();
    let (mut owner, mut class) = (None, None);
    for (index, line) in file.text.lines().enumerate() {
        let word = |pattern: &Regex| pattern.captures(line).map(|found| found[1].to_owned());
        owner = word(&OWNER).or(owner);
        class = word(&CLASS).or(class);
        if let Some(found) = CREATE.captures(line) {
            let place = format!("{}:{}", file.path, index + 1);
            tables.push(Table { name: found[1].to_lowercase(), owner: owner.clone(), class: class.take(), place });
        }
    }
    tables
}

fn pairs(workspace: &Workspace) -> Vec<String> {
    let names = |engine: &str| -> BTreeSet<&str> {
        let folder = format!("migrations/{engine}/");
        workspace.files.iter().filter_map(|file| file.path.strip_prefix(&folder)).collect()
    };
    let both: BTreeMap<&str, BTreeSet<&str>> = ENGINES.into_iter().map(|engine| (engine, names(engine))).collect();
    let mut violations = Vec::new();
    for (engine, other) in [(ENGINES[0], ENGINES[1]), (ENGINES[1], ENGINES[0])] {
        for name in both[engine].difference(&both[other]) {
            violations.push(format!("migrations/{engine}/{name} has no pair of the same name in {other}"));
        }
    }
    for (index, name) in both[ENGINES[0]].iter().enumerate() {
        let number = NAME.captures(name).and_then(|found| found[1].parse::<usize>().ok());
        if number != Some(index + 1) {
            violations.push(format!("migrations/sqlite/{name}: expected the name {:04}_words.sql", index + 1));
        }
    }
    violations
}

fn owned(workspace: &Workspace) -> Vec<String> {
    let crates: BTreeSet<&str> =
        workspace.files.iter().filter(|file| file.name() == "Cargo.toml").filter_map(File::owner).collect();
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    let mut violations = Vec::new();
    for Table { name, owner, class, place } in tables(workspace) {
        match class {
            None => violations.push(format!("{place}: {name} has no line -- class: regional, shared or lookup")),
            Some(class) if !CLASSES.contains(&class.as_str()) => {
                violations.push(format!("{place}: {name} is of the unknown class {class}"));
            }
            Some(_) => {}
        }
        let Some(owner) = owner else {
            violations.push(format!("{place}: {name} has no line -- owner:"));
            continue;
        };
        if !crates.contains(owner.as_str()) {
            violations.push(format!("{place}: {name} belongs to {owner}, and there is no such crate"));
        }
        let known = owners.entry(name.clone()).or_insert_with(|| owner.clone());
        if *known != owner {
            violations.push(format!("{place}: {name} belongs to {owner} here and to {known} elsewhere"));
        }
    }
    violations
}

#[test]
fn migrations_come_in_pairs() {
    holds(pairs);
    finds(pairs, &[("migrations/sqlite/0001_a.sql", "")], "no pair");
    finds(pairs, &[("migrations/sqlite/0002_a.sql", ""), ("migrations/postgres/0002_a.sql", "")], "0001_words.sql");
    accepts(pairs, &[("migrations/sqlite/0001_a.sql", ""), ("migrations/postgres/0001_a.sql", "")]);
}

#[test]
fn every_table_has_an_owner_and_a_class() {
    holds(owned);
    let home = ("crates/jobs/Cargo.toml", "");
    let table = |text: &'static str| [home, ("migrations/sqlite/0001_a.sql", text)];
    finds(owned, &table("-- class: shared\ncreate table job (id int);"), "no line -- owner");
    finds(owned, &table("-- owner: jobs\ncreate table job (id int);"), "no line -- class");
    finds(owned, &table("-- owner: jobs\n-- class: private\ncreate table job (id int);"), "private");
    finds(owned, &table("-- owner: nobody\n-- class: shared\ncreate table job (id int);"), "nobody");
    let twice = "-- owner: jobs\n-- class: shared\ncreate table a (id int);\n\ncreate table b (id int);";
    finds(owned, &table(twice), "b has no line -- class");
    accepts(owned, &table("-- owner: jobs\n-- class: regional\nCREATE TABLE IF NOT EXISTS job (id int);"));
}

#[test]
fn a_table_has_one_owner_on_both_engines() {
    let (jobs, files) = (("crates/jobs/Cargo.toml", ""), ("crates/files/Cargo.toml", ""));
    let sqlite = ("migrations/sqlite/0001_a.sql", "-- owner: jobs\n-- class: shared\ncreate table job (id int);");
    let postgres = ("migrations/postgres/0001_a.sql", "-- owner: files\n-- class: shared\ncreate table job (id int);");
    finds(owned, &[jobs, files, sqlite, postgres], "elsewhere");
}
