//! A look into a text that may hide a KILL or a USE behind other statements, in an executable
//! comment, or in the text of a statement that it prepares.

use super::Glance;
use crate::sql::details::{PreparedStatement, prepared_statement};
use crate::sql::name::string_value;
use crate::sql::{Dialect, Name, Token, TokenKind, Tokenizer};

/// Looks for a KILL with the id of a connection, and for the last USE. What a server would not run
/// because of its version counts as well.
pub(super) fn look(text: &[u8], for_database: bool) -> Glance {
    if may_have(text, b"kill") && kills(text) {
        return Glance::Kill;
    }
    if for_database && may_have(text, b"use") {
        return database(text).map_or(Glance::Nothing, Glance::Database);
    }
    Glance::Nothing
}

/// Whether a text has a KILL whose id is a number or a parameter: a client means a session by it.
pub(super) fn kills(text: &[u8]) -> bool {
    has_kill(text) || prepares_kill(text)
}

fn has_kill(text: &[u8]) -> bool {
    let mut tokens = tokens(text).peekable();
    let mut behind_dot = false;
    while let Some(token) = tokens.next() {
        if token.is_word(b"KILL") && !behind_dot {
            let options = [&b"HARD"[..], b"SOFT", b"CONNECTION", b"QUERY"];
            while tokens
                .next_if(|token| options.iter().any(|word| token.is_word(word)))
                .is_some()
            {}
            let id = tokens.peek().map(|token| token.kind);
            if matches!(id, Some(TokenKind::Number | TokenKind::Placeholder)) {
                return true;
            }
        }
        behind_dot = token.is_operator(b".");
    }
    false
}

/// Whether a text prepares, or runs at once, a text that is a KILL.
fn prepares_kill(text: &[u8]) -> bool {
    let Some(PreparedStatement::Prepare { source, .. } | PreparedStatement::Immediate { source }) =
        prepared_statement(text, Dialect::default())
    else {
        return false;
    };
    string_value(source, Dialect::default()).is_some_and(|text| has_kill(&text))
}

/// The database of the text's last USE.
fn database(text: &[u8]) -> Option<Vec<u8>> {
    let (mut found, mut begins) = (None, true);
    let mut tokens = tokens(text);
    while let Some(token) = tokens.next() {
        if begins && token.is_word(b"USE") {
            let name = tokens.next()?;
            found = Some(Name::new(name.text).unquoted().into_owned());
        }
        begins = token.kind == TokenKind::Semicolon;
    }
    found
}

fn tokens(text: &[u8]) -> impl Iterator<Item = Token<'_>> {
    Tokenizer::new(text, Dialect::default()).filter(|token| !token.is_blank())
}

/// Whether the letters of a word stand side by side anywhere. `word` has small letters.
fn may_have(text: &[u8], word: &[u8]) -> bool {
    let Some((&first, rest)) = word.split_first() else {
        return true;
    };
    let mut hits = memchr::memchr2_iter(first, first.to_ascii_uppercase(), text);
    hits.any(|at| {
        let behind = text.get(at + 1..).and_then(|text| text.get(..rest.len()));
        behind.is_some_and(|behind| behind.eq_ignore_ascii_case(rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kill_is_found_wherever_it_hides() {
        for text in [
            "SELECT 1; KILL 5",
            "/*! KILL 5 */",
            "/*!50000 kill */ 5",
            "SELECT 1 /*!; KILL QUERY 5 */",
            "BEGIN NOT ATOMIC KILL HARD CONNECTION 5; END",
            "PREPARE s FROM 'KILL 5'",
            "execute immediate 'KILL 5'",
            "KILL ?",
        ] {
            assert_eq!(look(text.as_bytes(), false), Glance::Kill, "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for text in [
            "SELECT 'KILL 5'; SELECT 1",
            "SELECT t.kill; SELECT 5",
            "SELECT `kill`, 5; SELECT 1",
            "SELECT skill FROM t; SELECT 5",
            "-- KILL 5\nSELECT 1;",
            "CREATE PROCEDURE p() BEGIN KILL id; END",
            "SELECT 1; KILL QUERY ID 5",
            "SELECT 1; KILL USER bob",
        ] {
            assert_eq!(look(text.as_bytes(), false), Glance::Nothing, "{text}");
        }
    }

    #[test]
    fn the_last_use_counts() {
        let check = |text: &str, expected: Option<&str>| {
            let expected = expected.map_or(Glance::Nothing, |name| Glance::Database(name.into()));
            assert_eq!(look(text.as_bytes(), true), expected, "{text}");
        };
        check("SELECT 1; USE shop", Some("shop"));
        check("USE a; SELECT 1; use `b``c` ;", Some("b`c"));
        check("/*! USE shop */", Some("shop"));
        check("SELECT 1 FROM t USE INDEX (i); SELECT 2", None);
        check("SELECT 'x; USE a'", None);
        assert_eq!(look(b"SELECT 1; USE shop", false), Glance::Nothing);
    }
}
