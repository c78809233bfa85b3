//! Wildcard patterns of account tables: `%` is any bytes, `_` any one byte, `\` takes the next
//! byte as it is.

/// Whether `subject` matches `pattern`, byte by byte.
pub(super) fn matches(pattern: &[u8], subject: &[u8]) -> bool {
    let (mut at, mut seen) = (0, 0);
    // Where to go on if the text after the last `%` does not fit: the `%` takes one byte more.
    let mut retry: Option<(usize, usize)> = None;
    while seen < subject.len() {
        match step(pattern, at) {
            Some((Piece::Any, next)) => {
                retry = Some((next, seen));
                at = next;
            }
            Some((piece, next)) if piece.fits(subject.get(seen).copied()) => {
                at = next;
                seen += 1;
            }
            _ => {
                let Some((next, taken)) = retry else {
                    return false;
                };
                retry = Some((next, taken + 1));
                at = next;
                seen = taken + 1;
            }
        }
    }
    while let Some((Piece::Any, next)) = step(pattern, at) {
        at = next;
    }
    at >= pattern.len()
}

enum Piece {
    Any,
    One,
    Literal(u8),
}

impl Piece {
    fn fits(&self, byte: Option<u8>) -> bool {
        match self {
            Self::Any | Self::One => byte.is_some(),
            Self::Literal(own) => byte == Some(*own),
        }
    }
}

/// The piece of the pattern at `at` and where the next one begins.
fn step(pattern: &[u8], at: usize) -> Option<(Piece, usize)> {
    match *pattern.get(at)? {
        b'%' => Some((Piece::Any, at + 1)),
        b'_' => Some((Piece::One, at + 1)),
        b'\\' => match pattern.get(at + 1) {
            Some(next) => Some((Piece::Literal(*next), at + 2)),
            None => Some((Piece::Literal(b'\\'), at + 1)),
        },
        byte => Some((Piece::Literal(byte), at + 1)),
    }
}

/// How specific a pattern is; the smaller, the more specific. Seen on MariaDB 10.11: plain text
/// first, then patterns of fixed length, then those with `%`: the longest least length first,
/// then few `%`, few `_`, and an early first wildcard.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Specificity {
    kind: Kind,
    length_min: std::cmp::Reverse<usize>,
    any_runs: usize,
    ones: usize,
    first_wildcard: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Plain,
    FixedLength,
    Open,
}

/// Judges how specific `pattern` is.
pub(super) fn specificity(pattern: &[u8]) -> Specificity {
    let (mut at, mut length, mut any_runs, mut ones) = (0, 0, 0, 0);
    let mut first_wildcard = None;
    let mut in_run = false;
    while let Some((piece, next)) = step(pattern, at) {
        if !matches!(piece, Piece::Literal(_)) {
            first_wildcard.get_or_insert(at);
        }
        any_runs += usize::from(matches!(piece, Piece::Any) && !in_run);
        in_run = matches!(piece, Piece::Any);
        ones += usize::from(matches!(piece, Piece::One));
        length += usize::from(!in_run);
        at = next;
    }
    let kind = match (any_runs, ones) {
        (0, 0) => Kind::Plain,
        (0, _) => Kind::FixedLength,
        _ => Kind::Open,
    };
    // Plain texts that match one client are an address and netmasks: their text orders them.
    let length_min = std::cmp::Reverse(if kind == Kind::Plain { 0 } else { length });
    Specificity {
        kind,
        length_min,
        any_runs,
        ones,
        first_wildcard: first_wildcard.unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_as_on_the_server() {
        let check = |pattern: &str, subject: &str, expected: bool| {
            let matched = matches(pattern.as_bytes(), subject.as_bytes());
            assert_eq!(matched, expected, "{pattern} on {subject}");
        };
        check("", "", true);
        check("", "a", false);
        check("%", "", true);
        check("%", "anything", true);
        check("_", "", false);
        check("d_x", "dax", true);
        check("d_x", "dx", false);
        check(r"d\_x", "d_x", true);
        check(r"d\_x", "dax", false);
        check("d%", "d", true);
        check("d%", "xd", false);
        check("127.0.0.__", "127.0.0.1", false);
        check("127.0.0.%_", "127.0.0.1", true);
        check("%.example.com", "a.b.example.com", true);
        check("%.example.com", "example.com", false);
        check("%a%b%c", "xxaxxbxxbxxcxxc", true);
        check("%a%b%c", "xxaxxbxxbxxcxxd", false);
        check(r"100\%", "100%", true);
        check(r"100\%", "1000", false);
        check("a\\", "a\\", true);
    }

    #[test]
    fn a_pattern_of_many_wildcards_ends_soon() {
        let pattern = b"%a".repeat(40);
        assert!(!matches(&pattern, &b"a".repeat(39)));
        assert!(matches(&pattern, &b"a".repeat(400)));
    }

    /// The same by its definition, in exponential time.
    fn matches_by_definition(pattern: &[u8], subject: &[u8]) -> bool {
        match step(pattern, 0) {
            None => subject.is_empty(),
            Some((Piece::Any, next)) => (0..=subject.len())
                .any(|taken| matches_by_definition(&pattern[next..], &subject[taken..])),
            Some((piece, next)) => {
                piece.fits(subject.first().copied())
                    && matches_by_definition(&pattern[next..], &subject[1..])
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn matching_is_what_the_definition_says(
            pattern in "[ab%_\\\\]{0,9}",
            subject in "[ab%_\\\\]{0,9}",
        ) {
            let (pattern, subject) = (pattern.as_bytes(), subject.as_bytes());
            proptest::prop_assert_eq!(
                matches(pattern, subject),
                matches_by_definition(pattern, subject)
            );
        }
    }
}
