//! One reading of a statement: where masked columns are named in it.

use super::level::{Level, List, Use};
use super::{Checks, shape, words};
use crate::filters::masking::names;
use crate::filters::masking::rules::Rule;
use crate::sql::{Token, TokenKind};

/// How deep a table in parentheses may be whose names are looked for.
const NESTED_MAX: usize = 32;

#[expect(clippy::struct_excessive_bools, reason = "they are independent facts")]
pub(super) struct Scan<'s> {
    checks: Checks,
    tokens: &'s [Token<'s>],
    columns: Vec<&'s str>,
    /// Whether one of the rules is for one table only: the result of a subquery does not tell it.
    by_table: bool,
    levels: Vec<Level>,
    /// Other names of masked columns.
    aliases: Vec<Vec<u8>>,
    /// Whether the statement assigns to user variables.
    assigns: bool,
    /// Whether it puts rows into variables.
    takes_rows: bool,
    /// Whether it has a UNION, whose result tells no column but by the name it has got.
    unites: bool,
    explains: bool,
}

impl<'s> Scan<'s> {
    pub(super) fn new(checks: Checks, tokens: &'s [Token<'s>], rules: &[&'s Rule]) -> Self {
        let is_in_text = |name: &String| {
            let mut named = tokens.iter().filter_map(|t| words::name(t, false));
            named.any(|other| names::is(&other, name))
        };
        let rules: Vec<_> = rules
            .iter()
            .filter(|rule| rule.table.as_ref().is_none_or(is_in_text))
            .collect();
        let takes_rows = shape::takes_rows(tokens);
        Self {
            checks,
            tokens,
            columns: rules.iter().map(|rule| rule.column.as_str()).collect(),
            by_table: rules.iter().any(|rule| rule.table.is_some()),
            levels: vec![Level::statement()],
            aliases: Vec::new(),
            assigns: takes_rows || shape::assigns(tokens),
            takes_rows,
            unites: (0..tokens.len()).any(|at| unites(tokens, at)),
            explains: shape::explains(tokens),
        }
    }

    /// Why the statement is refused, if it is.
    pub(super) fn run(mut self) -> Option<String> {
        if self.columns.is_empty() {
            return None;
        }
        let mut is_skipped = false;
        (0..self.tokens.len()).find_map(|at| {
            let before = self.token(at.checked_sub(1));
            if before.is_none_or(|token| token.kind == TokenKind::Semicolon) {
                let statement = self.tokens.get(at..).unwrap_or_default();
                is_skipped = shape::is_definition(statement);
            }
            if is_skipped { None } else { self.take(at) }
        })
    }

    fn token(&self, at: Option<usize>) -> Option<&'s Token<'s>> {
        self.tokens.get(at?)
    }

    fn level(&mut self) -> &mut Level {
        if self.levels.is_empty() {
            self.levels.push(Level::statement());
        }
        let last = self.levels.len() - 1;
        &mut self.levels[last]
    }

    fn take(&mut self, at: usize) -> Option<String> {
        let token = self.tokens.get(at)?;
        match (token.kind, token.text) {
            (TokenKind::Operator, b"(") => self.open(at),
            (TokenKind::Operator, b")") => {
                self.levels.pop();
            }
            (TokenKind::Operator, b"*") if self.is_wildcard(at) => return self.take_all_columns(),
            (TokenKind::Semicolon, _) => {
                self.levels = vec![Level::statement()];
                self.aliases.clear();
            }
            // Behind a dot all words are names.
            (TokenKind::Word, _) if !is_behind_dot(self.tokens, at) => return self.take_word(at),
            (TokenKind::Word | TokenKind::QuotedName | TokenKind::String, _) => {
                return self.take_name(at);
            }
            _ => {}
        }
        None
    }

    fn take_word(&mut self, at: usize) -> Option<String> {
        let token = self.tokens.get(at)?;
        if self.shows_table(at) {
            self.select();
            return self.take_all_columns();
        }
        if words::begins_select_list(token) {
            if token.is_word(b"SELECT") {
                self.select();
            }
            self.level().list = List::Here;
        } else if unites(self.tokens, at) {
            let level = self.level();
            (level.is_later_select, level.list) = (true, List::No);
        } else if self.level().list == List::Here && self.ends_list(at) {
            self.level().list = List::No;
        } else {
            return self.take_name(at);
        }
        None
    }

    /// A query begins in the parentheses.
    fn select(&mut self) {
        let level = self.level();
        level.is_subquery |= !level.is_operand;
    }

    fn ends_list(&self, at: usize) -> bool {
        let before = self.token(at.checked_sub(1));
        // IS DISTINCT FROM is an operator.
        let is_operator = before.is_some_and(|t| t.is_word(b"DISTINCT"));
        let next = self.tokens.get(at + 1);
        let token = self.tokens.get(at);
        !is_operator && token.is_some_and(|token| words::ends_select_list(token, next))
    }

