//! From a text to its [`Classification`].
//!
//! A statement's verb says most; a scan of everything behind it finds the rest: variables,
//! functions, locking clauses. What is not understood counts as a statement that writes, and is
//! never an error.

pub(super) mod body;
mod data;
mod definition;
mod query;
mod routine;
mod session;
mod transaction;

use super::classification::{Classification, Kinds, Verb};
use super::cursor::Cursor;
use super::dialect::Dialect;

/// How many statements may be within each other: `SET STATEMENT ... FOR EXPLAIN ...`.
const DEPTH_MAX: u32 = 8;

/// Classifies all statements of a text.
pub fn classify(text: &[u8], dialect: Dialect) -> Classification {
    let mut cursor = Cursor::new(text, dialect);
    let mut total = Classification::EMPTY;
    while !cursor.is_done() {
        if cursor.eat_semicolon() {
            continue;
        }
        total.add(&next_statement(&mut cursor));
        cursor.eat_semicolon();
    }
    total
}

/// Classifies the statement at the cursor, which is left behind it.
pub(super) fn next_statement(cursor: &mut Cursor<'_>) -> Classification {
    let found = statement(cursor, 0);
    while cursor.next().is_some() {}
    found
}

/// Classifies the statement at the cursor, which is left behind all that was looked at.
fn statement(cursor: &mut Cursor<'_>, depth: u32) -> Classification {
    while cursor.eat_operator(b"(") {}
    let verb = Verb::of(&cursor.peek_capitals());
    if verb == Verb::Unknown || depth > DEPTH_MAX {
        return Classification::unknown(Verb::Unknown);
    }
    let first = cursor.next();
    match verb {
        Verb::Select | Verb::Values | Verb::Do => query::read(cursor, verb),
        Verb::Table | Verb::Help | Verb::Checksum => Classification::of(verb, Kinds::READ),
        Verb::With => query::with(cursor, depth),
        Verb::Show => query::show(cursor),
        Verb::Explain | Verb::Describe => query::explain(cursor, verb, depth),
        Verb::Analyze => query::analyze(cursor, depth),
        Verb::Get => query::diagnostics(cursor),
        Verb::Insert | Verb::Replace | Verb::Update | Verb::Delete => {
            data::write(cursor, verb, first)
        }
        Verb::Load => data::load(cursor),
        Verb::Call => data::call(cursor),
        Verb::Handler => data::handler(cursor),
        Verb::Create => definition::create(cursor),
        Verb::Drop => definition::drop(cursor),
        Verb::Compound => routine::compound(cursor, verb),
        Verb::Begin | Verb::Start => transaction::begin(cursor, verb),
        Verb::Commit | Verb::Rollback => transaction::end(cursor, verb),
        Verb::Savepoint | Verb::Release => transaction::savepoint(cursor, verb),
        Verb::Xa => transaction::xa(cursor),
        Verb::Lock | Verb::Unlock => transaction::lock(cursor, verb),
        Verb::Set => session::set(cursor, depth),
        Verb::Use => session::use_database(cursor),
        Verb::Prepare | Verb::Execute | Verb::Deallocate => session::prepared(cursor, verb),
        Verb::Kill => Classification::of(verb, Kinds::WRITE | Kinds::KILL),
        _ => definition::administration(cursor, verb),
    }
}

#[cfg(test)]
mod tests;
