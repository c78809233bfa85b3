//! Statements that define and maintain tables.

use super::scan::Level;
use super::{Access, Finder};
use crate::sql::classification::Verb;
use crate::sql::cursor::Cursor;
use crate::sql::dialect::Dialect;

/// What can be created and dropped: the first of these words says what it is.
const OBJECTS: &[&[u8]] = &[
    b"TABLE",
    b"TABLES",
    b"VIEW",
    b"SEQUENCE",
    b"INDEX",
    b"TRIGGER",
    b"USER",
    b"PROCEDURE",
    b"FUNCTION",
    b"EVENT",
    b"DATABASE",
    b"SCHEMA",
    b"ROLE",
    b"SERVER",
    b"PACKAGE",
];

impl Finder<'_> {
    /// Finds the tables of a statement from behind its verb on.
    pub(super) fn definition(&mut self, verb: Verb) {
        match verb {
            Verb::Create => self.create(),
            Verb::Drop => self.drop(),
            Verb::Alter => self.alter(),
            Verb::Truncate => {
                self.cursor.eat(b"TABLE");
                self.name(Access::Write);
            }
            Verb::Rename | Verb::Optimize | Verb::Analyze | Verb::Repair => {
                self.listed(Access::Write);
            }
            Verb::Check | Verb::Checksum => self.listed(Access::Read),
            Verb::Lock => self.lock(),
            _ => {}
        }
    }

    fn create(&mut self) {
        let Some(word) = self.skip_to(OBJECTS) else {
            return;
        };
        if is_table(word.as_bytes()) {
            self.name(Access::Write);
            self.scan(Level::expression().of_create());
        } else if matches!(word.as_bytes(), b"INDEX" | b"TRIGGER") {
            self.on();
        }
    }

    fn alter(&mut self) {
        let word = self.skip_to(OBJECTS);
        if word.is_none_or(|word| !is_table(word.as_bytes())) {
            return;
        }
        self.name(Access::Write);
        while let Some(token) = self.cursor.next() {
            let next = self.cursor.peek_capitals();
            let of_parts = matches!(next.as_bytes(), b"COLUMN" | b"INDEX" | b"KEY");
            if token.is_word(b"RENAME") && !of_parts {
                let _ = self.cursor.eat(b"TO")
                    || self.cursor.eat(b"AS")
                    || self.cursor.eat_operator(b"=");
                self.name(Access::Write);
            }
        }
    }

    fn drop(&mut self) {
        let Some(word) = self.skip_to(OBJECTS) else {
            return;
        };
        if is_table(word.as_bytes()) {
            self.names(Access::Write);
        } else if word.as_bytes() == b"INDEX" {
            self.on();
        }
    }

    /// `ON table`
    fn on(&mut self) {
        if self.skip_to(&[b"ON"]).is_some() {
            self.name(Access::Write);
        }
    }

    /// `TABLE a, b`
    fn listed(&mut self, access: Access) {
        if self.skip_to(&[b"TABLE", b"TABLES"]).is_some() {
            self.names(access);
        }
    }

    /// `TABLES a READ, b AS c WRITE`
    fn lock(&mut self) {
        if self.skip_to(&[b"TABLE", b"TABLES"]).is_none() {
            return;
        }
        loop {
            let before = self.found.len();
            self.name(Access::Read);
            let mut goes_on = false;
            while let Some(token) = self.cursor.next() {
                if token.is_operator(b",") {
                    goes_on = true;
                    break;
                }
                if token.is_word(b"WRITE")
                    && let Some(table) = self.found.get_mut(before)
                {
                    table.access = Access::Write;
                }
            }
            if !goes_on {
                return;
            }
        }
    }
}

/// Whether the first statement of a text is a `DROP` of something that is no table: an index, a
/// view, a sequence.
pub fn drops_others(text: &[u8], dialect: Dialect) -> bool {
    let mut cursor = Cursor::new(text, dialect);
    while cursor.eat_semicolon() {}
    if !cursor.eat(b"DROP") {
        return false;
    }
    cursor.eat(b"TEMPORARY");
    !cursor.eat(b"TABLE") && !cursor.eat(b"TABLES")
}

fn is_table(word: &[u8]) -> bool {
    matches!(word, b"TABLE" | b"TABLES" | b"VIEW" | b"SEQUENCE")
}
