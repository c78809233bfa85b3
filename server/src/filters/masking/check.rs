//! Statements that would show masked values all the same: refused.
//!
//! What a statement does is told from its tokens. Where several readings are possible, because the
//! session's `sql_mode`, its character set or the server's version are not known, all must be
//! harmless.

mod level;
mod readings;
mod scan;
mod shape;
mod words;

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::config::Values;
use crate::sql::name::string_value;
use crate::sql::{Dialect, Token, TokenKind, Tokenizer};
use readings::Readings;
use scan::Scan;

use super::rules::Rule;

/// Statements within statements (PREPARE .. FROM '..') are looked at so deep.
const DEPTH_MAX: u8 = 4;
/// How many different texts of such statements are looked at.
const INNER_MAX: usize = 64;

/// The names of statements that PREPARE has made, in small letters.
pub(super) type Names = BTreeSet<Vec<u8>>;

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

    /// Whether a statement of which nothing is known is refused.
    pub(super) fn want_understanding(self) -> bool {
        self.any() && self.understanding
    }

    /// Why a statement is refused that is not whole, if it is.
    pub(super) fn examine_part(self) -> Option<String> {
        self.want_understanding()
            .then(|| "the statement is too long".to_owned())
    }

    /// Why a statement is refused, if it is. `rules` are those that concern the session. Where not
    /// all statements that PREPARE has made were looked at, `executable` are those that were.
    pub(super) fn examine<'r>(
        self,
        sql: &[u8],
        rules: impl Iterator<Item = &'r Rule>,
        executable: Option<&Names>,
    ) -> Option<String> {
        if !self.any() {
            return None;
        }
        let examination = Examination {
            checks: self,
            rules: rules.collect(),
            executable: executable.filter(|_| self.understanding),
        };
        examination.run(sql)
    }
}

/// The name of the statement that a text prepares and does nothing else before it.
pub(super) fn prepared_name(sql: &[u8]) -> Option<Vec<u8>> {
    let mut tokens = Tokenizer::new(sql, Dialect::default()).filter(|t| t.kind != TokenKind::Space);
    let (prepare, name) = (tokens.next()?, tokens.next()?);
    let from = tokens.next()?;
    let name = words::name(&name, false)?;
    let prepares = prepare.is_word(b"PREPARE") && from.is_word(b"FROM");
    prepares.then(|| name.to_ascii_lowercase())
}

/// A statement is looked at.
struct Examination<'r> {
    checks: Checks,
    rules: Vec<&'r Rule>,
    executable: Option<&'r Names>,
}

/// Texts within a text.
type Inner = BTreeSet<Vec<u8>>;

impl Examination<'_> {
    fn run(&self, sql: &[u8]) -> Option<String> {
        let mut inner = Inner::new();
        let reason = self.read(sql, &mut inner);
        if reason.is_some() {
            return reason;
        }
        for _ in 0..DEPTH_MAX {
            let texts = std::mem::take(&mut inner);
            if texts.len() > INNER_MAX {
                return self.not_understood("the prepared text is not known");
            }
            let reason = texts.iter().find_map(|text| self.read(text, &mut inner));
            if reason.is_some() || inner.is_empty() {
                return reason;
            }
        }
        self.not_understood("the prepared text is not known")
    }

    fn not_understood(&self, reason: &str) -> Option<String> {
        self.checks.understanding.then(|| reason.to_owned())
    }

    /// Reads a text in all ways.
    fn read(&self, sql: &[u8], inner: &mut Inner) -> Option<String> {
        let readings = Readings::of(sql);
        if readings.are_too_many && self.checks.understanding {
            return Some("its comments for some servers can't be understood".to_owned());
        }
        let mut dialects = readings.dialects.into_iter();
        dialects.find_map(|dialect| self.read_as(sql, dialect, inner))
    }

    fn read_as(&self, sql: &[u8], dialect: Dialect, inner: &mut Inner) -> Option<String> {
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
        if is_first && tokens.iter().any(unterminated) && self.checks.understanding {
            return Some("the statement can't be understood".to_owned());
        }
        let tokens: Vec<_> = tokens.into_iter().filter(|t| !t.is_blank()).collect();
        self.look_inside(&tokens, dialect, inner)
            .or_else(|| self.executed(&tokens))
            .or_else(|| shape::analyses(&tokens).then(|| "PROCEDURE may show values".to_owned()))
            .or_else(|| Scan::new(self.checks, &tokens, &self.rules).run())
    }

    /// Statements in a statement: PREPARE s FROM '..', EXECUTE IMMEDIATE '..'.
    fn look_inside(
        &self,
        tokens: &[Token<'_>],
        dialect: Dialect,
        inner: &mut Inner,
    ) -> Option<String> {
        let mut sources = (0..tokens.len()).filter_map(|at| source(tokens.get(at..)?));
        sources.find_map(|source| match literal(source, dialect) {
            Some(text) => {
                inner.insert(text.into_owned());
                None
            }
            None => self.not_understood("the prepared text is not known"),
        })
    }

    /// EXECUTE of a statement that was not looked at.
    fn executed(&self, tokens: &[Token<'_>]) -> Option<String> {
        let names = self.executable?;
        tokens.windows(2).find_map(|pair| {
            let [execute, name] = pair else { return None };
            let is_other = [&b"IMMEDIATE"[..], b"ON"].iter().any(|w| name.is_word(w));
            let name =
                words::name(name, false).filter(|_| execute.is_word(b"EXECUTE") && !is_other);
            let name = name.filter(|name| !names.contains(&name.to_ascii_lowercase()))?;
            let name = String::from_utf8_lossy(&name).into_owned();
            Some(format!("the statement {name} must be prepared once more"))
        })
    }
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
        // A procedure of MySQL's `sys` that runs what it is given.
        [procedure, open, rest @ ..] if open.is_operator(b"(") => {
            let name = words::name(procedure, false)?;
            name.eq_ignore_ascii_case(b"execute_prepared_stmt")
                .then_some(rest)
        }
        _ => None,
    }
}

/// The text, if it is a literal and nothing else.
fn literal<'s>(source: &[Token<'s>], dialect: Dialect) -> Option<Cow<'s, [u8]>> {
    let (text, rest) = source.split_first()?;
    let ends = rest.first().is_none_or(|t| {
        t.kind == TokenKind::Semicolon || t.is_word(b"USING") || t.is_operator(b")")
    });
    string_value(text.text, dialect).filter(|_| ends)
}

#[cfg(test)]
mod tests;
