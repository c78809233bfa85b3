//! What a reply said.

use crate::wire::status::StatusFlags;

/// What the tracker saw in a reply.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReplySummary {
    /// The server's status in the last OK or EOF packet; `None` when no such packet was read. An
    /// ERR packet has none, so behind an error this is older than the error.
    pub status: Option<StatusFlags>,
    /// Error number, when the reply ended with an ERR packet.
    pub error: Option<u16>,
    /// The SQLSTATE in that packet.
    pub error_state: Option<[u8; 5]>,
    /// What that packet says.
    pub error_message: Option<Box<[u8]>>,
    /// Number of warnings in the last OK or EOF packet.
    pub warnings: u16,
    /// Whether an OK packet told of an insert id.
    pub insert_id: bool,
    /// Whether an OK packet told of affected rows.
    pub affected: bool,
    /// Number of rows in all resultsets.
    pub rows: u64,
    /// Number of resultsets.
    pub resultsets: u32,
    /// The answer to COM_STMT_PREPARE.
    pub prepared: Option<PreparedStatement>,
    /// The new default database, when the reply told of one (`SESSION_TRACK`).
    pub schema: Option<Vec<u8>>,
    /// The new `character_set_client`, when the reply told of one (`SESSION_TRACK`).
    pub character_set: Option<Vec<u8>>,
}

/// A statement the server has prepared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PreparedStatement {
    /// Its id on the connection it was prepared on.
    pub statement_id: u32,
    /// Number of parameters.
    pub params: u16,
    /// Number of columns of its resultset; 0 when it has none.
    pub columns: u16,
}
