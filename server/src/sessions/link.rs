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
    /// What is written next, and how much of it is written.
    waiting: Chunk,
    written: usize,
    /// What comes after that; seldom there is any.
    #[expect(
        clippy::box_collection,
        reason = "every session has several links, and hardly one of them needs it"
    )]
    behind: Option<Box<VecDeque<Chunk>>>,
    unflushed: bool,
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
            waiting: Chunk::Own(Vec::new()),
            written: 0,
            behind: None,
            unflushed: false,
        }
    }

    /// Whether there is a connection.
    pub fn is_open(&self) -> bool {
        self.stream.is_some()
    }

    /// Whether everything offered so far was written.
    pub fn is_clear(&self) -> bool {
        !self.waits() && !self.unflushed
    }

    fn waits(&self) -> bool {
        !self.waiting.bytes().is_empty()
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
        let behind = self.behind.iter().flat_map(|behind| behind.iter());
        let behind: usize = behind.map(|chunk| chunk.bytes().len()).sum();
        self.waiting.bytes().len() - self.written + behind
    }

    /// Bytes held for this end.
    pub fn held(&self) -> usize {
        let behind = self.behind.iter().flat_map(|behind| behind.iter());
        self.waiting.held() + behind.map(Chunk::held).sum::<usize>()
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
        if self.waits() {
            return self.send(cx, &bytes);
        }
        let written = self.write(cx, &bytes)?;
        if written < bytes.len() {
            self.waiting = Chunk::Own(bytes);
            self.written = written;
        }
        self.after_write(cx)
    }

    /// Writes what the stream takes at once; nothing while something waits. Without a stream all is
    /// dropped.
    fn write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> io::Result<usize> {
        let waits = self.waits();
        let Some(stream) = &mut self.stream else {
            return Ok(bytes.len());
        };
        let mut at = 0;
        if waits {
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
        loop {
            let rest = self.waiting.bytes().get(self.written..).unwrap_or_default();
            if rest.is_empty() {
                // An idle session owns no buffer.
                if self.written > 0 {
                    self.written = 0;
                    self.waiting = Chunk::Own(Vec::new());
                }
                let next = self.behind.as_mut().and_then(|behind| behind.pop_front());
                let Some(next) = next else { break };
                self.waiting = next;
                continue;
            }
            match Pin::new(&mut *stream).poll_write(cx, rest) {
                Poll::Ready(Ok(0)) => return Err(io::ErrorKind::WriteZero.into()),
                Poll::Ready(Ok(written)) => self.written += written,
                Poll::Ready(Err(error)) => return Err(error),
                Poll::Pending => return Ok(false),
            }
        }
        self.behind = None;
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
        if self.waits() {
            let behind = self.behind.get_or_insert_default();
            behind.push_back(Chunk::Shared(bytes));
        } else {
            self.waiting = Chunk::Shared(bytes);
        }
    }

    fn line_up(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let last = self.behind.as_mut().and_then(|behind| behind.back_mut());
        match last.unwrap_or(&mut self.waiting) {
            Chunk::Own(last) => last.extend_from_slice(bytes),
            Chunk::Shared(_) => {
                let behind = self.behind.get_or_insert_default();
                behind.push_back(Chunk::Own(bytes.to_vec()));
            }
        }
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
