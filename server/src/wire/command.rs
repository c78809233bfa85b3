//! Commands (MariaDB documentation: "2 - Text Protocol", "3 - Binary Protocol (Prepared
//! Statements)" and "Replication Protocol"; MySQL documentation: "Command Phase").

mod table;

/// What the first byte of a request says.
///
/// Every command of MariaDB 10.11 and MySQL 8, those that only exist inside a server too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
#[expect(
    missing_docs,
    reason = "name() gives the documented name, which says it all"
)]
pub enum Command {
    Sleep = 0,
    Quit = 1,
    InitDb = 2,
    Query = 3,
    FieldList = 4,
    CreateDb = 5,
    DropDb = 6,
    Refresh = 7,
    Shutdown = 8,
    Statistics = 9,
    ProcessInfo = 10,
    Connect = 11,
    ProcessKill = 12,
    Debug = 13,
    Ping = 14,
    Time = 15,
    DelayedInsert = 16,
    ChangeUser = 17,
    BinlogDump = 18,
    TableDump = 19,
    ConnectOut = 20,
    RegisterReplica = 21,
    StmtPrepare = 22,
    StmtExecute = 23,
    StmtSendLongData = 24,
    StmtClose = 25,
    StmtReset = 26,
    SetOption = 27,
    StmtFetch = 28,
    Daemon = 29,
    BinlogDumpGtid = 30,
    ResetConnection = 31,
    Clone = 32,
    SubscribeGroupReplicationStream = 33,
    StmtBulkExecute = 250,
    ReplicaWorker = 251,
    ReplicaIo = 252,
    ReplicaSql = 253,
    Multi = 254,
    /// Whatever byte no server knows: servers refuse it, and remember that they did.
    Unassigned = 255,
}

/// The form of a command's reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyShape {
    /// One OK, EOF or ERR packet.
    Status,
    /// One or more results: OK, ERR, a resultset, or the request for a local file.
    Results,
    /// The answer to COM_STMT_PREPARE with its parameter and column definitions.
    Prepared,
    /// Rows alone (COM_STMT_FETCH).
    Rows,
    /// Column definitions alone (COM_FIELD_LIST).
    Columns,
    /// One packet of bare text (COM_STATISTICS).
    Text,
    /// An authentication exchange (COM_CHANGE_USER).
    Authentication,
    /// Binlog events without end (COM_BINLOG_DUMP).
    Events,
}

/// What a gateway does with a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// It goes to a backend as it is.
    Forward,
    /// The session has a part in it: COM_QUIT ends it, COM_CHANGE_USER authenticates again,
    /// COM_PROCESS_KILL names a session.
    Intercept,
    /// The gateway answers error 1047 (unknown command), as servers do: the command is internal to
    /// a server, obsolete, or makes no sense through a gateway.
    Refuse,
}

impl Command {
    /// The command of a request's first byte; `None` for a byte no server knows.
    pub fn from_byte(byte: u8) -> Option<Self> {
        table::BY_BYTE[usize::from(byte)]
    }

