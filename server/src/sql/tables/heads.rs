//! The beginnings of statements: which tables the verb is about.

use super::scan::Level;
use super::{Access, Finder, Table};
use crate::sql::classification::Verb;
use crate::sql::name::Name;
use crate::sql::set;
use crate::sql::token::{Token, TokenKind};
use crate::sql::words::Capitals;

/// How many statements may be within each other.
const DEPTH_MAX: u32 = 8;

impl<'a> Finder<'a> {
    /// Finds the tables of the statement at the cursor.
    pub(super) fn statement(&mut self, depth: u32) {
        while self.cursor.eat_operator(b"(") {}
        let verb = Verb::of(&self.cursor.peek_capitals());
        if depth > DEPTH_MAX {
            return;
        }
        self.cursor.next();
        match verb {
            Verb::Select | Verb::Values | Verb::Do | Verb::Call | Verb::Kill | Verb::Execute => {
                self.scan(Level::query());
            }
            Verb::With => self.scan(Level::with()),
            Verb::Insert | Verb::Replace | Verb::Update | Verb::Delete => self.change(verb),
            Verb::Load => {
                if self.skip_to(&[b"TABLE"]).is_some() {
                    self.name(Access::Write);
                }
            }
            Verb::Set => self.set(depth),
            Verb::Explain | Verb::Describe | Verb::Analyze => self.explain(verb, depth),
            Verb::Table | Verb::Handler => self.name(Access::Read),
            Verb::Show => self.show(),
            _ => self.definition(verb),
        }
    }

    /// `INSERT`, `REPLACE`, `UPDATE`, `DELETE`, from behind that word on.
    pub(super) fn change(&mut self, verb: Verb) {
        while self.cursor.eat_if(is_modifier) {}
        match verb {
            Verb::Update => self.scan(Level::list(Access::Write)),
            Verb::Delete if self.cursor.eat(b"FROM") => {
                self.scan(Level::list(Access::Write).of_delete());
            }
            Verb::Delete => {
                self.names(Access::Write);
                self.scan(Level::query());
            }
            _ => {
                self.cursor.eat(b"INTO");
                self.name(Access::Write);
                self.scan(Level::query());
            }
        }
    }

    fn set(&mut self, depth: u32) {
        let mut ahead = self.cursor.clone();
        let (kinds, parsed) = set::classify(&mut ahead);
        self.scan(Level::expression());
        if parsed && kinds.contains(crate::sql::Kinds::SET_STATEMENT) {
            self.cursor = ahead;
            self.statement(depth + 1);
        }
    }

    fn explain(&mut self, verb: Verb, depth: u32) {
        loop {
            if self.cursor.eat(b"FORMAT") {
                self.cursor.eat_operator(b"=");
                self.cursor.next();
            } else if !self.cursor.eat_if(|token| {
                token.is_word(b"ANALYZE")
                    || token.is_word(b"EXTENDED")
                    || token.is_word(b"PARTITIONS")
            }) {
                break;
            }
        }
        let next = self.cursor.peek_capitals();
        match Verb::of(&next) {
            Verb::Table | Verb::Unknown if verb == Verb::Analyze => self.definition(verb),
            Verb::Unknown if !self.cursor.eat_operator(b"(") => {
                if !self.cursor.eat(b"FOR") {
                    self.name(Access::Read);
                }
            }
            _ => self.statement(depth + 1),
        }
    }

    fn show(&mut self) {
        if self.cursor.eat(b"CREATE") {
            let is_table = self.cursor.eat_if(|token| {
                token.is_word(b"TABLE") || token.is_word(b"VIEW") || token.is_word(b"SEQUENCE")
            });
            if is_table {
                self.name(Access::Read);
            }
            return;
        }
        let of_table: [&[u8]; 5] = [b"COLUMNS", b"FIELDS", b"INDEX", b"INDEXES", b"KEYS"];
        if self.skip_to(&of_table).is_none() || !self.eat_from() {
            return;
        }
        let before = self.found.len();
        self.name(Access::Read);
        if self.eat_from()
            && let Some(database) = self.cursor.next().filter(is_name)
            && let Some(table) = self.found.get_mut(before)
        {
            table.database = Some(Name::new(database.text));
        }
    }

    fn eat_from(&mut self) -> bool {
        self.cursor.eat(b"FROM") || self.cursor.eat(b"IN")
    }

    /// Names with `,` or `TO` between them.
    pub(super) fn names(&mut self, access: Access) {
        loop {
            self.name(access);
            if !self.cursor.eat_operator(b",") && !self.cursor.eat(b"TO") {
                return;
            }
        }
    }

    /// A name, with words like `IF EXISTS` before it, which stands for a table.
    pub(super) fn name(&mut self, access: Access) {
        while self.cursor.eat_if(|token| {
            [&b"IF"[..], b"NOT", b"EXISTS", b"TABLE"]
                .iter()
                .any(|word| token.is_word(word))
        }) {}
        if let Some(first) = self.cursor.peek().filter(is_name) {
            self.cursor.next();
            self.table(first, access);
        }
    }

    /// The name that begins with `first`.
    pub(super) fn table(&mut self, first: Token<'a>, access: Access) {
        let mut table = Table {
            database: None,
            name: Name::new(first.text),
            access,
        };
        while self.cursor.eat_operator(b".") {
            // DELETE a.* FROM a
            if self.cursor.eat_operator(b"*") {
                break;
            }
            let Some(next) = self.cursor.peek().filter(is_name) else {
                break;
            };
            self.cursor.next();
            table.database = Some(table.name);
            table.name = Name::new(next.text);
        }
        self.found.push(table);
    }

    /// Goes on behind the first of the words, and says which one it is.
    pub(super) fn skip_to(&mut self, words: &[&[u8]]) -> Option<Capitals> {
        while let Some(token) = self.cursor.next() {
            let word = Capitals::of_token(Some(token));
            if words.contains(&word.as_bytes()) {
                return Some(word);
            }
        }
        None
    }
}

/// Whether it is a word between `INSERT` or its like and what it is about.
fn is_modifier(token: &Token<'_>) -> bool {
    matches!(
        Capitals::of_token(Some(*token)).as_bytes(),
        b"LOW_PRIORITY" | b"HIGH_PRIORITY" | b"DELAYED" | b"IGNORE" | b"QUICK" | b"HISTORY"
    )
}

pub(super) fn is_name(token: &Token<'_>) -> bool {
    matches!(token.kind, TokenKind::Word | TokenKind::QuotedName)
}
