//! A lean client of the API: a connection for each request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::handshake;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, IF_MATCH};
use hyper::{Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::error::CtlError;
use super::options::Access;
use super::request::Request;
use crate::config::{TlsParameters, TlsVersions};
use crate::net::tls;

/// Talks to one gateway's API.
pub(super) struct Client {
    host: String,
    authorization: String,
    tls: Option<TlsConnector>,
    timeout: Duration,
}

impl Client {
    pub(super) fn new(access: &Access, host: &str) -> Result<Self, CtlError> {
        let pair = format!("{}:{}", access.user, access.password);
        let tls = access.secure.then(|| connector(access, host));
        Ok(Self {
            host: host.to_owned(),
            authorization: format!("Basic {}", STANDARD.encode(pair)),
            tls: tls.transpose()?,
            timeout: access.timeout,
        })
    }

    /// The gateway's address.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// Sends a request. The document of the answer; `null` when there is none.
    pub(super) async fn send(&self, request: &Request) -> Result<Value, CtlError> {
        let (status, text) = tokio::time::timeout(self.timeout, self.exchange(request))
            .await
            .map_err(|_| CtlError::Timeout(self.host.clone()))??;
        if !status.is_success() {
            return Err(refused(status, &text));
        }
        if text.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&text).map_err(|error| CtlError::Json(request.name(), error))
    }

    async fn exchange(&self, request: &Request) -> Result<(StatusCode, Bytes), CtlError> {
        let connect = |source| CtlError::Connect {
            host: self.host.clone(),
            source,
        };
        let stream = TcpStream::connect(&self.host).await.map_err(connect)?;
        let response = match &self.tls {
            None => self.ask(stream, request).await?,
            Some(connector) => {
                let name = tls::server_name(host_name(&self.host)).map_err(self.tls_error())?;
                let stream = connector.connect(name, stream).await.map_err(connect)?;
                self.ask(stream, request).await?
            }
        };
        let status = response.status();
        let body = response.into_body().collect().await;
        Ok((status, body.map_err(self.http_error())?.to_bytes()))
    }

    async fn ask(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        request: &Request,
    ) -> Result<Response<Incoming>, CtlError> {
        let (mut sender, connection) = handshake(TokioIo::new(stream))
            .await
            .map_err(self.http_error())?;
        // Ends by itself when the answer has been read or dropped.
        tokio::spawn(connection);
        let built = self.built(request);
        let built = built.map_err(|error| CtlError::Request(request.name(), error))?;
        sender.send_request(built).await.map_err(self.http_error())
    }

    fn built(&self, request: &Request) -> Result<hyper::Request<Full<Bytes>>, hyper::http::Error> {
        let mut builder = hyper::Request::builder()
            .method(&request.method)
            .uri(format!("/v1/{}", request.path))
            .header(HOST, &self.host)
            .header(AUTHORIZATION, &self.authorization);
        if let Some(version) = &request.version {
            builder = builder.header(IF_MATCH, format!("\"{version}\""));
        }
        let body = match &request.body {
            None => Bytes::new(),
            Some(body) => {
                builder = builder.header(CONTENT_TYPE, "application/json");
                Bytes::from(body.to_string())
            }
        };
        builder.body(Full::new(body))
    }

    fn http_error(&self) -> impl Fn(hyper::Error) -> CtlError {
        |source| CtlError::Http {
            host: self.host.clone(),
            source,
        }
    }

    fn tls_error(&self) -> impl Fn(tls::TlsError) -> CtlError {
        |source| CtlError::Tls {
            host: self.host.clone(),
            source: Box::new(source),
        }
    }
}

fn connector(access: &Access, host: &str) -> Result<TlsConnector, CtlError> {
    let parameters = TlsParameters {
        enabled: true,
        key: access.tls_key.clone(),
        cert: access.tls_cert.clone(),
        ca: access.tls_ca_cert.clone(),
        verify_peer_certificate: access.tls_verify_server_cert,
        verify_peer_host: access.tls_verify_server_cert,
        versions: TlsVersions::default(),
        ..TlsParameters::default()
    };
    tls::connector(&parameters).map_err(|source| CtlError::Tls {
        host: host.to_owned(),
        source: Box::new(source),
    })
}

/// `[::1]:8989` is `::1`.
fn host_name(host: &str) -> &str {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let bare = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'));
    bare.unwrap_or(name)
}

/// The reasons that the API gives, or its status.
fn refused(status: StatusCode, body: &[u8]) -> CtlError {
    let document: Value = serde_json::from_slice(body).unwrap_or_default();
    let errors = document.get("errors").and_then(Value::as_array);
    let details = errors.into_iter().flatten().filter_map(|error| {
        let detail = error.get("detail")?.as_str()?;
        let pointer = error.pointer("/source/pointer").and_then(Value::as_str);
        Some(match pointer {
            Some(pointer) => format!("{detail} ({pointer})"),
            None => detail.to_owned(),
        })
    });
    let mut details: Vec<String> = details.collect();
    if details.is_empty() {
        details.push(status.to_string());
    }
    CtlError::Refused {
        status: status.as_u16(),
        details,
    }
}
