//! How a session's statements are to be read: follows its `sql_mode` and its character set.
//!
//! Each OK and EOF packet of MariaDB tells of the parts of `sql_mode` that matter, and of a new
//! `character_set_client` when the client has asked for it (`SESSION_TRACK`). What neither tells is
//! taken from `SET` statements.

use crate::sql::set::{SetItem, VariableScope, set_items};
use crate::sql::{Dialect, Encoding, Name, ServerVersion, SqlMode, name};
use crate::wire::capabilities::Capabilities;
use crate::wire::command::Command;
use crate::wire::reply::OkPacket;
use crate::wire::status::StatusFlags;
use crate::wire::tracker::ReplySummary;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct SessionDialect {
    now: Dialect,
    /// The encoding of the log-in, which a reset brings back.
    at_login: Encoding,
    /// Whether replies tell of character sets.
    is_told: bool,
    /// What the request under way makes of it, if it is done.
    asked: Asked,
}

#[derive(Debug, Clone, Copy, Default)]
struct Asked {
    mode: Option<SqlMode>,
    encoding: Option<Encoding>,
}

impl SessionDialect {
    /// How statements are read now.
    pub fn now(&self) -> Dialect {
        self.now
    }

    /// A client has logged in with that collation.
    pub fn logged_in(&mut self, collation: u16, capabilities: Capabilities) {
        self.at_login = Encoding::from_collation(collation);
        self.is_told = capabilities.contains(Capabilities::SESSION_TRACK);
        self.now.encoding = self.at_login;
        self.now.mode = SqlMode::empty();
        self.asked = Asked::default();
    }

    /// The version of the server that runs the statements.
    pub fn server_is(&mut self, version: &str) {
        self.now.server = ServerVersion::from_handshake(version);
    }

    /// The server's OK packet behind another log-in of the same connection.
    pub fn login_answered(&mut self, ok: &[u8]) {
        // Whatever else the packet has, its status stands in the same place.
        if let Ok(ok) = OkPacket::decode(ok, Capabilities::PROTOCOL_41) {
            self.status_is(ok.status);
        }
    }

    /// A request is on its way, with the text of its statement if it has one.
    pub fn request(&mut self, command: Command, text: Option<&[u8]>) {
        self.asked = match (command, text) {
            (Command::ResetConnection, _) => Asked {
                mode: Some(SqlMode::empty()),
                encoding: Some(self.at_login),
            },
            (Command::Query, Some(text)) if self.has_to_look() => self.look_at(text),
            _ => Asked::default(),
        };
    }

    /// The reply to it is complete.
    pub fn replied(&mut self, summary: &ReplySummary) {
        let asked = std::mem::take(&mut self.asked);
        if summary.error.is_none() {
            self.now.mode = asked.mode.unwrap_or(self.now.mode);
            self.now.encoding = asked.encoding.unwrap_or(self.now.encoding);
        }
        if let Some(status) = summary.status {
            self.status_is(status);
        }
        if let Some(name) = &summary.character_set {
            self.now.encoding = Encoding::from_character_set(name);
        }
    }

    /// Whether replies do not tell everything.
    fn has_to_look(&self) -> bool {
        !self.is_told || self.tells_no_quotes()
    }

    /// MySQL does not tell whether `"` quotes names.
    fn tells_no_quotes(&self) -> bool {
        matches!(self.now.server, ServerVersion::MySql(_))
    }

    fn status_is(&mut self, status: StatusFlags) {
        let mode = &mut self.now.mode;
        let plain = status.contains(StatusFlags::NO_BACKSLASH_ESCAPES);
        mode.set(SqlMode::NO_BACKSLASH_ESCAPES, plain);
        if !matches!(self.now.server, ServerVersion::MySql(_)) {
            let quotes = status.contains(StatusFlags::ANSI_QUOTES);
            mode.set(SqlMode::ANSI_QUOTES, quotes);
        }
    }

    fn look_at(&self, text: &[u8]) -> Asked {
        let mut asked = Asked::default();
        // Most statements set nothing: that is found out quickly.
        let sets = text
            .windows(3)
            .any(|word| word.eq_ignore_ascii_case(b"SET"));
        if !sets {
            return asked;
        }
        for item in set_items(text, self.now) {
            match item {
                SetItem::SystemVariable {
                    scope: VariableScope::Session,
                    name,
                    value,
                    ..
                } if name.is(b"sql_mode") => asked.mode = self.mode(value),
                SetItem::SystemVariable {
                    scope: VariableScope::Session,
                    name,
                    value,
                    ..
                } if name.is(b"character_set_client") => {
                    asked.encoding = Some(self.encoding(value));
                }
                SetItem::CharacterSet { name } => {
                    asked.encoding = Some(Encoding::from_character_set(&name.unquoted()));
                }
                _ => {}
            }
        }
        asked
    }

