//! Strings, quoted names and variables.

use memchr::{memchr, memchr2};

use super::{Before, SqlMode, TokenKind, Tokenizer};

impl Tokenizer<'_> {
    /// Whether `"` quotes names here.
    pub(super) fn quotes_names(&self) -> bool {
        self.dialect.mode.contains(SqlMode::ANSI_QUOTES)
    }

    /// A string, from its opening quote on.
    pub(super) fn string(&mut self, quote: u8) -> TokenKind {
        let escapes = !self.dialect.mode.contains(SqlMode::NO_BACKSLASH_ESCAPES);
        if self.skip_quoted(quote, escapes) {
            TokenKind::String
        } else {
            TokenKind::UnterminatedString
        }
    }

    /// A literal with a letter before its quote: `N'a'`, `x'1f'`, `b'1'`.
    pub(super) fn prefixed_literal(&mut self, prefix: u8) -> TokenKind {
        self.skip(1);
        if matches!(prefix, b'n' | b'N') {
            return self.string(b'\'');
        }
        if self.skip_quoted(b'\'', false) {
            TokenKind::Number
        } else {
            TokenKind::UnterminatedString
        }
    }

    /// A name, from its opening quote on.
    pub(super) fn quoted_name(&mut self, quote: u8) -> TokenKind {
        if self.skip_quoted(quote, false) {
            TokenKind::QuotedName
        } else {
            TokenKind::UnterminatedName
        }
    }

    /// Whatever begins with `@`.
    pub(super) fn variable(&mut self) -> TokenKind {
        if self.before == Before::Value {
            self.skip(1);
            return TokenKind::Operator;
        }
        if self.peek(1) == b'@' {
            self.skip(2);
            return self.system_variable();
        }
        self.skip(1);
        let named = match self.peek(0) {
            b'`' => self.quoted_name(b'`'),
            b'"' if self.quotes_names() => self.quoted_name(b'"'),
            quote @ (b'\'' | b'"') => self.string(quote),
            byte if byte == b'.' || self.is_name(0) => {
                while self.peek(0) == b'.' || self.is_name(0) {
                    self.skip(1);
                }
                TokenKind::Word
            }
            _ => return TokenKind::Operator,
        };
        match named {
            TokenKind::UnterminatedName | TokenKind::UnterminatedString => {
                TokenKind::UnterminatedName
            }
            _ => TokenKind::UserVariable,
        }
    }

    /// The names of a system variable, behind its `@@`.
    fn system_variable(&mut self) -> TokenKind {
        let mut kind = TokenKind::Operator;
        loop {
            match self.peek(0) {
                b'`' => {
                    if self.quoted_name(b'`') == TokenKind::UnterminatedName {
                        return TokenKind::UnterminatedName;
                    }
                }
                _ if self.is_name(0) => {
                    self.name();
                }
                _ => return kind,
            }
            kind = TokenKind::SystemVariable;
            let continues = self.peek(0) == b'.' && (self.peek(1) == b'`' || self.is_name(1));
            if !continues {
                return kind;
            }
            self.skip(1);
        }
    }

    /// Moves behind the closing quote. False if there is none; then all is taken.
    fn skip_quoted(&mut self, quote: u8, escapes: bool) -> bool {
        self.skip(1);
        loop {
            let rest = self.rest();
            let next = if self.dialect.encoding.has_pairs() {
                self.find_in_pairs(quote)
            } else if escapes {
                memchr2(quote, b'\\', rest)
            } else {
                memchr(quote, rest)
            };
            let Some(next) = next else {
                self.skip(rest.len());
                return false;
            };
            self.skip(next);
            if self.peek(0) != quote {
                self.skip(if escapes { 2 } else { 1 });
            } else if self.peek(1) == quote {
                self.skip(2);
            } else {
                self.skip(1);
                return true;
            }
        }
    }

    /// Where the next quote or backslash is that is a character of its own.
    fn find_in_pairs(&self, quote: u8) -> Option<usize> {
        let rest = self.rest();
        let mut at = 0;
        loop {
            let byte = *rest.get(at)?;
            if byte == quote || byte == b'\\' {
                return Some(at);
            }
            let second = rest.get(at + 1).copied().unwrap_or(0);
            at += if self.dialect.encoding.is_pair(byte, second) {
                2
            } else {
                1
            };
        }
    }
}
