//! Who may know a library: only `db` names a driver, only what answers requests knows axum.

use super::workspace::{File, Workspace};
use super::{accepts, finds, holds};

const DRIVERS: [&str; 9] = [
    "sqlx",
    "rusqlite",
    "libsqlite3_sys",
    "tokio_postgres",
    "diesel",
    "sea_orm",
    "SqlitePool",
    "PgPool",
    "SqliteConnection",
];

const HTTP: [&str; 3] = ["axum", "axum_extra", "hyper"];

/// Crates whose work is to answer requests or to send them.
const SPEAKS_HTTP: [&str; 4] = ["app", "gateways", "testing", "web"];

fn drivers(workspace: &Workspace) -> Vec<String> {
    names(workspace, &DRIVERS, |file| file.owner() == Some("db"), "only db names a driver")
}

fn http(workspace: &Workspace) -> Vec<String> {
    names(workspace, &HTTP, answers_requests, "only web, pages/ and api/ know axum")
}

/// The folder `pages` or `api` of a feature, or the one file of that name.
fn answers_requests(file: &File) -> bool {
    SPEAKS_HTTP.contains(&file.owner().unwrap_or_default())
        || ["/src/pages/", "/src/pages.rs", "/src/api/", "/src/api.rs"].iter().any(|part| file.path.contains(part))
}

fn names(workspace: &Workspace, forbidden: &[&str], allowed: impl Fn(&File) -> bool, rule: &str) -> Vec<String> {
    workspace
        .rust()
        .filter(|(file, _)| file.owner().is_some() && !allowed(file))
        .flat_map(|(file, code)| {
            code.names
                .iter()
                .filter(|name| forbidden.contains(&name.text.as_str()))
                .map(move |name| format!("{}:{} names {}: {rule}", file.path, name.line, name.text))
        })
        .collect()
}

#[test]
fn only_db_names_a_driver() {
    holds(drivers);
    finds(drivers, &[("crates/features/cases/src/store.rs", "use sqlx::Row;")], "sqlx");
    accepts(drivers, &[("crates/db/src/tx.rs", "use sqlx::Row;"), ("crates/files/src/lib.rs", "// not sqlx\n")]);
}

#[test]
fn only_web_pages_and_api_know_axum() {
    holds(http);
    finds(http, &[("crates/features/cases/src/case.rs", "fn a(b: axum::Router) {}")], "axum");
    accepts(
        http,
        &[
            ("crates/features/cases/src/pages/wall.rs", "use axum::Router;"),
            ("crates/features/cases/src/api/mod.rs", "use axum::Json;"),
            ("crates/web/src/lib.rs", "use axum::Router;"),
        ],
    );
}
