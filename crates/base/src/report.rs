/// What one check of a running system found: `huiyin check …` prints it, and an empty list of findings is a pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The check's word: `figures`, `references`, `audit`, `burden`.
    pub name: &'static str,
    /// How many things were looked at, so that a check of nothing does not look like a pass of everything.
    pub examined: u64,
    /// Nothing was found.
    pub passed: bool,
    /// One Chinese sentence each: what is wrong and where.
    pub findings: Vec<String>,
}

impl Report {
    /// A report over `examined` things; it passes when there are no findings.
    pub fn new(name: &'static str, examined: u64, findings: Vec<String>) -> Self {
        Self { name, examined, passed: findings.is_empty(), findings }
    }
}
