//! Blocks of statements, in which a `;` ends nothing (MariaDB documentation: "Programmatic &
//! Compound Statements").

use crate::sql::classification::{Classification, Kinds, Verb};
use crate::sql::cursor::Cursor;
use crate::sql::token::Token;
use crate::sql::words::Capitals;

/// A block that is a statement of its own, from behind its first word on. What it does is not
/// looked at.
pub(super) fn compound(cursor: &mut Cursor<'_>, verb: Verb) -> Classification {
    skip(cursor, 1);
    Classification::unknown(verb).with(Kinds::COMPOUND | Kinds::SESSION_WRITE)
}

/// Goes to the end of a statement that may hold blocks of others; `depth` are open already.
///
/// Where a block begins is guessed from words and what stands before them. If the guess is wrong,
/// a block counts as more than one statement, or statements behind it count as part of it.
pub(super) fn skip(cursor: &mut Cursor<'_>, depth: usize) {
    let mut blocks = Blocks {
        depth,
        before: None,
        before_is_start: depth > 0,
    };
    loop {
        if let Some(token) = cursor.next() {
            blocks.take(token, cursor);
        } else if blocks.depth == 0 || !cursor.eat_semicolon() {
            return;
        } else {
            blocks.before_is_start = true;
            blocks.before = None;
        }
    }
}

struct Blocks<'a> {
    /// How many blocks are open.
    depth: usize,
    before: Option<Token<'a>>,
    /// Whether a statement begins here.
    before_is_start: bool,
}

impl<'a> Blocks<'a> {
    fn take(&mut self, token: Token<'a>, cursor: &Cursor<'a>) {
        let word = Capitals::of_token(Some(token));
        let before = Capitals::of_token(self.before);
        let ends = before.as_bytes() == b"END";
        let is_next = |operator| cursor.peek().is_some_and(|next| next.is_operator(operator));
        let is_qualified = self.follows(b".") || is_next(b".");
        // A column may have the name.
        let is_listed = self.follows(b",") || is_next(b",");
        match word.as_bytes() {
            _ if is_qualified || ends => {}
            b"BEGIN" if before.as_bytes() != b"XA" && !is_listed => self.depth += 1,
            b"CASE" => self.depth += 1,
            b"END" => self.depth = self.depth.saturating_sub(1),
            b"IF" | b"LOOP" | b"REPEAT" | b"WHILE" | b"FOR" if self.can_begin(&before) => {
                self.depth += 1;
            }
            _ => {}
        }
        self.before_is_start = token.is_operator(b":")
            || matches!(
                word.as_bytes(),
                b"THEN" | b"ELSE" | b"BEGIN" | b"DO" | b"LOOP" | b"REPEAT"
            );
        self.before = Some(token);
    }

    /// Whether a block can begin behind what stands before: a statement, or the body of a routine.
    fn can_begin(&self, before: &Capitals) -> bool {
        let begins_body = self.depth == 0
            && (self.follows(b")")
                || matches!(
                    before.as_bytes(),
                    b"ROW" | b"DETERMINISTIC" | b"DATA" | b"SQL" | b"INVOKER" | b"DEFINER"
                ));
        self.before_is_start || begins_body
    }

    fn follows(&self, operator: &[u8]) -> bool {
        self.before
            .is_some_and(|before| before.is_operator(operator))
    }
}
