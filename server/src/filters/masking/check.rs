//! Statements that would show masked values all the same: refused.
//!
//! What a statement does is told from its tokens. Where two readings are possible, because the
//! session's `sql_mode` or its character set is not known, all must be harmless.

mod scan;
mod words;

use std::borrow::Cow;

use crate::config::Values;
use crate::sql::name::string_value;
use crate::sql::{Dialect, Encoding, SqlMode, Token, TokenKind, Tokenizer};
use scan::Scan;

use super::rules::Rule;

/// Statements within statements (PREPARE .. FROM '..') are looked at so deep.
const DEPTH_MAX: u8 = 4;

/// What is looked for.
#[derive(Debug, Clone, Copy, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the parameters are what they are"
)]
pub(super) struct Checks {
    pub(super) subqueries: bool,
    pub(super) unions: bool,
    pub(super) user_variables: bool,
    pub(super) functions: bool,
    pub(super) understanding: bool,
    pub(super) strings_are_names: bool,
}

impl Checks {
    pub(super) fn of(values: &Values) -> Self {
        Self {
            subqueries: values.flag("check_subqueries"),
            unions: values.flag("check_unions"),
            user_variables: values.flag("check_user_variables"),
            functions: values.flag("prevent_function_usage"),
            understanding: values.flag("require_fully_parsed"),
            strings_are_names: values.flag("treat_string_arg_as_field"),
        }
    }

    fn any(self) -> bool {
        self.subqueries || self.unions || self.user_variables || self.functions
    }

    /// Why a statement is refused that is not whole, if it is.
    pub(super) fn examine_part(self) -> Option<String> {
        (self.any() && self.understanding).then(|| "the statement is too long".to_owned())
    }

    /// Why a statement is refused, if it is. `rules` are those that concern the session.
    pub(super) fn examine<'r>(
        self,
        sql: &[u8],
        rules: impl Iterator<Item = &'r Rule>,
    ) -> Option<String> {
        if !self.any() {
            return None;
        }
        let rules: Vec<_> = rules.collect();
        self.examine_nested(sql, &rules, 0)
    }

    fn examine_nested(self, sql: &[u8], rules: &[&Rule], depth: u8) -> Option<String> {
        let fits = |mark: u8, mode: SqlMode| {
            let both = [SqlMode::empty(), mode];
            if sql.contains(&mark) {
                both
            } else {
                [both[0]; 2]
            }
        };
        let backslash = fits(b'\\', SqlMode::NO_BACKSLASH_ESCAPES);
        let quotes = fits(b'"', SqlMode::ANSI_QUOTES);
        for (at, &escapes) in backslash.iter().enumerate() {
            for (other, &ansi) in quotes.iter().enumerate() {
                let seen = (at == 1 && escapes.is_empty()) || (other == 1 && ansi.is_empty());
                let mode = escapes | ansi;
                let reason = (!seen).then(|| self.examine_in(sql, mode, rules, depth));
                if let Some(reason) = reason.flatten() {
                    return Some(reason);
                }
            }
        }
        None
    }

    fn examine_in(self, sql: &[u8], mode: SqlMode, rules: &[&Rule], depth: u8) -> Option<String> {
        encodings(sql).iter().find_map(|&encoding| {
            let dialect = Dialect {
                mode,
                encoding,
                ..Dialect::default()
            };
            self.examine_as(sql, dialect, rules, depth)
        })
    }

    fn examine_as(
        self,
        sql: &[u8],
        dialect: Dialect,
        rules: &[&Rule],
        depth: u8,
    ) -> Option<String> {
        let tokens: Vec<_> = Tokenizer::new(sql, dialect).collect();
        let unterminated = |token: &Token<'_>| {
            use TokenKind::{UnterminatedComment, UnterminatedName, UnterminatedString};
            matches!(
                token.kind,
                UnterminatedComment | UnterminatedName | UnterminatedString
            )
        };
        // Text that has no end in one reading has one in another; a server gets only one of them.
        let is_first = dialect == Dialect::default();
        if self.understanding && is_first && tokens.iter().any(unterminated) {
            return Some("the statement can't be understood".to_owned());
        }
        // Which of them a server runs is not known, nor where their text ends if it does not.
        let is_versioned = self.understanding && tokens.iter().any(words::asks_for_version);
        if is_versioned && rules.iter().any(|rule| may_name(sql, rule)) {
            return Some("a comment for some servers can't be understood".to_owned());
        }
        let tokens: Vec<_> = tokens.into_iter().filter(|t| !t.is_blank()).collect();
        self.examine_prepared(&tokens, dialect, rules, depth)
            .or_else(|| scan::analyses(&tokens).then(|| "PROCEDURE may show values".to_owned()))
            .or_else(|| Scan::new(self, &tokens, rules).run())
    }

    /// A statement in a statement: PREPARE s FROM '..', EXECUTE IMMEDIATE '..'.
    fn examine_prepared(
        self,
        tokens: &[Token<'_>],
        dialect: Dialect,
        rules: &[&Rule],
        depth: u8,
    ) -> Option<String> {
        let mut sources = (0..tokens.len()).filter_map(|at| source(tokens.get(at..)?));
        sources.find_map(|source| match literal(source, dialect) {
            Some(text) if depth < DEPTH_MAX => self.examine_nested(&text, rules, depth + 1),
            _ if self.understanding => Some("the prepared text is not known".to_owned()),
            _ => None,
        })
    }
}

/// The encodings in which the text may mean different things, the plain one first.
fn encodings(sql: &[u8]) -> &'static [Encoding] {
    use Encoding::{Big5, Gbk, Plain, Sjis, SpaceA0, SpaceFf};
    // The second half of a character may look like one of these.
    let hides = sql.windows(2).any(|pair| match pair {
        [first, second] => *first >= 0x80 && b"'\"`\\".contains(second),
        _ => false,
    });
    let spaces = sql.iter().any(|byte| matches!(byte, 0xa0 | 0xff));
    match (hides, spaces) {
        (true, true) => &[Plain, Big5, Gbk, Sjis, SpaceA0, SpaceFf],
        (true, false) => &[Plain, Big5, Gbk, Sjis],
        (false, true) => &[Plain, SpaceA0, SpaceFf],
        (false, false) => &[Plain],
    }
}

/// Whether the column of a rule may be named in it, in a comment or not.
fn may_name(sql: &[u8], rule: &Rule) -> bool {
    let text = String::from_utf8_lossy(sql).to_lowercase();
    let in_text = |name: &String| text.contains(name.as_str());
    in_text(&rule.column) && rule.table.as_ref().is_none_or(in_text)
}

/// What is behind the beginning of a statement that prepares a text: the text itself comes first.
fn source<'t, 's>(tokens: &'t [Token<'s>]) -> Option<&'t [Token<'s>]> {
    match tokens {
        [execute, immediate, rest @ ..]
            if execute.is_word(b"EXECUTE") && immediate.is_word(b"IMMEDIATE") =>
        {
            Some(rest)
        }
        [prepare, _, from, rest @ ..] if prepare.is_word(b"PREPARE") && from.is_word(b"FROM") => {
            Some(rest)
        }
        _ => None,
    }
}

/// The text, if it is a literal and nothing else.
fn literal<'s>(source: &[Token<'s>], dialect: Dialect) -> Option<Cow<'s, [u8]>> {
    let (text, rest) = source.split_first()?;
    let ends = rest
        .first()
        .is_none_or(|t| t.kind == TokenKind::Semicolon || t.is_word(b"USING"));
    string_value(text.text, dialect).filter(|_| ends)
}

#[cfg(test)]
mod tests;
