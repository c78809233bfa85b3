//! What the cache has to know of a statement. Told from its tokens; what is not understood counts
//! as something that changes the database.

use crate::sql::{Dialect, Kinds, Name, Token, TokenKind, Tokenizer};

mod tables;

pub(super) use tables::TableName;

/// What makes the result of the same statement differ although the tables have not changed.
const NOT_REPEATABLE: Kinds = Kinds::VOLATILE
    .union(Kinds::USER_LOCK)
    .union(Kinds::LAST_INSERT_ID)
    .union(Kinds::PREVIOUS_STATEMENT)
    .union(Kinds::SEQUENCE)
    .union(Kinds::STORED_FUNCTION)
    .union(Kinds::USERVAR_READ)
    .union(Kinds::USERVAR_WRITE)
    .union(Kinds::SYSVAR_READ)
    .union(Kinds::GLOBAL_SYSVAR_READ);
/// First words of statements that change what is in tables.
const WRITES: &[&str] = &[
    "ALTER", "CALL", "CREATE", "DELETE", "DROP", "EXECUTE", "IMPORT", "INSERT", "LOAD", "MERGE",
    "RENAME", "REPLACE", "TRUNCATE", "UPDATE", "XA",
];
/// Those of which it can't be said what they change.
const OPAQUE: &[&str] = &["CALL", "EXECUTE", "IMPORT"];

/// Words of statements that change their session.
const SESSION: &[&str] = &["CALL", "EXECUTE", "SET", "TEMPORARY", "USE"];

/// What a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It reads, and does nothing else.
    Select,
    /// It may change what is in tables.
    Write,
    /// It makes a table that only its session sees.
    TemporaryTable,
    /// SET.
    Set,
    /// It changes nothing that is cached.
    Other,
}

/// What a statement may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Write {
    /// The names in it, those of tables among them.
    pub(super) names: Box<[Box<str>]>,
    /// Whether that is all.
    pub(super) is_clear: bool,
}

impl Write {
    /// Of a statement that can't be read.
    pub(super) fn unclear() -> Self {
        Self {
            names: Box::default(),
            is_clear: false,
        }
    }
}

/// A statement in tokens.
pub(super) struct Statement<'s> {
    tokens: Vec<Token<'s>>,
    pub(super) kind: Kind,
    /// Whether all of it is understood.
    pub(super) is_clear: bool,
}

impl<'s> Statement<'s> {
    pub(super) fn read(sql: &'s [u8], dialect: Dialect) -> Self {
        let mut is_clear = true;
        let tokens = Tokenizer::new(sql, dialect).inspect(|token| {
            use TokenKind::{UnterminatedComment, UnterminatedName, UnterminatedString};
            is_clear &= !matches!(
                token.kind,
                UnterminatedComment | UnterminatedName | UnterminatedString
            );
        });
        let tokens: Vec<_> = tokens.filter(|token| !token.is_blank()).collect();
        let kind = kind(&tokens);
        let is_opaque = kind == Kind::Write && is_opaque(&tokens);
        Self {
            kind,
            is_clear: is_clear && !is_opaque,
            tokens,
        }
    }

    /// Whether its result is the same whoever runs it and whenever, as long as the tables are, and
    /// nothing asks what it has left behind. `kinds`: how it is classified.
    pub(super) fn is_repeatable(&self, kinds: Kinds) -> bool {
        !kinds.intersects(NOT_REPEATABLE) && !has(&self.tokens, &["SQL_CALC_FOUND_ROWS"])
    }

    /// Whether it may change its session otherwise than one SET does.
    pub(super) fn changes_session(&self) -> bool {
        match self.kind {
            Kind::TemporaryTable => true,
            Kind::Write if !self.is_clear => true,
            Kind::Write if is_one_of_first(&self.tokens, "DROP", "TEMPORARY") => true,
            _ => is_several(&self.tokens) && has(&self.tokens, SESSION),
        }
    }

    /// Whether it may change which table of the session's own a name stands for.
    pub(super) fn defines_tables(&self) -> bool {
        has(&self.tokens, &["ALTER", "DROP", "RENAME"])
    }

    /// Whether it selects a default database.
    pub(super) fn selects_database(&self) -> bool {
        let mut begins = true;
        self.tokens.iter().any(|token| {
            let uses = begins && token.is_word(b"USE");
            begins = token.kind == TokenKind::Semicolon;
            uses
        })
    }

    /// Whether the same text sets other values in other sessions.
    pub(super) fn sets_what_is_not_seen(&self) -> bool {
        let is_variable = |token: &Token<'_>| token.kind == TokenKind::UserVariable;
        self.tokens.iter().any(is_variable) || has(&self.tokens, &["SELECT"])
    }

    /// The tables it reads from, as far as they are seen.
    pub(super) fn tables(&self) -> Vec<TableName> {
        tables::tables(&self.tokens).found
    }

    /// The tables it reads from, if all of them are seen. `kinds`: how it is classified.
    pub(super) fn all_tables(&self, kinds: Kinds) -> Option<Vec<TableName>> {
        let tables = tables::tables(&self.tokens);
        let is_complete = tables.is_complete && !kinds.contains(Kinds::STORED_FUNCTION);
        is_complete.then_some(tables.found)
    }

    /// What it may change, if it is a statement that changes something.
    pub(super) fn write(&self) -> Option<Write> {
        if !matches!(self.kind, Kind::Write | Kind::TemporaryTable) {
            return None;
        }
        let names = self.tokens.iter().filter_map(name);
        let mut names: Vec<_> = names.map(String::into_boxed_str).collect();
        names.sort_unstable();
        names.dedup();
        Some(Write {
            names: names.into(),
            is_clear: self.is_clear,
        })
    }

