use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, Uri};
use parking_lot::Mutex;
use tokio::net::TcpListener;

/// A request that came in.
#[derive(Clone, Debug)]
pub struct Heard {
    /// Path and query.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: String,
}

/// Another host, on this machine: what a gateway or a provider is to the house.
#[derive(Clone)]
pub struct Loopback {
    /// Where it listens, without a trailing slash.
    pub url: String,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Loopback {
    /// Answers every request with what `answer` makes of it: a status and a body.
    pub async fn new(answer: impl Fn(&Heard) -> (u16, String) + Clone + Send + Sync + 'static) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let heard: Arc<Mutex<Vec<Heard>>> = Arc::default();
        let ears = Arc::clone(&heard);
        let router = Router::new().fallback(move |uri: Uri, headers: HeaderMap, body: Bytes| {
            let body = String::from_utf8_lossy(&body).into_owned();
            let came = Heard { path: uri.to_string(), headers, body };
            let (status, words) = answer(&came);
            ears.lock().push(came);
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            std::future::ready((status, words))
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { url, heard })
    }

    /// What came in so far.
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().clone()
    }
}
