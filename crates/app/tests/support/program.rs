//! The program as a process of its own.

use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// A running server; killed when it is dropped.
pub(crate) struct Server {
    /// The process.
    pub(crate) child: Child,
    /// Its address, such as `127.0.0.1:40123`.
    pub(crate) host: String,
}

/// The program with these words, and none of the settings of the machine it is tested on.
pub(crate) fn command(binary: &Path, words: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(binary);
    let foreign =
        std::env::vars_os().map(|(name, _)| name).filter(|name| name.to_string_lossy().starts_with("HUIYIN_"));
    for name in foreign {
        command.env_remove(name);
    }
    command.args(words).envs(settings.iter().copied()).stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// Starts the demo city of `folder` on a free port.
pub(crate) async fn serve(binary: &Path, folder: &Path) -> Server {
    serve_and_listen(binary, folder).await.0
}

/// The same, with what it said until it listened.
pub(crate) async fn serve_and_listen(binary: &Path, folder: &Path) -> (Server, String) {
    let folder = folder.to_string_lossy();
    let words = ["demo", "--listen", "127.0.0.1:0", "--data", &*folder];
    let mut child = command(binary, &words, &[("HUIYIN_SITE_LIMIT_FACTOR", "1000000")])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let mut said = String::new();
    while let Some(line) = lines.next_line().await.expect("text") {
        said.push_str(&line);
        said.push('\n');
        if let Some((_, rest)) = line.split_once("http://") {
            let host = rest.split('/').next().unwrap_or_default().to_owned();
            // Somebody must go on reading, or the program could not say its last words.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return (Server { child, host }, said);
        }
    }
    panic!("the server did not start: {said}");
}

impl Server {
    /// Asks it to stop, as Ctrl-C does, and tells whether it ended well.
    pub(crate) async fn stop(mut self) -> bool {
        let id = self.child.id().expect("it runs").to_string();
        let asked = Command::new("kill").args(["-INT", &id]).status().await.expect("kill runs");
        asked.success() && self.child.wait().await.is_ok_and(|status| status.success())
    }

    /// As a power cut would.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.expect("it can be killed");
    }
}
