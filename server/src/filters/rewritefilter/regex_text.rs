//! Regular expressions of other grammars, and replacements in the form of ECMAScript.

use pcre2::bytes::Captures;

/// Writes an expression as one of PCRE2. In a basic one (POSIX), `\(`, `\)`, `\{` and `\}` are
/// special and what other grammars write without the backslash is not.
pub(super) fn to_pcre(text: &str, basic: bool, newline_is_or: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut in_brackets = false;
    while let Some(c) = chars.next() {
        match c {
            '\n' if newline_is_or && !in_brackets => out.push('|'),
            '[' if !in_brackets => {
                in_brackets = true;
                out.push('[');
                // A `]` that comes first is one of the characters.
                if chars.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                if chars.next_if_eq(&']').is_some() {
                    out.push_str(r"\]");
                }
            }
            '[' if chars.peek() == Some(&':') => {
                out.push('[');
                for c in chars.by_ref() {
                    out.push(c);
                    if c == ']' {
                        break;
                    }
                }
            }
            ']' => {
                in_brackets = false;
                out.push(']');
            }
            '\\' if basic && in_brackets => out.push_str(r"\\"),
            '\\' => match chars.next() {
                Some(c @ ('(' | ')' | '{' | '}')) if basic => out.push(c),
                Some(c) => out.extend(['\\', c]),
                None => out.push_str(r"\\"),
            },
            '(' | ')' | '{' | '}' | '+' | '?' | '|' if basic && !in_brackets => {
                out.extend(['\\', c]);
            }
            c => out.push(c),
        }
    }
    out
}

/// Writes what a match is replaced by: `$1` to `$99` and `$&` stand for what was matched, `` $` ``
/// and `$'` for what is before and behind it, `$$` for a `$`.
pub(super) fn expand(format: &[u8], sql: &[u8], found: &Captures<'_>, out: &mut Vec<u8>) {
    let group = |number| found.get(number).map_or(&b""[..], |m| m.as_bytes());
    let (start, end) = found.get(0).map_or((0, 0), |m| (m.start(), m.end()));
    let mut rest = format;
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        if byte != b'$' {
            out.push(byte);
            continue;
        }
        let Some((&what, behind)) = rest.split_first() else {
            out.push(b'$');
            return;
        };
        rest = behind;
        match what {
            b'$' => out.push(b'$'),
            b'&' => out.extend_from_slice(group(0)),
            b'`' => out.extend_from_slice(sql.get(..start).unwrap_or_default()),
            b'\'' => out.extend_from_slice(sql.get(end..).unwrap_or_default()),
            b'0'..=b'9' => {
                let mut number = usize::from(what - b'0');
                if let Some((&second @ b'0'..=b'9', behind)) = rest.split_first() {
                    let two = number * 10 + usize::from(second - b'0');
                    if found.get(two).is_some() {
                        (number, rest) = (two, behind);
                    }
                }
                out.extend_from_slice(group(number));
            }
            other => out.extend_from_slice(&[b'$', other]),
        }
    }
}
