use std::fmt;

/// A refusal or failure as a person meets it: what happened and what to do next, in Chinese.
///
/// Expected mistakes in a form are no `Problem`; they stand beside their field (style: three kinds of failure).
#[derive(Debug)]
pub struct Problem {
    /// Which kind, and so which status code.
    pub kind: ProblemKind,
    /// What happened, and what to do next. Plain text.
    pub message: String,
    /// The cause, for the log only; never shown.
    pub source: Option<anyhow::Error>,
}

/// The kinds of [`Problem`], each with one HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// 404: not there, or not for this viewer. Always the same words, so that nothing is given away.
    NotFound,
    /// 401: the page needs a signed-in person.
    SignInNeeded,
    /// 403: seen, but not to be done by this viewer.
    Forbidden,
    /// 409: somebody else was first, or the state does not allow it.
    Conflict,
    /// 413: too large.
    TooLarge,
    /// 422: understood, but not acceptable.
    Invalid,
    /// 429: too often.
    TooMany,
    /// 503: busy or under maintenance.
    Unavailable,
    /// 500: our fault; shown with a reference, logged once.
    Broken,
}

impl Problem {
    /// The uniform 404.
    pub fn not_found() -> Self {
        Self::new(ProblemKind::NotFound, "没有找到这个页面。可能是链接不完整，也可能内容不对您开放。请从首页重新进入。")
    }

    /// The page needs a signed-in person.
    pub fn sign_in_needed() -> Self {
        Self::new(
            ProblemKind::SignInNeeded,
            "这一页是登录后才能用的，登录以后会自动回到这里。反映问题、查回音不用登录。",
        )
    }

    /// 403 with the reason and who can do it.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(ProblemKind::Forbidden, message)
    }

    /// 409.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(ProblemKind::Conflict, message)
    }

    /// 422.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ProblemKind::Invalid, message)
    }

    /// Any kind with its message.
    pub fn new(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// Not what was asked is to blame but this system, or what it needs: the same may be asked again.
    pub fn is_ours(&self) -> bool {
        matches!(self.kind, ProblemKind::Broken | ProblemKind::Unavailable)
    }

    /// 500; the cause goes to the log.
    pub fn broken(source: impl Into<anyhow::Error>) -> Self {
        Self {
            kind: ProblemKind::Broken,
            message: "系统出了问题，您填写的内容没有丢失，请稍后再试。".into(),
            source: Some(source.into()),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(AsRef::as_ref)
    }
}
