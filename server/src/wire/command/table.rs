//! Names of the commands, and the way back from a byte.

use super::Command;

/// The command of each byte, `None` where no server knows one.
pub(super) static BY_BYTE: [Option<Command>; 256] = by_byte();

const ALL: [Command; 39] = [
    Command::Sleep,
    Command::Quit,
    Command::InitDb,
    Command::Query,
    Command::FieldList,
    Command::CreateDb,
    Command::DropDb,
    Command::Refresh,
    Command::Shutdown,
    Command::Statistics,
    Command::ProcessInfo,
    Command::Connect,
    Command::ProcessKill,
    Command::Debug,
    Command::Ping,
    Command::Time,
    Command::DelayedInsert,
    Command::ChangeUser,
    Command::BinlogDump,
    Command::TableDump,
    Command::ConnectOut,
    Command::RegisterReplica,
    Command::StmtPrepare,
    Command::StmtExecute,
    Command::StmtSendLongData,
    Command::StmtClose,
    Command::StmtReset,
    Command::SetOption,
    Command::StmtFetch,
    Command::Daemon,
    Command::BinlogDumpGtid,
    Command::ResetConnection,
    Command::Clone,
    Command::SubscribeGroupReplicationStream,
    Command::StmtBulkExecute,
    Command::ReplicaWorker,
    Command::ReplicaIo,
    Command::ReplicaSql,
    Command::Multi,
];

const fn by_byte() -> [Option<Command>; 256] {
    let mut table = [None; 256];
    let mut at = 0;
    while at < ALL.len() {
        table[ALL[at] as usize] = Some(ALL[at]);
        at += 1;
    }
    table
}

pub(super) const fn name(command: Command) -> &'static str {
    match command {
        Command::Sleep => "COM_SLEEP",
        Command::Quit => "COM_QUIT",
        Command::InitDb => "COM_INIT_DB",
        Command::Query => "COM_QUERY",
        Command::FieldList => "COM_FIELD_LIST",
        Command::CreateDb => "COM_CREATE_DB",
        Command::DropDb => "COM_DROP_DB",
        Command::Refresh => "COM_REFRESH",
        Command::Shutdown => "COM_SHUTDOWN",
        Command::Statistics => "COM_STATISTICS",
        Command::ProcessInfo => "COM_PROCESS_INFO",
        Command::Connect => "COM_CONNECT",
        Command::ProcessKill => "COM_PROCESS_KILL",
        Command::Debug => "COM_DEBUG",
        Command::Ping => "COM_PING",
        Command::Time => "COM_TIME",
        Command::DelayedInsert => "COM_DELAYED_INSERT",
        Command::ChangeUser => "COM_CHANGE_USER",
        Command::BinlogDump => "COM_BINLOG_DUMP",
        Command::TableDump => "COM_TABLE_DUMP",
        Command::ConnectOut => "COM_CONNECT_OUT",
        Command::RegisterReplica => "COM_REGISTER_SLAVE",
        Command::StmtPrepare => "COM_STMT_PREPARE",
        Command::StmtExecute => "COM_STMT_EXECUTE",
        Command::StmtSendLongData => "COM_STMT_SEND_LONG_DATA",
        Command::StmtClose => "COM_STMT_CLOSE",
        Command::StmtReset => "COM_STMT_RESET",
        Command::SetOption => "COM_SET_OPTION",
        Command::StmtFetch => "COM_STMT_FETCH",
        Command::Daemon => "COM_DAEMON",
        Command::BinlogDumpGtid => "COM_BINLOG_DUMP_GTID",
        Command::ResetConnection => "COM_RESET_CONNECTION",
        Command::Clone => "COM_CLONE",
        Command::SubscribeGroupReplicationStream => "COM_SUBSCRIBE_GROUP_REPLICATION_STREAM",
        Command::StmtBulkExecute => "COM_STMT_BULK_EXECUTE",
        Command::ReplicaWorker => "COM_SLAVE_WORKER",
        Command::ReplicaIo => "COM_SLAVE_IO",
        Command::ReplicaSql => "COM_SLAVE_SQL",
        Command::Multi => "COM_MULTI",
        Command::Unassigned => "unknown command",
    }
}
