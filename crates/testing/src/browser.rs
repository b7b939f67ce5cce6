use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use crate::Page;
use crate::upload::{self, Chosen};

/// One browser: keeps cookies, sends what a form holds, follows redirects.
pub struct Browser {
    router: Router,
    cookies: BTreeMap<String, String>,
    /// Headers sent with every request, such as `hx-request`.
    pub headers: HeaderMap,
}

const OWN: &str = "huiyin.test";

impl Browser {
    pub(crate) fn new(router: Router) -> Self {
        Self { router, cookies: BTreeMap::new(), headers: HeaderMap::new() }
    }

    /// Opens a page, following redirects.
    pub async fn get(&mut self, path: &str) -> Page {
        let page = self.send(Method::GET, path, None, Body::empty()).await;
        self.follow(page).await
    }

    /// Opens a page without following redirects.
    pub async fn look(&mut self, path: &str) -> Page {
        self.send(Method::GET, path, None, Body::empty()).await
    }

    /// Sends fields to a path as a page of this site would, following redirects.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.post_only(path, fields).await;
        self.follow(page).await
    }

    /// Sends fields without following redirects.
    pub async fn post_only(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = serde_html_form::to_string(fields).unwrap_or_default();
        self.send(Method::POST, path, Some("application/x-www-form-urlencoded".into()), Body::from(body)).await
    }

    /// Sends the form of `page` whose action is `action`: what it holds already, with `fields` filled in.
    ///
    /// Panics when the page has no such form: the test has lost its way.
    pub async fn submit(&mut self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let filled = page.form(action, fields);
        let filled: Vec<(&str, &str)> = filled.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(action, &filled).await
    }

    /// Sends a form of `page` with files.
    pub async fn upload(&mut self, page: &Page, action: &str, fields: &[(&str, &str)], files: &[Chosen<'_>]) -> Page {
        let (kind, body) = upload::multipart(&page.form(action, fields), files);
        let page = self.send(Method::POST, action, Some(kind), Body::from(body)).await;
        self.follow(page).await
    }

    /// Sends the form `action` of `page` by its button with the `formaction` `path`, with files.
    pub async fn press(
        &mut self,
        page: &Page,
        (action, path): (&str, &str),
        fields: &[(&str, &str)],
        files: &[Chosen<'_>],
    ) -> Page {
        let (kind, body) = upload::multipart(&page.form(action, fields), files);
        let page = self.send(Method::POST, path, Some(kind), Body::from(body)).await;
        self.follow(page).await
    }

    /// Any request, as it is.
    pub async fn send(&mut self, method: Method, path: &str, kind: Option<String>, body: Body) -> Page {
        let mut request = Request::builder().method(method.clone()).uri(path).header(HOST, OWN);
        if method != Method::GET && !self.headers.contains_key(ORIGIN) {
            request = request.header(ORIGIN, format!("http://{OWN}"));
        }
        if let Some(kind) = kind {
            request = request.header(CONTENT_TYPE, kind);
        }
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(COOKIE, cookies.join("; "));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.body(body).expect("a valid request");
        let response = self.router.clone().oneshot(request).await.expect("the router never fails");
        let (parts, body) = response.into_parts();
        self.keep_cookies(&parts.headers);
        let bytes = body.collect().await.expect("a whole body").to_bytes();
        Page { status: parts.status, headers: parts.headers, path: path.to_owned(), bytes }
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Keeps a cookie.
    pub fn keep(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    /// Forgets a cookie, as when a session ends.
    pub fn forget(&mut self, name: &str) {
        self.cookies.remove(name);
    }

    async fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..5 {
            let Some(to) = page.headers.get(LOCATION).and_then(|to| to.to_str().ok()).map(ToOwned::to_owned) else {
                return page;
            };
            if !page.status.is_redirection() {
                return page;
            }
            page = self.send(Method::GET, &to, None, Body::empty()).await;
        }
        page
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let mut parts = cookie.split(';');
            let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { continue };
            if parts.any(|part| part.trim().eq_ignore_ascii_case("max-age=0")) {
                self.cookies.remove(name.trim());
            } else {
                self.cookies.insert(name.trim().to_owned(), value.trim().to_owned());
            }
        }
    }
}
