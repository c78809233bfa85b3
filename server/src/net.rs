//! Sockets: what the gateway accepts and dials, with or without TLS.
//!
//! Only this room and `backend` own sockets. `Stream` is the byte stream of one connection;
//! `PacketStream` reads and writes whole packets on it while a handshake goes on, after which the
//! session takes the bare `Stream` and forwards bytes.

mod hosts;
mod names;
mod packet_stream;
pub mod proxy_protocol;
mod socket;
mod stream;
mod supervisor;
pub mod tls;

pub use hosts::{HostError, HostLookup, Hosts};
pub use names::NameResolver;
pub use packet_stream::PacketStream;
pub use socket::{Address, bind_reuse_port, bind_unix};
pub use stream::{Peer, Privacy, Socket, Stream};
pub use supervisor::tell_supervisor;

/// Why a connection could not be used any more.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// The other end closed the connection, in the middle of a packet or instead of one.
    #[error("the connection was closed by the other end")]
    Closed,
    /// The operating system reported an error.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// A message is longer than the reader accepts at this point of the protocol.
    #[error("a message of more than {limit} bytes was sent where none is expected")]
    TooLarge {
        /// The most bytes accepted.
        limit: usize,
    },
    /// A packet's sequence number is not the one after the last.
    #[error("packet number {got} came where {expected} was expected")]
    Sequence {
        /// The number that the protocol asks for.
        expected: u8,
        /// The number that came.
        got: u8,
    },
    /// A PROXY protocol header is none.
    #[error("{0}")]
    ProxyHeader(#[from] proxy_protocol::ProxyHeaderError),
    /// TLS was asked for and could not be set up.
    #[error("TLS: {0}")]
    Tls(String),
}
