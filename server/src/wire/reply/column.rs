//! Column definitions (MariaDB documentation: "Result Set Packets", *Column Definition Packet*).

use super::ColumnType;
use crate::wire::Malformed;
use crate::wire::capabilities::Capabilities;
use crate::wire::cursor::{Cursor, put_lenenc_bytes, put_lenenc_int, put_u16, put_u32};

bitflags::bitflags! {
    /// What is known of a column.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct ColumnFlags: u16 {
        /// No NULL.
        const NOT_NULL = 1;
        /// Part of the primary key.
        const PRIMARY_KEY = 1 << 1;
        /// Part of a unique key.
        const UNIQUE_KEY = 1 << 2;
        /// Part of a key that is not unique.
        const MULTIPLE_KEY = 1 << 3;
        /// A BLOB or TEXT.
        const BLOB = 1 << 4;
        /// Unsigned.
        const UNSIGNED = 1 << 5;
        /// Filled with zeros.
        const ZEROFILL = 1 << 6;
        /// Compared byte by byte.
        const BINARY = 1 << 7;
        /// An ENUM.
        const ENUM = 1 << 8;
        /// AUTO_INCREMENT.
        const AUTO_INCREMENT = 1 << 9;
        /// A TIMESTAMP.
        const TIMESTAMP = 1 << 10;
        /// A SET.
        const SET = 1 << 11;
        /// No default value.
        const NO_DEFAULT_VALUE = 1 << 12;
        /// Set to the time of an update.
        const ON_UPDATE_NOW = 1 << 13;
        /// A number.
        const NUM = 1 << 15;
    }
}

const CATALOG: &[u8] = b"def";
const FIXED_LEN: u64 = 12;

/// One column of a resultset, or one parameter of a prepared statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnDefinition {
    /// Database.
    pub schema: Vec<u8>,
    /// Table, by the name the statement gives it.
    pub table: Vec<u8>,
    /// Table, by its own name.
    pub org_table: Vec<u8>,
    /// Column, by the name the statement gives it.
    pub name: Vec<u8>,
    /// Column, by its own name.
    pub org_name: Vec<u8>,
    /// Extended type information, kind and value (`EXTENDED_METADATA`), e.g. (0, `uuid`).
    pub extended: Vec<(u8, Vec<u8>)>,
    /// Collation; 63 for bytes.
    pub collation: u16,
    /// Greatest length of a value for display.
    pub max_len: u32,
    /// Type.
    pub column_type: ColumnType,
    /// What else is known.
    pub flags: ColumnFlags,
    /// Digits behind the decimal point.
    pub decimals: u8,
}

impl ColumnDefinition {
    /// Reads the payload of a server with which `capabilities` were agreed.
    ///
    /// The default value that COM_FIELD_LIST appends is skipped.
    pub fn decode(payload: &[u8], capabilities: Capabilities) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(payload, "column definition");
        cursor.lenenc_bytes()?;
        let schema = cursor.lenenc_bytes()?.to_vec();
        let table = cursor.lenenc_bytes()?.to_vec();
        let org_table = cursor.lenenc_bytes()?.to_vec();
        let name = cursor.lenenc_bytes()?.to_vec();
        let org_name = cursor.lenenc_bytes()?.to_vec();
        let extended = if capabilities.contains(Capabilities::EXTENDED_METADATA) {
            decode_extended(cursor.lenenc_bytes()?)?
        } else {
            Vec::new()
        };
        if cursor.lenenc_int()? != FIXED_LEN {
            return Err(cursor.malformed());
        }
        let definition = Self {
            schema,
            table,
            org_table,
            name,
            org_name,
            extended,
            collation: cursor.u16()?,
            max_len: cursor.u32()?,
            column_type: ColumnType::from_byte(cursor.u8()?),
            flags: ColumnFlags::from_bits_retain(cursor.u16()?),
            decimals: cursor.u8()?,
        };
        cursor.u16()?;
        if !cursor.is_empty() {
            cursor.lenenc_bytes_or_null()?;
        }
        cursor.finish()?;
        Ok(definition)
    }

    /// Writes the payload for a client with `capabilities`.
    pub fn encode(&self, capabilities: Capabilities, out: &mut Vec<u8>) {
        for name in [
            CATALOG,
            &self.schema,
            &self.table,
            &self.org_table,
            &self.name,
            &self.org_name,
        ] {
            put_lenenc_bytes(out, name);
        }
        if capabilities.contains(Capabilities::EXTENDED_METADATA) {
            let mut extended = Vec::new();
            for (kind, value) in &self.extended {
                extended.push(*kind);
                put_lenenc_bytes(&mut extended, value);
            }
            put_lenenc_bytes(out, &extended);
        }
        put_lenenc_int(out, FIXED_LEN);
        put_u16(out, self.collation);
        put_u32(out, self.max_len);
        out.push(self.column_type.byte());
        put_u16(out, self.flags.bits());
        out.push(self.decimals);
        put_u16(out, 0);
    }
}

fn decode_extended(bytes: &[u8]) -> Result<Vec<(u8, Vec<u8>)>, Malformed> {
    let mut cursor = Cursor::new(bytes, "extended metadata");
    let mut extended = Vec::new();
    while !cursor.is_empty() {
        let kind = cursor.u8()?;
        extended.push((kind, cursor.lenenc_bytes()?.to_vec()));
    }
    Ok(extended)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::cursor::LENENC_NULL;

    fn definition() -> ColumnDefinition {
        ColumnDefinition {
            schema: b"shop".to_vec(),
            table: b"o".to_vec(),
            org_table: b"orders".to_vec(),
            name: b"n".to_vec(),
            org_name: b"number".to_vec(),
            extended: Vec::new(),
            collation: 63,
            max_len: 11,
            column_type: ColumnType::Long,
            flags: ColumnFlags::NOT_NULL | ColumnFlags::UNSIGNED,
            decimals: 0,
        }
    }

    #[test]
    fn it_survives_encoding_with_and_without_extended_metadata() {
        let plain = definition();
        let uuid = ColumnDefinition {
            extended: vec![(0, b"uuid".to_vec())],
            ..plain.clone()
        };
        for (definition, capabilities) in [
            (&plain, Capabilities::empty()),
            (&plain, Capabilities::EXTENDED_METADATA),
            (&uuid, Capabilities::EXTENDED_METADATA),
        ] {
            let mut out = Vec::new();
            definition.encode(capabilities, &mut out);
            assert_eq!(
                ColumnDefinition::decode(&out, capabilities).as_ref(),
                Ok(definition)
            );
            for len in 0..out.len() {
                assert!(
                    ColumnDefinition::decode(&out[..len], capabilities).is_err(),
                    "{len}"
                );
            }
        }
    }

    #[test]
    fn the_default_value_of_a_field_list_is_skipped() {
        for default in [&[LENENC_NULL][..], b"\x011"] {
            let mut out = Vec::new();
            definition().encode(Capabilities::empty(), &mut out);
            out.extend_from_slice(default);
            assert_eq!(
                ColumnDefinition::decode(&out, Capabilities::empty()),
                Ok(definition())
            );
        }
    }
}
