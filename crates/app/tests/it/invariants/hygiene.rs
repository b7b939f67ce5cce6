//! Small rules that keep the house readable, and keep the machine it was written on out of it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::workspace::{File, Workspace};
use super::{accepts, finds, holds};

const LONGEST: usize = 400;
const LONG_FILES: &str = "crates/app/tests/it/invariants/long_files.txt";

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a valid pattern")
}

/// Folders in which people keep their checkouts, and files left in a temporary folder by hand.
static MACHINE_PATH: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"(?:^|[\s"'`(=<])(/(?:home|root|Users|work|workspace|workspaces|mnt|srv)/[\w.-]+|/tmp/[A-Za-z][\w.-]*)"#)
});
/// A package host is the business of the machine that builds.
static PACKAGE_HOST: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?i)https?://[^/\s"']*(?:registry|artifactory|nexus|mirror|verdaccio)[^\s"']*"#));

fn speaks_of_itself_alone(workspace: &Workspace) -> Vec<String> {
    let mut violations = Vec::new();
    for file in workspace.files.iter().filter(|file| file.name() != "LICENSE") {
        for (index, line) in file.text.lines().enumerate() {
            let found = MACHINE_PATH.captures(line).map(|found| found[1].to_owned());
            let found = found.or_else(|| PACKAGE_HOST.find(line).map(|found| found.as_str().to_owned()));
            if let Some(found) = found {
                violations.push(format!("{}:{} names {found}, which belongs to one machine", file.path, index + 1));
            }
        }
    }
    violations
}

/// Lints are expected with a reason, tests run, and nothing waits to be written.
fn nothing_silenced(workspace: &Workspace) -> Vec<String> {
    let mut violations = Vec::new();
    for (file, code) in workspace.rust() {
        for (names, line) in &code.attributes {
            let inside = if names[0] == "cfg_attr" { &names[..] } else { &names[..1] };
            if inside.iter().any(|name| name == "allow") {
                violations.push(format!("{}:{line} allows a lint: use #[expect(…, reason = …)]", file.path));
            }
            if inside.iter().any(|name| name == "ignore") {
                violations.push(format!("{}:{line} ignores a test", file.path));
            }
        }
        for call in code.macros.iter().filter(|call| ["todo", "unimplemented", "dbg"].contains(&call.text.as_str())) {
            violations.push(format!("{}:{} calls {}!", file.path, call.line, call.text));
        }
    }
    violations
}

/// A file is split before it grows long. The list of those that were not may only shrink.
fn files_are_short(workspace: &Workspace) -> Vec<String> {
    let list = workspace.find(LONG_FILES).map(|file| file.text.as_str()).unwrap_or_default();
    let mut allowed: BTreeMap<&str, usize> = list
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(path, lines)| Some((path, lines.trim().parse().ok()?)))
        .collect();
    let mut violations = Vec::new();
    for file in workspace.files.iter().filter(|file| is_written_by_hand(file)) {
        let lines = file.text.lines().count();
        match allowed.remove(file.path.as_str()) {
            Some(_) if lines <= LONGEST => {
                violations.push(format!("{} is short now: take it out of {LONG_FILES}", file.path));
            }
            Some(most) if lines > most => {
                violations.push(format!("{} has {lines} lines and grew beyond the {most} it may have", file.path));
            }
            None if lines > LONGEST => {
                violations.push(format!("{} has {lines} lines: split it before {LONGEST}", file.path));
            }
            Some(_) | None => {}
        }
    }
    violations.extend(allowed.keys().map(|path| format!("{path} is gone: take it out of {LONG_FILES}")));
    violations
}

fn is_written_by_hand(file: &File) -> bool {
    let code = ["rs", "ts", "mjs", "js", "css", "html", "sh"];
    file.path.rsplit_once('.').is_some_and(|(_, end)| code.contains(&end)) && !file.path.contains("/vendor/")
}

fn snapshots_are_reviewed(workspace: &Workspace) -> Vec<String> {
    let waiting =
        workspace.files.iter().filter(|file| file.path.ends_with(".snap.new") || file.path.ends_with(".pending-snap"));
    waiting.map(|file| format!("{} waits for a review", file.path)).collect()
}