    fn open(&mut self, at: usize) {
        let outer = *self.level();
        let before = self.token(at.checked_sub(1));
        let second = self.token(at.checked_sub(2));
        let is = |word: &[u8]| before.is_some_and(|token| token.is_word(word));
        let is_inner = before.is_some_and(|t| t.is_operator(b"("));
        let is_name = at > 0 && is_behind_dot(self.tokens, at - 1);
        let names_columns = second.is_some_and(|t| t.is_operator(b")"));
        let is_table = is(b"FROM") || is(b"JOIN") || (is_inner && outer.keeps_names);
        let is_table = is_table && self.levels.len() < NESTED_MAX;
        let keeps_names =
            (is_table && !self.result_has_columns_named(at)) || (is(b"AS") && !names_columns);
        let is_function = before.is_some_and(|t| is_name || words::names_function(t));
        let is_listed = outer.list != List::No && !self.is_window(at);
        self.levels.push(Level {
            is_function: outer.is_function || (is_function && !self.lists_columns(at)),
            is_operand: outer.is_operand && (is_inner || self.begins_operand(at)),
            is_subquery: false,
            keeps_names: is(b"EXISTS") || (keeps_names && !self.by_table),
            list: if is_listed { List::Outside } else { List::No },
            is_selected: outer.is_selected || outer.list != List::No,
            is_later_select: outer.is_later_select,
        });
    }

    /// Whether a whole SELECT of the statement may begin at `at`.
    fn begins_operand(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else {
            return true;
        };
        let is = |word: &[u8]| self.token(Some(before)).is_some_and(|t| t.is_word(word));
        let is_first = self
            .token(Some(before))
            .is_some_and(|t| t.kind == TokenKind::Semicolon);
        let united = if is(b"ALL") || is(b"DISTINCT") {
            before.checked_sub(1)
        } else {
            Some(before)
        };
        is_first || united.is_some_and(|at| unites(self.tokens, at))
    }

    /// Whether the parenthesis says for which rows a function is: nothing in it is shown.
    fn is_window(&self, at: usize) -> bool {
        let over = self.token(at.checked_sub(1));
        let behind = self.token(at.checked_sub(2));
        over.is_some_and(|t| t.is_word(b"OVER"))
            && behind.is_some_and(|t| t.is_operator(b")") || t.is_word(b"NULLS"))
    }

