//! A reply on its way back through a chain.

use std::sync::Arc;
use std::time::Duration;

use crate::wire::status::StatusFlags;
pub use crate::wire::tracker::PacketRole;

/// One packet of a reply, which filters may change.
#[derive(Debug)]
pub struct ReplyPacket {
    /// What it is.
    pub role: PacketRole,
    /// Its payload. Of a message longer than one packet (16 MiB) only the first packet.
    pub payload: Vec<u8>,
    /// Whether all of the message is here.
    pub whole: bool,
}

/// What a complete reply was.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReplyEnd {
    /// From the request's first byte to the reply's last.
    pub duration: Duration,
    /// From the request's first byte to the reply's first.
    pub first_byte: Duration,
    /// The server that gave it; `None` when a filter did.
    pub server: Option<Arc<str>>,
    /// Error number, when it ended with an ERR packet.
    pub error: Option<u16>,
    /// What that ERR packet says.
    pub error_message: Option<Box<[u8]>>,
    /// Warnings that the last OK or EOF packet tells of.
    pub warnings: u16,
    /// Rows in all its resultsets.
    pub rows: u64,
    /// Resultsets in it.
    pub resultsets: u32,
    /// Bytes of it.
    pub bytes: u64,
    /// The server's status at its end.
    pub status: Option<StatusFlags>,
    /// The id of the statement that it prepared.
    pub statement_id: Option<u32>,
}
