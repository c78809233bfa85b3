//! Requests about a prepared statement.

use super::open;
use crate::wire::Malformed;
use crate::wire::command::Command;
use crate::wire::cursor::Cursor;

/// In a request: the statement prepared last on the connection (page "COM_STMT_EXECUTE"), so that
/// a client need not wait for the id.
pub const LAST_PREPARED_ID: u32 = 0xffff_ffff;

/// The statement a request is about; `None` when it is not about a prepared one.
///
/// COM_STMT_EXECUTE, COM_STMT_BULK_EXECUTE, COM_STMT_SEND_LONG_DATA, COM_STMT_CLOSE,
/// COM_STMT_RESET and COM_STMT_FETCH all have it behind the command byte.
pub fn statement_id(payload: &[u8]) -> Result<Option<u32>, Malformed> {
    let mut cursor = Cursor::new(payload, "statement id");
    if cursor.u8().is_ok_and(has_statement_id) {
        cursor.u32().map(Some)
    } else {
        Ok(None)
    }
}

/// Puts another statement id into a request; `false` when it has none.
pub fn set_statement_id(payload: &mut [u8], id: u32) -> bool {
    match payload {
        [command, a, b, c, d, ..] if has_statement_id(*command) => {
            [*a, *b, *c, *d] = id.to_le_bytes();
            true
        }
        _ => false,
    }
}

fn has_statement_id(byte: u8) -> bool {
    use Command::{
        StmtBulkExecute, StmtClose, StmtExecute, StmtFetch, StmtReset, StmtSendLongData,
    };
    [
        StmtExecute,
        StmtBulkExecute,
        StmtSendLongData,
        StmtClose,
        StmtReset,
        StmtFetch,
    ]
    .iter()
    .any(|&command| command as u8 == byte)
}

/// Rows of an open cursor (page "COM_STMT_FETCH").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StmtFetch {
    /// The statement whose cursor it is.
    pub statement_id: u32,
    /// How many rows at most.
    pub rows: u32,
}

impl StmtFetch {
    /// Reads the payload.
    pub fn decode(payload: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = open(payload, Command::StmtFetch)?;
        Ok(Self {
            statement_id: cursor.u32()?,
            rows: cursor.u32()?,
        })
    }
}

/// A piece of a parameter's value (page "COM_STMT_SEND_LONG_DATA"). It has no reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StmtSendLongData<'a> {
    /// The statement.
    pub statement_id: u32,
    /// The parameter, counted from 0.
    pub parameter: u16,
    /// The piece.
    pub data: &'a [u8],
}

impl<'a> StmtSendLongData<'a> {
    /// Reads the payload.
    pub fn decode(payload: &'a [u8]) -> Result<Self, Malformed> {
        let mut cursor = open(payload, Command::StmtSendLongData)?;
        Ok(Self {
            statement_id: cursor.u32()?,
            parameter: cursor.u16()?,
            data: cursor.rest(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statement_id_is_found_and_can_be_changed() {
        for command in [0x17, 0x18, 0x19, 0x1a, 0x1c, 0xfa] {
            let mut payload = [command, 7, 0, 0, 1, 99];
            assert_eq!(statement_id(&payload), Ok(Some(0x0100_0007)));
            assert!(set_statement_id(&mut payload, LAST_PREPARED_ID));
            assert_eq!(payload, [command, 255, 255, 255, 255, 99]);
            assert!(statement_id(&payload[..4]).is_err());
            assert!(!set_statement_id(&mut payload[..4], 1));
        }
        let mut query = *b"\x03SELECT 1";
        assert_eq!(statement_id(&query), Ok(None));
        assert!(!set_statement_id(&mut query, 1));
        assert_eq!(statement_id(b""), Ok(None));
    }

    #[test]
    fn fetches_and_long_data_are_read() {
        let fetch = StmtFetch {
            statement_id: 1,
            rows: 500,
        };
        assert_eq!(StmtFetch::decode(b"\x1c\x01\0\0\0\xf4\x01\0\0"), Ok(fetch));
        assert!(StmtFetch::decode(b"\x1c\x01\0\0\0\xf4\x01\0").is_err());
        let long = StmtSendLongData {
            statement_id: 1,
            parameter: 2,
            data: b"abc",
        };
        assert_eq!(
            StmtSendLongData::decode(b"\x18\x01\0\0\0\x02\0abc"),
            Ok(long)
        );
        assert!(StmtSendLongData::decode(b"\x18\x01\0\0\0\x02").is_err());
    }
}
