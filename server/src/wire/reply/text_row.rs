//! Rows of the text protocol (MariaDB documentation: "Result Set Packets", *Text Resultset Row*).

use crate::wire::Malformed;
use crate::wire::cursor::{Cursor, LENENC_NULL, put_lenenc_bytes};

/// A row as COM_QUERY returns it: every value as text, or NULL.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TextRow<'a> {
    /// The values, one for each column.
    pub values: Vec<Option<&'a [u8]>>,
}

impl<'a> TextRow<'a> {
    /// Reads the payload of a row of `columns` columns.
    pub fn decode(payload: &'a [u8], columns: usize) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(payload, "text row");
        let values = (0..columns)
            .map(|_| cursor.lenenc_bytes_or_null())
            .collect::<Result<_, _>>()?;
        cursor.finish()?;
        Ok(Self { values })
    }

    /// Writes the payload.
    pub fn encode(&self, out: &mut Vec<u8>) {
        for value in &self.values {
            match value {
                Some(text) => put_lenenc_bytes(out, text),
                None => out.push(LENENC_NULL),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_survives_encoding() {
        let long = vec![b'x'; 300];
        let row = TextRow {
            values: vec![Some(b"1"), None, Some(b""), Some(&long)],
        };
        let mut out = Vec::new();
        row.encode(&mut out);
        assert_eq!(TextRow::decode(&out, 4), Ok(row));
        assert!(TextRow::decode(&out, 3).is_err());
        assert!(TextRow::decode(&out, 5).is_err());
    }
}