    /// The documented name, e.g. `COM_QUERY`.
    pub const fn name(self) -> &'static str {
        table::name(self)
    }

    /// Whether it is of the replication protocol: from replicas to their source.
    pub const fn is_replication(self) -> bool {
        matches!(
            self,
            Self::RegisterReplica | Self::BinlogDump | Self::BinlogDumpGtid
        )
    }

    /// The form of the reply; `None` when there is none.
    ///
    /// Commands that servers refuse are answered by an ERR packet, so [`ReplyShape::Status`].
    pub const fn reply_shape(self) -> Option<ReplyShape> {
        Some(match self {
            Self::Quit | Self::StmtClose | Self::StmtSendLongData => return None,
            Self::Query | Self::ProcessInfo | Self::StmtExecute | Self::StmtBulkExecute => {
                ReplyShape::Results
            }
            Self::StmtPrepare => ReplyShape::Prepared,
            Self::StmtFetch => ReplyShape::Rows,
            Self::FieldList => ReplyShape::Columns,
            Self::Statistics => ReplyShape::Text,
            Self::ChangeUser => ReplyShape::Authentication,
            Self::BinlogDump | Self::BinlogDumpGtid => ReplyShape::Events,
            _ => ReplyShape::Status,
        })
    }

    /// Whether the command runs a statement: what a session counts.
    pub const fn is_statement(self) -> bool {
        matches!(
            self,
            Self::Query | Self::StmtExecute | Self::StmtBulkExecute
        )
    }

    /// What a gateway does with the command.
    pub const fn disposition(self) -> Disposition {
        match self {
            Self::Quit | Self::ChangeUser | Self::ProcessKill => Disposition::Intercept,
            Self::Sleep
            | Self::CreateDb
            | Self::DropDb
            | Self::Connect
            | Self::Time
            | Self::DelayedInsert
            | Self::TableDump
            | Self::ConnectOut
            | Self::Daemon
            | Self::Clone
            | Self::SubscribeGroupReplicationStream
            | Self::ReplicaWorker
            | Self::ReplicaIo
            | Self::ReplicaSql
            | Self::Multi => Disposition::Refuse,
            _ => Disposition::Forward,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use expect_test::expect;

    use super::*;

    #[test]
    fn every_byte_is_a_command_or_none() {
        for byte in 0..=255 {
            let command = Command::from_byte(byte);
            assert_eq!(
                command.is_some(),
                matches!(byte, 0..=33 | 250..=254),
                "{byte}"
            );
            assert!(command.is_none_or(|command| command as u8 == byte));
        }
    }

    #[test]
    fn names_shapes_and_dispositions_are_as_documented() {
        let mut table = String::new();
        for command in (0..=255).filter_map(Command::from_byte) {
            let shape = command
                .reply_shape()
                .map_or("-".into(), |shape| format!("{shape:?}"));
            let byte = command as u8;
            let name = command.name();
            let disposition = command.disposition();
            let statement = if command.is_statement() {
                " statement"
            } else {
                ""
            };
            writeln!(table, "{byte:3} {name} {shape} {disposition:?}{statement}").unwrap();
        }
        expect![[r"
              0 COM_SLEEP Status Refuse
              1 COM_QUIT - Intercept
              2 COM_INIT_DB Status Forward
              3 COM_QUERY Results Forward statement
              4 COM_FIELD_LIST Columns Forward
              5 COM_CREATE_DB Status Refuse
              6 COM_DROP_DB Status Refuse
              7 COM_REFRESH Status Forward
              8 COM_SHUTDOWN Status Forward
              9 COM_STATISTICS Text Forward
             10 COM_PROCESS_INFO Results Forward
             11 COM_CONNECT Status Refuse
             12 COM_PROCESS_KILL Status Intercept
             13 COM_DEBUG Status Forward
             14 COM_PING Status Forward
             15 COM_TIME Status Refuse
             16 COM_DELAYED_INSERT Status Refuse
             17 COM_CHANGE_USER Authentication Intercept
             18 COM_BINLOG_DUMP Events Forward
             19 COM_TABLE_DUMP Status Refuse
             20 COM_CONNECT_OUT Status Refuse
             21 COM_REGISTER_SLAVE Status Forward
             22 COM_STMT_PREPARE Prepared Forward
             23 COM_STMT_EXECUTE Results Forward statement
             24 COM_STMT_SEND_LONG_DATA - Forward
             25 COM_STMT_CLOSE - Forward
             26 COM_STMT_RESET Status Forward
             27 COM_SET_OPTION Status Forward
             28 COM_STMT_FETCH Rows Forward
             29 COM_DAEMON Status Refuse
             30 COM_BINLOG_DUMP_GTID Events Forward
             31 COM_RESET_CONNECTION Status Forward
             32 COM_CLONE Status Refuse
             33 COM_SUBSCRIBE_GROUP_REPLICATION_STREAM Status Refuse
            250 COM_STMT_BULK_EXECUTE Results Forward statement
            251 COM_SLAVE_WORKER Status Refuse
            252 COM_SLAVE_IO Status Refuse
            253 COM_SLAVE_SQL Status Refuse
            254 COM_MULTI Status Refuse
        "]]
        .assert_eq(&table);
    }
}
