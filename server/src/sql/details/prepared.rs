//! Prepared statements by name (MariaDB documentation: "PREPARE Statement", "EXECUTE Statement",
//! "EXECUTE IMMEDIATE").

use crate::sql::cursor::Cursor;
use crate::sql::dialect::Dialect;
use crate::sql::name::Name;
use crate::sql::token::TokenKind;

/// What is done with a prepared statement. Sources are as they stand in the text: a string literal
/// (see [`string_value`](crate::sql::name::string_value)), a variable, an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PreparedStatement<'a> {
    /// `PREPARE name FROM source`
    Prepare {
        /// The name it gets.
        name: Name<'a>,
        /// Where its text comes from.
        source: &'a [u8],
    },
    /// `EXECUTE name`
    Execute {
        /// Its name.
        name: Name<'a>,
    },
    /// `EXECUTE IMMEDIATE source`
    Immediate {
        /// Where its text comes from.
        source: &'a [u8],
    },
    /// `DEALLOCATE PREPARE name`, `DROP PREPARE name`
    Deallocate {
        /// Its name.
        name: Name<'a>,
    },
}

/// What the text's first statement about a prepared statement does.
pub fn prepared_statement(text: &[u8], dialect: Dialect) -> Option<PreparedStatement<'_>> {
    let mut cursor = Cursor::new(text, dialect);
    loop {
        if let Some(found) = here(&mut cursor) {
            return Some(found);
        }
        if !cursor.end_statement() {
            return None;
        }
    }
}

fn here<'a>(cursor: &mut Cursor<'a>) -> Option<PreparedStatement<'a>> {
    if cursor.eat(b"PREPARE") {
        let name = name(cursor)?;
        let source = cursor.eat(b"FROM").then(|| rest(cursor, false))?;
        Some(PreparedStatement::Prepare { name, source })
    } else if cursor.eat(b"EXECUTE") {
        if cursor.eat(b"IMMEDIATE") {
            let source = rest(cursor, true);
            return Some(PreparedStatement::Immediate { source });
        }
        name(cursor).map(|name| PreparedStatement::Execute { name })
    } else if cursor.eat(b"DEALLOCATE") || cursor.eat(b"DROP") {
        let is_prepared = cursor.eat(b"PREPARE");
        let name = is_prepared.then(|| name(cursor))??;
        Some(PreparedStatement::Deallocate { name })
    } else {
        None
    }
}

fn name<'a>(cursor: &mut Cursor<'a>) -> Option<Name<'a>> {
    let fits = |kind| matches!(kind, TokenKind::Word | TokenKind::QuotedName);
    let token = cursor.next().filter(|token| fits(token.kind))?;
    Some(Name::new(token.text))
}

/// The rest of the statement, or what there is of it before a `USING`.
fn rest<'a>(cursor: &mut Cursor<'a>, before_using: bool) -> &'a [u8] {
    let start = cursor.start();
    while cursor
        .peek()
        .is_some_and(|token| !(before_using && token.is_word(b"USING")))
    {
        cursor.next();
    }
    cursor.text_since(start)
}
