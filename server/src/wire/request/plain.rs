//! Requests with one or two plain fields.

use super::open;
use crate::wire::Malformed;
use crate::wire::command::Command;

/// A new default database (page "COM_INIT_DB").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InitDb<'a> {
    /// Its name.
    pub database: &'a [u8],
}

impl<'a> InitDb<'a> {
    /// Reads the payload.
    pub fn decode(payload: &'a [u8]) -> Result<Self, Malformed> {
        let database = open(payload, Command::InitDb)?.rest();
        // Servers take a name that ends with a NUL for the name before it.
        Ok(Self {
            database: database.strip_suffix(b"\0").unwrap_or(database),
        })
    }
}

/// The end of another connection (page "COM_PROCESS_KILL").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProcessKill {
    /// The connection's id.
    pub connection_id: u32,
}

impl ProcessKill {
    /// Reads the payload.
    pub fn decode(payload: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = open(payload, Command::ProcessKill)?;
        Ok(Self {
            connection_id: cursor.u32()?,
        })
    }
}

/// Several statements in one COM_QUERY on or off (page "COM_SET_OPTION").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetOption {
    /// Whether they are on from now on.
    pub multi_statements: bool,
}

impl SetOption {
    /// Reads the payload; options other than the two are malformed.
    pub fn decode(payload: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = open(payload, Command::SetOption)?;
        match cursor.u16()? {
            0 => Ok(Self {
                multi_statements: true,
            }),
            1 => Ok(Self {
                multi_statements: false,
            }),
            _ => Err(cursor.malformed()),
        }
    }
}

/// The columns of a table (page "COM_FIELD_LIST").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldList<'a> {
    /// The table.
    pub table: &'a [u8],
    /// Pattern of the columns' names; empty for all.
    pub wildcard: &'a [u8],
}

impl<'a> FieldList<'a> {
    /// Reads the payload.
    pub fn decode(payload: &'a [u8]) -> Result<Self, Malformed> {
        let mut cursor = open(payload, Command::FieldList)?;
        let table = cursor.nul_bytes()?;
        Ok(Self {
            table,
            wildcard: cursor.rest(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_fields_are_read() {
        assert_eq!(
            InitDb::decode(b"\x02shop"),
            Ok(InitDb { database: b"shop" })
        );
        assert_eq!(
            InitDb::decode(b"\x02shop\0"),
            Ok(InitDb { database: b"shop" })
        );
        assert_eq!(
            ProcessKill::decode(b"\x0c\x07\0\0\x01"),
            Ok(ProcessKill {
                connection_id: 0x0100_0007
            })
        );
        assert_eq!(
            SetOption::decode(b"\x1b\0\0"),
            Ok(SetOption {
                multi_statements: true
            })
        );
        assert_eq!(
            SetOption::decode(b"\x1b\x01\0"),
            Ok(SetOption {
                multi_statements: false
            })
        );
        let fields = FieldList {
            table: b"t",
            wildcard: b"a%",
        };
        assert_eq!(FieldList::decode(b"\x04t\0a%"), Ok(fields));
    }

    #[test]
    fn another_command_or_a_cut_field_is_malformed() {
        assert_eq!(
            InitDb::decode(b"\x03shop"),
            Err(Malformed::new("COM_INIT_DB"))
        );
        assert!(InitDb::decode(b"").is_err());
        assert!(ProcessKill::decode(b"\x0c\x07\0\0").is_err());
        assert!(SetOption::decode(b"\x1b\x02\0").is_err());
        assert!(FieldList::decode(b"\x04t").is_err());
    }
}
