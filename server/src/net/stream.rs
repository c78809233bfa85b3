//! One connection's byte stream.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsStream;

use super::tls::{TlsError, cipher_name, verify_client_host};
use crate::telemetry::worker;

/// Who is at the other end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// A TCP connection, or the address that a trusted PROXY protocol header gave.
    Tcp(SocketAddr),
    /// A Unix domain socket: the same host.
    Local,
}

/// A connected socket without TLS.
#[derive(Debug)]
pub enum Socket {
    /// TCP, with `TCP_NODELAY`.
    Tcp(TcpStream),
    /// A Unix domain socket.
    Unix(UnixStream),
}

impl Socket {
    /// The other end's address, as the operating system has it.
    pub fn peer(&self) -> io::Result<Peer> {
        match self {
            Self::Tcp(tcp) => tcp.peer_addr().map(Peer::Tcp),
            Self::Unix(_) => Ok(Peer::Local),
        }
    }
}

/// A connected socket, bare or under TLS.
#[derive(Debug)]
pub enum Stream {
    /// Bytes as they are.
    Plain(Socket),
    /// Under TLS, as either end.
    Tls(Box<TlsStream<Socket>>),
}

/// Why nobody between the ends of a connection can read along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privacy {
    /// Everybody can.
    None,
    /// A Unix socket.
    Local,
    /// TLS.
    Tls,
}

impl Stream {
    /// The TLS cipher suite, as OpenSSL spells it; empty without TLS.
    pub fn cipher(&self) -> String {
        match self {
            Self::Plain(_) => String::new(),
            Self::Tls(tls) => {
                let suite = tls.get_ref().1.negotiated_cipher_suite();
                suite.map_or_else(String::new, |suite| cipher_name(suite.suite()))
            }
        }
    }

    /// Whether nobody between the ends can read along: TLS, or a Unix socket.
    pub fn is_private(&self) -> bool {
        self.privacy() != Privacy::None
    }

    /// Who between the ends can read along.
    pub fn privacy(&self) -> Privacy {
        match self {
            Self::Plain(Socket::Tcp(_)) => Privacy::None,
            Self::Plain(_) => Privacy::Local,
            Self::Tls(_) => Privacy::Tls,
        }
    }

    /// Whether the other end showed a TLS certificate that was verified.
    pub fn peer_certified(&self) -> bool {
        matches!(self, Self::Tls(tls) if tls.get_ref().1.peer_certificates().is_some())
    }

    /// Whether the certificate that the other end showed is for the address that it has.
    pub fn verify_host(&self, address: IpAddr) -> Result<(), TlsError> {
        match self {
            Self::Plain(_) => Ok(()),
            Self::Tls(tls) => verify_client_host(tls.get_ref().1.peer_certificates(), address),
        }
    }

    /// Whether bytes may be held back until `poll_flush` is called.
    pub fn holds_back(&self) -> bool {
        matches!(self, Self::Tls(_))
    }

    /// Reads what is there into `buffer`; `Ready(Ok(0))` when the other end has closed.
    pub fn poll_read_into(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut read = ReadBuf::new(buffer);
        match Pin::new(self).poll_read(cx, &mut read) {
            Poll::Ready(Ok(())) => Poll::Ready(Ok(read.filled().len())),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => Poll::Pending,
        }
    }
}

macro_rules! forward {
    ($self:ident, $stream:ident => $call:expr) => {
        match $self.get_mut() {
            Self::Plain(Socket::Tcp($stream)) => $call,
            Self::Plain(Socket::Unix($stream)) => $call,
            Self::Tls(tls) => {
                let $stream = tls.as_mut();
                $call
            }
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = forward!(self, stream => Pin::new(stream).poll_read(cx, buffer));
        match &read {
            Poll::Ready(Ok(())) => worker::here().read_bytes(buffer.filled().len() - before),
            Poll::Ready(Err(_)) => worker::here().failed(),
            Poll::Pending => {}
        }
        read
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = forward!(self, stream => Pin::new(stream).poll_write(cx, bytes));
        match &written {
            Poll::Ready(Ok(bytes)) => worker::here().wrote_bytes(*bytes),
            Poll::Ready(Err(_)) => worker::here().failed(),
            Poll::Pending => {}
        }
        written
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        forward!(self, stream => Pin::new(stream).poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        forward!(self, stream => Pin::new(stream).poll_shutdown(cx))
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(tcp) => Pin::new(tcp).poll_read(cx, buffer),
            Self::Unix(unix) => Pin::new(unix).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(tcp) => Pin::new(tcp).poll_write(cx, bytes),
            Self::Unix(unix) => Pin::new(unix).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Self::Unix(unix) => Pin::new(unix).poll_shutdown(cx),
        }
    }
}
