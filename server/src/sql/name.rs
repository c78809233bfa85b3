//! Names and values as they stand in a statement.

use std::borrow::Cow;

use super::dialect::{Dialect, SqlMode};
use super::token::TokenKind;
use super::tokenizer::Tokenizer;

/// A name as it stands in a statement, with its quotes if it has some.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Name<'a> {
    raw: &'a [u8],
}

impl<'a> Name<'a> {
    /// A name as it stands in a statement.
    pub(crate) const fn new(raw: &'a [u8]) -> Self {
        Self { raw }
    }

    /// The name as it stands there.
    pub const fn raw(self) -> &'a [u8] {
        self.raw
    }

    /// The name without quotes.
    pub fn unquoted(self) -> Cow<'a, [u8]> {
        match self.raw.split_first() {
            Some((&quote @ (b'`' | b'"' | b'\''), rest)) => {
                let inside = rest.strip_suffix(&[quote]).unwrap_or(rest);
                unescape(inside, quote, false)
            }
            _ => Cow::Borrowed(self.raw),
        }
    }

    /// Whether it is the name `other`, whatever the case of its ASCII letters.
    pub fn is(self, other: &[u8]) -> bool {
        self.unquoted().eq_ignore_ascii_case(other)
    }
}

/// The content of a string literal, `None` if `literal` is anything else than one.
///
/// Several strings side by side are one string to a server; here they are none.
pub fn string_value(literal: &[u8], dialect: Dialect) -> Option<Cow<'_, [u8]>> {
    let mut tokens = Tokenizer::new(literal, dialect).filter(|token| !token.is_blank());
    let token = tokens.find(|token| token.kind != TokenKind::Introducer)?;
    if token.kind != TokenKind::String || tokens.next().is_some() {
        return None;
    }
    let text = match token.text.split_first() {
        Some((b'n' | b'N', text)) => text,
        _ => token.text,
    };
    let (&quote, rest) = text.split_first()?;
    let inside = rest.strip_suffix(&[quote])?;
    let escapes = !dialect.mode.contains(SqlMode::NO_BACKSLASH_ESCAPES);
    if dialect.encoding.has_pairs() && escapes && inside.contains(&b'\\') {
        // Which backslashes are characters of their own only a decoder of that encoding knows.
        return None;
    }
    Some(unescape(inside, quote, escapes))
}

/// Takes quotes and backslashes that stand for something else out of the inside of a literal.
fn unescape(inside: &[u8], quote: u8, escapes: bool) -> Cow<'_, [u8]> {
    let is_special = |byte: &u8| *byte == quote || (escapes && *byte == b'\\');
    if !inside.iter().any(is_special) {
        return Cow::Borrowed(inside);
    }
    let mut out = Vec::with_capacity(inside.len());
    let mut bytes = inside.iter().copied();
    while let Some(byte) = bytes.next() {
        if byte == quote {
            bytes.next();
            out.push(quote);
        } else if escapes && byte == b'\\' {
            match bytes.next() {
                Some(b'0') => out.push(0),
                Some(b'b') => out.push(8),
                Some(b'n') => out.push(b'\n'),
                Some(b'r') => out.push(b'\r'),
                Some(b't') => out.push(b'\t'),
                Some(b'Z') => out.push(26),
                // These keep their backslash, for patterns.
                Some(wildcard @ (b'%' | b'_')) => out.extend([b'\\', wildcard]),
                Some(other) => out.push(other),
                None => {}
            }
        } else {
            out.push(byte);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_quotes() {
        for (raw, expected) in [
            ("a", "a"),
            ("`a b`", "a b"),
            ("`a``b`", "a`b"),
            ("\"a\"\"b\"", "a\"b"),
            ("'a''b'", "a'b"),
            ("`open", "open"),
            ("`", ""),
            ("", ""),
        ] {
            let name = Name::new(raw.as_bytes());
            assert_eq!(name.unquoted(), expected.as_bytes(), "{raw}");
        }
        assert!(Name::new(b"`AutoCommit`").is(b"autocommit"));
    }

    #[test]
    fn strings_are_decoded() {
        for (literal, expected) in [
            ("'a'", Some("a")),
            ("'it''s'", Some("it's")),
            (r"'a\'b\n\\\%\q'", Some("a'b\n\\\\%q")),
            ("\"a\"\"'b\"", Some("a\"'b")),
            ("N'a'", Some("a")),
            ("_utf8mb4 'a'", Some("a")),
            (" /* x */ 'a' ", Some("a")),
            ("'a' 'b'", None),
            ("'open", None),
            ("1", None),
            ("@a", None),
            ("", None),
        ] {
            let value = string_value(literal.as_bytes(), Dialect::default());
            assert_eq!(value.as_deref(), expected.map(str::as_bytes), "{literal}");
        }
        let plain = Dialect {
            mode: SqlMode::NO_BACKSLASH_ESCAPES,
            ..Dialect::default()
        };
        assert_eq!(
            string_value(br"'a\b'", plain).as_deref(),
            Some(&br"a\b"[..])
        );
    }
}
