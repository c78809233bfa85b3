//! System variables that clients are told of when they log in: `connection_metadata`.

use std::collections::BTreeMap;

use crate::wire::capabilities::Capabilities;
use crate::wire::reply::{OkPacket, StateChange};
use crate::wire::status::StatusFlags;

/// The value that stands for the server's.
const AUTO: &str = "auto";
/// The variable whose value is this gateway's version.
const GATEWAY: &str = "maxscale";

/// What is known of a client that has logged in, and of its service.
pub(super) struct LoginFacts<'a> {
    /// What the listener says: names and values.
    pub configured: &'a [(String, String)],
    /// The servers' variables, as a client of `utf8mb4` sees them.
    pub variables: &'a BTreeMap<String, String>,
    pub capabilities: Capabilities,
    /// The collation of the log-in, its low byte.
    pub collation: u8,
    pub connection_id: u64,
    /// Sessions of the service.
    pub sessions: u64,
}

impl LoginFacts<'_> {
    /// The server's OK packet with the variables put into it, if the client can be told.
    pub fn told(&self, ok: &[u8]) -> Vec<u8> {
        if !self.capabilities.contains(Capabilities::SESSION_TRACK) {
            return ok.to_vec();
        }
        let Ok(mut packet) = OkPacket::decode(ok, self.capabilities) else {
            return ok.to_vec();
        };
        let variables = self.variables().into_iter();
        packet
            .changes
            .extend(variables.map(|(name, value)| StateChange::SystemVariable {
                name: name.into_bytes(),
                value: value.into_bytes(),
            }));
        packet.status |= StatusFlags::SESSION_STATE_CHANGED;
        let mut payload = Vec::new();
        packet.encode(self.capabilities, &mut payload);
        payload
    }

    fn variables(&self) -> BTreeMap<String, String> {
        let mut told = BTreeMap::from([
            ("connection_id".to_owned(), self.connection_id.to_string()),
            ("threads_connected".to_owned(), self.sessions.to_string()),
        ]);
        for (name, value) in self.configured {
            let found = if value == AUTO {
                self.of_server(name)
            } else {
                Some((name.as_str(), value.as_str()))
            };
            let found = found.filter(|(_, value)| !value.is_empty());
            told.extend(found.map(|(name, value)| (name.to_owned(), value.to_owned())));
        }
        told
    }

    /// The variable that is meant, by the name that the server has for it.
    fn of_server<'a>(&'a self, name: &'a str) -> Option<(&'a str, &'a str)> {
        if name == GATEWAY {
            return Some((name, env!("CARGO_PKG_VERSION")));
        }
        // Known for one character set only; another one must not be told as the client's.
        if name.starts_with("character_set_") && !is_utf8mb4(self.collation) {
            return None;
        }
        let variable = |name: &'a str| Some((name, self.variables.get(name)?.as_str()));
        variable(name).or_else(|| {
            // MariaDB 11 has only the one, older servers only the other.
            let renamed = name == "tx_isolation";
            renamed.then(|| variable("transaction_isolation")).flatten()
        })
    }
}

fn is_utf8mb4(collation: u8) -> bool {
    matches!(collation, 45 | 46 | 224..=247 | 255)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(configured: &[(&str, &str)], collation: u8, expected: &Expect) {
        let configured: Vec<_> = configured
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let variables = [
            ("character_set_client", "utf8mb4"),
            ("init_connect", ""),
            ("max_allowed_packet", "16777216"),
            ("transaction_isolation", "REPEATABLE-READ"),
        ];
        let facts = LoginFacts {
            configured: &configured,
            variables: &variables
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            capabilities: Capabilities::SESSION_TRACK | Capabilities::PROTOCOL_41,
            collation,
            connection_id: 7,
            sessions: 3,
        };
        let mut ok = Vec::new();
        let server = OkPacket {
            changes: vec![StateChange::Schema(b"shop".to_vec())],
            status: StatusFlags::AUTOCOMMIT | StatusFlags::SESSION_STATE_CHANGED,
            ..OkPacket::default()
        };
        server.encode(facts.capabilities, &mut ok);
        let told = OkPacket::decode(&facts.told(&ok), facts.capabilities).unwrap();
        let shown = told.changes.iter().map(|change| match change {
            StateChange::SystemVariable { name, value } => {
                let [name, value] = [name, value].map(|text| text.escape_ascii().to_string());
                format!("{name}={value}\n")
            }
            other => format!("{other:?}\n").replace(' ', ""),
        });
        expected.assert_eq(&shown.collect::<Vec<_>>().concat());
        let untold = LoginFacts {
            capabilities: Capabilities::PROTOCOL_41,
            ..facts
        };
        assert_eq!(untold.told(&ok), ok);
    }

    #[test]
    fn variables_are_those_configured_and_the_servers() {
        let configured = [
            ("character_set_client", "auto"),
            ("init_connect", "auto"),
            ("no_such_variable", "auto"),
            ("max_allowed_packet", "auto"),
            ("redirect_url", "localhost:3306"),
            ("tx_isolation", "auto"),
        ];
        check(
            &configured,
            45,
            &expect![[r#"
                Schema([115,104,111,112])
                character_set_client=utf8mb4
                connection_id=7
                max_allowed_packet=16777216
                redirect_url=localhost:3306
                threads_connected=3
                transaction_isolation=REPEATABLE-READ
            "#]],
        );
        let overridden = [
            ("character_set_client", "auto"),
            ("connection_id", "0"),
            ("threads_connected", ""),
        ];
        check(
            &overridden,
            8,
            &expect![[r#"
                Schema([115,104,111,112])
                connection_id=0
                threads_connected=3
            "#]],
        );
    }
}
