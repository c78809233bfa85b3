//! Statements that read.

use super::body::{self, Until};
use super::{definition, statement};
use crate::sql::classification::{Classification, Kinds, Verb};
use crate::sql::cursor::Cursor;
use crate::sql::token::TokenKind;

/// `SELECT`, `VALUES`, `DO`
pub(super) fn read(cursor: &mut Cursor<'_>, verb: Verb) -> Classification {
    Classification::of(verb, Kinds::READ | body::scan(cursor, Until::End))
}

/// `WITH ...` and what follows.
pub(super) fn with(cursor: &mut Cursor<'_>, depth: u32) -> Classification {
    let Some(kinds) = common_tables(cursor) else {
        return Classification::unknown(Verb::With);
    };
    statement(cursor, depth + 1).with(kinds | Kinds::CTE)
}

/// `[RECURSIVE] name [(columns)] AS (query) [CYCLE columns RESTRICT], ...`
fn common_tables(cursor: &mut Cursor<'_>) -> Option<Kinds> {
    let mut kinds = Kinds::empty();
    let is_named_so = cursor
        .peek_second()
        .is_some_and(|token| token.is_word(b"AS"));
    if !is_named_so {
        cursor.eat(b"RECURSIVE");
    }
    loop {
        let name = cursor.next()?;
        if !matches!(name.kind, TokenKind::Word | TokenKind::QuotedName) {
            return None;
        }
        if cursor.eat_operator(b"(") {
            body::scan(cursor, Until::Close);
        }
        if !cursor.eat(b"AS") || !cursor.eat_operator(b"(") {
            return None;
        }
        kinds |= body::scan(cursor, Until::Close);
        if cursor.eat(b"CYCLE") {
            while !cursor.eat(b"RESTRICT") {
                cursor.next()?;
            }
        }
        if !cursor.eat_operator(b",") {
            return Some(kinds);
        }
    }
}

/// `SHOW ...`
pub(super) fn show(cursor: &mut Cursor<'_>) -> Classification {
    let mut kinds = Kinds::READ | Kinds::SHOW;
    let mut is_global = false;
    while let Some(token) = cursor.next() {
        let word = crate::sql::words::Capitals::of_token(Some(token));
        match word.as_bytes() {
            b"GLOBAL" => is_global = true,
            // Not the end of it: SHOW FULL TABLES, SHOW COUNT(*) WARNINGS, SHOW ALL SLAVES STATUS.
            b"FULL" | b"EXTENDED" | b"SESSION" | b"LOCAL" | b"ALL" | b"COUNT" => {}
            b"" if matches!(token.text, b"(" | b")" | b"*") => {}
            b"MASTER" | b"BINARY" | b"BINLOG" | b"SLAVE" | b"REPLICA" => {
                // SHOW SLAVE STATUS is for each server to answer; SHOW SLAVE HOSTS is not.
                let is_local =
                    matches!(word.as_bytes(), b"SLAVE" | b"REPLICA") && !cursor.eat(b"HOSTS");
                if !is_local {
                    kinds |= Kinds::PRIMARY_READ;
                }
                break;
            }
            b"WARNINGS" | b"ERRORS" | b"PROFILE" | b"PROFILES" => {
                kinds |= Kinds::PREVIOUS_STATEMENT;
                break;
            }
            b"VARIABLES" => {
                kinds |= Kinds::SYSVAR_READ;
                if is_global {
                    kinds |= Kinds::GLOBAL_SYSVAR_READ;
                }
                break;
            }
            _ => break,
        }
    }
    Classification::of(Verb::Show, kinds)
}

/// `EXPLAIN` and `DESCRIBE`, of a statement or of a table.
pub(super) fn explain(cursor: &mut Cursor<'_>, verb: Verb, depth: u32) -> Classification {
    let mut runs = false;
    loop {
        if cursor.eat(b"ANALYZE") {
            runs = true;
        } else if cursor.eat(b"FORMAT") {
            cursor.eat_operator(b"=");
            cursor.next();
        } else if !cursor.eat(b"EXTENDED") && !cursor.eat(b"PARTITIONS") {
            break;
        }
    }
    let plain = Classification::of(verb, Kinds::READ | Kinds::EXPLAIN);
    if !begins_statement(cursor) {
        return plain;
    }
    let inner = statement(cursor, depth + 1);
    if runs {
        let kinds = inner.kinds | Kinds::EXPLAIN;
        return Classification {
            kinds,
            verb,
            ..inner
        };
    }
    let mut kinds = inner.kinds & OF_EXPLAINED;
    if inner.kinds.contains(Kinds::WRITE) {
        kinds |= Kinds::PRIMARY_READ;
    }
    plain.with(kinds)
}

/// What of a statement remains if it is explained only.
const OF_EXPLAINED: Kinds = Kinds::USERVAR_READ
    .union(Kinds::SYSVAR_READ)
    .union(Kinds::GLOBAL_SYSVAR_READ)
    .union(Kinds::PRIMARY_READ)
    .union(Kinds::LAST_INSERT_ID)
    .union(Kinds::VOLATILE)
    .union(Kinds::CTE);

/// Whether a statement that can be explained follows, not the name of a table.
fn begins_statement(cursor: &Cursor<'_>) -> bool {
    let is_open = cursor.peek().is_some_and(|token| token.is_operator(b"("));
    let verb = Verb::of(&cursor.peek_capitals());
    let can_be = matches!(
        verb,
        Verb::Select
            | Verb::With
            | Verb::Values
            | Verb::Table
            | Verb::Insert
            | Verb::Replace
            | Verb::Update
            | Verb::Delete
            | Verb::Set
    );
    is_open || can_be
}

/// `ANALYZE TABLE` and `ANALYZE [FORMAT = JSON] statement`, which runs the statement.
pub(super) fn analyze(cursor: &mut Cursor<'_>, depth: u32) -> Classification {
    if cursor.eat(b"FORMAT") {
        cursor.eat_operator(b"=");
        cursor.next();
    }
    if !begins_statement(cursor) || cursor.peek_capitals().as_bytes() == b"TABLE" {
        return definition::administration(cursor, Verb::Analyze);
    }
    let inner = statement(cursor, depth + 1);
    let kinds = inner.kinds | Kinds::EXPLAIN;
    Classification {
        kinds,
        verb: Verb::Analyze,
        ..inner
    }
}

/// `GET DIAGNOSTICS`
pub(super) fn diagnostics(cursor: &mut Cursor<'_>) -> Classification {
    let mut kinds = Kinds::READ | Kinds::PREVIOUS_STATEMENT;
    if body::scan(cursor, Until::End).intersects(Kinds::USERVAR_READ | Kinds::USERVAR_WRITE) {
        kinds |= Kinds::USERVAR_WRITE | Kinds::INTO_VARIABLE;
    }
    Classification::of(Verb::Get, kinds)
}
