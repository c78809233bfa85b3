//! One reading of a statement: where masked columns are named in it.

use super::{Checks, words};
use crate::filters::masking::rules::Rule;
use crate::sql::{Token, TokenKind};

/// A pair of parentheses, or the statement itself.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent facts")]
struct Level {
    /// The arguments of a function.
    is_function: bool,
    /// A SELECT in parentheses whose columns can get other names.
    is_subquery: bool,
    /// Where `*` may stand without giving a masked column another name.
    keeps_names: bool,
    in_select_list: bool,
    /// The second SELECT of a UNION, or one behind it.
    is_later_select: bool,
}

pub(super) struct Scan<'s> {
    checks: Checks,
    tokens: &'s [Token<'s>],
    columns: Vec<&'s str>,
    /// Whether one of the rules is for one table only: the result of a subquery does not tell it.
    by_table: bool,
    levels: Vec<Level>,
    /// Whether the statement assigns to user variables.
    assigns: bool,
    /// Whether it has a UNION, whose result tells no column but by the name it has got.
    unites: bool,
}

impl<'s> Scan<'s> {
    pub(super) fn new(checks: Checks, tokens: &'s [Token<'s>], rules: &[&'s Rule]) -> Self {
        let names: Vec<_> = tokens
            .iter()
            .filter_map(|t| words::name(t, false))
            .collect();
        let is_named = |rule: &&&Rule| {
            rule.table
                .as_ref()
                .is_none_or(|table| names.contains(table))
        };
        let rules: Vec<_> = rules.iter().filter(is_named).collect();
        Self {
            checks,
            tokens,
            columns: rules.iter().map(|rule| rule.column.as_str()).collect(),
            by_table: rules.iter().any(|rule| rule.table.is_some()),
            levels: vec![Level::default()],
            assigns: assigns(tokens),
            unites: tokens.iter().any(words::unites),
        }
    }

    /// Why the statement is refused, if it is.
    pub(super) fn run(mut self) -> Option<String> {
        if self.columns.is_empty() || is_definition(self.tokens) {
            return None;
        }
        (0..self.tokens.len()).find_map(|at| self.take(at))
    }

    fn token(&self, at: Option<usize>) -> Option<&'s Token<'s>> {
        self.tokens.get(at?)
    }

    fn level(&mut self) -> &mut Level {
        if self.levels.is_empty() {
            self.levels.push(Level::default());
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
            (TokenKind::Operator, b"*") => return self.take_star(at),
            (TokenKind::Word, _) if self.shows_table(at) => return self.take_all_columns(),
            (TokenKind::Semicolon, _) => self.levels = vec![Level::default()],
            (TokenKind::Word, _) if words::begins_select_list(token) => {
                self.level().in_select_list = true;
            }
            (TokenKind::Word, _) if words::unites(token) => {
                let level = self.level();
                (level.is_later_select, level.in_select_list) = (true, false);
            }
            (TokenKind::Word, _) if words::ends_select_list(token) => {
                self.level().in_select_list = false;
            }
            (TokenKind::Word | TokenKind::QuotedName | TokenKind::String, _) => {
                return self.take_name(at);
            }
            _ => {}
        }
        None
    }

    fn open(&mut self, at: usize) {
        let outer = *self.level();
        let before = self.token(at.checked_sub(1));
        let is = |word: &[u8]| before.is_some_and(|token| token.is_word(word));
        let next = self.tokens.get(at + 1);
        let selects = next.is_some_and(words::begins_query);
        // Its rows are not shown, or it is the whole statement, or a part of a UNION.
        let is_operand = before.is_none_or(|t| words::unites(t) || t.is_word(b"ALL"))
            || before.is_some_and(|t| t.is_operator(b"("));
        let names_columns = self
            .token(at.checked_sub(2))
            .is_some_and(|t| t.is_operator(b")"));
        let is_table = (is(b"FROM") || is(b"JOIN")) && !self.result_has_columns_named(at);
        let keeps_names = is_table || (is(b"AS") && !names_columns);
        self.levels.push(Level {
            is_function: before.is_some_and(words::names_function) && !self.lists_columns(at),
            is_subquery: selects && !is_operand,
            keeps_names: is(b"EXISTS") || (keeps_names && !self.by_table),
            in_select_list: outer.in_select_list,
            is_later_select: outer.is_later_select,
        });
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
        let before = self.token(at.checked_sub(1));
        is_table
            && before.is_some_and(|t| {
                t.is_operator(b"(")
                    || words::unites(t)
                    || t.is_word(b"ALL")
                    || t.is_word(b"DISTINCT")
            })
    }

    /// Whether the parenthesis begins the columns of an INSERT or REPLACE.
    fn lists_columns(&self, at: usize) -> bool {
        let first = self.tokens.first();
        let inserts = first.is_some_and(|t| t.is_word(b"INSERT") || t.is_word(b"REPLACE"));
        let mut before = self.tokens.iter().take(at);
        inserts && !before.any(|t| t.is_operator(b"(") || t.is_word(b"SELECT"))
    }

    fn take_star(&self, at: usize) -> Option<String> {
        let before = self.token(at.checked_sub(1))?;
        let is_wildcard =
            before.is_operator(b",") || before.is_operator(b".") || words::is_select_option(before);
        if is_wildcard {
            self.take_all_columns()
        } else {
            None
        }
    }

