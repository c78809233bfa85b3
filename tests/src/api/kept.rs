//! A connection to the REST API that is kept between requests, as programs keep one.

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::SendRequest;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use super::{Answer, Api, basic};

/// See the module.
#[derive(Debug)]
pub struct KeptApi {
    sender: SendRequest<Full<Bytes>>,
    host: String,
    authorization: Option<String>,
}

impl Api {
    /// A connection that is kept.
    pub async fn keep(&self) -> KeptApi {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await;
        let stream = stream.expect("the API listens");
        stream.set_nodelay(true).expect("a TCP connection");
        let connected = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
        let (sender, connection) = connected.expect("HTTP");
        tokio::spawn(connection);
        let account = self.account.as_ref();
        KeptApi {
            sender,
            host: format!("127.0.0.1:{}", self.port),
            authorization: account.map(|(user, password)| basic(user, password)),
        }
    }
}

impl KeptApi {
    /// PATCH with a body.
    pub async fn patch(&mut self, path: &str, body: &Value) -> Answer {
        let mut request = Request::builder()
            .method(Method::PATCH)
            .uri(path)
            .header("host", &self.host)
            .header("content-type", "application/json");
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        let body = Full::new(Bytes::from(body.to_string()));
        let request = request.body(body).expect("a good request");
        self.sender.ready().await.expect("the connection is kept");
        let response = self.sender.send_request(request).await.expect("an answer");
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}
