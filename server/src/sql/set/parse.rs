//! Going through the items of a `SET`.

use super::item::{self, Isolation, SetItem, VariableScope};
use crate::sql::classification::Kinds;
use crate::sql::classify::body::{self, Until};
use crate::sql::cursor::Cursor;
use crate::sql::name::Name;
use crate::sql::token::TokenKind;

/// Reads the items of one `SET`, from behind that word on.
#[derive(Debug, Clone)]
pub(super) struct Items {
    /// The scope of variables that come without one: that of the last word for a scope.
    scope: VariableScope,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    First,
    Further,
    End,
}

impl Items {
    pub(super) fn new(cursor: &mut Cursor<'_>) -> Self {
        let is_name = |cursor: &Cursor<'_>| {
            cursor
                .peek_second()
                .is_some_and(|token| is_assignment(token.text))
        };
        let for_statement = !is_name(cursor) && cursor.eat(b"STATEMENT");
        Self {
            scope: if for_statement {
                VariableScope::Statement
            } else {
                VariableScope::Session
            },
            state: State::First,
        }
    }

    pub(super) fn is_for_statement(&self) -> bool {
        self.scope == VariableScope::Statement
    }

    /// The next item, and what its value does.
    pub(super) fn next<'a>(&mut self, cursor: &mut Cursor<'a>) -> Option<(SetItem<'a>, Kinds)> {
        match self.state {
            State::End => return None,
            State::Further if !cursor.eat_operator(b",") => return None,
            _ => self.state = State::Further,
        }
        let (item, kinds) = self.item(cursor);
        if item == SetItem::Other {
            self.state = State::End;
        }
        Some((item, kinds))
    }

    fn item<'a>(&mut self, cursor: &mut Cursor<'a>) -> (SetItem<'a>, Kinds) {
        let Some(first) = cursor.peek() else {
            return (SetItem::Other, Kinds::empty());
        };
        match first.kind {
            TokenKind::UserVariable => {
                cursor.next();
                let name = Name::new(first.text.strip_prefix(b"@").unwrap_or(first.text));
                self.value(cursor, |value| SetItem::UserVariable { name, value })
            }
            TokenKind::SystemVariable => {
                cursor.next();
                let (scope, name) = split(first.text);
                self.variable(cursor, scope, name)
            }
            TokenKind::QuotedName => self.named(cursor),
            TokenKind::Word => self.worded(cursor),
            _ => (SetItem::Other, Kinds::empty()),
        }
    }

    /// An item that begins with a word.
    fn worded<'a>(&mut self, cursor: &mut Cursor<'a>) -> (SetItem<'a>, Kinds) {
        let second = cursor.peek_second();
        let is_assigned = second.is_some_and(|token| is_assignment(token.text));
        let word = cursor.peek_capitals();
        let can_scope = self.scope != VariableScope::Statement;
        match word.as_bytes() {
            b"PASSWORD" | b"DEFAULT" => {
                cursor.next();
                (SetItem::Account, body::scan(cursor, Until::Comma))
            }
            _ if is_assigned => self.named(cursor),
            b"GLOBAL" | b"PERSIST" | b"PERSIST_ONLY" if can_scope => {
                cursor.next();
                self.scoped(cursor, VariableScope::Global)
            }
            b"SESSION" | b"LOCAL" if can_scope => {
                cursor.next();
                self.scoped(cursor, VariableScope::Session)
            }
            b"NAMES" | b"CHARSET" => {
                cursor.next();
                character_set(cursor)
            }
            b"CHARACTER" => {
                cursor.next();
                cursor.eat(b"SET");
                character_set(cursor)
            }
            b"TRANSACTION" => {
                cursor.next();
                (transaction(cursor, None), Kinds::empty())
            }
            b"ROLE" => {
                cursor.next();
                let start = cursor.start();
                let kinds = body::scan(cursor, Until::Comma);
                let value = cursor.text_since(start);
                (SetItem::Role { value }, kinds)
            }
            _ => self.named(cursor),
        }
    }

    /// An item behind a word for its scope.
    fn scoped<'a>(
        &mut self,
        cursor: &mut Cursor<'a>,
        scope: VariableScope,
    ) -> (SetItem<'a>, Kinds) {
        self.scope = scope;
        let is_transaction = !cursor
            .peek_second()
            .is_some_and(|token| is_assignment(token.text));
        if is_transaction && cursor.eat(b"TRANSACTION") {
            return (transaction(cursor, Some(scope)), Kinds::empty());
        }
        self.named(cursor)
    }

    /// A variable by its name, of one or two parts.
    fn named<'a>(&mut self, cursor: &mut Cursor<'a>) -> (SetItem<'a>, Kinds) {
        let start = cursor.start();
        loop {
            if !cursor.eat_if(|token| matches!(token.kind, TokenKind::Word | TokenKind::QuotedName))
            {
                return (SetItem::Other, Kinds::empty());
            }
            if !cursor.eat_operator(b".") {
                break;
            }
        }
        let name = cursor.text_since(start);
        self.variable(cursor, self.scope, name)
    }

    /// A variable whose name was read.
    fn variable<'a>(
        &self,
        cursor: &mut Cursor<'a>,
        scope: VariableScope,
        name: &'a [u8],
    ) -> (SetItem<'a>, Kinds) {
        let dialect = cursor.dialect();
        let name = Name::new(name);
        self.value(cursor, |value| SetItem::SystemVariable {
            scope,
            name,
            value,
            switch: item::switch(value, dialect),
            isolation: item::isolation(name, value, dialect),
        })
    }

    /// The value of an item, with the sign before it.
    fn value<'a>(
        &self,
        cursor: &mut Cursor<'a>,
        item: impl FnOnce(&'a [u8]) -> SetItem<'a>,
    ) -> (SetItem<'a>, Kinds) {
        if !cursor.eat_if(|token| is_assignment(token.text)) || cursor.peek().is_none() {
            return (SetItem::Other, Kinds::empty());
        }
        let start = cursor.start();
        let kinds = if self.scope == VariableScope::Statement {
            body::scan(cursor, Until::CommaOrFor)
        } else {
            body::scan(cursor, Until::Comma)
        };
        (item(cursor.text_since(start)), kinds)
    }
}

