//! Comments of all forms.

use memchr::{memchr, memmem};

use super::{TokenKind, Tokenizer};
use crate::sql::dialect::ServerVersion;

/// How an executable comment begins.
struct Marker {
    len: usize,
    for_mariadb: bool,
    version: Option<u32>,
}

impl Tokenizer<'_> {
    /// Whether the `-` here begins a comment: `--` with white space, a control character or the
    /// end behind it.
    pub(super) fn starts_comment(&self) -> bool {
        let behind = self.peek(2);
        self.peek(1) == b'-' && (behind == b' ' || behind.is_ascii_control())
    }

    /// A comment up to the end of its line.
    pub(super) fn line_comment(&mut self) -> TokenKind {
        let rest = self.rest();
        self.skip(memchr(b'\n', rest).unwrap_or(rest.len()));
        TokenKind::Comment
    }

    /// Whatever begins with `/*`.
    pub(super) fn block_comment(&mut self) -> TokenKind {
        let Some(marker) = self.marker() else {
            return self.skip_comment(false);
        };
        if self.dialect.server.runs(marker.for_mariadb, marker.version) {
            self.skip(marker.len);
            self.in_executable = true;
            return TokenKind::ExecutableOpen;
        }
        // To MySQL, MariaDB's marker begins a plain comment, and in those nothing is nested.
        let is_plain = marker.for_mariadb && matches!(self.dialect.server, ServerVersion::MySql(_));
        self.skip_comment(!is_plain)
    }

    /// The marker of an executable comment.
    fn marker(&self) -> Option<Marker> {
        let rest = self.rest();
        let (for_mariadb, behind) = rest
            .strip_prefix(b"/*!")
            .map(|behind| (false, behind))
            .or_else(|| rest.strip_prefix(b"/*M!").map(|behind| (true, behind)))?;
        let digits = behind
            .iter()
            .take(6)
            .take_while(|byte| byte.is_ascii_digit());
        let (count, version) = digits.fold((0, 0), |(count, version), digit| {
            (count + 1, version * 10 + u32::from(digit - b'0'))
        });
        let has_version = count >= 5;
        let len = rest.len() - behind.len() + if has_version { count } else { 0 };
        Some(Marker {
            len,
            for_mariadb,
            version: has_version.then_some(version),
        })
    }

    /// A comment up to its `*/`; one that `nests` may hold others.
    fn skip_comment(&mut self, nests: bool) -> TokenKind {
        self.skip(2);
        loop {
            let rest = self.rest();
            let Some(end) = memmem::find(rest, b"*/") else {
                self.skip(rest.len());
                return TokenKind::UnterminatedComment;
            };
            let inner = rest
                .get(..end)
                .and_then(|inside| memmem::find(inside, b"/*"));
            match inner {
                Some(inner) if nests => {
                    self.skip(inner);
                    if self.skip_comment(false) == TokenKind::UnterminatedComment {
                        return TokenKind::UnterminatedComment;
                    }
                }
                _ => {
                    self.skip(end + 2);
                    return TokenKind::Comment;
                }
            }
        }
    }
}
