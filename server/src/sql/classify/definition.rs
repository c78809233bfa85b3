//! Statements that define data or run the server.

use super::body::{self, Until};
use super::{routine, session};
use crate::sql::classification::{Classification, Kinds, Verb};
use crate::sql::cursor::Cursor;
use crate::sql::words::Capitals;

const DEFINES: Kinds = Kinds::WRITE.union(Kinds::DDL);

/// `CREATE`
pub(super) fn create(cursor: &mut Cursor<'_>) -> Classification {
    let mut is_temporary = false;
    let committing = Classification::of(Verb::Create, DEFINES | Kinds::IMPLICIT_COMMIT);
    while let Some(token) = cursor.next() {
        match Capitals::of_token(Some(token)).as_bytes() {
            b"TEMPORARY" => is_temporary = true,
            b"TABLE" => {
                let inside = body::scan(cursor, Until::End) & OF_TABLES;
                if is_temporary {
                    let kinds = DEFINES | Kinds::CREATE_TEMPORARY_TABLE | inside;
                    return Classification::of(Verb::Create, kinds);
                }
                return committing.with(inside);
            }
            b"PROCEDURE" | b"FUNCTION" | b"TRIGGER" | b"EVENT" | b"PACKAGE" => {
                routine::skip(cursor, 0);
                return committing;
            }
            b"VIEW" | b"INDEX" | b"DATABASE" | b"SCHEMA" | b"USER" | b"ROLE" | b"SERVER"
            | b"SEQUENCE" => break,
            _ => {}
        }
    }
    committing
}

/// What counts of the inside of a `CREATE TABLE`, most of which is no expression.
const OF_TABLES: Kinds = Kinds::USERVAR_READ
    .union(Kinds::SYSVAR_READ)
    .union(Kinds::GLOBAL_SYSVAR_READ)
    .union(Kinds::LAST_INSERT_ID);

/// `DROP`
pub(super) fn drop(cursor: &mut Cursor<'_>) -> Classification {
    if cursor.peek_capitals().as_bytes() == b"PREPARE" {
        return session::prepared(cursor, Verb::Deallocate);
    }
    let kinds = if cursor.eat(b"TEMPORARY") {
        Kinds::DROP_TEMPORARY_TABLE
    } else {
        Kinds::IMPLICIT_COMMIT
    };
    Classification::of(Verb::Drop, DEFINES | kinds)
}

/// All that is left: what defines something, and what runs the server.
pub(super) fn administration(cursor: &mut Cursor<'_>, verb: Verb) -> Classification {
    let kinds = match verb {
        Verb::Alter | Verb::Rename | Verb::Truncate | Verb::Grant | Verb::Revoke => {
            if verb == Verb::Alter {
                alter(cursor);
            }
            DEFINES | Kinds::IMPLICIT_COMMIT
        }
        Verb::Flush => Kinds::WRITE | Kinds::IMPLICIT_COMMIT | flush(cursor),
        Verb::Analyze
        | Verb::Optimize
        | Verb::Repair
        | Verb::Check
        | Verb::Reset
        | Verb::Backup
        | Verb::Install
        | Verb::Uninstall => Kinds::WRITE | Kinds::IMPLICIT_COMMIT,
        _ => Kinds::WRITE,
    };
    Classification::of(verb, kinds)
}

/// `ALTER`: that of an event may have a body with statements in it.
fn alter(cursor: &mut Cursor<'_>) {
    while let Some(token) = cursor.next() {
        match Capitals::of_token(Some(token)).as_bytes() {
            b"EVENT" => return routine::skip(cursor, 0),
            b"TABLE" | b"DATABASE" | b"SCHEMA" | b"USER" | b"VIEW" | b"SERVER" => return,
            _ => {}
        }
    }
}

/// `FLUSH TABLES ... WITH READ LOCK` and `FOR EXPORT` lock until `UNLOCK TABLES`.
fn flush(cursor: &mut Cursor<'_>) -> Kinds {
    while let Some(token) = cursor.next() {
        let is_last = cursor.peek().is_none();
        if is_last && (token.is_word(b"LOCK") || token.is_word(b"EXPORT")) {
            return Kinds::LOCK_TABLES;
        }
    }
    Kinds::empty()
}
