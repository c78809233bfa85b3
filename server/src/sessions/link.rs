//! One end of a session: a stream and the bytes that it did not take yet.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::AsyncWrite;

use crate::net::Stream;

/// A stream, and what waits to be written to it.
///
/// What waits is never more than was offered at once, for nothing is offered while something waits:
/// that is how back-pressure passes from one end to the other.
#[derive(Debug)]
pub(super) struct Link {
    /// `None`: there is no connection; nothing comes and everything offered is dropped.
    stream: Option<Stream>,
    waiting: Vec<u8>,
    written: usize,
    unflushed: bool,
}

impl Link {
    pub fn new(stream: Stream) -> Self {
        Self {
            stream: Some(stream),
            ..Self::closed()
        }
    }

    /// No connection.
    pub fn closed() -> Self {
        Self {
            stream: None,
            waiting: Vec::new(),
            written: 0,
            unflushed: false,
        }
    }

    /// Whether there is a connection.
    pub fn is_open(&self) -> bool {
        self.stream.is_some()
    }

    /// Whether everything offered so far was written.
    pub fn is_clear(&self) -> bool {
        self.waiting.is_empty() && !self.unflushed
    }

    /// Takes the stream away if everything offered was written.
    pub fn take_clear(&mut self) -> Option<Stream> {
        if self.is_clear() {
            self.stream.take()
        } else {
            None
        }
    }

    /// Bytes that wait to be written.
    pub fn left(&self) -> usize {
        self.waiting.len() - self.written
    }

    /// Bytes held for this end.
    pub fn held(&self) -> usize {
        self.waiting.capacity()
    }

    /// Reads what is there; `Ready(Ok(0))` when the other end has closed.
    pub fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.stream {
            Some(stream) => stream.poll_read_into(cx, buffer),
            None => Poll::Pending,
        }
    }

    /// Writes as much as the stream takes and keeps the rest.
    pub fn send(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> io::Result<()> {
        let written = self.write(cx, bytes)?;
        self.waiting
            .extend_from_slice(bytes.get(written..).unwrap_or_default());
        self.after_write(cx)
    }

    /// The same with bytes that nobody else needs: what has to wait is not copied.
    pub fn send_owned(&mut self, cx: &mut Context<'_>, bytes: Vec<u8>) -> io::Result<()> {
        if !self.waiting.is_empty() {
            return self.send(cx, &bytes);
        }
        let written = self.write(cx, &bytes)?;
        if written < bytes.len() {
            self.waiting = bytes;
            self.written = written;
        }
        self.after_write(cx)
    }

    /// Writes what the stream takes at once; nothing while something waits. Without a stream all is
    /// dropped.
    fn write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> io::Result<usize> {
        let Some(stream) = &mut self.stream else {
            return Ok(bytes.len());
        };
        let mut at = 0;
        if !self.waiting.is_empty() {
            return Ok(at);
        }
        while at < bytes.len() {
            let rest = bytes.get(at..).unwrap_or_default();
            match Pin::new(&mut *stream).poll_write(cx, rest) {
                Poll::Ready(Ok(0)) => return Err(io::ErrorKind::WriteZero.into()),
                Poll::Ready(Ok(written)) => at += written,
                Poll::Ready(Err(error)) => return Err(error),
                Poll::Pending => break,
            }
        }
        self.unflushed |= stream.holds_back();
        Ok(at)
    }

    fn after_write(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        if self.unflushed {
            self.drain(cx)?;
        }
        Ok(())
    }

    /// Writes what waits, as far as the stream takes it. Returns whether all is written.
    pub fn drain(&mut self, cx: &mut Context<'_>) -> io::Result<bool> {
        let Some(stream) = &mut self.stream else {
            return Ok(true);
        };
        while let Some(rest) = self
            .waiting
            .get(self.written..)
            .filter(|rest| !rest.is_empty())
        {
            match Pin::new(&mut *stream).poll_write(cx, rest) {
                Poll::Ready(Ok(0)) => return Err(io::ErrorKind::WriteZero.into()),
                Poll::Ready(Ok(written)) => self.written += written,
                Poll::Ready(Err(error)) => return Err(error),
                Poll::Pending => return Ok(false),
            }
        }
        if self.written > 0 {
            // An idle session owns no buffer.
            self.waiting = Vec::new();
            self.written = 0;
        }
        if self.unflushed {
            match Pin::new(&mut *stream).poll_flush(cx) {
                Poll::Ready(flushed) => {
                    flushed?;
                    self.unflushed = false;
                }
                Poll::Pending => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Puts bytes in line; they are written when the link is next drained.
    pub fn queue(&mut self, bytes: &[u8]) {
        let Some(stream) = &self.stream else { return };
        self.waiting.extend_from_slice(bytes);
        self.unflushed |= stream.holds_back();
    }

    /// Writes everything that waits, and lends the bare stream.
    pub async fn flushed(&mut self) -> io::Result<&mut Stream> {
        std::future::poll_fn(|cx| match self.drain(cx) {
            Ok(false) => Poll::Pending,
            Ok(true) => Poll::Ready(Ok(())),
            Err(error) => Poll::Ready(Err(error)),
        })
        .await?;
        self.stream
            .as_mut()
            .ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}
