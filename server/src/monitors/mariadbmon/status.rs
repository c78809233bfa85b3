//! What a server says of itself.

use std::time::{Duration, SystemTime};

use crate::backend::Rows;
use crate::servers::{Receiving, ReplicaLink, ServerFacts};

/// A server that answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ServerStatus {
    pub(super) facts: ServerFacts,
    /// Whether it has less disk space left than it should have.
    pub(super) disk_is_full: bool,
}

/// Access denied: with these a replica never connects.
const REFUSED: [&str; 3] = ["1044", "1045", "1698"];

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
        gtid_domain_id: number("gtid_domain_id"),
        ..ServerFacts::default()
    }
}

/// Decodes the answer to the question for the uptime, at `now`.
pub(super) fn decode_running_since(rows: &Rows, now: SystemTime) -> Option<SystemTime> {
    let uptime_s = rows.text(0, "Value")?.parse().ok()?;
    now.checked_sub(Duration::from_secs(uptime_s))
}

/// Decodes the answer to any of the statements that show replication. Servers changed the names of
/// the columns: `Master_Host` of old is `Source_Host` in MySQL 8.
pub(super) fn decode_links(rows: &Rows) -> Vec<ReplicaLink> {
    (0..rows.rows.len())
        .map(|row| decode_link(rows, row))
        .collect()
}

fn decode_link(rows: &Rows, row: usize) -> ReplicaLink {
    let any = |names: &[&str]| {
        let mut texts = names.iter().filter_map(|name| rows.text(row, name));
        texts.next().unwrap_or_default()
    };
    let text = |old: &str, new: &str| any(&[old, new]);
    let refused = REFUSED.contains(&any(&["Last_IO_Errno"]).as_str());
    ReplicaLink {
        name: any(&["Connection_name", "Channel_Name"]),
        host: text("Master_Host", "Source_Host").to_ascii_lowercase(),
        port: text("Master_Port", "Source_Port")
            .parse()
            .unwrap_or_default(),
        server_id: text("Master_Server_Id", "Source_Server_Id")
            .parse()
            .ok()
            .filter(|id| *id != 0),
        server: None,
        receiving: match text("Slave_IO_Running", "Replica_IO_Running").as_str() {
            "Yes" => Receiving::Yes,
            "No" | "" => Receiving::No,
            // "Connecting", and MariaDB's "Preparing". Who is not let in never gets further.
            _ if refused => Receiving::No,
            _ => Receiving::Connecting,
        },
        applying: text("Slave_SQL_Running", "Replica_SQL_Running") == "Yes",
        lag_s: text("Seconds_Behind_Master", "Seconds_Behind_Source")
            .parse()
            .ok(),
        gtid_io_pos: any(&["Gtid_IO_Pos", "Retrieved_Gtid_Set"]),
        using_gtid: any(&["Using_Gtid"]),
        last_io_error: any(&["Last_IO_Error"]),
        last_sql_error: any(&["Last_SQL_Error"]),
    }
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
            ..ReplicaLink::default()
        };
        let old = "Slave_IO_Running|Slave_SQL_Running|Master_Host|Master_Port|Master_Server_Id|\
                   Seconds_Behind_Master|Last_IO_Errno";
        let new = "Replica_IO_Running|Replica_SQL_Running|Source_Host|Source_Port|\
                   Source_Server_Id|Seconds_Behind_Source|Last_IO_Errno";
        for columns in [old, new] {
            let decoded = decode_links(&rows(columns, "Yes|Yes|DB1|3306|7|3|0"));
            assert_eq!(decoded, std::slice::from_ref(&working));
            let decoded = decode_links(&rows(columns, "Connecting|Yes|db1|3306|0|NULL|2003"));
            let trying = ReplicaLink {
                server_id: None,
                receiving: Receiving::Connecting,
                lag_s: None,
                ..working.clone()
            };
            assert!(trying.is_active());
            assert_eq!(decoded, [trying]);
            for not in [
                "No|Yes|db1|3306|7|NULL|0",
                "Connecting|Yes|db1|3306|7|NULL|1045",
            ] {
                assert!(!decode_links(&rows(columns, not))[0].is_active(), "{not}");
            }
        }
    }

    #[test]
    fn details_of_replication_are_read() {
        let columns = "Connection_name|Gtid_IO_Pos|Using_Gtid|Last_IO_Error|Last_SQL_Error";
        let link = decode_links(&rows(columns, "b|0-1-2|Slave_Pos|gone|dup")).remove(0);
        let texts = [
            link.name,
            link.gtid_io_pos,
            link.using_gtid,
            link.last_io_error,
            link.last_sql_error,
        ];
        assert_eq!(texts, ["b", "0-1-2", "Slave_Pos", "gone", "dup"]);
    }

    #[test]
    fn variables_become_facts() {
        let facts = decode_facts(&rows(
            "version|server_id|read_only|gtid_current_pos|gtid_domain_id",
            "10.11.6-MariaDB|5|1|0-5-9|3",
        ));
        assert_eq!(facts.version, "10.11.6-MariaDB");
        assert_eq!((facts.server_id, facts.read_only), (Some(5), Some(true)));
        assert_eq!(facts.gtid_current_pos.as_deref(), Some("0-5-9"));
        assert_eq!(facts.gtid_domain_id, Some(3));
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
        let facts = ServerFacts {
            links: Some(links),
            ..ServerFacts::default()
        };
        assert_eq!(facts.lag_s(), Some(8));
        assert_eq!(ServerFacts::default().lag_s(), None);
    }
}
