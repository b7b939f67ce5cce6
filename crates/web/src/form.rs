use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use huiyin_base::Problem;
use serde::de::DeserializeOwned;

use crate::session::Current;
use crate::{Failure, Site, body, csrf};

/// A form, sent by a page of this site. Lists are read as `field=a&field=b`; unknown fields are ignored.
#[derive(Debug)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Site> for Form<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        let bytes = body::read(&parts.headers, body, body::LARGEST_FORM).await?;
        believe(site, &parts, field(&bytes, "csrf").as_deref())?;
        let form = serde_html_form::from_bytes(&bytes).map_err(|error| {
            let problem = Problem::invalid("表单内容不完整，请返回上一页，刷新后重新填写。");
            Failure(Problem { source: Some(error.into()), ..problem })
        })?;
        Ok(Self(form))
    }
}

/// The one field called `name`.
pub(crate) fn field(bytes: &[u8], name: &str) -> Option<String> {
    pairs(bytes).into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// All fields in order.
pub(crate) fn pairs(bytes: &[u8]) -> Vec<(String, String)> {
    serde_html_form::from_bytes(bytes).unwrap_or_default()
}

/// Refuses a form that another site has sent.
pub(crate) fn believe(site: &Site, parts: &Parts, token: Option<&str>) -> Result<(), Failure> {
    let nobody = Current::default();
    let current = parts.extensions.get::<Current>().unwrap_or(&nobody);
    if csrf::believed(site, current, &parts.headers, token) {
        return Ok(());
    }
    let message = "为了您的安全，这次提交没有受理：页面打开太久，或不是从本站提交的。请返回上一页，刷新后再提交。";
    Err(Problem::forbidden(message).into())
}

/// The query of a page. What does not fit is as if it had not been given: an old link still opens.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + Default, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(serde_html_form::from_str(query).unwrap_or_default()))
    }
}

/// What stands behind the question mark of a link.
pub fn to_query(query: &impl serde::Serialize) -> String {
    serde_html_form::to_string(query).unwrap_or_default()
}

/// The query of a link that was kept. What does not fit is as if it had not been given.
pub fn from_query<T: DeserializeOwned + Default>(query: &str) -> T {
    serde_html_form::from_str(query).unwrap_or_default()
}

/// The parameters of a path. What does not fit is not found.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(_) => Err(Problem::not_found().into()),
        }
    }
}
