//! The names that a text mentions: functions that it calls, and all others.

mod reserved;

use super::cursor::Cursor;
use super::dialect::Dialect;
use super::functions::FunctionKind;
use super::name::Name;
use super::token::{Token, TokenKind};
use super::words::{Capitals, precedes_table};

/// A name in a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mention<'a> {
    /// A function that is called.
    Function {
        /// Its name, the last part if it has several.
        name: Name<'a>,
        /// Whether it has several, so that it is none of the server's own.
        qualified: bool,
    },
    /// Any other name: a column, a table, an alias, a word that is not reserved.
    Name {
        /// The last part of the name.
        name: Name<'a>,
        /// All of it as it stands there: `t.a`.
        path: &'a [u8],
    },
    /// All columns: `*`, `t.*`
    Star,
}

/// The names in a text, in order, and as often as they are there.
///
/// A light scan, which does not know what a name stands for: it finds all columns and functions
/// that a statement uses, and more.
pub fn mentions(text: &[u8], dialect: Dialect) -> Mentions<'_> {
    Mentions {
        cursor: Cursor::new(text, dialect),
        before: None,
    }
}

/// Iterates over the names in a text: [`mentions`].
#[derive(Debug, Clone)]
pub struct Mentions<'a> {
    cursor: Cursor<'a>,
    before: Option<Token<'a>>,
}

impl<'a> Iterator for Mentions<'a> {
    type Item = Mention<'a>;

    fn next(&mut self) -> Option<Mention<'a>> {
        loop {
            let start = self.cursor.start();
            let Some(token) = self.cursor.next() else {
                self.before = None;
                if !self.cursor.eat_semicolon() {
                    return None;
                }
                continue;
            };
            let found = self.mention(token, start);
            self.before = Some(token);
            if found.is_some() {
                return found;
            }
        }
    }
}

impl<'a> Mentions<'a> {
    fn mention(&mut self, token: Token<'a>, start: usize) -> Option<Mention<'a>> {
        match token.kind {
            TokenKind::QuotedName => Some(self.name(token, start)),
            TokenKind::Word if self.is_plain(&token) => Some(self.name(token, start)),
            TokenKind::Word if self.calls() => {
                let kind = FunctionKind::of(&Capitals::of(token.text));
                let is_function = !matches!(kind, FunctionKind::Keyword | FunctionKind::Stored)
                    && !self.begins_rows(&token);
                is_function.then(|| Mention::Function {
                    name: Name::new(token.text),
                    qualified: false,
                })
            }
            TokenKind::Operator if token.text == b"*" => self.is_star().then_some(Mention::Star),
            _ => None,
        }
    }

    /// The name that begins with `first`.
    fn name(&mut self, first: Token<'a>, start: usize) -> Mention<'a> {
        let mut last = first;
        let mut qualified = false;
        let is_table = precedes_table(&Capitals::of_token(self.before));
        while self.cursor.eat_operator(b".") {
            if self.cursor.eat_operator(b"*") {
                return Mention::Star;
            }
            let is_name = |kind| matches!(kind, TokenKind::Word | TokenKind::QuotedName);
            let Some(next) = self.cursor.peek().filter(|token| is_name(token.kind)) else {
                break;
            };
            self.cursor.next();
            last = next;
            qualified = true;
        }
        let name = Name::new(last.text);
        if self.calls() && !is_table {
            Mention::Function { name, qualified }
        } else {
            let path = self.cursor.text_since(start);
            Mention::Name { name, path }
        }
    }

    /// Whether it is the `VALUES` of an `INSERT`, not the function: no operator is before it.
    fn begins_rows(&self, token: &Token<'_>) -> bool {
        let follows_operator = self
            .before
            .is_some_and(|before| before.kind == TokenKind::Operator && before.text != b")");
        !follows_operator && (token.is_word(b"VALUES") || token.is_word(b"VALUE"))
    }

    /// Whether a `(` follows.
    fn calls(&self) -> bool {
        self.cursor
            .peek()
            .is_some_and(|next| next.is_operator(b"("))
    }

    /// Whether the word is a name: not a keyword of the server's.
    fn is_plain(&self, token: &Token<'_>) -> bool {
        let word = Capitals::of(token.text);
        let is_verb = self.before.is_none();
        let is_keyword = self.calls() && FunctionKind::of(&word) == FunctionKind::Keyword;
        !is_verb && !is_keyword && token.text != b"\\N" && !reserved::is_reserved(&word)
    }

    /// Whether the `*` before the cursor stands for columns, and does not multiply.
    fn is_star(&self) -> bool {
        self.before.is_some_and(|before| match before.kind {
            TokenKind::Operator => matches!(before.text, b"(" | b","),
            TokenKind::Word => reserved::is_reserved(&Capitals::of(before.text)),
            _ => false,
        })
    }
}

#[cfg(test)]
mod tests;
