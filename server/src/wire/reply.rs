//! What servers answer (MariaDB documentation: "4 - Server Response Packets").

mod eof;
mod err;
mod ok;
mod state_change;

pub use eof::EofPacket;
pub use err::ErrPacket;
pub use ok::OkPacket;
pub use state_change::StateChange;
pub(super) use state_change::find_schema;

/// First byte of an OK packet.
pub const OK_HEADER: u8 = 0x00;
/// First byte of an EOF packet, and of the OK packet that ends rows under `DEPRECATE_EOF`.
pub const EOF_HEADER: u8 = 0xfe;
/// First byte of an ERR packet.
pub const ERR_HEADER: u8 = 0xff;
/// An EOF packet is shorter than this; anything longer that begins so is a row.
pub(super) const EOF_LEN_MAX: usize = 9;
