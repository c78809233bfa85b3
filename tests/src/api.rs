//! A small client of the REST API.

mod events;
mod kept;

use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{HeaderMap, Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

pub use events::{Event, Events};
pub use kept::KeptApi;

use crate::waiting::within;

/// The first account of a gateway on loopback.
pub const ADMIN: (&str, &str) = ("admin", "mariadb");

/// Talks to one gateway's REST API.
#[derive(Debug, Clone)]
pub struct Api {
    port: u16,
    account: Option<(String, String)>,
}

/// An answer of the API.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub text: String,
}

impl Answer {
    /// The body as JSON; `null` when empty.
    pub fn json(&self) -> Value {
        if self.text.is_empty() {
            return Value::Null;
        }
        serde_json::from_str(&self.text)
            .unwrap_or_else(|e| panic!("no JSON ({e}), status {}: {}", self.status, self.text))
    }

    /// A header as text; empty when absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

impl Api {
    /// A client that logs in as the first account.
    pub fn new(port: u16) -> Self {
        Self::anonymous(port).account(ADMIN.0, ADMIN.1)
    }

    /// A client without account.
    pub fn anonymous(port: u16) -> Self {
        Self {
            port,
            account: None,
        }
    }

    /// The same with another account.
    #[must_use]
    pub fn account(mut self, user: &str, password: &str) -> Self {
        self.account = Some((user.to_owned(), password.to_owned()));
        self
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[]).await
    }

    /// GET of what must be there: the document.
    pub async fn document(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "GET {path}: {}", answer.text);
        answer.json()
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &[]).await
    }

    /// PATCH with a body.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        let body = Bytes::from(body.to_string());
        let headers = [("content-type", "application/json")];
        self.send_body(Method::PATCH, path, &headers, body).await
    }

    /// POST with a body.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        let body = match body {
            Value::Null => Bytes::new(),
            body => Bytes::from(body.to_string()),
        };
        let headers = [("content-type", "application/json")];
        self.send_body(Method::POST, path, &headers, body).await
    }

    /// Any write, with a body that may be anything.
    pub async fn write(&self, method: &str, path: &str, body: Bytes) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let headers = [("content-type", "application/json")];
        self.send_body(method, path, &headers, body).await
    }

    /// A write to a gateway that may be gone before it answers.
    pub async fn attempt(&self, method: &str, path: &str, body: &Value) -> std::io::Result<Answer> {
        let method = Method::from_bytes(method.as_bytes()).map_err(std::io::Error::other)?;
        let body = match body {
            Value::Null => Bytes::new(),
            body => Bytes::from(body.to_string()),
        };
        let headers = [("content-type", "application/json")];
        within(
            Duration::from_secs(30),
            path,
            self.answered(method, path, &headers, body),
        )
        .await
    }

    /// Any request without body, with further headers.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send_body(method, path, headers, Bytes::new()).await
    }

    async fn send_body(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Answer {
        let what = format!("{method} {path}");
        let work = self.answered(method, path, headers, body);
        let answer: std::io::Result<Answer> = within(Duration::from_secs(30), &what, work).await;
        answer.unwrap_or_else(|e| panic!("{what}: {e}"))
    }

    async fn answered(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> std::io::Result<Answer> {
        let response = self.open(method, path, headers, body).await?;
        let (head, body) = response.into_parts();
        let bytes = body
            .collect()
            .await
            .map_err(std::io::Error::other)?
            .to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Ok(Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            text,
        })
    }

    /// Whether the API answers at all.
    pub async fn is_up(&self) -> bool {
        self.open(Method::GET, "/", &[], Bytes::new()).await.is_ok()
    }

    /// The event stream, from its snapshot or from the event after `last_event_id`.
    pub async fn events(&self, last_event_id: Option<&str>) -> Events {
        let mut headers = vec![("accept", "text/event-stream")];
        headers.extend(last_event_id.map(|id| ("last-event-id", id)));
        let response = self
            .open(Method::GET, "/v1/events", &headers, Bytes::new())
            .await
            .expect("an answer");
        assert_eq!(response.status(), 200, "GET /v1/events");
        Events::new(response.into_body())
    }

    async fn open(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> std::io::Result<Response<Incoming>> {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(std::io::Error::other)?;
        // Ends by itself when the answer has been read or dropped.
        tokio::spawn(connection);
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", format!("127.0.0.1:{}", self.port));
        if let Some((user, password)) = &self.account {
            request = request.header("authorization", basic(user, password));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request
            .body(Full::new(body))
            .map_err(std::io::Error::other)?;
        sender
            .send_request(request)
            .await
            .map_err(std::io::Error::other)
    }
}

fn basic(user: &str, password: &str) -> String {
    use base64::Engine as _;
    let pair = format!("{user}:{password}");
    format!(
        "Basic {}",
        base64::engine::general_purpose::STANDARD.encode(pair)
    )
}
