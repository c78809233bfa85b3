//! `KILL` (MariaDB documentation: "KILL").

use super::find_verb;
use crate::sql::cursor::Cursor;
use crate::sql::dialect::Dialect;
use crate::sql::name::Name;
use crate::sql::token::{Token, TokenKind};

/// What a `KILL` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kill<'a> {
    /// Whether only what runs is to be ended (`QUERY`), not the connection.
    pub query_only: bool,
    /// Whether operations that may leave something inconsistent are ended, too: not with `SOFT`.
    pub hard: bool,
    /// What is to be ended.
    pub target: KillTarget<'a>,
}

/// What a [`Kill`] is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KillTarget<'a> {
    /// A connection by its id.
    Connection(u64),
    /// What runs by its own id: `QUERY ID`.
    Query(u64),
    /// Connections of a user, from one host or all.
    User {
        /// The user's name.
        user: Name<'a>,
        /// The host, as it is in the account.
        host: Option<Name<'a>>,
    },
    /// A connection whose id the server has to calculate, e.g. `CONNECTION_ID()`.
    Expression(&'a [u8]),
}

/// The text's first `KILL`.
pub fn kill(text: &[u8], dialect: Dialect) -> Option<Kill<'_>> {
    let mut cursor = Cursor::new(text, dialect);
    if !find_verb(&mut cursor, b"KILL") {
        return None;
    }
    let hard = cursor.eat(b"HARD") || !cursor.eat(b"SOFT");
    let query_only = !cursor.eat(b"CONNECTION") && cursor.eat(b"QUERY");
    let target = if cursor.eat(b"USER") {
        user(&mut cursor)?
    } else {
        let by_query = query_only && cursor.eat(b"ID");
        id(&mut cursor, by_query)?
    };
    Some(Kill {
        query_only,
        hard,
        target,
    })
}

fn id<'a>(cursor: &mut Cursor<'a>, by_query: bool) -> Option<KillTarget<'a>> {
    let start = cursor.start();
    let first = cursor.next()?;
    if cursor.peek().is_none() {
        let number = std::str::from_utf8(first.text).ok();
        if let Some(id) = number.and_then(|number| number.parse().ok()) {
            return Some(if by_query {
                KillTarget::Query(id)
            } else {
                KillTarget::Connection(id)
            });
        }
    }
    while cursor.next().is_some() {}
    Some(KillTarget::Expression(cursor.text_since(start)))
}

fn user<'a>(cursor: &mut Cursor<'a>) -> Option<KillTarget<'a>> {
    let user = Name::new(cursor.next().filter(is_name)?.text);
    let host = match cursor.next() {
        // user@host, of which the tokenizer makes a variable
        Some(token) if token.kind == TokenKind::UserVariable => {
            Some(Name::new(token.text.strip_prefix(b"@")?))
        }
        Some(token) if token.is_operator(b"@") => {
            Some(Name::new(cursor.next().filter(is_name)?.text))
        }
        _ => None,
    };
    Some(KillTarget::User { user, host })
}

fn is_name(token: &Token<'_>) -> bool {
    matches!(
        token.kind,
        TokenKind::Word | TokenKind::QuotedName | TokenKind::String
    )
}
