//! What the text of a statement depends on: the session's `sql_mode`, its character set, and the
//! server that will run it.

mod encoding;
mod version;

pub use encoding::Encoding;
pub use version::ServerVersion;

bitflags::bitflags! {
    /// The parts of `sql_mode` that change how a statement is read. The bits are the server's
    /// (MariaDB documentation: "SQL_MODE"), so that a number taken from `SET sql_mode=4` fits.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct SqlMode: u64 {
        /// `"` quotes names, not strings.
        const ANSI_QUOTES = 1 << 2;
        /// A backslash in a string is a backslash.
        const NO_BACKSLASH_ESCAPES = 1 << 20;
    }
}

impl SqlMode {
    /// Reads a value of `sql_mode` as servers write it: names with commas between them, e.g.
    /// `ANSI,NO_BACKSLASH_ESCAPES`. Names that change nothing here are passed over.
    pub fn from_names(names: &[u8]) -> Self {
        /// Modes that contain `ANSI_QUOTES`.
        const QUOTING: [&[u8]; 7] = [
            b"ANSI_QUOTES",
            b"ANSI",
            b"DB2",
            b"MAXDB",
            b"MSSQL",
            b"ORACLE",
            b"POSTGRESQL",
        ];
        let mut mode = Self::empty();
        for name in names.split(|&byte| byte == b',') {
            let name = name.trim_ascii();
            if QUOTING.iter().any(|other| name.eq_ignore_ascii_case(other)) {
                mode |= Self::ANSI_QUOTES;
            } else if name.eq_ignore_ascii_case(b"NO_BACKSLASH_ESCAPES") {
                mode |= Self::NO_BACKSLASH_ESCAPES;
            }
        }
        mode
    }
}

/// How to read the text of a statement. The default fits a session that nothing is known of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Dialect {
    /// The session's `sql_mode`.
    pub mode: SqlMode,
    /// The session's `character_set_client`.
    pub encoding: Encoding,
    /// The server, which decides what executable comments do.
    pub server: ServerVersion,
}

impl Dialect {
    /// A number that differs between dialects.
    #[inline]
    pub(super) const fn fingerprint(self) -> u64 {
        let (flavor, version) = match self.server {
            ServerVersion::Unknown => (0, 0),
            ServerVersion::MariaDb(version) => (1, version),
            ServerVersion::MySql(version) => (2, version),
        };
        // A bijection of what can differ: 2 bits of the mode, 3 of the encoding, 2 of the flavor.
        let bits = (self.mode.bits() >> 2 & 1)
            | (self.mode.bits() >> 19 & 2)
            | (self.encoding as u64) << 2
            | flavor << 5
            | (version as u64) << 8;
        bits.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_that_contain_others_count_for_them() {
        for (names, expected) in [
            (&b""[..], SqlMode::empty()),
            (b"STRICT_TRANS_TABLES", SqlMode::empty()),
            (b"ansi", SqlMode::ANSI_QUOTES),
            (b"PIPES_AS_CONCAT,ANSI_QUOTES,ORACLE", SqlMode::ANSI_QUOTES),
            (
                b"NO_BACKSLASH_ESCAPES , ANSI_QUOTES",
                SqlMode::ANSI_QUOTES | SqlMode::NO_BACKSLASH_ESCAPES,
            ),
            (b"NOT_ANSI", SqlMode::empty()),
        ] {
            assert_eq!(SqlMode::from_names(names), expected, "{names:?}");
        }
    }
}