    /// All columns of tables are selected, without being named.
    fn take_all_columns(&self) -> Option<String> {
        let hides = |level: &Level| level.is_subquery && !level.keeps_names;
        if self.checks.subqueries && self.levels.iter().any(hides) {
            Some("a subquery with * may show masked columns".to_owned())
        } else if self.checks.unions && self.levels.iter().any(|level| level.is_later_select) {
            Some("a later SELECT of a UNION with * may show masked columns".to_owned())
        } else {
            None
        }
    }

    fn take_name(&self, at: usize) -> Option<String> {
        let token = self.tokens.get(at)?;
        let in_function = self.levels.iter().any(|level| level.is_function);
        let in_quotes = token.text.first() == Some(&b'"');
        let with_strings = in_quotes || (in_function && self.checks.strings_are_names);
        let name = words::name(token, with_strings)?;
        if !self.columns.contains(&name.as_str()) {
            return None;
        }
        let next = self.tokens.get(at + 1);
        let is_other = next.is_some_and(|t| t.is_operator(b".") || t.is_operator(b"("));
        let is_alias = self
            .token(at.checked_sub(1))
            .is_some_and(|t| t.is_word(b"AS"));
        if is_other || is_alias {
            return None;
        }
        self.judge(at, in_function, &name)
    }

    /// A masked column is named at `at`.
    fn judge(&self, at: usize, in_function: bool, name: &str) -> Option<String> {
        let checks = self.checks;
        let is_calculated =
            self.levels.last().is_some_and(|level| level.in_select_list) && !self.is_plain(at);
        let how = if checks.functions && (in_function || is_calculated) {
            "by a function or an operator"
        } else if checks.subqueries && self.levels.iter().any(|level| level.is_subquery) {
            "in a subquery"
        } else if checks.unions && self.levels.iter().any(|level| level.is_later_select) {
            "in a later SELECT of a UNION"
        } else if checks.unions && self.unites && self.is_renamed(at) {
            "by another name in a UNION"
        } else if checks.user_variables && self.assigns {
            "with a user variable"
        } else {
            return None;
        };
        Some(format!("the masked column {name} must not be used {how}"))
    }

    /// Whether the column at `at` is selected and gets another name.
    fn is_renamed(&self, at: usize) -> bool {
        let is_selected = self.levels.last().is_some_and(|level| level.in_select_list);
        let next = self.tokens.get(at + 1);
        is_selected
            && next.is_some_and(|t| match t.kind {
                TokenKind::Word => !words::ends_select_list(t),
                TokenKind::QuotedName | TokenKind::String => true,
                _ => false,
            })
    }

    /// Whether the column at `at` is selected as it is, so that the result bears its name.
    fn is_plain(&self, at: usize) -> bool {
        let mut before = at.checked_sub(1);
        while self.token(before).is_some_and(|t| t.is_operator(b".")) {
            before = before.and_then(|at| at.checked_sub(2));
        }
        let begins = self
            .token(before)
            .is_none_or(|t| t.is_operator(b",") || words::is_select_option(t));
        let ends = self.tokens.get(at + 1).is_none_or(|t| match t.kind {
            // A backslash is an operator only where a server would refuse it.
            TokenKind::Operator => matches!(t.text, b"," | b")" | b"\\"),
            TokenKind::Word => !words::is_operator(t),
            TokenKind::QuotedName | TokenKind::String | TokenKind::Semicolon => true,
            _ => false,
        });
        begins && ends
    }
}

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

/// Whether values get into variables or files: SET @a = .., @a := .., INTO @a, INTO a.
fn assigns(tokens: &[Token<'_>]) -> bool {
    let sets = tokens.first().is_some_and(|token| token.is_word(b"SET"));
    let is_variable = |token: &Token<'_>| token.kind == TokenKind::UserVariable;
    let is_name = |token: &Token<'_>| matches!(token.kind, TokenKind::Word | TokenKind::QuotedName);
    let is_target = |at: usize, token: &Token<'_>| {
        is_variable(token) || (is_name(token) && !names_table(tokens, at, token))
    };
    tokens.windows(2).enumerate().any(|(at, pair)| match pair {
        [a, b] => {
            (is_variable(a) && b.is_operator(b":=")) || (a.is_word(b"INTO") && is_target(at, b))
        }
        _ => false,
    }) || (sets && tokens.iter().any(is_variable))
}

/// Whether the INTO at `at` has a table behind it: INSERT INTO t, LOAD .. INTO TABLE t.
fn names_table(tokens: &[Token<'_>], at: usize, behind: &Token<'_>) -> bool {
    let mut before = tokens.iter().take(at).rev();
    let verb = before.find(|token| !words::is_insert_option(token));
    behind.is_word(b"TABLE")
        || verb.is_some_and(|token| token.is_word(b"INSERT") || token.is_word(b"REPLACE"))
}

/// Whether the statement only says what tables and the like are: it shows no values.
fn is_definition(tokens: &[Token<'_>]) -> bool {
    let first = tokens.first();
    let defines = first.is_some_and(|token| {
        token.is_word(b"CREATE") || token.is_word(b"ALTER") || token.is_word(b"DROP")
    });
    defines && !tokens.iter().any(|token| token.is_word(b"SELECT"))
}
