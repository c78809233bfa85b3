//! Takes what a target needs besides the bytes it attacks from their beginning.

use std::path::PathBuf;

use sluicegate_server::sql::{Dialect, Encoding, ServerVersion, SqlMode};
use sluicegate_server::wire::capabilities::Capabilities;
use sluicegate_server::wire::reply::{ColumnDefinition, ColumnFlags, ColumnType};

/// A file of this process, in memory where there is such a folder: it is written for every input.
pub fn file(name: &str) -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    let folder = if memory.is_dir() {
        memory
    } else {
        std::env::temp_dir()
    };
    folder.join(format!("sluicegate-{}-{name}", std::process::id()))
}

/// The first byte and the rest; 0 and nothing when there is none.
pub fn byte(data: &[u8]) -> (u8, &[u8]) {
    data.split_first()
        .map_or((0, data), |(first, rest)| (*first, rest))
}

/// Capabilities and the rest.
pub fn capabilities(data: &[u8]) -> (Capabilities, &[u8]) {
    let Some((head, rest)) = data.split_first_chunk::<8>() else {
        return (Capabilities::all(), data);
    };
    (
        Capabilities::from_bits_retain(u64::from_le_bytes(*head)),
        rest,
    )
}

/// A column of a type and nothing else of interest.
pub fn column(column_type: u8, is_unsigned: bool) -> ColumnDefinition {
    ColumnDefinition {
        schema: Vec::new(),
        table: Vec::new(),
        org_table: Vec::new(),
        name: Vec::new(),
        org_name: Vec::new(),
        extended: Vec::new(),
        collation: 63,
        max_len: 0,
        column_type: ColumnType::from_byte(column_type),
        flags: if is_unsigned {
            ColumnFlags::UNSIGNED
        } else {
            ColumnFlags::empty()
        },
        decimals: 0,
    }
}

/// One of the dialects of statements.
pub fn dialect(choice: u8) -> Dialect {
    let mut mode = SqlMode::empty();
    mode.set(SqlMode::ANSI_QUOTES, choice & 1 != 0);
    mode.set(SqlMode::NO_BACKSLASH_ESCAPES, choice & 2 != 0);
    let encoding = match choice >> 2 & 7 {
        1 => Encoding::Gbk,
        2 => Encoding::Big5,
        3 => Encoding::Sjis,
        4 => Encoding::SpaceA0,
        5 => Encoding::SpaceFf,
        _ => Encoding::Plain,
    };
    let server = match choice >> 5 & 3 {
        1 => ServerVersion::MariaDb(101_119),
        2 => ServerVersion::MySql(80_032),
        _ => ServerVersion::Unknown,
    };
    Dialect {
        mode,
        encoding,
        server,
    }
}
