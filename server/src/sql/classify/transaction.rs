//! Transactions, savepoints, XA, table locks.

use super::routine;
use crate::sql::classification::{Classification, Kinds, Verb};
use crate::sql::cursor::Cursor;

/// `BEGIN`, `START TRANSACTION`, and what else begins with these words.
pub(super) fn begin(cursor: &mut Cursor<'_>, verb: Verb) -> Classification {
    let begins = Classification::of(verb, Kinds::BEGIN | Kinds::IMPLICIT_COMMIT);
    if verb == Verb::Begin {
        cursor.eat(b"WORK");
        return if cursor.peek().is_none() {
            begins
        } else {
            routine::compound(cursor, verb)
        };
    }
    if !cursor.eat(b"TRANSACTION") {
        return Classification::of(verb, Kinds::WRITE);
    }
    let mut kinds = Kinds::empty();
    while let Some(token) = cursor.next() {
        if token.is_word(b"ONLY") {
            kinds |= Kinds::READ_ONLY_TRANSACTION;
        } else if token.is_word(b"WRITE") {
            kinds |= Kinds::READ_WRITE_TRANSACTION;
        }
    }
    begins.with(kinds)
}

/// `COMMIT`, `ROLLBACK`
pub(super) fn end(cursor: &mut Cursor<'_>, verb: Verb) -> Classification {
    cursor.eat(b"WORK");
    if cursor.eat(b"TO") {
        return Classification::of(verb, Kinds::SAVEPOINT | Kinds::PRIMARY_READ);
    }
    let mut kinds = if verb == Verb::Commit {
        Kinds::COMMIT
    } else {
        Kinds::ROLLBACK
    };
    if cursor.eat(b"AND") && !cursor.eat(b"NO") {
        kinds |= Kinds::CHAIN;
    }
    cursor.eat(b"CHAIN");
    if !cursor.eat(b"NO") && cursor.eat(b"RELEASE") {
        kinds |= Kinds::RELEASE;
    }
    Classification::of(verb, kinds)
}

/// `SAVEPOINT`, `RELEASE SAVEPOINT`
pub(super) fn savepoint(cursor: &mut Cursor<'_>, verb: Verb) -> Classification {
    if verb == Verb::Release && !cursor.eat(b"SAVEPOINT") {
        return Classification::unknown(verb);
    }
    Classification::of(verb, Kinds::SAVEPOINT | Kinds::PRIMARY_READ)
}

/// `XA`
pub(super) fn xa(cursor: &mut Cursor<'_>) -> Classification {
    let kinds = if cursor.eat(b"RECOVER") {
        Kinds::READ | Kinds::PRIMARY_READ
    } else {
        Kinds::WRITE
    };
    Classification::of(Verb::Xa, kinds | Kinds::XA)
}

/// `LOCK TABLES`, `UNLOCK TABLES`, and the same for other things.
pub(super) fn lock(cursor: &mut Cursor<'_>, verb: Verb) -> Classification {
    let kinds = if !cursor.eat(b"TABLES") && !cursor.eat(b"TABLE") {
        Kinds::empty()
    } else if verb == Verb::Lock {
        Kinds::LOCK_TABLES | Kinds::IMPLICIT_COMMIT
    } else {
        Kinds::UNLOCK_TABLES
    };
    Classification::of(verb, Kinds::WRITE | kinds)
}
