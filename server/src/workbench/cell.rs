//! Values of rows: numbers as such, everything else as text.

use crate::wire::reply::{ColumnDefinition, ColumnFlags, ColumnType};

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// NULL.
    Null,
    /// A whole number.
    Signed(i64),
    /// A whole number of an unsigned column, or the bits of a BIT.
    Unsigned(u64),
    /// FLOAT and DOUBLE.
    Float(f64),
    /// Everything else as the server writes it: a DECIMAL keeps all its digits. Bytes that are no text
    /// are `0x` and their digits.
    Text(String),
}

/// The value of a column as the text protocol has it.
pub(super) fn cell(column: &ColumnDefinition, value: Option<&[u8]>) -> Cell {
    let Some(value) = value else {
        return Cell::Null;
    };
    number(column, value).unwrap_or_else(|| Cell::Text(text(value)))
}

/// How much a value takes at most, before it is made.
pub(super) fn weight(value: Option<&[u8]>) -> usize {
    let text = value.map_or(0, |value| match std::str::from_utf8(value) {
        Ok(text) => text.len(),
        Err(_) => digits_len(value),
    });
    size_of::<Cell>() + text
}

fn digits_len(value: &[u8]) -> usize {
    2 + 2 * value.len()
}

/// `None`: it is no number of the column's type.
fn number(column: &ColumnDefinition, value: &[u8]) -> Option<Cell> {
    use ColumnType::{Bit, Double, Float, Int24, Long, LongLong, Short, Tiny, Year};
    let written = || std::str::from_utf8(value).ok();
    match column.column_type {
        Tiny | Short | Int24 | Long | LongLong | Year => {
            if column.flags.contains(ColumnFlags::UNSIGNED) {
                written()?.parse().ok().map(Cell::Unsigned)
            } else {
                written()?.parse().ok().map(Cell::Signed)
            }
        }
        Float | Double => {
            let number: f64 = written()?.parse().ok()?;
            number.is_finite().then_some(Cell::Float(number))
        }
        Bit if value.len() <= 8 => {
            let shifted = |bits: u64, &byte: &u8| bits << 8 | u64::from(byte);
            Some(Cell::Unsigned(value.iter().fold(0, shifted)))
        }
        _ => None,
    }
}

fn text(value: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(value) {
        return text.to_owned();
    }
    let mut digits = String::with_capacity(digits_len(value));
    digits.push_str("0x");
    let digit = |half: u8| char::from(if half < 10 { b'0' } else { b'A' - 10 } + half);
    for byte in value {
        digits.extend([digit(byte >> 4), digit(byte & 0xf)]);
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(column_type: ColumnType, flags: ColumnFlags) -> ColumnDefinition {
        ColumnDefinition {
            schema: Vec::new(),
            table: Vec::new(),
            org_table: Vec::new(),
            name: b"c".to_vec(),
            org_name: Vec::new(),
            extended: Vec::new(),
            collation: 45,
            max_len: 0,
            column_type,
            flags,
            decimals: 0,
        }
    }

    #[test]
    fn numbers_are_numbers_and_everything_else_is_text() {
        let check = |column_type, flags, value: &[u8], expected| {
            let found = cell(&column(column_type, flags), Some(value));
            assert_eq!(found, expected, "{column_type:?}");
        };
        let (signed, unsigned) = (ColumnFlags::empty(), ColumnFlags::UNSIGNED);
        let text = |text: &str| Cell::Text(text.to_owned());
        check(ColumnType::Tiny, signed, b"-1", Cell::Signed(-1));
        check(ColumnType::Long, unsigned, b"0007", Cell::Unsigned(7));
        check(
            ColumnType::LongLong,
            unsigned,
            b"18446744073709551615",
            Cell::Unsigned(u64::MAX),
        );
        check(ColumnType::Year, unsigned, b"2026", Cell::Unsigned(2026));
        check(ColumnType::Float, signed, b"1.5", Cell::Float(1.5));
        check(ColumnType::Double, signed, b"-1e300", Cell::Float(-1e300));
        check(ColumnType::NewDecimal, signed, b"1.10", text("1.10"));
        check(ColumnType::Bit, unsigned, b"\x01\x00", Cell::Unsigned(256));
        check(
            ColumnType::DateTime,
            signed,
            b"2026-11-24 00:00:00",
            text("2026-11-24 00:00:00"),
        );
        check(ColumnType::VarString, signed, b"12", text("12"));
        check(
            ColumnType::Blob,
            signed,
            "\u{e4}".as_bytes(),
            text("\u{e4}"),
        );
        check(ColumnType::Blob, signed, b"\x00\xff", text("0x00FF"));
        check(ColumnType::Blob, signed, b"\x9a\xf0", text("0x9AF0"));
        check(ColumnType::Blob, signed, b"", text(""));
        // What a server says against its own type is shown all the same.
        check(ColumnType::Long, signed, b"many", text("many"));
        check(ColumnType::Double, signed, b"inf", text("inf"));
        assert_eq!(weight(Some(b"\xf0")), size_of::<Cell>() + "0xF0".len());
        let null = cell(&column(ColumnType::Long, signed), None);
        assert_eq!(null, Cell::Null);
    }
}
