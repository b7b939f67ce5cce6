//! Templates: nothing in them that the content security policy would have to excuse, and no path into another crate.

use std::sync::LazyLock;

use regex::Regex;

use super::workspace::{File, Workspace, has_ending};
use super::{accepts, finds, holds};

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a valid pattern")
}

static STYLE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\sstyle\s*=|<style\b"));
static HANDLER: LazyLock<Regex> = LazyLock::new(|| pattern(r#"(?i)<[^>]*\s(?:on[a-z]+|hx-on[:a-z-]*)\s*=\s*["'{]"#));
static SCRIPT: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?is)<script\b([^>]*)>(.*?)</script\s*>"));
static TEMPLATE_PATH: LazyLock<Regex> = LazyLock::new(|| pattern(r#"\{%-?\s*(?:extends|include|import)\s+"([^"]*)""#));
static COMMENT: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?s)\{#.*?#\}|<!--.*?-->"));

fn templates(workspace: &Workspace) -> impl Iterator<Item = (&File, String)> {
    workspace
        .files
        .iter()
        .filter(|file| file.owner().is_some() && file.path.contains("/templates/") && !file.text.is_empty())
        .map(|file| (file, COMMENT.replace_all(&file.text, "").into_owned()))
}

/// Styles and scripts are files; only data for a script may stand in the page.
fn nothing_inline(workspace: &Workspace) -> Vec<String> {
    let mut violations = Vec::new();
    for (file, text) in templates(workspace) {
        if STYLE.is_match(&text) {
            violations.push(format!("{} has an inline style: use a class", file.path));
        }
        if HANDLER.is_match(&text) {
            violations.push(format!("{} has an event attribute: listen in a script of web/", file.path));
        }
        for script in SCRIPT.captures_iter(&text) {
            let is_data = script[1].contains("application/json");
            if !script[2].trim().is_empty() && !is_data {
                violations.push(format!("{} has an inline script: put it into web/", file.path));
            }
        }
    }
    violations
}

fn no_path_crosses(workspace: &Workspace) -> Vec<String> {
    let in_templates = templates(workspace).flat_map(|(file, text)| {
        TEMPLATE_PATH
            .captures_iter(&text)
            .filter(|found| leaves(&found[1]))
            .map(|found| format!("{} uses the template {}: no template path crosses a crate", file.path, &found[1]))
            .collect::<Vec<_>>()
    });
    let in_code = workspace.rust().filter(|(file, _)| file.owner().is_some()).flat_map(|(file, code)| {
        code.strings
            .iter()
            .filter(|string| {
                has_ending(&string.text, "html") && leaves(&string.text) && !string.in_test && !file.is_test()
            })
            .map(move |string| format!("{}:{} uses the template {}", file.path, string.line, string.text))
    });
    let in_config = workspace
        .files
        .iter()
        .filter(|file| file.name() == "askama.toml" && file.text.contains(".."))
        .map(|file| format!("{} takes templates from another crate", file.path));
    in_templates.chain(in_code).chain(in_config).collect()
}

fn leaves(path: &str) -> bool {
    path.starts_with('/') || path.contains("..")
}

#[test]
fn templates_hold_no_inline_style_or_script() {
    holds(nothing_inline);
    let page = |text: &'static str| [("crates/web/templates/a.html", text)];
    finds(nothing_inline, &page("<p style=\"color:red\">"), "inline style");
    finds(nothing_inline, &page("<style>p {}</style>"), "inline style");
    finds(nothing_inline, &page("<a href=\"/\"\n onclick=\"go()\">"), "event attribute");
    finds(nothing_inline, &page("<a hx-on:click=\"go()\">"), "event attribute");
    finds(nothing_inline, &page("<script>\ngo()\n</script>"), "inline script");
    accepts(
        nothing_inline,
        &page(
            "{# style= #}<script src=\"/a.js\"></script><script type=\"application/json\">{}</script><p class=\"style\">one = 1</p>",
        ),
    );
}

#[test]
fn no_template_path_crosses_a_crate() {
    holds(no_path_crosses);
    finds(no_path_crosses, &[("crates/web/templates/a.html", "{% extends \"../../x/base.html\" %}")], "base.html");
    finds(no_path_crosses, &[("crates/web/src/a.rs", "#[template(path = \"../x/a.html\")] struct A;")], "a.html");
    finds(no_path_crosses, &[("crates/web/askama.toml", "dirs = [\"../x/templates\"]")], "askama.toml");
    accepts(no_path_crosses, &[("crates/web/templates/a.html", "{% include \"part.html\" %}")]);
}
