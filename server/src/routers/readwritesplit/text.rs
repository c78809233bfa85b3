//! What has to be read from a statement's text, beyond its classification.

use super::prepared::NamedStatement;
use super::state::{NamedChange, State};
use super::temporary::{self, TableNumber};
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
    /// The tables that matter when its reply has come; for an `EXECUTE`, those of the prepared
    /// statement.
    pub tables: Vec<TableNumber>,
}

impl Reading {
    pub(super) fn of(kinds: Classification) -> Self {
        Self {
            kinds,
            named: NamedChange::None,
            uneven: false,
            tables: Vec::new(),
        }
    }
}

/// Reads a text of those kinds, in a session that is in that state.
pub(super) fn read(text: &[u8], kinds: Classification, dialect: Dialect, state: &State) -> Reading {
    let of_prepared = Kinds::PREPARE | Kinds::EXECUTE | Kinds::DEALLOCATE;
    let is_prepared = kinds.kinds.intersects(of_prepared) || kinds.verb == Verb::Execute;
    let mut reading = if is_prepared && !kinds.kinds.contains(Kinds::MULTI) {
        prepared(text, kinds, dialect, state)
    } else {
        Reading {
            tables: tables_that_matter(text, kinds, dialect, state),
            ..Reading::of(kinds)
        }
    };
    reading.uneven = is_uneven(text, reading.kinds);
    reading
}

fn prepared(text: &[u8], kinds: Classification, dialect: Dialect, state: &State) -> Reading {
    let mut reading = Reading::of(kinds);
    match prepared_statement(text, dialect) {
        Some(PreparedStatement::Execute { name }) => {
            if let Some(inner) = state.named.get(&folded(name)) {
                reading.kinds = executed(inner.kinds, kinds);
                if do_matter(inner.kinds, state) {
                    reading.tables = inner.tables.to_vec();
                }
                if state.temporary.has_any(&inner.tables) {
                    reading.kinds.kinds |= Kinds::PRIMARY_READ;
                }
            }
        }
        Some(PreparedStatement::Immediate { source }) => {
            if let Some(inner) = string_value(source, dialect) {
                let inner_kinds = classify(&inner, dialect);
                reading.kinds = executed(inner_kinds, kinds);
                reading.tables = tables_that_matter(&inner, inner_kinds, dialect, state);
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
                statement.tables = tables_of(inner, statement.kinds, dialect, state).into();
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

/// The tables of a statement that is prepared: those that matter when it is executed.
pub(super) fn tables_of(
    text: &[u8],
    kinds: Classification,
    dialect: Dialect,
    state: &State,
) -> Vec<TableNumber> {
    if kinds.kinds.contains(Kinds::CREATE_TEMPORARY_TABLE) || kinds.verb == Verb::Drop {
        temporary::written_tables(text, dialect, state.database)
    } else {
        temporary::tables_in(text, dialect, state.database)
    }
}

/// The tables of a text that matter when its reply has come.
fn tables_that_matter(
    text: &[u8],
    kinds: Classification,
    dialect: Dialect,
    state: &State,
) -> Vec<TableNumber> {
    if do_matter(kinds, state) {
        temporary::written_tables(text, dialect, state.database)
    } else {
        Vec::new()
    }
}

/// Whether the tables matter that a statement of those kinds writes.
pub(super) fn do_matter(kinds: Classification, state: &State) -> bool {
    kinds.kinds.contains(Kinds::CREATE_TEMPORARY_TABLE)
        || kinds.kinds.contains(Kinds::DDL) && !state.temporary.is_empty()
}
