use std::time::Duration;

/// How to reach the database and how writes are grouped.
#[derive(Clone, Debug)]
pub struct DbConfig {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: String,
    /// Connections for reading (SQLite) or in all (PostgreSQL).
    pub connections: u32,
    /// SQLite: the most writes that share one commit. 1 turns grouping off, for measuring.
    pub group_size: usize,
    /// SQLite: waits this long before each commit. Only for measuring a slow disk; zero otherwise.
    pub commit_delay: Duration,
}

impl DbConfig {
    /// The defaults for `url`.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), connections: 8, group_size: 256, commit_delay: Duration::ZERO }
    }
}
