//! In how many ways a text may be read: by `sql_mode`, character set, and server.

use memchr::memmem;

use crate::sql::{Dialect, Encoding, ServerVersion, SqlMode};

/// How many versions comments may ask for in one text.
const VERSIONS_MAX: usize = 4;

/// The ways in which some session at some server may read a text; the plain one is the first.
pub(super) struct Readings {
    pub(super) dialects: Vec<Dialect>,
    /// Whether these are not all.
    pub(super) are_too_many: bool,
}

impl Readings {
    pub(super) fn of(sql: &[u8]) -> Self {
        let (servers, are_too_many) = servers(sql);
        let modes = modes(sql);
        let encodings = encodings(sql);
        let mut dialects = Vec::with_capacity(servers.len() * modes.len() * encodings.len());
        for &server in &servers {
            for &mode in &modes {
                dialects.extend(encodings.iter().map(|&encoding| Dialect {
                    mode,
                    encoding,
                    server,
                }));
            }
        }
        Self {
            dialects,
            are_too_many,
        }
    }
}

fn modes(sql: &[u8]) -> Vec<SqlMode> {
    let mut modes = vec![SqlMode::empty()];
    if sql.contains(&b'\\') {
        modes.push(SqlMode::NO_BACKSLASH_ESCAPES);
    }
    if sql.contains(&b'"') {
        let others: Vec<_> = modes.iter().map(|&m| m | SqlMode::ANSI_QUOTES).collect();
        modes.extend(others);
    }
    modes
}

/// The encodings in which the text may mean different things.
fn encodings(sql: &[u8]) -> &'static [Encoding] {
    use Encoding::{Big5, Gbk, Plain, Sjis, SpaceA0, SpaceFf};
    // The second half of a character may look like one of these.
    let hides = sql.windows(2).any(|pair| match pair {
        [first, second] => *first >= 0x80 && b"'\"`\\".contains(second),
        _ => false,
    });
    let spaces = sql.iter().any(|byte| matches!(byte, 0xa0 | 0xff));
    match (hides, spaces) {
        (true, true) => &[Plain, Big5, Gbk, Sjis, SpaceA0, SpaceFf],
        (true, false) => &[Plain, Big5, Gbk, Sjis],
        (false, true) => &[Plain, SpaceA0, SpaceFf],
        (false, false) => &[Plain],
    }
}

/// The servers to which executable comments mean different things: one of each kind for each
/// version asked for, and one older than all. Whether the comments found are ones (and not parts
/// of a string) differs as well. And whether there are too many.
fn servers(sql: &[u8]) -> (Vec<ServerVersion>, bool) {
    use ServerVersion::{MariaDb, MySql, Unknown};
    let mut servers = vec![Unknown];
    let mut versions = vec![0];
    let mut differ = false;
    let mut has_six_digits = false;
    for at in memmem::find_iter(sql, b"/*") {
        let behind = sql.get(at + 2..).unwrap_or_default();
        let (for_mariadb, behind) = match behind {
            [b'!', rest @ ..] => (false, rest),
            [b'M', b'!', rest @ ..] => (true, rest),
            _ => continue,
        };
        let digits = behind.iter().take(6).take_while(|b| b.is_ascii_digit());
        let (count, version) = digits.fold((0, 0), |(count, version), digit| {
            (count + 1, version * 10 + u32::from(digit - b'0'))
        });
        let version = if count >= 5 { version } else { 0 };
        differ |= for_mariadb || version > 0;
        // An old MySQL takes the first five for the version.
        has_six_digits |= !for_mariadb && count == 6;
        if !versions.contains(&version) && versions.len() <= VERSIONS_MAX {
            versions.push(version);
        } else if !versions.contains(&version) {
            return (servers, true);
        }
    }
    if differ {
        let both = |&version| [MariaDb(version), MySql(version)];
        servers.extend(versions.iter().flat_map(both));
    }
    (servers, has_six_digits && versions.len() > 2)
}
