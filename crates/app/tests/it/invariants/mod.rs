//! What ARCHITECTURE.md promises, read from the sources themselves: who may know what, where SQL stands, who owns a
//! table, which crate may use which.
//!
//! A check is a function from the files of the workspace to a list of violations, each a sentence with its place.
//! Beside every check stands a counter-example, because a check that never fails proves nothing. When a check stands
//! in the way of something right, change the check and say why; do not write around it.

mod boundaries;
mod edges;
mod hygiene;
mod migrations;
mod rust;
mod sql;
mod templates;
mod workspace;

use workspace::Workspace;

/// Runs a check over the real workspace.
fn holds(check: impl Fn(&Workspace) -> Vec<String>) {
    let violations = check(Workspace::real());
    assert!(violations.is_empty(), "{} violations:\n  {}\n", violations.len(), violations.join("\n  "));
}

/// Runs a check over invented files; there must be exactly one violation, and it names what is given.
fn finds(check: impl Fn(&Workspace) -> Vec<String>, files: &[(&str, &str)], named: &str) {
    let violations = check(&Workspace::of(files));
    assert_eq!(violations.len(), 1, "expected one violation, found: {violations:#?}");
    assert!(violations[0].contains(named), "expected a word about {named:?}, found: {}", violations[0]);
}

/// Runs a check over invented files that are as they should be.
fn accepts(check: impl Fn(&Workspace) -> Vec<String>, files: &[(&str, &str)]) {
    let violations = check(&Workspace::of(files));
    assert!(violations.is_empty(), "nothing is wrong here, and yet: {violations:#?}");
}
