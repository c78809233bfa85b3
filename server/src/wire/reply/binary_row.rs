//! Rows of the binary protocol (MariaDB documentation: "Result Set Packets", *Binary Resultset
//! Row*).

use super::{ColumnDefinition, ColumnFlags, OK_HEADER};
use crate::wire::Malformed;
use crate::wire::cursor::Cursor;
use crate::wire::value::{BinaryValue, NullBitmap};

/// The bitmap of a row leaves its first two bits out.
const BITMAP_OFFSET: usize = 2;

/// A row as COM_STMT_EXECUTE and COM_STMT_FETCH return it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BinaryRow<'a> {
    /// The values, one for each column.
    pub values: Vec<BinaryValue<'a>>,
}

impl<'a> BinaryRow<'a> {
    /// Reads the payload of a row of `columns`.
    pub fn decode(payload: &'a [u8], columns: &[ColumnDefinition]) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(payload, "binary row");
        if cursor.u8()? != OK_HEADER {
            return Err(cursor.malformed());
        }
        let nulls = NullBitmap::decode(&mut cursor, columns.len(), BITMAP_OFFSET)?;
        let mut values = Vec::with_capacity(columns.len());
        for (at, column) in columns.iter().enumerate() {
            values.push(if nulls.is_null(at) {
                BinaryValue::Null
            } else {
                let is_unsigned = column.flags.contains(ColumnFlags::UNSIGNED);
                BinaryValue::decode(&mut cursor, column.column_type, is_unsigned)?
            });
        }
        cursor.finish()?;
        Ok(Self { values })
    }

    /// Writes the payload of a row of `columns`; a value that is missing is NULL.
    pub fn encode(&self, columns: &[ColumnDefinition], out: &mut Vec<u8>) {
        let values = || {
            columns
                .iter()
                .zip(self.values.iter().chain(std::iter::repeat(&NULL)))
        };
        out.push(OK_HEADER);
        NullBitmap::encode(
            values().map(|(_, value)| *value == NULL),
            BITMAP_OFFSET,
            out,
        );
        for (column, value) in values() {
            value.encode(column.column_type, out);
        }
    }
}

const NULL: BinaryValue<'static> = BinaryValue::Null;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::reply::ColumnType;
    use crate::wire::value::{DateTime, TimeSpan};

    fn column(column_type: ColumnType, flags: ColumnFlags) -> ColumnDefinition {
        ColumnDefinition {
            schema: Vec::new(),
            table: Vec::new(),
            org_table: Vec::new(),
            name: Vec::new(),
            org_name: Vec::new(),
            extended: Vec::new(),
            collation: 63,
            max_len: 0,
            column_type,
            flags,
            decimals: 0,
        }
    }

    #[test]
    fn values_of_every_form_survive_encoding() {
        let signed = ColumnFlags::empty();
        let moment = DateTime {
            year: 2026,
            month: 11,
            day: 24,
            ..DateTime::default()
        };
        let span = TimeSpan {
            is_negative: true,
            days: 1,
            micros: 5,
            ..TimeSpan::default()
        };
        let (columns, values): (Vec<_>, Vec<_>) = [
            (column(ColumnType::Tiny, signed), BinaryValue::Signed(-1)),
            (
                column(ColumnType::Short, ColumnFlags::UNSIGNED),
                BinaryValue::Unsigned(65_535),
            ),
            (
                column(ColumnType::Int24, signed),
                BinaryValue::Signed(-70_000),
            ),
            (column(ColumnType::VarString, signed), BinaryValue::Null),
            (
                column(ColumnType::LongLong, ColumnFlags::UNSIGNED),
                BinaryValue::Unsigned(u64::MAX),
            ),
            (column(ColumnType::Float, signed), BinaryValue::Float(1.5)),
            (
                column(ColumnType::Double, signed),
                BinaryValue::Double(-2.5),
            ),
            (
                column(ColumnType::Blob, signed),
                BinaryValue::Bytes(b"\0\xff"),
            ),
            (
                column(ColumnType::Date, signed),
                BinaryValue::DateTime(moment),
            ),
            (column(ColumnType::Time, signed), BinaryValue::Time(span)),
            (
                column(ColumnType::Other(20), signed),
                BinaryValue::Bytes(b"?"),
            ),
        ]
        .into_iter()
        .unzip();
        let row = BinaryRow { values };
        let mut out = Vec::new();
        row.encode(&columns, &mut out);
        assert_eq!(BinaryRow::decode(&out, &columns), Ok(row));
        for len in 0..out.len() {
            assert!(BinaryRow::decode(&out[..len], &columns).is_err());
        }
    }

    #[test]
    fn missing_values_are_null() {
        let columns = [column(ColumnType::Tiny, ColumnFlags::empty())];
        let mut out = Vec::new();
        BinaryRow::default().encode(&columns, &mut out);
        assert_eq!(out, [0, 0b100]);
    }
}
