//! Whole packets on a stream, for handshakes and for the gateway's own queries.

use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::{TlsAcceptor, TlsConnector, TlsStream};

use super::NetError;
use super::proxy_protocol::{self, Decoded};
use super::stream::{Socket, Stream};
use crate::wire::packet::{HEADER_LEN, PAYLOAD_MAX, PacketHeader, frame};

/// How much `read` takes from the socket at a time once `read_ahead` is on, in bytes.
const READ_AHEAD: usize = 16 * 1024;

/// A stream that is read and written packet by packet.
///
/// By default it never reads past the packet asked for, so that the stream below can be put under
/// TLS, or handed on, between any two packets. `S` may also be a borrowed stream.
#[derive(Debug)]
pub struct PacketStream<S = Stream> {
    stream: S,
    next_sequence: u8,
    ahead: Option<Ahead>,
    /// Bytes that were read to look at them, and belong to the next packet.
    unread: Vec<u8>,
}

#[derive(Debug)]
struct Ahead {
    buffer: Vec<u8>,
    taken: usize,
}

impl<S: AsyncRead + AsyncWrite + Unpin> PacketStream<S> {
    /// Begins with sequence number 0.
    pub fn new(stream: S) -> Self {
        Self {
            stream,
            next_sequence: 0,
            ahead: None,
            unread: Vec::new(),
        }
    }

    /// Begins with another sequence number, in the middle of an exchange.
    pub fn resume(stream: S, next_sequence: u8) -> Self {
        Self {
            stream,
            next_sequence,
            ahead: None,
            unread: Vec::new(),
        }
    }

    /// From here on reads take all that is there: fewer system calls for results of many rows.
    /// The stream can't be handed on afterwards.
    pub fn read_ahead(&mut self) {
        self.ahead.get_or_insert_with(|| Ahead {
            buffer: Vec::new(),
            taken: 0,
        });
    }

    /// A new command begins: the next packet has sequence number 0.
    pub fn restart_sequence(&mut self) {
        self.next_sequence = 0;
    }

    /// The reply to a command of one packet is read next, whatever was sent meanwhile.
    pub fn expect_reply(&mut self) {
        self.next_sequence = 1;
    }

    /// The sequence number of the next packet, either way.
    pub fn next_sequence(&self) -> u8 {
        self.next_sequence
    }

    /// Reads one message, joined when it came in several packets, of at most `limit` bytes.
    pub async fn read(&mut self, limit: usize) -> Result<Vec<u8>, NetError> {
        let mut message = Vec::new();
        loop {
            let len = self.next_len().await?;
            let start = message.len();
            if start + len > limit {
                return Err(NetError::TooLarge { limit });
            }
            message.resize(start + len, 0);
            self.fill(&mut message[start..]).await?;
            if len < PAYLOAD_MAX {
                return Ok(message);
            }
        }
    }

    /// Reads one message, however long it is, and keeps at most `limit` bytes of it; and whether that
    /// is all of it.
    pub async fn read_start(&mut self, limit: usize) -> Result<(Vec<u8>, bool), NetError> {
        self.read_start_if(limit, |_| true).await
    }

    /// The same, where `may_keep` is asked before a packet of so many bytes is kept.
    pub async fn read_start_if(
        &mut self,
        limit: usize,
        mut may_keep: impl FnMut(usize) -> bool,
    ) -> Result<(Vec<u8>, bool), NetError> {
        let (mut message, mut is_whole) = (Vec::new(), true);
        loop {
            let len = self.next_len().await?;
            let start = message.len();
            let mut kept = len.min(limit.saturating_sub(start));
            if !may_keep(kept) {
                kept = 0;
            }
            message.resize(start + kept, 0);
            self.fill(&mut message[start..]).await?;
            self.skip(len - kept).await?;
            is_whole &= kept == len;
            if len < PAYLOAD_MAX {
                return Ok((message, is_whole));
            }
        }
    }

    async fn skip(&mut self, mut len: usize) -> Result<(), NetError> {
        let mut dropped = vec![0; len.min(READ_AHEAD)];
        while len > 0 {
            let part = len.min(dropped.len());
            self.fill(&mut dropped[..part]).await?;
            len -= part;
        }
        Ok(())
    }

    /// Reads the header of the packet that comes next: how long it is.
    async fn next_len(&mut self) -> Result<usize, NetError> {
        let mut header = [0; HEADER_LEN];
        self.fill(&mut header).await?;
        let Some(header) = PacketHeader::decode(&header) else {
            return Err(NetError::Closed);
        };
        if header.seq != self.next_sequence {
            return Err(NetError::Sequence {
                expected: self.next_sequence,
                got: header.seq,
            });
        }
        self.next_sequence = header.seq.wrapping_add(1);
        Ok(header.len as usize)
    }

