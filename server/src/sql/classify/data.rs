//! Statements that change data.

use super::body::{self, Until};
use super::definition;
use crate::sql::classification::{Classification, Kinds, Verb};
use crate::sql::cursor::Cursor;
use crate::sql::token::{Token, TokenKind};

/// `INSERT`, `REPLACE`, `UPDATE`, `DELETE`; `first` is that word.
pub(super) fn write<'a>(
    cursor: &mut Cursor<'a>,
    verb: Verb,
    first: Option<Token<'a>>,
) -> Classification {
    let inside = body::scan_behind(first, cursor, Until::End);
    Classification::of(verb, Kinds::WRITE | inside)
}

/// `LOAD DATA`, `LOAD XML`, `LOAD INDEX`
pub(super) fn load(cursor: &mut Cursor<'_>) -> Classification {
    if !cursor.eat(b"DATA") && !cursor.eat(b"XML") {
        return definition::administration(cursor, Verb::Load);
    }
    let mut kinds = Kinds::WRITE | Kinds::LOAD_DATA;
    let _ = cursor.eat(b"LOW_PRIORITY") || cursor.eat(b"CONCURRENT");
    if cursor.eat(b"LOCAL") {
        kinds |= Kinds::LOAD_LOCAL;
    }
    let inside = body::scan(cursor, Until::End) & !Kinds::STORED_FUNCTION;
    if inside.contains(Kinds::USERVAR_READ) {
        // Variables among the columns are filled.
        kinds |= Kinds::USERVAR_WRITE;
    }
    Classification::of(Verb::Load, kinds | inside)
}

/// `CALL`
pub(super) fn call(cursor: &mut Cursor<'_>) -> Classification {
    while cursor.eat_if(|token| matches!(token.kind, TokenKind::Word | TokenKind::QuotedName))
        && cursor.eat_operator(b".")
    {}
    let mut kinds = Kinds::WRITE | Kinds::CALL | body::scan(cursor, Until::End);
    if kinds.contains(Kinds::USERVAR_READ) {
        // Those for parameters that are OUT are filled.
        kinds |= Kinds::USERVAR_WRITE;
    }
    Classification::of(Verb::Call, kinds)
}

/// `HANDLER`: reads, by means of something that the session keeps open on one server.
pub(super) fn handler(cursor: &mut Cursor<'_>) -> Classification {
    let kinds = Kinds::READ | Kinds::PRIMARY_READ | Kinds::HANDLER;
    let inside = body::scan(cursor, Until::End) & !Kinds::STORED_FUNCTION & !Kinds::WRITE;
    Classification::of(Verb::Handler, kinds | inside)
}
