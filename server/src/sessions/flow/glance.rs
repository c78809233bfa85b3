//! A look at the beginning of a request.

mod deep;

use crate::wire::capabilities::Capabilities;
use crate::wire::command::Command;

/// Statements that are looked into have at most so many bytes; of longer ones the beginning is
/// looked at, and all of what has come with it.
const WHOLE_MAX: usize = 16 * 1024;

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

/// Whether a request of that length is to be looked at whole.
pub(super) fn wants_whole(command: Option<Command>, len: usize) -> bool {
    matches!(command, Some(Command::Query | Command::StmtPrepare)) && len <= WHOLE_MAX
}

/// Looks at a request as far as it is there. `part` begins after the command byte.
pub(super) fn glance(command: Option<Command>, part: &[u8], client: Capabilities) -> Glance {
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
            } else if hides(text, word) {
                // A server that tells of the default database need not be overheard.
                deep::look(part, !client.contains(Capabilities::SESSION_TRACK))
            } else {
                Glance::Nothing
            }
        }
        Some(Command::StmtPrepare) if is_kill(without_comments(part)) && deep::kills(part) => {
            Glance::Kill
        }
        _ => Glance::Nothing,
    }
}

fn is_kill(text: &[u8]) -> bool {
    let word = text.get(..4).unwrap_or_default();
    word.eq_ignore_ascii_case(b"kill") || text.starts_with(b"/*")
}

/// Whether a text that begins with `word` may do more than that word says.
fn hides(text: &[u8], word: &[u8]) -> bool {
    text.starts_with(b"/*")
        || word.eq_ignore_ascii_case(b"prep")
        || word.eq_ignore_ascii_case(b"exec")
        || memchr::memchr(b';', text).is_some()
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
