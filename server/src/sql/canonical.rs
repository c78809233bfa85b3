//! The canonical form: a statement without its values, its comments and its layout.
//!
//! Every literal becomes `?`, with the character set that introduces it. Comments go; a gap of any
//! kind and length is one space, none at the beginning and the end. Lists keep their length:
//! `IN (?, ?)`. Names, keywords and the case of letters stay. The content of an executable comment
//! that the server runs is part of the statement, its markers are not.
//!
//! The canonical form of a canonical form is itself. For its sake `a--1` becomes `a- -?`: what is
//! behind `--` could become a gap, which would make a comment of it.

mod hash;

pub use hash::CanonicalHasher;

use super::dialect::Dialect;
use super::token::{Token, TokenKind};
use super::tokenizer::Tokenizer;

/// Where a canonical form is written to, piece by piece.
trait Sink {
    fn put(&mut self, piece: &[u8]);
}

impl Sink for Vec<u8> {
    #[inline]
    fn put(&mut self, piece: &[u8]) {
        self.extend_from_slice(piece);
    }
}

impl Sink for CanonicalHasher {
    #[inline]
    fn put(&mut self, piece: &[u8]) {
        self.update(piece);
    }
}

/// Writes the canonical form of `text` into `out`, in place of what is there.
pub fn canonicalize(text: &[u8], dialect: Dialect, out: &mut Vec<u8>) {
    out.clear();
    write(text, dialect, out);
}

/// The hash of the canonical form of `text`, which is not made for it. The same as
/// [`CanonicalHasher::hash`] of the form.
pub fn canonical_hash(text: &[u8], dialect: Dialect) -> u64 {
    let mut hasher = CanonicalHasher::default();
    write(text, dialect, &mut hasher);
    hasher.finish()
}

fn write(text: &[u8], dialect: Dialect, sink: &mut impl Sink) {
    let mut writer = Writer::new(text, sink);
    for token in Tokenizer::new(text, dialect) {
        writer.take(&token);
    }
    writer.finish();
}

/// Copies what stays in the longest possible pieces.
struct Writer<'a, S> {
    text: &'a [u8],
    sink: &'a mut S,
    /// The piece of the text that stays and is not written yet.
    from: usize,
    to: usize,
    /// Whether a gap is due before the next piece.
    gap: bool,
    /// Whether nothing has been written or kept yet.
    empty: bool,
    /// An introducer, left out if a literal follows: where it is, and the gap before it.
    introducer: Option<(usize, usize, bool)>,
}

impl<'a, S: Sink> Writer<'a, S> {
    const fn new(text: &'a [u8], sink: &'a mut S) -> Self {
        Self {
            text,
            sink,
            from: 0,
            to: 0,
            gap: false,
            empty: true,
            introducer: None,
        }
    }

    #[inline]
    fn take(&mut self, token: &Token<'_>) {
        if token.is_blank() {
            self.gap = true;
            return;
        }
        if let Some((from, to, gap)) = self.introducer.take() {
            if token.is_literal() {
                self.gap = gap;
            } else {
                let gap = std::mem::replace(&mut self.gap, gap);
                self.keep(from, to);
                self.gap = gap;
            }
        }
        let (from, to) = (token.start, token.start + token.text.len());
        if token.is_literal() {
            self.flush();
            let mark: &[u8] = if self.take_gap() { b" ?" } else { b"?" };
            self.sink.put(mark);
            (self.from, self.to) = (to, to);
        } else if token.kind == TokenKind::Introducer {
            self.introducer = Some((from, to, std::mem::take(&mut self.gap)));
        } else {
            self.keep(from, to);
        }
    }

    /// Adds a piece of the text to what stays.
    #[inline]
    fn keep(&mut self, from: usize, to: usize) {
        let gap = self.take_gap() || (self.is_minus(from) && self.ends_in_minus());
        let between = self.text.get(self.to..from).unwrap_or_default();
        let continues = if gap {
            between == b" "
        } else {
            between.is_empty()
        };
        if !continues {
            self.flush();
            if gap {
                self.sink.put(b" ");
            }
            self.from = from;
        }
        self.to = to;
    }

    /// Whether there is a `-` at a place of the text.
    #[inline]
    fn is_minus(&self, at: usize) -> bool {
        self.text.get(at) == Some(&b'-')
    }

    /// Whether what is kept ends in a `-`.
    fn ends_in_minus(&self) -> bool {
        self.from < self.to && self.is_minus(self.to - 1)
    }

    /// Whether a space goes before what comes next.
    #[inline]
    fn take_gap(&mut self) -> bool {
        let gap = std::mem::take(&mut self.gap);
        !std::mem::take(&mut self.empty) && gap
    }

    #[inline]
    fn flush(&mut self) {
        let piece = self.text.get(self.from..self.to).unwrap_or_default();
        self.sink.put(piece);
    }

    fn finish(mut self) {
        if let Some((from, to, gap)) = self.introducer.take() {
            self.gap = gap;
            self.keep(from, to);
        }
        self.flush();
    }
}

#[cfg(test)]
mod tests;
