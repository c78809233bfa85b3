//! Request lines with characters that belong percent-encoded.
//!
//! `filter=/attributes/user="maxuser"` is how the documented API writes a filter, and `curl` sends it
//! so. The HTTP library answers such a request line with a bare 400, so `"`, `<` and `>` are encoded
//! before it sees them. Only request lines are touched: requests are followed by their heads; after a
//! request whose end the head does not tell (a chunked body) the rest of the connection stays as it
//! is.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Header lines are looked at up to here.
const HEADER_LEN_MAX: usize = 128;

/// A connection whose request lines are repaired when read.
pub(super) struct Repaired<S> {
    stream: S,
    follower: Follower,
    /// Repaired bytes that found no room in the reader's buffer.
    left: Vec<u8>,
}

impl<S> Repaired<S> {
    pub(super) fn new(stream: S) -> Self {
        Self {
            stream,
            follower: Follower::default(),
            left: Vec::new(),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Repaired<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let this = self.get_mut();
        if this.left.is_empty() {
            let before = buffer.filled().len();
            ready!(Pin::new(&mut this.stream).poll_read(context, buffer))?;
            let read = buffer.filled().get(before..).unwrap_or_default();
            match this.follower.repair(read) {
                None => return Poll::Ready(Ok(())),
                Some(repaired) => {
                    this.left = repaired;
                    buffer.set_filled(before);
                }
            }
        }
        let fits = this.left.len().min(buffer.remaining());
        buffer.put_slice(&this.left[..fits]);
        this.left.drain(..fits);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Repaired<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// All bytes of a connection, that come in pieces of this length.
pub(super) fn repaired(bytes: &[u8], piece: usize) -> Vec<u8> {
    let mut follower = Follower::default();
    let mut out = Vec::new();
    for part in bytes.chunks(piece.max(1)) {
        out.extend(follower.repair(part).unwrap_or_else(|| part.to_vec()));
    }
    out
}

/// Where in a request the connection is.
#[derive(Default)]
enum Follower {
    /// In the request line.
    #[default]
    RequestLine,
    /// In the head: the beginning of the line, and the length of the body as far as it is known.
    Head { line: Vec<u8>, body: u64 },
    /// In the body, so many bytes before its end.
    Body(u64),
    /// Somewhere.
    Lost,
}

impl Follower {
    /// The bytes with request lines repaired; none if nothing has to change.
    fn repair(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut repaired: Option<Vec<u8>> = None;
        for (at, &byte) in bytes.iter().enumerate() {
            let escape = match (&self, byte) {
                (Self::RequestLine, b'"') => Some(b"%22"),
                (Self::RequestLine, b'<') => Some(b"%3C"),
                (Self::RequestLine, b'>') => Some(b"%3E"),
                _ => None,
            };
            if let Some(escape) = escape {
                repaired
                    .get_or_insert_with(|| bytes[..at].to_vec())
                    .extend(escape);
            } else if let Some(repaired) = &mut repaired {
                repaired.push(byte);
            }
            self.step(byte);
        }
        repaired
    }

    fn step(&mut self, byte: u8) {
        match self {
            Self::RequestLine if byte == b'\n' => {
                *self = Self::Head {
                    line: Vec::new(),
                    body: 0,
                };
            }
            Self::Head { line, body } if byte == b'\n' => {
                if line.is_empty() {
                    *self = if *body == 0 {
                        Self::RequestLine
                    } else {
                        Self::Body(*body)
                    };
                    return;
                }
                match body_len(line) {
                    Length::Unsaid => line.clear(),
                    Length::Is(len) => {
                        *body = len;
                        line.clear();
                    }
                    Length::Unknown => *self = Self::Lost,
                }
            }
            Self::Head { line, .. } if byte != b'\r' && line.len() < HEADER_LEN_MAX => {
                line.push(byte);
            }
            Self::Body(left) => {
                *left -= 1;
                if *left == 0 {
                    *self = Self::RequestLine;
                }
            }
            _ => {}
        }
    }
}

/// What a header line says of the body.
enum Length {
    Unsaid,
    Is(u64),
    Unknown,
}

fn body_len(line: &[u8]) -> Length {
    let Some(colon) = line.iter().position(|byte| *byte == b':') else {
        return Length::Unsaid;
    };
    let (name, value) = line.split_at(colon);
    if name.eq_ignore_ascii_case(b"transfer-encoding") || name.eq_ignore_ascii_case(b"upgrade") {
        return Length::Unknown;
    }
    if !name.eq_ignore_ascii_case(b"content-length") {
        return Length::Unsaid;
    }
    let value = std::str::from_utf8(value.get(1..).unwrap_or_default()).unwrap_or_default();
    value.trim().parse().map_or(Length::Unknown, Length::Is)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        for chunk in [1, 2, 7, 1000] {
            assert_eq!(
                String::from_utf8(repaired(text.as_bytes(), chunk)).unwrap(),
                expected,
                "in chunks of {chunk}"
            );
        }
    }

    #[test]
    fn quotes_of_a_request_line_are_encoded() {
        check(
            "GET /s?filter=/a=\"<x>\" HTTP/1.1\r\nHost: \"h\"\r\n\r\n",
            "GET /s?filter=/a=%22%3Cx%3E%22 HTTP/1.1\r\nHost: \"h\"\r\n\r\n",
        );
    }

    #[test]
    fn bodies_are_left_alone_and_the_next_request_is_repaired() {
        check(
            "PATCH /\" HTTP/1.1\r\ncontent-LENGTH: 9\r\n\r\n{\"a\n\":\"\"}GET /\" HTTP/1.1\n\nGET /\" ",
            "PATCH /%22 HTTP/1.1\r\ncontent-LENGTH: 9\r\n\r\n{\"a\n\":\"\"}GET /%22 HTTP/1.1\n\nGET /%22 ",
        );
    }

    #[test]
    fn after_a_chunked_body_nothing_is_touched() {
        let rest =
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n\"\"\"\r\n0\r\n\r\nGET /\" ";
        check(rest, rest);
    }

    #[test]
    fn a_length_that_is_no_number_ends_the_repairing() {
        let text = "POST / HTTP/1.1\r\nContent-Length: +x\r\n\r\nGET /\" ";
        check(text, text);
    }

    #[tokio::test]
    async fn a_reader_with_little_room_gets_everything() {
        use tokio::io::AsyncReadExt;
        let text = format!("GET /{} HTTP/1.1\r\n\r\n", "\"".repeat(100));
        let mut stream = Repaired::new(text.as_bytes());
        let (mut out, mut small) = (Vec::new(), [0; 5]);
        loop {
            match stream.read(&mut small).await.unwrap() {
                0 => break,
                len => out.extend(&small[..len]),
            }
        }
        assert_eq!(String::from_utf8(out).unwrap(), text.replace('"', "%22"));
    }
}
