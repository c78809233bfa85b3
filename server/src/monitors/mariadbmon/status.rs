//! What a server says of itself.

use crate::backend::Rows;
use crate::servers::ServerFacts;

/// A server that answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ServerStatus {
    pub(super) facts: ServerFacts,
    /// Its replication connections; `None` when it does not tell them to the monitor's user.
    pub(super) links: Option<Vec<ReplicaLink>>,
}

/// A replication connection: the server replicates from another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReplicaLink {
    /// The other server's address, in lower case, as this one knows it.
    pub(super) host: String,
    pub(super) port: u16,
    /// The other server's id; `None` when it was never connected.
    pub(super) server_id: Option<u64>,
    pub(super) receiving: Receiving,
    /// Whether what was received is applied.
    pub(super) applying: bool,
    pub(super) lag_s: Option<u64>,
}

/// State of the thread that receives events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Receiving {
    Yes,
    /// It tries to connect.
    Connecting,
    No,
}

impl ReplicaLink {
    /// Whether it replicates, or would if the other server were there.
    pub(super) fn is_active(&self) -> bool {
        self.applying && self.receiving != Receiving::No
    }
}

impl ServerStatus {
    /// How far the server is behind, by the worst of its connections that work.
    pub(super) fn lag_s(&self) -> Option<u64> {
        let links = self.links.iter().flatten().filter(|link| link.is_active());
        links.filter_map(|link| link.lag_s).max()
    }
}

/// Decodes the answer to the question for variables.
pub(super) fn decode_facts(rows: &Rows) -> ServerFacts {
    let text = |column| rows.text(0, column);
    let number = |column| text(column)?.parse().ok();
    ServerFacts {
        version: text("version").unwrap_or_default(),
        server_id: number("server_id"),
        read_only: number("read_only").map(|value: u64| value != 0),
        gtid_current_pos: text("gtid_current_pos"),
        gtid_binlog_pos: text("gtid_binlog_pos"),
        ..ServerFacts::default()
    }
}

/// Decodes the answer to any of the statements that show replication. Servers changed the names of
/// the columns: `Master_Host` of old is `Source_Host` in MySQL 8.
pub(super) fn decode_links(rows: &Rows) -> Vec<ReplicaLink> {
    (0..rows.rows.len())
        .map(|row| {
            let text = |old: &str, new: &str| {
                rows.text(row, old)
                    .or_else(|| rows.text(row, new))
                    .unwrap_or_default()
            };
            ReplicaLink {
                host: text("Master_Host", "Source_Host").to_ascii_lowercase(),
                port: text("Master_Port", "Source_Port")
                    .parse()
                    .unwrap_or_default(),
                server_id: text("Master_Server_Id", "Source_Server_Id")
                    .parse()
                    .ok()
                    .filter(|id| *id != 0),
                receiving: match text("Slave_IO_Running", "Replica_IO_Running").as_str() {
                    "Yes" => Receiving::Yes,
                    "No" | "" => Receiving::No,
                    // "Connecting", and MariaDB's "Preparing".
                    _ => Receiving::Connecting,
                },
                applying: text("Slave_SQL_Running", "Replica_SQL_Running") == "Yes",
                lag_s: text("Seconds_Behind_Master", "Seconds_Behind_Source")
                    .parse()
                    .ok(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(columns: &str, row: &str) -> Rows {
        let cell = |text: &str| (text != "NULL").then(|| text.as_bytes().to_vec());
        Rows {
            columns: columns.split('|').map(str::to_owned).collect(),
            rows: vec![row.split('|').map(cell).collect()],
        }
    }

    #[test]
    fn replication_is_read_in_the_words_of_every_version() {
        let working = ReplicaLink {
            host: "db1".to_owned(),
            port: 3306,
            server_id: Some(7),
            receiving: Receiving::Yes,
            applying: true,
            lag_s: Some(3),
        };
        let old = "Slave_IO_Running|Slave_SQL_Running|Master_Host|Master_Port|Master_Server_Id|\
                   Seconds_Behind_Master";
        let new = "Replica_IO_Running|Replica_SQL_Running|Source_Host|Source_Port|\
                   Source_Server_Id|Seconds_Behind_Source";
        for columns in [old, new] {
            let decoded = decode_links(&rows(columns, "Yes|Yes|DB1|3306|7|3"));
            assert_eq!(decoded, std::slice::from_ref(&working));
            let decoded = decode_links(&rows(columns, "Connecting|Yes|db1|3306|0|NULL"));
            let trying = ReplicaLink {
                server_id: None,
                receiving: Receiving::Connecting,
                lag_s: None,
                ..working.clone()
            };
            assert!(trying.is_active());
            assert_eq!(decoded, [trying]);
            let stopped = decode_links(&rows(columns, "No|Yes|db1|3306|7|NULL"));
            assert!(!stopped[0].is_active());
        }
    }

    #[test]
    fn variables_become_facts() {
        let facts = decode_facts(&rows(
            "version|server_id|read_only|gtid_current_pos",
            "10.11.6-MariaDB|5|1|0-5-9",
        ));
        assert_eq!(facts.version, "10.11.6-MariaDB");
        assert_eq!((facts.server_id, facts.read_only), (Some(5), Some(true)));
        assert_eq!(facts.gtid_current_pos.as_deref(), Some("0-5-9"));
        assert_eq!(decode_facts(&Rows::default()), ServerFacts::default());
    }

    #[test]
    fn the_lag_is_that_of_the_slowest_connection_that_works() {
        let columns = "Slave_IO_Running|Slave_SQL_Running|Seconds_Behind_Master";
        let links = ["Yes|Yes|3", "Yes|Yes|8", "Yes|No|NULL", "Yes|Yes|NULL"];
        let links = links
            .iter()
            .flat_map(|row| decode_links(&rows(columns, row)))
            .collect();
        let status = ServerStatus {
            links: Some(links),
            ..ServerStatus::default()
        };
        assert_eq!(status.lag_s(), Some(8));
        assert_eq!(ServerStatus::default().lag_s(), None);
    }
}
