//! Comparing words with keywords.

use super::token::{Token, TokenKind};

/// A word in capitals, to be matched with keywords. Empty if it is longer than any keyword.
#[derive(Debug, Clone, Copy)]
pub(super) struct Capitals {
    bytes: [u8; Self::LEN_MAX],
    len: usize,
}

impl Capitals {
    /// No keyword and no name of a built-in function is longer.
    const LEN_MAX: usize = 32;

    /// What is no word.
    pub(super) const NONE: Self = Self {
        bytes: [0; Self::LEN_MAX],
        len: 0,
    };

    /// The capitals of `text`.
    pub(super) fn of(text: &[u8]) -> Self {
        let mut capitals = Self::NONE;
        if let Some(place) = capitals.bytes.get_mut(..text.len()) {
            place.copy_from_slice(text);
            place.make_ascii_uppercase();
            capitals.len = text.len();
        }
        capitals
    }

    /// The capitals of a word, of nothing if the token is none.
    pub(super) fn of_token(token: Option<Token<'_>>) -> Self {
        match token {
            Some(token) if token.kind == TokenKind::Word => Self::of(token.text),
            _ => Self::NONE,
        }
    }

    /// To match with.
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// Whether the word says that a name follows which is not called, even before a `(`.
pub(super) fn precedes_table(word: &Capitals) -> bool {
    matches!(
        word.as_bytes(),
        b"INTO"
            | b"TABLE"
            | b"AS"
            | b"RECURSIVE"
            | b"INSERT"
            | b"REPLACE"
            | b"IGNORE"
            | b"LOW_PRIORITY"
            | b"DELAYED"
    )
}
