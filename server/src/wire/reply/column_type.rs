//! Types of columns and parameters (MariaDB documentation: "Result Set Packets", *Field Types*).

/// A type, as column definitions and statement parameters name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    missing_docs,
    reason = "the names are the documented ones without their MYSQL_TYPE_"
)]
pub enum ColumnType {
    Decimal,
    Tiny,
    Short,
    Long,
    Float,
    Double,
    Null,
    Timestamp,
    LongLong,
    Int24,
    Date,
    Time,
    DateTime,
    Year,
    NewDate,
    VarChar,
    Bit,
    Timestamp2,
    DateTime2,
    Time2,
    Json,
    NewDecimal,
    Enum,
    Set,
    TinyBlob,
    MediumBlob,
    LongBlob,
    Blob,
    VarString,
    String,
    Geometry,
    /// A type this gateway does not know; its values are taken for strings.
    Other(u8),
}

const BY_BYTE: [(u8, ColumnType); 31] = [
    (0, ColumnType::Decimal),
    (1, ColumnType::Tiny),
    (2, ColumnType::Short),
    (3, ColumnType::Long),
    (4, ColumnType::Float),
    (5, ColumnType::Double),
    (6, ColumnType::Null),
    (7, ColumnType::Timestamp),
    (8, ColumnType::LongLong),
    (9, ColumnType::Int24),
    (10, ColumnType::Date),
    (11, ColumnType::Time),
    (12, ColumnType::DateTime),
    (13, ColumnType::Year),
    (14, ColumnType::NewDate),
    (15, ColumnType::VarChar),
    (16, ColumnType::Bit),
    (17, ColumnType::Timestamp2),
    (18, ColumnType::DateTime2),
    (19, ColumnType::Time2),
    (245, ColumnType::Json),
    (246, ColumnType::NewDecimal),
    (247, ColumnType::Enum),
    (248, ColumnType::Set),
    (249, ColumnType::TinyBlob),
    (250, ColumnType::MediumBlob),
    (251, ColumnType::LongBlob),
    (252, ColumnType::Blob),
    (253, ColumnType::VarString),
    (254, ColumnType::String),
    (255, ColumnType::Geometry),
];

impl ColumnType {
    /// The type of a byte of the wire.
    pub fn from_byte(byte: u8) -> Self {
        let known = BY_BYTE.iter().find(|(known, _)| *known == byte);
        known.map_or(Self::Other(byte), |&(_, column_type)| column_type)
    }

    /// The byte of the wire.
    pub fn byte(self) -> u8 {
        match self {
            Self::Other(byte) => byte,
            known => BY_BYTE
                .iter()
                .find(|(_, it)| *it == known)
                .map_or(0, |&(byte, _)| byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_a_type_and_every_type_its_byte() {
        for byte in 0..=255 {
            assert_eq!(ColumnType::from_byte(byte).byte(), byte);
        }
        assert_eq!(ColumnType::from_byte(20), ColumnType::Other(20));
    }
}
