//! One template: what statements it is for, and what they become.

use pcre2::bytes::{Regex, RegexBuilder};

use super::native::{self, Piece};
use super::regex_text;

/// How a template is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grammar {
    /// Plain text with placeholders, for whole statements.
    Native,
    /// A regular expression; newlines in it may stand between alternatives.
    Regex { basic: bool, newline_is_or: bool },
}

/// The names of the grammars.
pub(super) const GRAMMARS: &[&str] = &[
    "Native",
    "ECMAScript",
    "Posix",
    "EPosix",
    "Awk",
    "Grep",
    "EGrep",
];

impl Grammar {
    /// The grammar of that name.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let regex = |basic, newline_is_or| Self::Regex {
            basic,
            newline_is_or,
        };
        Some(match name {
            "Native" => Self::Native,
            "ECMAScript" | "EPosix" | "Awk" => regex(false, false),
            "Posix" => regex(true, false),
            "Grep" => regex(true, true),
            "EGrep" => regex(false, true),
            _ => return None,
        })
    }
}

/// What a template may say of itself.
#[derive(Debug, Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the file's options are what they are"
)]
pub(super) struct Options {
    pub(super) grammar: Grammar,
    pub(super) case_sensitive: bool,
    pub(super) what_if: bool,
    pub(super) continue_if_matched: bool,
    pub(super) ignore_whitespace: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            grammar: Grammar::Native,
            case_sensitive: true,
            what_if: false,
            continue_if_matched: false,
            ignore_whitespace: true,
        }
    }
}

/// A compiled template.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) options: Options,
    regex: Regex,
    replacement: Replacement,
}

#[derive(Debug)]
enum Replacement {
    /// For the whole statement: text and numbers of groups.
    Whole(Vec<Piece>),
    /// For each match, in the form of ECMAScript: `$1`, `$&`.
    Each(Vec<u8>),
}

impl Template {
    /// # Errors
    /// What is wrong with it.
    pub(super) fn new(options: Options, find: &str, replace: &str) -> Result<Self, String> {
        let (pattern, replacement) = match options.grammar {
            Grammar::Native => {
                let compiled = native::compile(find, options.ignore_whitespace)?;
                let pieces = native::replacement(replace, &compiled)?;
                (compiled.pattern, Replacement::Whole(pieces))
            }
            Grammar::Regex {
                basic,
                newline_is_or,
            } => {
                let pattern = regex_text::to_pcre(find, basic, newline_is_or);
                (pattern, Replacement::Each(replace.as_bytes().to_vec()))
            }
        };
        let built = RegexBuilder::new()
            .caseless(!options.case_sensitive)
            .jit_if_available(true)
            .build(&pattern);
        Ok(Self {
            options,
            regex: built.map_err(|error| error.to_string())?,
            replacement,
        })
    }

    /// What a statement becomes; `None`: the template is not for it. A search that takes too long
    /// finds nothing.
    pub(super) fn apply(&self, sql: &[u8]) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(sql.len());
        match &self.replacement {
            Replacement::Whole(pieces) => {
                let found = self.regex.captures(sql).ok()??;
                for piece in pieces {
                    out.extend_from_slice(match piece {
                        Piece::Text(text) => text,
                        Piece::Group(group) => found.get(*group).map_or(b"", |m| m.as_bytes()),
                    });
                }
            }
            Replacement::Each(format) => {
                let mut end = 0;
                let mut any = false;
                for found in self.regex.captures_iter(sql) {
                    let found = found.ok()?;
                    let whole = found.get(0)?;
                    out.extend_from_slice(sql.get(end..whole.start()).unwrap_or_default());
                    regex_text::expand(format, sql, &found, &mut out);
                    end = whole.end();
                    any = true;
                }
                if !any {
                    return None;
                }
                out.extend_from_slice(sql.get(end..).unwrap_or_default());
            }
        }
        Some(out)
    }
}
