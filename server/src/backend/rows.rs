//! Results in the text protocol, as the gateway's own queries get them.

use crate::wire::Malformed;
use crate::wire::cursor::Cursor;

/// The rows of a result; none for a statement that has no result.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Values in text form; `None` is NULL. Each row is as long as `columns`.
    pub rows: Vec<Vec<Option<Vec<u8>>>>,
}

impl Rows {
    /// The place of a column, whatever the case of its name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns
            .iter()
            .position(|column| column.eq_ignore_ascii_case(name))
    }

    /// The value of a column as text; `None` when there is no such column or row, or it is NULL.
    pub fn text(&self, row: usize, column: &str) -> Option<String> {
        let value = self.rows.get(row)?.get(self.column(column)?)?.as_deref()?;
        Some(String::from_utf8_lossy(value).into_owned())
    }
}

/// A whole result of its packets, of which the first announces the columns. For who attacks it.
///
/// # Errors
/// What is malformed, or missing.
pub fn result_of(packets: &[&[u8]]) -> Result<Rows, Malformed> {
    let mut packets = packets.iter();
    let mut next = || packets.next().ok_or(Malformed::new("result"));
    let count = decode_column_count(next()?)?;
    let mut rows = Rows::default();
    for _ in 0..count {
        rows.columns.push(decode_column_name(next()?)?);
    }
    while let Ok(packet) = next() {
        rows.rows.push(decode_row(packet, count)?);
    }
    Ok(rows)
}

/// How many columns the packet announces that begins a result.
pub(super) fn decode_column_count(payload: &[u8]) -> Result<usize, Malformed> {
    let mut cursor = Cursor::new(payload, "column count");
    let count = cursor.lenenc_int()?;
    cursor.finish()?;
    // The protocol's own limit for columns.
    usize::try_from(count)
        .ok()
        .filter(|count| *count <= 0xffff)
        .ok_or(Malformed::new("column count"))
}

/// The name in a column definition.
pub(super) fn decode_column_name(payload: &[u8]) -> Result<String, Malformed> {
    let mut cursor = Cursor::new(payload, "column definition");
    // catalog, schema, alias of the table, table
    for _ in 0..4 {
        cursor.lenenc_bytes()?;
    }
    Ok(String::from_utf8_lossy(cursor.lenenc_bytes()?).into_owned())
}

/// The values of a row.
pub(super) fn decode_row(
    payload: &[u8],
    columns: usize,
) -> Result<Vec<Option<Vec<u8>>>, Malformed> {
    let mut cursor = Cursor::new(payload, "text row");
    let row = (0..columns)
        .map(|_| Ok(cursor.lenenc_bytes_or_null()?.map(<[u8]>::to_vec)))
        .collect::<Result<_, _>>()?;
    cursor.finish()?;
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_holds_texts_and_nulls_and_nothing_else() {
        let expected = vec![Some(b"ab".to_vec()), None, Some(Vec::new())];
        assert_eq!(decode_row(b"\x02ab\xfb\x00", 3), Ok(expected));
        for broken in [&b"\x02ab\xfb"[..], b"\x02ab\xfb\x00\x00", b"\x05ab", b""] {
            assert_eq!(decode_row(broken, 3), Err(Malformed::new("text row")));
        }
    }

    #[test]
    fn columns_are_counted_and_named() {
        assert_eq!(decode_column_count(b"\x03"), Ok(3));
        assert!(decode_column_count(b"\xfd\x00\x00\x01").is_err());
        assert!(decode_column_count(b"\xfb").is_err());
        assert!(decode_column_count(b"\x03\x00").is_err());
        let name = decode_column_name(b"\x03def\x00\x00\x00\x04Host\x00\x0c");
        assert_eq!(name.as_deref(), Ok("Host"));
        assert!(decode_column_name(b"\x03def\x00\x00\x00\x05Host").is_err());
    }

    #[test]
    fn values_are_found_by_name() {
        let rows = Rows {
            columns: vec!["A".to_owned(), "B".to_owned()],
            rows: vec![vec![Some(b"1".to_vec()), None]],
        };
        assert_eq!(rows.text(0, "a").as_deref(), Some("1"));
        assert_eq!(rows.text(0, "b"), None);
        assert_eq!(rows.text(1, "a"), None);
        assert_eq!(rows.text(0, "c"), None);
    }
}
