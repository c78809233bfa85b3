//! What clients ask for, as far as a gateway must understand it (MariaDB documentation: "2 - Text
//! Protocol", "3 - Binary Protocol (Prepared Statements)").
//!
//! All take the whole payload of a request, its command byte included.

mod execute;
mod plain;
mod query;
mod statement;

pub use execute::{BulkFlags, CursorFlags, StmtBulkExecute, StmtExecute};
pub use plain::{FieldList, InitDb, ProcessKill, SetOption};
pub use query::Query;
pub use statement::{
    LAST_PREPARED_ID, StmtFetch, StmtSendLongData, set_statement_id, statement_id,
};

use super::Malformed;
use super::command::Command;
use super::cursor::Cursor;

/// A cursor behind the command byte, which must be that of `command`.
fn open(payload: &[u8], command: Command) -> Result<Cursor<'_>, Malformed> {
    let mut cursor = Cursor::new(payload, command.name());
    if cursor.u8()? == command as u8 {
        Ok(cursor)
    } else {
        Err(cursor.malformed())
    }
}
