//! What the inside of a statement does, whatever its verb.

use crate::sql::classification::Kinds;
use crate::sql::cursor::Cursor;
use crate::sql::functions::FunctionKind;
use crate::sql::token::{Token, TokenKind};
use crate::sql::words::{Capitals, precedes_table};

/// Where a scan ends; outside of all parentheses that it saw open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sql) enum Until {
    /// At the end of the statement.
    End,
    /// Behind the `)` that closes what was open before.
    Close,
    /// Before a `,`.
    Comma,
    /// Before a `,` or a `FOR`.
    CommaOrFor,
}

/// Looks at all tokens up to the end that is given.
pub(in crate::sql) fn scan(cursor: &mut Cursor<'_>, until: Until) -> Kinds {
    scan_behind(None, cursor, until)
}

/// The same; `before` is the token before the first one.
pub(super) fn scan_behind<'a>(
    before: Option<Token<'a>>,
    cursor: &mut Cursor<'a>,
    until: Until,
) -> Kinds {
    let mut scan = Scan {
        before,
        ..Scan::default()
    };
    while let Some(token) = cursor.peek() {
        let is_outside = scan.depth == 0;
        let ends = match until {
            Until::End => false,
            Until::Close => token.is_operator(b")"),
            Until::Comma => token.is_operator(b","),
            Until::CommaOrFor => token.is_operator(b",") || token.is_word(b"FOR"),
        };
        if is_outside && ends {
            if until == Until::Close {
                cursor.next();
            }
            break;
        }
        cursor.next();
        scan.take(token, cursor);
    }
    scan.kinds
}

/// What was seen so far.
#[derive(Default)]
struct Scan<'a> {
    kinds: Kinds,
    /// How many parentheses are open.
    depth: usize,
    before: Option<Token<'a>>,
    /// Whether the name that is being read is that of a table or an alias.
    names_table: bool,
    /// Whether an `INTO` was just read, with nothing but targets behind it.
    into: bool,
}

impl<'a> Scan<'a> {
    fn take(&mut self, token: Token<'a>, cursor: &Cursor<'a>) {
        let is_target = self.into && token.kind == TokenKind::UserVariable;
        self.into &= is_target || token.is_operator(b",");
        match token.kind {
            TokenKind::UserVariable => self.user_variable(is_target, cursor),
            TokenKind::SystemVariable => self.kinds |= of_system_variable(token.text),
            TokenKind::Word | TokenKind::QuotedName => self.name(token, cursor),
            TokenKind::Operator => match token.text {
                b"(" => self.depth += 1,
                b")" => self.depth = self.depth.saturating_sub(1),
                _ => {}
            },
            _ => {}
        }
        self.before = Some(token);
    }

    fn user_variable(&mut self, is_target: bool, cursor: &Cursor<'a>) {
        self.kinds |= if is_target {
            Kinds::USERVAR_WRITE | Kinds::INTO_VARIABLE
        } else if is_assigned(cursor) {
            Kinds::USERVAR_WRITE
        } else {
            Kinds::USERVAR_READ
        };
    }

    fn name(&mut self, token: Token<'a>, cursor: &Cursor<'a>) {
        let is_qualified = self.follows_operator(b".");
        if !is_qualified {
            self.names_table = precedes_table(&Capitals::of_token(self.before));
        }
        let capitals = Capitals::of_token(Some(token));
        if cursor.peek().is_some_and(|next| next.is_operator(b"(")) {
            self.call(&capitals, is_qualified);
        } else if is_qualified {
            self.kinds |= of_sequence_column(&capitals);
        } else {
            self.word(&capitals, cursor);
        }
    }

