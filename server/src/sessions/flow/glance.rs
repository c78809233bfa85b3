//! A look at the beginning of a request.

use crate::wire::command::Command;

/// What the first bytes of a request tell about it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Glance {
    /// Nothing of interest.
    Nothing,
    /// It selects a default database.
    Database(Vec<u8>),
    /// It is a KILL.
    Kill,
}

/// Looks at a request as far as it is there. `part` begins after the command byte.
pub(super) fn glance(command: Option<Command>, part: &[u8]) -> Glance {
    match command {
        Some(Command::InitDb) => Glance::Database(part.to_vec()),
        Some(Command::ProcessKill) => Glance::Kill,
        Some(Command::Query) => {
            let text = without_comments(part);
            let word = text.get(..4).unwrap_or_default();
            if word.eq_ignore_ascii_case(b"kill") {
                Glance::Kill
            } else if word
                .get(..3)
                .is_some_and(|word| word.eq_ignore_ascii_case(b"use"))
                && word.last().is_some_and(|after| b" \t\r\n`".contains(after))
            {
                Glance::Database(unquoted(text.get(3..).unwrap_or_default()))
            } else {
                Glance::Nothing
            }
        }
        _ => Glance::Nothing,
    }
}

/// The text behind white space and comments at its beginning. Executable comments are text.
fn without_comments(mut text: &[u8]) -> &[u8] {
    loop {
        text = text.trim_ascii_start();
        let comment_end: &[u8] = match text {
            [b'/', b'*', b'!' | b'M', ..] => return text,
            [b'/', b'*', ..] => b"*/",
            [b'#', _, ..] | [b'-', b'-', b' ' | b'\t' | b'\n', ..] => b"\n",
            _ => return text,
        };
        let behind = text.get(2..).unwrap_or_default();
        let end = behind
            .windows(comment_end.len())
            .position(|part| part == comment_end);
        let Some(end) = end else { return text };
        text = behind.get(end + comment_end.len()..).unwrap_or_default();
    }
}

/// The name in `USE name`, without white space, backticks and a final semicolon.
fn unquoted(text: &[u8]) -> Vec<u8> {
    let text = text.trim_ascii();
    let text = text.strip_suffix(b";").unwrap_or(text).trim_ascii_end();
    match text
        .strip_prefix(b"`")
        .and_then(|inner| inner.strip_suffix(b"`"))
    {
        Some(inner) => String::from_utf8_lossy(inner)
            .replace("``", "`")
            .into_bytes(),
        None => text.to_vec(),
    }
}
