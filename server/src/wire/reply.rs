//! What servers answer (MariaDB documentation: "4 - Server Response Packets").

mod binary_row;
mod column;
mod column_type;
mod eof;
mod err;
mod err_kinds;
mod ok;
mod state_change;
mod text_row;

pub use binary_row::BinaryRow;
pub use column::{ColumnDefinition, ColumnFlags};
pub use column_type::ColumnType;
pub use eof::EofPacket;
pub use err::ErrPacket;
pub use ok::OkPacket;
pub use state_change::StateChange;
pub(super) use state_change::follow_changes;
pub use text_row::TextRow;

/// First byte of an OK packet.
pub const OK_HEADER: u8 = 0x00;
/// First byte of an EOF packet, and of the OK packet that ends rows under `DEPRECATE_EOF`.
pub const EOF_HEADER: u8 = 0xfe;
/// First byte of an ERR packet.
pub const ERR_HEADER: u8 = 0xff;
/// An EOF packet is shorter than this; anything longer that begins so is a row.
pub(super) const EOF_LEN_MAX: usize = 9;
