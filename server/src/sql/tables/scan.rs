//! The insides of statements: tables behind `FROM`, `JOIN` and their like, at any depth.

use super::heads::is_name;
use super::{Access, Finder};
use crate::sql::classification::Verb;
use crate::sql::name::Name;
use crate::sql::token::Token;
use crate::sql::words::Capitals;

/// How many parentheses may be open; what is deeper is not looked at.
const DEPTH_MAX: usize = 1_000;

/// What is known between two parentheses.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent of each other")]
pub(super) struct Level {
    /// Whether a query begins here: a `FROM` is followed by tables.
    queries: bool,
    /// Whether a `,` is followed by a table.
    lists: bool,
    /// Whether a table comes next.
    expects: bool,
    /// Whether the tables are written to.
    writes: bool,
    /// Whether a `WITH` defines names here, and has not come to its end.
    defines: bool,
    /// Whether it belongs to a `DELETE FROM`, which may have a `USING` with tables.
    deletes: bool,
    /// Whether a `LIKE` is followed by a table.
    creates: bool,
}

impl Level {
    /// A query from behind its `SELECT` on.
    pub(super) fn query() -> Self {
        Self {
            queries: true,
            ..Self::default()
        }
    }

    /// A list of tables.
    pub(super) fn list(access: Access) -> Self {
        Self {
            lists: true,
            expects: true,
            writes: access == Access::Write,
            ..Self::default()
        }
    }

    /// What is behind a `WITH`.
    pub(super) fn with() -> Self {
        Self {
            defines: true,
            ..Self::default()
        }
    }

    /// Anything else.
    pub(super) fn expression() -> Self {
        Self::default()
    }

    pub(super) const fn of_delete(mut self) -> Self {
        self.deletes = true;
        self
    }

    pub(super) const fn of_create(mut self) -> Self {
        self.creates = true;
        self
    }

    const fn access(self) -> Access {
        if self.writes {
            Access::Write
        } else {
            Access::Read
        }
    }
}

impl<'a> Finder<'a> {
    /// Looks at the rest of the statement, which begins within `level`.
    pub(super) fn scan(&mut self, mut level: Level) {
        let mut outer: Vec<Level> = Vec::new();
        let mut before: Option<Token<'a>> = None;
        if level.defines {
            self.define();
        }
        while let Some(token) = self.cursor.next() {
            if token.is_operator(b"(") {
                if outer.len() >= DEPTH_MAX {
                    return;
                }
                let inner = Level {
                    expects: level.expects,
                    lists: level.expects,
                    writes: level.expects && level.writes,
                    creates: level.creates,
                    ..Level::default()
                };
                level.expects = false;
                outer.push(std::mem::replace(&mut level, inner));
            } else if token.is_operator(b")") {
                level = outer.pop().unwrap_or(level);
            } else if token.is_operator(b",") {
                level.expects |= level.lists;
                if level.defines {
                    self.define();
                }
            } else if is_name(&token) && !before.is_some_and(|before| before.is_operator(b".")) {
                self.word(token, before, &mut level);
            }
            before = Some(token);
        }
    }

    /// A name or a keyword.
    fn word(&mut self, token: Token<'a>, before: Option<Token<'a>>, level: &mut Level) {
        let word = Capitals::of_token(Some(token));
        let follows = |word: &[u8]| before.is_some_and(|before| before.is_word(word));
        match word.as_bytes() {
            b"SELECT" => *level = Level::query(),
            b"VALUES" => level.expects = false,
            b"WITH" if self.begins_definitions() => {
                *level = Level::with();
                self.define();
            }
            b"INSERT" | b"REPLACE" | b"UPDATE" | b"DELETE" if level.defines => {
                self.change(Verb::of(&word));
            }
            // FROM LATERAL (...), { OJ ... }
            b"LATERAL" | b"OJ" => {}
            _ if level.expects => {
                level.expects = false;
                let is_function = self
                    .cursor
                    .peek()
                    .is_some_and(|next| next.is_operator(b"("));
                if !is_function {
                    self.table(token, level.access());
                }
            }
            b"FROM" if level.queries && !follows(b"DISTINCT") => {
                *level = Level::list(Access::Read);
                level.queries = true;
            }
            b"USING"
                if level.deletes && !self.cursor.peek().is_some_and(|n| n.is_operator(b"(")) =>
            {
                *level = Level::list(Access::Read);
            }
            b"JOIN" if !follows(b"FOR") => level.expects = true,
            b"STRAIGHT_JOIN" => level.expects = level.lists,
            b"REFERENCES" => self.name(Access::Read),
            b"LIKE" if level.creates => level.expects = true,
            b"WHERE" | b"GROUP" | b"HAVING" | b"ORDER" | b"LIMIT" | b"SET" | b"UNION"
            | b"EXCEPT" | b"INTERSECT" | b"MINUS" | b"WINDOW" | b"PROCEDURE" | b"RETURNING"
            | b"INTO" => {
                level.lists = false;
            }
            _ => {}
        }
    }

    /// Whether the `WITH` before the cursor defines names, and is none like `WITH ROLLUP`.
    fn begins_definitions(&self) -> bool {
        let mut ahead = self.cursor.clone();
        ahead.eat(b"RECURSIVE");
        ahead.eat_if(is_name)
            && ahead
                .peek()
                .is_some_and(|next| next.is_word(b"AS") || next.is_operator(b"("))
    }

    /// Notes the name that a `WITH` defines next.
    fn define(&mut self) {
        let is_named_so = self
            .cursor
            .peek_second()
            .is_some_and(|next| next.is_word(b"AS"));
        if !is_named_so {
            self.cursor.eat(b"RECURSIVE");
        }
        if let Some(name) = self.cursor.peek().filter(is_name) {
            self.cursor.next();
            self.common.push(Name::new(name.text));
        }
    }
}
