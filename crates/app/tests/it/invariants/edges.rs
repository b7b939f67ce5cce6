//! Which crate may use which: the committed list edges.toml, and two rules that no list can lift.

use std::collections::{BTreeMap, BTreeSet};

use super::workspace::Workspace;
use super::{accepts, finds, holds};

const LIST: &str = "crates/app/tests/it/invariants/edges.toml";

/// Crates that join the features.
const KNOWS_FEATURES: [&str; 2] = ["app", "city"];

type Edges = BTreeMap<String, BTreeSet<String>>;

/// Compares the manifests with the list, both ways: a new edge is reviewed, and one that has gone leaves the list.
fn listed(workspace: &Workspace) -> Vec<String> {
    let list: Edges = workspace.find(LIST).and_then(|file| toml::from_str(&file.text).ok()).unwrap_or_default();
    let found = edges(workspace);
    let mut violations = Vec::new();
    for (from, to) in pairs(&found) {
        if !list.get(from).is_some_and(|known| known.contains(to)) {
            violations
                .push(format!("{from} now uses {to}: a new edge between crates. If it is right, add it to {LIST}"));
        }
    }
    for (from, to) in pairs(&list) {
        if !found.get(from).is_some_and(|known| known.contains(to)) {
            violations.push(format!("{from} no longer uses {to}: take the edge out of {LIST}"));
        }
    }
    violations
}

/// Features do not know each other; what one shows of another is registered in `app`.
fn features_apart(workspace: &Workspace) -> Vec<String> {
    let features: BTreeSet<String> = manifests(workspace)
        .filter(|(path, _, _)| path.starts_with("crates/features/"))
        .map(|(_, name, _)| name)
        .collect();
    pairs(&edges(workspace))
        .filter(|(from, to)| features.contains(*to) && !KNOWS_FEATURES.contains(from))
        .map(|(from, to)| format!("{from} uses the feature {to}: only app and city know features"))
        .collect()
}

/// The driver stands in one manifest.
fn driver_in_one_manifest(workspace: &Workspace) -> Vec<String> {
    manifests(workspace)
        .filter(|(_, name, manifest)| {
            name != "db" && dependencies(manifest).any(|name| matches!(name, "sqlx" | "rusqlite"))
        })
        .map(|(path, _, _)| format!("{path} depends on a driver: only db does"))
        .collect()
}

/// The edges for use and for building; what only tests use is no part of the architecture.
fn edges(workspace: &Workspace) -> Edges {
    manifests(workspace)
        .map(|(_, name, manifest)| {
            let uses = dependencies(&manifest).filter_map(|name| Some(name.strip_prefix("huiyin-")?.to_owned()));
            (name, uses.collect())
        })
        .collect()
}

fn manifests(workspace: &Workspace) -> impl Iterator<Item = (&str, String, toml::Table)> {
    workspace.files.iter().filter(|file| file.name() == "Cargo.toml").filter_map(|file| {
        let name = file.owner()?.to_owned();
        Some((file.path.as_str(), name, toml::from_str(&file.text).ok()?))
    })
}

fn dependencies(manifest: &toml::Table) -> impl Iterator<Item = &str> {
    ["dependencies", "build-dependencies"]
        .into_iter()
        .filter_map(|kind| manifest.get(kind)?.as_table())
        .flat_map(|table| table.keys().map(String::as_str))
}

fn pairs(edges: &Edges) -> impl Iterator<Item = (&str, &str)> {
    edges.iter().flat_map(|(from, to)| to.iter().map(move |to| (from.as_str(), to.as_str())))
}

#[test]
fn every_edge_between_crates_is_listed() {
    holds(listed);
    let manifest = ("crates/db/Cargo.toml", "[dependencies]\nhuiyin-base.workspace = true\n");
    finds(listed, &[manifest, (LIST, "db = []")], "db now uses base");
    finds(listed, &[("crates/db/Cargo.toml", ""), (LIST, "db = [\"base\"]")], "no longer");
    accepts(listed, &[manifest, (LIST, "db = [\"base\"]")]);
}

#[test]
fn only_app_and_city_know_features() {
    holds(features_apart);
    let cases = ("crates/features/cases/Cargo.toml", "");
    let uses = "[dependencies]\nhuiyin-cases.workspace = true\n";
    finds(features_apart, &[cases, ("crates/features/reports/Cargo.toml", uses)], "reports uses the feature cases");
    finds(features_apart, &[cases, ("crates/web/Cargo.toml", uses)], "web");
    accepts(features_apart, &[cases, ("crates/app/Cargo.toml", uses)]);
}

#[test]
fn only_db_depends_on_the_driver() {
    holds(driver_in_one_manifest);
    finds(
        driver_in_one_manifest,
        &[("crates/jobs/Cargo.toml", "[dependencies]\nsqlx.workspace = true\n")],
        "crates/jobs",
    );
}