/// A README, or the first lines of the library, say what belongs into a crate and what does not.
fn crates_explain_themselves(workspace: &Workspace) -> Vec<String> {
    let manifests = workspace.files.iter().filter(|file| file.owner().is_some() && file.name() == "Cargo.toml");
    manifests
        .filter_map(|manifest| manifest.path.strip_suffix("/Cargo.toml"))
        .filter(|folder| {
            let explained = |name: &str| {
                workspace.find(&format!("{folder}/src/{name}")).is_some_and(|file| has_a_sentence(&file.text))
            };
            workspace.find(&format!("{folder}/README.md")).is_none() && !explained("lib.rs") && !explained("main.rs")
        })
        .map(|folder| format!("{folder} has neither a README nor a description at the head of its library"))
        .collect()
}

/// Whether a file begins with more than a word or two about itself.
fn has_a_sentence(text: &str) -> bool {
    let words: usize = text
        .lines()
        .map_while(|line| line.trim().strip_prefix("//!"))
        .map(|line| line.split_whitespace().count())
        .sum();
    words >= 4 || text.trim_start().starts_with("#![doc")
}

#[test]
fn no_file_names_the_machine_it_was_written_on() {
    holds(speaks_of_itself_alone);
    // Put together here, so that this file keeps its own rule.
    let path = format!("see /{}/someone/huiyin", "home");
    finds(speaks_of_itself_alone, &[("README.md", &path)], "README.md:1");
    let scratch = format!("cat /{}/notes.txt", "tmp");
    finds(speaks_of_itself_alone, &[("scripts/a.sh", &scratch)], "scripts/a.sh:1");
    let host = format!("https://{}.example.com/x.tgz", "registry");
    finds(speaks_of_itself_alone, &[("web/package-lock.json", &host)], "example.com");
    accepts(speaks_of_itself_alone, &[("README.md", "open http://127.0.0.1:8080/homes/1 and /usr/bin/chromium")]);
}

#[test]
fn no_lint_is_silenced_and_no_test_ignored() {
    holds(nothing_silenced);
    let code = |text: &'static str| [("crates/a/src/lib.rs", text)];
    finds(nothing_silenced, &code("#[allow(dead_code)] fn a() {}"), "allows a lint");
    finds(nothing_silenced, &code("#![allow(dead_code)]"), "allows a lint");
    finds(nothing_silenced, &code("#[cfg_attr(test, allow(dead_code))] fn a() {}"), "allows a lint");
    finds(nothing_silenced, &code("#[test] #[ignore] fn a() {}"), "ignores a test");
    finds(nothing_silenced, &code("fn a() { todo!() }"), "calls todo!");
    accepts(nothing_silenced, &code("// todo!()\n#[expect(dead_code, reason = \"allow\")] fn allow() {}"));
}

#[test]
fn files_are_split_before_they_grow_long() {
    holds(files_are_short);
    let long = "\n".repeat(LONGEST + 1);
    let path = "crates/a/src/lib.rs";
    finds(files_are_short, &[(path, &long)], "split it");
    finds(files_are_short, &[(path, &long), (LONG_FILES, &format!("{path} {LONGEST}"))], "grew beyond");
    finds(files_are_short, &[(path, ""), (LONG_FILES, &format!("{path} 500"))], "short now");
    finds(files_are_short, &[(LONG_FILES, &format!("{path} 500"))], "is gone");
    accepts(files_are_short, &[(path, &long), (LONG_FILES, &format!("# why\n{path} 500"))]);
}

#[test]
fn no_snapshot_waits_for_review() {
    holds(snapshots_are_reviewed);
    finds(snapshots_are_reviewed, &[("crates/a/src/snapshots/a.snap.new", "")], "a.snap.new");
}

#[test]
fn every_crate_explains_itself() {
    holds(crates_explain_themselves);
    finds(crates_explain_themselves, &[("crates/a/Cargo.toml", ""), ("crates/a/src/lib.rs", "fn a() {}")], "crates/a");
    finds(
        crates_explain_themselves,
        &[("crates/a/Cargo.toml", ""), ("crates/a/src/lib.rs", "//! A crate.")],
        "crates/a",
    );
    accepts(crates_explain_themselves, &[("crates/a/Cargo.toml", ""), ("crates/a/src/lib.rs", "//! What it is for.")]);
    accepts(crates_explain_themselves, &[("crates/a/Cargo.toml", ""), ("crates/a/README.md", "What it is.")]);
}
