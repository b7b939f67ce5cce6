use huiyin_base::{Id, Instant, Region};
use huiyin_db::{row, text_enum};

text_enum! {
    /// How far a job is.
    pub enum JobState {
        Waiting = "waiting" / "等待",
        Running = "running" / "进行中",
        Done = "done" / "完成",
        Failed = "failed" / "失败",
    }
}

row! {
    /// A job as its handler sees it and as a progress page shows it.
    #[derive(Clone, Debug)]
    pub struct Job {
        /// Whose shard keeps it.
        pub region: Region,
        /// The job.
        pub id: Id,
        /// Which handler does it.
        pub kind: String,
        /// What it is about.
        pub payload: serde_json::Value,
        /// When it may run.
        pub run_at: Instant,
        /// How far it is.
        pub state: JobState,
        /// Counting this one.
        pub attempts: i64,
        /// Who has it, until his lease ends.
        pub leased_until: Option<Instant>,
        /// Done so far.
        pub progress: i64,
        /// Of how many; 0 while nobody knows.
        pub total: i64,
        /// What came of it: a path, a sentence, or the last error.
        pub result: Option<String>,
        /// The account that asked for it.
        pub created_by: Option<Id>,
    }
}

/// A job to be written.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Whose shard keeps it.
    pub region: Region,
    /// Which handler does it.
    pub kind: &'static str,
    /// While one of this kind and key waits, another is not written.
    pub key: Option<String>,
    /// What it is about: ids and numbers, no personal data.
    pub payload: serde_json::Value,
    /// Not before, in real time.
    pub run_at: Instant,
    /// The account that asks for it.
    pub created_by: Option<Id>,
}
