//! ERR packets (MariaDB documentation: "ERR_Packet").

use super::ERR_HEADER;
use crate::wire::Malformed;
use crate::wire::capabilities::Capabilities;
use crate::wire::cursor::{Cursor, put_u16};
use crate::wire::packet::frame_with;

const SQLSTATE_MARK: u8 = b'#';
const SQLSTATE_GENERAL: [u8; 5] = *b"HY000";

/// An error, from a server or made by the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrPacket {
    /// Error number, e.g. 1045.
    pub code: u16,
    /// SQLSTATE; `HY000` when the packet has none.
    pub sqlstate: [u8; 5],
    /// The text, in the connection's character set.
    pub message: Vec<u8>,
}

impl ErrPacket {
    /// An error of any kind, e.g. `ErrPacket::new(1045, b"28000", "Access denied")`.
    pub fn new(code: u16, sqlstate: &[u8; 5], message: impl Into<Vec<u8>>) -> Self {
        Self {
            code,
            sqlstate: *sqlstate,
            message: message.into(),
        }
    }

    /// Reads the payload; whether an SQLSTATE is there is seen at its mark.
    pub fn decode(payload: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(payload, "ERR packet");
        if cursor.u8()? != ERR_HEADER {
            return Err(cursor.malformed());
        }
        let code = cursor.u16()?;
        let sqlstate = if cursor.peek() == Some(SQLSTATE_MARK) {
            cursor.u8()?;
            cursor.array()?
        } else {
            SQLSTATE_GENERAL
        };
        Ok(Self {
            code,
            sqlstate,
            message: cursor.rest().to_vec(),
        })
    }

    /// Writes the payload for a peer with `capabilities`; the SQLSTATE needs `PROTOCOL_41`.
    ///
    /// Before the client's handshake response nothing is known of it: `Capabilities::empty()`.
    pub fn encode(&self, capabilities: Capabilities, out: &mut Vec<u8>) {
        out.push(ERR_HEADER);
        put_u16(out, self.code);
        if capabilities.contains(Capabilities::PROTOCOL_41) {
            out.push(SQLSTATE_MARK);
            out.extend_from_slice(&self.sqlstate);
        }
        out.extend_from_slice(&self.message);
    }

    /// Appends the whole packet and moves `seq` on.
    pub fn frame(&self, capabilities: Capabilities, seq: &mut u8, out: &mut Vec<u8>) {
        frame_with(seq, out, |payload| self.encode(capabilities, payload));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_survives_encoding_and_loses_only_the_sqlstate_in_the_old_form() {
        let err = ErrPacket::new(1045, b"28000", "Access denied");
        let mut new = Vec::new();
        err.encode(Capabilities::PROTOCOL_41, &mut new);
        assert_eq!(new, b"\xff\x15\x04#28000Access denied");
        assert_eq!(ErrPacket::decode(&new), Ok(err.clone()));
        let mut old = Vec::new();
        err.encode(Capabilities::empty(), &mut old);
        assert_eq!(old, b"\xff\x15\x04Access denied");
        let general = ErrPacket {
            sqlstate: *b"HY000",
            ..err
        };
        assert_eq!(ErrPacket::decode(&old), Ok(general));
    }

    #[test]
    fn a_framed_error_carries_the_sequence_number_that_is_due() {
        let mut out = Vec::new();
        let mut seq = 3;
        ErrPacket::new(1, b"HY000", "x").frame(Capabilities::empty(), &mut seq, &mut out);
        assert_eq!((out.as_slice(), seq), (&b"\x04\0\0\x03\xff\x01\0x"[..], 4));
    }

    #[test]
    fn a_cut_packet_is_malformed() {
        for payload in [&b""[..], b"\x00", b"\xff\x15", b"\xff\x15\x04#280"] {
            assert!(ErrPacket::decode(payload).is_err(), "{payload:?}");
        }
        assert_eq!(ErrPacket::decode(b"\xff\x15\x04").unwrap().message, b"");
    }
}
