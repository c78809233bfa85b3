//! What a filter decides.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
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
    /// It waits for this, and is then shown to the filter that says so once more.
    Wait(Waiting),
    /// The session ends; the client is told why.
    Close(ErrPacket),
}

/// Something that a filter waits for.
pub struct Waiting(Pin<Box<dyn Future<Output = ()>>>);

impl Waiting {
    /// Until `future` is done.
    pub fn until(future: impl Future<Output = ()> + 'static) -> Self {
        Self(Box::pin(future))
    }
}

impl Future for Waiting {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.0.as_mut().poll(cx)
    }
}

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Waiting")
    }
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
