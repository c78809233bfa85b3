//! One connection of a client of the API.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::request_line::Repaired;
use super::router::App;

/// How long a client may take for the TLS handshake.
const HANDSHAKE_WAIT: Duration = Duration::from_secs(10);
/// How long a client may take for the head of a request, or wait before the next one.
const HEAD_WAIT: Duration = Duration::from_secs(30);
/// The longest head of a request.
const HEAD_LEN_MAX: usize = 64 << 10;
/// How long what was sent may stay without acknowledgement.
const SEND_WAIT: Duration = Duration::from_mins(1);

/// Where a request came from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer {
    /// The client's address.
    pub(super) address: SocketAddr,
    /// Whether it came over TLS.
    pub(super) tls: bool,
}

/// Serves one connection to its end, or until `closing` and the request under way is answered.
pub(super) async fn serve(
    stream: TcpStream,
    address: SocketAddr,
    tls: Option<TlsAcceptor>,
    app: App,
    closing: watch::Receiver<bool>,
) {
    if let Err(error) = bound_waiting(&stream) {
        tracing::debug!(%address, "the socket takes no options: {error}");
    }
    let Some(acceptor) = tls else {
        return speak(
            stream,
            Peer {
                address,
                tls: false,
            },
            app,
            closing,
        )
        .await;
    };
    match timeout(HANDSHAKE_WAIT, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => speak(stream, Peer { address, tls: true }, app, closing).await,
        Ok(Err(error)) => tracing::info!(%address, "TLS handshake failed: {error}"),
        Err(_) => tracing::info!(%address, "TLS handshake took too long"),
    }
}

pub(super) async fn speak<S>(stream: S, peer: Peer, app: App, mut closing: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let app = app.clone();
        async move { Ok::<_, Infallible>(app.handle(request.map(Body::new), peer).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WAIT)
        .max_buf_size(HEAD_LEN_MAX)
        .serve_connection(TokioIo::new(Repaired::new(stream)), service)
        // To a WebSocket.
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let stopping = async {
        // An error means that the server is gone, which is stopping too.
        let _ = closing.wait_for(|closing| *closing).await;
    };
    let ended = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        () = stopping => None,
    };
    let ended = if let Some(ended) = ended {
        ended
    } else {
        connection.as_mut().graceful_shutdown();
        connection.await
    };
    if let Err(error) = ended {
        tracing::debug!(address = %peer.address, "connection ended: {error}");
    }
}

/// A client that reads nothing more, or is gone without a word, must not hold its connection.
fn bound_waiting(stream: &TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    socket.set_tcp_user_timeout(Some(SEND_WAIT))?;
    socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(SEND_WAIT))
}
