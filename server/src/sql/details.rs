//! Names and values of statements, read from the text where they are needed.

mod kill;
mod prepared;

pub use kill::{Kill, KillTarget, kill};
pub use prepared::{PreparedStatement, prepared_statement};

use super::classify::next_statement;
use super::cursor::Cursor;
use super::dialect::Dialect;
use super::name::Name;
use super::token::TokenKind;

/// The statements of a text one by one, without the `;` between them. Empty ones are left out.
///
/// A statement that begins or ends within an executable comment lacks one of its markers.
pub fn statements(text: &[u8], dialect: Dialect) -> Statements<'_> {
    Statements {
        cursor: Cursor::new(text, dialect),
    }
}

/// Iterates over the statements of a text: [`statements`].
#[derive(Debug, Clone)]
pub struct Statements<'a> {
    cursor: Cursor<'a>,
}

impl<'a> Iterator for Statements<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        while self.cursor.eat_semicolon() {}
        if self.cursor.is_done() {
            return None;
        }
        let start = self.cursor.start();
        next_statement(&mut self.cursor);
        Some(self.cursor.text_since(start))
    }
}

/// The database that a text makes the current one: that of its last `USE`.
pub fn used_database(text: &[u8], dialect: Dialect) -> Option<Name<'_>> {
    let mut database = None;
    let mut cursor = Cursor::new(text, dialect);
    loop {
        if cursor.eat(b"USE") {
            let name = cursor
                .next()
                .filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::QuotedName));
            database = name.map(|token| Name::new(token.text)).or(database);
        }
        if !cursor.end_statement() {
            return database;
        }
    }
}

/// Puts the cursor behind the first word of the first statement that begins with it. False if
/// there is none.
fn find_verb(cursor: &mut Cursor<'_>, verb: &[u8]) -> bool {
    loop {
        if cursor.eat(verb) {
            return true;
        }
        if !cursor.end_statement() {
            return false;
        }
    }
}

#[cfg(test)]
mod tests;