    /// A name before a `(`.
    fn call(&mut self, name: &Capitals, is_qualified: bool) {
        let kind = if is_qualified {
            FunctionKind::Stored
        } else {
            FunctionKind::of(name)
        };
        self.kinds |= match kind {
            FunctionKind::Stored if self.names_table || self.follows_operator(b")") => return,
            FunctionKind::Stored => Kinds::STORED_FUNCTION | Kinds::WRITE,
            FunctionKind::Keyword | FunctionKind::Plain => return,
            FunctionKind::Volatile => Kinds::VOLATILE,
            FunctionKind::LastInsertId => Kinds::LAST_INSERT_ID | Kinds::PRIMARY_READ,
            FunctionKind::SequenceWrite => Kinds::SEQUENCE | Kinds::WRITE,
            FunctionKind::SequenceRead => Kinds::SEQUENCE | Kinds::PRIMARY_READ,
            FunctionKind::UserLock => Kinds::USER_LOCK | Kinds::PRIMARY_READ,
            FunctionKind::PreviousStatement => Kinds::PREVIOUS_STATEMENT,
        };
    }

    /// A word that is neither called nor part of a longer name.
    fn word(&mut self, word: &Capitals, cursor: &Cursor<'a>) {
        let next = cursor.peek_capitals();
        self.kinds |= match (word.as_bytes(), next.as_bytes()) {
            (b"INTO", b"OUTFILE" | b"DUMPFILE") => Kinds::INTO_FILE | Kinds::WRITE,
            (b"INTO", _) => {
                self.into = true;
                return;
            }
            (b"FOR", b"UPDATE" | b"SHARE") => Kinds::LOCKING_READ | Kinds::PRIMARY_READ,
            (b"IN", b"SHARE") if self.follows(b"LOCK") => Kinds::LOCKING_READ | Kinds::PRIMARY_READ,
            (b"NEXT", b"VALUE") if is_for(cursor) => Kinds::SEQUENCE | Kinds::WRITE,
            (b"PREVIOUS", b"VALUE") if is_for(cursor) => Kinds::SEQUENCE | Kinds::PRIMARY_READ,
            (b"SQL_CALC_FOUND_ROWS", _) => Kinds::COUNTS_ROWS,
            (b"RETURNING", _) => Kinds::RETURNING,
            _ if FunctionKind::is_bare(word) => Kinds::VOLATILE,
            _ => return,
        };
    }

    fn follows(&self, word: &[u8]) -> bool {
        self.before.is_some_and(|before| before.is_word(word))
    }

    fn follows_operator(&self, operator: &[u8]) -> bool {
        self.before
            .is_some_and(|before| before.is_operator(operator))
    }
}

/// Whether an assignment follows.
fn is_assigned(cursor: &Cursor<'_>) -> bool {
    cursor.peek().is_some_and(|next| next.is_operator(b":="))
}

/// Whether the token behind the next one is a `FOR`.
fn is_for(cursor: &Cursor<'_>) -> bool {
    cursor
        .peek_second()
        .is_some_and(|second| second.is_word(b"FOR"))
}

/// `seq.nextval` and `seq.currval` of Oracle.
fn of_sequence_column(name: &Capitals) -> Kinds {
    match name.as_bytes() {
        b"NEXTVAL" => Kinds::SEQUENCE | Kinds::WRITE,
        b"CURRVAL" => Kinds::SEQUENCE | Kinds::PRIMARY_READ,
        _ => Kinds::empty(),
    }
}

/// What reading a system variable means: `@@a`, `@@global.a`.
pub(super) fn of_system_variable(text: &[u8]) -> Kinds {
    let name = text.strip_prefix(b"@@").unwrap_or(text);
    let (scope, name) = match name.iter().position(|&byte| byte == b'.') {
        Some(at) => name.split_at(at),
        None => (&b""[..], name),
    };
    let name = Capitals::of(name.strip_prefix(b".").unwrap_or(name).trim_ascii());
    let name = name.as_bytes();
    let name = name.strip_prefix(b"`").unwrap_or(name);
    let kinds = match name.strip_suffix(b"`").unwrap_or(name) {
        b"LAST_INSERT_ID" | b"IDENTITY" => Kinds::LAST_INSERT_ID | Kinds::PRIMARY_READ,
        b"WARNING_COUNT" | b"ERROR_COUNT" => Kinds::PREVIOUS_STATEMENT,
        _ => Kinds::empty(),
    };
    let is_global = Capitals::of(scope).as_bytes() == b"GLOBAL";
    let global = if is_global {
        Kinds::GLOBAL_SYSVAR_READ
    } else {
        Kinds::empty()
    };
    kinds | global | Kinds::SYSVAR_READ
}
