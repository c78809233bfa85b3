//! Statements that change the session.

use super::body::{self, Until};
use super::statement;
use crate::sql::classification::{Classification, Kinds, Verb};
use crate::sql::cursor::Cursor;
use crate::sql::set;

/// `SET`, and the statement of a `SET STATEMENT ... FOR`.
pub(super) fn set(cursor: &mut Cursor<'_>, depth: u32) -> Classification {
    let (kinds, parsed) = set::classify(cursor);
    if kinds.contains(Kinds::SET_STATEMENT) && parsed {
        return statement(cursor, depth + 1).with(kinds);
    }
    Classification {
        parsed,
        ..Classification::of(Verb::Set, kinds)
    }
}

/// `USE`
pub(super) fn use_database(cursor: &mut Cursor<'_>) -> Classification {
    cursor.next();
    Classification::of(Verb::Use, Kinds::SESSION_WRITE | Kinds::USE)
}

/// `PREPARE`, `EXECUTE`, `DEALLOCATE PREPARE`
pub(super) fn prepared(cursor: &mut Cursor<'_>, verb: Verb) -> Classification {
    let variables = Kinds::USERVAR_READ | Kinds::SYSVAR_READ | Kinds::GLOBAL_SYSVAR_READ;
    let is_immediate = verb == Verb::Execute && cursor.eat(b"IMMEDIATE");
    let inside = body::scan(cursor, Until::End) & variables;
    if is_immediate {
        let kinds = Kinds::SESSION_WRITE | Kinds::LITERALS_MATTER | inside;
        return Classification::unknown(verb).with(kinds);
    }
    let kinds = match verb {
        Verb::Prepare => Kinds::PREPARE | Kinds::SESSION_WRITE,
        Verb::Execute => Kinds::EXECUTE | Kinds::WRITE,
        _ => Kinds::DEALLOCATE | Kinds::SESSION_WRITE,
    };
    Classification::of(verb, kinds | inside)
}
