//! Execution of prepared statements (MariaDB documentation: "COM_STMT_EXECUTE",
//! "COM_STMT_BULK_EXECUTE").

use super::open;
use crate::wire::Malformed;
use crate::wire::command::Command;

bitflags::bitflags! {
    /// What COM_STMT_EXECUTE wants besides the execution.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct CursorFlags: u8 {
        /// A cursor to read from.
        const READ_ONLY = 1;
        /// A cursor for an update; servers take it for one to read from.
        const FOR_UPDATE = 1 << 1;
        /// A cursor that can go back; not known to servers.
        const SCROLLABLE = 1 << 2;
        /// The number of parameters goes before them (MySQL).
        const PARAMETER_COUNT = 1 << 3;
    }
}

bitflags::bitflags! {
    /// What a bulk execution carries and wants.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct BulkFlags: u16 {
        /// The answer has one result for each row.
        const UNIT_RESULTS = 1 << 6;
        /// The parameters' types go before the rows.
        const SEND_TYPES = 1 << 7;
    }
}

/// One execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StmtExecute<'a> {
    /// The statement, or [`LAST_PREPARED_ID`](super::LAST_PREPARED_ID).
    pub statement_id: u32,
    /// What is wanted.
    pub flags: CursorFlags,
    /// NULL bitmap, types and values: nothing when the statement has no parameters.
    pub parameters: &'a [u8],
}

impl<'a> StmtExecute<'a> {
    /// Reads the payload up to its parameters.
    pub fn decode(payload: &'a [u8]) -> Result<Self, Malformed> {
        let mut cursor = open(payload, Command::StmtExecute)?;
        let statement_id = cursor.u32()?;
        let flags = CursorFlags::from_bits_retain(cursor.u8()?);
        // The number of iterations: always 1.
        cursor.u32()?;
        Ok(Self {
            statement_id,
            flags,
            parameters: cursor.rest(),
        })
    }

    /// Whether a resultset stays at the server until it is fetched.
    pub fn wants_cursor(&self) -> bool {
        self.flags
            .intersects(CursorFlags::READ_ONLY | CursorFlags::FOR_UPDATE)
    }
}

/// One execution for many rows of parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StmtBulkExecute<'a> {
    /// The statement, or [`LAST_PREPARED_ID`](super::LAST_PREPARED_ID).
    pub statement_id: u32,
    /// What is wanted.
    pub flags: BulkFlags,
    /// The parameters' types (with `SEND_TYPES`) and rows.
    pub rows: &'a [u8],
}

impl<'a> StmtBulkExecute<'a> {
    /// Reads the payload up to the types or rows.
    pub fn decode(payload: &'a [u8]) -> Result<Self, Malformed> {
        let mut cursor = open(payload, Command::StmtBulkExecute)?;
        let statement_id = cursor.u32()?;
        let flags = BulkFlags::from_bits_retain(cursor.u16()?);
        Ok(Self {
            statement_id,
            flags,
            rows: cursor.rest(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn executions_are_read_up_to_their_parameters() {
        let execute = StmtExecute::decode(b"\x17\x01\0\0\0\x01\x01\0\0\0abc").unwrap();
        assert!(execute.wants_cursor());
        assert_eq!((execute.statement_id, execute.parameters), (1, &b"abc"[..]));
        assert!(
            !StmtExecute::decode(b"\x17\x01\0\0\0\0\x01\0\0\0")
                .unwrap()
                .wants_cursor()
        );
        assert!(StmtExecute::decode(b"\x17\x01\0\0\0\0\x01\0\0").is_err());
    }

    #[test]
    fn bulk_executions_are_read_up_to_their_rows() {
        let bulk = StmtBulkExecute::decode(b"\xfa\x01\0\0\0\x80\0abc").unwrap();
        assert_eq!(
            (bulk.flags, bulk.rows),
            (BulkFlags::SEND_TYPES, &b"abc"[..])
        );
        assert!(StmtBulkExecute::decode(b"\xfa\x01\0\0\0\x80").is_err());
    }
}
