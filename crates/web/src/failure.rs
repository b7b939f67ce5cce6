use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use huiyin_base::{Problem, ProblemKind};

/// What a handler gives back.
pub type Result<T = Response, E = Failure> = std::result::Result<T, E>;

/// A [`Problem`] on its way to a page. The outer layer draws the page, since it knows the viewer and the mode.
#[derive(Debug)]
pub struct Failure(pub Problem);

impl Failure {
    /// The status code of each kind.
    pub(crate) fn status(kind: ProblemKind) -> StatusCode {
        match kind {
            ProblemKind::NotFound => StatusCode::NOT_FOUND,
            ProblemKind::SignInNeeded => StatusCode::UNAUTHORIZED,
            ProblemKind::Forbidden => StatusCode::FORBIDDEN,
            ProblemKind::Conflict => StatusCode::CONFLICT,
            ProblemKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            ProblemKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            ProblemKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
            ProblemKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            ProblemKind::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// A problem inside a response, for the layer that draws it. `Clone` because extensions ask for it.
#[derive(Clone, Debug)]
pub(crate) struct Carried(pub(crate) std::sync::Arc<Problem>);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = Self::status(self.0.kind).into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
        response.extensions_mut().insert(Carried(std::sync::Arc::new(self.0)));
        response
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<huiyin_db::Error> for Failure {
    fn from(error: huiyin_db::Error) -> Self {
        Self(error.into())
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Self(Problem::broken(error))
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self(Problem::broken(error))
    }
}