    async fn fill(&mut self, out: &mut [u8]) -> Result<(), NetError> {
        let pushed_back = self.unread.len().min(out.len());
        let (first, out) = out.split_at_mut(pushed_back);
        first.copy_from_slice(&self.unread[..pushed_back]);
        self.unread.drain(..pushed_back);
        let Some(ahead) = &mut self.ahead else {
            return read_exact(&mut self.stream, out).await;
        };
        let mut filled = 0;
        while filled < out.len() {
            if ahead.taken == ahead.buffer.len() {
                ahead.buffer.resize(READ_AHEAD, 0);
                ahead.taken = 0;
                let read = self.stream.read(&mut ahead.buffer).await;
                ahead.buffer.truncate(*read.as_ref().unwrap_or(&0));
                if read? == 0 {
                    return Err(NetError::Closed);
                }
            }
            let part = (ahead.buffer.len() - ahead.taken).min(out.len() - filled);
            out[filled..filled + part]
                .copy_from_slice(&ahead.buffer[ahead.taken..ahead.taken + part]);
            ahead.taken += part;
            filled += part;
        }
        Ok(())
    }

    /// Reads a PROXY protocol header, if one comes before the first packet. Returns the address that
    /// it tells, if any.
    pub async fn read_proxy_header(&mut self) -> Result<Option<SocketAddr>, NetError> {
        let mut head = Vec::new();
        loop {
            match proxy_protocol::decode(&head)? {
                Decoded::NeedsMore(missing) => {
                    let start = head.len();
                    head.resize(start + missing, 0);
                    read_exact(&mut self.stream, &mut head[start..]).await?;
                }
                Decoded::NotAHeader => {
                    self.unread = head;
                    return Ok(None);
                }
                Decoded::Header { source, .. } => return Ok(source),
            }
        }
    }

    /// Sends one message, in as many packets as it needs.
    pub async fn write(&mut self, payload: &[u8]) -> Result<(), NetError> {
        let mut framed = Vec::with_capacity(payload.len() + HEADER_LEN);
        frame(payload, &mut self.next_sequence, &mut framed);
        self.write_raw(&framed).await
    }

    /// Sends bytes as they are: a PROXY protocol header, packets that are framed already.
    pub async fn write_raw(&mut self, bytes: &[u8]) -> Result<(), NetError> {
        self.stream.write_all(bytes).await?;
        self.stream.flush().await?;
        Ok(())
    }

    /// The stream below.
    pub fn stream(&self) -> &S {
        &self.stream
    }

    /// Hands the stream on; nothing was read past the last packet.
    pub fn into_stream(self) -> S {
        self.stream
    }
}

impl PacketStream {
    /// Goes on under TLS as the server's end.
    pub async fn accept_tls(self, acceptor: &TlsAcceptor) -> Result<Self, NetError> {
        let next_sequence = self.next_sequence;
        let tls = acceptor
            .accept(self.plain()?)
            .await
            .map_err(|e| NetError::Tls(e.to_string()))?;
        let stream = Stream::Tls(Box::new(TlsStream::Server(tls)));
        Ok(Self {
            stream,
            next_sequence,
            ahead: None,
            unread: Vec::new(),
        })
    }

    /// Goes on under TLS as the client's end.
    pub async fn connect_tls(
        self,
        connector: &TlsConnector,
        name: ServerName<'static>,
    ) -> Result<Self, NetError> {
        let next_sequence = self.next_sequence;
        let tls = connector.connect(name, self.plain()?).await;
        let tls = tls.map_err(|e| NetError::Tls(e.to_string()))?;
        let stream = Stream::Tls(Box::new(TlsStream::Client(tls)));
        Ok(Self {
            stream,
            next_sequence,
            ahead: None,
            unread: Vec::new(),
        })
    }

    fn plain(self) -> Result<Socket, NetError> {
        match self.stream {
            Stream::Plain(socket) if self.ahead.is_none() => Ok(socket),
            _ => Err(NetError::Tls(
                "asked for on a connection that already has it".to_owned(),
            )),
        }
    }
}

async fn read_exact(stream: &mut (impl AsyncRead + Unpin), out: &mut [u8]) -> Result<(), NetError> {
    match stream.read_exact(out).await {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Err(NetError::Closed),
        Err(error) => Err(error.into()),
    }
}
