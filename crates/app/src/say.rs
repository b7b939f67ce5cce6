//! What the commands say on the terminal. The only place in the house that prints.

/// A result: standard output, for people and for scripts.
#[expect(clippy::print_stdout, reason = "a command answers on standard output")]
pub(crate) fn say(line: impl std::fmt::Display) {
    println!("{line}");
}

/// What went wrong: standard error.
#[expect(clippy::print_stderr, reason = "a command complains on standard error")]
pub(crate) fn complain(line: impl std::fmt::Display) {
    eprintln!("{line}");
}
