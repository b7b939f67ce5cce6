//! The one client: a request to one host, protected, bounded, never redirected.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::Uri;
use hyper::header::{HeaderName, HeaderValue};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

use crate::config::{Misfit, is_private};

/// From the first byte to the last.
const LIMIT: Duration = Duration::from_secs(15);
/// Most bytes of an answer.
const MOST_BYTES: usize = 256 * 1024;

/// Sends requests to other hosts. Cheap to clone.
#[derive(Clone)]
pub struct HttpClient(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

/// What is asked of another host.
#[derive(Clone)]
pub struct Request {
    url: String,
    body: Option<Bytes>,
    headers: Vec<(String, String)>,
}

/// What it answered.
#[derive(Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body, at most 256 KiB.
    pub body: Bytes,
}

impl Request {
    /// Reads `url`.
    pub fn get(url: &str) -> Self {
        Self { url: url.to_owned(), body: None, headers: Vec::new() }
    }

    /// Sends `body` to `url`.
    pub fn post(url: &str, content_type: &str, body: Vec<u8>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self { url: url.to_owned(), body: Some(body.into()), headers }
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a header written as `name: value`; a line without colon is left out.
    #[must_use]
    pub fn header_line(self, line: &str) -> Self {
        match line.split_once(':') {
            Some((name, value)) => self.header(name.trim(), value.trim()),
            None => self,
        }
    }
}

impl HttpClient {
    /// Trusts the authorities that browsers trust, and those in the PEM file `certificates`.
    pub fn new(certificates: Option<&Path>) -> Result<Self, Misfit> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(path) = certificates {
            let wrong = || Misfit::Certificates(path.to_owned());
            let read = CertificateDer::pem_file_iter(path).map_err(|_| wrong())?;
            let mut found = 0;
            for certificate in read {
                roots.add(certificate.map_err(|_| wrong())?).map_err(|_| wrong())?;
                found += 1;
            }
            if found == 0 {
                return Err(wrong());
            }
        }
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap_or_else(|_| unreachable!("ring speaks the default versions"))
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(Duration::from_secs(5)));
        let connector =
            hyper_rustls::HttpsConnectorBuilder::new().with_tls_config(config).https_or_http().enable_http1();
        // A gateway is asked rarely: a connection of its own each time tells a dead one at once.
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector.wrap_connector(tcp));
        Ok(Self(client))
    }

    /// Sends one request. A redirect is an answer like any other: who is asked stands in the configuration.
    pub async fn send(&self, request: &Request) -> anyhow::Result<Answer> {
        let uri = check_url(&request.url)?;
        let method = if request.body.is_some() { hyper::Method::POST } else { hyper::Method::GET };
        let mut built = hyper::Request::builder().method(method).uri(uri);
        for (name, value) in &request.headers {
            built = built.header(name, value);
        }
        let built = built.body(Full::new(request.body.clone().unwrap_or_default()))?;
        let exchange = async {
            let answer = self.0.request(built).await?;
            let status = answer.status().as_u16();
            let body = Limited::new(answer.into_body(), MOST_BYTES).collect().await;
            let body = body.map_err(|_| anyhow::anyhow!("the answer breaks off or is too long"))?.to_bytes();
            anyhow::Ok(Answer { status, body })
        };
        tokio::time::timeout(LIMIT, exchange).await?
    }
}

/// An address that may be asked: TLS, or a host that is this machine or in a private network.
pub(crate) fn check_url(url: &str) -> Result<Uri, Misfit> {
    let uri: Uri = url.parse().map_err(|_| Misfit::Url)?;
    let host = uri.host().ok_or(Misfit::Url)?;
    match uri.scheme_str() {
        Some("https") => Ok(uri),
        Some("http") if is_private(host) => Ok(uri),
        _ => Err(Misfit::Url),
    }
}

/// Reads `name: value`.
pub(crate) fn header(line: &str) -> Result<(HeaderName, HeaderValue), Misfit> {
    let (name, value) = line.split_once(':').ok_or(Misfit::Header)?;
    let name = name.trim().parse().map_err(|_| Misfit::Header)?;
    let value = value.trim().parse().map_err(|_| Misfit::Header)?;
    Ok((name, value))
}

/// Neither addresses nor bodies reach a log.
impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HttpClient")
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Request(…)")
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_protected_or_private_hosts_are_asked() {
        for good in ["https://sms.example.cn/v1", "http://127.0.0.1:8080/", "http://10.1.2.3/x", "http://[::1]:1/"] {
            assert!(check_url(good).is_ok(), "{good}");
        }
        for bad in ["http://sms.example.cn/", "http://8.8.8.8/", "ftp://10.0.0.1/", "/path", "", "https://", "not a url"] {
            assert!(check_url(bad).is_err(), "{bad}");
        }
        assert!(header("X-App: 1").is_ok() && header("X-App").is_err() && header("X App: 1").is_err());
    }
}
