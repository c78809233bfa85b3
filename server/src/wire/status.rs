//! Server status flags (MariaDB documentation: "OK_Packet", *Server Status Flag*).

bitflags::bitflags! {
    /// The server's status, as OK and EOF packets carry it.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct StatusFlags: u16 {
        /// A transaction is open.
        const IN_TRANS = 1;
        /// Autocommit is on.
        const AUTOCOMMIT = 1 << 1;
        /// Another result of the same command follows.
        const MORE_RESULTS_EXISTS = 1 << 3;
        /// The statement used no good index.
        const NO_GOOD_INDEX_USED = 1 << 4;
        /// The statement used no index.
        const NO_INDEX_USED = 1 << 5;
        /// A cursor was opened for the statement: rows come by COM_STMT_FETCH.
        const CURSOR_EXISTS = 1 << 6;
        /// COM_STMT_FETCH has sent the last row.
        const LAST_ROW_SENT = 1 << 7;
        /// The default database was dropped.
        const DB_DROPPED = 1 << 8;
        /// Backslash is no escape character (`sql_mode`).
        const NO_BACKSLASH_ESCAPES = 1 << 9;
        /// The prepared statement's columns differ from those its preparation reported.
        const METADATA_CHANGED = 1 << 10;
        /// The statement was slow (`long_query_time`).
        const QUERY_WAS_SLOW = 1 << 11;
        /// The resultset holds OUT parameters of a prepared CALL.
        const PS_OUT_PARAMS = 1 << 12;
        /// The open transaction is read-only.
        const IN_TRANS_READONLY = 1 << 13;
        /// The packet carries session state changes.
        const SESSION_STATE_CHANGED = 1 << 14;
        /// `"` quotes identifiers (`sql_mode`, MariaDB).
        const ANSI_QUOTES = 1 << 15;
    }
}
