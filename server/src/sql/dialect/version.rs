//! Executable comments: which ones a server runs (MariaDB documentation: "Comment Syntax"; MySQL
//! documentation: "Comments").

/// The server that a statement is for; versions as in executable comments, e.g. 101_119 for
/// 10.11.19 and 80_032 for 8.0.32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ServerVersion {
    /// Nothing is known: every executable comment is taken for SQL.
    #[default]
    Unknown,
    /// MariaDB
    MariaDb(u32),
    /// MySQL and its relatives
    MySql(u32),
}

impl ServerVersion {
    /// Reads the version string of a server's handshake, e.g. `10.11.19-MariaDB` or `8.0.32`.
    pub fn from_handshake(version: &str) -> Self {
        let is_mariadb = version.contains("MariaDB");
        // MariaDB pretends to be 5.5.5 before replication clients of old.
        let version = version.strip_prefix("5.5.5-").unwrap_or(version);
        let mut numbers = version
            .split(|c: char| !c.is_ascii_digit())
            .map(|number| number.parse::<u32>().ok().filter(|number| *number < 100));
        let mut number = || numbers.next().flatten();
        let (Some(major), Some(minor)) = (number(), number()) else {
            return Self::Unknown;
        };
        let code = major * 10_000 + minor * 100 + number().unwrap_or(0);
        if is_mariadb {
            Self::MariaDb(code)
        } else {
            Self::MySql(code)
        }
    }

    /// Whether the content of an executable comment is SQL here: `/*!`, or `/*M!` if
    /// `for_mariadb`, with the version behind it, if there is one.
    pub(in crate::sql) const fn runs(self, for_mariadb: bool, version: Option<u32>) -> bool {
        match (self, version) {
            (Self::MySql(_), _) if for_mariadb => false,
            (Self::Unknown, _) | (_, None) => true,
            // MySQL 5.7 and later have features of their own that MariaDB does not have.
            (Self::MariaDb(_), Some(50_700..=99_999)) if !for_mariadb => false,
            (Self::MariaDb(own) | Self::MySql(own), Some(version)) => version <= own,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_handshakes_are_understood() {
        for (text, expected) in [
            (
                "10.11.19-MariaDB-0+deb12u1",
                ServerVersion::MariaDb(101_119),
            ),
            ("5.5.5-10.2.7-MariaDB", ServerVersion::MariaDb(100_207)),
            ("8.0.32", ServerVersion::MySql(80_032)),
            ("5.7.44-log", ServerVersion::MySql(50_744)),
            ("11.4", ServerVersion::MySql(110_400)),
            ("", ServerVersion::Unknown),
            ("x.y", ServerVersion::Unknown),
            ("99999999999.1.1", ServerVersion::Unknown),
        ] {
            assert_eq!(ServerVersion::from_handshake(text), expected, "{text}");
        }
    }

    #[test]
    fn a_server_runs_what_is_for_it() {
        let mariadb = ServerVersion::MariaDb(101_119);
        let mysql = ServerVersion::MySql(80_032);
        for (for_mariadb, version, on_mariadb, on_mysql) in [
            (false, None, true, true),
            (true, None, true, false),
            (false, Some(50_101), true, true),
            (false, Some(50_701), false, true),
            (false, Some(80_033), false, false),
            (true, Some(50_701), true, false),
            (true, Some(101_120), false, false),
            (false, Some(100_100), true, false),
        ] {
            assert_eq!(mariadb.runs(for_mariadb, version), on_mariadb);
            assert_eq!(mysql.runs(for_mariadb, version), on_mysql);
            assert!(ServerVersion::Unknown.runs(for_mariadb, version));
        }
    }
}
