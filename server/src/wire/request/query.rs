//! Statements as text (MariaDB documentation: "COM_QUERY"; MySQL documentation: "COM_QUERY" for
//! query attributes).

use super::open;
use crate::wire::Malformed;
use crate::wire::capabilities::Capabilities;
use crate::wire::command::Command;
use crate::wire::cursor::Cursor;
use crate::wire::reply::ColumnType;
use crate::wire::value::{BinaryValue, NullBitmap};

/// The request COM_QUERY.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query<'a> {
    /// One or more statements.
    pub sql: &'a [u8],
}

impl<'a> Query<'a> {
    /// Reads the payload of a client with `capabilities`. Query attributes are skipped.
    pub fn decode(payload: &'a [u8], capabilities: Capabilities) -> Result<Self, Malformed> {
        let mut cursor = open(payload, Command::Query)?;
        if capabilities.contains(Capabilities::QUERY_ATTRIBUTES) {
            skip_attributes(&mut cursor)?;
        }
        Ok(Self { sql: cursor.rest() })
    }
}

fn skip_attributes(cursor: &mut Cursor<'_>) -> Result<(), Malformed> {
    let count = cursor.lenenc_int()?;
    // The number of sets of attributes: always 1.
    cursor.lenenc_int()?;
    if count == 0 {
        return Ok(());
    }
    // Each has two bytes of type at least.
    let count = usize::try_from(count)
        .ok()
        .filter(|&count| count <= cursor.remaining());
    let count = count.ok_or(cursor.malformed())?;
    let nulls = NullBitmap::decode(cursor, count, 0)?;
    if cursor.u8()? != 1 {
        return Err(cursor.malformed());
    }
    let mut types = Vec::with_capacity(count);
    for _ in 0..count {
        types.push(ColumnType::from_byte(cursor.u8()?));
        cursor.u8()?;
        cursor.lenenc_bytes()?;
    }
    for (at, column_type) in types.into_iter().enumerate() {
        if !nulls.is_null(at) {
            BinaryValue::decode(cursor, column_type, false)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(payload: &[u8], sql: &[u8]) {
        assert_eq!(
            Query::decode(payload, Capabilities::QUERY_ATTRIBUTES),
            Ok(Query { sql })
        );
    }

    #[test]
    fn the_text_is_the_rest_of_the_packet() {
        let query = Query::decode(b"\x03SELECT 1", Capabilities::empty());
        assert_eq!(query, Ok(Query { sql: b"SELECT 1" }));
    }

    #[test]
    fn query_attributes_are_skipped() {
        check(b"\x03\x00\x01SELECT 1", b"SELECT 1");
        check(
            b"\x03\x02\x01\x02\x01\x08\0\x01a\xfd\0\x01b\x01\0\0\0\0\0\0\0SELECT 1",
            b"SELECT 1",
        );
    }

    #[test]
    fn lying_attributes_are_malformed() {
        for payload in [
            &b"\x03"[..],
            b"\x03\x01\x01",
            b"\x03\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00",
            b"\x03\x01\x01\x00\x00",
            b"\x03\x01\x01\x00\x01\x08\x00\x01a\x01",
        ] {
            let query = Query::decode(payload, Capabilities::QUERY_ATTRIBUTES);
            assert!(query.is_err(), "{payload:?}");
        }
    }
}