    /// All names with what qualifies them: `[db, table, column]`, in small letters.
    pub(super) fn paths(&self) -> Vec<Vec<String>> {
        let mut paths: Vec<Vec<String>> = Vec::new();
        let mut goes_on = false;
        for token in &self.tokens {
            match name(token) {
                Some(name) if goes_on => {
                    if let Some(path) = paths.last_mut() {
                        path.push(name);
                    }
                }
                Some(name) => paths.push(vec![name]),
                None => {}
            }
            goes_on = token.is_operator(b".");
        }
        paths
    }

    /// Its tokens.
    pub(super) fn tokens(&self) -> &[Token<'s>] {
        &self.tokens
    }
}

/// Whether it begins with `verb`, and has `word` soon behind it.
fn is_one_of_first(tokens: &[Token<'_>], verb: &str, word: &str) -> bool {
    let first = tokens.first();
    first.is_some_and(|token| is_one_of(token, &[verb]))
        && tokens.iter().take(4).any(|token| is_one_of(token, &[word]))
}

fn has(tokens: &[Token<'_>], words: &[&str]) -> bool {
    tokens.iter().any(|token| is_one_of(token, words))
}

/// Whether there are several statements, or one that is made of several.
fn is_several(tokens: &[Token<'_>]) -> bool {
    let mut tokens = tokens.iter();
    tokens.any(|token| token.kind == TokenKind::Semicolon) && tokens.next().is_some()
}

/// Whether it can't be said what a statement that writes changes.
fn is_opaque(tokens: &[Token<'_>]) -> bool {
    let runs_unseen = match tokens {
        [first, second, ..] if first.is_word(b"BEGIN") => second.is_word(b"NOT"),
        [first, ..] => is_one_of(first, OPAQUE) || changes_database(tokens),
        [] => false,
    };
    runs_unseen || sets_for_write(tokens) || (is_several(tokens) && has(tokens, OPAQUE))
}

/// Whether it makes, alters or drops a whole database, with tables that it does not name.
fn changes_database(tokens: &[Token<'_>]) -> bool {
    ["ALTER", "CREATE", "DROP"].iter().any(|verb| {
        is_one_of_first(tokens, verb, "DATABASE") || is_one_of_first(tokens, verb, "SCHEMA")
    })
}

/// Whether it is a SET STATEMENT .. FOR something that does not begin as one that reads.
fn sets_for_write(tokens: &[Token<'_>]) -> bool {
    let [first, second, rest @ ..] = tokens else {
        return false;
    };
    let mut rest = rest.iter().skip_while(|token| !token.is_word(b"FOR"));
    let reads = |token: &Token<'_>| is_one_of(token, &["SELECT", "SHOW"]);
    first.is_word(b"SET") && second.is_word(b"STATEMENT") && !rest.nth(1).is_some_and(reads)
}

fn kind(tokens: &[Token<'_>]) -> Kind {
    let has = |words: &[&str]| has(tokens, words);
    if is_several(tokens) {
        return if has(WRITES) {
            Kind::Write
        } else {
            Kind::Other
        };
    }
    let Some(first) = tokens.iter().find(|token| !token.is_operator(b"(")) else {
        return Kind::Other;
    };
    if is_one_of(first, &["SELECT", "WITH"]) {
        let changes = is_one_of(first, &["WITH"]) && has(&["UPDATE", "DELETE", "INSERT"]);
        return match (changes, is_pure(tokens)) {
            (true, _) => Kind::Write,
            (_, true) => Kind::Select,
            _ => Kind::Other,
        };
    }
    let is_temporary = is_one_of(first, &["CREATE"])
        && tokens
            .iter()
            .take(5)
            .any(|token| token.is_word(b"TEMPORARY"));
    if is_temporary {
        Kind::TemporaryTable
    } else if sets_for_write(tokens) {
        Kind::Write
    } else if is_one_of(first, &["SET"]) {
        Kind::Set
    } else if is_one_of(first, WRITES) {
        Kind::Write
    } else if is_one_of(first, &["BEGIN"]) && has(&["NOT"]) {
        // BEGIN NOT ATOMIC: a program.
        Kind::Write
    } else if is_one_of(first, &["ANALYZE"]) && has(WRITES) {
        // MariaDB runs what it analyzes.
        Kind::Write
    } else {
        Kind::Other
    }
}

/// Whether a SELECT takes no locks, draws no numbers and writes to nothing.
fn is_pure(tokens: &[Token<'_>]) -> bool {
    !tokens.windows(2).any(|pair| match pair {
        [a, b] => {
            (a.is_word(b"FOR") && is_one_of(b, &["UPDATE", "SHARE"]))
                || (a.is_word(b"LOCK") && b.is_word(b"IN"))
                || (b.is_operator(b"(") && is_one_of(a, &["NEXTVAL", "SETVAL"]))
                || (a.is_word(b"VALUE") && b.is_word(b"FOR"))
        }
        _ => false,
    }) && !tokens.iter().any(|token| token.is_word(b"INTO"))
}

/// Whether it is one of the words, given in capitals.
pub(super) fn is_one_of(token: &Token<'_>, words: &[&str]) -> bool {
    let text = token.text;
    token.kind == TokenKind::Word
        && words
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word.as_bytes()))
}

/// The name that a token is, in small letters and without quotes.
fn name(token: &Token<'_>) -> Option<String> {
    let text = match token.kind {
        TokenKind::Word => token.text.into(),
        TokenKind::QuotedName => Name::new(token.text).unquoted(),
        _ => return None,
    };
    Some(String::from_utf8_lossy(&text).to_lowercase())
}

#[cfg(test)]
mod tests;
