//! A connection to the REST API that is kept between requests, as programs keep one.

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::SendRequest;
use hyper::{Method, Request, Response};
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
        let response = self.send(Method::PATCH, path, body.to_string()).await;
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// GET: the status, and how long the answer's body is, which is not kept.
    pub async fn length(&mut self, path: &str) -> (u16, usize) {
        let response = self.send(Method::GET, path, String::new()).await;
        let (head, mut body) = response.into_parts();
        let mut length = 0;
        while let Some(frame) = body.frame().await {
            let frame = frame.expect("a body");
            length += frame.data_ref().map_or(0, Bytes::len);
        }
        (head.status.as_u16(), length)
    }

    async fn send(&mut self, method: Method, path: &str, body: String) -> Response<Incoming> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", &self.host)
            .header("content-type", "application/json");
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        let request = request.body(Full::new(Bytes::from(body)));
        let request = request.expect("a good request");
        self.sender.ready().await.expect("the connection is kept");
        self.sender.send_request(request).await.expect("an answer")
    }
}
