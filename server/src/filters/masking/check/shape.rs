//! What a statement is as a whole.

use super::words;
use crate::sql::{Token, TokenKind};

/// Whether a SELECT gives its result to a procedure: it tells values by other names.
pub(super) fn analyses(tokens: &[Token<'_>]) -> bool {
    let mut selects = false;
    tokens.windows(2).any(|pair| {
        let [token, next] = pair else { return false };
        if token.kind == TokenKind::Semicolon {
            selects = false;
        }
        selects |= token.is_word(b"SELECT");
        selects && !token.is_operator(b".") && next.is_word(b"PROCEDURE")
    })
}

/// Whether single values get into variables or messages: SET @a = .., @a := .., SIGNAL.
pub(super) fn assigns(tokens: &[Token<'_>]) -> bool {
    let is_variable = |token: &Token<'_>| token.kind == TokenKind::UserVariable;
    let sets = tokens.first().is_some_and(|token| token.is_word(b"SET"));
    (sets && tokens.iter().any(is_variable))
        || tokens.windows(2).any(|pair| match pair {
            [a, b] => {
                (is_variable(a) && b.is_operator(b":=")) || (a.is_word(b"SET") && is_variable(b))
            }
            _ => false,
        })
        || tokens
            .iter()
            .any(|token| token.is_word(b"SIGNAL") || token.is_word(b"RESIGNAL"))
}

/// Whether whole rows get into variables or files: INTO @a, INTO a, INTO OUTFILE, a cursor.
pub(super) fn takes_rows(tokens: &[Token<'_>]) -> bool {
    let is_target = |token: &Token<'_>| {
        use TokenKind::{QuotedName, UserVariable, Word};
        matches!(token.kind, QuotedName | UserVariable | Word)
    };
    tokens.windows(2).enumerate().any(|(at, pair)| match pair {
        [a, b] if a.is_word(b"INTO") => {
            is_target(b) && (b.kind == TokenKind::UserVariable || !names_table(tokens, at, b))
        }
        [a, b] => b.is_word(b"CURSOR") && !a.is_operator(b"."),
        _ => false,
    })
}

/// Whether the INTO at `at` has a table behind it: INSERT INTO t, LOAD .. INTO TABLE t.
fn names_table(tokens: &[Token<'_>], at: usize, behind: &Token<'_>) -> bool {
    let mut before = tokens.iter().take(at).rev();
    let verb = before.find(|token| !words::is_insert_option(token));
    behind.is_word(b"TABLE")
        || verb.is_some_and(|token| token.is_word(b"INSERT") || token.is_word(b"REPLACE"))
}

/// Whether the statement that `tokens` begin with only says what tables and the like are: it shows
/// no values.
pub(super) fn is_definition(tokens: &[Token<'_>]) -> bool {
    let mut statement = tokens.iter().take_while(|t| t.kind != TokenKind::Semicolon);
    let defines = statement.next().is_some_and(|token| {
        token.is_word(b"CREATE") || token.is_word(b"ALTER") || token.is_word(b"DROP")
    });
    defines && !statement.any(words::holds_statements)
}

/// Whether it tells how another statement would be run: with values of rows that were read for it.
pub(super) fn explains(tokens: &[Token<'_>]) -> bool {
    let (mut explains, mut analyses) = (false, false);
    let mut before: Option<&Token<'_>> = None;
    for token in tokens {
        let begins = before.is_none_or(|t| t.kind == TokenKind::Semicolon);
        let is_name = before.is_some_and(|t| t.is_operator(b"."));
        before = Some(token);
        if token.kind == TokenKind::Semicolon {
            (explains, analyses) = (false, false);
        } else if explains && token.is_word(b"TABLE")
            || (explains || analyses) && words::begins_statement_on_rows(token)
        {
            return true;
        } else if !is_name {
            analyses |= token.is_word(b"ANALYZE");
            explains |= token.is_word(b"DESCRIBE") || token.is_word(b"EXPLAIN");
            explains |= begins && token.is_word(b"DESC");
        }
    }
    false
}
