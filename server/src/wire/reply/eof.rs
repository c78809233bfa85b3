//! EOF packets (MariaDB documentation: "EOF_Packet").

use super::{EOF_HEADER, EOF_LEN_MAX};
use crate::wire::Malformed;
use crate::wire::cursor::{Cursor, put_u16};
use crate::wire::status::StatusFlags;

/// The end of column definitions or rows, without `DEPRECATE_EOF`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EofPacket {
    /// Number of warnings.
    pub warnings: u16,
    /// The server's status.
    pub status: StatusFlags,
}

impl EofPacket {
    /// Reads the payload.
    pub fn decode(payload: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(payload, "EOF packet");
        if cursor.u8()? != EOF_HEADER || payload.len() >= EOF_LEN_MAX {
            return Err(cursor.malformed());
        }
        let warnings = cursor.u16()?;
        let status = StatusFlags::from_bits_retain(cursor.u16()?);
        cursor.finish()?;
        Ok(Self { warnings, status })
    }

    /// Writes the payload.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.push(EOF_HEADER);
        put_u16(out, self.warnings);
        put_u16(out, self.status.bits());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_survives_encoding() {
        let eof = EofPacket {
            warnings: 3,
            status: StatusFlags::IN_TRANS,
        };
        let mut out = Vec::new();
        eof.encode(&mut out);
        assert_eq!(out, [0xfe, 3, 0, 1, 0]);
        assert_eq!(EofPacket::decode(&out), Ok(eof));
        for len in 0..out.len() {
            assert!(EofPacket::decode(&out[..len]).is_err());
        }
        out.push(0);
        assert!(EofPacket::decode(&out).is_err());
    }
}
