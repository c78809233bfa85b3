//! From bytes to tokens.
//!
//! Follows the server (MariaDB documentation: "Comment Syntax", "Identifier Names", "String
//! Literals", "Hexadecimal Literals", "User-Defined Variables"); where the documentation is silent,
//! what a 10.11 server does. Text that a server would refuse gets tokens, too.

mod comment;
mod number;
mod quoted;
mod word;

use super::dialect::{Dialect, SqlMode};
use super::token::{Token, TokenKind};

/// Cuts the text of one or more statements into tokens: an iterator that copies nothing.
#[derive(Debug, Clone)]
pub struct Tokenizer<'a> {
    text: &'a [u8],
    dialect: Dialect,
    /// Where the next token begins.
    at: usize,
    /// Whether an executable comment has begun and not ended.
    in_executable: bool,
    /// What stands directly before `at`.
    before: Before,
}

/// What stands directly before a token, if it matters for how the token is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Other,
    /// A name: a `.` behind it is no decimal point.
    Name,
    /// A `.` behind a name: what follows is a name, whatever it looks like.
    Dot,
    /// A value: an `@` behind it stands between user and host.
    Value,
}

impl<'a> Tokenizer<'a> {
    /// Starts at the beginning of `text`.
    pub const fn new(text: &'a [u8], dialect: Dialect) -> Self {
        Self {
            text,
            dialect,
            at: 0,
            in_executable: false,
            before: Before::Other,
        }
    }

    /// The byte `ahead` of the current one; 0 behind the end.
    #[inline]
    fn peek(&self, ahead: usize) -> u8 {
        self.text.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// What has no token yet.
    #[inline]
    fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Moves on, at most to the end.
    #[inline]
    fn skip(&mut self, len: usize) {
        self.at = self.text.len().min(self.at + len);
    }

    /// Moves on over all bytes that fit.
    #[inline]
    fn skip_while(&mut self, fits: impl Fn(u8) -> bool) {
        let rest = self.rest();
        self.at += rest
            .iter()
            .position(|&byte| !fits(byte))
            .unwrap_or(rest.len());
    }

    /// Takes the token that begins with `first`.
    #[inline]
    fn take(&mut self, first: u8) -> TokenKind {
        match first {
            b' ' | b'\t'..=b'\r' => self.space(),
            b'0'..=b'9' => self.number_or_word(),
            0x80.. if self.dialect.encoding.is_space(first) => self.space(),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | 0x80.. => self.word_or_literal(first),
            b'\'' => self.string(first),
            b'"' if !self.quotes_names() => self.string(first),
            b'"' | b'`' => self.quoted_name(first),
            b'@' => self.variable(),
            b'#' => self.line_comment(),
            b'-' if self.starts_comment() => self.line_comment(),
            b'/' if self.peek(1) == b'*' => self.block_comment(),
            b'*' if self.in_executable && self.peek(1) == b'/' => {
                self.skip(2);
                self.in_executable = false;
                TokenKind::ExecutableClose
            }
            b'.' => self.dot(),
            b';' => self.one(TokenKind::Semicolon),
            b'?' => self.one(TokenKind::Placeholder),
            b'\\' if self.peek(1) == b'N' => {
                self.skip(2);
                TokenKind::Word
            }
            _ => self.operator(first),
        }
    }

    fn space(&mut self) -> TokenKind {
        let encoding = self.dialect.encoding;
        self.skip_while(|byte| {
            matches!(byte, b' ' | b'\t'..=b'\r') || (byte >= 0x80 && encoding.is_space(byte))
        });
        TokenKind::Space
    }

    fn one(&mut self, kind: TokenKind) -> TokenKind {
        self.skip(1);
        kind
    }

    fn operator(&mut self, first: u8) -> TokenKind {
        let len = match (first, self.peek(1), self.peek(2)) {
            (b'<', b'=', b'>') | (b'-', b'>', b'>') => 3,
            (b':' | b'<' | b'>' | b'!', b'=', _)
            | (b'<', b'>' | b'<', _)
            | (b'-' | b'>', b'>', _)
            | (b'|', b'|', _)
            | (b'&', b'&', _) => 2,
            _ => 1,
        };
        self.skip(len);
        TokenKind::Operator
    }

    /// A `.`: within a name, or the beginning of a number.
    fn dot(&mut self) -> TokenKind {
        if self.peek(1).is_ascii_digit() && self.before != Before::Name {
            return self.fraction();
        }
        self.skip(1);
        TokenKind::Operator
    }

    /// What the token that ends at `at` means for the next one.
    #[inline]
    fn look_back(&self, token: &Token<'_>) -> Before {
        match token.kind {
            TokenKind::Word | TokenKind::QuotedName => Before::Name,
            TokenKind::Operator if token.text == b"." && self.before == Before::Name => Before::Dot,
            TokenKind::String | TokenKind::Number | TokenKind::Placeholder => Before::Value,
            _ => Before::Other,
        }
    }
}

impl<'a> Iterator for Tokenizer<'a> {
    type Item = Token<'a>;

    #[inline]
    fn next(&mut self) -> Option<Token<'a>> {
        let start = self.at;
        let first = *self.text.get(start)?;
        let kind = self.take(first);
        let text = self.text.get(start..self.at).unwrap_or_default();
        let token = Token { kind, text, start };
        self.before = self.look_back(&token);
        Some(token)
    }
}

#[cfg(test)]
mod tests;
