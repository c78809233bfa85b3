//! One end of a session: a stream and the bytes that it did not take yet.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
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
    /// In a box, for every session has several links, and hardly one of them has anything that waits.
    waiting: Option<Box<Waiting>>,
    unflushed: bool,
}

/// What was offered and is not written.
#[derive(Debug)]
struct Waiting {
    /// What is written next, and how much of it is written.
    next: Chunk,
    written: usize,
    /// What comes after that; seldom there is any.
    behind: VecDeque<Chunk>,
}

/// Bytes that wait.
#[derive(Debug)]
enum Chunk {
    Own(Vec<u8>),
    /// Others wait for them, too.
    Shared(Rc<[u8]>),
}

impl Chunk {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Own(bytes) => bytes,
            Self::Shared(bytes) => bytes,
        }
    }

    /// Bytes that it holds; of those that others hold, too, a part.
    fn held(&self) -> usize {
        match self {
            Self::Own(bytes) => bytes.capacity(),
            Self::Shared(bytes) => bytes.len() / Rc::strong_count(bytes),
        }
    }
}

impl Waiting {
    /// What is to be written before anything else; not empty.
    fn rest(&self) -> &[u8] {
        self.next.bytes().get(self.written..).unwrap_or_default()
    }

    /// So much of it is written. Says whether anything is left.
    fn advance(&mut self, written: usize) -> bool {
        self.written += written;
        if !self.rest().is_empty() {
            return true;
        }
        let Some(next) = self.behind.pop_front() else {
            return false;
        };
        (self.next, self.written) = (next, 0);
        true
    }

    fn line_up(&mut self, bytes: &[u8]) {
        match self.behind.back_mut().unwrap_or(&mut self.next) {
            Chunk::Own(last) => last.extend_from_slice(bytes),
            Chunk::Shared(_) => self.behind.push_back(Chunk::Own(bytes.to_vec())),
        }
    }

    fn chunks(&self) -> impl Iterator<Item = &Chunk> {
        std::iter::once(&self.next).chain(&self.behind)
    }
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
            waiting: None,
            unflushed: false,
        }
    }

    /// Whether there is a connection.
    pub fn is_open(&self) -> bool {
        self.stream.is_some()
    }

    /// Whether everything offered so far was written.
    pub fn is_clear(&self) -> bool {
        self.waiting.is_none() && !self.unflushed
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
        let left = self.waiting.iter().map(|waiting| {
            let offered: usize = waiting.chunks().map(|chunk| chunk.bytes().len()).sum();
            offered - waiting.written
        });
        left.sum()
    }

    /// Bytes held for this end.
    pub fn held(&self) -> usize {
        let chunks = self.waiting.iter().flat_map(|waiting| waiting.chunks());
        chunks.map(Chunk::held).sum()
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
        self.line_up(bytes.get(written..).unwrap_or_default());
        self.after_write(cx)
    }

    /// The same with bytes that nobody else needs: what has to wait is not copied.
    pub fn send_owned(&mut self, cx: &mut Context<'_>, bytes: Vec<u8>) -> io::Result<()> {
        if self.waiting.is_some() {
            return self.send(cx, &bytes);
        }
        let written = self.write(cx, &bytes)?;
        if written < bytes.len() {
            self.begin_to_wait(Chunk::Own(bytes), written);
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
        if self.waiting.is_some() {
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
        while let Some(waiting) = &mut self.waiting {
            match Pin::new(&mut *stream).poll_write(cx, waiting.rest()) {
                Poll::Ready(Ok(0)) => return Err(io::ErrorKind::WriteZero.into()),
                Poll::Ready(Ok(written)) => {
                    if !waiting.advance(written) {
                        // An idle session owns no buffer.
                        self.waiting = None;
                    }
                }
                Poll::Ready(Err(error)) => return Err(error),
                Poll::Pending => return Ok(false),
            }
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
        self.unflushed |= stream.holds_back();
        self.line_up(bytes);
    }

    /// The same with bytes that others send, too.
    pub fn queue_shared(&mut self, bytes: Rc<[u8]>) {
        let Some(stream) = &self.stream else { return };
        self.unflushed |= stream.holds_back();
        if bytes.is_empty() {
            return;
        }
        match &mut self.waiting {
            Some(waiting) => waiting.behind.push_back(Chunk::Shared(bytes)),
            None => self.begin_to_wait(Chunk::Shared(bytes), 0),
        }
    }

    fn line_up(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        match &mut self.waiting {
            Some(waiting) => waiting.line_up(bytes),
            None => self.begin_to_wait(Chunk::Own(bytes.to_vec()), 0),
        }
    }

    /// Nothing waits yet: this does, of which so much is written.
    fn begin_to_wait(&mut self, next: Chunk, written: usize) {
        let behind = VecDeque::new();
        self.waiting = Some(Box::new(Waiting {
            next,
            written,
            behind,
        }));
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

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use tokio::io::AsyncReadExt;
    use tokio::net::UnixStream;

    use super::*;
    use crate::net::Socket;

    #[tokio::test]
    async fn bytes_that_are_shared_are_written_in_their_place_and_not_copied() {
        let (left, mut right) = UnixStream::pair().unwrap();
        let mut link = Link::new(Stream::Plain(Socket::Unix(left)));
        let shared: Rc<[u8]> = vec![b'x'; 3_000_000].into();
        let mut cx = Context::from_waker(Waker::noop());
        link.queue(b"head ");
        link.queue_shared(Rc::clone(&shared));
        link.queue(b" between ");
        link.queue_shared(Rc::clone(&shared));
        link.send(&mut cx, b" end").unwrap();
        assert_eq!(Rc::strong_count(&shared), 3);
        assert!(link.held() < 2_500_000 && !link.is_clear());
        let whole = link.left();
        let mut read = vec![0; whole];
        let flushing = async {
            link.flushed().await.unwrap();
        };
        let ((), all) = tokio::join!(flushing, right.read_exact(&mut read));
        all.unwrap();
        assert_eq!((link.left(), link.held()), (0, 0));
        assert_eq!(Rc::strong_count(&shared), 1);
        let edges = [&read[..6], &read[3_000_004..3_000_016], &read[whole - 5..]];
        assert_eq!(edges, [b"head x".as_slice(), b"x between xx", b"x end"]);
    }
}
