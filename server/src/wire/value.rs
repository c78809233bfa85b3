//! Values of the binary protocol, in rows and in parameters (MariaDB documentation: "Result Set
//! Packets", *Binary Resultset Row*; "COM_STMT_EXECUTE").

mod moment;
mod null_bitmap;

pub use moment::{DateTime, TimeSpan};
pub use null_bitmap::NullBitmap;

use super::Malformed;
use super::cursor::{Cursor, put_lenenc_bytes, put_u16, put_u32, put_u64};
use super::reply::ColumnType;

/// One value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum BinaryValue<'a> {
    /// NULL; it has no bytes, only a bit in the bitmap before the values.
    Null,
    /// TINY, SHORT, INT24, LONG, LONGLONG, YEAR.
    Signed(i64),
    /// The same, unsigned.
    Unsigned(u64),
    /// FLOAT.
    Float(f32),
    /// DOUBLE.
    Double(f64),
    /// DATE, DATETIME, TIMESTAMP.
    DateTime(DateTime),
    /// TIME.
    Time(TimeSpan),
    /// Everything else: strings, blobs, decimals, bits, JSON.
    Bytes(&'a [u8]),
}

impl<'a> BinaryValue<'a> {
    /// Reads a value that is not NULL by the bitmap.
    pub fn decode(
        cursor: &mut Cursor<'a>,
        column_type: ColumnType,
        is_unsigned: bool,
    ) -> Result<Self, Malformed> {
        Ok(match column_type {
            ColumnType::Null => Self::Null,
            ColumnType::Float => Self::Float(f32::from_le_bytes(cursor.array()?)),
            ColumnType::Double => Self::Double(f64::from_le_bytes(cursor.array()?)),
            ColumnType::Date | ColumnType::DateTime | ColumnType::Timestamp => {
                Self::DateTime(DateTime::decode(cursor)?)
            }
            ColumnType::Time => Self::Time(TimeSpan::decode(cursor)?),
            _ => match int_len(column_type) {
                Some(len) => decode_int(cursor.bytes(len)?, is_unsigned),
                None => Self::Bytes(cursor.lenenc_bytes()?),
            },
        })
    }

    /// Writes the value in the form of `column_type`.
    ///
    /// A value that has not this form is written as the type's zero or empty value, so that the
    /// values behind it stay where they belong.
    pub fn encode(&self, column_type: ColumnType, out: &mut Vec<u8>) {
        if matches!(self, Self::Null) {
            return;
        }
        match column_type {
            ColumnType::Null => {}
            ColumnType::Float => put_u32(out, self.float().to_bits()),
            ColumnType::Double => put_u64(out, self.double().to_bits()),
            ColumnType::Date | ColumnType::DateTime | ColumnType::Timestamp => {
                let moment = if let Self::DateTime(moment) = *self {
                    moment
                } else {
                    <_>::default()
                };
                moment.encode(out);
            }
            ColumnType::Time => {
                let span = if let Self::Time(span) = *self {
                    span
                } else {
                    <_>::default()
                };
                span.encode(out);
            }
            _ => match int_len(column_type) {
                Some(1) => out.push(self.bits() as u8),
                Some(2) => put_u16(out, self.bits() as u16),
                Some(4) => put_u32(out, self.bits() as u32),
                Some(_) => put_u64(out, self.bits()),
                None => {
                    put_lenenc_bytes(
                        out,
                        if let Self::Bytes(bytes) = self {
                            bytes
                        } else {
                            b""
                        },
                    );
                }
            },
        }
    }

    fn bits(&self) -> u64 {
        match *self {
            Self::Signed(value) => value.cast_unsigned(),
            Self::Unsigned(value) => value,
            _ => 0,
        }
    }

    fn float(&self) -> f32 {
        if let Self::Float(value) = *self {
            value
        } else {
            0.0
        }
    }

    fn double(&self) -> f64 {
        if let Self::Double(value) = *self {
            value
        } else {
            0.0
        }
    }
}

const fn int_len(column_type: ColumnType) -> Option<usize> {
    match column_type {
        ColumnType::Tiny => Some(1),
        ColumnType::Short | ColumnType::Year => Some(2),
        ColumnType::Long | ColumnType::Int24 => Some(4),
        ColumnType::LongLong => Some(8),
        _ => None,
    }
}

fn decode_int<'a>(bytes: &[u8], is_unsigned: bool) -> BinaryValue<'a> {
    let bits = bytes
        .iter()
        .rev()
        .fold(0_u64, |bits, &byte| bits << 8 | u64::from(byte));
    if is_unsigned {
        return BinaryValue::Unsigned(bits);
    }
    // Shifted up and down again, the highest bit of the value becomes its sign.
    let unused = 64 - 8 * bytes.len() as u32;
    BinaryValue::Signed(
        bits.unbounded_shl(unused)
            .cast_signed()
            .unbounded_shr(unused),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(column_type: ColumnType, is_unsigned: bool, bytes: &[u8], expected: BinaryValue<'_>) {
        let mut cursor = Cursor::new(bytes, "value");
        let value = BinaryValue::decode(&mut cursor, column_type, is_unsigned).unwrap();
        assert_eq!(value, expected);
        assert!(cursor.is_empty());
        let mut out = Vec::new();
        value.encode(column_type, &mut out);
        assert_eq!(out, bytes);
    }

    #[test]
    fn integers_have_the_sign_their_column_says() {
        check(ColumnType::Tiny, false, &[0xff], BinaryValue::Signed(-1));
        check(ColumnType::Tiny, true, &[0xff], BinaryValue::Unsigned(255));
        check(
            ColumnType::Year,
            true,
            &[0xea, 0x07],
            BinaryValue::Unsigned(2026),
        );
        check(
            ColumnType::Int24,
            false,
            &[0xff, 0xff, 0xff, 0xff],
            BinaryValue::Signed(-1),
        );
        check(
            ColumnType::LongLong,
            false,
            &[0xfe; 8],
            BinaryValue::Signed(-0x0101_0101_0101_0102),
        );
        check(
            ColumnType::LongLong,
            true,
            &[0xff; 8],
            BinaryValue::Unsigned(u64::MAX),
        );
    }

    #[test]
    fn everything_unknown_is_a_string() {
        check(
            ColumnType::NewDecimal,
            false,
            b"\x041.50",
            BinaryValue::Bytes(b"1.50"),
        );
        check(
            ColumnType::Other(99),
            false,
            b"\x01x",
            BinaryValue::Bytes(b"x"),
        );
        check(ColumnType::Null, false, b"", BinaryValue::Null);
    }

    #[test]
    fn a_value_of_the_wrong_form_keeps_the_others_in_place() {
        let bytes = BinaryValue::Bytes(b"abc");
        for (column_type, len) in [
            (ColumnType::Long, 4),
            (ColumnType::Double, 8),
            (ColumnType::Date, 1),
        ] {
            let mut out = Vec::new();
            bytes.encode(column_type, &mut out);
            assert_eq!(out, vec![0; len]);
        }
    }
}
