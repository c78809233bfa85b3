//! What a filter decides.

use std::sync::Arc;
use std::time::Instant;

use super::reply::ReplyPacket;
use crate::wire::reply::ErrPacket;

/// What becomes of a request.
#[derive(Debug)]
pub enum Verdict {
    /// It goes on, changed or not.
    Forward,
    /// It goes no further: this is the reply to it.
    Answer(Answer),
    /// It waits until then, and goes on behind the filter that says so.
    Hold(Instant),
    /// The session ends; the client is told why.
    Close(ErrPacket),
}

/// A reply that a filter gives in place of a server.
#[derive(Debug, Clone)]
pub enum Answer {
    /// An error.
    Error(ErrPacket),
    /// Payloads, to be framed.
    Packets(Vec<Vec<u8>>),
    /// Framed packets that begin with sequence number 1.
    Framed(Arc<[u8]>),
}

/// What becomes of a packet of a reply.
#[derive(Debug)]
pub enum PacketVerdict {
    /// It goes on, changed or not.
    Forward,
    /// It goes no further.
    Swallow,
    /// These go on in its place.
    Replace(Vec<ReplyPacket>),
}