    /// The mode that an expression stands for, if it is a literal or a plain name.
    fn mode(&self, value: &[u8]) -> Option<SqlMode> {
        match name::string_value(value, self.now) {
            Some(text) => Some(SqlMode::from_value(&text)),
            None => value
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
                .then(|| SqlMode::from_value(value)),
        }
    }

    fn encoding(&self, value: &[u8]) -> Encoding {
        let text = name::string_value(value, self.now);
        let text = text.unwrap_or_else(|| Name::new(value).unquoted());
        Encoding::from_character_set(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn followed(told: bool, version: &str, sql: &str, summary: &ReplySummary) -> Dialect {
        let mut dialect = SessionDialect::default();
        let capabilities = if told {
            Capabilities::SESSION_TRACK
        } else {
            Capabilities::empty()
        };
        dialect.logged_in(45, capabilities);
        dialect.server_is(version);
        dialect.login_answered(b"\0\0\0\x02\0\0\0");
        dialect.request(Command::Query, Some(sql.as_bytes()));
        dialect.replied(summary);
        dialect.now()
    }

    const MARIADB: &str = "10.11.6-MariaDB";

    #[test]
    fn the_status_tells_of_the_mode() {
        let check = |version: &str, sql: &str, status, expected| {
            let summary = ReplySummary {
                status: Some(status),
                ..ReplySummary::default()
            };
            assert_eq!(followed(true, version, sql, &summary).mode, expected);
        };
        let both = StatusFlags::ANSI_QUOTES | StatusFlags::NO_BACKSLASH_ESCAPES;
        let modes = SqlMode::ANSI_QUOTES | SqlMode::NO_BACKSLASH_ESCAPES;
        check(MARIADB, "CALL p()", both, modes);
        check(
            MARIADB,
            "SET sql_mode = 'ANSI'",
            StatusFlags::empty(),
            SqlMode::empty(),
        );
        let none = StatusFlags::empty();
        check(
            "8.0.32",
            "SET sql_mode = 'ansi,x'",
            none,
            SqlMode::ANSI_QUOTES,
        );
        check(
            "8.0.32",
            "SET @@session.sql_mode = ANSI",
            none,
            SqlMode::ANSI_QUOTES,
        );
        check(
            "8.0.32",
            "SET GLOBAL sql_mode = 'ANSI'",
            none,
            SqlMode::empty(),
        );
        check(
            "8.0.32",
            "SELECT 1; SET sql_mode = 4",
            none,
            SqlMode::ANSI_QUOTES,
        );
    }

    #[test]
    fn the_character_set_is_told_or_set() {
        let done = ReplySummary::default();
        let told = ReplySummary {
            character_set: Some(b"gbk".to_vec()),
            ..ReplySummary::default()
        };
        let failed = ReplySummary {
            error: Some(1115),
            ..ReplySummary::default()
        };
        for (is_told, sql, summary, expected) in [
            (true, "CALL p()", &told, Encoding::Gbk),
            (
                false,
                "SET NAMES 'sjis' COLLATE sjis_bin",
                &done,
                Encoding::Sjis,
            ),
            (
                false,
                "set character_set_client = big5",
                &done,
                Encoding::Big5,
            ),
            (false, "SET CHARACTER SET gbk", &done, Encoding::Gbk),
            (false, "SET NAMES gbk", &failed, Encoding::Plain),
            (false, "SELECT 'SET NAMES gbk'", &done, Encoding::Plain),
        ] {
            let found = followed(is_told, MARIADB, sql, summary).encoding;
            assert_eq!(found, expected, "{sql}");
        }
    }

    #[test]
    fn a_reset_brings_back_the_encoding_of_the_log_in() {
        let mut dialect = SessionDialect::default();
        dialect.logged_in(28, Capabilities::empty());
        dialect.request(Command::Query, Some(b"SET NAMES utf8mb4"));
        dialect.replied(&ReplySummary::default());
        assert_eq!(dialect.now().encoding, Encoding::Plain);
        dialect.request(Command::ResetConnection, None);
        dialect.replied(&ReplySummary::default());
        assert_eq!(dialect.now().encoding, Encoding::Gbk);
    }
}