fn is_assignment(operator: &[u8]) -> bool {
    operator == b"=" || operator == b":="
}

/// The scope and the name of `@@scope.name`.
fn split(variable: &[u8]) -> (VariableScope, &[u8]) {
    let name = variable.strip_prefix(b"@@").unwrap_or(variable);
    let dot = name.iter().position(|&byte| byte == b'.');
    let (scope, rest) = name.split_at(dot.unwrap_or(0));
    let rest = rest.strip_prefix(b".").unwrap_or(rest);
    let is = |word: &[u8]| scope.eq_ignore_ascii_case(word);
    if is(b"global") || is(b"persist") || is(b"persist_only") {
        (VariableScope::Global, rest)
    } else if is(b"session") || is(b"local") {
        (VariableScope::Session, rest)
    } else {
        (VariableScope::Session, name)
    }
}

/// The value of `NAMES` or `CHARACTER SET`, with its collation.
fn character_set<'a>(cursor: &mut Cursor<'a>) -> (SetItem<'a>, Kinds) {
    let Some(name) = cursor.next() else {
        return (SetItem::Other, Kinds::empty());
    };
    if cursor.eat(b"COLLATE") {
        cursor.next();
    }
    let name = Name::new(name.text);
    (SetItem::CharacterSet { name }, Kinds::empty())
}

/// The characteristics of a transaction: all there are, commas included.
fn transaction<'a>(cursor: &mut Cursor<'a>, scope: Option<VariableScope>) -> SetItem<'a> {
    let (mut isolation, mut read_only) = (None, None);
    loop {
        if cursor.eat(b"ISOLATION") {
            cursor.eat(b"LEVEL");
            isolation = level(cursor);
            if isolation.is_none() {
                return SetItem::Other;
            }
        } else if cursor.eat(b"READ") {
            read_only = Some(cursor.eat(b"ONLY"));
            if read_only == Some(false) && !cursor.eat(b"WRITE") {
                return SetItem::Other;
            }
        } else {
            return SetItem::Other;
        }
        if !cursor.eat_operator(b",") {
            break;
        }
    }
    SetItem::Transaction {
        scope,
        isolation,
        read_only,
    }
}

fn level(cursor: &mut Cursor<'_>) -> Option<Isolation> {
    if cursor.eat(b"SERIALIZABLE") {
        Some(Isolation::Serializable)
    } else if cursor.eat(b"REPEATABLE") {
        cursor.eat(b"READ").then_some(Isolation::RepeatableRead)
    } else if cursor.eat(b"READ") {
        if cursor.eat(b"COMMITTED") {
            Some(Isolation::ReadCommitted)
        } else {
            let is_lowest = cursor.eat(b"UNCOMMITTED");
            is_lowest.then_some(Isolation::ReadUncommitted)
        }
    } else {
        None
    }
}
