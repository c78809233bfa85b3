//! Hints for the gateway in comments of statements (documentation of the hint filter: "Hint
//! Syntax"):
//!
//! ```sql
//! SELECT 1 -- maxscale route to master
//! ```
//!
//! A hint is for one statement, or it has a name or a place on a stack and is in force until it is
//! taken from there ([`HintStack`]).

mod parse;
mod stack;

pub use stack::HintStack;

use memchr::memmem;

use super::dialect::Dialect;
use super::token::TokenKind;
use super::tokenizer::Tokenizer;

/// What a hint says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// For this statement.
    Once(Vec<Directive>),
    /// `name prepare ...`: to be used by its name.
    Prepare {
        /// The name.
        name: String,
        /// What it then stands for.
        directives: Vec<Directive>,
    },
    /// `name begin`, `begin ...`, `name begin ...`: in force from this statement on.
    Begin {
        /// The name, if it has one.
        name: Option<String>,
        /// What it stands for; nothing if the name is known already.
        directives: Vec<Directive>,
    },
    /// `end`: what was begun last is in force no more.
    End,
}

/// One thing that a hint asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Directive {
    /// `route to ...`
    RouteTo(Destination),
    /// `name=value`
    Parameter {
        /// The name as it stands there.
        name: String,
        /// The value, without quotes.
        value: String,
    },
}

/// Where a hint sends a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// `master`
    Primary,
    /// `slave`
    Replica,
    /// `server name`
    Server(String),
    /// `last`: where the last statement went.
    Last,
}

/// Why a hint has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HintError {
    /// It does not follow the syntax.
    #[error("hint: expected {expected}")]
    Syntax {
        /// What should be there.
        expected: &'static str,
    },
    /// It begins something by a name that was not prepared.
    #[error("hint: no such name was prepared")]
    UnknownName,
    /// It ends something, but nothing has begun.
    #[error("hint: nothing to end")]
    NothingToEnd,
    /// A session has too many hints.
    #[error("hint: too many names or too many begun")]
    TooMany,
}

/// The hint in a text: in its first comment, if that begins with `maxscale`.
pub fn hint(text: &[u8], dialect: Dialect) -> Result<Option<Hint>, HintError> {
    // Most statements have none; to look for the word is quicker than to look at all tokens.
    if !mentions_gateway(text) {
        return Ok(None);
    }
    let mut comments = Tokenizer::new(text, dialect)
        .filter(|token| token.kind == TokenKind::Comment)
        .filter_map(|token| content(token.text));
    comments.next().map_or(Ok(None), parse::parse)
}

/// The word that hints begin with.
const TAG: &[u8] = b"maxscale";

fn mentions_gateway(text: &[u8]) -> bool {
    // Its letter that is rarest in statements.
    memchr::memchr2_iter(b'x', b'X', text).any(|at| {
        let start = at.checked_sub(2);
        start
            .and_then(|start| text.get(start..start + TAG.len()))
            .is_some_and(|word| word.eq_ignore_ascii_case(TAG))
    })
}

/// What is in a comment; nothing for comments that are for the server.
fn content(comment: &[u8]) -> Option<&[u8]> {
    if let Some(line) = comment.strip_prefix(b"#") {
        return Some(line);
    }
    if let Some(line) = comment.strip_prefix(b"--") {
        return Some(line);
    }
    let inside = comment.strip_prefix(b"/*")?.strip_suffix(b"*/")?;
    let is_for_server = inside.starts_with(b"!")
        || inside.starts_with(b"M!")
        || inside.starts_with(b"+")
        || memmem::find(inside, b"*/").is_some();
    (!is_for_server).then_some(inside)
}

#[cfg(test)]
mod tests;
