//! What a packet of a reply is, before the tracker has taken it in.

use super::ReplyTracker;
use super::state::State;
use crate::wire::command::Command;
use crate::wire::packet::PacketHeader;
use crate::wire::reply::{EOF_HEADER, EOF_LEN_MAX, ERR_HEADER, OK_HEADER};

/// First byte of the packet that asks for a file.
const FILE_REQUEST_HEADER: u8 = 0xfb;

/// What a packet is in its reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PacketRole {
    /// An OK packet that is a whole result.
    Ok,
    /// An ERR packet, or a progress report.
    Err,
    /// The number of columns: a resultset begins.
    ColumnCount,
    /// The definition of a column, or of a prepared statement's parameter or column.
    Definition,
    /// The EOF packet behind definitions.
    DefinitionsEnd,
    /// A row, in text form.
    TextRow,
    /// A row, in binary form.
    BinaryRow,
    /// The EOF or OK packet that ends a resultset.
    RowsEnd,
    /// The answer to COM_STMT_PREPARE.
    Prepared,
    /// The server asks for a file (LOAD DATA LOCAL).
    FileRequest,
    /// Something else, bare text among it.
    Other,
}

impl ReplyTracker {
    /// What the next packet is, given its header and the first byte of its payload. To be asked
    /// before the packet is fed, at its beginning.
    pub fn role(&self, header: PacketHeader, first: Option<u8>) -> PacketRole {
        if first == Some(ERR_HEADER) {
            return PacketRole::Err;
        }
        let ends = first == Some(EOF_HEADER);
        match self.state {
            State::Result => match first {
                Some(OK_HEADER | EOF_HEADER) => PacketRole::Ok,
                Some(FILE_REQUEST_HEADER) => PacketRole::FileRequest,
                _ => PacketRole::ColumnCount,
            },
            State::Definitions { .. } if ends && (header.len as usize) < EOF_LEN_MAX => {
                PacketRole::DefinitionsEnd
            }
            State::DefinitionsEnd => PacketRole::DefinitionsEnd,
            State::Rows | State::Columns if ends && self.is_end(header) => PacketRole::RowsEnd,
            State::Rows => match self.command {
                Command::StmtExecute | Command::StmtFetch | Command::StmtBulkExecute => {
                    PacketRole::BinaryRow
                }
                _ => PacketRole::TextRow,
            },
            State::Definitions { .. } | State::Columns => PacketRole::Definition,
            State::Status => PacketRole::Ok,
            State::Prepared => PacketRole::Prepared,
            State::Text | State::Authentication | State::Events | State::Finished => {
                PacketRole::Other
            }
        }
    }
}
