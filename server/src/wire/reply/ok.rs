//! OK packets (MariaDB documentation: "OK_Packet").

use super::state_change::{decode_changes, encode_changes};
use super::{EOF_HEADER, OK_HEADER, StateChange};
use crate::wire::Malformed;
use crate::wire::capabilities::Capabilities;
use crate::wire::cursor::{Cursor, put_lenenc_bytes, put_lenenc_int, put_u16};
use crate::wire::status::StatusFlags;

/// Success, and under `DEPRECATE_EOF` the end of rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OkPacket {
    /// Rows changed (or found, with `FOUND_ROWS`).
    pub affected_rows: u64,
    /// First value generated for an AUTO_INCREMENT column; 0 when there is none.
    pub last_insert_id: u64,
    /// The server's status.
    pub status: StatusFlags,
    /// Number of warnings.
    pub warnings: u16,
    /// Text for people, e.g. `Records: 3  Duplicates: 0  Warnings: 0`.
    pub info: Vec<u8>,
    /// What changed in the session (`SESSION_TRACK`).
    pub changes: Vec<StateChange>,
}

impl OkPacket {
    /// Reads the payload, with either header, of a server with which `capabilities` were agreed.
    pub fn decode(payload: &[u8], capabilities: Capabilities) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(payload, "OK packet");
        if !matches!(cursor.u8()?, OK_HEADER | EOF_HEADER) {
            return Err(cursor.malformed());
        }
        let affected_rows = cursor.lenenc_int()?;
        let last_insert_id = cursor.lenenc_int()?;
        let status = StatusFlags::from_bits_retain(cursor.u16()?);
        let warnings = cursor.u16()?;
        let mut ok = Self {
            affected_rows,
            last_insert_id,
            status,
            warnings,
            ..Self::default()
        };
        if !capabilities.contains(Capabilities::SESSION_TRACK) {
            ok.info = decode_untracked_info(cursor.rest()).to_vec();
            return Ok(ok);
        }
        if !cursor.is_empty() {
            ok.info = cursor.lenenc_bytes()?.to_vec();
        }
        if status.contains(StatusFlags::SESSION_STATE_CHANGED) && !cursor.is_empty() {
            ok.changes = decode_changes(cursor.lenenc_bytes()?)?;
        }
        cursor.finish()?;
        Ok(ok)
    }

    /// Writes the payload for a client with `capabilities`.
    ///
    /// With changes to tell, `SESSION_STATE_CHANGED` is set in the status; without, or for a client
    /// without `SESSION_TRACK`, it is cleared.
    pub fn encode(&self, capabilities: Capabilities, out: &mut Vec<u8>) {
        self.encode_with(OK_HEADER, capabilities, out);
    }

    /// Writes the payload as the end of rows, for a client with `DEPRECATE_EOF`.
    pub fn encode_as_eof(&self, capabilities: Capabilities, out: &mut Vec<u8>) {
        self.encode_with(EOF_HEADER, capabilities, out);
    }

    fn encode_with(&self, header: u8, capabilities: Capabilities, out: &mut Vec<u8>) {
        let tracked =
            capabilities.contains(Capabilities::SESSION_TRACK) && !self.changes.is_empty();
        let mut status = self.status;
        status.set(StatusFlags::SESSION_STATE_CHANGED, tracked);
        out.push(header);
        put_lenenc_int(out, self.affected_rows);
        put_lenenc_int(out, self.last_insert_id);
        put_u16(out, status.bits());
        put_u16(out, self.warnings);
        if tracked || !self.info.is_empty() {
            put_lenenc_bytes(out, &self.info);
        }
        if tracked {
            encode_changes(&self.changes, out);
        }
    }
}

/// The documentation has the text as the rest of the packet when `SESSION_TRACK` is off; servers
/// length-encode it all the same.
fn decode_untracked_info(rest: &[u8]) -> &[u8] {
    let mut cursor = Cursor::new(rest, "OK packet");
    match cursor.lenenc_bytes() {
        Ok(info) if cursor.is_empty() => info,
        _ => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ok: &OkPacket, capabilities: Capabilities) {
        let mut out = Vec::new();
        ok.encode(capabilities, &mut out);
        assert_eq!(out.first(), Some(&OK_HEADER));
        assert_eq!(OkPacket::decode(&out, capabilities).as_ref(), Ok(ok));
        out.clear();
        ok.encode_as_eof(capabilities, &mut out);
        assert_eq!(out.first(), Some(&EOF_HEADER));
        assert_eq!(OkPacket::decode(&out, capabilities).as_ref(), Ok(ok));
    }

    #[test]
    fn it_survives_encoding() {
        let plain = OkPacket {
            affected_rows: 300,
            last_insert_id: 70_000,
            status: StatusFlags::AUTOCOMMIT,
            warnings: 2,
            ..OkPacket::default()
        };
        let with_info = OkPacket {
            info: b"Records: 3".to_vec(),
            ..plain.clone()
        };
        let tracked = OkPacket {
            status: plain.status | StatusFlags::SESSION_STATE_CHANGED,
            changes: vec![StateChange::Schema(b"shop".to_vec())],
            ..plain.clone()
        };
        for ok in [&OkPacket::default(), &plain, &with_info] {
            check(ok, Capabilities::SESSION_TRACK);
            check(ok, Capabilities::empty());
        }
        check(&tracked, Capabilities::SESSION_TRACK);
    }

    #[test]
    fn changes_are_not_told_to_a_client_that_did_not_ask() {
        let tracked = OkPacket {
            status: StatusFlags::SESSION_STATE_CHANGED,
            changes: vec![StateChange::Schema(b"shop".to_vec())],
            ..OkPacket::default()
        };
        let mut out = Vec::new();
        tracked.encode(Capabilities::empty(), &mut out);
        assert_eq!(out, [0, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn text_is_read_with_and_without_its_length() {
        for payload in [
            &b"\x00\x01\x00\x02\x00\x00\x00\x05hello"[..],
            b"\0\x01\0\x02\0\0\0hello",
        ] {
            let ok = OkPacket::decode(payload, Capabilities::empty()).unwrap();
            assert_eq!(ok.info, b"hello");
        }
    }

    #[test]
    fn a_cut_packet_is_malformed() {
        for payload in [
            &b""[..],
            b"\x01",
            b"\x00\x00\x00\x02\x00\x00",
            b"\x00\xfb\0\0\0\0\0",
        ] {
            assert!(
                OkPacket::decode(payload, Capabilities::empty()).is_err(),
                "{payload:?}"
            );
        }
        let cut_change = b"\0\0\0\0\x40\0\0\0\x04\x01\x05\x04s";
        assert!(OkPacket::decode(cut_change, Capabilities::SESSION_TRACK).is_err());
    }
}