    /// Whether the table that the parenthesis at `at` begins gives its columns other names:
    /// `(SELECT ..) AS t (a, b)`.
    fn result_has_columns_named(&self, at: usize) -> bool {
        let mut depth = 0_usize;
        let closes = |token: &Token<'_>| {
            if token.is_operator(b"(") {
                depth += 1;
            } else if token.is_operator(b")") {
                depth -= 1;
            }
            depth == 0
        };
        let Some(len) = self.tokens.iter().skip(at).position(closes) else {
            return false;
        };
        let behind = self.tokens.get(at + len + 1..).unwrap_or_default();
        let behind = match behind {
            [word, rest @ ..] if word.is_word(b"AS") => rest,
            all => all,
        };
        matches!(behind, [name, open, ..] if words::name(name, true).is_some() && open.is_operator(b"("))
    }

    /// Whether the word begins a `TABLE t`, which is `SELECT * FROM t`.
    fn shows_table(&self, at: usize) -> bool {
        let is_table = self.token(Some(at)).is_some_and(|t| t.is_word(b"TABLE"));
        let begins = |t: &Token<'_>| {
            t.is_operator(b"(") || t.kind == TokenKind::Semicolon || words::may_precede_query(t)
        };
        is_table && self.token(at.checked_sub(1)).is_none_or(begins)
    }

    /// Whether the parenthesis begins the columns of an INSERT or REPLACE.
    fn lists_columns(&self, at: usize) -> bool {
        let first = self.tokens.first();
        let inserts = first.is_some_and(|t| t.is_word(b"INSERT") || t.is_word(b"REPLACE"));
        let mut before = self.tokens.iter().take(at);
        inserts && !before.any(|t| t.is_operator(b"(") || t.is_word(b"SELECT"))
    }

    /// Whether the `*` at `at` stands for columns: where there is no operand on both sides.
    fn is_wildcard(&self, at: usize) -> bool {
        let begins = self.token(at.checked_sub(1)).is_some_and(|before| {
            before.is_operator(b",") || before.is_operator(b".") || words::is_select_option(before)
        });
        let is_argument = self
            .token(at.checked_sub(1))
            .is_some_and(|t| t.is_operator(b"("));
        begins || (!is_argument && self.is_end(at + 1))
    }

    /// All columns of tables are selected, without being named.
    fn take_all_columns(&self) -> Option<String> {
        let checks = self.checks;
        let hides = |level: &Level| level.is_subquery && !level.keeps_names;
        let how = if checks.functions && self.explains {
            "an EXPLAIN of *"
        } else if checks.subqueries && self.levels.iter().any(hides) {
            "a subquery with *"
        } else if checks.unions && self.levels.iter().any(|level| level.is_later_select) {
            "a later SELECT of a UNION with *"
        } else if checks.user_variables && self.takes_rows {
            "* with variables"
        } else {
            return None;
        };
        Some(format!("{how} may show masked columns"))
    }

    fn take_name(&mut self, at: usize) -> Option<String> {
        let token = self.tokens.get(at)?;
        let in_function = self.levels.last().is_some_and(|level| level.is_function);
        let in_quotes = token.text.first() == Some(&b'"');
        let with_strings = in_quotes || (in_function && self.checks.strings_are_names);
        let name = words::name(token, with_strings)?;
        let column = self.columns.iter().find(|column| names::is(&name, column));
        let Some(column) = column else {
            return self.take_alias(&name);
        };
        let next = self.tokens.get(at + 1);
        let is_other = next.is_some_and(|t| t.is_operator(b".") || t.is_operator(b"("));
        let is_alias = self
            .token(at.checked_sub(1))
            .is_some_and(|t| t.is_word(b"AS"));
        if is_other || is_alias {
            return None;
        }
        let usage = self.usage(at);
        let how = self.judge(usage, in_function);
        if how.is_none()
            && let Use::Renamed(alias) = usage
            && let Some(alias) = self.token(Some(alias))
        {
            let alias = words::name(alias, true).map(std::borrow::Cow::into_owned);
            self.aliases.extend(alias);
        }
        how.map(|how| format!("the masked column {column} must not be used {how}"))
    }

    /// A subquery of what is selected may use the names given there.
    fn take_alias(&self, name: &[u8]) -> Option<String> {
        let is_alias = self.aliases.iter().any(|a| names::are_same(a, name));
        let mut levels = self.levels.iter();
        (is_alias && levels.any(|level| level.is_subquery && level.is_selected))
            .then(|| "the other name of a masked column must not be used in a subquery".to_owned())
    }

    /// How a masked column is used that must not be used so.
    fn judge(&self, usage: Use, in_function: bool) -> Option<&'static str> {
        let checks = self.checks;
        let is_renamed = matches!(usage, Use::Renamed(_));
        if checks.functions && (in_function || usage == Use::Calculated) {
            Some("by a function or an operator")
        } else if checks.functions && self.explains {
            Some("in an EXPLAIN")
        } else if checks.subqueries && self.levels.iter().any(|level| level.is_subquery) {
            Some("in a subquery")
        } else if checks.unions && self.levels.iter().any(|level| level.is_later_select) {
            Some("in a later SELECT of a UNION")
        } else if checks.unions && self.unites && is_renamed {
            Some("by another name in a UNION")
        } else if checks.user_variables && self.assigns {
            Some("with a user variable")
        } else {
            None
        }
    }

    fn usage(&self, at: usize) -> Use {
        match self.levels.last().map_or(List::No, |level| level.list) {
            List::No => return Use::Hidden,
            List::Outside => return Use::Calculated,
            List::Here => {}
        }
        let mut first = at;
        while is_behind_dot(self.tokens, first) {
            first = first.saturating_sub(2);
        }
        let begins = self.token(first.checked_sub(1)).is_none_or(|t| {
            t.is_operator(b",")
                || (words::is_select_option(t) && !is_behind_dot(self.tokens, first - 1))
        });
        let next = self.tokens.get(at + 1);
        let alias = match next {
            Some(t) if t.is_word(b"AS") => at + 2,
            _ => at + 1,
        };
        let named = self.tokens.get(alias);
        let is_renamed =
            named.is_some_and(|t| words::name(t, true).is_some()) && self.is_end(alias + 1);
        if !begins {
            Use::Calculated
        } else if is_renamed {
            Use::Renamed(alias)
        } else if self.is_end(at + 1) {
            Use::Plain
        } else {
            Use::Calculated
        }
    }

    /// Whether a column of what is selected ends before `at`.
    fn is_end(&self, at: usize) -> bool {
        self.tokens.get(at).is_none_or(|t| match t.kind {
            // A backslash is an operator only where a server would refuse it.
            TokenKind::Operator => matches!(t.text, b"," | b")" | b"\\"),
            TokenKind::Word => words::follows_select_list(t),
            TokenKind::Semicolon => true,
            _ => false,
        })
    }
}

fn is_behind_dot(tokens: &[Token<'_>], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    before.is_some_and(|token| token.is_operator(b"."))
}

/// Whether a later SELECT of the same statement follows the word at `at`.
fn unites(tokens: &[Token<'_>], at: usize) -> bool {
    let is_word = tokens.get(at).is_some_and(words::unites);
    let next = tokens.get(at + 1);
    let follows = |t: &Token<'_>| {
        t.is_operator(b"(") || words::begins_query(t) || t.is_word(b"ALL") || t.is_word(b"DISTINCT")
    };
    is_word && !is_behind_dot(tokens, at) && next.is_some_and(follows)
}
