//! What has to be read from a statement's text, beyond its classification.

use super::prepared::NamedStatement;
use super::state::{NamedChange, State};
use super::temporary;
use crate::sql::details::{PreparedStatement, prepared_statement};
use crate::sql::name::string_value;
use crate::sql::{Classification, Dialect, Kinds, Name, Verb, classify};

/// A statement of which nothing is known.
pub(super) const UNKNOWN: Classification = Classification {
    kinds: Kinds::WRITE,
    verb: Verb::Unknown,
    statements: 1,
    parsed: false,
};

/// What a text really does.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    /// What it does; for an `EXECUTE`, what the prepared statement does.
    pub kinds: Classification,
    pub named: NamedChange,
    /// Whether a user variable gets a value that may differ between servers.
    pub uneven: bool,
}

impl Reading {
    pub(super) fn of(kinds: Classification) -> Self {
        Self {
            kinds,
            named: NamedChange::None,
            uneven: false,
        }
    }
}

/// Reads a text of those kinds, in a session that is in that state.
pub(super) fn read(text: &[u8], kinds: Classification, dialect: Dialect, state: &State) -> Reading {
    let of_prepared = Kinds::PREPARE | Kinds::EXECUTE | Kinds::DEALLOCATE;
    let is_prepared = kinds.kinds.intersects(of_prepared) || kinds.verb == Verb::Execute;
    let mut reading = Reading::of(kinds);
    if is_prepared && !kinds.kinds.contains(Kinds::MULTI) {
        reading = prepared(text, kinds, dialect, state);
    }
    reading.uneven = is_uneven(text, reading.kinds);
    reading
}

fn prepared(text: &[u8], kinds: Classification, dialect: Dialect, state: &State) -> Reading {
    let mut reading = Reading::of(kinds);
    match prepared_statement(text, dialect) {
        Some(PreparedStatement::Execute { name }) => {
            if let Some(inner) = state.named.get(&folded(name)) {
                reading.kinds = executed(inner.kinds, kinds);
                if state.temporary.has_any(&inner.tables) {
                    reading.kinds.kinds |= Kinds::PRIMARY_READ;
                }
            }
        }
        Some(PreparedStatement::Immediate { source }) => {
            if let Some(inner) = string_value(source, dialect) {
                reading.kinds = executed(classify(&inner, dialect), kinds);
                if state.temporary.are_in(&inner, dialect) {
                    reading.kinds.kinds |= Kinds::PRIMARY_READ;
                }
            }
        }
        Some(PreparedStatement::Prepare { name, source }) => {
            let inner = string_value(source, dialect);
            let mut statement = NamedStatement {
                kinds: UNKNOWN,
                tables: Box::default(),
            };
            if let Some(inner) = &inner {
                statement.kinds = classify(inner, dialect);
                statement.tables = temporary::tables_in(inner, dialect).into();
            }
            let is_temporary = state.temporary.has_any(&statement.tables);
            // A text in a variable is there where the variable has the right value.
            let is_uneven = inner.is_none() && state.variables_at.is_some();
            if is_temporary || is_uneven {
                statement.kinds.kinds |= Kinds::PRIMARY_READ;
                reading.kinds.kinds |= Kinds::WRITE;
            }
            reading.named = NamedChange::Prepares(folded(name), statement);
        }
        Some(PreparedStatement::Deallocate { name }) => {
            reading.named = NamedChange::Forgets(folded(name));
        }
        None => {}
    }
    reading
}

/// What is done when `inner` is executed by a statement of `outer` kinds, which may name user
/// variables.
fn executed(inner: Classification, outer: Classification) -> Classification {
    let variables = outer.kinds & (Kinds::USERVAR_READ | Kinds::USERVAR_WRITE);
    Classification {
        kinds: inner.kinds | variables,
        ..inner
    }
}

fn folded(name: Name<'_>) -> Box<[u8]> {
    name.unquoted().to_ascii_lowercase().into()
}

/// Whether a user variable gets a value that may differ between servers.
fn is_uneven(text: &[u8], kinds: Classification) -> bool {
    let differ = Kinds::VOLATILE
        | Kinds::LAST_INSERT_ID
        | Kinds::PRIMARY_READ
        | Kinds::STORED_FUNCTION
        | Kinds::SEQUENCE
        | Kinds::PREVIOUS_STATEMENT
        | Kinds::GLOBAL_SYSVAR_READ;
    kinds.kinds.contains(Kinds::USERVAR_WRITE)
        && (kinds.kinds.intersects(differ) || kinds.verb == Verb::Set && has_subquery(text))
}

/// Whether there may be a `SELECT` in the text.
fn has_subquery(text: &[u8]) -> bool {
    const WORD: &[u8] = b"select";
    text.windows(WORD.len())
        .any(|window| window.eq_ignore_ascii_case(WORD))
}

/// The tables of a text that matter when its reply has come.
pub(super) fn tables_that_matter(
    text: &[u8],
    kinds: Classification,
    dialect: Dialect,
    state: &State,
) -> Vec<u64> {
    if kinds.kinds.contains(Kinds::CREATE_TEMPORARY_TABLE) {
        return temporary::written_tables(text, dialect);
    }
    let may_change_one = kinds.kinds.contains(Kinds::DDL) && !state.temporary.is_empty();
    if may_change_one {
        temporary::written_tables(text, dialect)
    } else {
        Vec::new()
    }
}
