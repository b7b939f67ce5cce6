//! The files of the workspace, read once.

use std::path::Path;
use std::sync::OnceLock;

use walkdir::WalkDir;

use super::rust::Code;

/// Folders that hold what is made or fetched, not what was written.
const NOT_OURS: [&str; 7] = ["target", "node_modules", ".git", "data", "crates/web/assets", "e2e/out", ".github"];

/// What is read. Everything else is data or a picture; of that, only the names count.
const TEXT: [&str; 16] = [
    "rs", "toml", "md", "sh", "mjs", "js", "ts", "json", "html", "css", "svg", "sql", "txt", "npmrc", "run", "Makefile",
];

pub(super) struct File {
    /// From the root of the repository, with forward slashes.
    pub(super) path: String,
    /// Empty for what is not text.
    pub(super) text: String,
    /// The tokens of a Rust file, or why it could not be read.
    pub(super) code: Option<Result<Code, String>>,
}

impl File {
    fn new(path: String, text: String) -> File {
        let code = has_ending(&path, "rs").then(|| Code::read(&text));
        File { path, text, code }
    }

    /// The crate that the file belongs to: `cases` for `crates/features/cases/src/lib.rs`.
    pub(super) fn owner(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("crates/")?;
        inside.strip_prefix("features/").unwrap_or(inside).split('/').next()
    }

    /// Whether the file is a test by its place.
    pub(super) fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("/tests.rs") || self.path.contains("/benches/")
    }

    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

pub(super) struct Workspace {
    pub(super) files: Vec<File>,
}

impl Workspace {
    /// The repository that this test was built from.
    pub(super) fn real() -> &'static Workspace {
        static REAL: OnceLock<Workspace> = OnceLock::new();
        REAL.get_or_init(|| Workspace::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")))
    }

    /// An invented workspace, for counter-examples.
    pub(super) fn of(files: &[(&str, &str)]) -> Workspace {
        Workspace { files: files.iter().map(|(path, text)| File::new((*path).into(), (*text).into())).collect() }
    }

    pub(super) fn find(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Rust files with their tokens. A file that cannot be read as Rust is the compiler's business, not ours.
    pub(super) fn rust(&self) -> impl Iterator<Item = (&File, &Code)> {
        self.files.iter().filter_map(|file| Some((file, file.code.as_ref()?.as_ref().ok()?)))
    }

    fn read(root: &Path) -> Workspace {
        let relative = |path: &Path| {
            path.strip_prefix(root)
                .unwrap_or(path)
                .components()
                .map(|part| part.as_os_str().to_string_lossy().into_owned())
                .collect::<Vec<_>>()
                .join("/")
        };
        let ours = |path: &str| !NOT_OURS.iter().any(|skip| path == *skip || path.ends_with(&format!("/{skip}")));
        let mut files: Vec<File> = WalkDir::new(root)
            .into_iter()
            .filter_entry(|entry| ours(&relative(entry.path())))
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| {
                let is_text = entry.path().extension().or(entry.path().file_name()).is_some_and(|end| {
                    let end = end.to_string_lossy();
                    TEXT.contains(&end.trim_start_matches('.'))
                });
                // A file that vanishes while others are being read is no file of the workspace.
                let text =
                    if is_text { std::fs::read_to_string(entry.path()).unwrap_or_default() } else { String::new() };
                File::new(relative(entry.path()), text)
            })
            .collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Workspace { files }
    }
}

/// Whether a path ends in a dot and these letters.
pub(super) fn has_ending(path: &str, ending: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, end)| end == ending)
}

#[test]
fn a_file_knows_its_crate() {
    let files =
        Workspace::of(&[("crates/features/cases/src/lib.rs", ""), ("crates/db/src/lib.rs", ""), ("README.md", "")]);
    let owners: Vec<_> = files.files.iter().map(File::owner).collect();
    assert_eq!(owners, [Some("cases"), Some("db"), None]);
}

#[test]
fn the_real_workspace_is_found() {
    assert!(Workspace::real().find("crates/base/src/lib.rs").is_some());
    assert!(!Workspace::real().files.iter().any(|file| file.path.starts_with("target/")));
}
